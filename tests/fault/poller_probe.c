#include "config.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/gate.h"
#include "db/q_cost.h"
#include "flow/event.h"
#include "openai/http.h"
#include "secret/seal.h"
#include "worker/worker.h"

#include <json-c/json.h>
#include <locale.h>
#include <poll.h>
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

enum { LINE = 65536, IDS_MAX = 1000 };

static struct conn_spec spec;
static struct worker_options options;
static struct worker *worker;
static struct queue events;
static unsigned jobs;

static void say_err(const struct err *e)
{
    (void)printf("err %s %s\n", err_name(e->code), e->text);
}

static void add_text(json_object *to, const char *name, const char *value)
{
    (void)json_object_object_add(to, name, json_object_new_string(value));
}

static void add_number(json_object *to, const char *name, int64_t value)
{
    (void)json_object_object_add(to, name, json_object_new_int64(value));
}

static void add_evidence(json_object *to, const struct evidence *e)
{
    add_number(to, "http", e->http);
    add_number(to, "curl", e->curl);
    add_text(to, "code", e->code);
    add_text(to, "message", e->message);
    add_text(to, "host", e->host);
    add_number(to, "retry_after", e->retry_after_s);
    add_number(to, "total_ms", e->total_ms);
}

static json_object *health_json(const struct health *h)
{
    json_object *o = json_object_new_object();
    add_text(o, "id", h->id);
    add_text(o, "verdict", verdict_word(h->verdict));
    add_text(o, "candidate", verdict_word(h->candidate));
    add_text(o, "seen", verdict_word(h->seen));
    add_number(o, "failures", h->failures);
    add_number(o, "since", h->since);
    add_number(o, "checked_at", h->checked_at);
    add_number(o, "next_at", h->next_at);
    add_text(o, "models", h->models);
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
        add_text(o, "host", list->host[i].host);
        add_text(o, "verdict", verdict_word(list->host[i].verdict));
        add_number(o, "failing", list->host[i].failing);
        (void)json_object_array_add(hosts, o);
    }
    (void)json_object_object_add(to, "health", items);
    (void)json_object_object_add(to, "hosts", hosts);
}

static void add_figures(json_object *to, const struct figures *f)
{
    json_object *days = json_object_new_object();
    for (int i = 0; i < f->days; i++)
        add_text(days, f->day[i].day, f->day[i].amount);
    add_text(to, "cost_source", f->cost_source);
    add_text(to, "use_source", f->use_source);
    add_number(to, "shared", f->cost_shared);
    add_number(to, "clamped", f->use_clamped);
    add_text(to, "currency", f->currency);
    (void)json_object_object_add(to, "days", days);
}

static const struct {
    const char *word;
    enum event_kind kind;
} kinds[] = {{"health", EVENT_HEALTH},      {"figures", EVENT_FIGURES}, {"tested", EVENT_TESTED},
             {"fault", EVENT_FAULT},        {"link", EVENT_LINK},       {"changed", EVENT_CHANGED},
             {"connexion", EVENT_CONNEXION}};

static const char *word_of(enum event_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].kind == kind)
            return kinds[i].word;
    return "other";
}

static void print_event(const struct event *event)
{
    json_object *o = json_object_new_object();
    add_text(o, "event", word_of(event->kind));
    add_number(o, "job", event->job);
    if (event->health)
        add_health(o, event->health);
    if (event->figures)
        add_figures(o, event->figures);
    if (event->kind == EVENT_TESTED) {
        add_number(o, "tested", event->tested);
        add_number(o, "total", event->test_total);
    }
    add_number(o, "link", event->link);
    add_text(o, "error", err_name(event->err.code));
    add_text(o, "text", event->err.text);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(o);
}

static void next_event(const char *kind, int ms)
{
    const int64_t until = clock_mono_ms() + ms;
    for (;;) {
        struct event *event = queue_pop(&events);
        int found = event && (strcmp(kind, "any") == 0 || strcmp(kind, word_of(event->kind)) == 0);
        if (found)
            print_event(event);
        int none = !event;
        event_destroy(event);
        if (found)
            return;
        int64_t left = until - clock_mono_ms();
        if (none && left <= 0)
            break;
        struct pollfd fd = {.fd = events.fd, .events = POLLIN};
        if (none && poll(&fd, 1, (int)left) < 0)
            break;
    }
    (void)puts("none");
}

