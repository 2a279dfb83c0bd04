#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/fetch_health.h"
#include "cli/find.h"
#include "cli/json.h"
#include "cli/print.h"
#include "db/q_limit.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY = 200, LINE = 600 };

/* What the thresholds are of: one of the two is "". */
struct limits_of {
    char connexion[UUID_TEXT], organisation[UUID_TEXT];
    struct connexion *row; /* NULL for an organisation */
};

struct limits_answer {
    struct outcome_of outcome;
    struct limits *limits;
};

static void on_limits(void *arg, struct limits *limits, struct err *e)
{
    struct limits_answer *a = arg;
    a->limits = limits;
    fetch_outcome(&a->outcome, e);
}

/* free() it. */
static int fetch_limits(struct session *s, const struct limits_of *of, struct limits **out,
                        struct err *e)
{
    struct limits_answer a = {.limits = NULL};
    int sent = of->connexion[0] ? q_limits(s, of->connexion, on_limits, &a, e)
                                : q_limits_organisation(s, of->organisation, on_limits, &a, e);
    int rc = fetch_wait(s, sent, &a.outcome, e);
    if (rc == 0 && !a.limits)
        rc = err_set(e, ERR_NOT_FOUND, "%s", _("It is not there any more, or out of sight."));
    *out = a.limits;
    return rc;
}

/* ── which ── */

static int choose(struct cli *cli, struct session *s, const struct proof *proof,
                  struct limits_of *of)
{
    struct page_request scope;
    int whole = option_given(&cli->options, OPT_ORGANISATION);
    if (whole == (cli->argc > 0)) {
        (void)err_set(&cli->err, ERR_USAGE, "%s",
                      _("limits are of one connexion or of one organisation"));
        return err_cure(&cli->err, "%s limits ID; %s limits -o %s", cli->program, cli->program,
                        _("NAME"));
    }
    if (!whole) {
        int rc = find_connexion(s, proof, cli->argv[0], &of->row, &cli->err);
        if (rc == 0)
            memcpy(of->connexion, of->row->id, UUID_TEXT);
        return rc;
    }
    page_request_init(&scope);
    int rc = fetch_scope(s, proof, option_get(&cli->options, OPT_ORGANISATION), &scope, &cli->err);
    memcpy(of->organisation, scope.organisation, UUID_TEXT);
    page_request_finish(&scope);
    return rc;
}

/* ── what is set ── */

static int sets(const struct options *o)
{
    return option_given(o, OPT_SOFT) || option_given(o, OPT_HARD) || option_given(o, OPT_ON) ||
           option_given(o, OPT_UNSET);
}

static int refuse(struct cli *cli, enum option_id option, const char *why)
{
    return err_set(&cli->err, ERR_USAGE, "--%s: %s", option_info(option)->name, why);
}

static int read_thresholds(struct cli *cli, struct thresholds *t)
{
    char why[WHY];
    const char *soft = option_get(&cli->options, OPT_SOFT);
    const char *hard = option_get(&cli->options, OPT_HARD);
    const char *on = option_get(&cli->options, OPT_ON);
    if (soft && thresholds_parse(t, soft, why))
        return refuse(cli, OPT_SOFT, why);
    if (hard && thresholds_parse_hard(t, hard)) {
        (void)snprintf(why, sizeof why, _("write a per cent up to %d, or never"),
                       LIMIT_PERCENT_MAX);
        return refuse(cli, OPT_HARD, why);
    }
    if (on && thresholds_parse_on(t, on))
        return refuse(cli, OPT_ON, _("write spend, forecast, or both with a comma"));
    return 0;
}

static int set(struct cli *cli, struct session *s, const struct limits_of *of,
               const struct limits *now)
{
    struct outcome_of outcome = {0};
    struct thresholds t = now->thresholds;
    int unset = option_given(&cli->options, OPT_UNSET);
    int rc = read_thresholds(cli, &t);
    if (rc < 0)
        return rc;
    session_arm(s, 1);
    return fetch_wait(s,
                      q_limits_set(s, of->organisation, of->connexion, unset ? NULL : &t,
                                   fetch_outcome, &outcome, &cli->err),
                      &outcome, &cli->err);
}

/* ── what is shown ── */

static const char *origin(const struct limits *l)
{
    if (l->own)
        return _("of the connexion");
    return strcmp(l->from, "organisation") == 0 ? _("of the organisation") : _("the defaults");
}

static const char *held_against(const struct thresholds *t)
{
    if (t->on_spend && t->on_forecast)
        return _("spend and forecast");
    return t->on_spend ? _("spend") : _("forecast");
}

static void line(const struct print *print, const char *title, const char *text)
{
    char out[LINE];
    (void)snprintf(out, sizeof out, "%s: ", title);
    print_text(print, out, PRINT_DIM);
    (void)snprintf(out, sizeof out, "%s\n", text);
    print_text(print, out, PRINT_PLAIN);
}

