#include "config.h"

#include "hand.h"

#include "base/clock.h"
#include "base/mem.h"
#include "db/gate.h"
#include "db/q_cost.h"
#include "secret/seal.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker under the hand of a test: CONNINFO [LOG], then a command a line, answered by a line. Of
 * what a worker tells nothing is lost: events wait until they are asked for.
 *
 * set NAME VALUE    an option of the worker, before start
 * start | stop      stop says how many milliseconds it took
 * test ID... | halt | health ID... | figures ID     jobs; the answer is the job's number
 * event KIND MS     the next event of this kind, as JSON; those before it are forgotten; "none"
 * stats             as JSON
 * clock SECONDS     the program's time stands there from now on; negative: it goes again
 * point             what stands in numbers before their decimals
 * account NAME BASE_URL BY_KEY KEY     an admin key, sealed to this program
 * Without an operand it is no test. */

enum { IDS_MAX = 1000 };

static struct hand hand;

static void add_evidence(json_object *to, const struct evidence *e)
{
    hand_add_number(to, "http", e->http);
    hand_add_number(to, "curl", e->curl);
    hand_add_text(to, "code", e->code);
    hand_add_text(to, "message", e->message);
    hand_add_text(to, "host", e->host);
    hand_add_number(to, "retry_after", e->retry_after_s);
    hand_add_number(to, "total_ms", e->total_ms);
}

static json_object *health_json(const struct health *h)
{
    json_object *o = json_object_new_object();
    hand_add_text(o, "id", h->id);
    hand_add_text(o, "verdict", verdict_word(h->verdict));
    hand_add_text(o, "candidate", verdict_word(h->candidate));
    hand_add_text(o, "seen", verdict_word(h->seen));
    hand_add_number(o, "failures", h->failures);
    hand_add_number(o, "since", h->since);
    hand_add_number(o, "checked_at", h->checked_at);
    hand_add_number(o, "next_at", h->next_at);
    hand_add_text(o, "models", h->models);
    add_evidence(o, &h->evidence);
    return o;
}

static void add_health(json_object *to, const struct health_list *list)
{
    json_object *items = json_object_new_array();
    json_object *hosts = json_object_new_array();
    for (int i = 0; i < list->len; i++)
        (void)json_object_array_add(items, health_json(&list->item[i]));
    for (int i = 0; i < list->hosts; i++) {
        json_object *o = json_object_new_object();
        hand_add_text(o, "host", list->host[i].host);
        hand_add_text(o, "verdict", verdict_word(list->host[i].verdict));
        hand_add_number(o, "failing", list->host[i].failing);
        (void)json_object_array_add(hosts, o);
    }
    (void)json_object_object_add(to, "health", items);
    (void)json_object_object_add(to, "hosts", hosts);
}

static void add_figures(json_object *to, const struct figures *f)
{
    json_object *days = json_object_new_object();
    for (int i = 0; i < f->days; i++)
        hand_add_text(days, f->day[i].day, f->day[i].amount);
    hand_add_text(to, "cost_source", f->cost_source);
    hand_add_text(to, "use_source", f->use_source);
    hand_add_number(to, "shared", f->cost_shared);
    hand_add_number(to, "clamped", f->use_clamped);
    hand_add_text(to, "currency", f->currency);
    (void)json_object_object_add(to, "days", days);
}

static const struct hand_kind kinds[] = {{"health", EVENT_HEALTH},       {"figures", EVENT_FIGURES},
                                         {"tested", EVENT_TESTED},       {"fault", EVENT_FAULT},
                                         {"link", EVENT_LINK},           {"changed", EVENT_CHANGED},
                                         {"connexion", EVENT_CONNEXION}, {NULL, 0}};

static void print_event(const struct event *event)
{
    json_object *o = json_object_new_object();
    hand_add_text(o, "event", hand_word(kinds, event->kind));
    hand_add_number(o, "job", event->job);
    if (event->health)
        add_health(o, event->health);
    if (event->figures)
        add_figures(o, event->figures);
    if (event->kind == EVENT_TESTED) {
        hand_add_number(o, "tested", event->tested);
        hand_add_number(o, "total", event->test_total);
    }
    hand_add_number(o, "link", event->link);
    hand_add_text(o, "error", err_name(event->err.code));
    hand_add_text(o, "text", event->err.text);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(o);
}

static void stop(void)
{
    int64_t since = clock_mono_ms();
    worker_destroy(hand.worker);
    hand.worker = NULL;
    (void)printf("stopped %d\n", (int)(clock_mono_ms() - since));
}

static void post(enum job_kind kind, char *rest)
{
    struct job *job = job_create(kind, ++hand.jobs);
    if (kind == JOB_FIGURES)
        (void)snprintf(job->uuid, sizeof job->uuid, "%s", rest);
    else if (*rest)
        job->ids = mem_zero(IDS_MAX, sizeof *job->ids);
    for (char *one; job->ids && job->ids_len < IDS_MAX && (one = strsep(&rest, " "));)
        (void)snprintf(job->ids[job->ids_len++], UUID_TEXT, "%s", one);
    hand_post(&hand, job);
}

