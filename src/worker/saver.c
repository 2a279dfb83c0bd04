#include "config.h"

#include "worker/saver.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "flow/event.h"
#include "worker/answer.h"

#include <stdio.h>
#include <string.h>

/* A cancel that comes between two statements is lost: it is said again. */
enum { CANCEL_AGAIN_MS = 250, ASK_AGAIN_MS = 500, TELL_MS = 100 };

void saver_init(struct saver *saver, struct kit *kit, const struct conn_spec *spec)
{
    *saver = (struct saver){.kit = kit};
    side_init(&saver->side, "edit", spec, NULL, NULL);
}

void saver_stop(struct saver *saver)
{
    saver->stage = SAVER_IDLE;
    side_finish(&saver->side);
}

void saver_finish(struct saver *saver)
{
    saver_stop(saver);
    job_destroy(saver->job);
    saver->job = NULL;
}

static struct session *session_of(const struct saver *saver)
{
    return saver->side.status == SIDE_READY ? saver->side.session : NULL;
}

static int is_failure(const struct err *e)
{
    return e && e->code != ERR_OK;
}

static void tell_armed(const struct saver *saver, unsigned job)
{
    struct event *event = event_create(EVENT_ARMED);
    event->job = job;
    event->flag = saver->armed;
    answer_post(saver->kit->events, event);
}

static void tell_saving(struct saver *saver, size_t rows, int unsure)
{
    struct event *event = event_create(EVENT_SAVING);
    event->job = saver->job->id;
    event->rows_done = rows;
    event->rows_total = saver->job->changes ? saver->job->changes->len : 0;
    event->unsure = unsure;
    answer_post(saver->kit->events, event);
}

/* The end. Takes results. */
static void tell_saved(struct saver *saver, struct change_results *results)
{
    struct event *event = event_create(EVENT_SAVED);
    event->job = saver->job->id;
    event->results = results;
    if (results->err.code != ERR_OK)
        log_write(LOG_WARN, "save %s: %s", saver->batch, results->err.text);
    else
        log_write(LOG_INFO, "save %s: %zu of %zu rows written", saver->batch,
                  results->count[OUTCOME_SAVED], results->len);
    answer_post(saver->kit->events, event);
    job_destroy(saver->job);
    saver->job = NULL;
    saver->stage = SAVER_IDLE;
}

static void tell_kept(struct saver *saver, const struct err *why)
{
    struct err given_up = {0};
    if (saver->stopping) {
        (void)err_set(&given_up, ERR_FAILURE, "%s", _("the plan was given up"));
        why = &given_up;
    }
    tell_saved(saver, edit_kept(saver->job->changes, why));
}

/* Nobody knows how it ended, and nothing that could be asked will tell. */
static void tell_unknown(struct saver *saver, const struct err *why)
{
    struct err e = *why;
    e.code = ERR_LOST;
    answer_fault(saver->kit->events, saver->job->id, &e);
    job_destroy(saver->job);
    saver->job = NULL;
    saver->stage = SAVER_IDLE;
}

/* ── the end is found out ── */

static void on_result(void *arg, struct change_results *results, struct err *e)
{
    struct saver *saver = arg;
    if (saver->stage != SAVER_ASKED) {
        change_results_destroy(results);
        return;
    }
    if (results && results->len > 0 && saver->job->changes)
        edit_align(saver->job->changes, results);
    if (results && (results->committed || results->len > 0)) {
        tell_saved(saver, results);
        return;
    }
    change_results_destroy(results);
    int failed = is_failure(e);
    if (failed && (e->code == ERR_LOST || e->code == ERR_TIMEOUT)) {
        saver->stage = SAVER_UNSURE;
        saver->ask_ms = clock_mono_ms() + ASK_AGAIN_MS;
    } else if (!failed || saver->definite) {
        tell_kept(saver, &saver->why);
    } else {
        tell_unknown(saver, e);
    }
}

static void ask_result(struct saver *saver, struct session *s)
{
    struct err e = {0};
    saver->stage = SAVER_ASKED;
    if (q_edit_result(s, saver->batch, on_result, saver, &e) < 0)
        on_result(saver, NULL, &e);
}

/* ── the save itself ── */

static void on_progress(void *arg, size_t rows)
{
    struct saver *saver = arg;
    const int64_t now = clock_mono_ms();
    if (now < saver->tell_ms || saver->stage != SAVER_SENT)
        return;
    saver->tell_ms = now + TELL_MS;
    tell_saving(saver, rows, 0);
}

/* A refusal as such is the end: nothing was written. After anything else the database is asked, so
 * that nothing of it can still come. */
static void on_done(void *arg, struct change_results *results, struct err *e)
{
    struct saver *saver = arg;
    if (saver->stage != SAVER_SENT) {
        change_results_destroy(results);
        return;
    }
    if (results) {
        tell_saved(saver, results);
        return;
    }
    saver->why = *e;
    saver->definite = e->code != ERR_LOST && e->code != ERR_TIMEOUT;
    if (e->code == ERR_DENIED) {
        tell_kept(saver, e);
        return;
    }
    saver->stage = SAVER_UNSURE;
    saver->ask_ms = 0;
    if (!session_is_ready(saver->side.session))
        tell_saving(saver, 0, 1);
}

static void send_job(struct saver *saver, struct session *s)
{
    struct err e = {0};
    const struct job *job = saver->job;
    saver->stage = SAVER_SENT;
    saver->tell_ms = 0;
    session_arm(s, saver->armed);
    int rc =
        job->kind == JOB_SAVE
            ? q_edit_save(s, job->changes, job->edit_kind[0] ? job->edit_kind : "edit", on_progress,
                          on_done, saver, &e)
            : q_edit_undo(s, saver->batch, job->uuid, job->kind == JOB_REDO, on_done, saver, &e);
    if (rc < 0)
        tell_kept(saver, &e);
}

