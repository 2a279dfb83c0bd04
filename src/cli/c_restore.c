#include "config.h"

#include "cli/choose.h"
#include "cli/fetch_edit.h"
#include "cli/find.h"
#include "cli/journal_text.h"
#include "cli/refer.h"

#include "base/i18n.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN_MAX = 100 };

static int read_entry(const char *text, int64_t *seq, struct err *e)
{
    char *end = NULL;
    text += *text == '#';
    *seq = strtoll(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && *seq > 0 && *seq < INT64_MAX)
        return 0;
    char *clean = text_scrub(text, strlen(text), CLEAN_MAX);
    (void)err_set(e, ERR_USAGE, _("“%s” is no number of an entry"), clean);
    free(clean);
    return err_cure(e, "%s", _("`vigie journal ID` shows the numbers, behind #."));
}

static int read_field(const char *word, enum field *field, struct err *e)
{
    int found = field_find(word);
    if (found < 0) {
        char *clean = text_scrub(word, strlen(word), CLEAN_MAX);
        int rc = err_set(e, ERR_USAGE, _("“%s” is no field that can be changed"), clean);
        free(clean);
        return rc;
    }
    *field = (enum field)found;
    return 0;
}

static const struct journal_field *field_of(const struct journal_entry *entry, const char *column)
{
    for (int i = 0; i < entry->fields; i++)
        if (strcmp(entry->field[i].column, column) == 0)
            return &entry->field[i];
    return NULL;
}

/* Walks the row's journal back to the entry; *out is NULL when it has none of that number. */
static int find_entry(struct edits *e, const char *id, int64_t seq, struct journal_page **page,
                      const struct journal_entry **out)
{
    struct journal_request request = {.limit = JOURNAL_PAGE_MAX};
    int more = 1;
    int rc = 0;
    *out = NULL;
    memcpy(request.connexion_id, id, UUID_TEXT);
    while (rc == 0 && more && !*out) {
        journal_page_destroy(*page);
        *page = NULL;
        rc = fetch_journal(e->session, &request, page, &e->cli->err);
        for (size_t i = 0; rc == 0 && i < (*page)->len && !*out; i++)
            if ((*page)->item[i].seq == seq)
                *out = &(*page)->item[i];
        more = rc == 0 && (*page)->more && (*page)->len > 0;
        if (more)
            journal_after(&request, &(*page)->item[(*page)->len - 1]);
    }
    return rc;
}

static void plan(struct edits *e, const struct connexion *row, enum field field,
                 const struct journal_field *was)
{
    struct change *change = edits_add(e, CHANGE_UPDATE, row->id, choose_label(row), 0);
    change_put(change, field, was->before);
    change->field[field].former = field_info(field)->kind == FIELD_SECRET && was->before;
    if (field_info(field)->kind != FIELD_SECRET)
        change_put_seen(change, field, field_of_row(field, row));
}

static int run(struct edits *e, enum field field, int64_t seq)
{
    struct cli *cli = e->cli;
    struct connexion *row = NULL;
    struct journal_page *page = NULL;
    const struct journal_entry *entry = NULL;
    const char *column = column_info(field_info(field)->column)->sql;
    int rc = find_connexion(e->session, &e->proof, cli->argv[0], &row, &cli->err);
    if (rc == 0)
        rc = find_entry(e, row->id, seq, &page, &entry);
    const struct journal_field *was = entry ? field_of(entry, column) : NULL;
    if (rc == 0 && !entry)
        rc = err_set(&cli->err, ERR_NOT_FOUND,
                     _("The journal of this connexion has no entry %" PRId64 "."), seq);
    else if (rc == 0 && (!was || entry->action == JOURNAL_INSERT))
        rc = err_set(&cli->err, ERR_NOT_FOUND, _("Entry %" PRId64 " did not change that field."),
                     seq);
    if (rc == 0 && was) {
        plan(e, row, field, was);
        rc = edits_run(e);
    }
    journal_page_destroy(page);
    connexion_destroy(row);
    return rc;
}

int cli_restore(struct cli *cli)
{
    struct edits e = {0};
    enum field field = FIELD_OF_EMAIL;
    int64_t seq = 0;
    int rc = read_field(cli->argv[1], &field, &cli->err);
    if (rc == 0)
        rc = read_entry(cli->argv[2], &seq, &cli->err);
    if (rc == 0) {
        rc = edits_open(&e, cli, "restore");
        if (rc == 0)
            rc = run(&e, field, seq);
        edits_close(&e);
    }
    return rc;
}
