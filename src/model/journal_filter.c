#include "config.h"

#include "model/journal_filter.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 5, LIST_TEXT = 512, KEY_MAX = 32, DAY_S = 86400, MINUTE_TEXT = 17 };

enum key {
#define KEY(id, word, example, help) KEY_##id,
#include "model/journal_filter.def"
#undef KEY
    KEY_COUNT
};

static const struct {
    const char *word;
    const char *example;
    const char *help;
} keys[KEY_COUNT] = {
#define KEY(id, word, example, help) {word, example, help},
#include "model/journal_filter.def"
#undef KEY
};

const char *journal_filter_key(int index, const char **help)
{
    if (index < 0 || index >= KEY_COUNT)
        return NULL;
    if (help)
        *help = _(keys[index].help);
    return keys[index].word;
}

int journal_filter_is_empty(const struct journal_filter *f)
{
    return !f->person[0] && !f->column[0] && !f->since[0] && !f->until[0] && !f->organisation[0];
}

/* "7d": so many of a unit, in seconds; -1 when it is none. */
static int64_t span(const char *text)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', DAY_S}, {'w', 7 * (int64_t)DAY_S}};
    int64_t n = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || !text[digits] || text[digits + 1])
        return -1;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (text[i] - '0');
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].unit == text[digits])
            return n * units[i].seconds;
    return -1;
}

/* A day, or an instant with or without seconds, a blank in place of the T, with or without Z. */
static int written(const char *text, int end, int64_t *at)
{
    char iso[CLOCK_TEXT_MAX];
    size_t len = strlen(text);
    if (len == sizeof "2026-01-31" - 1) {
        (void)snprintf(iso, sizeof iso, "%.10sT00:00:00Z", text);
        if (clock_parse_iso(iso, at))
            return -1;
        *at = end ? clock_day_next(*at) : *at;
        return 0;
    }
    if (len > sizeof "2026-01-31T23:59:59.123456Z" - 1)
        return -1;
    len -= len > 0 && text[len - 1] == 'Z';
    (void)snprintf(iso, sizeof iso, "%.*s%sZ", (int)len, text, len == MINUTE_TEXT - 1 ? ":00" : "");
    if (iso[10] == ' ')
        iso[10] = 'T';
    return clock_parse_iso(iso, at);
}

int journal_instant(const char *text, int64_t now, int end, int64_t *at)
{
    int64_t ago = span(text);
    int yesterday = strcmp(text, "yesterday") == 0;
    if (ago >= 0) {
        *at = now - ago;
        return 0;
    }
    if (yesterday || strcmp(text, "today") == 0) {
        int64_t day = clock_day_start(yesterday ? now - DAY_S : now);
        *at = end ? clock_day_next(day) : day;
        return 0;
    }
    return written(text, end, at);
}

static int bad_instant(enum key key, const char *value, struct err *e)
{
    (void)err_set(e, ERR_USAGE, _("\"%s\" is no day, instant or length of time."), value);
    return err_cure(e, _("Such as %s, %stoday, %s2026-01-31 or %s\"2026-01-31 14:30\"."),
                    keys[key].example, keys[key].word, keys[key].word, keys[key].word);
}

static int take_instant(char out[32], enum key key, const char *value, int64_t now, struct err *e)
{
    char iso[CLOCK_TEXT_MAX];
    int64_t at = 0;
    if (journal_instant(value, now, key == KEY_UNTIL, &at))
        return bad_instant(key, value, e);
    clock_iso(iso, at);
    (void)snprintf(out, 32, "%.31s", iso);
    return 0;
}

static const char *field_at(void *arg, int index)
{
    (void)arg;
    return index < FIELD_COUNT ? column_info(field_info((enum field)index)->column)->word : NULL;
}

