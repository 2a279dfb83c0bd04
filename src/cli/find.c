#include "config.h"

#include "cli/find.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/fetch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PREFIX_MIN = 4, MATCHES_SHOWN = 3, DONE = 1 };

/* The search for the connexion that a start of an id or an account names. */
struct search {
    const char *text;
    int matches;
    char id[MATCHES_SHOWN][UUID_TEXT];
};

static int is_id_start(const char *text)
{
    size_t len = strlen(text);
    return len >= PREFIX_MIN && len < UUID_TEXT && strspn(text, "0123456789abcdefABCDEF-") == len &&
           isxdigit((unsigned char)text[0]);
}

static int matches(const struct connexion *row, const char *text)
{
    const char *account = row->col[COL_EMAIL];
    if (is_id_start(text) && strncasecmp(row->id, text, strlen(text)) == 0)
        return 1;
    return account && text_compare(account, text) == 0;
}

static int visit(void *arg, const struct connexion *row)
{
    struct search *s = arg;
    if (matches(row, s->text))
        memcpy(s->id[s->matches++], row->id, UUID_TEXT);
    return s->matches == MATCHES_SHOWN ? DONE : 0;
}

static int judge(const struct search *s, struct err *e)
{
    if (s->matches == 0) {
        (void)err_set(e, ERR_NOT_FOUND,
                      _("Nothing has the id or the account \"%s\" in sight of this identity."),
                      s->text);
        return err_cure(e,
                        _("Give an id, at least %d characters of its start, or a whole account "
                          "e-mail; `vigie list` shows them."),
                        PREFIX_MIN);
    }
    if (s->matches == 1)
        return 0;
    (void)err_set(e, ERR_USAGE, _("\"%s\" stands for more than one connexion."), s->text);
    return err_cure(e, _("Give more of an id: %s, %s%s."), s->id[0], s->id[1],
                    s->matches > 2 ? ", ..." : "");
}

/* The filter's words find it anywhere in the text; what is meant is told apart here. */
static int search(struct session *session, const struct proof *proof, const char *text,
                  char id[UUID_TEXT], struct err *e)
{
    struct search s = {.text = text};
    struct page_request request;
    page_request_init(&request);
    int rc = fetch_scope(session, proof, NULL, &request, e);
    if (strlen(text) < FILTER_WORD_MAX) {
        (void)snprintf(request.filter.word[0], FILTER_WORD_MAX, "%s", text);
        request.filter.words = 1;
        if (rc == 0)
            rc = fetch_each(session, &request, 0, visit, &s, e);
    }
    if (rc >= 0)
        rc = judge(&s, e);
    memcpy(id, s.id[0], UUID_TEXT);
    page_request_finish(&request);
    return rc;
}

int find_connexion(struct session *session, const struct proof *proof, const char *operand,
                   struct connexion **row, struct err *e)
{
    char id[UUID_TEXT];
    if (fetch_uuid(operand, id))
        return fetch_connexion(session, id, row, e);
    char *clean = text_scrub(operand, strlen(operand), ERR_TEXT_MAX / 2);
    int rc = search(session, proof, clean, id, e);
    free(clean);
    return rc ? rc : fetch_connexion(session, id, row, e);
}
