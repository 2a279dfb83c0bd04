#include "config.h"

#include "base/clock.h"
#include "base/mem.h"
#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Spend limits and spend alerts of an organisation or of a project. */
enum { CENT_SCALE = 2 };

static const char *object_of(const struct project *p)
{
    return p->id[0] ? "project" : "organization";
}

struct total {
    const char *project; /* NULL: all of it */
    struct dec sum;
};

static void add_cost(void *arg, const struct entry *entry)
{
    struct total *t = arg;
    if (strcmp(entry->currency, "usd") != 0)
        return;
    if (!t->project || (entry->project && strcmp(entry->project, t->project) == 0))
        (void)dec_add(&t->sum, &entry->value);
}

/* Whether the month's cost has reached the limit. */
static int is_enforcing(const struct world *w, const struct project *p)
{
    struct total t = {.project = p->id[0] ? p->id : NULL};
    struct dec limit;
    int64_t now = world_now(w);
    world_each_cost(w, p->organisation, clock_month_start(now), now + 1, add_cost, &t);
    dec_from_units(&limit, -p->limit_cents, CENT_SCALE);
    (void)dec_add(&t.sum, &limit);
    return !t.sum.negative;
}

static void put_limit(const struct world *w, const struct project *p, struct str *out)
{
    (void)str_addf(out,
                   "{\"object\":\"%s.spend_limit\",\"threshold_amount\":%lld,\"currency\":\"USD\","
                   "\"interval\":\"month\",\"enforcement\":{\"status\":\"%s\"}}\n",
                   object_of(p), (long long)p->limit_cents,
                   is_enforcing(w, p) ? "enforcing" : "inactive");
}

/* threshold_amount, currency and interval of a body; -1: answered. */
static int read_amount(json_object *body, int64_t least, int64_t *cents, struct answer *a)
{
    *cents = json_get_int(body, "threshold_amount", -1);
    if (*cents < least) {
        answer_error(a, 400, "invalid_request_error", "integer_below_min_value", "threshold_amount",
                     "Invalid 'threshold_amount': a whole number of cents of at least %lld.",
                     (long long)least);
        return -1;
    }
    if (strcmp(json_get_text(body, "currency", ""), "USD") != 0 ||
        strcmp(json_get_text(body, "interval", ""), "month") != 0) {
        answer_bad(a, "currency", "Supported values: currency 'USD', interval 'month'.");
        return -1;
    }
    return 0;
}

void spend_limit_get(struct call *c, struct answer *a)
{
    const struct project *p = resource_subject(c, a);
    if (p && p->limit_cents)
        put_limit(c->world, p, &a->body);
    else if (p)
        answer_not_found(a, "spend limit", p->id[0] ? p->id : p->organisation);
}

void spend_limit_post(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    json_object *body = p ? resource_body(c, a) : NULL;
    int64_t cents;
    if (body && read_amount(body, 1, &cents, a) == 0) {
        p->limit_cents = cents;
        put_limit(c->world, p, &a->body);
    }
    json_object_put(body);
}

void spend_limit_delete(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    if (!p)
        return;
    p->limit_cents = 0;
    (void)str_addf(&a->body, "{\"object\":\"%s.spend_limit.deleted\",\"deleted\":true}\n",
                   object_of(p));
}

static void put_alert(struct str *out, const struct project *p, const struct alert *alert)
{
    (void)str_addf(out,
                   "{\"id\":\"%s\",\"object\":\"%s.spend_alert\",\"threshold_amount\":%lld,"
                   "\"currency\":\"USD\",\"interval\":\"month\",\"notification_channel\":"
                   "{\"type\":\"email\",\"recipients\":",
                   alert->id, object_of(p), (long long)alert->cents);
    (void)str_add(out, alert->recipients);
    (void)str_add(out, ",\"subject_prefix\":");
    json_put_text(out, alert->has_prefix ? alert->prefix : NULL);
    (void)str_add(out, "}}");
}