static void start(void)
{
    struct err e = {0};
    struct proof proof;
    struct session *session = NULL;
    if (gate_open(&session, &spec, &proof, &e) < 0 ||
        worker_create(&worker, &spec, session, &proof, &options, &events, &e) < 0)
        say_err(&e);
    else
        (void)printf("started %s\n", proof.login);
}

static void stop(void)
{
    int64_t since = clock_mono_ms();
    worker_destroy(worker);
    worker = NULL;
    (void)printf("stopped %d\n", (int)(clock_mono_ms() - since));
}

static void post(enum job_kind kind, char *rest)
{
    struct job *job = job_create(kind, ++jobs);
    const unsigned id = jobs;
    if (kind == JOB_FIGURES)
        (void)snprintf(job->uuid, sizeof job->uuid, "%s", rest);
    else if (*rest)
        job->ids = mem_zero(IDS_MAX, sizeof *job->ids);
    for (char *one; job->ids && job->ids_len < IDS_MAX && (one = strsep(&rest, " "));)
        (void)snprintf(job->ids[job->ids_len++], UUID_TEXT, "%s", one);
    if (worker_post(worker, job))
        (void)puts("full");
    else
        (void)printf("job %u\n", id);
}

static void print_stats(void)
{
    struct worker_stats stats;
    json_object *o = json_object_new_object();
    worker_stats(worker, &stats);
    add_number(o, "probes", stats.probes);
    add_number(o, "changes", stats.changes);
    add_number(o, "cost_polls", stats.cost_polls);
    add_number(o, "cost_failures", stats.cost_failures);
    add_number(o, "records", stats.records);
    add_number(o, "record_failures", stats.record_failures);
    add_number(o, "in_flight", stats.in_flight);
    add_number(o, "leased", stats.leased);
    for (int i = 0; i < VERDICT_COUNT; i++)
        add_number(o, verdict_word((enum verdict)i), stats.verdicts[i]);
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
    if (!rest || !options.keypair_path)
        (void)puts("err usage account NAME BASE_URL BY_KEY KEY, with a keypair");
    else if (keypair_open(&pair, options.keypair_path, &e) || gate_open(&s, &spec, NULL, &e) < 0 ||
             put_account(s, pair, name, strcmp(base, "-") == 0 ? "" : base, by_key[0] == '1', rest,
                         &e))
        say_err(&e);
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
    } known[] = {{"probe", &options.probe, NULL},
                 {"period", &options.schedule.period_s, NULL},
                 {"confirm", &options.schedule.confirm, NULL},
                 {"calm", &options.schedule.calm_max, NULL},
                 {"cost_period", &options.cost_period_s, NULL},
                 {"timeout", &spec.timeout_ms, NULL},
                 {"base", NULL, &options.base_url},
                 {"ca", NULL, &options.ca_file},
                 {"keypair", NULL, &options.keypair_path}};
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
    if (!worker)
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
        next_event(rest, value ? number(value) : 0);
    } else if (strcmp(word, "clock") == 0) {
        clock_set(strtoll(rest, NULL, 10));
        (void)puts("clock");
    } else if (strcmp(word, "point") == 0) {
        (void)puts(localeconv()->decimal_point);
    } else if (strcmp(word, "account") == 0) {
        account(rest);
    } else if (strcmp(word, "start") == 0) {
        start();
    } else {
        obey_worker(word, rest);
    }
}

int main(int argc, char **argv)
{
    static char line[LINE];
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_poller.py");
        return 0;
    }
    (void)setlocale(LC_ALL, "");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || queue_init(&events) ||
        (argc > 2 && log_open(argv[2])))
        return 1;
    conn_spec_init(&spec);
    spec.conninfo = mem_dup(argv[1]);
    worker_options_init(&options);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (blank)
            *blank++ = '\0';
        obey(line, blank ? blank : line + strlen(line));
        (void)fflush(stdout);
    }
    worker_destroy(worker);
    for (struct event *event; (event = queue_pop(&events));)
        event_destroy(event);
    queue_finish(&events);
    conn_spec_finish(&spec);
    log_close();
    return 0;
}
