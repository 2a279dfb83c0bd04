#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/each.h"
#include "cli/fetch_forecast.h"
#include "cli/find.h"
#include "cli/json.h"
#include "cli/print.h"
#include "model/gauge.h"
#include "model/limit.h"

#include <stdlib.h>
#include <string.h>

enum { PERCENT_DEFAULT = 80, MONTHS_MAX_BACK = 24, WORD_MAX = 60, SUMMARY = 400 };

struct trial {
    struct cli *cli;
    struct session *session;
    struct backtest_rule rule;
    struct backtest_list hits;
    int64_t tried;
    int64_t now;
};

static int read_what(struct cli *cli, int *on_forecast)
{
    const char *word = option_get(&cli->options, OPT_ON);
    *on_forecast = word && strcmp(word, "forecast") == 0;
    if (!word || *on_forecast || strcmp(word, "spend") == 0)
        return 0;
    char *clean = text_scrub(word, strlen(word), WORD_MAX);
    int rc = err_set(&cli->err, ERR_USAGE,
                     _("--on: a rule is on spend or on forecast, not on “%s”"), clean);
    free(clean);
    return rc;
}

static int read_rule(struct trial *t)
{
    struct cli *cli = t->cli;
    int rc = option_int(&cli->options, OPT_THRESHOLD, 1, LIMIT_PERCENT_MAX, PERCENT_DEFAULT,
                        &t->rule.percent, &cli->err);
    if (rc == 0)
        rc = option_int(&cli->options, OPT_MONTHS, 1, MONTHS_MAX_BACK, 1, &t->rule.months,
                        &cli->err);
    return rc == 0 ? read_what(cli, &t->rule.on_forecast) : rc;
}

static int visit(void *arg, struct connexion *const *rows, const char *const *ids, int count)
{
    struct trial *t = arg;
    (void)rows;
    t->tried += count;
    return fetch_backtest(t->session, ids, count, &t->rule, &t->hits, &t->cli->err);
}

static int by_month(const void *a, const void *b)
{
    const struct backtest_hit *x = a;
    const struct backtest_hit *y = b;
    int order = strcmp(x->month, y->month);
    if (order == 0)
        order = strcmp(x->day, y->day);
    return order ? order : strcmp(x->id, y->id);
}

enum { MONTH_CHARS = 7 };

/* The month so many before the present one: "2026-10". */
static void month_back(char out[CLOCK_TEXT_MAX], int64_t now, int back)
{
    int64_t at = clock_month_start(now);
    while (back-- > 0)
        at = clock_month_start(at - 1);
    clock_iso(out, at);
    out[MONTH_CHARS] = '\0';
}

static int fired_in(const struct backtest_list *list, const char *month)
{
    int n = 0;
    for (int i = 0; i < list->len; i++)
        n += strcmp(list->item[i].month, month) == 0;
    return n;
}

static struct json_object *json_hit(const struct backtest_hit *h)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "openai_connexion_id", json_make_string(h->id));
    json_put(o, "openai_email_compte", json_make_string(h->account));
    json_put(o, "month", json_make_string(h->month));
    json_put(o, "day", json_make_string(h->day));
    json_put(o, "value", json_make_string(h->value));
    json_put(o, "limit", json_make_string(h->limit));
    json_put(o, "currency", json_make_string_or_null(h->currency));
    return o;
}

static struct json_object *json_month(const struct trial *t, int back)
{
    struct json_object *o = json_object_new_object();
    char month[CLOCK_TEXT_MAX];
    month_back(month, t->now, back);
    json_put(o, "month", json_make_string(month));
    json_put(o, "fired", json_make_integer(fired_in(&t->hits, month)));
    json_put(o, "so_far", json_make_boolean(back == 0));
    return o;
}

static void write_json(const struct trial *t)
{
    struct json_list list;
    (void)fprintf(stdout,
                  "{\"threshold\": %d, \"on\": \"%s\", \"months\": %d, \"connexions\": %lld,"
                  " \"fired\": ",
                  t->rule.percent, t->rule.on_forecast ? "forecast" : "spend", t->rule.months,
                  (long long)t->tried);
    json_list_open(&list, stdout);
    for (int i = 0; i < t->hits.len; i++)
        json_list_add(&list, json_hit(&t->hits.item[i]));
    json_list_close(&list);
    (void)fputs(", \"months_tried\": ", stdout);
    json_list_open(&list, stdout);
    for (int back = t->rule.months; back >= 0; back--)
        json_list_add(&list, json_month(t, back));
    json_list_close(&list);
    (void)fputs("}\n", stdout);
}

