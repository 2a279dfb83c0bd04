#include "config.h"

#include "ui/memo.h"

#include <string.h>

int memo_open(struct memo *memo, const struct state *st)
{
    int list = state_screen(st) == SCREEN_CONNEXIONS && st->rows <= MEMO_LINES;
    int same = memo->usable && memo->generation == st->generation && memo->rows == st->rows &&
               memo->cols == st->cols;
    int rely = list && same && !st->redraw;
    if (!rely)
        memset(memo->line, 0, sizeof memo->line);
    memo->scrolled = !rely || memo->top != st->list.top;
    memo->top = st->list.top;
    memo->usable = list;
    memo->generation = st->generation;
    memo->rows = st->rows;
    memo->cols = st->cols;
    return rely;
}

void memo_forget(struct memo *memo)
{
    memo->usable = 0;
}

size_t memo_line(size_t row, int selected, int marked)
{
    return (row + 1) * 4 + (selected ? 2U : 0U) + (marked ? 1U : 0U);
}

int memo_only_cursor(size_t before, size_t after)
{
    return before > 0 && (before ^ after) == 2;
}
