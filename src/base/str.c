#include "config.h"

#include "base/str.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STR_FIRST = 64, STR_FORMAT_MAX = 4096 };

void str_init(struct str *s, size_t max)
{
    *s = (struct str){.max = max};
}

void str_finish(struct str *s)
{
    free(s->data);
    *s = (struct str){.max = s->max};
}

void str_clear(struct str *s)
{
    s->len = 0;
    s->overflow = 0;
    if (s->data)
        s->data[0] = '\0';
}

int str_add_len(struct str *s, const char *text, size_t len)
{
    if (len > s->max || s->len > s->max - len) {
        s->overflow = 1;
        return -1;
    }
    size_t need = s->len + len + 1;
    if (need > s->cap) {
        size_t cap = s->cap ? s->cap : STR_FIRST;
        while (cap < need)
            cap *= 2;
        s->data = mem_grow(s->data, cap, 1);
        s->cap = cap;
    }
    memcpy(s->data + s->len, text, len);
    s->len += len;
    s->data[s->len] = '\0';
    return 0;
}

int str_add(struct str *s, const char *text)
{
    return str_add_len(s, text, strlen(text));
}

int str_add_char(struct str *s, char c)
{
    return str_add_len(s, &c, 1);
}

int str_addf(struct str *s, const char *fmt, ...)
{
    char buf[STR_FORMAT_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(buf, sizeof buf, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof buf) {
        s->overflow = 1;
        return -1;
    }
    return str_add_len(s, buf, (size_t)n);
}

void str_cut(struct str *s, size_t len)
{
    if (len < s->len) {
        s->len = len;
        s->data[len] = '\0';
    }
}

const char *str_get(const struct str *s)
{
    return s->data ? s->data : "";
}

char *str_take(struct str *s)
{
    char *data = s->data ? s->data : mem_dup("");
    *s = (struct str){.max = s->max};
    return data;
}
