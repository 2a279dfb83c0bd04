#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/cell.h"
#include "cli/each.h"
#include "cli/fetch.h"
#include "cli/json.h"
#include "cli/print.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_CHECK = 100 };

/* Where the rows go. */
struct listing {
    struct cli *cli;
    int64_t now;
    enum column columns[COLUMN_COUNT];
    int columns_len;
    struct table *table; /* NULL for JSON */
    struct json_list json;
    struct str cell;
    long rows;
};

static int read_columns(struct listing *l, const char *text, struct err *e)
{
    char bad[64];
    l->columns_len = text ? column_parse_list(text, l->columns, bad) : 0;
    if (l->columns_len < 0)
        return column_unknown(bad, e);
    if (l->columns_len == 0)
        l->columns_len = column_defaults(l->columns);
    return 0;
}

static int read_options(struct listing *l, struct page_request *request, int *limit)
{
    const struct options *o = &l->cli->options;
    struct err *e = &l->cli->err;
    const char *filter = option_get(o, OPT_FILTER);
    int rc = read_columns(l, option_get(o, OPT_COLUMNS), e);
    if (rc == 0)
        rc = order_parse(&request->order, option_get(o, OPT_SORT), e);
    if (rc == 0 && filter)
        rc = filter_parse(&request->filter, filter, e);
    if (rc == 0)
        rc = option_int(o, OPT_LIMIT, 1, INT_MAX, 0, limit, e);
    return rc;
}

static enum text_align align_of(enum column column)
{
    enum column_kind kind = column_info(column)->kind;
    int measured = column == COL_DAY_USE || column == COL_COST;
    return !measured && (kind == COLUMN_INT || kind == COLUMN_MONEY) ? TEXT_RIGHT : TEXT_LEFT;
}

static void start(struct listing *l)
{
    struct print print;
    l->now = clock_now();
    str_init(&l->cell, CELL_TEXT_MAX);
    if (l->cli->json) {
        json_list_open(&l->json, stdout);
        return;
    }
    print_init(&print, stdout);
    l->table = table_create(&print);
    for (int i = 0; i < l->columns_len; i++)
        table_column(l->table, _(column_info(l->columns[i])->title), align_of(l->columns[i]));
}

/* Whoever reads may have gone: seen now and then, so that a long list ends early. */
static int check_output(struct listing *l)
{
    return ++l->rows % ROWS_A_CHECK == 0 || ferror(stdout) ? cli_flush(l->cli) : 0;
}

static int visit(void *arg, const struct connexion *row)
{
    struct listing *l = arg;
    if (!l->table) {
        json_list_add(&l->json, json_connexion(row, l->now));
        return check_output(l);
    }
    for (int i = 0; i < l->columns_len; i++) {
        str_clear(&l->cell);
        cell_text(&l->cell, row, l->columns[i], l->now);
        table_cell(l->table, str_get(&l->cell), cell_role(row, l->columns[i], l->now));
    }
    return check_output(l);
}

static void end(struct listing *l, int rc)
{
    if (rc == 0 && l->table)
        table_flush(l->table);
    if (rc == 0 && !l->table)
        json_list_close(&l->json);
    table_destroy(l->table);
    str_finish(&l->cell);
}

int cli_list(struct cli *cli)
{
    struct listing l = {.cli = cli};
    struct session *session = NULL;
    struct page_request request;
    struct proof proof;
    int limit = 0;
    page_request_init(&request);
    int rc = read_options(&l, &request, &limit);
    if (rc)
        goto out;
    rc = cli_open(cli, &session, &proof);
    if (rc)
        goto out;
    rc = fetch_scope(session, &proof, option_get(&cli->options, OPT_ORGANISATION), &request,
                     &cli->err);
    if (rc)
        goto out;
    start(&l);
    rc = fetch_each(session, &request, limit, visit, &l, &cli->err);
    end(&l, rc);
    if (rc == 0)
        rc = cli_flush(cli);
out:
    session_destroy(session);
    page_request_finish(&request);
    return rc;
}