static void refuse(struct saver *saver, const struct job *job, const char *text)
{
    struct err e = {0};
    struct event *event = event_create(EVENT_SAVED);
    (void)err_set(&e, ERR_LIMIT, "%s", text);
    event->job = job->id;
    event->results = edit_kept(job->changes, &e);
    answer_post(saver->kit->events, event);
}

/* 1: the job is the saver's now. */
static int begin(struct saver *saver, struct job *job)
{
    if (saver->job) {
        refuse(saver, job, _("Another save is under way: wait for its end."));
        return 0;
    }
    if (job->kind == JOB_SAVE && !job->changes) {
        refuse(saver, job, _("There is nothing to save."));
        return 0;
    }
    saver->job = job;
    saver->stopping = 0;
    saver->why = (struct err){0};
    if (job->changes) {
        edit_name(job->changes);
        memcpy(saver->batch, job->changes->batch, sizeof saver->batch);
    } else {
        edit_batch(saver->batch);
    }
    saver->stage = SAVER_WAITING;
    saver->wanted = 1;
    side_retry(&saver->side);
    return 1;
}

static void stop(struct saver *saver)
{
    if (!saver->job)
        return;
    saver->stopping = 1;
    saver->cancel_ms = 0;
    if (saver->stage == SAVER_WAITING)
        tell_kept(saver, NULL);
}

static void connected(struct saver *saver)
{
    if (saver->arm_job) {
        saver->armed = saver->arm_wanted;
        tell_armed(saver, saver->arm_job);
        saver->arm_job = 0;
    }
}

static void arm(struct saver *saver, const struct job *job)
{
    saver->arm_wanted = job->flag != 0;
    if (!saver->arm_wanted) {
        saver->armed = 0;
        saver->arm_job = 0;
        tell_armed(saver, job->id);
        return;
    }
    saver->arm_job = job->id;
    saver->arm_told = 0;
    saver->wanted = 1;
    side_retry(&saver->side);
    if (session_of(saver))
        connected(saver);
}

void saver_start(struct saver *saver, struct job *job)
{
    if (job->kind == JOB_SAVE_STOP)
        stop(saver);
    else if (job->kind == JOB_ARM)
        arm(saver, job);
    else if (begin(saver, job))
        return;
    job_destroy(job);
}

void saver_retry(struct saver *saver)
{
    if (saver->wanted)
        side_retry(&saver->side);
}

/* ── the connection ── */

/* The wish to write outlives an attempt that failed, unless the server refused. The first failure
 * is told. */
static void not_armed(struct saver *saver, const struct err *e)
{
    int refused = saver->side.status == SIDE_REFUSED;
    if (refused || !saver->arm_told)
        answer_fault(saver->kit->events, refused ? saver->arm_job : 0, e);
    saver->arm_told = 1;
    if (!refused)
        return;
    tell_armed(saver, saver->arm_job);
    saver->arm_job = 0;
}

static void not_connected(struct saver *saver)
{
    const struct err *e = &saver->side.err;
    if (saver->arm_job)
        not_armed(saver, e);
    if (saver->stage == SAVER_WAITING)
        tell_kept(saver, e);
    else if (saver->stage == SAVER_UNSURE && saver->side.status == SIDE_REFUSED)
        tell_unknown(saver, e);
    if (!saver->job && !saver->arm_job && saver->side.status == SIDE_WAITING)
        saver->wanted = 0; /* until something is to be written again */
}

static void news(struct saver *saver)
{
    saver->side.news = 0;
    if (saver->side.status == SIDE_READY)
        connected(saver);
    else if (saver->side.status == SIDE_WAITING || saver->side.status == SIDE_REFUSED)
        not_connected(saver);
}

static void cancel(struct saver *saver, struct session *s, int64_t mono_ms)
{
    struct err e = {0};
    saver->cancel_ms = mono_ms + CANCEL_AGAIN_MS;
    if (session_cancel(s, &e) < 0)
        log_write(LOG_WARN, "save %s: %s", saver->batch, e.text);
}

void saver_step(struct saver *saver, int64_t mono_ms)
{
    if (!saver->wanted && !saver->side.session)
        return;
    side_step(&saver->side, mono_ms);
    if (saver->side.news)
        news(saver);
    struct session *s = session_of(saver);
    if (!s)
        return;
    if (saver->stage == SAVER_WAITING)
        send_job(saver, s);
    else if (saver->stage == SAVER_UNSURE && mono_ms >= saver->ask_ms)
        ask_result(saver, s);
    if (saver->stage == SAVER_SENT && saver->stopping && mono_ms >= saver->cancel_ms)
        cancel(saver, s, mono_ms);
}

static int64_t earliest(int64_t a, int64_t b)
{
    if (b < 0)
        return a;
    return a < 0 || b < a ? b : a;
}

int64_t saver_deadline(const struct saver *saver)
{
    int64_t at = saver->wanted || saver->side.session ? side_deadline(&saver->side) : -1;
    if (!session_of(saver))
        return at;
    if (saver->stage == SAVER_WAITING)
        at = 0;
    if (saver->stage == SAVER_UNSURE)
        at = earliest(at, saver->ask_ms);
    if (saver->stage == SAVER_SENT && saver->stopping)
        at = earliest(at, saver->cancel_ms);
    return at;
}
