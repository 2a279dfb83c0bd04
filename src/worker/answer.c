#include "config.h"

#include "worker/answer.h"

#include "base/log.h"
#include "base/mem.h"
#include "db/q_connexion.h"
#include "db/q_edit.h"
#include "db/q_health.h"
#include "db/q_journal.h"
#include "db/q_organisation.h"
#include "worker/asker.h"

#include <stdlib.h>
#include <string.h>

struct asked {
    struct queue *events;
    unsigned job;
};

void answer_post(struct queue *events, struct event *event)
{
    if (queue_push(events, event) == 0)
        return;
    log_write(LOG_ERROR, "the screen does not read its events: one is dropped");
    event_destroy(event);
}

void answer_fault(struct queue *events, unsigned job, const struct err *e)
{
    log_write(LOG_ERROR, "%s", e->text);
    struct event *event = event_create(EVENT_FAULT);
    event->job = job;
    event->err = *e;
    answer_post(events, event);
}

/* Frees what was asked; the event to fill in, or NULL when the answer is a failure, which is told
 * here. */
static struct event *answered(struct asked *asked, enum event_kind kind, const struct err *e)
{
    struct event *event = NULL;
    if (!e || e->code == ERR_OK) {
        event = event_create(kind);
        event->job = asked->job;
    } else if (e->code != ERR_LOST) {
        answer_fault(asked->events, asked->job, e);
    }
    return event;
}

static void got_page(void *arg, struct page *page, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_PAGE, e);
    if (event) {
        event->page = page;
        answer_post(asked->events, event);
    }
    free(asked);
}

static void got_connexion(void *arg, struct connexion *row, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_CONNEXION, e);
    if (event) {
        event->connexion = row;
        answer_post(asked->events, event);
    }
    free(asked);
}

static void got_totals(void *arg, const struct totals *totals, int exact, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_TOTALS, e);
    if (event) {
        event->totals = *totals;
        event->totals_exact = exact;
        answer_post(asked->events, event);
    }
    free(asked);
}

static void got_organisations(void *arg, struct organisations *all, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_ORGANISATIONS, e);
    if (event) {
        event->organisations = all;
        answer_post(asked->events, event);
    }
    free(asked);
}

static void got_health(void *arg, struct health_list *list, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_HEALTH, e);
    if (event) {
        event->health = list;
        answer_post(asked->events, event);
    } else {
        health_list_destroy(list);
    }
    free(asked);
}

static void got_figures(void *arg, struct figures *figures, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_FIGURES, e);
    if (event) {
        event->figures = figures;
        answer_post(asked->events, event);
    } else {
        free(figures);
    }
    free(asked);
}

static void got_preview(void *arg, struct change_results *results, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_PREVIEW, e);
    if (event) {
        event->results = results;
        answer_post(asked->events, event);
    } else {
        change_results_destroy(results);
    }
    free(asked);
}

static void got_undo_state(void *arg, const struct undo_state *state, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_UNDO_STATE, e);
    if (event) {
        event->undo = mem_alloc(sizeof *event->undo);
        *event->undo = *state;
        answer_post(asked->events, event);
    }
    free(asked);
}

static void got_journal(void *arg, struct journal_page *page, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_JOURNAL, e);
    if (event) {
        event->journal = page;
        answer_post(asked->events, event);
    } else {
        journal_page_destroy(page);
    }
    free(asked);
}

static void got_proofs(void *arg, const struct journal_proof *proofs, size_t len, struct err *e)
{
    struct asked *asked = arg;
    struct event *event = answered(asked, EVENT_VERIFIED, e);
    if (event) {
        event->proofs = mem_zero(len + 1, sizeof *event->proofs);
        if (len > 0)
            memcpy(event->proofs, proofs, len * sizeof *proofs);
        event->proofs_len = len;
        answer_post(asked->events, event);
    }
    free(asked);
}

static int ask_edit(const struct job *job, struct session *s, struct asked *asked, struct err *e)
{
    if (job->kind == JOB_PREVIEW && job->changes)
        return q_edit_preview(s, job->changes, got_preview, asked, e);
    if (job->kind == JOB_UNDO_STATE)
        return q_edit_undo_state(s, got_undo_state, asked, e);
    if (job->kind == JOB_JOURNAL && job->journal)
        return q_journal_page(s, job->journal, got_journal, asked, e);
    if (job->kind == JOB_VERIFY)
        return q_journal_verify(s, job->uuid, got_proofs, asked, e);
    return err_set(e, ERR_FAILURE, "job %d is no question", (int)job->kind);
}

static int ask_health(const struct job *job, struct session *s, struct asked *asked, struct err *e)
{
    const char **ids = mem_zero((size_t)job->ids_len + 1, sizeof *ids);
    for (int i = 0; i < job->ids_len; i++)
        ids[i] = job->ids[i];
    int rc = q_health_of(s, ids, job->ids_len, got_health, asked, e);
    free(ids);
    return rc;
}

static int ask(const struct job *job, struct session *s, struct asked *asked, struct err *e)
{
    switch ((int)job->kind) {
    case JOB_PAGE:
        return q_connexion_page(s, &job->page, got_page, asked, e);
    case JOB_CONNEXION:
        return q_connexion_one(s, job->uuid, got_connexion, asked, e);
    case JOB_TOTALS:
        return q_connexion_totals(s, &job->page.filter, job->page.organisation, got_totals, asked,
                                  e);
    case JOB_ORGANISATIONS:
        return q_organisation_all(s, got_organisations, asked, e);
    case JOB_HEALTH:
        return ask_health(job, s, asked, e);
    case JOB_FIGURES:
        return q_figures_of(s, job->uuid, got_figures, asked, e);
    default:
        break;
    }
    return ask_edit(job, s, asked, e);
}

void answer_job(const struct job *job, struct session *session, struct queue *events)
{
    struct err e = {0};
    if (asker_knows(job)) {
        asker_start(job, session, events);
        return;
    }
    struct asked *asked = mem_alloc(sizeof *asked);
    *asked = (struct asked){.events = events, .job = job->id};
    if (ask(job, session, asked, &e)) {
        answer_fault(events, job->id, &e);
        free(asked);
    }
}
