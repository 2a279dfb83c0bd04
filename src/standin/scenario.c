#include "config.h"

#include "standin/scenario.h"

#include "standin/json.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { ARG_MAX_VALUE = 10000000 };

static const struct scenario list[SCENARIO_COUNT] = {
#define SCENARIO(name, group, arg, status, type, code, text) \
    {#name, GROUP_##group, arg, status, type, code, text},
#include "standin/scenario.def"
#undef SCENARIO
};

static const char *const groups[] = {"ok",    "error",    "bare",  "html", "empty", "redirect",
                                     "retry", "sequence", "costs", "body", "time",  "connection"};

const struct scenario *scenario_get(enum scenario_id id)
{
    return &list[id];
}

static char plain(char c)
{
    return c == '_' ? '-' : c;
}

/* Length of name at the start of text when it ends there or at a "-"; 0 otherwise. */
static size_t match(const char *text, const char *name)
{
    size_t n = 0;
    if (!name)
        return 0;
    while (name[n] && plain(text[n]) == plain(name[n]))
        n++;
    if (name[n] || (text[n] && plain(text[n]) != '-'))
        return 0;
    return n;
}

/* The number behind "-", if there is one, bounded. Returns its length with the "-". */
static size_t number(const char *text, int *out)
{
    size_t n = 1;
    int value = 0;
    if (plain(text[0]) != '-' || !isdigit((unsigned char)text[1]))
        return 0;
    for (; isdigit((unsigned char)text[n]); n++)
        if (value < ARG_MAX_VALUE)
            value = value * 10 + (text[n] - '0');
    *out = value > ARG_MAX_VALUE ? ARG_MAX_VALUE : value;
    return n;
}

static size_t best(const char *text, struct play *play)
{
    size_t longest = 0;
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        size_t n = match(text, list[i].name);
        if (n == 0)
            n = match(text, list[i].code);
        if (n > longest) {
            longest = n;
            *play = (struct play){(enum scenario_id)i, list[i].arg};
        }
    }
    return longest;
}

int scenario_find(const char *text, struct play *play)
{
    struct play found;
    size_t len = best(text, &found);
    if (len == 0)
        return -1;
    if (list[found.id].arg > 0)
        (void)number(text + len, &found.arg);
    *play = found;
    return 0;
}

int scenario_parse(const char *text, struct play *play)
{
    struct play found;
    size_t len = best(text, &found);
    if (len == 0)
        return -1;
    if (list[found.id].arg > 0)
        len += number(text + len, &found.arg);
    if (text[len])
        return -1;
    *play = found;
    return 0;
}

static void put(struct str *out, const struct scenario *s)
{
    (void)str_add(out, "{\"name\":");
    json_put_text(out, s->name);
    (void)str_addf(out, ",\"group\":\"%s\",\"number\":%d,\"status\":%d,\"type\":", groups[s->group],
                   s->arg, s->status);
    json_put_text(out, s->type);
    (void)str_add(out, ",\"code\":");
    json_put_text(out, s->code);
    (void)str_add(out, ",\"text\":");
    json_put_text(out, s->text);
    (void)str_add_char(out, '}');
}

void scenario_list(struct str *out)
{
    (void)str_add_char(out, '[');
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        if (i)
            (void)str_add(out, ",\n");
        put(out, &list[i]);
    }
    (void)str_add_char(out, ']');
}
