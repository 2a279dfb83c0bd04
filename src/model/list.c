#include "config.h"

#include "model/list.h"

#include <string.h>

/* Where text is written, full once something did not fit: what follows is dropped too. */
struct sink {
    char *buf;
    size_t size, len;
    int full;
};

/* Length of the character of UTF-8 at p, never past the end of the text. */
static size_t char_len(const char *p)
{
    size_t n = 1;
    while (((unsigned char)p[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static void put(struct sink *s, const char *bytes, size_t len)
{
    if (s->full || s->len + len >= s->size) {
        s->full = 1;
        return;
    }
    memcpy(s->buf + s->len, bytes, len);
    s->len += len;
    s->buf[s->len] = '\0';
}

static void put_text(struct sink *s, const char *text)
{
    for (size_t n = 0; *text; text += n) {
        n = char_len(text);
        put(s, text, n);
    }
}

static struct sink sink(char *buf, size_t size)
{
    if (size > 0)
        buf[0] = '\0';
    return (struct sink){.buf = buf, .size = size, .full = size == 0};
}

/* Copies one item; returns the mark behind it, NULL when the text is broken. */
static const char *scan(const char *p, struct sink *s)
{
    int quoted = *p == '"';
    p += quoted;
    while (*p && (quoted ? *p != '"' : *p != ',' && *p != '}')) {
        p += p[0] == '\\' && (p[1] == '"' || p[1] == '\\');
        size_t n = char_len(p);
        put(s, p, n);
        p += n;
    }
    if (quoted && *p != '"')
        return NULL;
    p += quoted;
    return *p == ',' || (*p == '}' && p[1] == '\0') ? p : NULL;
}

const char *list_start(const char *text)
{
    if (text[0] != '{')
        return NULL;
    if (strcmp(text, "{}") == 0)
        return text + 1;
    for (const char *p = text + 1;; p++) {
        struct sink nowhere = {.full = 1};
        if (*p == '{' || *p == ',' || *p == '}')
            return NULL;
        p = scan(p, &nowhere);
        if (!p)
            return NULL;
        if (*p == '}')
            return text + 1;
    }
}

const char *list_next(const char *p, char *item, size_t size, int *null)
{
    struct sink s = sink(item, size);
    const char *start = p;
    if (*p == '}' || *p == '\0')
        return NULL;
    p = scan(p, &s);
    if (!p)
        return NULL;
    int is_null = p - start == 4 && strncmp(start, "NULL", 4) == 0;
    if (is_null && size > 0)
        item[0] = '\0';
    if (null)
        *null = is_null;
    return *p == ',' ? p + 1 : p;
}

void list_join(char *out, size_t size, const char *text)
{
    struct sink s = sink(out, size);
    const char *p = list_start(text);
    const char *comma = "";
    char item[256];
    if (!p) {
        put_text(&s, text);
        return;
    }
    while ((p = list_next(p, item, sizeof item, NULL))) {
        put_text(&s, comma);
        put_text(&s, item);
        comma = ", ";
    }
}
