#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/control.h"
#include "flow/edit.h"
#include "flow/journal_part.h"

#include <stdio.h>
#include <string.h>

static struct scroll *scroll_of(struct state *st)
{
    switch ((int)state_screen(st)) {
    case SCREEN_CONNEXION:
        return &st->sheet.scroll;
    case SCREEN_HEALTH:
        return &st->sheet.health;
    case SCREEN_ORGANISATIONS:
        return &st->orgs.scroll;
    case SCREEN_ACCOUNTS:
        return &st->accounts.scroll;
    case SCREEN_JOURNAL:
    case SCREEN_TIMELINE:
    case SCREEN_ENTRY:
        return journal_scroll(st, state_screen(st));
    case SCREEN_ALERTS:
    case SCREEN_PROVIDER:
        return control_scroll(st, state_screen(st));
    case SCREEN_HELP:
        return &st->help;
    case SCREEN_LOG:
        return &st->log;
    case SCREEN_PROOF:
        return &st->proof;
    default:
        return &st->menu;
    }
}

static int is_text(const struct state *st)
{
    return (state_context(st) & (CONTEXT_TEXT | CONTEXT_SHEET)) != 0;
}

static long scroll_len(const struct state *st)
{
    if (is_text(st))
        return st->text_len;
    if (journal_lines(st) >= 0)
        return journal_lines(st);
    if (control_lines(st) >= 0)
        return control_lines(st);
    if (state_screen(st) == SCREEN_ORGANISATIONS)
        return st->orgs.all ? (long)st->orgs.all->len : 0;
    if (state_screen(st) == SCREEN_ACCOUNTS)
        return st->accounts.all ? st->accounts.all->len : 0;
    return menu_len(st);
}

/* Texts have no cursor: theirs is the first line shown. */
static void scroll_by(struct state *st, long delta)
{
    struct scroll *s = scroll_of(st);
    long body = control_lines(st) >= 0 ? control_page(st) : state_body_rows(st);
    long last = scroll_len(st) - (is_text(st) ? body : 1);
    long to = s->cursor + delta;
    to = to > last ? last : to;
    s->cursor = to < 0 ? 0 : (int)to;
    if (is_text(st) || s->cursor < s->top)
        s->top = s->cursor;
    if (s->cursor >= s->top + body)
        s->top = (int)(s->cursor - body + 1);
}

static void move(struct turn *t, enum command command)
{
    struct state *st = t->st;
    long page = state_body_rows(st) > 1 ? state_body_rows(st) : 1;
    int is_list = state_screen(st) == SCREEN_CONNEXIONS;
    long delta = command == CMD_UP        ? -1
                 : command == CMD_DOWN    ? 1
                 : command == CMD_PAGE_UP ? -page
                                          : page;
    if (command == CMD_FIRST || command == CMD_LAST) {
        if (is_list && command == CMD_FIRST)
            list_first(t);
        else if (is_list)
            list_last(t);
        else
            scroll_by(st, command == CMD_FIRST ? -scroll_len(st) : scroll_len(st));
        journal_moved(t);
        control_moved(t);
        return;
    }
    if (is_list)
        list_move(t, delta);
    else
        scroll_by(st, delta);
    journal_moved(t);
    control_moved(t);
}

static void open_screen(struct turn *t, enum screen_kind screen, struct scroll *scroll)
{
    *scroll = (struct scroll){0, 0};
    turn_push(t, screen);
}

static void go_home(struct turn *t)
{
    t->st->depth = 1;
}

static void open_current(struct turn *t)
{
    struct state *st = t->st;
    const struct connexion *row = state_current(st);
    enum screen_kind screen = state_screen(st);
    if (screen == SCREEN_CONNEXIONS && row) {
        sheet_open(t, row, SCREEN_CONNEXION);
    } else if (screen == SCREEN_ORGANISATIONS && st->orgs.all &&
               (size_t)st->orgs.scroll.cursor < st->orgs.all->len) {
        const struct organisation *o = &st->orgs.all->rows[st->orgs.scroll.cursor];
        go_home(t);
        list_set_organisation(t, o->id, o->nom);
    } else if (screen == SCREEN_ACCOUNTS) {
        accounts_open_current(t);
    } else if (screen == SCREEN_COLUMNS || screen == SCREEN_SORT) {
        menu_choose(t);
    }
}

static void back(struct turn *t)
{
    struct state *st = t->st;
    struct err e = {0};
    if (st->depth > 1)
        turn_pop(t);
    else if (st->marks_len > 0)
        st->marks_len = 0;
    else if (st->list.filter_text[0])
        (void)list_set_filter(t, "", &e);
    else if (st->list.organisation[0])
        list_set_organisation(t, "", "");
}

