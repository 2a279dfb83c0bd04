#include "config.h"

#include "model/provider.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A connexion that asks for everything, a project that has nothing but its models' rate limits. */
static struct provider_want *want;
static struct provider_seen seen;
static struct provider_plan *plan;

static void add_model(const char *name)
{
    (void)snprintf(want->model[want->models++], PROVIDER_ID, "%s", name);
}

static void add_rate(const char *model, int64_t daily)
{
    struct provider_rate *rate = &seen.rate[seen.rates++];
    (void)snprintf(rate->id, sizeof rate->id, "rl-%s", model);
    (void)snprintf(rate->model, sizeof rate->model, "%s", model);
    rate->daily = daily;
}

static void add_alert(const char *id, int64_t cents, int ours, const char *mails)
{
    struct provider_alert *alert = &seen.alert[seen.alerts++];
    *alert = (struct provider_alert){.cents = cents, .ours = ours};
    (void)snprintf(alert->id, sizeof alert->id, "%s", id);
    (void)snprintf(alert->mails, sizeof alert->mails, "%s", mails);
}

static void allow(const char *model)
{
    seen.mode = MODELS_ALLOWED;
    (void)snprintf(seen.model[seen.models++], PROVIDER_ID, "%s", model);
}

static void set_up(void)
{
    want = mem_zero(1, sizeof *want);
    (void)snprintf(want->project, sizeof want->project, "proj_1");
    want->connexions = 1;
    want->cents = 10000;
    want->alert[0] = 5000;
    want->alert[1] = 8000;
    want->alerts = 2;
    (void)snprintf(want->mails, sizeof want->mails, "a@x.example");
    want->mail_count = 1;
    want->daily = 100;
    add_model("gpt-4.1");
    add_model("gpt-4o");
    provider_seen_init(&seen);
    seen.alert = mem_zero(PROVIDER_ALERTS_MAX, sizeof *seen.alert);
    seen.rate = mem_zero(PROVIDER_RATES_MAX, sizeof *seen.rate);
    seen.model = mem_zero(PROVIDER_MODELS_MAX, sizeof *seen.model);
    add_rate("gpt-4.1", -1);
    add_rate("gpt-4o", 50);
    add_rate("o3", 7);
    plan = NULL;
}

static void tear_down(void)
{
    provider_plan_destroy(plan);
    provider_seen_finish(&seen);
    free(want);
}

TestSuite(model_provider, .init = set_up, .fini = tear_down);

static void make(void)
{
    provider_plan_destroy(plan);
    plan = provider_plan_make(want, &seen);
}

/* "models:create spend_limit:create ..." */
static void expect(const char *expected)
{
    char got[4096] = "";
    make();
    for (int i = 0; i < plan->len; i++)
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s:%s", i ? " " : "",
                       provider_part_word(plan->item[i].part),
                       provider_step_word(plan->item[i].kind));
    cr_expect_str_eq(got, expected);
}

static const struct provider_step *step_of(enum provider_part part)
{
    for (int i = 0; i < plan->len; i++)
        if (plan->item[i].part == part)
            return &plan->item[i];
    cr_assert_fail("no step of this part");
    return NULL;
}

static const char *why_of(enum provider_part part)
{
    make();
    const struct provider_step *step = step_of(part);
    cr_expect_eq(step->kind, STEP_REFUSED);
    return step->why;
}

#define RATES "rate_limits:create rate_limits:change"
#define ALERTS "spend_alerts:create spend_alerts:create"

Test(model_provider, everything_is_new)
{
    expect("models:create spend_limit:create " RATES " " ALERTS);
    cr_expect_eq(provider_plan_work(plan), 6);
    cr_expect_eq(provider_plan_refused(plan), 0);
    cr_expect_str_eq(plan->project, "proj_1");
    cr_expect_str_eq(plan->item[0].want, "gpt-4.1, gpt-4o");
    cr_expect_str_eq(plan->item[0].have, "");
    cr_expect_str_eq(plan->item[1].want, "100.00 USD a month");
    cr_expect_str_eq(plan->item[2].want, "gpt-4.1: 100 requests a day");
    cr_expect_str_eq(plan->item[2].have, "");
    cr_expect_str_eq(plan->item[3].have, "gpt-4o: 50 requests a day");
    cr_expect_str_eq(plan->item[3].object, "rl-gpt-4o");
    cr_expect_str_eq(plan->item[4].want, "mail at 50.00 USD to a@x.example");
    for (int i = 0; i < plan->len; i++)
        cr_expect_eq(plan->item[i].state, STEP_PLANNED);
}

