#include "config.h"

#include "model/filter.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERCENT_MAX = 100000, DIGITS_MAX = 6, LIST_TEXT = 256, SHOWN_COLS = 40 };

/* One term as it stands: key and value are pieces of the text, not terminated. */
struct term {
    const char *key; /* NULL for a bare word */
    int key_len;
    char value[FILTER_WORD_MAX];
    int quoted; /* the value began with a quote */
    char shown[FILTER_TEXT_MAX];
};

typedef int (*take_fn)(struct filter *f, const struct term *t, struct err *e);

static int take_state(struct filter *f, const struct term *t, struct err *e);
static int take_budget(struct filter *f, const struct term *t, struct err *e);
static int take_quota(struct filter *f, const struct term *t, struct err *e);
static int take_org(struct filter *f, const struct term *t, struct err *e);
static int take_client(struct filter *f, const struct term *t, struct err *e);
static int take_model(struct filter *f, const struct term *t, struct err *e);
static int take_active(struct filter *f, const struct term *t, struct err *e);
static int take_inactive(struct filter *f, const struct term *t, struct err *e);

enum key {
#define KEY(id, word, example, help) KEY_##id,
#include "model/filter.def"
#undef KEY
    KEY_COUNT
};

static const struct {
    const char *word;
    const char *example;
    const char *help;
} keys[KEY_COUNT] = {
#define KEY(id, word, example, help) {word, example, help},
#include "model/filter.def"
#undef KEY
};

static const take_fn takers[KEY_COUNT] = {
    [KEY_STATE] = take_state,   [KEY_BUDGET] = take_budget,     [KEY_QUOTA] = take_quota,
    [KEY_ORG] = take_org,       [KEY_CLIENT] = take_client,     [KEY_MODEL] = take_model,
    [KEY_ACTIVE] = take_active, [KEY_INACTIVE] = take_inactive,
};

void filter_init(struct filter *f)
{
    *f = (struct filter){.budget = {-1, -1}, .quota = {-1, -1}, .active = -1};
}

int filter_is_empty(const struct filter *f)
{
    return f->words == 0 && !f->organisation[0] && !f->client[0] && !f->model[0] &&
           f->states == 0 && f->budget.min < 0 && f->budget.max < 0 && f->quota.min < 0 &&
           f->quota.max < 0 && f->active < 0;
}

int filter_has_text(const struct filter *f)
{
    return f->words > 0 || f->organisation[0] || f->client[0];
}

const char *filter_key(int index, const char **help)
{
    if (index < 0 || index >= KEY_COUNT)
        return NULL;
    if (help)
        *help = _(keys[index].help);
    return keys[index].word;
}

static const char *key_at(void *arg, int index)
{
    (void)arg;
    return filter_key(index, NULL);
}

static const char *state_at(void *arg, int index)
{
    (void)arg;
    return index < STATUS_COUNT ? status_word((enum status)index) : NULL;
}

