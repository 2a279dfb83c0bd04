#include "config.h"

#include "db/stmt.h"

#include "db/sql.h"
#include "db/sql_adopt.h"
#include "db/sql_alert.h"
#include "db/sql_channel.h"
#include "db/sql_edit.h"
#include "db/sql_forecast.h"
#include "db/sql_gate.h"
#include "db/sql_health.h"
#include "db/sql_limit.h"
#include "db/sql_lint.h"
#include "db/sql_page.h"
#include "db/sql_shown.h"
#include "db/sql_sums.h"

#include <stddef.h>

static const struct {
    const char *name;
    int params;
    const char *text;
} list[] = {
#define STMT(name, count, text) {#name, count, text},
#include "db/stmt.def"
#undef STMT
};

const char *stmt_text(enum stmt stmt)
{
    return list[stmt].text;
}

const char *stmt_name(enum stmt stmt)
{
    return list[stmt].name;
}

int stmt_params(enum stmt stmt)
{
    return list[stmt].params;
}

/* The pages of an order are consecutive in the list: plain, filtered, bare, found, each ascending
 * first. */
static const int pages[COLUMN_COUNT] = {
#define COLUMN(id, sql, word, title, kind, width) [COL_##id] = PAGES_OF_##kind(id),
#define PAGES_OF_UUID(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_TEXT(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_BOOL(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_TIME(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_INT(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_MONEY(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_LIST(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_JSON(id) STMT_PAGE_##id##_ASC
#define PAGES_OF_SECRET(id) -1
#include "model/column.def"
#undef COLUMN
};

/* Where rows without a value come last both ways, the descending order is not the other one read
 * backward: [ranked][descending]. */
#define RATIO(id)                                                        \
    {                                                                    \
        {STMT_PAGE_##id##_ASC, STMT_PAGE_##id##_TOP_ASC},                \
        {                                                                \
            STMT_PAGE_##id##_RANKED_ASC, STMT_PAGE_##id##_RANKED_TOP_ASC \
        }                                                                \
    }
static const int budgets[2][2] = RATIO(COST);
static const int quotas[2][2] = RATIO(DAY_USE);

enum stmt stmt_page(const struct order *order, int backward, enum stmt_variant variant, int ranked)
{
    int down = order->descending != 0;
    int first = pages[order->column];
    if (order->column == COL_COST)
        first = budgets[ranked != 0][down];
    else if (order->column == COL_DAY_USE)
        first = quotas[ranked != 0][down];
    return (enum stmt)(first + 2 * (int)variant + (down != (backward != 0)));
}