static void fulfil(void)
{
    seen.cents = want->cents;
    seen.rate[0].daily = seen.rate[1].daily = want->daily;
    allow("gpt-4.1");
    allow("gpt-4o");
    add_alert("alert_1", 5000, 1, "a@x.example");
    add_alert("alert_2", 8000, 1, "a@x.example");
}

Test(model_provider, everything_is_as_it_should_be)
{
    fulfil();
    expect("models:same spend_limit:same rate_limits:same rate_limits:same spend_alerts:same "
           "spend_alerts:same");
    cr_expect_eq(provider_plan_work(plan), 0);
    for (int i = 0; i < plan->len; i++)
        cr_expect_eq(plan->item[i].state, STEP_VERIFIED);
}

Test(model_provider, money_is_shown_exactly)
{
    static const struct {
        int64_t cents;
        const char *text;
    } cases[] = {{0, "0.00 USD"},       {1, "0.01 USD"},
                 {9, "0.09 USD"},       {10, "0.10 USD"},
                 {99, "0.99 USD"},      {100, "1.00 USD"},
                 {12345, "123.45 USD"}, {9000000000000000, "90000000000000.00 USD"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[40];
        provider_money(text, sizeof text, cases[i].cents);
        cr_expect_str_eq(text, cases[i].text);
    }
}

Test(model_provider, a_limit_that_goes_is_dangerous)
{
    fulfil();
    want->cents = 0;
    want->alerts = 0;
    expect("models:same spend_limit:remove rate_limits:same rate_limits:same spend_alerts:remove "
           "spend_alerts:remove");
    cr_expect(provider_step_danger(&plan->item[1])[0]);
    cr_expect_str_eq(plan->item[1].want, "");
    cr_expect_str_eq(plan->item[4].object, "alert_1");
    seen.cents = 0;
    make();
    cr_expect_eq(step_of(PROVIDER_SPEND_LIMIT)->kind, STEP_SAME);
}

Test(model_provider, a_changed_limit)
{
    seen.cents = 1;
    make();
    const struct provider_step *step = step_of(PROVIDER_SPEND_LIMIT);
    cr_expect_eq(step->kind, STEP_CHANGE);
    cr_expect_str_eq(step->have, "0.01 USD a month");
    cr_expect_eq(step->number, 10000);
}

Test(model_provider, amounts_that_cannot_be_told)
{
    want->cents = 0;
    want->too_small = 1;
    cr_expect(strstr(why_of(PROVIDER_SPEND_LIMIT), "below one cent"));
    cr_expect(strstr(why_of(PROVIDER_SPEND_ALERTS), "below one cent"));
    want->too_small = 0;
    want->too_large = 1;
    cr_expect(strstr(why_of(PROVIDER_SPEND_LIMIT), "larger"));
    want->too_large = 0;
    want->cents = 100;
    (void)snprintf(want->currency, sizeof want->currency, "eur");
    cr_expect(strstr(why_of(PROVIDER_SPEND_LIMIT), "another currency"));
    (void)snprintf(want->currency, sizeof want->currency, "usd");
    make();
    cr_expect_eq(step_of(PROVIDER_SPEND_LIMIT)->kind, STEP_CREATE);
}

Test(model_provider, the_empty_list_is_refused_whatever_is_there)
{
    want->models = 0;
    expect("models:refused spend_limit:create rate_limits:refused " ALERTS);
    cr_expect(strstr(plan->item[0].why, "every model"));
    allow("gpt-4o");
    expect("models:refused spend_limit:create rate_limits:refused " ALERTS);
    seen.mode = MODELS_DENIED;
    expect("models:refused spend_limit:create rate_limits:refused " ALERTS);
    want->daily = 0;
    expect("models:refused spend_limit:create " ALERTS);
    cr_expect_eq(provider_plan_refused(plan), 1);
}

Test(model_provider, names_that_cannot_be_sent)
{
    want->odd_models = 1;
    cr_expect(strstr(why_of(PROVIDER_MODELS), "cannot be sent"));
}

Test(model_provider, permissions_that_are_there)
{
    allow("gpt-4o");
    make();
    cr_expect_eq(step_of(PROVIDER_MODELS)->kind, STEP_CHANGE);
    cr_expect_str_eq(step_of(PROVIDER_MODELS)->have, "gpt-4o");
    cr_expect(provider_step_danger(step_of(PROVIDER_MODELS))[0]);
    seen.mode = MODELS_DENIED;
    make();
    cr_expect_eq(step_of(PROVIDER_MODELS)->kind, STEP_CHANGE);
    cr_expect_str_eq(step_of(PROVIDER_MODELS)->have, "all but gpt-4o");
    seen.mode = MODELS_ALLOWED;
    seen.models = 0;
    make();
    cr_expect_eq(step_of(PROVIDER_MODELS)->kind, STEP_CHANGE);
    cr_expect_str_eq(step_of(PROVIDER_MODELS)->have, "every model");
}

Test(model_provider, a_long_list_is_cut_and_still_told_apart)
{
    want->models = 0;
    for (int i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "model-%03d", i);
        add_model(name);
        allow(name);
    }
    make();
    cr_expect_eq(step_of(PROVIDER_MODELS)->kind, STEP_SAME);
    cr_expect(strstr(step_of(PROVIDER_MODELS)->want, "(100 in all)"));
    const uint64_t before = step_of(PROVIDER_MODELS)->mark;
    (void)snprintf(want->model[99], PROVIDER_ID, "model-zzz");
    make();
    cr_expect_eq(step_of(PROVIDER_MODELS)->kind, STEP_CHANGE);
    cr_expect_neq(step_of(PROVIDER_MODELS)->mark, before);
}

