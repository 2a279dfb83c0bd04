#include "config.h"

#include "ui/frame.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/hint_edit.h"
#include "ui/part_alert.h"
#include "ui/value.h"

#include <stdio.h>
#include <string.h>

enum {
    CRUMB_LIKED = 30,
    CRUMB_MIN = 20,
    SUMMARY_MIN = 24,
    SEPARATOR_MAX = 16,
    CRUMBS_MAX = 400,
    SENTENCE_MAX = 1200,
    DAY_S = 86400
};

static void dotted(const struct view *v, char buf[SEPARATOR_MAX])
{
    (void)snprintf(buf, SEPARATOR_MAX, " %s ", theme_glyph(v->theme, GLYPH_DOT));
}

/* The names of the screens on the stack, from the home list to the one on top. */
static void breadcrumb(const struct view *v, char buf[CRUMBS_MAX])
{
    const struct state *st = v->st;
    size_t at = 0;
    for (int i = 0; i < st->depth; i++) {
        char name[CRUMBS_MAX / 2];
        if (st->stack[i] == SCREEN_PROMPT)
            continue;
        screen_ops(st->stack[i])->name(st, name, sizeof name);
        int n = snprintf(buf + at, CRUMBS_MAX - at, "%s%s%s%s", i > 0 ? " " : "",
                         i > 0 ? theme_glyph(v->theme, GLYPH_CRUMB) : "", i > 0 ? " " : "", name);
        if (n < 0 || (size_t)n >= CRUMBS_MAX - at)
            return;
        at += (size_t)n;
    }
}

static void add_isolation(struct strip *right, const struct state *st)
{
    const struct link *link = &st->link;
    if (link->status == LINK_REFUSED)
        strip_add(right, ROLE_HEADER_BAD, STRIP_KEEP, "%s",
                  link->sign_in ? _("sign-in ended") : _("refused"));
    else if (link->status != LINK_READY)
        strip_add(right, ROLE_HEADER_WARN, STRIP_KEEP, "%s", _("not connected"));
    else if (!link->proven)
        strip_add(right, ROLE_HEADER_WARN, STRIP_KEEP, "%s", _("RLS not proven"));
    else if (link->proof.asserted && st->settings.signed_in)
        strip_add(right, ROLE_HEADER, STRIP_KEEP, "%s", _("signed in"));
    else if (link->proof.asserted)
        strip_add(right, ROLE_HEADER_WARN, STRIP_KEEP, "%s", _("asserted"));
    else if (link->proof.forgeable)
        strip_add(right, ROLE_HEADER_WARN, STRIP_KEEP, "%s", _("identity can be forged"));
    else if (link->proof.escalable)
        strip_add(right, ROLE_HEADER_WARN, STRIP_KEEP, "%s", _("role can escape RLS"));
    else
        strip_add(right, ROLE_HEADER_GOOD, STRIP_KEEP, "%s", _("RLS proven"));
}

static void add_identity(struct strip *right, const struct state *st, int first_name_only)
{
    const struct proof *p = &st->link.proof;
    const char *name = p->user_name[0] ? p->user_name : p->login;
    int name_len = (int)(first_name_only ? strcspn(name, " ") : strlen(name));
    const char *label = st->settings.label[0] ? st->settings.label : p->database;
    if (st->link.proven && name[0])
        strip_add(right, ROLE_HEADER, 10, "%.*s", name_len, name);
    if (st->link.proven)
        strip_add(right, ROLE_HEADER_DIM, 40, "%s", p->admin ? _("admin") : _("member"));
    add_isolation(right, st);
    if (label[0])
        strip_add(right, ROLE_HEADER, 30, "%s", label);
    if (st->arming.armed)
        strip_add(right, ROLE_HEADER_WARN, 60, "%s", _("WRITE"));
    else
        strip_add(right, ROLE_HEADER_DIM, 60, "%s", _("READ ONLY"));
}

