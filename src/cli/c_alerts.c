#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/fetch.h"
#include "cli/fetch_alert.h"
#include "cli/find.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_alert.h"
#include "cli/print.h"
#include "model/journal_filter.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN_MAX = 100, FIRST_LIMIT = 100, ID_SHOWN = 8 };
enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 7 * DAY_S, FOR_MAX = 100000 };

struct alerts {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    struct alert_request request;
    int limit; /* 0: all */
    long given;
    int64_t now;
    struct table *table; /* NULL for JSON */
    struct json_list json;
    struct alert_counts counts;
};

static int unknown_word(struct cli *cli, const char *option, const char *word,
                        const char *(*at)(void *, int))
{
    const char *meant = nearest(word, at, NULL);
    char *clean = text_scrub(word, strlen(word), CLEAN_MAX);
    int rc = err_set(&cli->err, ERR_USAGE, _("--%s: there is no “%s”"), option, clean);
    free(clean);
    if (meant)
        (void)err_cure(&cli->err, _("Did you mean “%s”?"), meant);
    return rc;
}

static const char *kind_at(void *arg, int index)
{
    (void)arg;
    return index < ALERT_KIND_COUNT ? alert_word((enum alert_kind)index) : NULL;
}

static const char *gravity_at(void *arg, int index)
{
    (void)arg;
    return index < GRAVITY_COUNT ? gravity_word((enum alert_gravity)index) : NULL;
}

static int read_words(struct alerts *a)
{
    const char *kind = option_get(&a->cli->options, OPT_KIND);
    const char *gravity = option_get(&a->cli->options, OPT_GRAVITY);
    if (kind && alert_parse(kind) == ALERT_KIND_COUNT)
        return unknown_word(a->cli, option_info(OPT_KIND)->name, kind, kind_at);
    if (kind)
        (void)snprintf(a->request.kind, sizeof a->request.kind, "%s", kind);
    if (!gravity)
        return 0;
    a->request.least = gravity_parse(gravity);
    if (strcmp(gravity_word(a->request.least), gravity) != 0)
        return unknown_word(a->cli, option_info(OPT_GRAVITY)->name, gravity, gravity_at);
    return 0;
}

/* The organisation of -o and the connexion of --connexion. */
static int read_scope(struct alerts *a)
{
    struct cli *cli = a->cli;
    struct page_request scope;
    struct connexion *row = NULL;
    const char *connexion = option_get(&cli->options, OPT_CONNEXION);
    page_request_init(&scope);
    int rc = fetch_scope(a->session, &a->proof, option_get(&cli->options, OPT_ORGANISATION), &scope,
                         &cli->err);
    if (option_given(&cli->options, OPT_ORGANISATION))
        memcpy(a->request.organisation, scope.organisation, UUID_TEXT);
    page_request_finish(&scope);
    if (rc < 0 || !connexion || fetch_uuid(connexion, a->request.connexion))
        return rc;
    rc = find_connexion(a->session, &a->proof, connexion, &row, &cli->err);
    if (rc == 0)
        memcpy(a->request.connexion, row->id, UUID_TEXT);
    connexion_destroy(row);
    return rc;
}

static enum print_role role_of(const struct alert *alert)
{
    static const enum print_role roles[] = {
        [GRAVITY_INFO] = PRINT_PLAIN, [GRAVITY_WARN] = PRINT_WARN, [GRAVITY_CRITICAL] = PRINT_BAD};
    return alert->status == ALERT_OPEN ? roles[alert->gravity] : PRINT_DIM;
}

static void open_table(struct alerts *a)
{
    struct print print;
    print_init(&print, stdout);
    a->table = table_create(&print);
    table_column(a->table, _("Alert"), TEXT_LEFT);
    table_column(a->table, _("Gravity"), TEXT_LEFT);
    table_column(a->table, _("Since"), TEXT_LEFT);
    table_column(a->table, _("Organisation"), TEXT_LEFT);
    table_column(a->table, _("About"), TEXT_LEFT);
    table_column(a->table, _("What"), TEXT_LEFT);
    table_column(a->table, _("Status"), TEXT_LEFT);
    table_column(a->table, _("Assigned to"), TEXT_LEFT);
}

/* "snoozed until 2026-11-23 08:00 UTC: being paid" */
static void status_text(struct str *out, const struct alert *alert)
{
    char at[CLOCK_TEXT_MAX];
    (void)str_add(out, alert_status_title(alert->status));
    if (alert->status == ALERT_SNOOZED) {
        clock_iso(at, alert->snoozed_until);
        (void)str_addf(out, _(" until %s: %s"), at, alert->reason);
    } else if (alert->status == ALERT_ACKNOWLEDGED) {
        (void)str_addf(out, _(" by %s"), alert->acknowledged_by);
    }
}