static void neighbour(struct turn *t, long step)
{
    if (alerts_neighbour(t, (int)step))
        return;
    size_t before = t->st->list.cursor;
    list_move(t, step);
    const struct connexion *row = state_current(t->st);
    if (row && t->st->list.cursor != before)
        sheet_show(t, row);
    else
        turn_message(t, MESSAGE_INFO, "%s",
                     step > 0 ? _("This is the last connexion.")
                              : _("This is the first connexion."));
}

static void toggle_mark(struct turn *t)
{
    struct state *st = t->st;
    const struct connexion *row = state_current(st);
    if (!row)
        return;
    if (state_marked(st, row->id))
        marks_remove(st, row->id);
    else
        marks_add(t, row->id);
    list_move(t, 1);
}

static void mark_all(struct turn *t)
{
    struct state *st = t->st;
    if (st->marks_len > 0) {
        st->marks_len = 0;
        return;
    }
    for (size_t i = 0; i < st->list.len && st->marks_len < MARKS_MAX; i++)
        marks_add(t, st->list.rows[i]->id);
}

static void sort_neighbour(struct turn *t, int step)
{
    struct list *list = &t->st->list;
    int at = 0;
    for (int i = 0; i < list->columns_len; i++)
        if (list->columns[i] == list->order.column)
            at = i;
    for (int i = 0; i < list->columns_len; i++) {
        at = (at + step + list->columns_len) % list->columns_len;
        if (column_sortable(list->columns[at])) {
            list_set_order(t, list->columns[at], 0);
            return;
        }
    }
}

static void sort_by(struct turn *t, const char *argument)
{
    if (!argument) {
        open_screen(t, SCREEN_SORT, &t->st->menu);
        for (int i = 0; i < menu_len(t->st); i++)
            if (menu_column(t->st, i) == t->st->list.order.column)
                scroll_by(t->st, i);
        return;
    }
    int descending = argument[0] == '-';
    int column = column_find(argument + descending);
    if (column < 0 || !column_sortable((enum column)column)) {
        turn_message(t, MESSAGE_ERROR, _("No column “%.60s” to sort by; Tab completes."), argument);
        return;
    }
    go_home(t);
    list_set_order(t, (enum column)column, descending);
}

static void choose_columns(struct turn *t, const char *argument)
{
    enum column columns[COLUMN_ALL];
    char bad[64] = "";
    if (!argument) {
        open_screen(t, SCREEN_COLUMNS, &t->st->menu);
        return;
    }
    int n = column_parse_shown(argument, columns, bad);
    if (n <= 0) {
        turn_message(t, MESSAGE_ERROR, _("No column “%s” to show; Tab completes."), bad);
        return;
    }
    memcpy(t->st->list.columns, columns, sizeof columns);
    t->st->list.columns_len = n;
    t->st->list.columns_chosen = 1;
}

static void choose_organisation(struct turn *t, const char *argument)
{
    struct state *st = t->st;
    if (!argument || !st->orgs.all) {
        if (argument)
            turn_message(t, MESSAGE_INFO, "%s",
                         _("The organisations are being fetched; try again."));
        turn_push(t, SCREEN_ORGANISATIONS);
        orgs_refresh(t);
        return;
    }
    int at = orgs_find(&st->orgs, argument);
    if (at < 0) {
        turn_message(t, MESSAGE_ERROR,
                     at == -1 ? _("No organisation in sight is called “%.80s”.")
                              : _("Several organisations match “%.80s”."),
                     argument);
        return;
    }
    go_home(t);
    list_set_organisation(t, st->orgs.all->rows[at].id, st->orgs.all->rows[at].nom);
}

static void filter_by(struct turn *t, const char *argument)
{
    struct err e = {0};
    go_home(t);
    if (!argument)
        prompt_open(t, PROMPT_FILTER, t->st->list.filter_text);
    else if (list_set_filter(t, argument, &e))
        turn_message(t, MESSAGE_ERROR, "%.200s %.90s", e.text, e.cure);
}

static void refresh(struct turn *t)
{
    struct state *st = t->st;
    if (st->link.status != LINK_READY) {
        jobs_add(t->jobs, job_create(JOB_RECONNECT, 0));
        return;
    }
    list_refresh(t);
    st->list.totals_free_ms = 0;
    list_ask_totals(t);
    if (state_context(st) & CONTEXT_SHEET)
        sheet_refresh(t);
    if (state_screen(st) == SCREEN_ORGANISATIONS)
        orgs_refresh(t);
    if (state_screen(st) == SCREEN_ACCOUNTS)
        accounts_refresh(t);
}