Test(model_provider, a_model_without_rate_limits)
{
    want->models = 0;
    add_model("gone");
    add_model("gpt-4o");
    expect("models:create spend_limit:create rate_limits:refused rate_limits:change " ALERTS);
    cr_expect(strstr(plan->item[2].why, "gone"));
}

Test(model_provider, a_quota_that_goes)
{
    want->daily = 0;
    expect("models:create spend_limit:create " ALERTS);
    want->rates_applied = 2;
    expect("models:create spend_limit:create rate_limits:refused " ALERTS);
}

Test(model_provider, alerts_of_others_are_left_alone)
{
    add_alert("alert_9", 5000, 0, "a@x.example");
    add_alert("alert_8", 1, 0, "finance@x.example");
    expect("models:create spend_limit:create " RATES " " ALERTS);
}

Test(model_provider, alerts_that_are_there)
{
    add_alert("alert_1", 5000, 1, "old@x.example");
    add_alert("alert_2", 5000, 1, "a@x.example");
    add_alert("alert_3", 7000, 1, "a@x.example");
    expect("models:create spend_limit:create " RATES " spend_alerts:same spend_alerts:create "
           "spend_alerts:remove spend_alerts:remove");
    cr_expect_str_eq(plan->item[4].object, "alert_2");
    cr_expect_str_eq(plan->item[6].object, "alert_1");
    cr_expect_str_eq(plan->item[7].object, "alert_3");
    seen.alerts = 1;
    expect("models:create spend_limit:create " RATES " spend_alerts:change spend_alerts:create");
    cr_expect_str_eq(plan->item[4].object, "alert_1");
    cr_expect_str_eq(plan->item[4].have, "mail at 50.00 USD to old@x.example");
}

