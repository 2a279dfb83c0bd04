#include "config.h"

#include "cli/channel_print.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/print.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_TEXT = 24 };

static struct json_object *kinds_json(const char *kinds)
{
    struct json_object *o = json_object_new_array();
    while (*kinds) {
        size_t len = strcspn(kinds, ",");
        (void)json_object_array_add(o, json_object_new_string_len(kinds, (int)len));
        kinds += len + (kinds[len] == ',');
    }
    return o;
}

static struct json_object *instant(int64_t at)
{
    return at > 0 ? json_make_instant(at) : NULL;
}

static struct json_object *one(const struct channel *c)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "id", json_make_string(c->id));
    json_put(o, "name", json_make_string(c->name));
    json_put(o, "kind", json_make_string(channel_word(c->kind)));
    json_put(o, "target", json_make_string(c->target));
    json_put(o, "organisation_id", json_make_string_or_null(c->organisation_id));
    json_put(o, "organisation_nom", json_make_string_or_null(c->organisation));
    json_put(o, "gravity", json_make_string(gravity_word(c->least)));
    json_put(o, "kinds", c->kinds[0] ? kinds_json(c->kinds) : NULL);
    json_put(o, "made_by", json_make_string(c->made_by));
    json_put(o, "programs", c->kind == CHANNEL_WEBHOOK ? json_make_integer(c->programs) : NULL);
    json_put(o, "waiting", json_make_integer(c->waiting));
    json_put(o, "waiting_since", instant(c->oldest));
    json_put(o, "delivered", json_make_integer(c->delivered));
    json_put(o, "given_up", json_make_integer(c->given_up));
    json_put(o, "rests_until", instant(c->rest_until));
    json_put(o, "answered_at", instant(c->answered_at));
    json_put(o, "answer", json_make_string_or_null(c->answer));
    json_put(o, "last_error", json_make_string_or_null(c->last_error));
    return o;
}

static void count_cell(struct table *table, int64_t n, enum print_role some)
{
    char text[NUMBER_TEXT];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    table_cell(table, text, n ? some : PRINT_PLAIN);
}

static void add_row(struct table *table, const struct channel *c, int64_t now)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    table_cell(table, c->name, PRINT_PLAIN);
    table_cell(table, channel_title(c->kind), PRINT_PLAIN);
    table_cell(table, c->target, PRINT_PLAIN);
    table_cell(table, c->organisation_id[0] ? c->organisation : _("all"), PRINT_PLAIN);
    (void)str_add(&text, c->kinds[0] ? c->kinds : _("all"));
    if (c->least > GRAVITY_INFO)
        /* TRANSLATORS: alerts of this gravity and graver ones */
        (void)str_addf(&text, _(", from %s"), gravity_title(c->least));
    table_cell(table, str_get(&text), PRINT_PLAIN);
    count_cell(table, c->waiting, PRINT_WARN);
    count_cell(table, c->delivered, PRINT_PLAIN);
    count_cell(table, c->given_up, PRINT_BAD);
    str_clear(&text);
    text_age(&text, c->answered_at, now);
    table_cell(table, str_get(&text), PRINT_PLAIN);
    table_cell(table, c->answer[0] ? c->answer : "-",
               c->failures > 0 || c->last_error[0] ? PRINT_WARN : PRINT_PLAIN);
    str_finish(&text);
}

static void print_table(const struct channel_list *list)
{
    struct print print;
    print_init(&print, stdout);
    struct table *table = table_create(&print);
    table_column(table, _("Channel"), TEXT_LEFT);
    table_column(table, _("Kind"), TEXT_LEFT);
    table_column(table, _("Target"), TEXT_LEFT);
    table_column(table, _("Organisation"), TEXT_LEFT);
    table_column(table, _("Alerts"), TEXT_LEFT);
    table_column(table, _("Waiting"), TEXT_RIGHT);
    table_column(table, _("Delivered"), TEXT_RIGHT);
    table_column(table, _("Given up"), TEXT_RIGHT);
    table_column(table, _("Last"), TEXT_LEFT);
    table_column(table, _("Answer"), TEXT_LEFT);
    for (int i = 0; i < list->len; i++)
        add_row(table, &list->item[i], clock_now());
    table_flush(table);
    table_destroy(table);
}

void channel_print(const struct cli *cli, const struct channel_list *list)
{
    struct json_list out;
    if (!cli->json) {
        print_table(list);
        return;
    }
    json_list_open(&out, stdout);
    for (int i = 0; i < list->len; i++)
        json_list_add(&out, one(&list->item[i]));
    json_list_close(&out);
}