static int take_field(struct journal_filter *f, const char *value, struct err *e)
{
    int column = column_find(value);
    if (column >= 0 && column < COLUMN_COUNT) {
        (void)snprintf(f->column, sizeof f->column, "%.63s", column_info((enum column)column)->sql);
        return 0;
    }
    char all[LIST_TEXT];
    size_t len = 0;
    const char *meant = nearest(value, field_at, NULL);
    all[0] = '\0';
    for (int i = 0; i < FIELD_COUNT && len < sizeof all; i++)
        len +=
            (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", field_at(NULL, i));
    (void)err_set(e, ERR_USAGE, _("There is no field \"%s\"."), value);
    if (meant)
        return err_cure(e, _("Did you mean \"%s\"? Possible: %s."), meant, all);
    return err_cure(e, _("Possible: %s."), all);
}

static int take_text(char *out, size_t size, const char *value, enum key key, struct err *e)
{
    if (strlen(value) >= size)
        return err_set(e, ERR_USAGE, _("The value of \"%s\" is too long."), keys[key].word);
    (void)snprintf(out, size, "%s", value);
    return 0;
}

static char *place(struct journal_filter *f, enum key key)
{
    char *const places[KEY_COUNT] = {
        [KEY_PERSON] = f->person, [KEY_FIELD] = f->column,     [KEY_SINCE] = f->since,
        [KEY_UNTIL] = f->until,   [KEY_ORG] = f->organisation,
    };
    return places[key];
}

static int take(struct journal_filter *f, enum key key, const char *value, int64_t now,
                struct err *e)
{
    if (place(f, key)[0]) {
        (void)err_set(e, ERR_USAGE,
                      _("The filter has \"%s\" more than once, and all terms must hold."),
                      keys[key].word);
        return err_cure(e, _("Keep one of them."));
    }
    if (!value[0]) {
        (void)err_set(e, ERR_USAGE, _("The filter's key \"%s\" needs a value."), keys[key].word);
        return err_cure(e, _("Such as %s."), keys[key].example);
    }
    switch (key) {
    case KEY_FIELD:
        return take_field(f, value, e);
    case KEY_SINCE:
    case KEY_UNTIL:
        return take_instant(place(f, key), key, value, now, e);
    case KEY_ORG:
        return take_text(f->organisation, sizeof f->organisation, value, key, e);
    case KEY_PERSON:
    case KEY_COUNT:
    default:
        return take_text(f->person, sizeof f->person, value, key, e);
    }
}

static int unknown_key(const char *key, struct err *e)
{
    char all[LIST_TEXT] = "";
    size_t len = 0;
    for (int i = 0; i < KEY_COUNT && len < sizeof all; i++)
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", keys[i].word);
    (void)err_set(e, ERR_USAGE, _("The filter has no key \"%s\"."), key);
    return err_cure(e, _("Possible: %s."), all);
}

/* key is "" for a bare word. */
static int take_term(struct journal_filter *f, const char *key, const char *value, int64_t now,
                     struct err *e)
{
    if (!key[0])
        return take(f, KEY_PERSON, value, now, e);
    for (int i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].word, key) == 0)
            return take(f, (enum key)i, value, now, e);
    return unknown_key(key, e);
}

/* Reads one term and ends behind it: its key with the colon, its value without quotes. */
static int cut_term(const char **text, char key[KEY_MAX], char value[FILTER_TEXT_MAX],
                    struct err *e)
{
    const char *p = *text;
    size_t key_len = strcspn(p, ": \"");
    key[0] = '\0';
    if (p[key_len] == ':') {
        (void)snprintf(key, KEY_MAX, "%.*s", (int)(key_len + 1 < KEY_MAX ? key_len + 1 : KEY_MAX),
                       p);
        p += key_len + 1;
    }
    int quoted = *p == '"';
    p += quoted;
    size_t len = strcspn(p, quoted ? "\"" : " ");
    if (quoted && p[len] != '"') {
        (void)err_set(e, ERR_USAGE, _("A quote of the filter is not closed: \"%s\"."), *text);
        return err_cure(e, _("Add a \" at its end."));
    }
    (void)snprintf(value, FILTER_TEXT_MAX, "%.*s", (int)len, p);
    *text = p + len + (size_t)quoted;
    return 0;
}

static int parse_clean(struct journal_filter *f, const char *p, int64_t now, struct err *e)
{
    char key[KEY_MAX];
    char value[FILTER_TEXT_MAX];
    int rc = 0;
    while (rc == 0) {
        p += strspn(p, " ");
        if (!*p)
            break;
        rc = cut_term(&p, key, value, e);
        if (rc == 0)
            rc = take_term(f, key, value, now, e);
    }
    return rc;
}

int journal_filter_parse(struct journal_filter *f, const char *text, int64_t now, struct err *e)
{
    char copy[FILTER_TEXT_MAX];
    size_t len = strnlen(text, sizeof copy);
    *f = (struct journal_filter){.person = ""};
    if (len == sizeof copy)
        return err_set(e, ERR_USAGE, _("The filter is longer than %d bytes."), FILTER_TEXT_MAX - 1);
    for (size_t i = 0; i < len; i++)
        copy[i] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];
    copy[len] = '\0';
    char *clean = text_scrub(copy, len, sizeof copy * 2);
    int rc = strcmp(clean, copy) == 0
                 ? parse_clean(f, copy, now, e)
                 : err_set(e, ERR_USAGE, _("The filter holds something that is no text: \"%s\"."),
                           clean);
    free(clean);
    if (rc)
        *f = (struct journal_filter){.person = ""};
    return rc;
}
