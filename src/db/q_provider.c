#include "config.h"

#include "db/q_provider.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HEX = 2 * PUBLIC_KEY + 1, NUMBER_TEXT = 24, SEEN_TEXT = 4 * 1024 * 1024 };

/* All answers are one row of one query. */
struct asked {
    union {
        provider_begin_done begin;
        provider_held held;
        provider_look_done look;
        drift_lease_done lease;
    } done;
    void *arg;
};

static int send_one(struct session *s, enum stmt stmt, const char *const *values, session_done got,
                    struct asked asked, struct err *e)
{
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    const struct query query = {stmt, stmt_params(stmt), values};
    struct asked *kept = mem_alloc(sizeof *kept);
    *kept = asked;
    int rc = session_send(s, TRANSACTION_WRITE, &query, 1, got, kept, e);
    if (rc < 0)
        free(kept);
    return rc;
}

static int has_row(PGresult *const *results, int count)
{
    return count == 1 && PQntuples(results[0]) > 0;
}

static void got_begin(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    char other[160] = "";
    if (has_row(results, count))
        row_copy(other, sizeof other, results[0], 0, "other");
    asked->done.begin(asked->arg, other, e);
    free(asked);
}

int q_provider_begin(struct session *s, const char *owner, const struct provider_plan *plan,
                     const char *account_id, int seconds, provider_begin_done done, void *arg,
                     struct err *e)
{
    char text[NUMBER_TEXT];
    (void)snprintf(text, sizeof text, "%d", seconds);
    const char *const values[] = {owner, plan->connexion_id, account_id, plan->project, text};
    return send_one(s, STMT_PROVIDER_BEGIN, values, got_begin,
                    (struct asked){.done.begin = done, .arg = arg}, e);
}

static void got_held(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    asked->done.held(asked->arg, has_row(results, count) && row_flag(results[0], 0, "held"), e);
    free(asked);
}

static void steps_open(struct str *s, const struct provider_plan *plan)
{
    str_init(s, SEEN_TEXT);
    (void)str_add_char(s, '[');
    for (int i = 0; i < plan->len; i++) {
        const struct provider_step *step = &plan->item[i];
        (void)str_add_char(s, '{');
        json_text(s, "part", provider_part_word(step->part));
        json_text(s, "kind", provider_step_word(step->kind));
        json_text(s, "state", provider_state_word(step->state));
        json_text(s, "object", step->object);
        json_text(s, "have", step->have);
        json_text(s, "want", step->want);
        json_text(s, "why", step->why);
        json_close(s, '}');
        (void)str_add_char(s, ',');
    }
    json_close(s, ']');
}

int q_provider_note(struct session *s, const char *owner, const struct provider_plan *plan,
                    int seconds, provider_held done, void *arg, struct err *e)
{
    char text[NUMBER_TEXT];
    struct str steps;
    (void)snprintf(text, sizeof text, "%d", seconds);
    steps_open(&steps, plan);
    const char *const values[] = {owner, plan->project, str_get(&steps), text};
    int rc = send_one(s, STMT_PROVIDER_NOTE, values, got_held,
                      (struct asked){.done.held = done, .arg = arg}, e);
    str_finish(&steps);
    return rc;
}

static void add_limit(struct str *s, const struct provider_seen *seen)
{
    if (seen->cents > 0)
        json_number(s, "spend_limit", seen->cents);
    else
        json_text(s, "spend_limit", NULL);
}

static void add_alerts(struct str *s, const struct provider_seen *seen)
{
    (void)str_add(s, "\"spend_alerts\":[");
    for (int i = 0; i < seen->alerts; i++) {
        if (!seen->alert[i].ours)
            continue;
        (void)str_add_char(s, '{');
        json_number(s, "cents", seen->alert[i].cents);
        json_text(s, "mails", seen->alert[i].mails);
        json_close(s, '}');
        (void)str_add_char(s, ',');
    }
    json_close(s, ']');
    (void)str_add_char(s, ',');
}

static void add_models(struct str *s, const struct provider_seen *seen)
{
    if (seen->mode == MODELS_OPEN) {
        json_text(s, "models", NULL);
        return;
    }
    (void)str_add(s, "\"models\":{");
    json_text(s, "mode", seen->mode == MODELS_ALLOWED ? "allow_list" : "deny_list");
    (void)str_add(s, "\"ids\":[\"");
    for (int i = 0; i < seen->models; i++) {
        (void)str_add(s, i ? "\",\"" : "");
        for (const char *c = seen->model[i]; *c; c++)
            (void)str_add_char(s, *c == '"' || *c == '\\' ? '?' : *c);
    }
    (void)str_add(s, "\"]},");
}