static void print_stats(void)
{
    struct worker_stats stats;
    json_object *o = json_object_new_object();
    worker_stats(hand.worker, &stats);
    hand_add_number(o, "probes", stats.probes);
    hand_add_number(o, "changes", stats.changes);
    hand_add_number(o, "cost_polls", stats.cost_polls);
    hand_add_number(o, "cost_failures", stats.cost_failures);
    hand_add_number(o, "records", stats.records);
    hand_add_number(o, "record_failures", stats.record_failures);
    hand_add_number(o, "in_flight", stats.in_flight);
    hand_add_number(o, "leased", stats.leased);
    for (int i = 0; i < VERDICT_COUNT; i++)
        hand_add_number(o, verdict_word((enum verdict)i), stats.verdicts[i]);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(o);
}

static void on_done(void *arg, struct err *e)
{
    if (e && e->code != ERR_OK)
        *(struct err *)arg = *e;
}

static int put_account(struct session *s, const struct keypair *pair, const char *name,
                       const char *base, int by_key, const char *key, struct err *e)
{
    static struct sealed sealed;
    struct secret secret;
    struct err said = {0};
    secret_init(&secret);
    memcpy(sealed.recipient, keypair_public(pair), sizeof sealed.recipient);
    int rc = secret_set(&secret, key, strlen(key), e);
    rc =
        rc ? rc
           : seal(&secret, keypair_public(pair), sealed.bytes, sizeof sealed.bytes, &sealed.len, e);
    rc = rc ? rc : q_recipient_add(s, keypair_public(pair), "probe", on_done, &said, e);
    rc = rc ? rc : q_account_set(s, name, base, by_key, &sealed, 1, on_done, &said, e);
    rc = rc ? rc : session_wait(s, e);
    if (rc == 0 && said.code != ERR_OK) {
        *e = said;
        rc = -(int)e->code;
    }
    secret_finish(&secret);
    return rc;
}

static void account(char *rest)
{
    struct err e = {0};
    struct session *s = NULL;
    struct keypair *pair = NULL;
    const char *name = strsep(&rest, " ");
    const char *base = strsep(&rest, " ");
    const char *by_key = strsep(&rest, " ");
    if (!rest || !hand.options.keypair_path)
        (void)puts("err usage account NAME BASE_URL BY_KEY KEY, with a keypair");
    else if (keypair_open(&pair, hand.options.keypair_path, &e) ||
             gate_open(&s, &hand.spec, NULL, &e) < 0 ||
             put_account(s, pair, name, strcmp(base, "-") == 0 ? "" : base, by_key[0] == '1', rest,
                         &e))
        hand_say_err(&e);
    else
        (void)puts("account");
    session_destroy(s);
    keypair_close(pair);
}

static int number(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static void set(char *name, char *value)
{
    const struct {
        const char *name;
        int *number;
        const char **text;
    } known[] = {{"probe", &hand.options.probe, NULL},
                 {"period", &hand.options.schedule.period_s, NULL},
                 {"confirm", &hand.options.schedule.confirm, NULL},
                 {"calm", &hand.options.schedule.calm_max, NULL},
                 {"cost_period", &hand.options.cost_period_s, NULL},
                 {"timeout", &hand.spec.timeout_ms, NULL},
                 {"base", NULL, &hand.options.base_url},
                 {"ca", NULL, &hand.options.ca_file},
                 {"keypair", NULL, &hand.options.keypair_path}};
    for (size_t i = 0; value && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i].name) != 0)
            continue;
        if (known[i].number)
            *known[i].number = number(value);
        else
            *known[i].text = mem_dup(value); /* as long as the program */
        (void)puts("set");
        return;
    }
    (void)puts("err usage no such option");
}

static void obey_worker(const char *word, char *rest)
{
    if (!hand.worker)
        (void)puts("err usage not started");
    else if (strcmp(word, "stop") == 0)
        stop();
    else if (strcmp(word, "test") == 0)
        post(JOB_TEST, rest);
    else if (strcmp(word, "halt") == 0)
        post(JOB_TEST_STOP, rest);
    else if (strcmp(word, "health") == 0)
        post(JOB_HEALTH, rest);
    else if (strcmp(word, "figures") == 0)
        post(JOB_FIGURES, rest);
    else if (strcmp(word, "stats") == 0)
        print_stats();
    else
        (void)puts("err usage what?");
}

static void obey(const char *word, char *rest)
{
    char *value = strchr(rest, ' ');
    if (strcmp(word, "set") == 0) {
        if (value)
            *value++ = '\0';
        set(rest, value);
    } else if (strcmp(word, "event") == 0) {
        if (value)
            *value++ = '\0';
        hand_next_event(&hand, kinds, rest, value ? number(value) : 0, print_event);
    } else if (strcmp(word, "clock") == 0) {
        clock_set(strtoll(rest, NULL, 10));
        (void)puts("clock");
    } else if (strcmp(word, "point") == 0) {
        (void)puts(localeconv()->decimal_point);
    } else if (strcmp(word, "account") == 0) {
        account(rest);
    } else if (strcmp(word, "start") == 0) {
        hand_start(&hand);
    } else {
        obey_worker(word, rest);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_poller.py");
        return 0;
    }
    if (hand_open(&hand, argc, argv))
        return 1;
    hand_serve(obey);
    hand_close(&hand);
    return 0;
}
