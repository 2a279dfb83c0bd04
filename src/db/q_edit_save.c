#include "config.h"

#include "db/q_edit.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/edit_read.h"
#include "db/edit_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct save {
    struct session *s;
    const struct change_set *set;
    char kind[sizeof "xxxxxxxxxxxxxxxx"];
    size_t *order;
    size_t *first; /* where each part begins */
    int parts;
    struct change_results *results;
    struct err wrong; /* an answer that nothing can be concluded from */
    edit_progress progress;
    edit_done done;
    void *arg;
};

static void save_destroy(struct save *save)
{
    free(save->order);
    free(save->first);
    change_results_destroy(save->results);
    free(save);
}

static int is_failure(const struct err *e)
{
    return e && e->code != ERR_OK;
}

static int is_given_up(const struct save *save)
{
    const struct change_results *r = save->results;
    for (size_t i = 0; save->set->all_or_nothing && i < r->len; i++)
        if (r->item[i].outcome != OUTCOME_SAVED && r->item[i].outcome != OUTCOME_SAME)
            return 1;
    return 0;
}

/* The parts before and behind the one that cannot be saved were rolled back with it. */
static void give_up(struct change_results *r)
{
    for (size_t i = 0; i < r->len; i++)
        if (r->item[i].outcome == OUTCOME_SAVED || r->item[i].outcome == OUTCOME_SAME)
            r->item[i].outcome = OUTCOME_KEPT;
}

static void end(struct save *save, struct err *e)
{
    struct change_results *results = save->results;
    if (is_failure(e) && e->code == ERR_DATABASE && !is_failure(&save->wrong) && save->parts > 1 &&
        is_given_up(save)) {
        give_up(results);
        *e = (struct err){0};
    } else if (!is_failure(e) && is_failure(&save->wrong)) {
        /* It may well be committed: that is for q_edit_result to say. */
        *e = save->wrong;
        e->code = ERR_LOST;
    }
    edit_read_only(save->s, e);
    if (!is_failure(e)) {
        save->results = NULL;
        results_count(results);
        results_explain_border(results, save->set, session_organisation(save->s));
        (void)snprintf(results->batch, sizeof results->batch, "%s", save->set->batch);
        save->done(save->arg, results, e);
    } else {
        save->done(save->arg, NULL, e);
    }
    save_destroy(save);
}

static void on_part(void *arg, int index, const PGresult *res)
{
    struct save *save = arg;
    if (index >= save->parts || is_failure(&save->wrong))
        return;
    const size_t first = save->first[index];
    const size_t next = save->first[index + 1];
    if (results_read(save->results, save->order, first, next - first, res, &save->wrong) == 0 &&
        save->progress)
        save->progress(save->arg, next);
}

static void on_end(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct err none = {0};
    (void)results;
    (void)count;
    end(arg, e ? e : &none);
}

static int send_parts(struct save *save, const struct pad *pads, struct err *e)
{
    struct edit_parts parts;
    int rc = edit_parts_make(&parts, save->set, save->kind, save->order, pads, e);
    save->first = parts.first;
    save->parts = parts.parts;
    parts.first = NULL;
    if (rc == 0)
        rc = session_send_parts(save->s, TRANSACTION_EDIT, parts.query, parts.len, on_part, on_end,
                                save, e);
    edit_parts_finish(&parts);
    return rc;
}

static void got_pads(void *arg, const struct pad *pads, size_t len, struct err *e)
{
    struct save *save = arg;
    struct err unsent = {0};
    (void)len;
    if (!pads)
        end(save, e);
    else if (send_parts(save, pads, &unsent) < 0)
        end(save, &unsent);
}

int q_edit_save(struct session *s, const struct change_set *set, const char *kind,
                edit_progress progress, edit_done done, void *arg, struct err *e)
{
    static const struct pad none;
    const size_t pads = plan_pads(set);
    if (edit_refused(s, e))
        return -(int)ERR_DATABASE;
    if (set->len > CHANGES_MAX)
        return err_set(e, ERR_LIMIT, _("At most %d connexions can be changed at once."),
                       CHANGES_MAX);
    struct save *save = mem_zero(1, sizeof *save);
    *save = (struct save){.s = s,
                          .set = set,
                          .order = plan_order(set),
                          .results = change_results_create(set->len),
                          .progress = progress,
                          .done = done,
                          .arg = arg};
    (void)snprintf(save->kind, sizeof save->kind, "%s", kind);
    int rc = pads > 0 ? edit_pads(s, TRANSACTION_EDIT, pads, got_pads, save, e)
                      : send_parts(save, &none, e);
    if (rc < 0)
        save_destroy(save);
    return rc;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct change_result *)a)->id, ((const struct change_result *)b)->id);
}

void edit_align(const struct change_set *set, struct change_results *results)
{
    struct change_results *ordered = change_results_create(set->len);
    if (results->len > 0)
        qsort(results->item, results->len, sizeof *results->item, by_id);
    for (size_t i = 0; i < set->len; i++) {
        struct change_result key = {.field = -1, .outcome = OUTCOME_KEPT};
        memcpy(key.id, set->item[i].id, sizeof key.id);
        struct change_result *found =
            results->len > 0 ? bsearch(&key, results->item, results->len, sizeof key, by_id) : NULL;
        ordered->item[i] = found ? *found : key;
        if (found) /* its texts have moved */
            memset(found->theirs, 0, sizeof found->theirs);
    }
    struct change_result *item = results->item;
    const size_t len = results->len;
    results->item = ordered->item;
    results->len = ordered->len;
    ordered->item = item;
    ordered->len = len;
    change_results_destroy(ordered);
    results_count(results);
    (void)snprintf(results->batch, sizeof results->batch, "%s", set->batch);
}

struct change_results *edit_kept(const struct change_set *set, const struct err *why)
{
    struct change_results *results = change_results_create(set ? set->len : 0);
    for (size_t i = 0; set && i < set->len; i++) {
        memcpy(results->item[i].id, set->item[i].id, sizeof results->item[i].id);
        results->item[i].outcome = OUTCOME_KEPT;
    }
    results_count(results);
    if (set)
        memcpy(results->batch, set->batch, sizeof results->batch);
    if (why)
        results->err = *why;
    return results;
}