static void add_rates(struct str *s, const struct provider_seen *seen)
{
    (void)str_add(s, "\"rate_limits\":{");
    for (int i = 0; i < seen->rates; i++)
        if (seen->rate[i].daily >= 0)
            json_number(s, seen->rate[i].id, seen->rate[i].daily);
    json_close(s, '}');
    (void)str_add_char(s, ',');
}

/* Parts in one form, so that the same is equal. */
static void seen_open(struct str *s, const struct provider_seen *seen)
{
    str_init(s, SEEN_TEXT);
    (void)str_add_char(s, '{');
    add_limit(s, seen);
    add_alerts(s, seen);
    add_rates(s, seen);
    add_models(s, seen);
    json_close(s, '}');
}

/* Whether all steps of a part are as they should be. */
static int is_whole(const struct provider_plan *now, enum provider_part part)
{
    for (int i = 0; i < now->len; i++)
        if (now->item[i].part == part && now->item[i].kind != STEP_SAME)
            return 0;
    return 1;
}

static void applied_open(struct str *s, const struct provider_plan *now,
                         const struct provider_seen *seen)
{
    int rates = 0;
    str_init(s, SEEN_TEXT);
    (void)str_add_char(s, '{');
    if (now && is_whole(now, PROVIDER_SPEND_LIMIT))
        add_limit(s, seen);
    if (now && is_whole(now, PROVIDER_SPEND_ALERTS))
        add_alerts(s, seen);
    if (now && is_whole(now, PROVIDER_MODELS))
        add_models(s, seen);
    for (int i = 0; now && i < now->len; i++) {
        const struct provider_step *step = &now->item[i];
        if (step->part != PROVIDER_RATE_LIMITS || step->kind != STEP_SAME)
            continue;
        (void)str_add(s, rates++ ? "" : "\"rate_limits\":{");
        json_number(s, step->object, step->number);
    }
    if (rates) {
        json_close(s, '}');
        (void)str_add_char(s, ',');
    }
    json_close(s, '}');
}

int q_provider_end(struct session *s, const char *owner, const struct provider_plan *plan,
                   const struct provider_plan *now, const struct provider_seen *seen,
                   provider_held done, void *arg, struct err *e)
{
    struct str steps;
    struct str applied;
    struct str told;
    steps_open(&steps, plan);
    applied_open(&applied, now, seen);
    str_init(&told, 0);
    if (seen)
        seen_open(&told, seen);
    const char *const values[] = {owner, plan->project, str_get(&steps), str_get(&applied),
                                  seen ? str_get(&told) : NULL};
    int rc = send_one(s, STMT_PROVIDER_END, values, got_held,
                      (struct asked){.done.held = done, .arg = arg}, e);
    str_finish(&steps);
    str_finish(&applied);
    str_finish(&told);
    return rc;
}

static void got_look(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    char drift[PROVIDER_TEXT] = "";
    int64_t since = 0;
    int64_t applied_at = 0;
    if (has_row(results, count)) {
        row_copy(drift, sizeof drift, results[0], 0, "drift");
        since = row_number(results[0], 0, "since", 0);
        applied_at = row_number(results[0], 0, "applied_at", 0);
    }
    asked->done.look(asked->arg, drift, since, applied_at, e);
    free(asked);
}

int q_provider_look(struct session *s, const char *owner, const char *project,
                    const struct provider_seen *seen, provider_look_done done, void *arg,
                    struct err *e)
{
    struct str told;
    seen_open(&told, seen);
    const char *const values[] = {owner, project, str_get(&told)};
    int rc = send_one(s, STMT_PROVIDER_LOOK, values, got_look,
                      (struct asked){.done.look = done, .arg = arg}, e);
    str_finish(&told);
    return rc;
}

static void got_lease(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    char connexion[UUID_TEXT] = "";
    if (has_row(results, count))
        row_uuid(connexion, results[0], 0, PQfnumber(results[0], "connexion_id"));
    asked->done.lease(asked->arg, connexion, e);
    free(asked);
}

int q_drift_lease(struct session *s, const char *owner, const unsigned char own[PUBLIC_KEY],
                  int period_s, int lease_s, drift_lease_done done, void *arg, struct err *e)
{
    char hex[KEY_HEX];
    char period[NUMBER_TEXT];
    char seconds[NUMBER_TEXT];
    (void)sodium_bin2hex(hex, sizeof hex, own, PUBLIC_KEY);
    (void)snprintf(period, sizeof period, "%d", period_s);
    (void)snprintf(seconds, sizeof seconds, "%d", lease_s);
    const char *const values[] = {owner, hex, period, seconds};
    return send_one(s, STMT_DRIFT_LEASE, values, got_lease,
                    (struct asked){.done.lease = done, .arg = arg}, e);
}
