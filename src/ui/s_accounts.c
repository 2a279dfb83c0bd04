#include "config.h"

/* The OpenAI organisations that have an admin key, or could have one; below, all about the one that
 * the cursor is on. */

#include "base/i18n.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_table.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <string.h>

enum { SUM_MAX = 256, LINE_MAX = 600, LABEL_COLS = 16 };
enum { DETAIL_LINES = 9, TABLE_MIN = 4 };

enum key_column { KEY_NAME, KEY_STATE, KEY_COSTS, KEY_HERE, KEY_SUM, KEY_MISSING, KEY_COLUMNS };

static const struct {
    const char *title;
    enum text_align align;
    int min, want, max;
} columns[KEY_COLUMNS] = {
    [KEY_NAME] = {N_("OpenAI organisation"), TEXT_LEFT, 19, 26, 60},
    [KEY_STATE] = {N_("Admin key"), TEXT_LEFT, 16, 18, 24},
    [KEY_COSTS] = {N_("Costs"), TEXT_RIGHT, 6, 8, 10},
    [KEY_HERE] = {N_("Here"), TEXT_LEFT, 4, 5, 8},
    [KEY_SUM] = {N_("No project"), TEXT_RIGHT, 15, 22, 40},
    [KEY_MISSING] = {N_("Lacking"), TEXT_RIGHT, 7, 8, 10},
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Admin keys"));
}

static void add_counts(const struct account_list *all, struct strip *left)
{
    int keys = 0;
    int unreadable = 0;
    for (int i = 0; i < all->len; i++) {
        keys += all->item[i].has_key;
        unreadable += all->item[i].has_key && !all->item[i].usable;
    }
    strip_add(left, ROLE_TEXT, STRIP_KEEP,
              ngettext("%d admin key", "%d admin keys", (unsigned long)keys), keys);
    if (all->len > keys)
        strip_add(left, ROLE_WARN, 50,
                  ngettext("%d organisation without one", "%d organisations without one",
                           (unsigned long)(all->len - keys)),
                  all->len - keys);
    if (unreadable > 0)
        strip_add(left, ROLE_WARN, 40, _("%d not readable here"), unreadable);
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct admin_keys *keys = &v->st->accounts;
    char clock[16];
    if (!keys->all) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the admin keys…"));
        return;
    }
    add_counts(keys->all, left);
    if (keys->job_act)
        strip_add(left, ROLE_INFO, 60, _("at work on %.95s…"), keys->acting);
    value_clock(clock, sizeof clock, keys->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
    if (keys->all->len > 0)
        strip_add(right, ROLE_TEXT, 20, "%d/%d", keys->scroll.cursor + 1, keys->all->len);
}

static void key_sign(struct sign *sign, const struct account_known *a)
{
    value_verdict(sign, a->verdict);
    if (a->has_key)
        return;
    *sign = (struct sign){.glyph = GLYPH_OFF, .role = ROLE_DIM};
    (void)snprintf(sign->word, sizeof sign->word, "%.60s", _("none"));
}

/* "12.50 $ + 3 EUR"; "" when nothing is known. Returns how many there are. */
static int sums_of(const struct account_list *all, const char *account, char *buf, size_t size)
{
    char one[MONEY_TEXT_MAX + CURRENCY_MAX];
    size_t at = 0;
    int count = 0;
    buf[0] = '\0';
    for (int i = 0; i < all->sums; i++) {
        const struct unattributed *u = &all->sum[i];
        if (strcmp(u->account, account) != 0)
            continue;
        value_money(one, sizeof one, u->amount, u->currency);
        int n = snprintf(buf + at, size - at, "%s%s", at ? " + " : "", one);
        if (n < 0 || (size_t)n >= size - at)
            return count;
        at += (size_t)n;
        count++;
    }
    return count;
}