static void add_money(struct table *table, const char *decimal, const char *currency)
{
    char amount[MONEY_TEXT_MAX];
    char text[MONEY_TEXT_MAX + 16];
    money_format(amount, sizeof amount, decimal);
    (void)snprintf(text, sizeof text, *currency ? "%s %s" : "%s%s", amount, currency);
    table_cell(table, text, PRINT_PLAIN);
}

static void write_table(const struct trial *t, const struct print *print)
{
    struct table *table = table_create(print);
    table_column(table, _("Month"), TEXT_LEFT);
    table_column(table, _("Day"), TEXT_LEFT);
    table_column(table, _("Connexion"), TEXT_LEFT);
    table_column(table, _("Account"), TEXT_LEFT);
    table_column(table, t->rule.on_forecast ? _("Month end") : _("Spent"), TEXT_RIGHT);
    table_column(table, _("Limit"), TEXT_RIGHT);
    for (int i = 0; i < t->hits.len; i++) {
        const struct backtest_hit *h = &t->hits.item[i];
        table_cell(table, h->month, PRINT_PLAIN);
        table_cell(table, h->day, PRINT_PLAIN);
        table_cell(table, h->id, PRINT_PLAIN);
        table_cell(table, h->account, PRINT_PLAIN);
        add_money(table, h->value, h->currency);
        add_money(table, h->limit, "");
    }
    if (t->hits.len)
        table_flush(table);
    table_destroy(table);
}

/* One month in one sentence. */
static void month_words(char *out, size_t size, const struct trial *t, int back)
{
    char month[CLOCK_TEXT_MAX];
    month_back(month, t->now, back);
    int n = fired_in(&t->hits, month);
    const char *what = t->rule.on_forecast ? _("the forecast") : _("the month's cost");
    const char *until = back == 0 ? _(" so far") : "";
    if (n == 0)
        (void)snprintf(out, size,
                       _("%s%s: a rule at %d %% of the limit, on %s, would not have fired\n"),
                       month, until, t->rule.percent, what);
    else
        (void)snprintf(
            out, size,
            ngettext("%s%s: a rule at %d %% of the limit, on %s, would have fired %d time\n",
                     "%s%s: a rule at %d %% of the limit, on %s, would have fired %d times\n",
                     (unsigned long)n),
            month, until, t->rule.percent, what, n);
}

static void write_text(const struct trial *t)
{
    struct print print;
    char line[SUMMARY];
    print_init(&print, stdout);
    write_table(t, &print);
    for (int back = t->rule.months; back >= 0; back--) {
        month_words(line, sizeof line, t, back);
        print_text(&print, line, PRINT_TITLE);
    }
    if (t->hits.len == 0)
        print_text(
            &print,
            _("Nothing came near, or there is no limit to hold it against, or no history.\n"),
            PRINT_PLAIN);
}

/* The one connexion of the operand, or all that the options choose. */
static int try_each(struct trial *t, struct each *each)
{
    struct connexion *row = NULL;
    if (t->cli->argc == 0)
        return each_run(each, EACH_MAX, visit, t);
    int rc = find_connexion(each->session, &each->proof, t->cli->argv[0], &row, &t->cli->err);
    if (rc == 0) {
        const char *id = row->id;
        rc = visit(t, &row, &id, 1);
    }
    connexion_destroy(row);
    return rc;
}

int cli_backtest(struct cli *cli)
{
    struct trial t = {.cli = cli, .now = clock_now()};
    struct each each = {0};
    int rc = read_rule(&t);
    if (rc < 0)
        return rc;
    rc = each_open(&each, cli);
    if (rc == 0) {
        t.session = each.session;
        rc = try_each(&t, &each);
    }
    if (rc == 0) {
        if (t.hits.len)
            qsort(t.hits.item, (size_t)t.hits.len, sizeof *t.hits.item, by_month);
        if (cli->json)
            write_json(&t);
        else
            write_text(&t);
        rc = cli_flush(cli);
    }
    free(t.hits.item);
    each_close(&each);
    return rc;
}
