#include "config.h"

#include "model/health.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct schedule schedule = {.period_s = 300, .confirm = 3, .calm_max = 3};
static const struct evidence answered = {.http = 200, .total_ms = 42};
enum { NOW = 1000000, MIDDLE = 0x7fffffff };

static int apply(struct health *h, enum verdict verdict, int64_t now)
{
    return health_apply(h, verdict, &answered, &schedule, now, MIDDLE);
}

/* Letters of the tables below. */
static enum verdict letter(char c)
{
    static const char letters[] = "?vlrcqpswgtnu";
    const char *at = strchr(letters, c);
    cr_assert(at && c);
    return (enum verdict)(at - letters);
}

Test(model_health, words_of_the_closed_list)
{
    for (int i = 0; i < VERDICT_COUNT; i++) {
        enum verdict v = (enum verdict)i;
        cr_expect_eq(verdict_parse(verdict_word(v)), v);
        cr_expect(verdict_title(v)[0] && verdict_meaning(v)[0]);
        enum verdict_effect effect = verdict_effect(v);
        cr_expect_eq(verdict_status(v) == NULL, effect == EFFECT_KEEP || effect == EFFECT_SHARED,
                     "%s", verdict_word(v));
    }
    cr_expect_eq(verdict_parse("no such word"), VERDICT_NEVER);
    cr_expect_eq(verdict_parse(""), VERDICT_NEVER);
    cr_expect_str_eq(verdict_status(VERDICT_VALID), "active");
    cr_expect_str_eq(verdict_status(VERDICT_LIMITED), "active");
    cr_expect_str_eq(verdict_status(VERDICT_REVOKED), "expired");
    cr_expect_str_eq(verdict_status(VERDICT_CLOSED), "expired");
    cr_expect_str_eq(verdict_status(VERDICT_NO_CREDIT), "quota_exceeded");
    cr_expect_str_eq(verdict_status(VERDICT_SPEND_LIMIT), "quota_exceeded");
    cr_expect_str_eq(verdict_status(VERDICT_SETTINGS), "error");
}

/* What each probe finds, and what is confirmed behind it: ? never, v valid, l limited, r revoked,
 * c closed, q no credit, p spend limit, s rate limited (asked to wait), w wrong settings, g region,
 * t trouble, n network, u untrusted. */
