#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/fetch.h"
#include "cli/fetch_edit.h"
#include "cli/find.h"
#include "cli/journal_text.h"
#include "cli/json.h"
#include "model/journal_filter.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN_MAX = 100, FIRST_LIMIT = 50 };

struct listing {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    struct journal_request request;
    int limit; /* 0: all */
    int lines;
};

/* An option that is a day or an instant. */
static int read_when(struct cli *cli, enum option_id id, int end, char out[32])
{
    const char *text = option_get(&cli->options, id);
    char iso[CLOCK_TEXT_MAX];
    int64_t at = 0;
    if (!text)
        return 0;
    if (journal_instant(text, clock_now(), end, &at)) {
        char *clean = text_scrub(text, strlen(text), CLEAN_MAX);
        (void)err_set(&cli->err, ERR_USAGE, _("--%s: “%s” is neither a day nor an instant"),
                      option_info(id)->name, clean);
        free(clean);
        return err_cure(&cli->err, "2026-01-31, \"2026-01-31 14:30\", today, 7d, 12h");
    }
    clock_iso(iso, at);
    (void)snprintf(out, 32, "%.31s", iso);
    return 0;
}

static int read_field(struct cli *cli, char out[64])
{
    const char *word = option_get(&cli->options, OPT_FIELD);
    if (!word)
        return 0;
    int column = column_find(word);
    if (column < 0 || column >= COLUMN_COUNT) {
        char *clean = text_scrub(word, strlen(word), CLEAN_MAX);
        int rc = err_set(&cli->err, ERR_USAGE, _("--field: there is no column “%s”"), clean);
        free(clean);
        return rc;
    }
    (void)snprintf(out, 64, "%s", column_info((enum column)column)->sql);
    return 0;
}

static int read_options(struct listing *l)
{
    struct cli *cli = l->cli;
    const char *person = option_get(&cli->options, OPT_PERSON);
    int all = cli->json || option_given(&cli->options, OPT_LINES);
    l->lines = option_given(&cli->options, OPT_LINES);
    if (person) {
        char *clean = text_scrub(person, strlen(person), NAME_TEXT - 1);
        (void)snprintf(l->request.person, sizeof l->request.person, "%s", clean);
        free(clean);
    }
    int rc = option_int(&cli->options, OPT_LIMIT, 1, INT_MAX, all ? 0 : FIRST_LIMIT, &l->limit,
                        &cli->err);
    if (rc == 0)
        rc = read_field(cli, l->request.column);
    if (rc == 0)
        rc = read_when(cli, OPT_SINCE, 0, l->request.since);
    return rc == 0 ? read_when(cli, OPT_UNTIL, 1, l->request.until) : rc;
}

/* The organisation of -o, and the connexion of the operand; one that is gone is known by its whole
 * id. */
static int read_scope(struct listing *l)
{
    struct cli *cli = l->cli;
    struct page_request scope;
    struct connexion *row = NULL;
    page_request_init(&scope);
    int rc = fetch_scope(l->session, &l->proof, option_get(&cli->options, OPT_ORGANISATION), &scope,
                         &cli->err);
    memcpy(l->request.organisation_id, scope.organisation, UUID_TEXT);
    page_request_finish(&scope);
    if (rc < 0 || cli->argc == 0 || fetch_uuid(cli->argv[0], l->request.connexion_id))
        return rc;
    rc = find_connexion(l->session, &l->proof, cli->argv[0], &row, &cli->err);
    if (rc == 0)
        memcpy(l->request.connexion_id, row->id, UUID_TEXT);
    connexion_destroy(row);
    return rc;
}

static void give(struct listing *l, const struct print *print, struct json_list *json,
                 const struct journal_entry *entry)
{
    if (l->lines)
        json_write(stdout, json_journal(entry), 0);
    else if (l->cli->json)
        json_list_add(json, json_journal(entry));
    else
        journal_print(print, entry);
}

/* One page; more tells whether another one follows, given grows by its entries. */
static int print_page(struct listing *l, const struct print *print, struct json_list *json,
                      long *given, int *more)
{
    struct journal_page *page = NULL;
    long left = l->limit - *given;
    l->request.limit = l->limit && left < JOURNAL_PAGE_MAX ? (int)left : JOURNAL_PAGE_MAX;
    int rc = fetch_journal(l->session, &l->request, &page, &l->cli->err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < page->len; i++)
        give(l, print, json, &page->item[i]);
    *given += (long)page->len;
    *more = page->more && page->len > 0 && (l->limit == 0 || *given < l->limit);
    if (*more)
        journal_after(&l->request, &page->item[page->len - 1]);
    journal_page_destroy(page);
    return ferror(stdout) ? cli_flush(l->cli) : 0;
}

