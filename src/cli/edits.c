#include "config.h"

#include "cli/edits.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/fetch_edit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 16, ANSWER_MAX = 32, FIND_OUT_MS = 30000, RETRY_MS = 250, MANY_DELETES = 50 };
enum { PROGRESS_ROWS = 1000 };

int edits_open(struct edits *e, struct cli *cli, const char *kind)
{
    *e = (struct edits){.cli = cli, .kind = kind};
    e->set = change_set_create(0);
    e->set->all_or_nothing = option_given(&cli->options, OPT_ATOMIC);
    int rc = cli_open(cli, &e->session, &e->proof);
    if (rc == 0)
        session_arm(e->session, 1);
    return rc;
}

void edits_close(struct edits *e)
{
    session_destroy(e->session);
    change_set_destroy(e->set);
    change_results_destroy(e->results);
    for (size_t i = 0; i < e->rows; i++) {
        free(e->row[i].label);
        free(e->row[i].refusal);
        free(e->row[i].warning);
    }
    free(e->row);
}

static struct edits_row *add_row(struct edits *e, const char *label, long line)
{
    if (e->rows == e->rows_cap) {
        e->rows_cap = e->rows_cap ? e->rows_cap * 2 : ROWS_FIRST;
        e->row = mem_grow(e->row, e->rows_cap, sizeof *e->row);
    }
    struct edits_row *row = &e->row[e->rows++];
    *row = (struct edits_row){.line = line, .change = EDITS_NO_CHANGE, .label = mem_dup(label)};
    return row;
}

struct change *edits_add(struct edits *e, enum change_op op, const char *id, const char *label,
                         long line)
{
    struct change_set *set = e->set;
    if (set->len == e->cap) {
        e->cap = e->cap ? e->cap * 2 : ROWS_FIRST;
        set->item = mem_grow(set->item, e->cap, sizeof *set->item);
    }
    struct edits_row *row = add_row(e, label, line);
    row->change = set->len;
    struct change *change = &set->item[set->len++];
    *change = (struct change){.op = op};
    (void)snprintf(change->id, sizeof change->id, "%s", id);
    (void)snprintf(change->label, sizeof change->label, "%s", label);
    return change;
}

/* Takes the last change out of the set, with its secrets. */
static void take_last(struct change_set *set)
{
    struct change_set *gone = change_set_create(1);
    gone->item[0] = set->item[--set->len];
    change_set_destroy(gone);
}

void edits_drop(struct edits *e, const char *reason)
{
    struct edits_row *row = &e->row[e->rows - 1];
    if (row->change != EDITS_NO_CHANGE)
        take_last(e->set);
    row->change = EDITS_NO_CHANGE;
    row->refusal = mem_dup(reason);
    e->refused++;
}

void edits_refuse(struct edits *e, const char *id, const char *label, long line, const char *reason)
{
    struct edits_row *row = add_row(e, *label ? label : id, line);
    row->refusal = mem_dup(reason);
    e->refused++;
}

void edits_warn(struct edits *e, enum field field, const char *warning)
{
    struct edits_row *row = &e->row[e->rows - 1];
    struct str text;
    str_init(&text, (size_t)2 * ERR_TEXT_MAX);
    if (row->warning) {
        (void)str_add(&text, row->warning);
        (void)str_add_char(&text, '\n');
    }
    (void)str_addf(&text, "%s%s%s", _(column_info(field_info(field)->column)->title), _(": "),
                   warning);
    free(row->warning);
    row->warning = str_take(&text);
}

int edits_agree(struct cli *cli, size_t number)
{
    char answer[ANSWER_MAX];
    char wanted[ANSWER_MAX] = "yes";
    char question[ERR_TEXT_MAX];
    if (option_given(&cli->options, OPT_YES))
        return 0;
    if (!cli_is_interactive()) {
        (void)err_set(&cli->err, ERR_USAGE, "%s", _("Nobody is there to agree to the plan."));
        return err_cure(&cli->err, "%s", _("Add --yes when it is what you want."));
    }
    if (number > 0) {
        (void)snprintf(wanted, sizeof wanted, "%zu", number);
        (void)snprintf(question, sizeof question, _("Type the number %s to do this"), wanted);
    } else {
        (void)snprintf(question, sizeof question, "%s", _("Type yes to do this"));
    }
    int rc = cli_ask(question, NULL, answer, sizeof answer, &cli->err);
    if (rc == 0 && strcmp(answer, wanted) != 0 && (number > 0 || strcmp(answer, _("yes")) != 0))
        rc = err_set(&cli->err, ERR_FAILURE, "%s", _("Nothing was changed."));
    return rc;
}

/* Connects again, for as long as the answer is worth waiting for. */
static int connect_again(struct cli *cli, struct session **session, struct proof *proof)
{
    int64_t until = clock_mono_ms() + FIND_OUT_MS;
    int rc;
    for (;;) {
        session_destroy(*session);
        *session = NULL;
        rc = cli_open(cli, session, proof);
        if (rc == 0 || clock_mono_ms() >= until)
            break;
        (void)poll(NULL, 0, RETRY_MS);
    }
    if (rc == 0)
        session_arm(*session, 1);
    return rc;
}