Test(model_health, sequences)
{
    static const struct {
        const char *probes, *confirmed;
    } cases[] = {
        {"v", "v"},
        {"l", "l"},
        {"vvvv", "vvvv"},
        {"r", "?"},
        {"rr", "??"},
        {"rrr", "??r"},
        {"vrv", "vvv"},
        {"vrrv", "vvvv"},
        {"vrrr", "vvvr"},
        {"vrrrv", "vvvrv"},
        {"vrrvrr", "vvvvvv"},
        {"vrrcr", "vvvvv"}, /* unequal failures start anew */
        {"vrcrcrc", "vvvvvvv"},
        {"vrrccc", "vvvvvc"},
        {"vrtrtr", "vvvvvr"}, /* what tells nothing neither counts nor breaks */
        {"vrsrnr", "vvvvvr"},
        {"vtttttt", "vvvvvvv"},
        {"vnnnnnn", "vvvvvvv"},
        {"vuuuuuu", "vvvvvvv"},
        {"vgggggg", "vvvvvvv"},
        {"vssssss", "vvvvvvv"},
        {"v???", "vvvv"},
        {"tttt", "????"},
        {"vqqq", "vvvq"},
        {"vqqqv", "vvvqv"},
        {"vppp", "vvvp"},
        {"vwww", "vvvw"},
        {"vccc", "vvvc"},
        {"rrrccr", "??rrrr"}, /* one failure does not become another at once */
        {"rrrccc", "??rrrc"},
        {"rrrttt", "??rrrr"},
        {"vl", "vv"}, /* a fault of OpenAI's own looks like a limited key */
        {"vllv", "vvvv"},
        {"vlll", "vvvl"},
        {"vlllv", "vvvlv"},
        {"vlrlrl", "vvvvvv"},
        {"rrrl", "??rl"}, /* the key lives: recovered */
        {"lrrl", "llll"},
        {"lrrr", "lllr"},
        {"lv", "lv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct health h = {0};
        for (size_t k = 0; cases[i].probes[k]; k++) {
            enum verdict before = h.verdict;
            int64_t now = NOW + (int64_t)k;
            int changed = apply(&h, letter(cases[i].probes[k]), now);
            enum verdict wanted = letter(cases[i].confirmed[k]);
            cr_expect_eq(h.verdict, wanted, "%s: probe %zu gives %s", cases[i].probes, k + 1,
                         verdict_word(h.verdict));
            cr_expect_eq(changed, before != wanted);
            cr_expect(!changed || h.since == now);
            cr_expect_eq(h.seen, letter(cases[i].probes[k]));
            cr_expect_eq(h.checked_at, now);
            cr_expect(h.next_at > now);
        }
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 3;
}

/* Whatever the order: a healthy state only falls after as many equal failures as are wanted, with
 * no good answer among them. */
Test(model_health, no_single_bad_answer_flips_a_healthy_state)
{
    uint32_t seed = 20261122;
    for (int round = 0; round < 2000; round++) {
        struct schedule s = schedule;
        s.confirm = 2 + round % 4;
        struct health h = {0};
        int row = 0;
        enum verdict last = VERDICT_NEVER;
        (void)health_apply(&h, VERDICT_VALID, &answered, &s, NOW, 0);
        for (int k = 0; k < 60; k++) {
            enum verdict v = (enum verdict)(next_random(&seed) % VERDICT_COUNT);
            v = next_random(&seed) % 3 ? v : VERDICT_REVOKED;
            int well = verdict_effect(h.verdict) == EFFECT_GOOD;
            enum verdict_effect effect = verdict_effect(v);
            if (effect == EFFECT_GOOD)
                row = 0;
            if (effect == EFFECT_OWN)
                row = v == last ? row + 1 : 1;
            last = effect == EFFECT_GOOD || effect == EFFECT_OWN ? v : last;
            (void)health_apply(&h, v, &answered, &s, NOW + k, next_random(&seed));
            int fell = well && verdict_effect(h.verdict) != EFFECT_GOOD;
            cr_assert(!fell || row >= s.confirm, "round %d, probe %d", round, k);
            cr_assert(effect != EFFECT_GOOD || verdict_effect(h.verdict) == EFFECT_GOOD);
            cr_assert(h.failures < s.confirm);
        }
    }
}

Test(model_health, one_confirmation_is_at_once)
{
    struct schedule s = {.period_s = 300, .confirm = 1, .calm_max = 1};
    struct health h = {.verdict = VERDICT_VALID};
    cr_expect(health_apply(&h, VERDICT_REVOKED, &answered, &s, NOW, 0));
    s.confirm = 0;
    cr_expect(health_apply(&h, VERDICT_CLOSED, &answered, &s, NOW, 0));
}

static int64_t wait_of(struct health h, enum verdict v, struct schedule s, int asked,
                       uint32_t random)
{
    struct evidence evidence = {.retry_after_s = asked};
    (void)health_apply(&h, v, &evidence, &s, NOW, random);
    return h.next_at - NOW;
}

Test(model_health, the_next_probe)
{
    struct health valid = {.verdict = VERDICT_VALID};
    struct health calm = {.verdict = VERDICT_VALID, .calm = 100000};
    struct health rather = {.verdict = VERDICT_VALID, .calm = SCHEDULE_CALM_STEP};
    struct health bad = {.verdict = VERDICT_REVOKED};
    static const struct {
        int period, calm_max;
        enum verdict verdict;
        int asked;
        int64_t low, high;
    } cases[] = {
        {300, 1, VERDICT_VALID, 0, 270, 330},
        {300, 3, VERDICT_VALID, 0, 270, 330},
        {300, 3, VERDICT_REVOKED, 0, 54, 66}, /* a fifth */
        {100, 3, VERDICT_REVOKED, 0, 30, 30}, /* 30 s at least */
        {20, 3, VERDICT_REVOKED, 0, 20, 20},  /* never above the period */
        {1, 3, VERDICT_REVOKED, 0, 1, 1},
        {0, 0, VERDICT_REVOKED, 0, 1, 1},
        {-5, -5, VERDICT_VALID, -5, 1, 1},
        {300, 3, VERDICT_TROUBLE, 0, 270, 330},
        {300, 3, VERDICT_RATE_LIMITED, 900, 900, 900},
        {300, 3, VERDICT_RATE_LIMITED, 20, 270, 330},
        {300, 3, VERDICT_REVOKED, 600, 600, 600},
        {300, 3, VERDICT_TROUBLE, 1 << 30, SCHEDULE_WAIT_MAX_S, SCHEDULE_WAIT_MAX_S},
        {1 << 30, 1 << 30, VERDICT_VALID, 0, 900000000, 1300000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct schedule s = {cases[i].period, 3, cases[i].calm_max};
        int64_t low = wait_of(valid, cases[i].verdict, s, cases[i].asked, 0);
        int64_t high = wait_of(valid, cases[i].verdict, s, cases[i].asked, UINT32_MAX);
        cr_expect(low >= cases[i].low && low <= high && high <= cases[i].high,
                  "case %zu: %lld to %lld", i, (long long)low, (long long)high);
        cr_expect(cases[i].low == cases[i].high || high - low >= (cases[i].high - cases[i].low) / 3,
                  "case %zu: no jitter", i);
    }
    cr_expect_eq(wait_of(calm, VERDICT_VALID, schedule, 0, MIDDLE), 900);
    cr_expect_eq(wait_of(rather, VERDICT_VALID, schedule, 0, MIDDLE), 600);
    cr_expect_eq(wait_of(calm, VERDICT_REVOKED, schedule, 0, MIDDLE), 60);
    cr_expect_eq(wait_of(bad, VERDICT_REVOKED, schedule, 0, MIDDLE), 300);
}

Test(model_health, calm_ends_with_the_first_failure_of_its_own)
{
    struct health h = {0};
    for (int i = 0; i < 30; i++)
        (void)apply(&h, VERDICT_VALID, NOW);
    cr_expect_eq(h.calm, 30);
    (void)apply(&h, VERDICT_TROUBLE, NOW);
    (void)apply(&h, VERDICT_RATE_LIMITED, NOW);
    cr_expect_eq(h.calm, 30);
    (void)apply(&h, VERDICT_REVOKED, NOW);
    cr_expect_eq(h.calm, 0);
    cr_expect_eq(h.failures, 1);
    cr_expect_eq(h.candidate, VERDICT_REVOKED);
    (void)apply(&h, VERDICT_VALID, NOW);
    cr_expect(h.candidate == VERDICT_NEVER && h.failures == 0);
}

Test(model_health, what_tells_nothing_changes_nothing_else)
{
    static const char quiet[] = "?sgtnu";
    for (size_t i = 0; quiet[i]; i++) {
        struct health h = {.verdict = VERDICT_VALID, .since = 5, .candidate = VERDICT_REVOKED};
        struct evidence evidence = {.http = 503, .total_ms = 9};
        h.failures = 2;
        h.calm = 7;
        cr_expect_eq(health_apply(&h, letter(quiet[i]), &evidence, &schedule, NOW, 0), 0);
        cr_expect(h.verdict == VERDICT_VALID && h.since == 5 && h.candidate == VERDICT_REVOKED);
        cr_expect(h.failures == 2 && h.calm == 7 && h.latencies == 0);
        cr_expect(h.evidence.http == 503 && h.checked_at == NOW);
    }
}

Test(model_health, latencies_keep_the_newest)
{
    struct health h = {0};
    for (int i = 0; i < HEALTH_LATENCIES + 5; i++) {
        struct evidence evidence = {.http = 200, .total_ms = i};
        (void)health_apply(&h, VERDICT_VALID, &evidence, &schedule, NOW, 0);
    }
    cr_expect_eq(h.latencies, HEALTH_LATENCIES);
    cr_expect_eq(h.latency[0], 5);
    cr_expect_eq(h.latency[HEALTH_LATENCIES - 1], HEALTH_LATENCIES + 4);
    struct evidence none = {.http = 200, .total_ms = -1};
    (void)health_apply(&h, VERDICT_VALID, &none, &schedule, NOW, 0);
    cr_expect_eq(h.latency[HEALTH_LATENCIES - 1], HEALTH_LATENCIES + 4);
}

Test(model_health, state_of_the_table)
{
    static const struct {
        char verdict, candidate, seen, before;
        const char *present, *wanted;
    } cases[] = {
        {'v', '?', 'v', '?', "error", "active"},
        {'v', '?', 'v', 'v', "error", "active"},
        {'v', '?', 'v', 'v', "active", NULL},
        {'v', '?', 'v', 'r', "expired", "active"},
        {'l', '?', 'l', 'r', "expired", "active"},
        {'r', '?', 'r', 'v', "active", "expired"},
        {'w', '?', 'w', 'v', "active", "error"},
        {'q', '?', 'q', 'v', "active", "quota_exceeded"},
        {'v', 'r', 'r', 'v', "error", NULL}, /* not while a failure is being confirmed */
        {'v', '?', 't', 'v', "error", NULL}, /* the probe told nothing */
        {'v', '?', 's', 'v', "error", NULL},
        {'?', '?', '?', '?', "error", NULL},
        {'v', '?', 'v', 'v', "inactive", NULL}, /* written by people */
        {'r', '?', 'r', 'v', "inactive", NULL},
        {'v', '?', 'v', 'v', "quota_exceeded", NULL}, /* written by the platform */
        {'v', '?', 'v', '?', "quota_exceeded", NULL},
        {'r', '?', 'r', 'v', "quota_exceeded", NULL},
        {'v', '?', 'v', 'q', "quota_exceeded", "active"}, /* a probe had put it there */
        {'v', '?', 'v', 'p', "quota_exceeded", "active"},
        {'r', '?', 'r', 'q', "quota_exceeded", "expired"},
        {'p', '?', 'p', 'q', "quota_exceeded", NULL},
        {'v', '?', 'v', 'v', "a word of tomorrow", "active"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct health h = {.verdict = letter(cases[i].verdict),
                           .candidate = letter(cases[i].candidate),
                           .seen = letter(cases[i].seen)};
        const char *word = health_status(&h, letter(cases[i].before), cases[i].present);
        const char *wanted = cases[i].wanted;
        cr_expect(word == wanted || (word && wanted && strcmp(word, wanted) == 0), "case %zu: %s",
                  i, word ? word : "(left)");
    }
}

/* Pairs of connexion and verdict; the verdict of the host behind each. */
Test(model_health, a_host_speaks_for_three_different_connexions)
{
    static const struct {
        const char *probes, *confirmed;
        int failing;
    } cases[] = {
        {"at", "?", 1},
        {"atatatat", "????", 1},
        {"atbtatbt", "????", 2},
        {"atbtct", "??t", 3},
        {"atbtctdt", "??tt", 4},
        {"av", "v", 0},
        {"avbtctdt", "vvvt", 3},
        {"avbtctavdtet", "vvvvvv", 2}, /* one answers in between */
        {"avbtctardtet", "vvvvvv", 2},
        {"avbtctasdtet", "vvvvvv", 2}, /* "wait" is an answer */
        {"atbtctdv", "??tv", 0},
        {"atbtctdr", "??tv", 0},
        {"atbtcn", "???", 1}, /* fails, but not alike */
        {"atbtcndnen", "????n", 3},
        {"atbtctdnenfn", "??tttn", 3},
        {"atb?ct", "???", 2}, /* a question withdrawn tells nothing */
        {"anbncn", "??n", 3},
        {"aubucu", "??u", 3},
        {"agbgcg", "??g", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct host_health host = {.verdict = VERDICT_NEVER};
        for (size_t k = 0; cases[i].confirmed[k]; k++) {
            char id[2] = {cases[i].probes[2 * k], '\0'};
            enum verdict before = host.verdict;
            enum verdict wanted = letter(cases[i].confirmed[k]);
            int changed = host_apply(&host, id, letter(cases[i].probes[2 * k + 1]), &answered, NOW);
            cr_expect_eq(host.verdict, wanted, "%s: %zu", cases[i].probes, k);
            cr_expect_eq(changed, before != wanted);
            cr_expect(!changed || host.since == NOW);
        }
        cr_expect_eq(host.failing, cases[i].failing, "%s: %d", cases[i].probes, host.failing);
    }
}

Test(model_health, a_host_counts_up_to_its_bound)
{
    struct host_health host = {0};
    for (int i = 0; i < HOST_SEEN * 3; i++) {
        char id[20];
        (void)snprintf(id, sizeof id, "%d", i);
        (void)host_apply(&host, id, VERDICT_NETWORK, &answered, NOW);
    }
    cr_expect_eq(host.failing, HOST_SEEN);
    cr_expect_eq(host.verdict, VERDICT_NETWORK);
}

Test(model_health, lists)
{
    struct health_list *list = health_list_create(2, 1);
    (void)snprintf(list->item[1].id, sizeof list->item[1].id, "b");
    cr_expect_eq(health_list_find(list, "b"), &list->item[1]);
    cr_expect_null(health_list_find(list, "c"));
    health_list_destroy(list);
    list = health_list_create(0, 0);
    cr_expect(list->len == 0 && list->hosts == 0);
    cr_expect_null(health_list_find(list, "b"));
    health_list_destroy(list);
    health_list_destroy(NULL);
}
