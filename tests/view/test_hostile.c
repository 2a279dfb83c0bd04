#include "config.h"

/* Text from outside never disturbs the screen, and no size breaks it. */

#include "base/mem.h"
#include "base/text.h"
#include "drive.h"
#include "fixture.h"
#include "golden.h"
#include "ui/draw.h"
#include "ui/surface.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hostile, .init = fixture_world, .timeout = 60);

enum { LONG = 10240, TEXTS = 9 };

/* Texts as they are after scrubbing, and two that never were. */
static char *hostile(int i)
{
    static const char *const texts[TEXTS] = {
        "\033]52;c;ZXZpbA==\a\033[2J\033[31mred",
        "東京不動産株式会社東京本社第二営業部企画課",
        "e\u0301e\u0301e\u0301 Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306algo",
        "\u202eevil\u202c \u2066x\u2069 a\u200db",
        "👩‍👩‍👧‍👦 family 👍🏽 flag 🇫🇷 ⚠️ done",
        "\xff\xfe\xc3(\xa0 invalid",
        "tab\tnewline\nreturn\r end",
        "مرحبا שלום नमस्ते",
        NULL};
    char *all = NULL;
    if (!texts[i]) {
        all = mem_alloc(LONG + 1);
        memset(all, 'x', LONG);
        all[LONG] = '\0';
        return all;
    }
    return text_scrub(texts[i], strlen(texts[i]), LONG);
}

static void poison(struct connexion *c, int i)
{
    static const enum column columns[] = {
        COL_EMAIL, COL_OPENAI_ORGANISATION, COL_PROJECT,    COL_ERROR, COL_STATUS, COL_MODELS,
        COL_AUDIT, COL_EXTENSIONS,          COL_CLIENT_TYPE};
    free(c->organisation_nom);
    free(c->client_nom);
    c->organisation_nom = hostile(i % TEXTS);
    c->client_nom = hostile((i + 1) % TEXTS);
    c->status = STATUS_UNKNOWN;
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        free(c->col[columns[k]]);
        c->col[columns[k]] = hostile((i + (int)k) % TEXTS);
    }
    /* and bytes that did not pass through the scrubbing */
    if (i == 5) {
        free(c->col[COL_EMAIL]);
        c->col[COL_EMAIL] = mem_dup("raw \033[2J\007\x9b"
                                    "31m \xff tail");
    }
}

static void poison_health(struct health *h, int i)
{
    char *text = hostile(i % TEXTS);
    (void)snprintf(h->evidence.message, sizeof h->evidence.message, "%s", text);
    (void)snprintf(h->evidence.code, sizeof h->evidence.code, "%s", text);
    (void)snprintf(h->evidence.host, sizeof h->evidence.host, "%s", text);
    (void)snprintf(h->evidence.request_id, sizeof h->evidence.request_id, "%s", text);
    (void)snprintf(h->models, sizeof h->models, "%s", text);
    (void)snprintf(h->owner, sizeof h->owner, "%s", text);
    free(text);
}

static struct state *poisoned(int rows, int cols)
{
    struct state *st = fixture_state(rows, cols);
    for (int i = 0; i < 18; i++) {
        poison(st->list.rows[i], i);
        poison_health(&st->health.item[i], i);
    }
    return st;
}

static void check_dump(const char *dump, int rows, int cols)
{
    int lines = 0;
    for (const char *line = dump; *line;) {
        const char *end = strchr(line, '\n');
        cr_assert_not_null(end);
        char *copy = mem_dup_len(line, (size_t)(end - line));
        for (const unsigned char *p = (unsigned char *)copy; *p; p++)
            cr_assert(*p >= 0x20 && *p != 0x7f, "control byte %02x in line %d: %s", *p, lines,
                      copy);
        cr_assert_leq(text_width(copy), cols, "line %d is too wide: %s", lines, copy);
        free(copy);
        line = end + 1;
        lines++;
    }
    cr_assert_eq(lines, rows);
}

Test(hostile, list)
{
    struct state *st = poisoned(24, 80);
    golden_check("hostile-80x24", st, &(struct look){0});
    golden_check("hostile-ascii", st, &(struct look){.ascii = 1});
    st->cols = 150;
    golden_check("hostile-150x24", st, &(struct look){0});
    state_destroy(st);
}

