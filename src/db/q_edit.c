#include "config.h"

#include "db/q_edit.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/edit_plan.h"
#include "db/edit_read.h"
#include "db/edit_send.h"
#include "db/row.h"
#include "db/session_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESULT_PARTS = 2 };

void edit_batch(char out[UUID_TEXT])
{
    identity_stranger(out);
}

void edit_name(struct change_set *set)
{
    edit_batch(set->batch);
    for (size_t i = 0; i < set->len; i++)
        if (set->item[i].op == CHANGE_INSERT && !set->item[i].id[0])
            edit_batch(set->item[i].id);
}

static int is_failure(const struct err *e)
{
    return e && e->code != ERR_OK;
}

void edit_read_only(const struct session *s, struct err *e)
{
    if (!is_failure(e) || e->code != ERR_DENIED || session_armed(s) || !strstr(e->text, "25006"))
        return;
    (void)err_set(e, ERR_DENIED, "%s", _("This session is read-only (25006)."));
    (void)err_cure(e, "%s", _("Press W or start with --write."));
}

int edit_refused(const struct session *s, struct err *e)
{
    if (session_health(s))
        return 0;
    (void)err_set(e, ERR_DATABASE, "%s",
                  _("This database has no tables for editing, or they are closed to you."));
    if (e)
        (void)err_cure(e, "%s",
                       _("Let the owner of the database run `vigie init`, or `vigie adopt` for one "
                         "of a platform: it adds what is new."));
    return 1;
}

struct ask_results {
    struct session *s;
    edit_done done;
    void *arg;
    size_t len; /* of the plan */
    char batch[UUID_TEXT];
};

static void give(struct ask_results *ask, struct change_results *results, struct err *e,
                 const struct err *wrong)
{
    struct err failed = is_failure(wrong) ? *wrong : (struct err){0};
    if (is_failure(e))
        edit_read_only(ask->s, e);
    if (results)
        memcpy(results->batch, ask->batch, sizeof results->batch);
    ask->done(ask->arg, results, is_failure(wrong) ? &failed : e);
    free(ask);
}

static int send_one(struct session *s, enum transaction kind, const struct query *queries,
                    int count, session_done got, const struct ask_results *like, struct err *e)
{
    if (edit_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_results *ask = mem_alloc(sizeof *ask);
    *ask = *like;
    ask->s = s;
    int rc = session_send(s, kind, queries, count, got, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

static void got_result(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct err wrong = {0};
    struct change_results *all = NULL;
    if (count == RESULT_PARTS)
        all = results_of_batch(row_named(results[0], 0, "result"), results[1], &wrong);
    give(arg, all, e, &wrong);
}

int q_edit_result(struct session *s, const char *batch, edit_done done, void *arg, struct err *e)
{
    const char *const values[] = {batch};
    const struct query queries[RESULT_PARTS] = {{STMT_EDIT_RESULT, 1, values},
                                                {STMT_EDIT_ROWS, 1, values}};
    struct ask_results like = {.done = done, .arg = arg};
    (void)snprintf(like.batch, sizeof like.batch, "%s", batch);
    return send_one(s, TRANSACTION_WRITE, queries, RESULT_PARTS, got_result, &like, e);
}

static void got_undo(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct err wrong = {0};
    struct change_results *all = count == 1 ? results_of(results[0], &wrong) : NULL;
    give(arg, all, e, &wrong);
}

int q_edit_undo(struct session *s, const char *batch, const char *target, int redo, edit_done done,
                void *arg, struct err *e)
{
    const char *const values[] = {batch, target, redo ? "t" : "f"};
    const struct query query = {STMT_EDIT_UNDO, 3, values};
    struct ask_results like = {.done = done, .arg = arg};
    (void)snprintf(like.batch, sizeof like.batch, "%s", batch);
    return send_one(s, TRANSACTION_EDIT, &query, 1, got_undo, &like, e);
}

/* The parts of a preview answer one behind the other, in the order of the plan. */
static void got_preview(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_results *ask = arg;
    struct err wrong = {0};
    struct change_results *all = NULL;
    size_t first = 0;
    if (count > 0 || !is_failure(e)) {
        all = change_results_create(ask->len);
        size_t *order = ask->len ? mem_zero(ask->len, sizeof *order) : NULL;
        for (size_t i = 0; i < ask->len; i++)
            order[i] = i;
        for (int i = 0; i < count && !is_failure(&wrong); i++) {
            size_t rows = (size_t)PQntuples(results[i]);
            if (first + rows > ask->len)
                rows = ask->len - first;
            (void)results_read(all, order, first, rows, results[i], &wrong);
            first += rows;
        }
        free(order);
        results_count(all);
    }
    if (all && !is_failure(&wrong) && first != ask->len)
        (void)err_set(&wrong, ERR_DATABASE, "%s",
                      _("The server's answer does not fit the changes."));
    if (is_failure(&wrong)) {
        change_results_destroy(all);
        all = NULL;
    }
    give(ask, all, e, &wrong);
}

int q_edit_preview(struct session *s, const struct change_set *set, edit_done done, void *arg,
                   struct err *e)
{
    struct edit_parts parts;
    const struct ask_results like = {.done = done, .arg = arg, .len = set->len};
    int rc = edit_parts_make(&parts, set, NULL, NULL, NULL, e);
    if (rc == 0)
        rc = send_one(s, TRANSACTION_READ, parts.query, parts.len, got_preview, &like, e);
    edit_parts_finish(&parts);
    return rc;
}

struct ask_state {
    undo_done done;
    void *arg;
};

static void put_words(char out[FIELD_PROBLEM], const char *kind, size_t rows)
{
    const unsigned long n = (unsigned long)rows;
    (void)snprintf(out, FIELD_PROBLEM,
                   ngettext("%.16s of %lu connexion", "%.16s of %lu connexions", n), kind, n);
}

static void got_state(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_state *ask = arg;
    struct undo_state state = {.undo_rows = 0};
    char kind[sizeof "xxxxxxxxxxxxxxxx"];
    if (count == 1 && PQntuples(results[0]) == 1) {
        const PGresult *res = results[0];
        row_uuid(state.undo, res, 0, PQfnumber(res, "undo"));
        row_uuid(state.redo, res, 0, PQfnumber(res, "redo"));
        state.undo_rows = (size_t)row_number(res, 0, "undo_rows", 0);
        state.redo_rows = (size_t)row_number(res, 0, "redo_rows", 0);
        state.undo_at = row_number(res, 0, "undo_at", 0);
        state.redo_at = row_number(res, 0, "redo_at", 0);
        row_copy(kind, sizeof kind, res, 0, "undo_kind");
        put_words(state.undo_text, edit_kind_title(kind), state.undo_rows);
        row_copy(kind, sizeof kind, res, 0, "redo_kind");
        put_words(state.redo_text, edit_kind_title(kind), state.redo_rows);
    }
    ask->done(ask->arg, is_failure(e) ? NULL : &state, e);
    free(ask);
}

int q_edit_undo_state(struct session *s, undo_done done, void *arg, struct err *e)
{
    const struct query query = {.stmt = STMT_EDIT_UNDO_STATE};
    if (edit_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_state *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_state){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_state, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
