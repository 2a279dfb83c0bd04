#include "config.h"

#include "worker/probe.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "openai/costs.h"
#include "openai/judge.h"
#include "openai/models.h"
#include "secret/guard.h"
#include "worker/kit.h"
#include "worker/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *probe_base(const struct kit *kit, const struct poll_item *item)
{
    return item->base_url[0] ? item->base_url : kit->options.base_url;
}

static void settle(struct ticket *t, enum verdict verdict, const struct evidence *evidence)
{
    struct health *h = &t->item->health;
    const enum verdict before = h->verdict;
    const enum verdict candidate = h->candidate;
    int changed =
        health_apply(h, verdict, evidence, &t->kit->options.schedule, clock_now(), arc4random());
    t->seen = verdict;
    t->news = changed || h->candidate != candidate || h->candidate != VERDICT_NEVER;
    t->shared = verdict_effect(verdict) == EFFECT_SHARED;
    t->status = t->shared ? NULL : health_status(h, before, t->item->status);
    said_error(t->error, verdict, evidence);
    kit_count_probe(t->kit, verdict, changed, evidence->total_ms);
}

static void end(struct ticket *t, int cancelled)
{
    secret_wipe(t->item->key, sizeof t->item->key);
    t->ended(t->arg, t, cancelled);
}

/* What the request could not even be sent for. */
static void refuse(struct ticket *t, enum verdict verdict, const char *code)
{
    struct evidence evidence = {
        .dns_ms = -1, .connect_ms = -1, .tls_ms = -1, .first_ms = -1, .total_ms = -1};
    (void)snprintf(evidence.code, sizeof evidence.code, "%s", code);
    settle(t, verdict, &evidence);
    end(t, 0);
}

/* A key of a project works whatever the row says of organisation and project; a word is due when
 * the answer names others. Only identifiers are compared: the header may hold a name. */
static void compare(const char *what, const char *prefix, const char *ours, const char *theirs,
                    struct evidence *evidence)
{
    size_t len = strlen(evidence->message);
    size_t mark = strlen(prefix);
    if (strncmp(theirs, prefix, mark) != 0 || strncmp(ours, prefix, mark) != 0 ||
        strcmp(ours, theirs) == 0)
        return;
    char clean[PROJECT_TEXT];
    redact(clean, sizeof clean, theirs, strlen(theirs));
    (void)snprintf(evidence->message + len, sizeof evidence->message - len,
                   "%sOpenAI answers for %s %s, the connexion says %s", len ? "; " : "", what,
                   clean, ours);
}

static enum verdict read_answer(struct ticket *t, const struct http_answer *answer,
                                struct evidence *evidence)
{
    struct poll_item *item = t->item;
    enum question question = item->is_admin ? QUESTION_COSTS : QUESTION_MODELS;
    enum verdict verdict = judge_with(t->kit->models, answer, question, clock_now(), evidence);
    if (verdict == VERDICT_VALID && question == QUESTION_MODELS)
        models_words(t->kit->models, item->models, item->health.models, sizeof item->health.models);
    if (verdict_effect(verdict) == EFFECT_GOOD) {
        compare("organisation", "org-", item->openai_organisation, answer->organization, evidence);
        compare("project", "proj_", item->project, answer->project, evidence);
    }
    return verdict;
}

static void got(void *arg, const struct http_answer *answer)
{
    struct ticket *t = arg;
    struct evidence evidence = {0};
    kit_count_flight(t->kit, -1);
    if (!answer->cancelled)
        settle(t, read_answer(t, answer, &evidence), &evidence);
    end(t, answer->cancelled);
}

/* Keys of a project carry organisation and project themselves; a wrong header would make a good key
 * fail. Only the older user keys choose by header. */
static int is_of_project(const char *key)
{
    return strncmp(key, "sk-proj-", 8) == 0 || strncmp(key, "sk-svcacct-", 11) == 0 ||
           strncmp(key, "sk-admin-", 9) == 0;
}

static const char *header(const struct poll_item *item, const char *value)
{
    return value[0] && !is_of_project(item->key) ? value : NULL;
}

static int make_url(char url[HTTP_URL_MAX], const char *base, int is_admin)
{
    struct err e = {0};
    const int64_t today = clock_day_start(clock_now());
    if (http_check_base(base, &e))
        return -1;
    return is_admin ? costs_url(url, HTTP_URL_MAX, base, today, clock_day_next(today), 0, "")
                    : models_url(url, HTTP_URL_MAX, base);
}

void probe_start(struct kit *kit, struct ticket *t,
                 void (*ended)(void *arg, struct ticket *ticket, int cancelled), void *arg)
{
    struct err e = {0};
    struct poll_item *item = t->item;
    const char *base = probe_base(kit, item);
    char url[HTTP_URL_MAX];
    t->ended = ended;
    t->arg = arg;
    if (item->key[0] == '\0') {
        refuse(t, VERDICT_SETTINGS, "unusable_key");
    } else if (make_url(url, base, item->is_admin)) {
        refuse(t, VERDICT_SETTINGS, "base_url");
    } else if (http_get(kit->http, url, item->key, header(item, item->openai_organisation),
                        header(item, item->project), got, t, &e)) {
        int ours = e.code == ERR_USAGE;
        refuse(t, ours ? VERDICT_SETTINGS : VERDICT_NETWORK, ours ? "not_a_header" : "not_sent");
    } else {
        kit_count_flight(kit, 1);
    }
}
