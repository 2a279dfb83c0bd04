#include "config.h"

/* The home list at every size, depth of colour and state of the connection. */

#include "fixture.h"
#include "golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(home, .init = fixture_world);

static void check(const char *name, int rows, int cols, const struct look *look)
{
    struct state *st = fixture_state(rows, cols);
    golden_check(name, st, look);
    state_destroy(st);
}

Test(home, sizes)
{
    static const struct {
        const char *name;
        int rows, cols;
    } sizes[] = {{"home-80x24", 24, 80},
                 {"home-120x36", 36, 120},
                 {"home-200x50", 50, 200},
                 {"home-40x10", 10, 40},
                 {"home-20x5", 5, 20}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check(sizes[i].name, sizes[i].rows, sizes[i].cols, &(struct look){0});
}

Test(home, ascii)
{
    check("home-ascii", 24, 80, &(struct look){.ascii = 1});
}

Test(home, attributes)
{
    check("home-256", 12, 80, &(struct look){.attributes = 1});
    check("home-8", 12, 80, &(struct look){.type = "xterm", .attributes = 1});
    check("home-mono", 12, 80, &(struct look){.no_color = 1, .attributes = 1});
    check("home-vt100", 12, 80, &(struct look){.type = "vt100", .ascii = 1, .attributes = 1});
}

Test(home, mono_has_no_colour)
{
    struct state *st = fixture_state(24, 80);
    char *mono = golden_dump(st, &(struct look){.no_color = 1, .attributes = 1});
    cr_assert_null(strstr(mono, "SELECTED"));
    cr_assert_not_null(strstr(mono, "reverse"), "the selection is not visible");
    free(mono);
    state_destroy(st);
}

Test(home, cursor_marks_and_filter)
{
    struct state *st = fixture_state(12, 80);
    st->list.cursor = 3;
    st->list.filter_text[0] = '\0';
    (void)snprintf(st->list.filter_text, sizeof st->list.filter_text, "budget:>80");
    st->marks = calloc(2, sizeof *st->marks);
    cr_assert_not_null(st->marks);
    memcpy(st->marks[0], st->list.rows[1]->id, UUID_TEXT);
    memcpy(st->marks[1], st->list.rows[3]->id, UUID_TEXT);
    st->marks_len = 2;
    st->list.order = (struct order){COL_CREATED_AT, 1};
    golden_check("home-marks", st, &(struct look){.attributes = 1});
    state_destroy(st);
}

Test(home, other_columns)
{
    static const enum column columns[] = {
        COL_EMAIL,      COL_CLIENT_ID, COL_CLIENT_TYPE, COL_ACTIVE,  COL_DAY_LIMIT,
        COL_COST_LIMIT, COL_RESET,     COL_MODELS,      COL_PROJECT, COL_ERROR};
    struct state *st = fixture_state(20, 200);
    memcpy(st->list.columns, columns, sizeof columns);
    st->list.columns_len = sizeof columns / sizeof columns[0];
    st->list.order.column = COL_COST_LIMIT;
    golden_check("home-columns", st, &(struct look){0});
    state_destroy(st);
}

Test(home, scrolled_keeps_the_cursor_visible)
{
    struct state *st = fixture_state(12, 80);
    st->list.cursor = 40;
    st->list.top = 0;
    char *seen = golden_dump(st, &(struct look){0});
    cr_assert_not_null(strstr(seen, "▸ Les Clés"), "%s", seen);
    free(seen);
    state_destroy(st);
}

static void empty(struct state *st)
{
    for (size_t i = 0; i < st->list.len; i++)
        connexion_destroy(st->list.rows[i]);
    st->list.len = 0;
    st->list.totals = (struct totals){.cost = "0", .limit = "0", .budget_permille = -1};
}

Test(home, empty_words)
{
    struct state *st = fixture_state(10, 80);
    empty(st);
    golden_check("empty", st, &(struct look){0});
    (void)snprintf(st->list.organisation, UUID_TEXT, "11111111-0000-4000-8000-000000000001");
    (void)snprintf(st->list.organisation_nom, NAME_TEXT, "Réseau Horizon");
    golden_check("empty-organisation", st, &(struct look){0});
    (void)snprintf(st->list.filter_text, sizeof st->list.filter_text, "state:error midi");
    golden_check("empty-filter", st, &(struct look){0});
    st->list.loaded = 0;
    st->list.totals_known = 0;
    golden_check("empty-loading", st, &(struct look){0});
    st->link.status = LINK_CONNECTING;
    st->link.proven = 0;
    st->link.since_ms = st->mono_ms - 3000;
    golden_check("empty-connecting", st, &(struct look){0});
    st->link.status = LINK_REFUSED;
    (void)snprintf(st->link.err.text, sizeof st->link.err.text,
                   "The role dba is a superuser: row level security does not apply to it.");
    (void)snprintf(st->link.err.cure, sizeof st->link.err.cure,
                   "Connect as an operator's role; `vigie setup` creates one.");
    golden_check("empty-refused", st, &(struct look){0});
    state_destroy(st);
}

Test(home, banner)
{
    struct state *st = fixture_state(10, 80);
    st->link.proof.forgeable = st->link.proof.asserted = 1;
    (void)proof_judge(&st->link.proof, NULL);
    golden_check("banner-forgeable", st, &(struct look){.attributes = 1});
    st->link.proof.forgeable = st->link.proof.asserted = 0;
    st->link.proof.escalable = 1;
    (void)proof_judge(&st->link.proof, NULL);
    golden_check("banner-escalable", st, &(struct look){.no_color = 1, .attributes = 1});
    state_destroy(st);
}

Test(home, connection_in_words)
{
    struct state *st = fixture_state(10, 100);
    st->waiting_since_ms = st->mono_ms - 3200;
    golden_check("link-slow", st, &(struct look){0});
    st->link.status = LINK_WAITING;
    st->link.since_ms = st->mono_ms - 1000;
    st->link.retry_ms = st->mono_ms + 3500;
    (void)snprintf(st->link.err.text, sizeof st->link.err.text, "the server closed the connection");
    golden_check("link-lost", st, &(struct look){0});
    st->link.status = LINK_CONNECTING;
    golden_check("link-again", st, &(struct look){0});
    st->list.outdated = 1;
    golden_check("link-outdated", st, &(struct look){.no_color = 1, .attributes = 1});
    st->list.outdated = 0;
    st->message = (struct message){.text = "No column “x” to sort by; Tab completes.",
                                   .level = MESSAGE_ERROR};
    st->message.until_ms = st->mono_ms + 5000;
    golden_check("message", st, &(struct look){.attributes = 1});
    state_destroy(st);
}

Test(home, member_and_lower_bounds)
{
    struct state *st = fixture_state(10, 100);
    st->link.proof.admin = 0;
    (void)snprintf(st->link.proof.organisation_nom, NAME_TEXT, "Agence du Midi");
    st->settings.label[0] = '\0';
    st->list.totals_exact = 0;
    st->list.totals.connexions = 10000;
    st->list.before = -1;
    golden_check("home-member", st, &(struct look){0});
    state_destroy(st);
}
