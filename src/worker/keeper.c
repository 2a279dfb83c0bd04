#include "config.h"

#include "worker/keeper.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/event.h"
#include "openai/costs.h"
#include "openai/judge.h"
#include "worker/answer.h"
#include "worker/sealing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void keeper_init(struct keeper *k, struct kit *kit, struct coster *coster)
{
    *k = (struct keeper){.kit = kit, .coster = coster};
    secret_init(&k->key);
}

void keeper_finish(struct keeper *k)
{
    secret_finish(&k->key);
}

static void fault(struct keeper *k, const struct err *e)
{
    answer_fault(k->kit->events, k->job, e);
    secret_finish(&k->key);
    k->job = 0;
}

/* The outcome, or the failure, which a broken connection tells itself. */
static void end(struct keeper *k, const struct err *e)
{
    if (e && e->code != ERR_OK) {
        fault(k, e);
        return;
    }
    struct event *event = event_create(EVENT_ACCOUNT_DONE);
    event->job = k->job;
    event->outcome = mem_alloc(sizeof *event->outcome);
    *event->outcome = k->outcome;
    answer_post(k->kit->events, event);
    secret_finish(&k->key);
    k->job = 0;
}

static void stored(void *arg, int copies, struct err *e)
{
    struct keeper *k = arg;
    k->outcome.stored = 1;
    k->outcome.copies = copies;
    if (!e || e->code == ERR_OK)
        log_write(LOG_INFO, "account %s: an admin key is stored, sealed to %d programs",
                  k->outcome.name, copies);
    end(k, e);
    coster_changed(k->coster, clock_mono_ms());
}

static struct session *session_of(const struct keeper *k, struct err *e)
{
    struct session *s = kit_either(k->kit);
    if (!s)
        (void)err_set(e, ERR_LOST, "%s",
                      _("There is no connection to the database at the moment."));
    return s;
}

static void store(struct keeper *k)
{
    struct err e = {0};
    struct session *s = session_of(k, &e);
    const struct keypair *pair = s ? coster_pair(k->coster, &e) : NULL;
    const struct account_new account = {k->outcome.name, k->base_url, k->by_key};
    if (!pair || sealing_start(s, pair, k->kit->owner, &account, &k->key, stored, k, &e))
        fault(k, &e);
}

/* What OpenAI itself refuses is not stored; what could not be asked is. */
static int is_refused(enum verdict verdict)
{
    return verdict_effect(verdict) == EFFECT_OWN || verdict == VERDICT_LIMITED;
}

static void tried(void *arg, const struct http_answer *answer)
{
    struct keeper *k = arg;
    struct account_outcome *o = &k->outcome;
    if (answer->cancelled) {
        secret_finish(&k->key);
        k->job = 0;
        return;
    }
    o->verdict = judge(answer, QUESTION_COSTS, clock_now(), &o->evidence);
    if (!is_refused(o->verdict)) {
        store(k);
        return;
    }
    log_write(LOG_WARN, "account %s: the admin key entered is refused: %s (%d %s)", o->name,
              verdict_word(o->verdict), o->evidence.http, o->evidence.code);
    end(k, NULL);
}

/* The costs of today: the smallest question that only an admin key can ask. */
static void try_key(struct keeper *k)
{
    const char *base = k->base_url[0] ? k->base_url : k->kit->options.base_url;
    const int64_t today = clock_day_start(clock_now());
    char url[HTTP_URL_MAX];
    struct err e = {0};
    int rc = http_check_base(base, &e);
    if (rc == 0 && costs_url(url, sizeof url, base, today, clock_day_next(today), 0, ""))
        rc = err_set(&e, ERR_USAGE, "%s", _("The URL of the account is too long."));
    if (rc == 0 && !k->kit->http)
        rc = err_set(&e, ERR_SYSTEM, "%s", _("No request can be made: see the log."));
    if (rc == 0)
        rc = http_get(k->kit->http, url, k->key.text, NULL, NULL, tried, k, &e);
    if (rc < 0)
        fault(k, &e);
}

static void enter(struct keeper *k, struct job *job)
{
    struct err e = {0};
    const char *text = job->secret ? job->secret : "";
    int rc = secret_set(&k->key, text, strlen(text), &e);
    job_wipe(job);
    (void)snprintf(k->base_url, sizeof k->base_url, "%s", job->base_url);
    k->by_key = job->by_key;
    if (rc < 0)
        fault(k, &e);
    else
        try_key(k);
}

static void removed(void *arg, struct err *e)
{
    struct keeper *k = arg;
    k->outcome.removed = 1;
    if (!e || e->code == ERR_OK)
        log_write(LOG_INFO, "account %s: its admin key is removed", k->outcome.name);
    end(k, e);
}

static void remove_key(struct keeper *k)
{
    struct err e = {0};
    struct session *s = session_of(k, &e);
    if (!s || q_account_remove(s, k->outcome.name, removed, k, &e))
        fault(k, &e);
}

struct asked {
    struct queue *events;
    unsigned job;
};

static void got_list(void *arg, struct account_list *list, struct err *e)
{
    struct asked *asked = arg;
    if (e && e->code != ERR_OK) {
        if (e->code != ERR_LOST)
            answer_fault(asked->events, asked->job, e);
        account_list_destroy(list);
    } else {
        struct event *event = event_create(EVENT_ACCOUNTS);
        event->job = asked->job;
        event->accounts = list;
        answer_post(asked->events, event);
    }
    free(asked);
}

/* Without a key pair nothing is readable here, which is what the screen then says. */
static void list(struct keeper *k, unsigned job)
{
    struct err e = {0};
    struct err none = {0};
    const struct keypair *pair = coster_pair(k->coster, &none);
    struct session *s = session_of(k, &e);
    struct asked *asked = mem_alloc(sizeof *asked);
    *asked = (struct asked){k->kit->events, job};
    if (s && q_account_list(s, pair ? keypair_public(pair) : NULL, got_list, asked, &e) == 0)
        return;
    answer_fault(k->kit->events, job, &e);
    free(asked);
}

void keeper_start(struct keeper *k, struct job *job)
{
    struct err e = {0};
    if (job->kind == JOB_ACCOUNTS) {
        list(k, job->id);
        return;
    }
    if (k->job) {
        (void)err_set(&e, ERR_LIMIT, "%s", _("Another admin key is not done yet: wait for it."));
        answer_fault(k->kit->events, job->id, &e);
        job_wipe(job);
        return;
    }
    k->job = job->id;
    k->outcome = (struct account_outcome){.copies = 0};
    memcpy(k->outcome.name, job->name, sizeof k->outcome.name);
    if (job->kind == JOB_ACCOUNT_SET)
        enter(k, job);
    else
        remove_key(k);
}
