#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/field_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUOTE_MAX = 60, UUID_LEN = UUID_TEXT - 1 };

static void say(const struct check *c, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static void say(const struct check *c, const char *fmt, va_list args)
{
    char buf[FIELD_PROBLEM * 2];
    (void)vsnprintf(buf, sizeof buf, fmt, args);
    char *clean = text_scrub(buf, strlen(buf), FIELD_PROBLEM - 1);
    (void)snprintf(c->problem, FIELD_PROBLEM, "%s", clean);
    free(clean);
}

enum field_grade check_bad(const struct check *c, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(c, fmt, args);
    va_end(args);
    if (c->out)
        str_clear(c->out);
    return FIELD_BAD;
}

enum field_grade check_warn(const struct check *c, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(c, fmt, args);
    va_end(args);
    return FIELD_WARNING;
}

enum field_grade check_take(const struct check *c, const char *text)
{
    if (c->out && str_add(c->out, text))
        return check_bad(c, _("That is too long."));
    return FIELD_FINE;
}

const char *check_quote(const struct check *c, char buf[CHECK_QUOTE])
{
    char *clean = text_scrub(c->text, c->len, QUOTE_MAX);
    (void)snprintf(buf, CHECK_QUOTE, "%s", clean);
    free(clean);
    return buf;
}

int field_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static int is_any(const char *text, const char *const words[], int n)
{
    for (int i = 0; i < n; i++)
        if (text_compare(text, words[i]) == 0)
            return 1;
    return 0;
}

enum field_grade check_switch(const struct check *c)
{
    const char *const on[] = {"t", "true", "yes", "y", "on", "1", "oui", _("yes"), _("on")};
    const char *const off[] = {"f", "false", "no", "n", "off", "0", "non", _("no"), _("off")};
    char quote[CHECK_QUOTE];
    if (is_any(c->text, on, sizeof on / sizeof on[0]))
        return check_take(c, "t");
    if (is_any(c->text, off, sizeof off / sizeof off[0]))
        return check_take(c, "f");
    return check_bad(c, _("“%s” is neither yes nor no."), check_quote(c, quote));
}

static void add_choices(enum field field, struct str *out)
{
    const char *word;
    for (int i = 0; (word = field_choice(field, i, NULL)); i++) {
        (void)str_add(out, i ? ", " : "");
        (void)str_add(out, word);
    }
}

enum field_grade check_choice(const struct check *c)
{
    const char *title = NULL;
    const char *word;
    char quote[CHECK_QUOTE];
    for (int i = 0; (word = field_choice(c->field, i, &title)); i++)
        if (text_compare(c->text, word) == 0 || text_compare(c->text, title) == 0)
            return check_take(c, word);
    struct str words;
    str_init(&words, FIELD_PROBLEM);
    add_choices(c->field, &words);
    enum field_grade grade = check_bad(c, _("“%s” is not one of the words possible here: %s."),
                                       check_quote(c, quote), str_get(&words));
    str_finish(&words);
    return grade;
}

static int is_uuid(const char *text, size_t len)
{
    if (len != UUID_LEN)
        return 0;
    for (size_t i = 0; i < len; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i]))
            return 0;
    }
    return 1;
}

enum field_grade check_reference(const struct check *c)
{
    char id[UUID_TEXT];
    char quote[CHECK_QUOTE];
    if (!is_uuid(c->text, c->len))
        return check_bad(c,
                         _("“%s” is not an identifier: 32 hexadecimal digits as in "
                           "01234567-89ab-cdef-0123-456789abcdef are wanted."),
                         check_quote(c, quote));
    for (size_t i = 0; i < sizeof id; i++)
        id[i] =
            (char)(c->text[i] >= 'A' && c->text[i] <= 'F' ? c->text[i] + ('a' - 'A') : c->text[i]);
    enum field_grade grade = check_take(c, id);
    const struct field_facts *f = c->facts;
    if (grade == FIELD_FINE && c->field == FIELD_OF_CLIENT_ID && f->client_organisation &&
        f->organisation && strcasecmp(f->client_organisation, f->organisation) != 0)
        return check_warn(c, _("The client belongs to another organisation than the connexion."));
    return grade;
}

static enum field_grade check_kind(const struct check *c)
{
    static enum field_grade (*const checks[])(const struct check *) = {
        [FIELD_TEXT] = check_text,     [FIELD_SECRET] = check_secret,
        [FIELD_EMAIL] = check_email,   [FIELD_INTEGER] = check_integer,
        [FIELD_AMOUNT] = check_amount, [FIELD_SWITCH] = check_switch,
        [FIELD_CHOICE] = check_choice, [FIELD_REFERENCE] = check_reference,
        [FIELD_MODELS] = check_models, [FIELD_JSON] = check_json,
        [FIELD_TIME] = check_time,
    };
    return checks[c->info->kind](c);
}

static int may_be_null(const struct check *c)
{
    return !c->info->needed || c->facts->may_be_null;
}

static int says_none(const struct check *c)
{
    const char *const words[] = {"none", "null", _("none")};
    enum field_kind kind = c->info->kind;
    return kind != FIELD_TEXT && kind != FIELD_EMAIL && kind != FIELD_SECRET && may_be_null(c) &&
           is_any(c->text, words, sizeof words / sizeof words[0]);
}

static enum field_grade check_null(const struct check *c, int *is_null)
{
    if (!may_be_null(c))
        return check_bad(c, _("A value is needed here: none is not possible."));
    *is_null = 1;
    return FIELD_FINE;
}

/* Kinds for which the empty text is no value; check_kind says it better for the others. */
static enum field_grade check_empty(const struct check *c)
{
    switch (c->info->kind) {
    case FIELD_TEXT:
    case FIELD_MODELS:
        return check_kind(c);
    case FIELD_INTEGER:
    case FIELD_AMOUNT:
        return check_bad(c, _("Empty is no number: write none for no limit, or a number."));
    case FIELD_JSON:
        return check_bad(c, _("Empty is no JSON: write none, or {}."));
    case FIELD_SECRET:
    case FIELD_EMAIL:
    case FIELD_SWITCH:
    case FIELD_CHOICE:
    case FIELD_REFERENCE:
    case FIELD_TIME:
    default:
        return check_bad(c, _("A value is needed here."));
    }
}

enum field_grade field_check(enum field field, const char *typed, const struct field_facts *facts,
                             struct str *out, int *is_null, char problem[FIELD_PROBLEM])
{
    static const struct field_facts nothing;
    int ignored = 0;
    struct check c = {field, field_info(field), facts ? facts : &nothing, "", 0, out, problem};
    problem[0] = '\0';
    is_null = is_null ? is_null : &ignored;
    *is_null = 0;
    if (out)
        str_clear(out);
    if (!typed)
        return check_null(&c, is_null);
    size_t len = strnlen(typed, FIELD_VALUE_MAX);
    if (len == FIELD_VALUE_MAX)
        return check_bad(&c, _("That is too long: %d bytes are the most."), FIELD_VALUE_MAX - 1);
    while (len > 0 && field_is_blank(typed[len - 1]))
        len--;
    size_t start = 0;
    while (start < len && field_is_blank(typed[start]))
        start++;
    char *text = mem_dup_len(typed + start, len - start);
    c.text = text;
    c.len = len - start;
    enum field_grade grade = c.len == 0      ? check_empty(&c)
                             : says_none(&c) ? check_null(&c, is_null)
                                             : check_kind(&c);
    mem_wipe(text, c.len);
    free(text);
    return grade;
}
