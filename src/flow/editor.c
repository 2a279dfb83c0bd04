#include "config.h"

#include "flow/editor.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 256 };

/* Grows without leaving a copy behind. */
static void reserve(struct editor *ed, size_t len)
{
    if (len < ed->cap)
        return;
    size_t cap = 2 * len + ROOM;
    char *text = mem_alloc(cap);
    if (ed->text) {
        memcpy(text, ed->text, ed->len + 1);
        mem_wipe(ed->text, ed->cap);
        free(ed->text);
    } else {
        text[0] = '\0';
    }
    ed->text = text;
    ed->cap = cap;
}

void editor_close(struct editor *ed)
{
    if (ed->text)
        mem_wipe(ed->text, ed->cap);
    free(ed->text);
    *ed = (struct editor){.text = NULL};
}

int editor_open(struct editor *ed, const char *text, size_t max, int lines)
{
    editor_close(ed);
    ed->max = max;
    ed->lines = lines;
    return editor_insert(ed, text);
}

const char *editor_text(const struct editor *ed)
{
    return ed->text ? ed->text : "";
}

int editor_insert(struct editor *ed, const char *text)
{
    size_t len = strlen(text);
    if (len > ed->max || ed->len + len > ed->max)
        return -1;
    reserve(ed, ed->len + len + 1);
    char *at = ed->text + ed->cursor;
    memmove(at + len, at, ed->len - ed->cursor + 1);
    for (size_t i = 0; i < len; i++)
        at[i] = text[i];
    for (size_t i = 0; i < len && !ed->lines; i++)
        if (at[i] == '\n')
            at[i] = ' ';
    ed->len += len;
    ed->cursor += len;
    return 0;
}

static size_t line_start(const struct editor *ed, size_t at)
{
    while (at > 0 && ed->text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const struct editor *ed, size_t at)
{
    while (at < ed->len && ed->text[at] != '\n')
        at++;
    return at;
}

static size_t before(const struct editor *ed, size_t to)
{
    size_t at = line_start(ed, to);
    size_t last = at == to && at > 0 ? at - 1 : at;
    while (at < to) {
        last = at;
        at += text_grapheme(ed->text + at);
    }
    return last;
}

static size_t after(const struct editor *ed, size_t at)
{
    size_t step = text_grapheme(ed->text + at);
    return at + step > ed->len ? ed->len : at + step;
}

static size_t word_before(const struct editor *ed)
{
    size_t at = ed->cursor;
    while (at > 0 && strchr(" \n", ed->text[at - 1]))
        at--;
    while (at > 0 && !strchr(" \n", ed->text[at - 1]))
        at--;
    return at;
}

static int erase(struct editor *ed, size_t from, size_t to)
{
    if (from == to)
        return 0;
    size_t old = ed->len;
    memmove(ed->text + from, ed->text + to, ed->len - to + 1);
    ed->len -= to - from;
    ed->cursor = from;
    mem_wipe(ed->text + ed->len, old - ed->len);
    return 1;
}

/* To the line above or below, at the same column where it is long enough. */
static int step_line(struct editor *ed, int down)
{
    size_t start = line_start(ed, ed->cursor);
    size_t end = line_end(ed, ed->cursor);
    if (!ed->lines || (down ? end == ed->len : start == 0))
        return -1;
    char *line = ed->text + start;
    char kept = ed->text[ed->cursor];
    ed->text[ed->cursor] = '\0';
    int column = text_width(line);
    ed->text[ed->cursor] = kept;
    size_t to = down ? end + 1 : line_start(ed, start - 1);
    size_t stop = line_end(ed, to);
    kept = ed->text[stop];
    ed->text[stop] = '\0';
    ed->cursor = to + text_clip(ed->text + to, column, NULL);
    ed->text[stop] = kept;
    return 0;
}

static int move(struct editor *ed, enum command command)
{
    switch ((int)command) {
    case CMD_CURSOR_LEFT:
        ed->cursor = before(ed, ed->cursor);
        return 0;
    case CMD_CURSOR_RIGHT:
        ed->cursor = after(ed, ed->cursor);
        return 0;
    case CMD_CURSOR_START:
        ed->cursor = line_start(ed, ed->cursor);
        return 0;
    case CMD_CURSOR_END:
    case CMD_FIELD_END:
        ed->cursor = line_end(ed, ed->cursor);
        return 0;
    case CMD_LINE_UP:
        return step_line(ed, 0);
    case CMD_LINE_DOWN:
        return step_line(ed, 1);
    default:
        return -1;
    }
}

int editor_edit(struct editor *ed, enum command command)
{
    reserve(ed, 1);
    switch ((int)command) {
    case CMD_ERASE:
        return erase(ed, before(ed, ed->cursor), ed->cursor);
    case CMD_ERASE_NEXT:
        return erase(ed, ed->cursor, after(ed, ed->cursor));
    case CMD_ERASE_WORD:
        return erase(ed, word_before(ed), ed->cursor);
    case CMD_ERASE_LINE:
        return erase(ed, line_start(ed, ed->cursor), line_end(ed, ed->cursor));
    default:
        return move(ed, command);
    }
}

void editor_place(const struct editor *ed, size_t *line, size_t *in_line)
{
    *line = 0;
    *in_line = 0;
    for (size_t i = 0; i < ed->cursor; i++) {
        *in_line = ed->text[i] == '\n' ? 0 : *in_line + 1;
        *line += ed->text[i] == '\n';
    }
}

size_t editor_lines(const struct editor *ed)
{
    size_t n = 1;
    for (size_t i = 0; i < ed->len; i++)
        n += ed->text[i] == '\n';
    return n;
}
