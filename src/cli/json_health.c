#include "config.h"

#include "cli/json_health.h"

#include "base/mem.h"
#include "cli/json.h"

#include <string.h>

typedef struct json_object json;

static json *object(void)
{
    json *o = json_object_new_object();
    if (!o)
        mem_exhausted();
    return o;
}

static json *array(void)
{
    json *a = json_object_new_array();
    if (!a)
        mem_exhausted();
    return a;
}

static void append(json *to, json *item)
{
    if (json_object_array_add(to, item))
        mem_exhausted();
}

static json *known(int64_t at)
{
    return at > 0 ? json_make_instant(at) : NULL;
}

static json *reached(int ms)
{
    return ms < 0 ? NULL : json_make_integer(ms);
}

json *json_effect(enum verdict verdict)
{
    static const char *const names[] = {
        [EFFECT_GOOD] = "good",
        [EFFECT_OWN] = "own",
        [EFFECT_KEEP] = "keep",
        [EFFECT_SHARED] = "shared",
    };
    return json_make_string(names[verdict_effect(verdict)]);
}

json *json_probe_evidence(const struct evidence *v)
{
    json *o = object();
    json_put(o, "http", v->http ? json_make_integer(v->http) : NULL);
    json_put(o, "curl", json_make_integer(v->curl));
    json_put(o, "code", json_make_string_or_null(v->code));
    json_put(o, "request_id", json_make_string_or_null(v->request_id));
    json_put(o, "message", json_make_string_or_null(v->message));
    json_put(o, "host", json_make_string_or_null(v->host));
    json_put(o, "dns_ms", reached(v->dns_ms));
    json_put(o, "connect_ms", reached(v->connect_ms));
    json_put(o, "tls_ms", reached(v->tls_ms));
    json_put(o, "first_ms", reached(v->first_ms));
    json_put(o, "total_ms", reached(v->total_ms));
    json_put(o, "retry_after_s", json_make_integer(v->retry_after_s));
    return o;
}

static json *latencies(const struct health *h)
{
    json *a = array();
    for (int i = 0; i < h->latencies; i++)
        append(a, json_make_integer(h->latency[i]));
    return a;
}

json *json_health(const struct health *h)
{
    if (!h)
        return NULL;
    json *o = object();
    int waits = h->candidate != VERDICT_NEVER;
    json_put(o, "openai_connexion_id", json_make_string(h->id));
    json_put(o, "verdict", json_make_string(verdict_word(h->verdict)));
    json_put(o, "effect", json_effect(h->verdict));
    json_put(o, "since", known(h->since));
    json_put(o, "candidate", waits ? json_make_string(verdict_word(h->candidate)) : NULL);
    json_put(o, "failures", json_make_integer(h->failures));
    json_put(o, "checked_at", known(h->checked_at));
    json_put(o, "next_at", known(h->next_at));
    json_put(o, "latency_ms", latencies(h));
    json_put(o, "models", json_make_string_or_null(h->models));
    json_put(o, "leased_by", json_make_string_or_null(h->owner));
    json_put(o, "evidence", h->checked_at > 0 ? json_probe_evidence(&h->evidence) : NULL);
    return o;
}

json *json_host(const struct host_health *host)
{
    json *o = object();
    json_put(o, "host", json_make_string(host->host));
    json_put(o, "verdict", json_make_string(verdict_word(host->verdict)));
    json_put(o, "since", known(host->since));
    json_put(o, "evidence", json_probe_evidence(&host->evidence));
    return o;
}

static json *days(const struct figures *f)
{
    json *a = array();
    for (int i = 0; i < f->days; i++) {
        json *day = object();
        json_put(day, "day", json_make_string(f->day[i].day));
        json_put(day, "amount", json_make_string(f->day[i].amount));
        append(a, day);
    }
    return a;
}

static json *months(const struct figures *f)
{
    json *a = array();
    for (int i = 0; i < f->months; i++) {
        json *month = object();
        json_put(month, "month", json_make_string(f->month[i].month));
        json_put(month, "amount", json_make_string(f->month[i].amount));
        append(a, month);
    }
    return a;
}

json *json_figures(const struct figures *f)
{
    if (!f)
        return NULL;
    json *o = object();
    json_put(o, "cost_source", json_make_string_or_null(f->cost_source));
    json_put(o, "cost_at", known(f->cost_at));
    json_put(o, "cost_shared_by", f->cost_shared > 1 ? json_make_integer(f->cost_shared) : NULL);
    json_put(o, "use_source", json_make_string_or_null(f->use_source));
    json_put(o, "use_at", known(f->use_at));
    json_put(o, "use_clamped", json_make_boolean(f->use_clamped));
    json_put(o, "currency", json_make_string_or_null(f->currency));
    json_put(o, "days", days(f));
    json_put(o, "months", months(f));
    json_put(o, "account", json_make_string_or_null(f->account));
    json_put(o, "unattributed", json_make_string_or_null(f->unattributed));
    return o;
}

static json *sums(const struct account_list *all, const char *account)
{
    json *a = array();
    for (int i = 0; i < all->sums; i++) {
        const struct unattributed *u = &all->sum[i];
        if (strcmp(u->account, account) != 0)
            continue;
        json *o = object();
        json_put(o, "currency", json_make_string(u->currency));
        json_put(o, "amount", json_make_string(u->amount));
        append(a, o);
    }
    return a;
}

json *json_account(const struct account_known *a, const struct account_list *all)
{
    json *o = object();
    json_put(o, "name", json_make_string(a->name));
    json_put(o, "has_key", json_make_boolean(a->has_key));
    json_put(o, "connexions", a->has_key ? NULL : json_make_integer(a->connexions));
    json_put(o, "base_url", json_make_string_or_null(a->base_url));
    json_put(o, "by_key", json_make_boolean(a->by_key));
    json_put(o, "by_key_refused_at", known(a->by_key_refused_at));
    json_put(o, "verdict", json_make_string(verdict_word(a->verdict)));
    json_put(o, "costs_at", known(a->costs_at));
    json_put(o, "usage_at", known(a->usage_at));
    json_put(o, "failed_at", known(a->failed_at));
    json_put(o, "usable_here", json_make_boolean(a->usable));
    json_put(o, "recipients_missing", json_make_integer(a->missing));
    json_put(o, "unattributed", sums(all, a->name));
    json_put(o, "evidence", a->has_key ? json_probe_evidence(&a->evidence) : NULL);
    return o;
}
