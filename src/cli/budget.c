#include "config.h"

#include "cli/budget.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/json.h"

enum { WORDS = 512 };

int budget_is_known(const struct budget *b)
{
    return b->gauge.source != SOURCE_NONE && b->gauge.state != GAUGE_NO_SOURCE &&
           b->row->col[COL_COST];
}

static struct json_object *object(void)
{
    struct json_object *o = json_object_new_object();
    if (!o)
        mem_exhausted();
    return o;
}

static struct json_object *known(int64_t at)
{
    return at > 0 ? json_make_instant(at) : NULL;
}

static struct json_object *share(int permille)
{
    return permille < 0 ? NULL : json_make_integer(permille);
}

static struct json_object *json_forecast(const struct forecast *f)
{
    struct json_object *o = object();
    json_put(o, "basis", json_make_string(forecast_basis_word(f->basis)));
    json_put(o, "rate_per_day", json_make_string_or_null(f->rate));
    json_put(o, "month_end", json_make_string_or_null(f->month_end));
    json_put(o, "currency", json_make_string_or_null(f->currency));
    json_put(o, "permille", forecast_is_number(f) ? share(f->permille) : NULL);
    json_put(o, "exhausted_at", known(f->exhausted_at));
    json_put(o, "days_of_history", json_make_integer(f->days));
    return o;
}

static struct json_object *json_sources(const struct reconciliation *r)
{
    struct json_object *o = object();
    struct json_object *costs = object();
    struct json_object *usage = object();
    struct json_object *counted = object();
    struct json_object *table = object();
    json_put(costs, "cost", json_make_string_or_null(r->costs));
    json_put(costs, "currency", json_make_string_or_null(r->costs_currency));
    json_put(costs, "at", known(r->costs_at));
    json_put(usage, "requests", json_make_string_or_null(r->usage));
    json_put(usage, "at", known(r->usage_at));
    json_put(counted, "cost", json_make_string_or_null(r->counted_cost));
    json_put(counted, "requests", json_make_string_or_null(r->counted_use));
    json_put(counted, "at", known(r->counted_at));
    json_put(table, "cost", json_make_string_or_null(r->table_cost));
    json_put(table, "requests", json_make_string_or_null(r->table_use));
    json_put(o, "openai_costs", costs);
    json_put(o, "openai_usage", usage);
    json_put(o, "applications", counted);
    json_put(o, "table", table);
    return o;
}

static struct json_object *json_discrepancy(const struct discrepancy *d)
{
    struct json_object *o = object();
    json_put(o, "kind", json_make_string(discrepancy_word(d->kind)));
    json_put(o, "period", json_make_string(d->period));
    json_put(o, "one", json_make_string_or_null(d->one));
    json_put(o, "other", json_make_string_or_null(d->other));
    json_put(o, "difference", json_make_string_or_null(d->difference));
    json_put(o, "permille", share(d->permille));
    return o;
}

static struct json_object *json_discrepancies(const struct reconciliation *r)
{
    struct json_object *a = json_object_new_array();
    for (int i = 0; i < r->len; i++)
        if (!a || json_object_array_add(a, json_discrepancy(&r->item[i])))
            mem_exhausted();
    return a;
}

struct json_object *json_budget(const struct budget *b)
{
    struct json_object *o = object();
    const struct gauge *g = &b->gauge;
    int is_known = budget_is_known(b);
    const char *currency = b->sources ? b->sources->currency : "";
    json_put(o, "openai_connexion_id", json_make_string(b->row->id));
    json_put(o, "openai_email_compte", json_make_string(b->row->col[COL_EMAIL]));
    json_put(o, "openai_project_id", json_make_string(b->row->col[COL_PROJECT]));
    json_put(o, "spent", is_known ? json_make_string(b->row->col[COL_COST]) : NULL);
    json_put(o, "limit", json_make_string(b->row->col[COL_COST_LIMIT]));
    json_put(o, "currency", json_make_string_or_null(currency));
    json_put(o, "permille", is_known ? share(g->permille) : NULL);
    json_put(o, "elapsed_permille", share(g->elapsed_permille));
    json_put(o, "resets_at", known(g->resets_at));
    json_put(o, "source", json_make_string(gauge_source_name(g->source)));
    json_put(o, "seen_at", is_known && g->seen.known ? known(g->seen.at) : NULL);
    json_put(o, "stale", json_make_boolean(g->stale));
    json_put(o, "forecast", json_forecast(b->forecast));
    json_put(o, "sources", json_sources(b->figures));
    json_put(o, "discrepancies", json_discrepancies(b->figures));
    return o;
}

void budget_differences(struct str *out, const struct budget *b, int seen[DISCREPANCY_COUNT])
{
    char words[WORDS];
    const char *email = b->row->col[COL_EMAIL];
    if (b->figures->len == 0)
        return;
    (void)str_addf(out, email && *email ? "%s %s\n" : "%s%s\n", b->row->id, email ? email : "");
    for (int i = 0; i < b->figures->len; i++) {
        discrepancy_words(words, sizeof words, &b->figures->item[i]);
        (void)str_addf(out, "  %s\n", words);
        seen[b->figures->item[i].kind] = 1;
    }
}

void budget_meanings(struct str *out, const int seen[DISCREPANCY_COUNT])
{
    for (int i = 0; i < DISCREPANCY_COUNT; i++)
        if (seen[i])
            (void)str_addf(out, "%s%s%s\n", discrepancy_title((enum discrepancy_kind)i), _(": "),
                           discrepancy_meaning((enum discrepancy_kind)i));
}