/* Where the way has no room its start is left out, as long as two names remain. */
static const char *way_within(const struct view *v, const char *crumbs, int room,
                              char buf[CRUMBS_MAX + SEPARATOR_MAX])
{
    const char *sign = theme_glyph(v->theme, GLYPH_CRUMB);
    const char *rest = crumbs;
    const char *shown = crumbs;
    for (const char *next; text_width(shown) > room && (next = strstr(rest, sign)) &&
                           strstr(next + strlen(sign), sign);) {
        rest = next + strlen(sign);
        (void)snprintf(buf, CRUMBS_MAX + SEPARATOR_MAX, "%s %s%s",
                       theme_glyph(v->theme, GLYPH_ELLIPSIS), sign, rest);
        shown = buf;
    }
    return shown;
}

void frame_header(const struct view *v, const struct surface *s)
{
    char crumbs[CRUMBS_MAX] = "";
    char shorter[CRUMBS_MAX + SEPARATOR_MAX];
    char dot[SEPARATOR_MAX];
    struct strip right;
    int width = s->area.w - 2;
    dotted(v, dot);
    breadcrumb(v, crumbs);
    int wanted = text_width(crumbs);
    int liked = width - 2 - (wanted < CRUMB_LIKED ? wanted : CRUMB_LIKED);
    int most = width - 2 - (wanted < CRUMB_MIN ? wanted : CRUMB_MIN);
    strip_init(&right);
    add_identity(&right, v->st, 0);
    if (strip_width(&right, dot) > liked) {
        strip_init(&right);
        add_identity(&right, v->st, 1);
    }
    strip_fit(&right, dot, most);
    int taken = strip_width(&right, dot);
    int program = width - taken - 2 - wanted >= (int)sizeof "vigie ";
    surface_repeat(s, 0, 0, s->area.w, ROLE_HEADER, " ");
    int x = 1;
    if (program)
        x += surface_put(s, 0, x, ROLE_HEADER, "vigie  ");
    int room = s->area.w - 1 - taken - 1 - x;
    surface_field(s, 0, x, room < wanted ? room : wanted, ROLE_HEADER_DIM,
                  way_within(v, crumbs, room, shorter), TEXT_LEFT);
    (void)strip_draw(&right, s, 0, s->area.w - 1 - taken, taken, ROLE_HEADER_DIM, dot);
}

/* Which lines of a longer text are on screen. */
static void add_scroll(const struct view *v, struct strip *right)
{
    int height = v->body.area.h;
    int last = v->top + height < v->lines ? v->top + height : v->lines;
    if (v->lines > height)
        strip_add(right, ROLE_TEXT, 30, "%d-%d/%d", v->top + 1, last, v->lines);
}

void frame_summary(const struct view *v, const struct surface *s)
{
    struct strip left;
    struct strip right;
    int width = s->area.w - 2;
    char dot[SEPARATOR_MAX];
    dotted(v, dot);
    strip_init(&left);
    strip_init(&right);
    if (state_screen_under(v->st) != SCREEN_ALERTS)
        alert_counter(v, &left);
    screen_ops(state_screen_under(v->st))->summary(v, &left, &right);
    add_scroll(v, &right);
    int wanted = strip_width(&left, dot);
    strip_fit(&right, "  ", width - 2 - (wanted < SUMMARY_MIN ? wanted : SUMMARY_MIN));
    int taken = strip_width(&right, "  ");
    strip_fit(&left, dot, width - 2 - taken);
    (void)strip_draw(&left, s, 0, 1, width - taken - 1, ROLE_DIM, dot);
    (void)strip_draw(&right, s, 0, s->area.w - 1 - taken, taken, ROLE_DIM, "  ");
}

void frame_position(const struct view *v, const struct surface *s)
{
    char text[SENTENCE_MAX] = "";
    screen_ops(state_screen_under(v->st))->position(v->st, text, sizeof text);
    int x = s->area.w - 1 - text_width(text);
    (void)surface_put(s, 0, x - 1, ROLE_DIM, " "); /* over what a longer one left */
    (void)surface_put(s, 0, x, ROLE_TEXT, text);
}