int edits_find_out(struct cli *cli, struct session **session, struct proof *proof,
                   const char *batch, struct change_results **results)
{
    struct err broken = cli->err;
    cli_progress(cli, _("the connection broke while saving; finding out what became of it…"));
    int rc = connect_again(cli, session, proof);
    if (rc == 0)
        rc = fetch_result(*session, batch, results, &cli->err);
    if (rc < 0) {
        (void)err_set(&cli->err, ERR_LOST,
                      _("The connection broke while saving, and whether it was saved could not be "
                        "found out."));
        return err_cure(&cli->err,
                        _("`%s journal` tells, once the database answers: the change has "
                          "the number %s."),
                        cli->program, batch);
    }
    if ((*results)->committed)
        return 0;
    (void)err_set(&cli->err, broken.code ? broken.code : ERR_LOST, "%s",
                  _("The connection broke before the change was saved: nothing was changed."));
    return err_cure(&cli->err, "%s", _("Run the command again."));
}

static void on_progress(void *arg, size_t rows)
{
    struct edits *e = arg;
    char text[ERR_TEXT_MAX];
    if (e->set->len < PROGRESS_ROWS)
        return;
    (void)snprintf(text, sizeof text, _("%zu of %zu connexions are behind"), rows, e->set->len);
    cli_progress(e->cli, text);
}

/* The server was asked to stop: whether it did, or was done before, it knows. */
static int given_up(struct edits *e)
{
    struct cli *cli = e->cli;
    int rc = fetch_result(e->session, e->set->batch, &e->results, &cli->err);
    if (rc == 0 && !e->results->committed)
        rc = err_set(&cli->err, ERR_FAILURE, "%s", _("Given up: nothing was changed."));
    else if (rc == 0)
        edit_align(e->set, e->results);
    return rc;
}

static int save(struct edits *e)
{
    struct cli *cli = e->cli;
    edit_name(e->set);
    struct fetch_watch watch = {.progress = on_progress, .arg = e};
    int rc = fetch_save(e->session, e->set, e->kind, &watch, &e->results, &cli->err);
    if (rc < 0 && watch.interrupted) {
        rc = given_up(e);
    } else if (rc == -ERR_LOST || rc == -ERR_TIMEOUT) {
        rc = edits_find_out(cli, &e->session, &e->proof, e->set->batch, &e->results);
        if (rc == 0)
            edit_align(e->set, e->results);
    }
    e->saved = rc == 0;
    return rc;
}

static size_t count_deletes(const struct edits *e)
{
    size_t n = 0;
    for (size_t i = 0; i < e->set->len; i++)
        n += e->set->item[i].op == CHANGE_DELETE;
    return n;
}

/* Danger is graded: one row that undo brings back is just done; several rows or a delete want a
 * yes; more deletes than anybody reads want their number. */
static int agree(struct edits *e)
{
    size_t deletes = count_deletes(e);
    if (e->rows <= 1 && deletes == 0)
        return 0;
    return edits_agree(e->cli, deletes > MANY_DELETES ? deletes : 0);
}

static int judge(struct edits *e)
{
    const char *one = e->rows == 1 ? e->row[0].label : NULL;
    if (e->results)
        return edits_judge(e->results, one, e->refused, &e->cli->err);
    if (e->refused == 0)
        return 0;
    if (one)
        return err_set(&e->cli->err, ERR_USAGE, "%s: %s", one, e->row[0].refusal);
    return err_set(&e->cli->err, ERR_USAGE,
                   ngettext("%zu row cannot be taken; nothing was changed.",
                            "%zu rows cannot be taken; nothing was changed.",
                            (unsigned long)e->refused),
                   e->refused);
}

/* All or nothing: rows that cannot be sent keep the others back. */
static int is_held_back(const struct edits *e)
{
    return e->refused > 0 && e->set->all_or_nothing;
}

static int finish(struct edits *e, int dry_run)
{
    if (e->cli->json)
        edits_json(e);
    else if (e->results)
        edits_text_results(e);
    if (!e->cli->json && dry_run)
        cli_print(_("Nothing was changed.\n"));
    int rc = cli_flush(e->cli);
    return rc == 0 ? judge(e) : rc;
}

/* A key is never shown, so what it was is asked for now: by its fingerprint, as the plan is agreed
 * to. */
static int note_keys(struct edits *e)
{
    struct change_results *now = NULL;
    size_t keys = 0;
    for (size_t i = 0; i < e->set->len; i++)
        keys += e->set->item[i].op == CHANGE_UPDATE && e->set->item[i].field[FIELD_OF_API_KEY].set;
    if (keys == 0)
        return 0;
    int rc = fetch_preview(e->session, e->set, &now, &e->cli->err);
    for (size_t i = 0; rc == 0 && i < e->set->len && i < now->len; i++) {
        struct change *change = &e->set->item[i];
        struct change_value *key = &change->field[FIELD_OF_API_KEY];
        if (change->op == CHANGE_UPDATE && key->set && !key->has_seen)
            change_put_seen(change, FIELD_OF_API_KEY, now->item[i].theirs[FIELD_OF_API_KEY]);
    }
    change_results_destroy(now);
    return rc;
}

int edits_run(struct edits *e)
{
    struct cli *cli = e->cli;
    int dry_run = option_given(&cli->options, OPT_DRY_RUN);
    int rc = 0;
    if (option_given(&cli->options, OPT_SQL))
        edits_sql_plan(e);
    else if (!cli->json)
        edits_text_plan(e);
    if (e->set->len == 0 || is_held_back(e))
        return finish(e, dry_run);
    if (dry_run) {
        rc = fetch_preview(e->session, e->set, &e->results, &cli->err);
        return rc == 0 ? finish(e, 1) : rc;
    }
    rc = cli_flush(cli);
    if (rc == 0)
        rc = note_keys(e);
    if (rc == 0)
        rc = agree(e);
    if (rc == 0)
        rc = save(e);
    return rc == 0 ? finish(e, 0) : rc;
}