static void join(char *out, size_t size, const char *(*at)(void *arg, int index))
{
    size_t len = 0;
    const char *item = NULL;
    out[0] = '\0';
    for (int i = 0; (item = at(NULL, i)) && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", i ? ", " : "", item);
}

/* The cure of a word that is not on a list: the one that was probably meant, else all of them. */
static int cure_from(struct err *e, const char *word, const char *(*at)(void *arg, int index))
{
    char all[LIST_TEXT];
    const char *meant = nearest(word, at, NULL);
    join(all, sizeof all, at);
    if (meant)
        return err_cure(e, _("Did you mean \"%s\"? Possible: %s."), meant, all);
    return err_cure(e, _("Possible: %s."), all);
}

static int twice(const struct term *t, struct err *e)
{
    (void)err_set(e, ERR_USAGE,
                  _("The filter has \"%.*s\" more than once, and all terms must hold."), t->key_len,
                  t->key);
    return err_cure(e, _("Keep one of them."));
}

static int nothing(const struct term *t, struct err *e)
{
    (void)err_set(e, ERR_USAGE,
                  _("With \"%s\" the filter can match nothing: all its terms must hold at once."),
                  t->shown);
    return err_cure(e, _("Take it out, or the term that contradicts it."));
}

static int too_long(const char *start, struct err *e)
{
    return err_set(e, ERR_USAGE, _("A term of the filter is longer than %d bytes: \"%.*s...\"."),
                   FILTER_WORD_MAX - 1, (int)text_clip(start, SHOWN_COLS, NULL), start);
}

static int take_text(char out[FILTER_WORD_MAX], const struct term *t, struct err *e)
{
    if (out[0])
        return twice(t, e);
    (void)snprintf(out, FILTER_WORD_MAX, "%s", t->value);
    return 0;
}

static int take_org(struct filter *f, const struct term *t, struct err *e)
{
    return take_text(f->organisation, t, e);
}

static int take_client(struct filter *f, const struct term *t, struct err *e)
{
    return take_text(f->client, t, e);
}

static int take_model(struct filter *f, const struct term *t, struct err *e)
{
    return take_text(f->model, t, e);
}

static int bad_state(const char *word, struct err *e)
{
    (void)err_set(e, ERR_USAGE, _("\"%s\" is no state."), word);
    return cure_from(e, word, state_at);
}

static int take_state(struct filter *f, const struct term *t, struct err *e)
{
    unsigned states = 0;
    for (const char *p = t->value; *p;) {
        char word[FILTER_WORD_MAX];
        size_t len = strcspn(p, ",");
        memcpy(word, p, len);
        word[len] = '\0';
        enum status status = status_parse(word);
        if (len > 0 && status == STATUS_UNKNOWN)
            return bad_state(word, e);
        if (len > 0)
            states |= 1U << status;
        p += len + (p[len] == ',');
    }
    if (states == 0)
        return bad_state(t->value, e);
    unsigned both = f->states ? f->states & states : states;
    if (both == 0)
        return nothing(t, e);
    f->states = both;
    return 0;
}

/* "80", "99.5", with or without '%': thousandths; -1 when it is no such number. */
static int read_permille(const char *p)
{
    int value = 0;
    int digits = 0;
    for (; isdigit((unsigned char)*p) && digits <= DIGITS_MAX; p++, digits++)
        value = value * 10 + (*p - '0');
    if (digits == 0 || digits > DIGITS_MAX || value > PERCENT_MAX)
        return -1;
    value *= 10;
    if (*p == '.' && isdigit((unsigned char)p[1])) {
        value += p[1] - '0';
        p += 2;
    }
    p += *p == '%';
    return *p ? -1 : value;
}

static int bad_percent(const struct term *t, enum key key, struct err *e)
{
    (void)err_set(e, ERR_USAGE, _("\"%s\" is no comparison with a percentage."), t->shown);
    return err_cure(e,
                    _("Write an operator (> >= < <= =) and a number of per cent with at most one "
                      "decimal, such as %s."),
                    keys[key].example);
}

static int narrow(struct filter_range *r, const struct term *t, int min, int max, struct err *e)
{
    int low = min > r->min ? min : r->min;
    int high = r->max < 0 || (max >= 0 && max < r->max) ? max : r->max;
    if (high >= 0 && low > high)
        return nothing(t, e);
    r->min = low;
    r->max = high;
    return 0;
}

static int take_percent(struct filter_range *r, enum key key, const struct term *t, struct err *e)
{
    const char *p = t->value;
    char op = *p;
    if (op != '<' && op != '>' && op != '=')
        return bad_percent(t, key, e);
    int orequal = op != '=' && p[1] == '=';
    int value = read_permille(p + 1 + orequal);
    if (value < 0)
        return bad_percent(t, key, e);
    if (op == '>')
        return narrow(r, t, orequal ? value : value + 1, -1, e);
    if (op == '=')
        return narrow(r, t, value, value, e);
    if (value == 0 && !orequal)
        return nothing(t, e);
    return narrow(r, t, -1, orequal ? value : value - 1, e);
}

static int take_budget(struct filter *f, const struct term *t, struct err *e)
{
    return take_percent(&f->budget, KEY_BUDGET, t, e);
}

static int take_quota(struct filter *f, const struct term *t, struct err *e)
{
    return take_percent(&f->quota, KEY_QUOTA, t, e);
}

static int take_switch(struct filter *f, int on, const struct term *t, struct err *e)
{
    if (f->active == !on)
        return nothing(t, e);
    f->active = on;
    return 0;
}

static int take_active(struct filter *f, const struct term *t, struct err *e)
{
    return take_switch(f, 1, t, e);
}

static int take_inactive(struct filter *f, const struct term *t, struct err *e)
{
    return take_switch(f, 0, t, e);
}

static int take_word(struct filter *f, const struct term *t, struct err *e)
{
    if (!t->value[0])
        return err_set(e, ERR_USAGE, _("The filter has an empty term."));
    if (f->words == FILTER_WORDS) {
        (void)err_set(e, ERR_USAGE, _("The filter has more than %d words."), FILTER_WORDS);
        return err_cure(e, _("Put words that follow each other into quotes: they count as one."));
    }
    (void)snprintf(f->word[f->words++], FILTER_WORD_MAX, "%s", t->value);
    return 0;
}

/* Ends at the blank after the term; t gets its parts. Quotes may enclose the whole term or the
 * value behind a key. */
static int cut_term(const char **text, struct term *t, struct err *e)
{
    const char *p = *text;
    const char *start = p;
    size_t key_len = strcspn(p, ": \"");
    *t = (struct term){0};
    if (p[key_len] == ':') {
        t->key = p;
        t->key_len = (int)key_len + 1;
        p += key_len + 1;
    }
    t->quoted = *p == '"';
    p += t->quoted;
    size_t len = strcspn(p, t->quoted ? "\"" : " ");
    if (t->quoted && p[len] != '"') {
        (void)err_set(e, ERR_USAGE, _("A quote of the filter is not closed: \"%s\"."), start);
        return err_cure(e, _("Add a \" at its end."));
    }
    if (len >= sizeof t->value)
        return too_long(start, e);
    memcpy(t->value, p, len);
    t->value[len] = '\0';
    p += len + (size_t)t->quoted;
    (void)snprintf(t->shown, sizeof t->shown, "%.*s", (int)(p - start), start);
    if (*p && *p != ' ')
        return err_set(e, ERR_USAGE, _("A blank must follow \"%s\" in the filter."), t->shown);
    *text = p;
    return 0;
}

static int unknown_key(const struct term *t, struct err *e)
{
    char key[FILTER_TEXT_MAX];
    (void)snprintf(key, sizeof key, "%.*s", t->key_len, t->key);
    (void)err_set(e, ERR_USAGE, _("The filter has no key \"%s\"."), key);
    key[t->key_len - 1] = '\0'; /* without the colon, so that a start of the key is recognised */
    return cure_from(e, key, key_at);
}

static int take_term(struct filter *f, const struct term *t, struct err *e)
{
    const char *word = t->key ? t->key : t->value;
    size_t len = t->key ? (size_t)t->key_len : strlen(t->value);
    if (!t->key && t->quoted)
        return take_word(f, t, e);
    for (int i = 0; i < KEY_COUNT; i++) {
        if (strlen(keys[i].word) != len || strncmp(keys[i].word, word, len) != 0)
            continue;
        if (t->key && !t->value[0]) {
            (void)err_set(e, ERR_USAGE, _("The filter's key \"%s\" needs a value."), keys[i].word);
            return err_cure(e, _("Such as %s."), keys[i].example);
        }
        return takers[i](f, t, e);
    }
    return t->key ? unknown_key(t, e) : take_word(f, t, e);
}

static int parse_clean(struct filter *f, const char *p, struct err *e)
{
    struct term t;
    int rc = 0;
    while (rc == 0) {
        p += strspn(p, " ");
        if (!*p)
            break;
        rc = cut_term(&p, &t, e);
        if (rc == 0)
            rc = take_term(f, &t, e);
    }
    return rc;
}

int filter_parse(struct filter *f, const char *text, struct err *e)
{
    char copy[FILTER_TEXT_MAX];
    size_t len = strnlen(text, sizeof copy);
    filter_init(f);
    if (len == sizeof copy)
        return err_set(e, ERR_USAGE, _("The filter is longer than %d bytes."), FILTER_TEXT_MAX - 1);
    for (size_t i = 0; i < len; i++)
        copy[i] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];
    copy[len] = '\0';
    char *clean = text_scrub(copy, len, sizeof copy * 2);
    int rc = strcmp(clean, copy) == 0
                 ? parse_clean(f, copy, e)
                 : err_set(e, ERR_USAGE, _("The filter holds something that is no text: \"%s\"."),
                           clean);
    free(clean);
    if (rc)
        filter_init(f);
    return rc ? -(int)ERR_USAGE : 0;
}
