#include "config.h"

#include "cli/json_alert.h"

#include "cli/json.h"

static struct json_object *instant(int64_t at)
{
    return at > 0 ? json_make_instant(at) : NULL;
}

static struct json_object *known(int n)
{
    return n >= 0 ? json_make_integer(n) : NULL;
}

static void put_person(struct json_object *o, const struct alert *a)
{
    json_put(o, "acknowledged_at", instant(a->acknowledged_at));
    json_put(o, "acknowledged_by",
             json_make_string_or_null(a->acknowledged_at ? a->acknowledged_by : ""));
    json_put(o, "snoozed_until", instant(a->snoozed_until));
    json_put(o, "snoozed_by", json_make_string_or_null(a->snoozed_until ? a->acknowledged_by : ""));
    json_put(o, "reason", json_make_string_or_null(a->reason));
    json_put(o, "assigned_to", json_make_string_or_null(a->assigned_to));
}

struct json_object *json_alert(const struct alert *a)
{
    char words[ALERT_WORDS];
    struct json_object *o = json_object_new_object();
    json_put(o, "id", json_make_string(a->id));
    json_put(o, "kind", json_make_string(alert_word(a->kind)));
    json_put(o, "gravity", json_make_string(gravity_word(a->gravity)));
    json_put(o, "status", json_make_string(alert_status_word(a->status)));
    json_put(o, "connexion_id", json_make_string_or_null(a->connexion_id));
    json_put(o, "organisation_id", json_make_string_or_null(a->organisation_id));
    json_put(o, "organisation_nom", json_make_string_or_null(a->organisation));
    json_put(o, "subject", json_make_string(a->subject));
    json_put(o, "period", json_make_string(a->period));
    json_put(o, "threshold", a->threshold > 0 ? json_make_integer(a->threshold) : NULL);
    json_put(o, "below", json_make_integer(a->below));
    json_put(o, "permille", known(a->permille));
    json_put(o, "value", json_make_string_or_null(a->value));
    json_put(o, "limit", json_make_string_or_null(a->limit));
    json_put(o, "currency", json_make_string_or_null(a->currency));
    json_put(o, "detail", json_make_string_or_null(a->detail));
    json_put(o, "raised_at", instant(a->raised_at));
    json_put(o, "over_at", instant(a->over_at));
    put_person(o, a);
    alert_words(words, a);
    json_put(o, "says", json_make_string(words));
    return o;
}

struct json_object *json_alert_counts(const struct alert_counts *counts)
{
    struct json_object *o = json_object_new_object();
    for (int g = GRAVITY_COUNT - 1; g >= 0; g--)
        json_put(o, gravity_word((enum alert_gravity)g), json_make_integer(counts->open[g]));
    json_put(o, "acknowledged", json_make_integer(counts->acknowledged));
    json_put(o, "snoozed", json_make_integer(counts->snoozed));
    return o;
}

static struct json_object *cell(const struct overview_cell *c)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "organisation_id", json_make_string(c->id));
    json_put(o, "organisation_nom", json_make_string(c->nom));
    json_put(o, "connexions", json_make_integer(c->connexions));
    json_put(o, "active", json_make_integer(c->active));
    json_put(o, "blocked", json_make_integer(c->blocked));
    json_put(o, "troubled", json_make_integer(c->troubled));
    json_put(o, "cost", json_make_string(c->cost));
    json_put(o, "limit", json_make_string(c->limit));
    json_put(o, "budget_permille", known(c->budget_permille));
    json_put(o, "forecast_permille", known(c->forecast_permille));
    json_put(o, "worst",
             c->worst < GRAVITY_COUNT ? json_make_string(gravity_word(c->worst)) : NULL);
    json_put(o, "alerts", json_alert_counts(&c->alerts));
    return o;
}

struct json_object *json_overview(const struct overview *all)
{
    struct json_object *o = json_object_new_object();
    struct json_object *cells = json_object_new_array();
    json_put(o, "connexions", json_make_integer(all->connexions));
    json_put(o, "active", json_make_integer(all->active));
    json_put(o, "blocked", json_make_integer(all->blocked));
    json_put(o, "troubled", json_make_integer(all->troubled));
    json_put(o, "cost", json_make_string(all->cost));
    json_put(o, "limit", json_make_string(all->limit));
    json_put(o, "budget_permille", known(all->budget_permille));
    json_put(o, "alerts", json_alert_counts(&all->alerts));
    for (int i = 0; i < all->len; i++)
        (void)json_object_array_add(cells, cell(&all->item[i]));
    json_put(o, "organisations", cells);
    return o;
}