static void print_thresholds(const struct print *print, const struct limits *l)
{
    char soft[128], text[LINE];
    thresholds_format(soft, sizeof soft, &l->thresholds);
    (void)snprintf(text, sizeof text, _("%s %% of %s (%s)"), soft, held_against(&l->thresholds),
                   origin(l));
    line(print, _("Thresholds"), text);
    if (l->thresholds.hard > 0)
        (void)snprintf(text, sizeof text, _("stopped at %d %% of a limit, until its reset"),
                       l->thresholds.hard);
    else
        (void)snprintf(text, sizeof text, "%s", _("nothing is stopped by itself"));
    line(print, _("Hard limit"), text);
}

static void print_past(const struct print *print, const struct limits *l)
{
    char amount[MONEY_TEXT_MAX], text[LINE];
    if (l->last_month[0]) {
        money_exact(amount, sizeof amount, l->last_cost);
        (void)snprintf(text, sizeof text, "%s: %s", l->last_month, amount);
        line(print, _("Last month"), text);
    }
    if (l->last_day[0]) {
        count_format(amount, sizeof amount, l->last_use);
        (void)snprintf(text, sizeof text, "%s: %s", l->last_day, amount);
        line(print, _("Last day"), text);
    }
    if (l->lifetime_cost[0]) {
        money_exact(amount, sizeof amount, l->lifetime_cost);
        line(print, _("Ever recorded"), amount);
    }
}

static void print_all(const struct limits *l, int is_connexion, int64_t now)
{
    char text[LINE];
    struct print print;
    print_init(&print, stdout);
    print_thresholds(&print, l);
    if (!is_connexion)
        return;
    block_words(text, sizeof text, &l->block, now);
    if (text[0])
        line(&print, _("Blocked"), text);
    countdown_words(text, period_next(PERIOD_DAY, now), now);
    line(&print, _("Quota resets"), text);
    countdown_words(text, period_next(PERIOD_MONTH, now), now);
    line(&print, _("Budget resets"), text);
    print_past(&print, l);
}

static struct json_object *json_block(const struct block *b)
{
    if (b->cause == BLOCK_NONE)
        return NULL;
    struct json_object *o = json_object_new_object();
    json_put(o, "cause", json_make_string(b->cause == BLOCK_QUOTA ? "quota" : "budget"));
    json_put(o, "since", json_make_instant(b->since));
    json_put(o, "until", b->until > 0 ? json_make_instant(b->until) : NULL);
    json_put(o, "by", json_make_string_or_null(b->by));
    json_put(o, "value", json_make_string_or_null(b->value));
    json_put(o, "limit", json_make_string_or_null(b->limit));
    return o;
}

static struct json_object *json_limits(const struct limits *l, int is_connexion, int64_t now)
{
    struct json_object *o = json_object_new_object();
    struct json_object *soft = json_object_new_array();
    for (int i = 0; i < l->thresholds.len; i++)
        json_object_array_add(soft, json_make_integer(l->thresholds.soft[i]));
    json_put(o, is_connexion ? "connexion_id" : "organisation_id", json_make_string(l->id));
    json_put(o, "thresholds", soft);
    json_put(o, "hard", l->thresholds.hard > 0 ? json_make_integer(l->thresholds.hard) : NULL);
    json_put(o, "on_spend", json_object_new_boolean(l->thresholds.on_spend));
    json_put(o, "on_forecast", json_object_new_boolean(l->thresholds.on_forecast));
    json_put(o, "from", json_make_string(l->from));
    if (!is_connexion)
        return o;
    json_put(o, "block", json_block(&l->block));
    json_put(o, "quota_resets_at", json_make_instant(period_next(PERIOD_DAY, now)));
    json_put(o, "budget_resets_at", json_make_instant(period_next(PERIOD_MONTH, now)));
    json_put(o, "last_month", json_make_string_or_null(l->last_month));
    json_put(o, "last_month_cost", json_make_string_or_null(l->last_cost));
    json_put(o, "last_day", json_make_string_or_null(l->last_day));
    json_put(o, "last_day_use", l->last_use >= 0 ? json_make_integer(l->last_use) : NULL);
    json_put(o, "lifetime_cost", json_make_string_or_null(l->lifetime_cost));
    return o;
}

static int run(struct cli *cli, struct session *s, const struct limits_of *of)
{
    struct limits *l = NULL;
    int rc = fetch_limits(s, of, &l, &cli->err);
    if (rc == 0 && sets(&cli->options)) {
        rc = set(cli, s, of, l);
        free(l);
        l = NULL;
        if (rc == 0)
            rc = fetch_limits(s, of, &l, &cli->err);
    }
    if (rc == 0 && cli->json)
        json_write(stdout, json_limits(l, of->connexion[0] != '\0', clock_now()), 1);
    else if (rc == 0)
        print_all(l, of->connexion[0] != '\0', clock_now());
    free(l);
    return rc;
}

int cli_limits(struct cli *cli)
{
    struct limits_of of = {.row = NULL};
    struct session *session = NULL;
    struct proof proof;
    int rc = cli_open(cli, &session, &proof);
    if (rc == 0)
        rc = choose(cli, session, &proof, &of);
    if (rc == 0)
        rc = run(cli, session, &of);
    if (rc == 0)
        rc = cli_flush(cli);
    connexion_destroy(of.row);
    session_destroy(session);
    return rc;
}