static int print_pages(struct listing *l)
{
    struct print print;
    struct json_list json;
    long given = 0;
    int rc = 0;
    print_init(&print, stdout);
    json_list_open(&json, stdout);
    for (int more = 1; rc == 0 && more;)
        rc = print_page(l, &print, &json, &given, &more);
    if (rc < 0 || l->lines)
        return rc;
    if (l->cli->json)
        json_list_close(&json);
    else if (given == 0)
        cli_print(_("The journal has no such entry.\n"));
    return 0;
}

static const char *reason_text(const char *word)
{
    static const struct {
        const char *word, *text;
    } reasons[] = {
        {"hash", N_("it is not what was written")},
        {"gap", N_("entries before it are missing")},
        {"previous", N_("it does not follow the entry before it")},
        {"head", N_("the last entries are missing")},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].word, word) == 0)
            return _(reasons[i].text);
    return word;
}

static void print_proof(const struct print *print, const struct journal_proof *p)
{
    char line[ERR_TEXT_MAX];
    const char *name = p->organisation_nom[0] ? p->organisation_nom : p->organisation_id;
    if (p->reason[0])
        (void)snprintf(line, sizeof line, _("%s: entry %lld: %s\n"), name, (long long)p->bad_seq,
                       reason_text(p->reason));
    else
        (void)snprintf(line, sizeof line,
                       ngettext("%s: %lld entry, as it was written\n",
                                "%s: %lld entries, all as they were written\n",
                                (unsigned long)p->entries),
                       name, (long long)p->entries);
    print_text(print, line, p->reason[0] ? PRINT_BAD : PRINT_GOOD);
}

static struct json_object *json_proof_of(const struct journal_proof *p)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "organisation_id", json_make_string(p->organisation_id));
    json_put(o, "organisation_nom", json_make_string_or_null(p->organisation_nom));
    json_put(o, "entries", json_make_integer(p->entries));
    json_put(o, "good", json_make_boolean(!p->reason[0]));
    json_put(o, "bad_entry", p->reason[0] ? json_make_integer(p->bad_seq) : NULL);
    json_put(o, "reason", json_make_string_or_null(p->reason));
    return o;
}

static int verify(struct listing *l)
{
    struct journal_proof *proofs = NULL;
    struct json_list json;
    struct print print;
    size_t len = 0;
    size_t bad = 0;
    struct err *e = &l->cli->err;
    int rc = fetch_verify(l->session, l->request.organisation_id, &proofs, &len, e);
    if (rc < 0)
        return rc;
    print_init(&print, stdout);
    json_list_open(&json, stdout);
    for (size_t i = 0; i < len; i++) {
        bad += proofs[i].reason[0] != '\0';
        if (l->cli->json)
            json_list_add(&json, json_proof_of(&proofs[i]));
        else
            print_proof(&print, &proofs[i]);
    }
    if (l->cli->json)
        json_list_close(&json);
    else if (len == 0)
        cli_print(_("The journal is empty.\n"));
    free(proofs);
    rc = cli_flush(l->cli);
    if (rc < 0 || bad == 0)
        return rc;
    (void)err_set(e, ERR_BROKEN,
                  ngettext("The journal of %zu organisation is not what was written.",
                           "The journal of %zu organisations is not what was written.",
                           (unsigned long)bad),
                  bad);
    return err_cure(e, "%s",
                    _("Somebody with the rights of the database's owner altered it; compare "
                      "with an export kept elsewhere."));
}

int cli_journal(struct cli *cli)
{
    struct listing l = {.cli = cli};
    int verifies = cli->argc == 1 && strcmp(cli->argv[0], "verify") == 0;
    int rc = read_options(&l);
    if (verifies)
        cli->argc = 0;
    if (rc == 0)
        rc = cli_open(cli, &l.session, &l.proof);
    if (rc == 0)
        rc = read_scope(&l);
    if (rc == 0)
        rc = verifies ? verify(&l) : print_pages(&l);
    if (rc == 0)
        rc = cli_flush(cli);
    session_destroy(l.session);
    return rc;
}
