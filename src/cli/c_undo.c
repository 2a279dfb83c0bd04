#include "config.h"

#include "cli/edits.h"
#include "cli/fetch_edit.h"
#include "cli/journal_text.h"
#include "cli/json.h"
#include "cli/print.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { ENTRIES_MAX = 100, PAGES_MAX = 20 };

/* Undo and redo are one thing in two directions. */
struct work {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    int redo;
    struct undo_state state;
    struct change_results *results;
    char batch[UUID_TEXT];
};

static const char *target(const struct work *w)
{
    return w->redo ? w->state.redo : w->state.undo;
}

static size_t rows(const struct work *w)
{
    return w->redo ? w->state.redo_rows : w->state.undo_rows;
}

static const char *words(const struct work *w)
{
    return w->redo ? w->state.redo_text : w->state.undo_text;
}

/* What was a change there is one back. */
static void turn_round(struct journal_entry *entry)
{
    for (int i = 0; entry->action == JOURNAL_UPDATE && i < entry->fields; i++) {
        struct journal_field *f = &entry->field[i];
        char *before = f->before;
        f->before = f->after;
        f->after = before;
    }
}

/* The entries of the batch among the newest of the journal. */
static int print_entries(struct work *w)
{
    struct journal_request request = {.limit = JOURNAL_PAGE_MAX};
    struct journal_page *page = NULL;
    struct print print;
    size_t shown = 0;
    int more = 1;
    int rc = 0;
    print_init(&print, stdout);
    for (int i = 0; rc == 0 && more && i < PAGES_MAX && shown < rows(w) && shown < ENTRIES_MAX;
         i++) {
        rc = fetch_journal(w->session, &request, &page, &w->cli->err);
        for (size_t n = 0; rc == 0 && n < page->len && shown < ENTRIES_MAX; n++)
            if (strcmp(page->item[n].batch, target(w)) == 0) {
                if (!w->redo)
                    turn_round(&page->item[n]);
                journal_print(&print, &page->item[n]);
                shown++;
            }
        more = rc == 0 && page->more && page->len > 0;
        if (more)
            journal_after(&request, &page->item[page->len - 1]);
        journal_page_destroy(page);
        page = NULL;
    }
    return rc;
}

static int show_plan(struct work *w)
{
    char line[ERR_TEXT_MAX];
    (void)snprintf(line, sizeof line, w->redo ? _("to do again: %s\n") : _("to take back: %s\n"),
                   words(w));
    cli_print(line);
    return print_entries(w);
}

static int send(struct work *w)
{
    struct err *e = &w->cli->err;
    edit_batch(w->batch);
    int rc = fetch_undo(w->session, w->batch, target(w), w->redo, &w->results, e);
    if (rc == -ERR_LOST || rc == -ERR_TIMEOUT)
        rc = edits_find_out(w->cli, &w->session, &w->proof, w->batch, &w->results);
    return rc;
}

static void write_json(const struct work *w, int dry_run)
{
    struct json_object *o = json_object_new_object();
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; w->results && i < w->results->len; i++)
        (void)json_object_array_add(list, edits_json_result(&w->results->item[i]));
    json_put(o, "dry_run", json_make_boolean(dry_run));
    json_put(o, "target", json_make_string(target(w)));
    json_put(o, "what", json_make_string(words(w)));
    json_put(o, "connexions", json_make_integer((int64_t)rows(w)));
    json_put(o, "committed", json_make_boolean(w->results && w->results->committed));
    json_put(o, "batch", json_make_string_or_null(w->results ? w->batch : ""));
    json_put(o, "counts", edits_json_counts(w->results, 0));
    json_put(o, "rows", list);
    json_write(stdout, o, 1);
}

static void print_results(const struct work *w)
{
    char reason[2 * FIELD_PROBLEM + NAME_TEXT];
    char line[ERR_TEXT_MAX];
    struct str counts;
    str_init(&counts, ERR_TEXT_MAX);
    for (size_t i = 0; i < w->results->len; i++) {
        const struct change_result *r = &w->results->item[i];
        edits_reason(r, reason, sizeof reason);
        if (!reason[0])
            continue;
        (void)snprintf(line, sizeof line, "%s: %s\n", r->id, reason);
        cli_print(line);
    }
    edits_counts(w->results, 0, &counts);
    cli_print(str_get(&counts));
    str_finish(&counts);
}

static int run(struct work *w)
{
    struct cli *cli = w->cli;
    int dry_run = option_given(&cli->options, OPT_DRY_RUN);
    int rc = cli->json ? 0 : show_plan(w);
    if (rc == 0)
        rc = cli_flush(cli);
    if (rc == 0 && !dry_run && rows(w) > 1)
        rc = edits_agree(cli, 0);
    if (rc == 0 && !dry_run)
        rc = send(w);
    if (rc < 0)
        return rc;
    if (cli->json)
        write_json(w, dry_run);
    else if (w->results)
        print_results(w);
    else
        cli_print(_("Nothing was changed.\n"));
    rc = cli_flush(cli);
    return rc == 0 && w->results ? edits_judge(w->results, NULL, 0, &cli->err) : rc;
}

static int nothing(struct work *w)
{
    return err_set(&w->cli->err, ERR_NOT_FOUND, "%s",
                   w->redo ? _("There is nothing to do again: nothing was taken back since your "
                               "last change.")
                           : _("There is nothing to take back: you have changed nothing."));
}

static int turn(struct cli *cli, int redo)
{
    struct work w = {.cli = cli, .redo = redo};
    int rc = cli_open(cli, &w.session, &w.proof);
    if (rc == 0) {
        session_arm(w.session, 1);
        rc = fetch_undo_state(w.session, &w.state, &cli->err);
    }
    if (rc == 0)
        rc = target(&w)[0] ? run(&w) : nothing(&w);
    change_results_destroy(w.results);
    session_destroy(w.session);
    return rc;
}

int cli_undo(struct cli *cli)
{
    return turn(cli, 0);
}

int cli_redo(struct cli *cli)
{
    return turn(cli, 1);
}
