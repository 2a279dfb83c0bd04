#include "config.h"

#include "flow/typed.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static size_t grapheme_before(const struct typed *l)
{
    size_t at = 0;
    size_t last = 0;
    while (at < l->cursor) {
        last = at;
        at += text_grapheme(l->text + at);
    }
    return last;
}

static size_t word_before(const struct typed *l)
{
    size_t at = l->cursor;
    while (at > 0 && l->text[at - 1] == ' ')
        at--;
    while (at > 0 && l->text[at - 1] != ' ')
        at--;
    return at;
}

static int erase(struct typed *l, size_t from, size_t to)
{
    memmove(l->text + from, l->text + to, l->len - to + 1);
    l->len -= to - from;
    l->cursor = from;
    return 1;
}

void typed_set(struct typed *l, const char *text)
{
    (void)snprintf(l->text, sizeof l->text, "%s", text);
    l->len = strlen(l->text);
    l->cursor = l->len;
}

int typed_insert(struct typed *l, const char *text)
{
    size_t len = strlen(text);
    if (l->len + len >= sizeof l->text)
        return -1;
    memmove(l->text + l->cursor + len, l->text + l->cursor, l->len - l->cursor + 1);
    memcpy(l->text + l->cursor, text, len);
    l->len += len;
    l->cursor += len;
    return 0;
}

int typed_edit(struct typed *l, enum command command)
{
    switch ((int)command) {
    case CMD_ERASE:
        return erase(l, grapheme_before(l), l->cursor);
    case CMD_ERASE_NEXT:
        return erase(l, l->cursor, l->cursor + text_grapheme(l->text + l->cursor));
    case CMD_ERASE_WORD:
        return erase(l, word_before(l), l->cursor);
    case CMD_ERASE_LINE:
        return erase(l, 0, l->len);
    case CMD_CURSOR_LEFT:
        l->cursor = grapheme_before(l);
        return 0;
    case CMD_CURSOR_RIGHT:
        l->cursor += text_grapheme(l->text + l->cursor);
        return 0;
    case CMD_CURSOR_START:
        l->cursor = 0;
        return 0;
    case CMD_CURSOR_END:
        l->cursor = l->len;
        return 0;
    default:
        return -1;
    }
}

void typed_wipe(struct typed *l)
{
    mem_wipe(l, sizeof *l);
}
