#include "config.h"

#include "ui/part_alert.h"

#include "base/i18n.h"
#include "model/gauge.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MAX = 8, SIGN_COLS = 12, AGE_COLS = 5, SUBJECT_COLS = 22, LEAST = 40 };

static const struct {
    enum glyph glyph;
    enum role role;
} looks[GRAVITY_COUNT] = {
    [GRAVITY_INFO] = {GLYPH_CHANGED, ROLE_INFO},
    [GRAVITY_WARN] = {GLYPH_WARN, ROLE_WARN},
    [GRAVITY_CRITICAL] = {GLYPH_BAD, ROLE_BAD},
};

void gravity_sign(struct sign *sign, enum alert_gravity gravity)
{
    sign->glyph = looks[gravity].glyph;
    sign->role = looks[gravity].role;
    (void)snprintf(sign->word, sizeof sign->word, "%.60s", gravity_title(gravity));
}

void alert_sign(struct sign *sign, const struct alert *alert)
{
    gravity_sign(sign, alert->gravity);
    if (alert->status == ALERT_OPEN)
        return;
    sign->role = ROLE_DIM;
    sign->glyph = alert->status == ALERT_OVER           ? GLYPH_OFF
                  : alert->status == ALERT_ACKNOWLEDGED ? GLYPH_MARK
                                                        : GLYPH_ELLIPSIS;
    (void)snprintf(sign->word, sizeof sign->word, "%.60s", alert_status_title(alert->status));
}

void alert_amounts(char *buf, size_t size, const struct alert *alert)
{
    char value[MONEY_TEXT_MAX];
    char limit[MONEY_TEXT_MAX];
    char unit[MONEY_TEXT_MAX] = "";
    int money = alert->currency[0] || alert->kind == ALERT_BUDGET || alert->kind == ALERT_FORECAST;
    buf[0] = '\0';
    if (!alert->value[0] || alert->kind == ALERT_KEY_OLD)
        return;
    if (money) {
        char zero[MONEY_TEXT_MAX];
        money_format(value, sizeof value, alert->value);
        money_format(limit, sizeof limit, alert->limit);
        value_money(zero, sizeof zero, "0", alert->currency);
        (void)snprintf(unit, sizeof unit, " %.8s", strchr(zero, ' ') ? strchr(zero, ' ') + 1 : "");
    } else {
        count_text_format(value, sizeof value, alert->value);
        count_text_format(limit, sizeof limit, alert->limit);
    }
    if (alert->limit[0])
        (void)snprintf(buf, size, "%s / %s%s", value, limit, unit);
    else
        (void)snprintf(buf, size, "%s%s", value, unit);
}

const char *alert_who(const struct alert *alert)
{
    return alert->assigned_to[0] ? alert->assigned_to : alert->acknowledged_by;
}

enum alert_gravity counts_worst(const struct alert_counts *counts)
{
    for (int i = GRAVITY_COUNT - 1; i >= 0; i--)
        if (counts->open[i] > 0)
            return (enum alert_gravity)i;
    return GRAVITY_COUNT;
}

int64_t counts_open(const struct alert_counts *counts)
{
    int64_t n = 0;
    for (int i = 0; i < GRAVITY_COUNT; i++)
        n += counts->open[i];
    return n;
}

void alert_counter(const struct view *v, struct strip *strip)
{
    const struct alert_watch *watch = &v->st->watch;
    int64_t n = counts_open(&watch->counts);
    char text[AGE_TEXT_MAX];
    struct sign sign;
    if (!watch->known || n == 0)
        return;
    gravity_sign(&sign, counts_worst(&watch->counts));
    count_format(text, sizeof text, n);
    strip_add(strip, sign.role, STRIP_KEEP,
              ngettext("%s %s alert", "%s %s alerts", (unsigned long)n),
              theme_glyph(v->theme, sign.glyph), text);
}

/* "3 warnings". */
static void count_words(char *buf, size_t size, enum alert_gravity gravity, int64_t n)
{
    char number[AGE_TEXT_MAX];
    unsigned long many = (unsigned long)n;
    count_format(number, sizeof number, n);
    (void)snprintf(buf, size,
                   gravity == GRAVITY_CRITICAL ? ngettext("%s critical", "%s critical", many)
                   : gravity == GRAVITY_WARN   ? ngettext("%s warning", "%s warnings", many)
                                               : ngettext("%s note", "%s notes", many),
                   number);
}

void alert_count_parts(const struct view *v, const struct alert_counts *counts, struct strip *strip)
{
    char words[2 * AGE_TEXT_MAX];
    struct sign sign;
    for (int i = GRAVITY_COUNT - 1; i >= 0; i--) {
        if (counts->open[i] == 0)
            continue;
        gravity_sign(&sign, (enum alert_gravity)i);
        count_words(words, sizeof words, (enum alert_gravity)i, counts->open[i]);
        strip_add(strip, sign.role, 80 + i, "%s %s", theme_glyph(v->theme, sign.glyph), words);
    }
}

void alert_line(const struct surface *s, const struct alert *alert, int64_t now, int selected,
                int with_subject)
{
    char words[ALERT_WORDS];
    char age[AGE_TEXT_MAX];
    struct sign sign;
    enum role base = selected ? ROLE_SELECTED : ROLE_TEXT;
    int w = s->area.w;
    alert_sign(&sign, alert);
    alert_words(words, alert);
    gauge_age(age, sizeof age, now - alert->raised_at);
    (void)surface_glyph(s, 0, 0, sign.role, sign.glyph);
    surface_field(s, 0, 2, SIGN_COLS - 3, sign.role, sign.word, TEXT_LEFT);
    int x = SIGN_COLS;
    if (with_subject && w - x - AGE_COLS >= LEAST) {
        int room = w > 2 * (LEAST + SUBJECT_COLS) ? SUBJECT_COLS + 14 : SUBJECT_COLS;
        surface_field(s, 0, x, room, base, alert->subject, TEXT_LEFT);
        x += room + 1;
    }
    surface_field(s, 0, x, w - x - AGE_COLS - 1, alert->status == ALERT_OPEN ? ROLE_TEXT : ROLE_DIM,
                  words, TEXT_LEFT);
    surface_field(s, 0, w - AGE_COLS, AGE_COLS, ROLE_DIM, age, TEXT_RIGHT);
}

void alert_section(struct doc *doc, const struct view *v, const struct alert_list *list)
{
    char words[ALERT_WORDS];
    char line[2 * ALERT_WORDS];
    char age[AGE_TEXT_MAX];
    struct sign sign;
    if (!list || list->len == 0)
        return;
    doc_section(doc, _("Alerts"));
    for (int i = 0; i < list->len && i < LINES_MAX; i++) {
        const struct alert *a = &list->item[i];
        alert_sign(&sign, a);
        alert_words(words, a);
        gauge_age(age, sizeof age, v->st->now - a->raised_at);
        (void)snprintf(line, sizeof line, _("%s, %s ago"), words, age);
        char label[2 * sizeof sign.word];
        (void)snprintf(label, sizeof label, "%s %s", theme_glyph(v->theme, sign.glyph), sign.word);
        doc_item(doc, sign.role, label, a->status == ALERT_OPEN ? ROLE_TEXT : ROLE_DIM, line);
    }
}