void frame_banner(const struct view *v, const struct surface *s)
{
    const struct proof *p = &v->st->link.proof;
    enum check check = p->forgeable || p->asserted ? CHECK_FORGERY : CHECK_ESCALATION;
    char text[SENTENCE_MAX];
    char key[KEY_LABELS_MAX];
    char more[2 * KEY_LABELS_MAX];
    check_sentence(p, check, text, sizeof text);
    if (text[0] == '\0')
        (void)snprintf(text, sizeof text, "%s",
                       _("This host asserts the identity: isolation rests on trust in it."));
    keymap_label(v->keymap, CMD_PROOF, state_context(v->st), 1, v->theme->ascii, key, sizeof key);
    surface_repeat(s, 0, 0, s->area.w, ROLE_BANNER, " ");
    (void)surface_glyph(s, 0, 1, ROLE_BANNER, GLYPH_WARN);
    (void)snprintf(more, sizeof more, " %s %s ", key, _("shows why"));
    int taken = key[0] ? text_width(more) : 0;
    surface_field(s, 0, 3, s->area.w - 3 - taken, ROLE_BANNER, text, TEXT_LEFT);
    if (taken)
        (void)surface_put(s, 0, s->area.w - taken, ROLE_BANNER, more);
}

void frame_host_banner(const struct view *v, const struct surface *s)
{
    const struct host_health *host = state_host_trouble(v->st);
    const struct evidence *e = &host->evidence;
    char text[SENTENCE_MAX];
    char http[32] = "";
    char why[128] = "";
    char clock[CLOCK_TEXT_MAX] = "?";
    if (e->http > 0)
        (void)snprintf(http, sizeof http, " (HTTP %d)", e->http);
    else if (e->message[0])
        (void)snprintf(why, sizeof why, ": %.100s", e->message);
    if (host->since > 0 && v->st->now - host->since < DAY_S)
        value_clock(clock, sizeof clock, host->since);
    else if (host->since > 0)
        clock_local(clock, host->since);
    (void)snprintf(text, sizeof text, _("%s: %s since %s%s — connexions keep their state%s"),
                   host->host, verdict_title(host->verdict), clock, http, why);
    if (text_width(text) > s->area.w - 3)
        (void)snprintf(text, sizeof text, _("%s: %s since %s%s — no state changes"), host->host,
                       verdict_title(host->verdict), clock, http);
    surface_repeat(s, 0, 0, s->area.w, ROLE_BANNER, " ");
    (void)surface_glyph(s, 0, 1, ROLE_BANNER, GLYPH_WARN);
    surface_field(s, 0, 3, s->area.w - 3, ROLE_BANNER, text, TEXT_LEFT);
}

static const struct {
    enum command command;
    int keep;
    const char *label;
} hints[] = {
#define HINT(command, keep, label) {CMD_##command, keep, label},
#include "ui/hint.def"
#undef HINT
};

enum { HINTS = sizeof hints / sizeof hints[0] };

struct shown_hint {
    char key[KEY_LABELS_MAX];
    const char *label;
    int keep, width;
};

/* What can be done with the alert or the plan on screen, as it is. */
static int hint_is_idle(const struct state *st, enum command command)
{
    const struct alert_list *list = st->alerts.list;
    int alert = list && st->alerts.scroll.cursor < list->len;
    switch ((int)command) {
    case CMD_REOPEN:
        return !alert || list->item[st->alerts.scroll.cursor].status == ALERT_OPEN;
    case CMD_ACKNOWLEDGE:
        return !alert || list->item[st->alerts.scroll.cursor].status == ALERT_ACKNOWLEDGED;
    case CMD_SNOOZE:
    case CMD_ASSIGN:
    case CMD_REMEDY_1:
        return !alert;
    case CMD_OPEN:
        return state_screen(st) == SCREEN_ALERTS && !alert;
    case CMD_PROVIDER_APPLY:
        return !st->provider.plan || st->provider.job_apply || st->provider.applied ||
               !st->arming.armed;
    default:
        return 0;
    }
}

