#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/field_part.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MODEL_MAX = 128, MODEL_QUOTE = 60 };

enum models_fault { MODELS_FINE, MODELS_MANY, MODELS_LONG, MODELS_HARMFUL, MODELS_BLANK };

/* The names of a list, each once. */
struct models {
    char name[FIELD_MODELS_MAX][MODEL_MAX + 1];
    int len;
    enum models_fault fault;
    int literal; /* as PostgreSQL writes it: names may hold anything that can be shown */
};

static int is_listed(const struct models *m, const char *name)
{
    for (int i = 0; i < m->len; i++)
        if (strcmp(m->name[i], name) == 0)
            return 1;
    return 0;
}

static enum models_fault fault_of(const struct models *m, const char *name)
{
    int32_t cp = 0;
    if (strlen(name) > MODEL_MAX)
        return MODELS_LONG;
    if (!field_is_harmless(name))
        return MODELS_HARMFUL;
    for (int n, i = 0; (n = text_decode(name + i, &cp)) > 0; i += n)
        if (!m->literal && (cp == ' ' || cp == 0xa0 || cp == 0x202f))
            return MODELS_BLANK;
    return MODELS_FINE;
}

static int add(void *arg, const char *name)
{
    struct models *m = arg;
    m->fault = fault_of(m, name);
    if (m->fault == MODELS_FINE && !is_listed(m, name)) {
        if (m->len == FIELD_MODELS_MAX)
            m->fault = MODELS_MANY;
        else
            memcpy(m->name[m->len++], name, strlen(name) + 1);
    }
    return m->fault != MODELS_FINE;
}

/* One element of an array's text at *p into name; -1 when it is none. */
static int element(const char **p, struct str *name)
{
    const char *s = *p;
    int quoted = *s == '"';
    str_clear(name);
    for (s += quoted; *s && (quoted ? *s != '"' : !strchr(",{}\"", *s)); s++) {
        s += *s == '\\';
        if (*s == '\0' || str_add_char(name, *s))
            return -1;
    }
    if (quoted ? *s != '"' : name->len == 0 || strcasecmp(str_get(name), "null") == 0)
        return -1;
    *p = s + quoted;
    return 0;
}

int models_walk(const char *text, int (*fn)(void *arg, const char *name), void *arg)
{
    struct str name;
    int n = 0;
    int rc = -1;
    str_init(&name, FIELD_VALUE_MAX);
    if (*text++ != '{')
        goto out;
    while (*text && *text != '}') {
        if (n++ == FIELD_MODELS_MAX || element(&text, &name) || fn(arg, str_get(&name)))
            goto out;
        if (*text == ',' && text[1] != '}')
            text++;
        else if (*text != '}')
            goto out;
    }
    rc = text[0] == '}' && text[1] == '\0' ? 0 : -1;
out:
    str_finish(&name);
    return rc;
}

/* Names between commas, semicolons and line ends; blanks around them do not count. */
static int walk_typed(const char *text, struct models *m)
{
    while (*text) {
        size_t len = strcspn(text, ",;\n\r");
        const char *next = text + len + (text[len] != '\0');
        while (len > 0 && field_is_blank(*text)) {
            text++;
            len--;
        }
        while (len > 0 && field_is_blank(text[len - 1]))
            len--;
        char *name = mem_dup_len(text, len);
        int rc = len > 0 ? add(m, name) : 0;
        free(name);
        if (rc)
            return -1;
        text = next;
    }
    return 0;
}

static int needs_quotes(const char *name)
{
    return *name == '\0' || strpbrk(name, "{}\",\\ \t\n\r\v\f") || strcasecmp(name, "null") == 0;
}

/* As PostgreSQL writes an array of text. */
static enum field_grade take_list(const struct check *c, const struct models *m)
{
    struct str s;
    str_init(&s, FIELD_VALUE_MAX);
    (void)str_add_char(&s, '{');
    for (int i = 0; i < m->len; i++) {
        const char *name = m->name[i];
        int quoted = needs_quotes(name);
        (void)str_add(&s, i ? "," : "");
        (void)str_add(&s, quoted ? "\"" : "");
        for (; *name; name++) {
            if (*name == '"' || *name == '\\')
                (void)str_add_char(&s, '\\');
            (void)str_add_char(&s, *name);
        }
        (void)str_add(&s, quoted ? "\"" : "");
    }
    (void)str_add_char(&s, '}');
    enum field_grade grade =
        s.overflow ? check_bad(c, _("That is too long.")) : check_take(c, str_get(&s));
    str_finish(&s);
    return grade;
}

static enum field_grade refuse(const struct check *c, const struct models *m)
{
    char quote[CHECK_QUOTE];
    switch (m->fault) {
    case MODELS_MANY:
        return check_bad(c, _("These are too many models: %d are the most."), FIELD_MODELS_MAX);
    case MODELS_LONG:
        return check_bad(c, _("The name of a model is too long: %d bytes are the most."),
                         MODEL_MAX);
    case MODELS_HARMFUL:
        return check_bad(c, _("The text holds characters that cannot be shown; type it anew."));
    case MODELS_BLANK:
        return check_bad(c, _("“%s”: names of models have no blanks; put commas between them."),
                         check_quote(c, quote));
    case MODELS_FINE:
    default:
        return check_bad(c, _("“%s” is not a list: names of models with commas between them."),
                         check_quote(c, quote));
    }
}

/* The first name that the key cannot use; NULL. */
static const char *unusable(const struct field_facts *f, const struct models *m)
{
    for (int i = 0; f->models && i < m->len; i++) {
        int found = 0;
        for (int j = 0; j < f->models_len && !found; j++)
            found = strcmp(f->models[j], m->name[i]) == 0;
        if (!found)
            return m->name[i];
    }
    return NULL;
}

enum field_grade check_models(const struct check *c)
{
    struct models *m = mem_zero(1, sizeof *m);
    m->literal = c->text[0] == '{';
    int rc = m->literal ? models_walk(c->text, add, m) : walk_typed(c->text, m);
    enum field_grade grade = rc ? refuse(c, m) : take_list(c, m);
    const char *name = unusable(c->facts, m);
    if (grade == FIELD_FINE && name)
        grade =
            check_warn(c, _("The key could not use the model “%s” when it was last probed."), name);
    else if (grade == FIELD_FINE && m->len == 0)
        grade = check_warn(c, _("An empty list allows no model; none stands for all of them."));
    free(m);
    return grade;
}
