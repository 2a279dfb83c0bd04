#include "config.h"

#include "base/mem.h"
#include "flow/control.h"
#include "flow/edit.h"
#include "flow/journal_part.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_LINES = 2, TITLE_LINES = 1, FOOTER_LINES = 1, TICK_MS = 60000, COUNTDOWN_S = 60 };

struct state *state_create(const struct settings *settings)
{
    struct state *st = mem_zero(1, sizeof *st);
    st->settings = *settings;
    st->rows = 24;
    st->cols = 80;
    st->depth = 1;
    st->stack[0] = SCREEN_CONNEXIONS;
    st->dirty = 1;
    st->list.before = -1;
    st->list.order.column = COL_ORGANISATION_ID;
    st->list.columns_len = column_defaults_shown(st->list.columns);
    st->cell = FIELD_COUNT;
    st->arming.wanted = !settings->read_only;
    filter_init(&st->list.filter);
    return st;
}

void state_destroy(struct state *st)
{
    if (!st)
        return;
    for (size_t i = 0; i < st->list.len; i++)
        connexion_destroy(st->list.rows[i]);
    free(st->list.rows);
    connexion_destroy(st->sheet.row);
    free(st->sheet.figures);
    free(st->health.item);
    organisations_destroy(st->orgs.all);
    account_list_destroy(st->accounts.all);
    typed_wipe(&st->prompt.line);
    edit_destroy(st);
    journal_destroy(st);
    control_destroy(st);
    free(st->marks);
    free(st);
}

enum screen_kind state_screen(const struct state *st)
{
    return st->stack[st->depth - 1];
}

enum screen_kind state_screen_under(const struct state *st)
{
    enum screen_kind top = state_screen(st);
    return top == SCREEN_PROMPT && st->depth > 1 ? st->stack[st->depth - 2] : top;
}

static unsigned context_of(const struct state *st, enum screen_kind screen)
{
    static const unsigned contexts[SCREEN_COUNT] = {
        [SCREEN_CONNEXIONS] = CONTEXT_LIST,   [SCREEN_CONNEXION] = CONTEXT_SHEET,
        [SCREEN_HEALTH] = CONTEXT_SHEET,      [SCREEN_ORGANISATIONS] = CONTEXT_ORGS,
        [SCREEN_HELP] = CONTEXT_TEXT,         [SCREEN_LOG] = CONTEXT_TEXT,
        [SCREEN_PROOF] = CONTEXT_TEXT,        [SCREEN_COLUMNS] = CONTEXT_MENU,
        [SCREEN_SORT] = CONTEXT_MENU,         [SCREEN_PROMPT] = CONTEXT_PROMPT,
        [SCREEN_ACCOUNTS] = CONTEXT_KEYS,     [SCREEN_CHOICES] = CONTEXT_CHOICES,
        [SCREEN_PLAN] = CONTEXT_PLAN,         [SCREEN_CONFLICT] = CONTEXT_CONFLICT,
        [SCREEN_FORM] = CONTEXT_FORM,         [SCREEN_JOURNAL] = CONTEXT_JOURNAL,
        [SCREEN_TIMELINE] = CONTEXT_JOURNAL,  [SCREEN_ENTRY] = CONTEXT_ENTRY,
        [SCREEN_ALERTS] = CONTEXT_ALERTS,     [SCREEN_BOARD] = CONTEXT_BOARD,
        [SCREEN_PROVIDER] = CONTEXT_PROVIDER,
    };
    if (screen == SCREEN_FORM && st->form.typing)
        return CONTEXT_FIELD;
    if (screen == SCREEN_CHOICES && field_info(st->offers.field)->kind == FIELD_MODELS)
        return CONTEXT_CHOICES | CONTEXT_MODELS;
    if (screen == SCREEN_PLAN && st->plan.stage == PLAN_SAVING)
        return CONTEXT_PLAN | CONTEXT_SAVING;
    int tests = st->testing.job && (contexts[screen] & CONTEXT_ANY);
    return contexts[screen] | (tests ? CONTEXT_TEST : 0U);
}

unsigned state_context(const struct state *st)
{
    return context_of(st, state_screen(st));
}

unsigned state_context_under(const struct state *st)
{
    return context_of(st, state_screen_under(st));
}