static const char *hint_label(const struct state *st, int i)
{
    if (hint_is_idle(st, hints[i].command))
        return NULL;
    if (hints[i].command == CMD_BACK && st->depth == 1)
        return st->list.filter_text[0] || st->marks_len > 0 || st->list.organisation[0] ? _("clear")
                                                                                        : NULL;
    if (hints[i].command == CMD_OPEN && state_screen(st) == SCREEN_ACCOUNTS)
        return _("enter its key");
    if (hints[i].command == CMD_OPEN && state_screen(st) == SCREEN_COLUMNS)
        return _("show or hide");
    if (hints[i].command == CMD_HEALTH && state_screen(st) == SCREEN_HEALTH)
        return NULL;
    if (hints[i].command == CMD_MARK && state_screen(st) != SCREEN_CONNEXIONS)
        return NULL;
    return hint_edit(st, hints[i].command, _(hints[i].label));
}

static int collect_hints(const struct view *v, struct shown_hint out[HINTS])
{
    int n = 0;
    unsigned context = state_context(v->st);
    for (int i = 0; i < HINTS; i++) {
        struct shown_hint *h = &out[n];
        h->label = hint_label(v->st, i);
        if (!h->label || !(command_info(hints[i].command)->contexts & context))
            continue;
        keymap_label(v->keymap, hints[i].command, context, 1, v->theme->ascii, h->key,
                     sizeof h->key);
        h->keep = hints[i].keep;
        h->width = text_width(h->key) + 1 + text_width(h->label);
        n += h->key[0] != '\0';
    }
    return n;
}

static int fit_hints(struct shown_hint *h, int n, int cols)
{
    for (;;) {
        int least = 0;
        int width = 0;
        for (int i = 0; i < n; i++) {
            width += h[i].width + (i > 0 ? 2 : 0);
            if (h[i].keep < h[least].keep)
                least = i;
        }
        if (n == 0 || width <= cols)
            return n;
        memmove(h + least, h + least + 1, (size_t)(n - least - 1) * sizeof *h);
        n--;
    }
}

static void draw_hints(const struct view *v, const struct surface *s)
{
    struct shown_hint h[HINTS];
    int n = fit_hints(h, collect_hints(v, h), s->area.w - 2);
    int x = 1;
    for (int i = 0; i < n; i++) {
        x += surface_put(s, 0, x, ROLE_KEY, h[i].key);
        x += surface_put(s, 0, x, ROLE_TEXT, " ");
        x += surface_put(s, 0, x, ROLE_HINT, h[i].label) + 2;
    }
}

static int seconds_to(const struct state *st, int64_t mono_ms)
{
    return mono_ms > st->mono_ms ? (int)((mono_ms - st->mono_ms + 999) / 1000) : 0;
}

/* What stands between the person and the data, if anything: its role, with the sentence in buf. */
static enum role trouble(const struct state *st, char *buf, size_t size)
{
    const struct link *link = &st->link;
    char clock[16] = "";
    if (st->list.loaded)
        value_clock(clock, sizeof clock, st->list.fetched_at);
    int waited = (int)((st->mono_ms - link->since_ms) / 1000);
    buf[0] = '\0';
    if (link->status == LINK_REFUSED) {
        (void)snprintf(buf, size, link->sign_in ? "%.300s %.300s" : _("refused: %.300s %.300s"),
                       link->err.text, link->err.cure);
        return ROLE_BAD;
    }
    if (link->status == LINK_WAITING && clock[0])
        (void)snprintf(buf, size, _("next attempt in %d s — data of %s — connection lost: %.400s"),
                       seconds_to(st, link->retry_ms), clock, link->err.text);
    else if (link->status == LINK_WAITING)
        (void)snprintf(buf, size, _("next attempt in %d s — no connection: %.400s"),
                       seconds_to(st, link->retry_ms), link->err.text);
    else if (link->status == LINK_CONNECTING && clock[0])
        (void)snprintf(buf, size, _("connecting again, %d s… — data of %s"), waited, clock);
    else if (link->status == LINK_CONNECTING && waited > 0)
        (void)snprintf(buf, size, _("connecting to the database, %d s…"), waited);
    else if (state_waiting_s(st) > 0)
        (void)snprintf(buf, size, _("database: waiting %d s…"), state_waiting_s(st));
    return ROLE_WARN;
}

