#include "config.h"

#include "ui/pretty.h"

enum { DEPTH_MAX = 24 };

static void new_line(struct str *out, int depth)
{
    (void)str_add_char(out, '\n');
    for (int i = 0; i < depth; i++)
        (void)str_add(out, "  ");
}

static const char *skip_blanks(const char *s)
{
    while (*s == ' ' || *s == '\n' || *s == '\t' || *s == '\r')
        s++;
    return s;
}

static const char *copy_string(struct str *out, const char *s)
{
    const char *from = s++;
    while (*s && *s != '"')
        s += s[0] == '\\' && s[1] ? 2 : 1;
    s += *s == '"';
    (void)str_add_len(out, from, (size_t)(s - from));
    return s;
}

static const char *open_level(struct str *out, const char *s, int *depth)
{
    char first = *s;
    const char *next = skip_blanks(s + 1);
    (void)str_add_char(out, first);
    if (*next == '}' || *next == ']') {
        (void)str_add_char(out, *next);
        return next + 1;
    }
    if (*depth < DEPTH_MAX)
        (*depth)++;
    new_line(out, *depth);
    return next;
}

static const char *one(struct str *out, const char *s, int *depth)
{
    switch (*s) {
    case '"':
        return copy_string(out, s);
    case '{':
    case '[':
        return open_level(out, s, depth);
    case '}':
    case ']':
        *depth -= *depth > 0;
        new_line(out, *depth);
        break;
    case ',':
        (void)str_add_char(out, ',');
        new_line(out, *depth);
        return skip_blanks(s + 1);
    default:
        break;
    }
    (void)str_add_char(out, *s);
    return s + 1;
}

void pretty_json(struct str *out, const char *json)
{
    int depth = 0;
    const char *s = skip_blanks(json);
    while (*s && !out->overflow)
        s = one(out, s, &depth);
}