static void draw_sum(const struct account_list *all, const struct account_known *a,
                     const struct surface *s, enum role base)
{
    char sum[SUM_MAX];
    int n = sums_of(all, a->name, sum, sizeof sum);
    int known = a->costs_at > 0;
    if (n > 1 && text_width(sum) > s->area.w)
        (void)snprintf(sum, sizeof sum, _("%d currencies"), n);
    surface_field(s, 0, 0, s->area.w, sum[0] ? base : ROLE_DIM,
                  sum[0]  ? sum
                  : known ? "0"
                          : "–",
                  TEXT_RIGHT);
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct state *st = arg;
    const struct account_known *a = &st->accounts.all->item[row];
    char words[AGE_TEXT_MAX] = "–";
    struct sign sign;
    switch (column) {
    case KEY_NAME:
        surface_field(s, 0, 0, s->area.w, base, a->name, TEXT_LEFT);
        return;
    case KEY_STATE:
        key_sign(&sign, a);
        surface_glyph(s, 0, 0, sign.role, sign.glyph);
        surface_field(s, 0, 2, s->area.w - 2, sign.role, sign.word, TEXT_LEFT);
        return;
    case KEY_COSTS:
        if (a->costs_at > 0)
            gauge_age(words, sizeof words, st->now - a->costs_at);
        surface_field(s, 0, 0, s->area.w, a->costs_at > 0 ? base : ROLE_DIM, words, TEXT_RIGHT);
        return;
    case KEY_HERE:
        surface_field(s, 0, 0, s->area.w, !a->has_key || a->usable ? base : ROLE_WARN,
                      !a->has_key ? "–"
                      : a->usable ? _("yes")
                                  : _("no"),
                      TEXT_LEFT);
        return;
    case KEY_SUM:
        draw_sum(st->accounts.all, a, s, base);
        return;
    default:
        break;
    }
    (void)snprintf(words, sizeof words, "%d", a->missing);
    surface_field(s, 0, 0, s->area.w, a->missing > 0 ? ROLE_WARN : ROLE_DIM, words, TEXT_RIGHT);
}

static void add_when(struct doc *doc, const char *label, int64_t at, int64_t now)
{
    char words[VALUE_MAX];
    if (at > 0)
        value_when(words, sizeof words, at, now);
    doc_field(doc, label, at > 0 ? ROLE_TEXT : ROLE_DIM, at > 0 ? words : _("never"));
}

static void add_failure(struct doc *doc, const struct account_known *a, int64_t now)
{
    const struct evidence *e = &a->evidence;
    char age[AGE_TEXT_MAX];
    char words[LINE_MAX];
    char http[32] = "";
    if (a->failed_at == 0)
        return;
    if (e->http > 0)
        (void)snprintf(http, sizeof http, "HTTP %d ", e->http);
    gauge_age(age, sizeof age, now - a->failed_at);
    (void)snprintf(words, sizeof words, _("%s ago: %s%s %s"), age, http, e->code, e->message);
    doc_field(doc, _("Failed"), ROLE_WARN, words);
}

static void add_copies(struct doc *doc, const struct account_known *a)
{
    char words[LINE_MAX];
    if (!a->usable) {
        doc_field(doc, _("Readable here"), ROLE_WARN,
                  _("no: a program that holds the key seals a copy for this one as soon as it "
                    "runs, or enter the key again"));
        return;
    }
    if (a->missing > 0)
        (void)snprintf(
            words, sizeof words,
            ngettext("yes; %d other program has no copy yet: it gets one within a minute",
                     "yes; %d other programs have no copy yet: they get one within a minute",
                     (unsigned long)a->missing),
            a->missing);
    else
        (void)snprintf(words, sizeof words, "%s", _("yes, as by all programs that are registered"));
    doc_field(doc, _("Readable here"), ROLE_TEXT, words);
}

