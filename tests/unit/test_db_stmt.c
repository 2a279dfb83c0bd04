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

Test(db_stmt, each_order_has_its_statements)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const struct column_info *info = column_info((enum column)c);
        if (info->kind == COLUMN_SECRET)
            continue;
        for (int v = STMT_PLAIN; v <= STMT_BARE; v++)
            for (int descending = 0; descending < 2; descending++) {
                enum stmt stmt = stmt_page((enum column)c, descending, (enum stmt_variant)v);
                const char *text = stmt_text(stmt);
                cr_expect_eq(strncmp(stmt_name(stmt), "PAGE_", 5), 0);
                cr_expect_eq(strstr(stmt_name(stmt), "_DESC") != NULL, descending, "%s",
                             stmt_name(stmt));
                cr_expect_eq(strstr(stmt_name(stmt), "_FILTERED") != NULL, v == STMT_FILTERED, "%s",
                             stmt_name(stmt));
                cr_expect_eq(strstr(stmt_name(stmt), "_BARE") != NULL, v == STMT_BARE, "%s",
                             stmt_name(stmt));
                cr_expect(strstr(text, info->sql), "%s", stmt_name(stmt));
                cr_expect(counts(text, descending ? " ASC" : " DESC") == 0 &&
                              counts(text, descending ? " DESC" : " ASC") >= 2,
                          "%s", stmt_name(stmt));
                cr_expect_eq(strstr(text, "public.reseau") != NULL, v != STMT_BARE, "%s",
                             stmt_name(stmt));
            }
    }
}

/* 4 parameters of every page, those of the anchor's key, those of the filter. */
Test(db_stmt, a_page_has_the_parameters_that_are_sent)
{
    for (int v = STMT_PLAIN; v <= STMT_BARE; v++) {
        int more = v == STMT_PLAIN ? 0 : PARAM_FILTER;
        cr_expect_eq(stmt_params(stmt_page(COL_ID, 0, (enum stmt_variant)v)), 4 + more);
        cr_expect_eq(stmt_params(stmt_page(COL_EMAIL, 1, (enum stmt_variant)v)), 5 + more);
        cr_expect_eq(stmt_params(stmt_page(COL_ORGANISATION_ID, 0, (enum stmt_variant)v)),
                     7 + more);
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