static void open_health(struct turn *t)
{
    struct state *st = t->st;
    const struct connexion *row = state_current(st);
    st->sheet.health = (struct scroll){0, 0};
    if (state_context(st) & CONTEXT_SHEET)
        turn_push(t, SCREEN_HEALTH);
    else if (row)
        sheet_open(t, row, SCREEN_HEALTH);
}

static void act_on_keys(struct turn *t, enum command command, const char *argument)
{
    switch ((int)command) {
    case CMD_ACCOUNTS:
        accounts_open(t);
        break;
    case CMD_KEY_ENTER:
        accounts_enter(t, argument);
        break;
    case CMD_KEY_REMOVE:
        accounts_remove(t);
        break;
    default:
        break;
    }
}

static void act_on_health(struct turn *t, enum command command, const char *argument)
{
    switch ((int)command) {
    case CMD_TEST:
        testing_start(t);
        break;
    case CMD_STOP:
        testing_stop(t);
        break;
    case CMD_HEALTH:
        open_health(t);
        break;
    default:
        act_on_keys(t, command, argument);
        break;
    }
}

static void act_on_list(struct turn *t, enum command command, const char *argument)
{
    struct list *list = &t->st->list;
    switch ((int)command) {
    case CMD_FILTER:
        filter_by(t, argument);
        break;
    case CMD_NEXT:
        neighbour(t, 1);
        break;
    case CMD_PREVIOUS:
        neighbour(t, -1);
        break;
    case CMD_MARK_ALL:
        mark_all(t);
        break;
    case CMD_MARK_SHOWN:
        list_ask_shown(t);
        break;
    case CMD_ORGANISATION:
        choose_organisation(t, argument);
        break;
    case CMD_ALL:
        go_home(t);
        list_set_organisation(t, "", "");
        break;
    case CMD_SORT:
        sort_by(t, argument);
        break;
    case CMD_SORT_NEXT:
        sort_neighbour(t, 1);
        break;
    case CMD_SORT_PREVIOUS:
        sort_neighbour(t, -1);
        break;
    case CMD_REVERSE:
        list_set_order(t, list->order.column, !list->order.descending);
        break;
    case CMD_COLUMNS:
        choose_columns(t, argument);
        break;
    case CMD_REFRESH:
        refresh(t);
        break;
    default:
        act_on_health(t, command, argument);
        break;
    }
}

static void act_anywhere(struct turn *t, enum command command, const char *argument)
{
    struct state *st = t->st;
    switch ((int)command) {
    case CMD_HELP:
        open_screen(t, SCREEN_HELP, &st->help);
        break;
    case CMD_PALETTE:
        prompt_open(t, PROMPT_PALETTE, "");
        break;
    case CMD_PROOF:
        open_screen(t, SCREEN_PROOF, &st->proof);
        break;
    case CMD_SIGN_IN:
        sign_in_open(t);
        break;
    case CMD_LOG:
        open_screen(t, SCREEN_LOG, &st->log);
        break;
    case CMD_REDRAW:
        st->redraw = 1;
        break;
    case CMD_EXIT:
        st->quit = 1;
        break;
    case CMD_SUSPEND:
        st->suspend = 1;
        break;
    case CMD_ORGANISATIONS:
        choose_organisation(t, NULL);
        break;
    case CMD_BACK:
        back(t);
        break;
    case CMD_QUIT:
        if (st->depth > 1)
            turn_pop(t);
        else
            st->quit = !edit_holds_back(t);
        break;
    case CMD_MARK:
        if (state_screen(st) == SCREEN_CONNEXIONS)
            toggle_mark(t);
        else
            menu_choose(t);
        break;
    default:
        act_on_list(t, command, argument);
        break;
    }
}

void act(struct turn *t, enum command command, const char *argument)
{
    unsigned contexts = command_info(command)->contexts;
    if (state_screen(t->st) == SCREEN_PROMPT && (contexts & CONTEXT_PROMPT) &&
        !(contexts & CONTEXT_ANY)) {
        prompt_command(t, command);
        return;
    }
    if (edit_command(t, command, argument))
        return;
    if (control_command(t, command, argument) || journal_command(t, command, argument))
        return;
    switch ((int)command) {
    case CMD_UP:
    case CMD_DOWN:
    case CMD_PAGE_UP:
    case CMD_PAGE_DOWN:
    case CMD_FIRST:
    case CMD_LAST:
        move(t, command);
        break;
    case CMD_OPEN:
        open_current(t);
        break;
    default:
        act_anywhere(t, command, argument);
        break;
    }
}