Test(hostile, cells_stay_in_their_columns)
{
    struct state *st = poisoned(24, 100);
    struct term t;
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = L"";
    attr_t attr = 0;
    short pair = 0;
    fixture_term(&t, "xterm-256color", 0, st);
    (void)draw(&t, st);
    int x = 0;
    for (int i = 0; i < 90 && x == 0; i++) {
        (void)mvwin_wch(stdscr, 2, i, &cell);
        (void)getcchar(&cell, text, &attr, &pair, NULL);
        if (text[0] == L'Q')
            x = i;
    }
    cr_assert_gt(x, 20);
    for (int y = 3; y < 21; y++) {
        (void)mvwin_wch(stdscr, y, x - 1, &cell);
        (void)getcchar(&cell, text, &attr, &pair, NULL);
        cr_assert_eq(text[0], L' ', "line %d reaches into the next column", y);
    }
    term_stop(&t);
    state_destroy(st);
}

Test(hostile, sheet)
{
    for (int i = 0; i < TEXTS; i++) {
        struct state *st = poisoned(60, 120);
        fixture_sheet(st, i);
        poison(st->sheet.row, i);
        fixture_figures(st, "openai");
        (void)snprintf(st->sheet.figures->day[40].amount, 40, "1\033[2J");
        (void)snprintf(st->sheet.figures->currency, 8, "\033[31m");
        fixture_host(st, st->health.item[i].evidence.host, VERDICT_TLS, 0,
                     st->health.item[i].evidence.message);
        char *dump = golden_dump(st, &(struct look){0});
        check_dump(dump, 60, 120);
        free(dump);
        fixture_push(st, SCREEN_HEALTH);
        dump = golden_dump(st, &(struct look){0});
        check_dump(dump, 60, 120);
        free(dump);
        state_destroy(st);
    }
}

static void draw_everything(struct term *t, struct state *st, int rows, int cols)
{
    static const enum screen_kind kinds[] = {SCREEN_ORGANISATIONS, SCREEN_HELP,      SCREEN_LOG,
                                             SCREEN_PROOF,         SCREEN_COLUMNS,   SCREEN_SORT,
                                             SCREEN_PROMPT,        SCREEN_CONNEXION, SCREEN_HEALTH};
    st->rows = rows;
    st->cols = cols;
    term_resize(t, rows, cols);
    st->depth = 1;
    (void)draw(t, st);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        struct str out;
        st->stack[1] = kinds[k];
        st->depth = 2;
        (void)draw(t, st);
        str_init(&out, 1 << 20);
        surface_dump(stdscr, &t->theme, 0, &out);
        check_dump(str_get(&out), rows, cols);
        str_finish(&out);
    }
}

static void every_size(const char *type, int ascii)
{
    struct state *st = poisoned(24, 80);
    struct term t;
    st->link.proof.forgeable = 1;
    (void)proof_judge(&st->link.proof, NULL);
    fixture_organisations(st);
    fixture_sheet(st, 2);
    poison(st->sheet.row, 2);
    fixture_figures(st, "openai");
    fixture_host(st, "api.openai.com", VERDICT_NETWORK, 0, "no answer");
    (void)snprintf(st->prompt.line.text, sizeof st->prompt.line.text, "東京 filter text");
    st->prompt.line.len = st->prompt.line.cursor = strlen(st->prompt.line.text);
    st->prompt.choices = 3;
    fixture_term(&t, type, ascii, st);
    for (int rows = 1; rows < 30; rows += rows < 12 ? 1 : 7)
        for (int cols = 1; cols < 260; cols += cols < 46 ? 1 : 31)
            draw_everything(&t, st, rows, cols);
    term_stop(&t);
    state_destroy(st);
}

/* ── what is edited: rows, lists, plans and conflicts whose texts are hostile ── */

