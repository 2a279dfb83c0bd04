#include "config.h"

#include "db/stmt.h"

#include "db/sql.h"
#include "db/sql_adopt.h"
#include "db/sql_edit.h"
#include "db/sql_gate.h"
#include "db/sql_health.h"
#include "db/sql_lint.h"
#include "db/sql_page.h"
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

/* The pages of a column are consecutive in the list: plain, filtered, bare, each ascending first.
 */
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

enum stmt stmt_page(enum column column, int descending, enum stmt_variant variant)
{
    return (enum stmt)(pages[column] + 2 * (int)variant + (descending ? 1 : 0));
}
