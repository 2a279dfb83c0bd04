#include "config.h"

#include "cli/csv.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *guarded(const char *text)
{
    struct str out;
    str_init(&out, 1000);
    csv_guard(text, &out);
    return str_take(&out);
}

Test(csv, what_a_spreadsheet_would_run_is_guarded_and_comes_back)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a=b", "a=b"},
        {"=1+1", "'=1+1"},
        {"+33", "'+33"},
        {"-1", "'-1"},
        {"@x", "'@x"},
        {" =x", "' =x"},
        {"\tx", "'\tx"},
        {"'x", "''x"},
        {"''", "'''"},
        {"'=x", "''=x"},
        {"\uff1dx", "'\uff1dx"},
        {"\u22121", "'\u22121"},
        {"a;=b", "a;'=b"},
        {"a,-1", "a,'-1"},
        {"a\n+b", "a\n'+b"},
        {"[1,2]", "[1,2]"},
        {"gpt-4o, gpt-4", "gpt-4o, gpt-4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *cell = guarded(cases[i].text);
        cr_expect_str_eq(cell, cases[i].cell);
        csv_unguard(cell);
        cr_expect_str_eq(cell, cases[i].text);
        free(cell);
    }
}

/* The cells of all rows: "a|b/c|NULL"; or the error. */
static char *reading(const char *text)
{
    struct csv_reader r;
    struct csv_cell cells[CSV_CELLS];
    struct err e = {0};
    struct str out;
    char *bytes = mem_dup(text);
    int n;
    str_init(&out, 1000);
    csv_open(&r, bytes);
    while ((n = csv_next(&r, cells, &e)) > 0) {
        (void)str_add(&out, out.len ? "/" : "");
        for (int i = 0; i < n; i++) {
            (void)str_add(&out, i ? "|" : "");
            (void)str_add(&out, cells[i].null ? "NULL" : cells[i].text);
        }
    }
    if (n < 0) {
        str_clear(&out);
        (void)str_add(&out, e.text);
    }
    free(bytes);
    return str_take(&out);
}

Test(csv, rows_and_cells)
{
    static const struct {
        const char *text, *rows;
    } cases[] = {
        {"", ""},
        {"\n\r\n\n", ""},
        {"a,b\n1,2\n", "a|b/1|2"},
        {"a;b\n1,5;2", "a|b/1,5|2"},
        {"a\tb\r\n1\t2\r\n", "a|b/1|2"},
        {"\xef\xbb\xbfid,x\n,\"\"\n", "id|x/NULL|"},
        {"\"a,b\",\"c\"\"d\"\n\"e\nf\",g\n", "a,b|c\"d/e\nf|g"},
        {"a,b\n,\n", "a|b/NULL|NULL"},
        {"a,b\n'=1,'x\n", "a|b/=1|'x"},
        {"a\n\"x", "line 2: a quote is not closed"},
        {"a\n\n\"x\"y\n", "line 3: text stands behind a closing quote"},
        {"a,b\n\"1\n2\",3\n\"x", "line 4: a quote is not closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *rows = reading(cases[i].text);
        cr_expect_str_eq(rows, cases[i].rows);
        free(rows);
    }
}

Test(csv, rows_have_bounds)
{
    struct str text;
    str_init(&text, 1024 * 1024);
    for (int i = 0; i < CSV_CELLS; i++)
        (void)str_add(&text, "x,");
    char *rows = reading(str_get(&text));
    cr_expect_str_eq(rows, "line 1: too many cells");
    free(rows);
    str_clear(&text);
    for (int i = 0; i <= CSV_CELL_MAX; i++)
        (void)str_add_char(&text, 'x');
    rows = reading(str_get(&text));
    cr_expect_str_eq(rows, "line 1: a cell is too long");
    free(rows);
    str_finish(&text);
}