static void print_row(struct alerts *a, const struct alert *alert)
{
    char words[ALERT_WORDS];
    char id[ID_SHOWN + 1];
    struct str text;
    enum print_role role = role_of(alert);
    (void)snprintf(id, sizeof id, "%.*s", ID_SHOWN, alert->id);
    table_cell(a->table, id, PRINT_PLAIN);
    table_cell(a->table, gravity_title(alert->gravity), role);
    str_init(&text, HEALTH_TEXT_MAX);
    text_age(&text, alert->raised_at, a->now);
    table_cell(a->table, str_get(&text), PRINT_PLAIN);
    table_cell(a->table, alert->organisation[0] ? alert->organisation : "-", PRINT_PLAIN);
    table_cell(a->table, alert->subject, PRINT_PLAIN);
    alert_words(words, alert);
    table_cell(a->table, words, role);
    str_clear(&text);
    status_text(&text, alert);
    table_cell(a->table, str_get(&text), role);
    table_cell(a->table, alert->assigned_to[0] ? alert->assigned_to : "-",
               alert->assigned_to[0] ? PRINT_PLAIN : PRINT_DIM);
    str_finish(&text);
}

static int print_page(struct alerts *a, int *more)
{
    struct alert_list *list = NULL;
    long left = a->limit - a->given;
    a->request.limit = a->limit && left < ALERT_PAGE_MAX ? (int)left : ALERT_PAGE_MAX;
    int rc = fetch_alerts(a->session, &a->request, &list, &a->cli->err);
    if (rc < 0)
        return rc;
    a->counts = list->counts;
    for (int i = 0; i < list->len; i++) {
        if (a->table)
            print_row(a, &list->item[i]);
        else
            json_list_add(&a->json, json_alert(&list->item[i]));
    }
    a->given += list->len;
    *more = list->more && list->len > 0 && (a->limit == 0 || a->given < a->limit);
    if (*more)
        memcpy(a->request.after, list->item[list->len - 1].id, UUID_TEXT);
    alert_list_destroy(list);
    return 0;
}

static void print_counts(const struct alerts *a)
{
    char line[ERR_TEXT_MAX];
    const struct alert_counts *c = &a->counts;
    /* TRANSLATORS: how many alerts, by gravity and by what people did with them */
    (void)snprintf(line, sizeof line,
                   _("%lld critical, %lld warnings, %lld notes; %lld acknowledged, %lld snoozed\n"),
                   (long long)c->open[GRAVITY_CRITICAL], (long long)c->open[GRAVITY_WARN],
                   (long long)c->open[GRAVITY_INFO], (long long)c->acknowledged,
                   (long long)c->snoozed);
    cli_print(line);
}

static int print_all(struct alerts *a)
{
    int rc = 0;
    a->now = clock_now();
    if (a->cli->json)
        json_list_open(&a->json, stdout);
    else
        open_table(a);
    for (int more = 1; rc == 0 && more;)
        rc = print_page(a, &more);
    if (a->table && rc == 0 && a->given > 0)
        table_flush(a->table);
    table_destroy(a->table);
    if (rc < 0)
        return rc;
    if (a->cli->json)
        json_list_close(&a->json);
    else
        print_counts(a);
    return 0;
}

static int act_list(struct alerts *a)
{
    struct cli *cli = a->cli;
    int all = cli->json || option_given(&cli->options, OPT_ALL);
    a->request.scope = option_given(&cli->options, OPT_ALL) ? ALERTS_ALL : ALERTS_OPEN;
    int rc = option_int(&cli->options, OPT_LIMIT, 1, INT_MAX, all ? 0 : FIRST_LIMIT, &a->limit,
                        &cli->err);
    if (rc == 0)
        rc = read_words(a);
    if (rc == 0)
        rc = read_scope(a);
    return rc == 0 ? print_all(a) : rc;
}

static int act_on(struct alerts *a, struct alert_action *action)
{
    struct cli *cli = a->cli;
    if (cli->argc < 2)
        return err_set(&cli->err, ERR_USAGE, _("which alert? give its id, or the start of it"));
    int rc = find_alert(a->session, cli->argv[1], action->alert, &cli->err);
    return rc == 0 ? fetch_alert_act(a->session, action, &cli->err) : rc;
}

