#include "config.h"

#include "cli/trial.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/fetch_health.h"
#include "cli/lease.h"
#include "cli/trial_text.h"
#include "openai/costs.h"
#include "openai/judge.h"
#include "openai/models.h"
#include "secret/guard.h"
#include "worker/said.h"

#include <stdlib.h>
#include <string.h>

enum { LEASE_FOR_S = 40, WAIT_MS = 1000 };
enum { TRANSCRIPT_MAX = 32 * 1024 };

void trial_init(struct trial *t, struct cli *cli, struct session *session)
{
    *t = (struct trial){.cli = cli, .session = session, .verdict = VERDICT_NEVER};
    str_init(&t->request, TRANSCRIPT_MAX);
    str_init(&t->response, TRANSCRIPT_MAX);
    str_init(&t->body, TRANSCRIPT_MAX);
}

void trial_finish(struct trial *t)
{
    poll_work_destroy(t->work);
    str_finish(&t->request);
    str_finish(&t->response);
    str_finish(&t->body);
}

static void refuse(struct trial *t, enum verdict verdict, const char *code, const char *why)
{
    t->verdict = verdict;
    t->evidence = (struct evidence){
        .dns_ms = -1, .connect_ms = -1, .tls_ms = -1, .first_ms = -1, .total_ms = -1};
    (void)snprintf(t->evidence.code, sizeof t->evidence.code, "%s", code);
    (void)snprintf(t->evidence.message, sizeof t->evidence.message, "%s", why);
}

static void read_models(struct trial *t, const struct http_answer *answer)
{
    char words[HEALTH_MODELS] = "";
    if (models_parse(answer->body, answer->len, t->item->models, words, sizeof words))
        t->verdict = VERDICT_TROUBLE;
    else
        (void)snprintf(t->item->health.models, sizeof t->item->health.models, "%s", words);
}

static void got(void *arg, const struct http_answer *answer)
{
    struct trial *t = arg;
    enum question question = t->item->is_admin ? QUESTION_COSTS : QUESTION_MODELS;
    t->answered = 1;
    t->verdict = judge(answer, question, clock_now(), &t->evidence);
    if (t->verdict == VERDICT_VALID && question == QUESTION_MODELS)
        read_models(t, answer);
    trial_text_answer(t, answer);
}

/* Keys of a project carry organisation and project themselves; a wrong header would make a good key
 * fail. Only the older user keys choose by header. */
static void choose_headers(struct trial *t)
{
    static const char *const own[] = {"sk-proj-", "sk-svcacct-", "sk-admin-"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strncmp(t->item->key, own[i], strlen(own[i])) == 0)
            return;
    t->organisation = t->item->openai_organisation[0] ? t->item->openai_organisation : NULL;
    t->project = t->item->project[0] ? t->item->project : NULL;
}

static int make_url(struct trial *t)
{
    const char *base = t->item->base_url[0] ? t->item->base_url : t->options.worker.base_url;
    int64_t today = clock_day_start(clock_now());
    struct err why = {0};
    if (http_check_base(base, &why) == 0 &&
        (t->item->is_admin
             ? costs_url(t->url, sizeof t->url, base, today, clock_day_next(today), 0, "")
             : models_url(t->url, sizeof t->url, base)) == 0)
        return 0;
    refuse(t, VERDICT_SETTINGS, "base_url", why.text);
    return -1;
}

static void ask(struct trial *t, struct http *http)
{
    struct err why = {0};
    if (t->item->key[0] == '\0') {
        refuse(t, VERDICT_SETTINGS, "unusable_key", _("the key cannot be sent as it is"));
        return;
    }
    if (make_url(t) < 0)
        return;
    choose_headers(t);
    trial_text_request(t);
    if (http_get(http, t->url, t->item->key, t->organisation, t->project, got, t, &why)) {
        refuse(t, why.code == ERR_USAGE ? VERDICT_SETTINGS : VERDICT_NETWORK,
               why.code == ERR_USAGE ? "base_url" : "not_sent", why.text);
        return;
    }
    t->asked = 1;
    while (!t->answered) {
        http_step(http);
        if (!t->answered)
            (void)http_wait(http, NULL, 0, WAIT_MS);
    }
}

static int record(struct trial *t)
{
    char error[ERROR_TEXT] = "";
    struct outcome_of outcome = {0};
    struct health *h = &t->item->health;
    struct err *e = &t->cli->err;
    enum verdict before = h->verdict;
    int shared = verdict_effect(t->verdict) == EFFECT_SHARED;
    t->changed = health_apply(h, t->verdict, &t->evidence, &t->options.worker.schedule, clock_now(),
                              arc4random());
    said_error(error, t->verdict, &t->evidence);
    const struct poll_result result = {.health = h,
                                       .status = shared ? NULL
                                                        : health_status(h, before, t->item->status),
                                       .error = error[0] ? error : NULL,
                                       .shared = shared};
    int rc = q_poll_record(t->session, t->owner, &result, 1, fetch_outcome, &outcome, e);
    return fetch_wait(t->session, rc, &outcome, e);
}

int trial_run(struct trial *t, const char *id, const char *login)
{
    struct http *http = NULL;
    int rc = poll_options(t->cli, &t->options);
    lease_owner(t->owner, login);
    const struct http_options options = {.ca_file = t->options.worker.ca_file};
    if (rc == 0)
        rc = http_create(&http, &options, &t->cli->err);
    if (rc == 0)
        rc = lease_take(t->session, t->owner, id, LEASE_FOR_S, &t->work, &t->cli->err);
    if (rc == 0) {
        t->item = &t->work->item[0];
        ask(t, http);
        secret_wipe(t->item->key, sizeof t->item->key);
        rc = record(t);
    }
    http_destroy(http);
    return rc;
}
