#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of a word, the field's word, and a value behind "=" ("-" alone is NULL):
 *   vigie-draft 1
 *   kind edit            id UUID            copy UUID            label =text
 *   seen account =ia@midi.example           text budget-limit =120            none quota-limit
 *   mixed state          lost key
 * Backslash and line ends are escaped in values. */

enum { VERSION_LINE_MAX = 64, WORD_MAX = 32 };

static const char head[] = "vigie-draft 1";
static const char *const kinds[] = {"edit", "create", "bulk"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const char *word_of(int field)
{
    return column_info(field_info((enum field)field)->column)->word;
}

static void put_value(struct str *out, const char *value)
{
    (void)str_add_char(out, value ? '=' : '-');
    for (; value && *value; value++) {
        if (*value == '\n')
            (void)str_add(out, "\\n");
        else if (*value == '\r')
            (void)str_add(out, "\\r");
        else if (*value == '\\')
            (void)str_add(out, "\\\\");
        else
            (void)str_add_char(out, *value);
    }
    (void)str_add_char(out, '\n');
}

static void put_field(struct str *out, const struct draft_field *f, int field)
{
    const char *word = word_of(field);
    int secret = field_info((enum field)field)->kind == FIELD_SECRET;
    if (!secret) {
        (void)str_addf(out, "seen %s ", word);
        put_value(out, f->seen);
    }
    if (f->mixed)
        (void)str_addf(out, "mixed %s\n", word);
    if (f->lost || (secret && f->touched && !f->null))
        (void)str_addf(out, "lost %s\n", word);
    else if (f->touched && f->null)
        (void)str_addf(out, "none %s\n", word);
    else if (f->touched) {
        (void)str_addf(out, "text %s ", word);
        put_value(out, f->text);
    }
}

void draft_write(const struct draft *d, struct str *out)
{
    (void)str_addf(out, "%s\nkind %s\n", head, kinds[d->kind]);
    if (d->id[0])
        (void)str_addf(out, "id %s\n", d->id);
    if (d->copy_of[0])
        (void)str_addf(out, "copy %s\n", d->copy_of);
    (void)str_add(out, "label ");
    put_value(out, d->label);
    for (int i = 0; i < FIELD_COUNT; i++)
        put_field(out, &d->field[i], i);
}

/* One line, without its end; -1 past the last. */
static int next_line(const char **text, char *line, size_t size)
{
    size_t len = strcspn(*text, "\n");
    if (**text == '\0' || len >= size)
        return -1;
    memcpy(line, *text, len);
    line[len] = '\0';
    *text += len + ((*text)[len] == '\n');
    return 0;
}

static char unescaped(char c)
{
    return (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == '\\' ? '\\' : '\0');
}

/* Turns the escapes of a value back, in place, and bounds it; -1 when it is none, or holds what the
 * console never wrote. */
static int read_value(char *text, const char **value)
{
    *value = NULL;
    if (strcmp(text, "-") == 0)
        return 0;
    if (*text++ != '=')
        return -1;
    char *to = text;
    *value = text;
    for (const char *from = text; *from; from++) {
        char c = *from;
        if (c == '\\')
            c = unescaped(*++from);
        if (c == '\0')
            return -1;
        *to++ = c;
    }
    *to = '\0';
    if (strlen(text) >= FIELD_VALUE_MAX)
        return -1;
    int32_t cp = 0;
    for (int n, i = 0; (n = text_decode(text + i, &cp)) > 0; i += n)
        if (cp < 0 || (text_is_harmful(cp) && cp != '\n' && cp != '\t' && cp != '\r'))
            return -1;
    return 0;
}

static int read_uuid(const char *text, char out[UUID_TEXT])
{
    if (strlen(text) != UUID_TEXT - 1 || strspn(text, "0123456789abcdef-") != UUID_TEXT - 1)
        return -1;
    memcpy(out, text, UUID_TEXT);
    return 0;
}

static int read_kind(struct draft *d, const char *word)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(kinds[i], word) == 0) {
            d->kind = (enum draft_kind)i;
            return 0;
        }
    return -1;
}

static int read_label(struct draft *d, char *text)
{
    const char *value;
    if (read_value(text, &value) || !value || strlen(value) >= sizeof d->label)
        return -1;
    memcpy(d->label, value, strlen(value) + 1);
    return 0;
}

/* "WORD value" or "WORD": the field, and where its value starts. */
static int read_field(char *text, char **value)
{
    size_t len = strcspn(text, " ");
    *value = text[len] ? text + len + 1 : text + len;
    text[len] = '\0';
    return len < WORD_MAX ? field_find(text) : -1;
}

static int read_seen(struct draft *d, int field, char *text)
{
    const char *value;
    if (field_info((enum field)field)->kind == FIELD_SECRET || read_value(text, &value))
        return -1;
    free(d->field[field].seen);
    d->field[field].seen = mem_dup_null(value);
    return 0;
}

static int read_text(struct draft *d, int field, char *text)
{
    const char *value;
    if (field_info((enum field)field)->kind == FIELD_SECRET || read_value(text, &value) || !value)
        return -1;
    draft_set(d, (enum field)field, value);
    return 0;
}

static int read_of_field(struct draft *d, const char *word, char *rest)
{
    char *value;
    int field = read_field(rest, &value);
    if (field < 0)
        return -1;
    if (strcmp(word, "seen") == 0)
        return read_seen(d, field, value);
    if (strcmp(word, "text") == 0)
        return read_text(d, field, value);
    if (*value)
        return -1;
    if (strcmp(word, "none") == 0)
        draft_set(d, (enum field)field, NULL);
    else if (strcmp(word, "mixed") == 0)
        d->field[field].mixed = 1;
    else if (strcmp(word, "lost") == 0)
        d->field[field].lost = 1;
    else
        return -1;
    return 0;
}

static int read_line(struct draft *d, char *line)
{
    size_t len = strcspn(line, " ");
    if (line[len] == '\0')
        return -1;
    char *rest = line + len + 1;
    line[len] = '\0';
    if (strcmp(line, "kind") == 0)
        return read_kind(d, rest);
    if (strcmp(line, "id") == 0)
        return read_uuid(rest, d->id);
    if (strcmp(line, "copy") == 0)
        return read_uuid(rest, d->copy_of);
    if (strcmp(line, "label") == 0)
        return read_label(d, rest);
    return read_of_field(d, line, rest);
}

int draft_read(struct draft *d, const char *text, struct err *e)
{
    char *line = mem_alloc(DRAFT_TEXT_MAX);
    int rc = -1;
    draft_init(d, DRAFT_EDIT);
    if (next_line(&text, line, VERSION_LINE_MAX) == 0 && strcmp(line, head) == 0) {
        rc = 0;
        while (rc == 0 && *text)
            if (next_line(&text, line, DRAFT_TEXT_MAX) || read_line(d, line))
                rc = -1;
    }
    if (rc == 0 && d->kind == DRAFT_EDIT && !d->id[0])
        rc = -1;
    free(line);
    if (rc == 0)
        return 0;
    draft_finish(d);
    return err_set(e, ERR_CONFIG, _("The draft cannot be read."));
}