static void hurt_change(struct change *change, struct change_result *result, int i)
{
    static const enum field texts[] = {FIELD_OF_EMAIL, FIELD_OF_PROJECT, FIELD_OF_EXTENSIONS,
                                       FIELD_OF_API_KEY, FIELD_OF_MODELS};
    char *text = hostile(i % TEXTS);
    (void)snprintf(change->label, sizeof change->label, "%.200s", text);
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        change_put(change, texts[k], text);
        if (texts[k] == FIELD_OF_API_KEY)
            continue;
        change_put_seen(change, texts[k], text);
        free(result->theirs[texts[k]]);
        result->theirs[texts[k]] = mem_dup("raw \033[2J\007\x9b"
                                           "31m \xff tail");
        result->conflict[texts[k]] = 1;
    }
    (void)snprintf(result->text, sizeof result->text, "%.200s", text);
    (void)snprintf(result->cure, sizeof result->cure, "%.200s", text);
    free(text);
}

static struct state *hurt_plan(void)
{
    struct state *st = poisoned(24, 80);
    drive_arm(st);
    drive_commands(st, CMD_MARK, 2 * TEXTS);
    drive_command(st, CMD_DELETE);
    struct change_results *r = drive_results(st, NULL, 0);
    for (size_t i = 0; i < r->len; i++) {
        if (i % 2)
            st->plan.set->item[i].op = i % 4 == 1 ? CHANGE_UPDATE : CHANGE_INSERT;
        hurt_change(&st->plan.set->item[i], &r->item[i], (int)i);
        r->item[i].outcome = (enum change_outcome)(i % OUTCOME_COUNT);
    }
    drive_preview(st, r);
    return st;
}

static void every_size_of(struct state *st, const char *type, int ascii)
{
    struct term t;
    fixture_term(&t, type, ascii, st);
    for (int rows = 1; rows < 40; rows += rows < 12 ? 1 : 9)
        for (int cols = 1; cols < 230; cols += cols < 46 ? 3 : 23) {
            struct str out;
            st->rows = rows;
            st->cols = cols;
            term_resize(&t, rows, cols);
            (void)draw(&t, st);
            str_init(&out, 1 << 20);
            surface_dump(stdscr, &t.theme, 0, &out);
            check_dump(str_get(&out), rows, cols);
            str_finish(&out);
        }
    term_stop(&t);
}

Test(hostile, plan_and_conflict_at_every_size)
{
    struct state *st = hurt_plan();
    cr_assert(state_screen(st) == SCREEN_PLAN || state_screen(st) == SCREEN_CONFLICT);
    st->stack[st->depth - 1] = SCREEN_PLAN;
    every_size_of(st, "xterm-256color", 0);
    st->plan.sql = 1;
    every_size_of(st, "vt100", 1);
    st->plan.sql = 0;
    st->plan.stage = PLAN_SAVING;
    every_size_of(st, "vt100", 1);
    fixture_push(st, SCREEN_CONFLICT);
    every_size_of(st, "xterm-256color", 0);
    state_destroy(st);
}

Test(hostile, form_and_list_at_every_size)
{
    for (int i = 0; i < TEXTS; i++) {
        char *text = hostile(i);
        struct state *st = poisoned(24, 80);
        st->list.cursor = (size_t)i;
        drive_command(st, CMD_EDIT);
        drive_row(st, i);
        for (int f = 0; f < FIELD_COUNT; f++) {
            (void)snprintf(st->form.problem[f], FIELD_PROBLEM, "%.200s", text);
            st->form.grade[f] = (enum field_grade)(f % 3);
        }
        drive_to(st, i % 2 ? FIELD_OF_EXTENSIONS : FIELD_OF_API_KEY);
        drive_type(st, text);
        drive_type(st, "\n");
        every_size_of(st, i % 2 ? "vt100" : "xterm-256color", i % 2);
        drive_command(st, CMD_FIELD_CANCEL);
        drive_to(st, FIELD_OF_ORGANISATION_ID);
        drive_command(st, CMD_FIELD_EDIT);
        struct event *event = event_create(EVENT_CHOICES);
        event->choices = choice_list_create(1);
        (void)snprintf(event->choices->item[0].title, OFFER_TEXT, "%.190s", text);
        drive_event(st, event, JOB_CHOICES);
        every_size_of(st, "xterm-256color", 0);
        state_destroy(st);
        free(text);
    }
}

Test(hostile, every_size)
{
    every_size("xterm-256color", 0);
}

Test(hostile, every_size_ascii)
{
    every_size("vt100", 1);
}
