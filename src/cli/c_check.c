#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/fetch_alert.h"
#include "cli/fetch_channel.h"
#include "cli/json.h"
#include "cli/json_alert.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The states of monitoring plugins and their exit statuses. The words are those systems' own: they
 * are not translated. */
enum check_state { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

enum { MAX_AGE_S = 600, NEVER = GRAVITY_COUNT, LINE_MAX_BYTES = 900, CLEAN_MAX = 100 };

struct checkup {
    struct cli *cli;
    struct session *session;
    int warning, critical; /* a gravity, or NEVER */
    int max_age;
    int64_t age;
    struct alert_list *list;
    enum check_state state;
};

static int read_gravity(struct cli *cli, enum option_id id, enum alert_gravity fallback, int *out)
{
    const char *word = option_get(&cli->options, id);
    *out = word ? (int)gravity_parse(word) : (int)fallback;
    if (!word || strcmp(gravity_word((enum alert_gravity) * out), word) == 0)
        return 0;
    *out = NEVER;
    if (strcmp(word, "none") == 0)
        return 0;
    char *clean = text_scrub(word, strlen(word), CLEAN_MAX);
    int rc = err_set(&cli->err, ERR_USAGE,
                     _("--%s: there is no gravity “%s”: info, warning, critical, none"),
                     option_info(id)->name, clean);
    free(clean);
    return rc;
}

static int read_options(struct checkup *c)
{
    struct cli *cli = c->cli;
    int rc = read_gravity(cli, OPT_WARNING, GRAVITY_WARN, &c->warning);
    if (rc == 0)
        rc = read_gravity(cli, OPT_CRITICAL, GRAVITY_CRITICAL, &c->critical);
    if (rc == 0)
        rc = option_int(&cli->options, OPT_MAX_AGE, 1, INT_MAX, MAX_AGE_S, &c->max_age, &cli->err);
    return rc;
}

static int64_t from(const struct alert_counts *counts, int gravity)
{
    int64_t n = 0;
    for (int g = gravity; g < GRAVITY_COUNT; g++)
        n += counts->open[g];
    return n;
}

/* What is known to be bad is said even when nobody looks any more. */
static enum check_state judge(const struct checkup *c)
{
    if (from(&c->list->counts, c->critical) > 0)
        return CHECK_CRITICAL;
    if (c->age > c->max_age)
        return CHECK_UNKNOWN;
    return from(&c->list->counts, c->warning) > 0 ? CHECK_WARNING : CHECK_OK;
}

/* Neither a line break nor the bar that begins the figures. */
static void plain(char *text)
{
    for (; *text; text++)
        if (*text == '|' || *text == '\n')
            *text = '/';
}

static void say(const struct checkup *c, char out[LINE_MAX_BYTES])
{
    const struct alert_counts *n = &c->list->counts;
    char first[ALERT_WORDS + ALERT_SUBJECT + 4] = "";
    char alert[ALERT_WORDS];
    if (c->list->len > 0) {
        alert_words(alert, &c->list->item[0]);
        (void)snprintf(first, sizeof first, ": %s: %s", c->list->item[0].subject, alert);
    }
    plain(first);
    if (c->state == CHECK_UNKNOWN)
        (void)snprintf(out, LINE_MAX_BYTES,
                       _("no program has looked for alerts for %lld s: start `vigie watch`"),
                       (long long)c->age);
    else
        (void)snprintf(out, LINE_MAX_BYTES, _("%lld critical, %lld warnings, %lld notes%s"),
                       (long long)n->open[GRAVITY_CRITICAL], (long long)n->open[GRAVITY_WARN],
                       (long long)n->open[GRAVITY_INFO], first);
}

static void print_line(const struct checkup *c, const char *text)
{
    char line[2 * LINE_MAX_BYTES];
    const struct alert_counts *n = &c->list->counts;
    (void)snprintf(line, sizeof line,
                   "VIGIE %s - %s | critical=%lld warning=%lld info=%lld acknowledged=%lld "
                   "snoozed=%lld age=%llds\n",
                   words[c->state], text, (long long)n->open[GRAVITY_CRITICAL],
                   (long long)n->open[GRAVITY_WARN], (long long)n->open[GRAVITY_INFO],
                   (long long)n->acknowledged, (long long)n->snoozed,
                   (long long)(c->age < 0 ? 0 : c->age));
    cli_print(line);
}

static void print_json(const struct checkup *c, const char *text)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "state", json_make_string(words[c->state]));
    json_put(o, "status", json_make_integer(c->state));
    json_put(o, "says", json_make_string(text));
    json_put(o, "counts", json_alert_counts(&c->list->counts));
    json_put(o, "age_s", c->age < 0 ? NULL : json_make_integer(c->age));
    json_put(o, "worst", c->list->len > 0 ? json_alert(&c->list->item[0]) : NULL);
    json_write(stdout, o, 0);
}

static void tell(struct checkup *c)
{
    char text[LINE_MAX_BYTES];
    c->state = judge(c);
    say(c, text);
    if (c->cli->json)
        print_json(c, text);
    else
        print_line(c, text);
    c->cli->status = (int)c->state;
}

int cli_check(struct cli *cli)
{
    struct checkup c = {.cli = cli};
    const struct alert_request worst = {.scope = ALERTS_OPEN, .limit = 1};
    int rc = read_options(&c);
    if (rc == 0)
        rc = cli_open(cli, &c.session, NULL);
    if (rc == 0)
        rc = fetch_alerts_age(c.session, &c.age, &cli->err);
    if (rc == 0)
        rc = fetch_alerts(c.session, &worst, &c.list, &cli->err);
    if (rc == 0)
        tell(&c);
    alert_list_destroy(c.list);
    session_destroy(c.session);
    return rc;
}

int check_unknown(struct cli *cli)
{
    char line[LINE_MAX_BYTES];
    const struct err *e = &cli->err;
    (void)snprintf(line, sizeof line, "%.*s", LINE_MAX_BYTES - 1,
                   e->text[0] ? e->text : err_meaning(e->code));
    plain(line);
    if (cli->json) {
        struct json_object *o = json_object_new_object();
        json_put(o, "state", json_make_string(words[CHECK_UNKNOWN]));
        json_put(o, "status", json_make_integer(CHECK_UNKNOWN));
        json_put(o, "says", json_make_string(line));
        json_write(stdout, o, 0);
    } else {
        cli_print("VIGIE UNKNOWN - ");
        cli_print(line);
        cli_print("\n");
    }
    (void)fflush(stdout);
    return CHECK_UNKNOWN;
}