static int act_acknowledge(struct alerts *a)
{
    return act_on(a, &(struct alert_action){.act = ALERT_ACKNOWLEDGE});
}

static int act_reopen(struct alerts *a)
{
    return act_on(a, &(struct alert_action){.act = ALERT_REOPEN});
}

/* "90m", "12h", "3d", "2w" from now; -1 when it is none. */
static int read_for(const char *text, int64_t now, int64_t *until)
{
    static const struct {
        char unit;
        int seconds;
    } units[] = {{'m', MINUTE_S}, {'h', HOUR_S}, {'d', DAY_S}, {'w', WEEK_S}};
    char *end = NULL;
    long n = strtol(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (n > 0 && n <= FOR_MAX && end[0] == units[i].unit && end[1] == '\0') {
            *until = now + (int64_t)n * units[i].seconds;
            return 0;
        }
    }
    return -1;
}

static int read_end(struct cli *cli, int64_t *until)
{
    const char *span = option_get(&cli->options, OPT_FOR);
    const char *at = option_get(&cli->options, OPT_UNTIL);
    int64_t now = clock_now();
    if (!span == !at) {
        (void)err_set(&cli->err, ERR_USAGE, "%s",
                      _("a snooze needs an end: --for or --until, one of them"));
        return err_cure(&cli->err, "--for 12h, --until 2026-12-01");
    }
    if (span ? read_for(span, now, until) == 0 : journal_instant(at, now, 0, until) == 0)
        return 0;
    char *clean = text_scrub(span ? span : at, strlen(span ? span : at), CLEAN_MAX);
    (void)err_set(&cli->err, ERR_USAGE, _("“%s” is no end of a snooze"), clean);
    free(clean);
    return err_cure(&cli->err, "--for 90m, 12h, 3d, 2w; --until 2026-12-01, \"2026-12-01 08:00\"");
}

static int act_snooze(struct alerts *a)
{
    struct alert_action action = {.act = ALERT_SNOOZE};
    const char *reason = option_get(&a->cli->options, OPT_REASON);
    if (!reason) {
        (void)err_set(&a->cli->err, ERR_USAGE, "%s",
                      _("a snooze needs a reason: whoever looks next wants to know"));
        return err_cure(&a->cli->err, "--reason TEXT");
    }
    char *clean = text_scrub(reason, strlen(reason), sizeof action.reason - 1);
    (void)snprintf(action.reason, sizeof action.reason, "%s", clean);
    free(clean);
    int rc = read_end(a->cli, &action.until);
    return rc == 0 ? act_on(a, &action) : rc;
}

static int act_assign(struct alerts *a)
{
    struct alert_action action = {.act = ALERT_ASSIGN};
    const char *to = a->cli->argc > 2 ? a->cli->argv[2] : "";
    char *clean = text_scrub(to, strlen(to), sizeof action.to - 1);
    (void)snprintf(action.to, sizeof action.to, "%s", clean);
    free(clean);
    return act_on(a, &action);
}

static const struct {
    const char *name;
    int operands;
    int (*run)(struct alerts *a);
} actions[] = {
    {"list", 1, act_list},     {"ack", 2, act_acknowledge}, {"reopen", 2, act_reopen},
    {"snooze", 2, act_snooze}, {"assign", 3, act_assign},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const char *action_at(void *arg, int index)
{
    (void)arg;
    return index < ACTIONS ? actions[index].name : NULL;
}

static int unknown(struct cli *cli)
{
    const char *meant = nearest(cli->argv[0], action_at, NULL);
    char *clean = text_scrub(cli->argv[0], strlen(cli->argv[0]), CLEAN_MAX);
    (void)err_set(&cli->err, ERR_USAGE, _("`alerts` cannot do “%s”"), clean);
    free(clean);
    return meant ? err_cure(&cli->err, _("Did you mean `%s alerts %s`?"), cli->program, meant)
                 : err_cure(&cli->err, "%s alerts %s", cli->program,
                            _(cli_info(CLI_ALERTS)->operands));
}

int cli_alerts(struct cli *cli)
{
    struct alerts a = {.cli = cli};
    int i = 0;
    while (cli->argc > 0 && i < ACTIONS && strcmp(actions[i].name, cli->argv[0]) != 0)
        i++;
    if (i == ACTIONS || cli->argc > actions[i].operands)
        return unknown(cli);
    int rc = cli_open(cli, &a.session, &a.proof);
    if (rc == 0)
        rc = actions[i].run(&a);
    if (rc == 0)
        rc = cli_flush(cli);
    session_destroy(a.session);
    return rc;
}
