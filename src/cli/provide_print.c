#include "config.h"

#include "cli/provide.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/json.h"
#include "cli/print.h"

#include <stdio.h>

enum { LINE_TEXT = 1024 };

static enum print_role role_of(const struct provider_step *step)
{
    if (step->state == STEP_FAILED || step->state == STEP_UNKNOWN || step->kind == STEP_REFUSED)
        return PRINT_BAD;
    if (step->kind == STEP_SAME)
        return PRINT_DIM;
    if (step->state == STEP_VERIFIED)
        return PRINT_GOOD;
    return provider_step_danger(step)[0] ? PRINT_WARN : PRINT_PLAIN;
}

/* The state once something was sent; before, what is to be known. */
static const char *remark_of(const struct provider_step *step)
{
    if (step->why[0])
        return step->why;
    if (step->kind == STEP_SAME || step->kind == STEP_REFUSED)
        return "";
    return step->state == STEP_PLANNED ? provider_step_danger(step) : "";
}

static void print_steps(const struct print *print, const struct provider_plan *plan)
{
    struct table *t = table_create(print);
    table_column(t, _("Limit"), TEXT_LEFT);
    table_column(t, _("To do"), TEXT_LEFT);
    table_column(t, _("State"), TEXT_LEFT);
    table_column(t, _("At OpenAI"), TEXT_LEFT);
    table_column(t, _("Wanted"), TEXT_LEFT);
    table_column(t, _("Remark"), TEXT_LEFT);
    for (int i = 0; i < plan->len; i++) {
        const struct provider_step *step = &plan->item[i];
        int done = step->kind != STEP_SAME && step->kind != STEP_REFUSED;
        enum print_role role = role_of(step);
        table_cell(t, provider_part_title(step->part), role);
        table_cell(t, provider_step_title(step->kind), role);
        table_cell(t, done ? provider_state_title(step->state) : "-", role);
        table_cell(t, step->have[0] ? step->have : "-", role);
        table_cell(t, step->want[0] ? step->want : "-", role);
        table_cell(t, remark_of(step), role);
    }
    table_flush(t);
    table_destroy(t);
}

static void print_drift(const struct print *print, const struct provider_plan *plan)
{
    char line[LINE_TEXT];
    char at[CLOCK_TEXT_MAX];
    if (plan->applied_at == 0) {
        print_text(print, _("Nothing was applied to this project yet.\n"), PRINT_DIM);
        return;
    }
    clock_iso(at, plan->drift ? plan->drift_since : plan->applied_at);
    (void)snprintf(line, sizeof line,
                   plan->drift ? _("Changed at OpenAI, found on %s: %s.\n")
                               : _("What was applied on %s still stands.\n"),
                   at, plan->drifted);
    print_text(print, line, plan->drift ? PRINT_BAD : PRINT_DIM);
}

void provide_print(const struct provider_plan *plan, const char *label)
{
    struct print print;
    char line[LINE_TEXT];
    print_init(&print, stdout);
    (void)snprintf(line, sizeof line, "%.255s  %s  %s\n", label, plan->project, plan->account);
    print_text(&print, line, PRINT_TITLE);
    if (plan->interrupted[0]) {
        print_text(&print, plan->interrupted, PRINT_WARN);
        print_text(&print, "\n", PRINT_PLAIN);
    }
    if (plan->fault[0]) {
        print_text(&print, plan->fault, PRINT_BAD);
        print_text(&print, "\n", PRINT_PLAIN);
    } else {
        print_drift(&print, plan);
    }
    if (plan->len > 0)
        print_steps(&print, plan);
    print_text(&print, "\n", PRINT_PLAIN);
}

static struct json_object *step_json(const struct provider_step *step)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "part", json_make_string(provider_part_word(step->part)));
    json_put(o, "kind", json_make_string(provider_step_word(step->kind)));
    json_put(o, "state", json_make_string(provider_state_word(step->state)));
    json_put(o, "object", json_make_string_or_null(step->object));
    json_put(o, "have", json_make_string_or_null(step->have));
    json_put(o, "want", json_make_string_or_null(step->want));
    json_put(o, "why", json_make_string_or_null(step->why));
    json_put(o, "danger", json_make_string_or_null(provider_step_danger(step)));
    return o;
}

static struct json_object *instant_or_null(int64_t at)
{
    return at ? json_make_instant(at) : NULL;
}

struct json_object *provide_json(const struct provider_plan *plan, const char *label)
{
    struct json_object *o = json_object_new_object();
    struct json_object *steps = json_object_new_array();
    json_put(o, "connexion", json_make_string(plan->connexion_id));
    json_put(o, "label", json_make_string(label));
    json_put(o, "project", json_make_string_or_null(plan->project));
    json_put(o, "account", json_make_string_or_null(plan->account));
    json_put(o, "read_at", instant_or_null(plan->read_at));
    json_put(o, "applied_at", instant_or_null(plan->applied_at));
    json_put(o, "drift", json_make_boolean(plan->drift));
    json_put(o, "drifted", json_make_string_or_null(plan->drifted));
    json_put(o, "drift_since", instant_or_null(plan->drift_since));
    json_put(o, "interrupted", json_make_string_or_null(plan->interrupted));
    json_put(o, "fault", json_make_string_or_null(plan->fault));
    for (int i = 0; i < plan->len; i++)
        (void)json_object_array_add(steps, step_json(&plan->item[i]));
    json_put(o, "steps", steps);
    return o;
}
