#include "config.h"

#include "cli/fetch_edit.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/interrupt.h"

#include <stdlib.h>
#include <string.h>

/* What one question is answered with. */
struct answer {
    struct change_results *results;
    struct undo_state undo;
    struct journal_page *page;
    struct journal_proof *proofs;
    size_t proofs_len;
    struct choice_list *choices;
    int told, failed;
    struct err err;
    edit_progress progress;
    void *arg;
    int *interrupted; /* NULL: signals end the program */
};

static void keep_error(struct answer *a, const struct err *e)
{
    a->told = 1;
    if (e && e->code != ERR_OK) {
        a->failed = 1;
        a->err = *e;
    }
}

static void on_progress(void *arg, size_t rows)
{
    struct answer *a = arg;
    if (a->progress)
        a->progress(a->arg, rows);
}

static void on_results(void *arg, struct change_results *results, struct err *e)
{
    struct answer *a = arg;
    a->results = results;
    keep_error(a, e);
    if (results)
        keep_error(a, &results->err);
}

static void on_undo_state(void *arg, const struct undo_state *state, struct err *e)
{
    struct answer *a = arg;
    if (state)
        a->undo = *state;
    keep_error(a, e);
}

static void on_page(void *arg, struct journal_page *page, struct err *e)
{
    struct answer *a = arg;
    a->page = page;
    keep_error(a, e);
}

static void on_proofs(void *arg, const struct journal_proof *proofs, size_t len, struct err *e)
{
    struct answer *a = arg;
    if (proofs && len > 0) {
        a->proofs = mem_zero(len, sizeof *proofs);
        a->proofs_len = len;
        memcpy(a->proofs, proofs, len * sizeof *proofs);
    }
    keep_error(a, e);
}

static void on_choices(void *arg, struct choice_list *list, struct err *e)
{
    struct answer *a = arg;
    a->choices = list;
    keep_error(a, e);
}

/* Waits; the failure of the answer is nearer to the cause than that of the wait. */
static int finish(struct session *s, int rc, const struct answer *a, struct err *e)
{
    if (rc == 0)
        rc = a->interrupted ? interrupt_wait(s, a->interrupted, e) : session_wait(s, e);
    if (a->failed) {
        *e = a->err;
        return -(int)a->err.code;
    }
    if (rc == 0 && !a->told)
        return err_set(e, ERR_FAILURE, _("The database gave no answer."));
    return rc;
}

static int take_results(struct session *s, int rc, struct answer *a, struct change_results **out,
                        struct err *e)
{
    rc = finish(s, rc, a, e);
    if (rc == 0 && !a->results)
        rc = err_set(e, ERR_FAILURE, _("The database gave no answer."));
    if (rc) {
        change_results_destroy(a->results);
        a->results = NULL;
    }
    *out = a->results;
    return rc;
}

int fetch_save(struct session *s, const struct change_set *set, const char *kind,
               struct fetch_watch *watch, struct change_results **out, struct err *e)
{
    struct answer a = {
        .progress = watch->progress, .arg = watch->arg, .interrupted = &watch->interrupted};
    return take_results(s, q_edit_save(s, set, kind, on_progress, on_results, &a, e), &a, out, e);
}

int fetch_result(struct session *s, const char *batch, struct change_results **out, struct err *e)
{
    struct answer a = {0};
    return take_results(s, q_edit_result(s, batch, on_results, &a, e), &a, out, e);
}

int fetch_preview(struct session *s, const struct change_set *set, struct change_results **out,
                  struct err *e)
{
    struct answer a = {0};
    return take_results(s, q_edit_preview(s, set, on_results, &a, e), &a, out, e);
}

int fetch_undo(struct session *s, const char *batch, const char *target, int redo,
               struct change_results **out, struct err *e)
{
    struct answer a = {0};
    return take_results(s, q_edit_undo(s, batch, target, redo, on_results, &a, e), &a, out, e);
}

int fetch_undo_state(struct session *s, struct undo_state *out, struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_edit_undo_state(s, on_undo_state, &a, e), &a, e);
    *out = a.undo;
    return rc;
}

int fetch_journal(struct session *s, const struct journal_request *request,
                  struct journal_page **out, struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_journal_page(s, request, on_page, &a, e), &a, e);
    if (rc == 0 && !a.page)
        rc = err_set(e, ERR_FAILURE, _("The database gave no answer."));
    if (rc) {
        journal_page_destroy(a.page);
        a.page = NULL;
    }
    *out = a.page;
    return rc;
}

int fetch_verify(struct session *s, const char *organisation, struct journal_proof **proofs,
                 size_t *len, struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_journal_verify(s, organisation, on_proofs, &a, e), &a, e);
    if (rc) {
        free(a.proofs);
        a.proofs = NULL;
        a.proofs_len = 0;
    }
    *proofs = a.proofs;
    *len = a.proofs_len;
    return rc;
}

int fetch_choices(struct session *s, const struct choice_request *request, struct choice_list **out,
                  struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_choice(s, request, on_choices, &a, e), &a, e);
    if (rc == 0 && !a.choices)
        rc = err_set(e, ERR_FAILURE, _("The database gave no answer."));
    if (rc) {
        choice_list_destroy(a.choices);
        a.choices = NULL;
    }
    *out = a.choices;
    return rc;
}
