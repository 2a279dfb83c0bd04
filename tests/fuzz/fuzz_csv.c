/* Any text as a table: its rows keep their bounds, or the line that is wrong is named. Any text as
 * a cell: nothing that a spreadsheet runs stands at its start, and it comes back as it was. */
#include "config.h"

#include "fuzz.h"

#include "cli/csv.h"

#include <string.h>

static void try_cell(const char *text)
{
    struct str cell;
    str_init(&cell, 2 * strlen(text) + 1);
    csv_guard(text, &cell);
    PROMISE(!cell.overflow);
    const char *start = str_get(&cell) + strspn(str_get(&cell), " ");
    PROMISE(*start == '\0' || !strchr("=+-@\t\r", *start));
    char *back = str_take(&cell);
    csv_unguard(back);
    PROMISE(strcmp(back, text) == 0);
    free(back);
}

static void try_table(char *text)
{
    struct csv_reader r;
    struct csv_cell cells[CSV_CELLS];
    struct err e = {0};
    const char *end = text + strlen(text);
    long line = 0;
    int n;
    csv_open(&r, text);
    while ((n = csv_next(&r, cells, &e)) > 0) {
        PROMISE(n <= CSV_CELLS && r.line > line);
        line = r.line;
        for (int i = 0; i < n; i++)
            PROMISE(cells[i].text >= text && cells[i].text <= end);
    }
    PROMISE(n == 0 || (n == -ERR_USAGE && e.text[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    PROMISE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    try_cell(text);
    try_table(text);
    free(text);
    return 0;
}
