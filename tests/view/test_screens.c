#include "config.h"

/* Every other screen, at the sizes where its layout changes. */

#include "base/log.h"
#include "fixture.h"
#include "golden.h"
#include "ui/draw.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(screens, .init = fixture_world);

static void at(struct state *st, int rows, int cols, const char *name)
{
    st->rows = rows;
    st->cols = cols;
    golden_check(name, st, &(struct look){0});
}

Test(screens, connexion)
{
    struct state *st = fixture_state(24, 80);
    fixture_sheet(st, 1);
    at(st, 24, 80, "connexion-80x24");
    at(st, 36, 120, "connexion-120x36");
    at(st, 50, 200, "connexion-200x50");
    at(st, 10, 40, "connexion-40x10");
    st->sheet.scroll.top = 1000;
    at(st, 24, 80, "connexion-end");
    state_destroy(st);
}

Test(screens, connexion_in_every_state)
{
    static const int rows[] = {3, 4, 5, 6, 7, 8, 9, 13};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[32];
        struct state *st = fixture_state(40, 130);
        fixture_sheet(st, rows[i]);
        (void)snprintf(name, sizeof name, "connexion-row-%d", rows[i]);
        golden_check(name, st, &(struct look){0});
        state_destroy(st);
    }
}

Test(screens, connexion_mono)
{
    struct state *st = fixture_state(36, 120);
    fixture_sheet(st, 4);
    golden_check("connexion-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    state_destroy(st);
}

Test(screens, connexion_coming_and_gone)
{
    struct state *st = fixture_state(10, 80);
    fixture_sheet(st, 1);
    connexion_destroy(st->sheet.row);
    st->sheet.row = NULL;
    at(st, 10, 80, "connexion-coming");
    st->sheet.gone = 1;
    at(st, 10, 80, "connexion-gone");
    state_destroy(st);
}

Test(screens, organisations)
{
    struct state *st = fixture_state(24, 80);
    fixture_push(st, SCREEN_ORGANISATIONS);
    at(st, 10, 80, "organisations-coming");
    fixture_organisations(st);
    st->orgs.scroll.cursor = 2;
    at(st, 24, 80, "organisations-80x24");
    at(st, 36, 120, "organisations-120x36");
    at(st, 10, 40, "organisations-40x10");
    state_destroy(st);
}

Test(screens, help)
{
    struct state *st = fixture_state(24, 80);
    fixture_push(st, SCREEN_HELP);
    at(st, 80, 100, "help-list");
    at(st, 10, 40, "help-40x10");
    st->depth = 1;
    fixture_sheet(st, 0);
    fixture_push(st, SCREEN_HELP);
    at(st, 24, 80, "help-sheet");
    state_destroy(st);
}

Test(screens, proof)
{
    struct state *st = fixture_state(40, 100);
    struct proof *p = &st->link.proof;
    fixture_push(st, SCREEN_PROOF);
    golden_check("proof", st, &(struct look){0});
    p->forgeable = p->asserted = p->escalable = p->key_readable = 1;
    p->transport_ok = 0;
    p->pooler = 1;
    (void)proof_judge(p, NULL);
    golden_check("proof-warned", st, &(struct look){.attributes = 1});
    p->superuser = 1;
    p->rls_on = 0;
    st->link.status = LINK_REFUSED;
    (void)proof_judge(p, &st->link.err);
    golden_check("proof-refused", st, &(struct look){.ascii = 1, .no_color = 1});
    st->link.proven = 0;
    st->link.status = LINK_CONNECTING;
    at(st, 10, 80, "proof-none");
    state_destroy(st);
}

Test(screens, log)
{
    struct state *st = fixture_state(12, 80);
    fixture_push(st, SCREEN_LOG);
    golden_check("log-empty", st, &(struct look){0});
    log_write(LOG_INFO, "connected to vigie_demo as claire");
    log_write(LOG_WARN, "the database did not answer within 10 s: the request is given up and the "
                        "connection is made anew");
    log_write(LOG_ERROR, "connection lost");
    log_write(LOG_DEBUG, "a detail");
    golden_check("log", st, &(struct look){.attributes = 1});
    state_destroy(st);
}

Test(screens, menus)
{
    struct state *st = fixture_state(24, 80);
    fixture_push(st, SCREEN_COLUMNS);
    st->menu.cursor = 4;
    at(st, 24, 80, "columns");
    st->menu.cursor = 23;
    at(st, 10, 40, "columns-40x10");
    st->stack[1] = SCREEN_SORT;
    st->list.order = (struct order){COL_COST, 1};
    at(st, 30, 80, "sort");
    state_destroy(st);
}

static void open_prompt(struct state *st, enum prompt_kind kind, const char *text)
{
    struct prompt *p = &st->prompt;
    *p = (struct prompt){.kind = kind, .selected = -1};
    typed_set(&p->line, text);
    fixture_push(st, SCREEN_PROMPT);
}

Test(screens, palette)
{
    struct state *st = fixture_state(24, 80);
    open_prompt(st, PROMPT_PALETTE, "s");
    for (int i = 0; i < CHOICES_MAX; i++) {
        struct choice *c = &st->prompt.choice[st->prompt.choices++];
        (void)snprintf(c->text, sizeof c->text, "sort-%d", i);
        (void)snprintf(c->help, sizeof c->help,
                       "help of proposal %d, long enough for several widths", i);
    }
    st->prompt.selected = 11;
    at(st, 24, 80, "palette");
    at(st, 10, 40, "palette-40x10");
    golden_check("palette-mono", st, &(struct look){.no_color = 1, .attributes = 1});
    state_destroy(st);
}

Test(screens, filter_with_problem)
{
    struct state *st = fixture_state(24, 80);
    open_prompt(st, PROMPT_FILTER, "budx:>80 midi");
    (void)snprintf(st->prompt.problem, sizeof st->prompt.problem, "The filter has no key “budx:”.");
    at(st, 12, 80, "filter-problem");
    state_destroy(st);
}

Test(screens, long_line_follows_its_cursor)
{
    struct state *st = fixture_state(10, 40);
    struct term t;
    int y = 0;
    int x = 0;
    open_prompt(st, PROMPT_FILTER,
                "réseau horizon and a filter that is much longer than the line 東京不動産");
    golden_check("filter-long", st, &(struct look){0});
    fixture_term(&t, "xterm-256color", 0, st);
    (void)draw(&t, st);
    getyx(stdscr, y, x);
    cr_assert_eq(y, 9);
    cr_assert(x > 30 && x < 40, "cursor at %d", x);
    st->prompt.line.cursor = 0;
    (void)draw(&t, st);
    getyx(stdscr, y, x);
    cr_assert_eq(x, 1);
    term_stop(&t);
    state_destroy(st);
}

Test(screens, text_length_is_told)
{
    struct state *st = fixture_state(24, 80);
    struct term t;
    fixture_term(&t, "xterm-256color", 0, st);
    cr_assert_eq(draw(&t, st), 0);
    fixture_push(st, SCREEN_HELP);
    cr_assert_gt(draw(&t, st), 40);
    term_stop(&t);
    state_destroy(st);
}