Test(model_provider, nobody_to_write_to)
{
    want->mail_count = 0;
    want->mails[0] = '\0';
    cr_expect(strstr(why_of(PROVIDER_SPEND_ALERTS), "e-mail"));
    want->alerts = 0;
    expect("models:create spend_limit:create " RATES);
}

Test(model_provider, rows_that_do_not_agree)
{
    want->connexions = 3;
    for (int i = 0; i < PROVIDER_PART_COUNT; i++) {
        want->differ = 1u << i;
        cr_expect(strstr(why_of((enum provider_part)i), "3 connexions"));
    }
    want->differ = 1u << PROVIDER_MODELS;
    expect("models:refused spend_limit:create rate_limits:refused " ALERTS);
    want->differ = 15;
    expect("models:refused spend_limit:refused rate_limits:refused spend_alerts:refused");
    cr_expect_eq(provider_plan_work(plan), 0);
}

Test(model_provider, too_many_steps)
{
    want->models = 0;
    seen.rates = 0;
    for (int i = 0; i < PROVIDER_STEPS_MAX; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "model-%03d", i);
        add_model(name);
        add_rate(name, 1);
    }
    make();
    cr_expect_eq(plan->len, 0);
    cr_expect(plan->fault[0]);
}

Test(model_provider, plans_that_are_equal)
{
    make();
    struct provider_plan *copy = provider_plan_copy(plan);
    cr_expect(provider_plan_equal(plan, copy));
    copy->item[0].state = STEP_SENT;
    cr_expect(provider_plan_equal(plan, copy));
    copy->item[1].mark++;
    cr_expect_not(provider_plan_equal(plan, copy));
    provider_plan_destroy(copy);
    copy = provider_plan_copy(plan);
    seen.cents = 77;
    make();
    cr_expect_not(provider_plan_equal(plan, copy));
    seen.cents = 0;
    want->cents++;
    make();
    cr_expect_not(provider_plan_equal(plan, copy));
    want->cents--;
    add_alert("alert_9", 5000, 0, "");
    make();
    cr_expect(provider_plan_equal(plan, copy), "what others have does not matter");
    provider_plan_destroy(copy);
}

Test(model_provider, a_step_is_found_again)
{
    make();
    struct provider_plan *before = provider_plan_copy(plan);
    fulfil();
    make();
    for (int i = 0; i < before->len; i++) {
        const struct provider_step *now = provider_plan_find(plan, &before->item[i]);
        cr_assert_not_null(now);
        cr_expect_eq(now->kind, STEP_SAME);
        cr_expect_eq(now->part, before->item[i].part);
    }
    provider_plan_destroy(before);
    before = provider_plan_copy(plan);
    struct provider_step gone = {.part = PROVIDER_SPEND_ALERTS, .kind = STEP_REMOVE};
    (void)snprintf(gone.object, sizeof gone.object, "alert_7");
    cr_expect_null(provider_plan_find(plan, &gone));
    provider_plan_destroy(before);
}

Test(model_provider, an_interrupted_apply_is_told)
{
    make();
    cr_expect_str_eq(plan->interrupted, "");
    want->run_at = 1;
    (void)snprintf(want->run_by, sizeof want->run_by, "claire@host 7");
    want->run_total = 8;
    want->run_verified = 3;
    want->run_sent = 1;
    make();
    cr_expect(strstr(plan->interrupted, "claire@host 7"));
    cr_expect(strstr(plan->interrupted, "of 8 steps, 3 were done"));
}

Test(model_provider, every_word_is_there)
{
    for (int i = 0; i < PROVIDER_PART_COUNT; i++)
        cr_expect(provider_part_word((enum provider_part)i)[0] &&
                  provider_part_title((enum provider_part)i)[0]);
    for (int i = 0; i <= STEP_REFUSED; i++)
        cr_expect(provider_step_word((enum provider_step_kind)i)[0] &&
                  provider_step_title((enum provider_step_kind)i)[0]);
    for (int i = 0; i <= STEP_UNKNOWN; i++)
        cr_expect(provider_state_word((enum provider_step_state)i)[0] &&
                  provider_state_title((enum provider_step_state)i)[0]);
    provider_plan_destroy(NULL);
}