int state_too_small(const struct state *st)
{
    return st->rows < MIN_ROWS || st->cols < MIN_COLS;
}

int state_marked(const struct state *st, const char *id)
{
    int found = 0;
    (void)marks_place(st, id, &found);
    return found;
}

const struct connexion *state_current(const struct state *st)
{
    return st->list.cursor < st->list.len ? st->list.rows[st->list.cursor] : NULL;
}

int state_has_banner(const struct state *st)
{
    const struct proof *p = &st->link.proof;
    return st->link.proven && (p->forgeable || p->asserted || p->escalable);
}

const struct host_health *state_host_trouble(const struct state *st)
{
    for (int i = 0; i < st->health.hosts; i++)
        if (st->health.host[i].verdict != VERDICT_VALID &&
            st->health.host[i].verdict != VERDICT_NEVER)
            return &st->health.host[i];
    return NULL;
}

int state_banners(const struct state *st)
{
    return state_has_banner(st) + (state_host_trouble(st) != NULL);
}

int state_columns(const struct state *st, enum column out[COLUMN_ALL])
{
    int n = 0;
    int all = st->list.columns_chosen || st->cols >= HEALTH_COLUMN_COLS;
    for (int i = 0; i < st->list.columns_len; i++)
        if (all || st->list.columns[i] < COLUMN_COUNT)
            out[n++] = st->list.columns[i];
    return n;
}

int state_confirm(const struct state *st)
{
    return st->settings.confirm > 0 ? st->settings.confirm : SCHEDULE_CONFIRM;
}

static int by_id(const void *id, const void *health)
{
    return strcmp(id, ((const struct health *)health)->id);
}

const struct health *state_health(const struct state *st, const char *id)
{
    const struct known_health *known = &st->health;
    const struct health *h =
        known->len ? bsearch(id, known->item, known->len, sizeof *known->item, by_id) : NULL;
    return h && h->checked_at != HEALTH_ASKED ? h : NULL;
}

int state_body_rows(const struct state *st)
{
    int rows = st->rows - HEADER_LINES - TITLE_LINES - FOOTER_LINES - state_banners(st);
    return rows > 1 ? rows : 1;
}

int state_waiting_s(const struct state *st)
{
    if (st->waiting_since_ms == 0 || st->mono_ms <= st->waiting_since_ms)
        return 0;
    return (int)((st->mono_ms - st->waiting_since_ms) / 1000);
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (b <= 0)
        return a;
    return a < 0 || b < a ? b : a;
}

static int64_t next_second(int64_t from, int64_t now)
{
    return now < from ? from + 1000 : from + ((now - from) / 1000 + 1) * 1000;
}

/* The countdown to the next probe, by the second in its last minute. */
static int64_t countdown_wake(const struct state *st)
{
    enum screen_kind screen = state_screen_under(st);
    if (screen != SCREEN_HEALTH && screen != SCREEN_CONNEXION)
        return 0;
    const struct health *h = state_health(st, st->sheet.id);
    return h && h->next_at > st->now && h->next_at - st->now <= COUNTDOWN_S ? st->mono_ms + 1000
                                                                            : 0;
}

int64_t state_next_wake(const struct state *st)
{
    int64_t wake = st->active_ms > 0
                       ? st->active_ms + TICK_MS * (1 + (st->mono_ms - st->active_ms) / TICK_MS)
                       : -1;
    wake = earlier(wake, st->message.until_ms);
    if (st->link.status == LINK_READY) {
        wake = earlier(wake, st->refresh_at_ms);
        wake = earlier(wake, st->list.totals_due_ms);
        wake = earlier(wake, health_on_screen(st) ? st->health.due_ms : 0);
        wake = earlier(wake, accounts_on_screen(st) ? st->accounts.due_ms : 0);
    }
    wake = earlier(wake, countdown_wake(st));
    wake = earlier(wake, edit_next_wake(st));
    wake = earlier(wake, control_next_wake(st));
    if (st->waiting_since_ms > 0)
        wake = earlier(wake, next_second(st->waiting_since_ms, st->mono_ms));
    if (st->link.status == LINK_WAITING || st->link.status == LINK_CONNECTING)
        wake = earlier(wake, next_second(st->link.since_ms, st->mono_ms));
    return wake;
}