static void add_sums(struct doc *doc, const struct account_list *all, const struct account_known *a)
{
    char sum[SUM_MAX];
    char words[LINE_MAX];
    (void)sums_of(all, a->name, sum, sizeof sum);
    if (sum[0] == '\0')
        return;
    (void)snprintf(words, sizeof words, _("%s this month (UTC): in no connexion's figures"), sum);
    doc_field(doc, _("No project"), ROLE_TEXT, words);
}

static void add_detail(struct doc *doc, const struct state *st, const struct account_known *a)
{
    char words[LINE_MAX];
    doc_section(doc, a->name);
    if (!a->has_key) {
        (void)snprintf(words, sizeof words,
                       ngettext("%lld connexion names it, and no admin key tells its costs: enter "
                                "one, its gauge has no source until then.",
                                "%lld connexions name it, and no admin key tells their costs: "
                                "enter one, their gauges have no source until then.",
                                (unsigned long)a->connexions),
                       (long long)a->connexions);
        doc_text(doc, ROLE_TEXT, words);
        return;
    }
    doc_field(doc, _("Admin key"), ROLE_TEXT,
              a->verdict == VERDICT_NEVER   ? _("no costs have been asked for yet")
              : a->verdict == VERDICT_VALID ? _("OpenAI tells costs and use with it")
                                            : verdict_meaning(a->verdict));
    add_failure(doc, a, st->now);
    add_when(doc, _("Last costs"), a->costs_at, st->now);
    add_when(doc, _("Last use"), a->usage_at, st->now);
    add_copies(doc, a);
    add_sums(doc, st->accounts.all, a);
    if (a->by_key)
        doc_field(doc, _("By key"), ROLE_TEXT,
                  a->by_key_refused_at ? _("refused by OpenAI: by project") : _("yes"));
    if (a->base_url[0])
        doc_field(doc, _("Asked at"), ROLE_TEXT, a->base_url);
}

static void draw_detail(const struct view *v, const struct surface *s)
{
    const struct admin_keys *keys = &v->st->accounts;
    struct doc doc;
    struct surface at = surface_part(s, (struct rect){0, 1, s->area.h, s->area.w - 2});
    doc_init(&doc, at.area.w, LABEL_COLS);
    add_detail(&doc, v->st, &keys->all->item[keys->scroll.cursor]);
    doc_draw(&doc, &at, 0);
    doc_finish(&doc);
}

static void draw_empty(const struct view *v)
{
    surface_field(&v->body, 1, TABLE_PREFIX, v->body.area.w - TABLE_PREFIX, ROLE_TEXT,
                  _("There is no admin key, and no connexion names an OpenAI organisation."),
                  TEXT_LEFT);
}

static int draw_screen(struct view *v)
{
    const struct admin_keys *keys = &v->st->accounts;
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    int len = keys->all ? keys->all->len : 0;
    int detail = len > 0 && rest.h >= DETAIL_LINES + TABLE_MIN ? DETAIL_LINES : 0;
    struct surface below = surface_part(&v->body, rect_take_bottom(&rest, detail));
    struct surface above = surface_part(&v->body, rest);
    struct table table = {.len = KEY_COLUMNS,
                          .rows = (size_t)len,
                          .top = (size_t)keys->scroll.top,
                          .cursor = (size_t)keys->scroll.cursor,
                          .arg = v->st,
                          .cell = draw_cell};
    for (int i = 0; i < KEY_COLUMNS; i++) {
        table.column[i].title = _(columns[i].title);
        table.column[i].align = columns[i].align;
        table.column[i].identity = i == KEY_NAME;
        table.column[i].place = (struct layout_column){
            .min = columns[i].min, .want = columns[i].want, .max = columns[i].max};
    }
    table_draw(&table, &v->title, &above);
    if (detail)
        draw_detail(v, &below);
    if (keys->all && len == 0)
        draw_empty(v);
    return 0;
}

const struct screen_ops screen_accounts = {name, summary, NULL, draw_screen};
