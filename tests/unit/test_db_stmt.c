#include "config.h"

#include "db/param.h"
#include "db/stmt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static int counts(const char *text, const char *needle)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, needle)); at++)
        n++;
    return n;
}

Test(db_stmt, no_statement_reads_the_key)
{
    for (int i = 0; i < STMT_COUNT; i++) {
        enum stmt stmt = (enum stmt)i;
        /* the gate and adopt ask the catalogues about the column, the first steps write it, and the
         * doctor has the server count keys of odd shapes: none comes back */
        if (stmt != STMT_GATE_FACTS && stmt != STMT_SETUP_CONNEXION && stmt != STMT_LINT_KEYS &&
            stmt != STMT_ADOPT_FACTS)
            cr_expect(!strstr(stmt_text(stmt), "openai_api_key"), "%s", stmt_name(stmt));
        cr_expect(!strstr(stmt_text(stmt), "*\" FROM") && !strstr(stmt_text(stmt), "c.* "), "%s",
                  stmt_name(stmt));
    }
}

Test(db_stmt, the_highest_parameter_is_the_number_of_parameters)
{
    for (int i = 0; i < STMT_COUNT; i++) {
        enum stmt stmt = (enum stmt)i;
        char number[16];
        for (int p = 1; p <= stmt_params(stmt); p++) {
            (void)snprintf(number, sizeof number, "$%d", p);
            cr_expect(strstr(stmt_text(stmt), number), "%s has no %s", stmt_name(stmt), number);
        }
        (void)snprintf(number, sizeof number, "$%d", stmt_params(stmt) + 1);
        cr_expect(!strstr(stmt_text(stmt), number), "%s has %s", stmt_name(stmt), number);
    }
}

Test(db_stmt, every_shape_of_a_row_has_every_column_but_the_secret)
{
    static const enum stmt shapes[] = {STMT_SHEET, STMT_SHEET_BARE, STMT_PAGE_ID_ASC,
                                       STMT_PAGE_ORGANISATION_ID_DESC_BARE};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int c = 0; c < COLUMN_COUNT; c++) {
            const struct column_info *info = column_info((enum column)c);
            char name[64];
            (void)snprintf(name, sizeof name, "c.%s", info->sql);
            cr_expect_eq(strstr(stmt_text(shapes[i]), name) != NULL, info->kind != COLUMN_SECRET,
                         "%s", name);
        }
}

static void check_page(const struct order *order, int backward, enum stmt_variant v, int ranked)
{
    const struct column_info *info = column_info(order->column);
    enum stmt stmt = stmt_page(order, backward, v, ranked);
    const char *text = stmt_text(stmt);
    const char *name = stmt_name(stmt);
    int descending = order->descending != backward;
    cr_expect_eq(strncmp(name, "PAGE_", 5), 0);
    cr_expect_eq(strstr(name, "_DESC") != NULL, descending, "%s", name);
    cr_expect_eq(strstr(name, "_FILTERED") != NULL, v == STMT_FILTERED, "%s", name);
    cr_expect_eq(strstr(name, "_BARE") != NULL, v == STMT_BARE, "%s", name);
    cr_expect_eq(strstr(name, "_FOUND") != NULL, v == STMT_FOUND, "%s", name);
    cr_expect_eq(strstr(text, "vigie.search") != NULL, v == STMT_FOUND, "%s", name);
    cr_expect(strstr(text, info->sql), "%s", name);
    cr_expect(counts(text, descending ? " ASC" : " DESC") == 0 &&
                  counts(text, descending ? " DESC" : " ASC") >= 2,
              "%s", name);
    cr_expect_eq(strstr(text, "public.reseau") != NULL, v != STMT_BARE, "%s", name);
}

Test(db_stmt, each_order_has_its_statements)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        for (int i = 0; i < 32 && column_sortable((enum column)c); i++) {
            const struct order order = {(enum column)c, i & 1};
            check_page(&order, (i & 2) != 0, (enum stmt_variant)(i >> 2 & 3), (i & 16) != 0);
        }
}

/* Rows without a limit come last both ways: reading the most used first backward is not the order
 * of the least used. */
Test(db_stmt, orders_by_a_share_of_a_limit_are_two)
{
    static const enum column columns[] = {COL_COST, COL_DAY_USE};
    for (size_t c = 0; c < 2; c++)
        for (int ranked = 0; ranked < 2; ranked++) {
            const struct order low = {columns[c], 0};
            const struct order top = {columns[c], 1};
            enum stmt up = stmt_page(&low, 0, STMT_PLAIN, ranked);
            enum stmt back = stmt_page(&top, 1, STMT_PLAIN, ranked);
            cr_expect_neq(up, back);
            cr_expect_eq(strstr(stmt_text(up), "vigie.rank r") != NULL, ranked);
            cr_expect_eq(strstr(stmt_text(back), "vigie.rank r") != NULL, ranked);
            cr_expect(strstr(stmt_name(back), "_TOP_ASC"));
        }
}

static int page_params(enum column column, int descending, int variant)
{
    const struct order order = {column, descending};
    return stmt_params(stmt_page(&order, 0, (enum stmt_variant)variant, 1));
}

/* 4 parameters of every page, those of the anchor's key, those of the filter. */
Test(db_stmt, a_page_has_the_parameters_that_are_sent)
{
    for (int v = STMT_PLAIN; v <= STMT_FOUND; v++) {
        int more = v == STMT_PLAIN ? 0 : PARAM_FILTER;
        cr_expect_eq(page_params(COL_ID, 0, v), 4 + more);
        cr_expect_eq(page_params(COL_EMAIL, 1, v), 5 + more);
        cr_expect_eq(page_params(COL_COST, 1, v), 5 + more);
        cr_expect_eq(page_params(COL_ORGANISATION_ID, 0, v), 7 + more);
    }
}

Test(db_stmt, tables_are_named_with_their_schema)
{
    static const char *const tables[] = {"openai_connexion c", "organisations o", "reseau k",
                                         "users WHERE"};
    for (int i = 0; i < STMT_COUNT; i++)
        for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
            const char *text = stmt_text((enum stmt)i);
            for (const char *at = text; (at = strstr(at, tables[t])); at++)
                cr_expect(at - text > 7 && strncmp(at - 7, "public.", 7) == 0, "%s: %s",
                          stmt_name((enum stmt)i), tables[t]);
        }
}
