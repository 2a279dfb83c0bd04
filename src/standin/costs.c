#include "config.h"

#include "standin/bucket.h"
#include "standin/json.h"
#include "standin/resource.h"
#include "standin/window.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* GET /organization/costs. */
struct costs {
    struct call *call;
    struct bucket bucket;
    int rows;        /* written into the bucket */
    int64_t written; /* on the page */
};

enum { DIGITS_LONG = 34, AMOUNT_LONG = 20000, LATE_SCALE = 12 };
static const int64_t late_units = 10000000001;

static void put_open(struct costs *k, struct str *out)
{
    (void)str_add(out, k->rows++ ? ",\n" : "\n");
    (void)str_add(out, "{\"object\":\"organization.costs.result\",");
    k->written++;
}

static void put_names(struct costs *k, struct str *out, const char *project, const char *item,
                      const char *key)
{
    (void)str_add(out, "\"line_item\":");
    json_put_text(out, item);
    (void)str_add(out, ",\"project_id\":");
    json_put_text(out, project);
    (void)str_add(out, ",\"api_key_id\":");
    json_put_text(out, key);
    (void)str_add(out, ",\"quantity\":null,\"quantity_unit\":null");
    if (k->call->play.id == SCENARIO_extra_fields)
        (void)str_add(out,
                      ",\"organization_id\":\"org-standin\",\"organization_name\":\"Stand-in\","
                      "\"future\":{\"amount\":{\"value\":99,\"currency\":\"usd\"},\"x\":[1,[2]]}");
    (void)str_add_char(out, '}');
}

static int as_number(const struct costs *k)
{
    return k->call->play.id == SCENARIO_amount_number ||
           (k->call->play.id == SCENARIO_amount_mixed && k->written % 2 == 0);
}

static void put_group(struct costs *k, struct str *out, const struct group *g)
{
    char text[DEC_TEXT_MAX];
    const char *quote = as_number(k) ? "" : "\"";
    const char *value = text;
    if (k->call->play.id == SCENARIO_amount_34)
        dec_text_long(text, &g->sum, DIGITS_LONG);
    else if (g->lines == 1 && g->raw && (*quote || strchr(g->raw, 'E')))
        value = g->raw;
    else
        dec_text(text, &g->sum, 0);
    put_open(k, out);
    (void)str_addf(out, "\"amount\":{\"value\":%s%s%s,\"currency\":", quote, value, quote);
    json_put_text(out, g->currency);
    (void)str_add(out, "},");
    put_names(k, out, g->project, g->item, g->key);
}

/* A further row of a scenario; value is JSON, NULL for no amount. */
static void put_extra(struct costs *k, struct str *out, const char *project, const char *value,
                      const char *currency)
{
    const char *asked = request_get(k->call->request, "project_ids");
    put_open(k, out);
    if (value) {
        (void)str_add(out, "\"amount\":{\"value\":");
        (void)str_add(out, value);
        (void)str_addf(out, ",\"currency\":\"%s\"},", currency);
    }
    if (project && asked)
        project = asked;
    put_names(k, out, k->bucket.by_project ? project : NULL, NULL, NULL);
}

static void put_long(struct costs *k, struct str *out)
{
    struct str value;
    str_init(&value, AMOUNT_LONG + 16);
    (void)str_add(&value, "\"0.");
    for (int i = 0; i < AMOUNT_LONG; i++)
        (void)str_add_char(&value, '1');
    (void)str_add_char(&value, '"');
    put_extra(k, out, "proj_extra", str_get(&value), "usd");
    str_finish(&value);
}

static void put_late(struct costs *k, struct str *out, int64_t from)
{
    char text[DEC_TEXT_MAX];
    char quoted[DEC_TEXT_MAX + 2];
    struct dec d;
    int64_t yesterday = clock_day_start(world_now(k->call->world)) - SECONDS_OF_DAY;
    int64_t times = k->call->request->who->readings - 1;
    if (from != yesterday || times < 1 || times > INT32_MAX / 4)
        return;
    dec_from_units(&d, late_units * times, LATE_SCALE);
    dec_text(text, &d, 0);
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", text);
    put_extra(k, out, "proj_extra", quoted, "usd");
}

static const struct {
    enum scenario_id id;
    const char *project, *value, *currency;
} extras[] = {
    {SCENARIO_amount_zero, "proj_extra", "\"0E-6176\"", "usd"},
    {SCENARIO_amount_negative, "proj_extra", "\"-1.25\"", "usd"},
    {SCENARIO_amount_missing, "proj_extra", NULL, "usd"},
    {SCENARIO_amount_nan, "proj_extra", "NaN", "usd"},
    {SCENARIO_amount_nan_text, "proj_extra", "\"NaN\"", "usd"},
    {SCENARIO_amount_1e400, "proj_extra", "1e400", "usd"},
    {SCENARIO_amount_tiny, "proj_extra", "\"1E-7000\"", "usd"},
    {SCENARIO_amount_comma, "proj_extra", "\"1,25\"", "usd"},
    {SCENARIO_two_currencies, "proj_extra", "\"1.00\"", "eur"},
    {SCENARIO_null_project, NULL, "\"0.50\"", "usd"},
};

static void put_scenario(struct costs *k, struct str *out, int64_t from)
{
    enum scenario_id id = k->call->play.id;
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
        if (extras[i].id == id)
            put_extra(k, out, extras[i].project, extras[i].value, extras[i].currency);
    if (id == SCENARIO_amount_long)
        put_long(k, out);
    if (id == SCENARIO_late_rows)
        put_late(k, out, from);
}

static void put_bucket(void *arg, struct str *out, int64_t from, int64_t until)
{
    struct costs *k = arg;
    const struct group *g;
    k->rows = 0;
    bucket_begin(&k->bucket);
    world_each_cost(k->call->world, resource_organisation(k->call), from, until, bucket_add,
                    &k->bucket);
    bucket_sort(&k->bucket);
    for (size_t i = 0; (g = bucket_at(&k->bucket, i)); i++)
        put_group(k, out, g);
    bucket_end(&k->bucket);
    put_scenario(k, out, from);
}

static void roll_month(struct world *w)
{
    int64_t now = world_now(w);
    instant_advance(&w->clock, clock_month_next(now) + 30 - now);
}

void costs_get(struct call *c, struct answer *a)
{
    struct costs k = {.call = c};
    struct window win;
    if (window_read(&win, c->request, world_now(c->world), 1, a) ||
        bucket_read(&k.bucket, c->request, "project_id line_item api_key_id", "line_item", a))
        return;
    if (c->play.id == SCENARIO_no_key_grouping && k.bucket.by_key) {
        answer_bad(a, "group_by",
                   "Grouping by 'api_key_id' is not supported for this organization.");
        return;
    }
    if (win.index == 0)
        c->request->who->readings++;
    window_page(&win, c->play, a, put_bucket, &k);
    if (c->play.id == SCENARIO_month_roll && c->request->who->readings == 1 && win.index == 0)
        roll_month(c->world);
}
