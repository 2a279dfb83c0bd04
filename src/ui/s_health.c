#include "config.h"

/* The health of one connexion: what probes found, since when and why, on what evidence; then what
 * was spent by day. */

#include "base/clock.h"
#include "base/i18n.h"
#include "model/month.h"
#include "ui/part_health.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_chart.h"
#include "ui/w_spark.h"

#include <stdio.h>
#include <string.h>

enum { TWO_COLUMNS = 110, LABEL_COLS = 18, GUTTER = 3, BARS_LOW = 6, BARS_HIGH = 10, TALL = 30 };
enum { LEFT_SHARE = 5, ALL_SHARES = 9, RIGHT_LABEL_COLS = 10 };
enum { LAST_STEP = 3, LABEL_EVERY = 5, LINE_MAX = 600 };

static const char *account(const struct state *st)
{
    const struct connexion *c = st->sheet.row;
    return c && c->col[COL_EMAIL] && c->col[COL_EMAIL][0] ? c->col[COL_EMAIL] : st->sheet.id;
}

static void name(const struct state *st, char *buf, size_t size)
{
    int on_sheet = 0;
    for (int i = 0; i < st->depth; i++)
        on_sheet = on_sheet || st->stack[i] == SCREEN_CONNEXION;
    if (on_sheet)
        (void)snprintf(buf, size, "%s", _("Health"));
    else
        (void)snprintf(buf, size, "%.120s ▸ %s", account(st), _("Health"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct state *st = v->st;
    const struct health *h = state_health(st, st->sheet.id);
    struct sign sign;
    (void)right;
    if (st->sheet.gone) {
        strip_add(left, ROLE_BAD, STRIP_KEEP, "%s", _("gone, or out of sight of this identity"));
        return;
    }
    if (st->sheet.row)
        strip_add(left, ROLE_TEXT, 50, "%s", value_organisation(st->sheet.row));
    value_health(&sign, h, state_confirm(st));
    strip_add(left, sign.role, STRIP_KEEP, "%s %s", theme_glyph(v->theme, sign.glyph), sign.word);
}

static void optional(struct doc *doc, const char *label, const char *text)
{
    if (text[0])
        doc_field(doc, label, ROLE_TEXT, text);
}

static void add_answer(struct doc *doc, const struct evidence *e)
{
    char words[LINE_MAX];
    int bad = e->http != 200;
    if (e->http > 0)
        (void)snprintf(words, sizeof words, "HTTP %d%s%s", e->http, e->code[0] ? ", " : "",
                       e->code);
    else
        (void)snprintf(words, sizeof words, "%s%s%s", _("none"), e->code[0] ? ", " : "", e->code);
    doc_field(doc, _("Answer"), bad ? ROLE_WARN : ROLE_TEXT, words);
    if (e->curl > 0) {
        (void)snprintf(words, sizeof words, _("error %d of the transfer (curl)"), e->curl);
        doc_field(doc, _("Transfer"), ROLE_WARN, words);
    }
    optional(doc, _("Message"), e->message);
    optional(doc, _("Request"), e->request_id);
    optional(doc, _("Host"), e->host);
    if (e->retry_after_s > 0) {
        (void)snprintf(words, sizeof words, _("asked to wait %d s"), e->retry_after_s);
        doc_field(doc, _("Retry after"), ROLE_WARN, words);
    }
}

/* Each step alone: the evidence counts from the start of the request. */
static void add_timings(struct doc *doc, const struct evidence *e)
{
    const struct {
        const char *label;
        int at;
    } steps[] = {{_("DNS"), e->dns_ms},
                 {_("TCP"), e->connect_ms},
                 {_("TLS"), e->tls_ms},
                 {_("first byte"), e->first_ms}};
    char words[LINE_MAX] = "";
    size_t at = 0;
    int before = 0;
    size_t first = e->dns_ms == 0 && e->connect_ms == 0 ? LAST_STEP : 0;
    if (first > 0)
        at = (size_t)snprintf(words, sizeof words, "%.60s", _("connection kept, "));
    for (size_t i = first; i < sizeof steps / sizeof steps[0]; i++) {
        int reached = steps[i].at >= 0;
        int n = reached ? snprintf(words + at, sizeof words - at, _("%s %d, "), steps[i].label,
                                   steps[i].at > before ? steps[i].at - before : 0)
                        : snprintf(words + at, sizeof words - at, _("%s not reached, "),
                                   steps[i].label);
        at += n > 0 && (size_t)n < sizeof words - at ? (size_t)n : 0;
        before = reached && steps[i].at > before ? steps[i].at : before;
    }
    (void)snprintf(words + at, sizeof words - at, _("total %d ms"), e->total_ms);
    if (e->total_ms >= 0)
        doc_field(doc, _("Timings"), ROLE_TEXT, words);
}

static void add_latency(struct doc *doc, const struct view *v, const struct health *h)
{
    char spark[HEALTH_LATENCIES * 4];
    char words[LINE_MAX];
    struct spark_range range;
    if (h->latencies < 1)
        return;
    int n = h->latencies < HEALTH_LATENCIES ? h->latencies : HEALTH_LATENCIES;
    spark_text(v->theme, h->latency, n, doc->width - doc->label_width, spark, sizeof spark);
    spark_range(&range, h->latency, n);
    doc_field(doc, _("Latency"), ROLE_INFO, spark);
    (void)snprintf(words, sizeof words, _("min %d, median %d, max %d ms"), range.min, range.median,
                   range.max);
    doc_field(doc, "", ROLE_TEXT, words);
}

static void add_evidence(struct doc *doc, const struct view *v, const struct health *h)
{
    if (!h || h->checked_at <= 0)
        return;
    doc_section(doc, _("Evidence of the last probe"));
    add_answer(doc, &h->evidence);
    add_timings(doc, &h->evidence);
    add_latency(doc, v, h);
    if (h->models[0])
        doc_field(doc, _("Models"), ROLE_WARN, h->models);
}

static void add_total(struct doc *doc, const char *label, const struct month *m,
                      const char *currency)
{
    char words[LINE_MAX];
    if (m->known == 0) {
        doc_field(doc, label, ROLE_DIM, _("no figure"));
        return;
    }
    if (m->total[0])
        value_money(words, sizeof words, m->total, currency);
    else
        (void)snprintf(words, sizeof words, "%s", _("not known"));
    doc_field(doc, label, ROLE_TEXT, words);
}

static void add_chart(struct doc *doc, const struct view *v, const struct month *m)
{
    struct chart chart = {.len = m->days, .height = v->body.area.h > TALL ? BARS_HIGH : BARS_LOW};
    char top[MONEY_TEXT_MAX] = "0";
    char line[CHART_TEXT];
    if (m->largest)
        money_format(top, sizeof top, m->largest);
    chart.top = top;
    for (int i = 0; i < m->days; i++) {
        chart.bar[i].permille = m->permille[i];
        chart.bar[i].provisional = i + 1 == m->today;
        chart.bar[i].label = i == 0 || (i + 1) % LABEL_EVERY == 0 ? i + 1 : 0;
    }
    for (int y = 0; y < chart_lines(&chart); y++) {
        chart_text(v->theme, &chart, doc->width, y, line);
        doc_text(doc, y < chart.height ? ROLE_INFO : ROLE_DIM, line);
    }
}

static void add_notes(struct doc *doc, const struct view *v, const struct figures *f,
                      const struct month *m)
{
    char words[LINE_MAX];
    if (m->today > 0 && m->amount[m->today - 1]) {
        (void)snprintf(words, sizeof words, _("%s today, provisional: OpenAI books late"),
                       theme_glyph(v->theme, GLYPH_PROVISIONAL));
        doc_text(doc, ROLE_DIM, words);
    }
    if (strcmp(f->cost_source, "openai") == 0 && !f->unattributed[0])
        doc_text(doc, ROLE_DIM, _("What OpenAI books to no project is not in these figures."));
}

/* Told to who may know. */
static void add_unattributed(struct doc *doc, const struct figures *f)
{
    char amount[MONEY_TEXT_MAX + CURRENCY_MAX];
    char words[LINE_MAX];
    if (!f->unattributed[0])
        return;
    value_money(amount, sizeof amount, f->unattributed, f->currency);
    (void)snprintf(words, sizeof words, _("%s more of %.95s this month, in no project's figures"),
                   amount, f->account);
    doc_field(doc, _("No project"), ROLE_WARN, words);
}

static void add_money(struct doc *doc, const struct view *v, const struct connexion *c)
{
    const struct figures *f = v->st->sheet.figures;
    char words[LINE_MAX];
    struct month present;
    struct month before;
    struct gauge g;
    int64_t now = v->st->now;
    month_init(&present, f, now, now);
    month_init(&before, f, clock_month_start(now) - 1, now);
    (void)snprintf(words, sizeof words, _("Cost by day, %s (UTC)"), present.name);
    doc_section(doc, words);
    if (!f) {
        doc_text(doc, ROLE_DIM,
                 v->st->sheet.job_figures ? _("asking the database…") : _("nothing is known"));
        return;
    }
    if (present.known > 0)
        add_chart(doc, v, &present);
    add_notes(doc, v, f, &present);
    gauge_budget_of(&g, c, f, now);
    doc_gauge(doc, _("Budget"), &g);
    add_total(doc, present.name, &present, f->currency);
    add_total(doc, before.name, &before, f->currency);
    add_unattributed(doc, f);
    figures_source(&g, now, words, sizeof words);
    doc_field(doc, _("Source"), g.source == SOURCE_NONE ? ROLE_DIM : ROLE_TEXT, words);
}

static struct surface column_of(const struct view *v, int x, int w)
{
    return surface_part(&v->body, (struct rect){0, 1 + x, v->body.area.h, w});
}

static int draw_wide(struct view *v, const struct connexion *c, const struct health *h)
{
    struct doc left;
    struct doc right;
    int both = v->body.area.w - 2 - GUTTER;
    int wide = both * LEFT_SHARE / ALL_SHARES;
    int rest = both - wide;
    doc_init(&left, wide, LABEL_COLS);
    doc_init(&right, rest, RIGHT_LABEL_COLS);
    health_section(&left, v, h);
    add_evidence(&left, v, h);
    add_money(&right, v, c);
    int len = left.len > right.len ? left.len : right.len;
    v->top = layout_top(v->st->sheet.health.top, len, v->body.area.h);
    v->lines = len;
    struct surface at_left = column_of(v, 0, wide);
    struct surface at_right = column_of(v, wide + GUTTER, rest);
    doc_draw(&left, &at_left, v->top);
    doc_draw(&right, &at_right, v->top);
    doc_finish(&left);
    doc_finish(&right);
    return v->lines;
}

static int draw_narrow(struct view *v, const struct connexion *c, const struct health *h)
{
    struct doc doc;
    int width = v->body.area.w - 2;
    struct surface s = column_of(v, 0, width);
    doc_init(&doc, width, width < 3 * LABEL_COLS ? width / 3 : LABEL_COLS);
    health_section(&doc, v, h);
    add_evidence(&doc, v, h);
    add_money(&doc, v, c);
    doc_show(&doc, &s, v->st->sheet.health.top, v);
    doc_finish(&doc);
    return v->lines;
}

static int draw_screen(struct view *v)
{
    const struct connexion *c = v->st->sheet.row;
    if (!c)
        return 0;
    const struct health *h = state_health(v->st, c->id);
    return v->body.area.w >= TWO_COLUMNS ? draw_wide(v, c, h) : draw_narrow(v, c, h);
}

const struct screen_ops screen_health = {name, summary, NULL, draw_screen};