static const char *id_at(void *arg, size_t i)
{
    return ((struct project *)arg)->alerts->list[i].id;
}

static void put_at(void *arg, struct str *out, size_t i)
{
    const struct project *p = arg;
    put_alert(out, p, &p->alerts->list[i]);
}

void spend_alerts_list(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    struct listing l = {p && p->alerts ? p->alerts->len : 0, 20, 100, id_at, put_at, p};
    if (p)
        listing_put(&l, c->request, a);
}

/* Fills an alert from a body; -1: answered. */
static int read_alert(struct alert *alert, json_object *body, struct answer *a)
{
    json_object *channel = NULL;
    json_object *recipients = NULL;
    if (read_amount(body, 0, &alert->cents, a))
        return -1;
    (void)json_object_object_get_ex(body, "notification_channel", &channel);
    if (strcmp(json_get_text(channel, "type", ""), "email") == 0)
        (void)json_object_object_get_ex(channel, "recipients", &recipients);
    const char *list = json_object_is_type(recipients, json_type_array)
                           ? json_object_to_json_string_ext(recipients, JSON_C_TO_STRING_PLAIN)
                           : NULL;
    const char *prefix = json_get_text(channel, "subject_prefix", NULL);
    if (!list || strlen(list) >= sizeof alert->recipients ||
        (prefix && strlen(prefix) >= sizeof alert->prefix)) {
        answer_bad(a, "notification_channel", "Invalid 'notification_channel'.");
        return -1;
    }
    (void)snprintf(alert->recipients, sizeof alert->recipients, "%s", list);
    alert->has_prefix = prefix != NULL;
    (void)snprintf(alert->prefix, sizeof alert->prefix, "%s", prefix ? prefix : "");
    return 0;
}

void spend_alerts_post(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    json_object *body = p ? resource_body(c, a) : NULL;
    struct alert alert = {0};
    if (p && !p->alerts)
        p->alerts = mem_zero(1, sizeof *p->alerts);
    if (body && p->alerts->len == ALERTS_MAX) {
        answer_bad(a, NULL, "There are too many spend alerts.");
    } else if (body && read_alert(&alert, body, a) == 0) {
        world_id(c->world, alert.id, sizeof alert.id, "alert_");
        p->alerts->list[p->alerts->len++] = alert;
        put_alert(&a->body, p, &alert);
    }
    json_object_put(body);
}

static struct alert *find(struct project *p, const char *id, struct answer *a)
{
    for (size_t i = 0; p->alerts && i < p->alerts->len; i++)
        if (strcmp(p->alerts->list[i].id, id) == 0)
            return &p->alerts->list[i];
    answer_not_found(a, "spend alert", id);
    return NULL;
}

static const char *alert_id(const struct call *c, const struct project *p)
{
    return c->wild[p->id[0] ? 1 : 0];
}

void spend_alert_get(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    const struct alert *alert = p ? find(p, alert_id(c, p), a) : NULL;
    if (alert)
        put_alert(&a->body, p, alert);
}

void spend_alert_post(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    struct alert *alert = p ? find(p, alert_id(c, p), a) : NULL;
    json_object *body = alert ? resource_body(c, a) : NULL;
    struct alert changed = {0};
    if (body && read_alert(&changed, body, a) == 0) {
        memcpy(changed.id, alert->id, sizeof changed.id);
        *alert = changed;
        put_alert(&a->body, p, alert);
    }
    json_object_put(body);
}

void spend_alert_delete(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    struct alert *alert = p ? find(p, alert_id(c, p), a) : NULL;
    if (!alert)
        return;
    (void)str_addf(&a->body,
                   "{\"id\":\"%s\",\"object\":\"%s.spend_alert.deleted\",\"deleted\":true}\n",
                   alert->id, object_of(p));
    size_t at = (size_t)(alert - p->alerts->list);
    p->alerts->len--;
    memmove(alert, alert + 1, (p->alerts->len - at) * sizeof *alert);
}
