#include "config.h"

#include "cli/watch.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const links[] = {
    [LINK_CONNECTING] = "connecting",
    [LINK_READY] = "ready",
    [LINK_WAITING] = "waiting",
    [LINK_REFUSED] = "refused",
};

void say_start(struct watch *w)
{
    const struct cli *cli = w->cli;
    struct str text;
    struct json_object *o = lines_object(LOG_INFO, "start");
    const char *metrics = w->metrics ? metrics_address(w->metrics) : NULL;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, _("watching %s as %s"), cli->proof.database, cli->proof.login);
    if (metrics)
        (void)str_addf(&text, _(", metrics at %s"), metrics);
    json_put(o, "version", json_make_string(PACKAGE_VERSION));
    json_put(o, "pid", json_make_integer(getpid()));
    json_put(o, "database", json_make_string(cli->proof.database));
    json_put(o, "login", json_make_string(cli->proof.login));
    json_put(o, "metrics", json_make_string(metrics));
    lines_put(&w->lines, o, str_get(&text));
    str_finish(&text);
}

void say_stop(struct watch *w, const char *why)
{
    char text[256];
    struct json_object *o = lines_object(LOG_INFO, "stop");
    (void)snprintf(text, sizeof text, _("ending: %s"), why);
    json_put(o, "why", json_make_string(why));
    lines_put(&w->lines, o, text);
}

void say_link(struct watch *w, const struct event *event)
{
    int bad = event->err.code != ERR_OK;
    struct json_object *o = lines_object(bad ? LOG_WARN : LOG_INFO, "link");
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, _("database: %s"), links[event->link]);
    if (bad)
        (void)str_addf(&text, "%s%s", _(": "), event->err.text);
    json_put(o, "state", json_make_string(links[event->link]));
    json_put(o, "error", bad ? json_make_string(err_name(event->err.code)) : NULL);
    json_put(o, "says", bad ? json_make_string(event->err.text) : NULL);
    lines_put(&w->lines, o, str_get(&text));
    str_finish(&text);
}

void say_fault(struct watch *w, const struct err *err)
{
    struct json_object *o = lines_object(LOG_WARN, "fault");
    json_put(o, "error", json_make_string(err_name(err->code)));
    json_put(o, "says", json_make_string(err->text));
    lines_put(&w->lines, o, err->text);
}

/* "account: valid -> key revoked (HTTP 401 …)" */
static void say_verdict(struct watch *w, const struct known_one *one, const struct health *h,
                        int confirmed)
{
    enum verdict to = confirmed ? h->verdict : h->candidate;
    int good = verdict_effect(to) == EFFECT_GOOD;
    const char *account = one && one->account ? one->account : NULL;
    int from = one && one->told;
    struct json_object *o =
        lines_object(good ? LOG_INFO : LOG_WARN, confirmed ? "verdict" : "suspect");
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, "%s: %s%s%s", account ? account : h->id,
                   from ? verdict_title(one->verdict) : "?", " → ", verdict_title(to));
    if (!confirmed)
        (void)str_addf(&text, _(", not yet confirmed (%d)"), h->failures);
    (void)str_add(&text, _("; "));
    text_evidence(&text, &h->evidence);
    json_put(o, "openai_connexion_id", json_make_string(h->id));
    json_put(o, "account", json_make_string(account));
    json_put(o, "from", from ? json_make_string(verdict_word(one->verdict)) : NULL);
    json_put(o, "to", json_make_string(verdict_word(to)));
    json_put(o, "failures", json_make_integer(h->failures));
    json_put(o, "evidence", json_probe_evidence(&h->evidence));
    lines_put(&w->lines, o, str_get(&text));
    str_finish(&text);
}

static void say_one(struct watch *w, const struct health *h)
{
    struct known_one *one = known_at(w->known, h->id);
    enum verdict candidate = h->candidate == h->verdict ? VERDICT_NEVER : h->candidate;
    int changed = one ? !one->told || one->verdict != h->verdict : h->since == h->checked_at;
    if (changed)
        say_verdict(w, one, h, 1);
    if (one) {
        one->told = 1;
        one->verdict = h->verdict;
    }
    if (candidate != VERDICT_NEVER)
        say_verdict(w, one, h, 0);
}

static void say_host(struct watch *w, const struct host_health *host)
{
    struct known_one *one = known_at(w->known, host->host);
    enum verdict before = one && one->told ? one->verdict : VERDICT_VALID;
    if (!one || before == host->verdict)
        return;
    one->told = 1;
    one->verdict = host->verdict;
    int good = host->verdict == VERDICT_VALID;
    struct json_object *o = lines_object(good ? LOG_INFO : LOG_WARN, "host");
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, "%s: %s", host->host,
                   good ? _("answers again") : verdict_title(host->verdict));
    json_put(o, "host", json_make_string(host->host));
    json_put(o, "from", json_make_string(verdict_word(before)));
    json_put(o, "to", json_make_string(verdict_word(host->verdict)));
    json_put(o, "evidence", json_probe_evidence(&host->evidence));
    lines_put(&w->lines, o, str_get(&text));
    str_finish(&text);
}

void say_health(struct watch *w, const struct health_list *list)
{
    for (int i = 0; list && i < list->len; i++)
        say_one(w, &list->item[i]);
    for (int i = 0; list && i < list->hosts; i++)
        say_host(w, &list->host[i]);
}

void say_log(struct watch *w)
{
    uint64_t now = log_count();
    uint64_t new = now - w->logged;
    if (new == 0)
        return;
    struct log_line *line = mem_alloc(LOG_RING * sizeof *line);
    size_t n = log_copy(line, new < LOG_RING ? (size_t) new : LOG_RING);
    for (size_t i = 0; i < n; i++) {
        if (line[i].level == LOG_DEBUG)
            continue;
        struct json_object *o = lines_object(line[i].level, "log");
        json_put(o, "says", json_make_string(line[i].text));
        lines_put(&w->lines, o, line[i].text);
    }
    w->logged = now;
    free(line);
}

void say_once(struct watch *w, const struct worker_stats *stats)
{
    char text[256];
    struct json_object *o = lines_object(LOG_INFO, "round");
    (void)snprintf(text, sizeof text,
                   _("one round: %d of %d probed, %lld written, %lld accounts asked"), w->tested,
                   w->ids_len, (long long)stats->records, (long long)stats->cost_polls);
    json_put(o, "connexions", json_make_integer(w->ids_len));
    json_put(o, "probed", json_make_integer(w->tested));
    json_put(o, "written", json_make_integer(stats->records));
    json_put(o, "cost_polls", json_make_integer(stats->cost_polls));
    json_put(o, "cost_failures", json_make_integer(stats->cost_failures));
    lines_put(&w->lines, o, text);
}
