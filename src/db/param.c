#include "config.h"

#include "db/param.h"

#include <stdio.h>
#include <string.h>

int param_pattern(char *out, size_t size, const char *text)
{
    size_t at = 0;
    if (size < 3)
        return -1;
    out[at++] = '%';
    for (; *text; text++) {
        int escape = *text == '%' || *text == '_' || *text == '\\';
        if (at + (size_t)escape + 3 > size)
            return -1;
        if (escape)
            out[at++] = '\\';
        out[at++] = *text;
    }
    out[at++] = '%';
    out[at] = '\0';
    return 0;
}

void param_array_open(struct str *s)
{
    (void)str_add_char(s, '{');
}

void param_array_add(struct str *s, const char *element)
{
    if (s->len > 1)
        (void)str_add_char(s, ',');
    (void)str_add_char(s, '"');
    for (; *element; element++) {
        if (*element == '"' || *element == '\\')
            (void)str_add_char(s, '\\');
        (void)str_add_char(s, *element);
    }
    (void)str_add_char(s, '"');
}

void param_array_close(struct str *s)
{
    (void)str_add_char(s, '}');
}

static const char *pattern(char out[PARAM_TEXT], const char *text)
{
    /* PARAM_TEXT holds any word of a filter with every character escaped. */
    return text[0] && param_pattern(out, PARAM_TEXT, text) == 0 ? out : NULL;
}

static const char *states(char out[PARAM_TEXT], unsigned bits)
{
    if (bits == 0)
        return NULL;
    struct str s;
    str_init(&s, PARAM_TEXT - 1);
    param_array_open(&s);
    for (int i = 0; i < STATUS_COUNT; i++)
        if (bits & (1U << i))
            param_array_add(&s, status_word((enum status)i));
    param_array_close(&s);
    (void)snprintf(out, PARAM_TEXT, "%s", str_get(&s));
    str_finish(&s);
    return out;
}

static const char *bound(char out[PARAM_NUMBER], int value)
{
    if (value < 0)
        return NULL;
    (void)snprintf(out, PARAM_NUMBER, "%d", value);
    return out;
}

void param_filter(struct param_filter *p, const struct filter *f, const char *values[PARAM_FILTER])
{
    int n = 0;
    for (int i = 0; i < FILTER_WORDS; i++)
        values[n++] = i < f->words ? pattern(p->text[i], f->word[i]) : NULL;
    values[n++] = pattern(p->text[FILTER_WORDS], f->organisation);
    values[n++] = pattern(p->text[FILTER_WORDS + 1], f->client);
    values[n++] = pattern(p->text[FILTER_WORDS + 2], f->model);
    values[n++] = states(p->states, f->states);
    values[n++] = f->active < 0 ? NULL : f->active ? "t" : "f";
    values[n++] = bound(p->number[0], f->budget.min);
    values[n++] = bound(p->number[1], f->budget.max);
    values[n++] = bound(p->number[2], f->quota.min);
    values[n++] = bound(p->number[3], f->quota.max);
}