/* What the person can do about it, at the right; returns the columns it takes. */
static int draw_remedy(const struct view *v, const struct surface *s)
{
    char key[KEY_LABELS_MAX];
    enum link_status status = v->st->link.status;
    if (status != LINK_WAITING && status != LINK_REFUSED)
        return 0;
    keymap_label(v->keymap, CMD_REFRESH, state_context(v->st), 1, v->theme->ascii, key, sizeof key);
    int width = text_width(key) + 1 + text_width(_("try now")) + 2;
    if (key[0] == '\0' || width > s->area.w / 2)
        return 0;
    int x = s->area.w - width + 1;
    x += surface_put(s, 0, x, ROLE_KEY, key) + 1;
    (void)surface_put(s, 0, x, ROLE_HINT, _("try now"));
    return width;
}

static void draw_sentence(const struct surface *s, enum role role, const char *text)
{
    int x = 1;
    if (role != ROLE_INFO)
        x += surface_glyph(s, 0, x, role, role == ROLE_BAD ? GLYPH_BAD : GLYPH_WARN) + 1;
    surface_field(s, 0, x, s->area.w - x, role, text, TEXT_LEFT);
}

static enum role message_role(enum message_level level)
{
    switch (level) {
    case MESSAGE_ERROR:
        return ROLE_BAD;
    case MESSAGE_WARN:
        return ROLE_WARN;
    case MESSAGE_INFO:
    default:
        return ROLE_INFO;
    }
}

static void draw_testing(const struct view *v, const struct surface *s)
{
    const struct testing *test = &v->st->testing;
    char text[SENTENCE_MAX];
    char key[KEY_LABELS_MAX];
    keymap_label(v->keymap, CMD_STOP, CONTEXT_TEST, 1, v->theme->ascii, key, sizeof key);
    (void)snprintf(text, sizeof text, _("testing %d/%d…, %s cancels"), test->done, test->total,
                   key);
    draw_sentence(s, ROLE_INFO, text);
}

void frame_bottom(const struct view *v, const struct surface *s)
{
    const struct message *m = &v->st->message;
    char text[SENTENCE_MAX];
    enum role role = trouble(v->st, text, sizeof text);
    if (m->until_ms > 0) {
        draw_sentence(s, message_role(m->level), m->text);
    } else if (text[0]) {
        struct surface rest =
            surface_part(s, (struct rect){0, 0, 1, s->area.w - draw_remedy(v, s)});
        draw_sentence(&rest, role, text);
    } else if (v->st->testing.job) {
        draw_testing(v, s);
    } else {
        draw_hints(v, s);
    }
}

void frame_too_small(const struct state *st, const struct surface *s)
{
    char text[64];
    (void)snprintf(text, sizeof text, _("now %dx%d"), st->cols, st->rows);
    (void)surface_put(s, 0, 0, ROLE_BANNER, _("too small"));
    (void)surface_put(s, 1, 0, ROLE_TEXT, text);
    (void)snprintf(text, sizeof text, _("least %dx%d"), MIN_COLS, MIN_ROWS);
    (void)surface_put(s, 2, 0, ROLE_TEXT, text);
    (void)surface_put(s, 3, 0, ROLE_DIM, _("better 80x24"));
}
