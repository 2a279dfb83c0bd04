#include "config.h"

/* A frame drawn upon the last one is the same as a frame drawn afresh, and moving about costs
 * little. */

#include "fixture.h"
#include "golden.h"
#include "ui/draw.h"
#include "ui/surface.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(frames, .init = fixture_world, .timeout = 60);

static void give(struct state *st, enum command command)
{
    struct jobs jobs = {.len = 0};
    struct event *event = event_create(EVENT_COMMAND);
    event->command = command;
    event->mono_ms = st->mono_ms;
    update(st, event, &jobs);
    event_destroy(event);
    jobs_finish(&jobs);
}

static char *seen(struct term *t)
{
    struct str out;
    str_init(&out, 1 << 20);
    surface_dump(stdscr, &t->theme, 1, &out);
    return str_take(&out);
}

static const enum command steps[] = {
    CMD_DOWN,     CMD_DOWN,    CMD_MARK,    CMD_PAGE_DOWN, CMD_UP,     CMD_MARK,
    CMD_LAST,     CMD_UP,      CMD_HELP,    CMD_BACK,      CMD_DOWN,   CMD_FIRST,
    CMD_FILTER,   CMD_CANCEL,  CMD_DOWN,    CMD_PALETTE,   CMD_CANCEL, CMD_PAGE_DOWN,
    CMD_MARK_ALL, CMD_PAGE_UP, CMD_COLUMNS, CMD_DOWN,      CMD_OPEN,   CMD_BACK,
    CMD_DOWN,     CMD_PROOF,   CMD_DOWN,    CMD_BACK,      CMD_BACK};

enum { STEPS = sizeof steps / sizeof steps[0] };

Test(frames, upon_the_last_equals_afresh)
{
    char *upon[STEPS];
    int lengths[STEPS];
    struct term t;
    struct state *st = fixture_state(20, 100);
    fixture_term(&t, "xterm-256color", 0, st);
    for (size_t i = 0; i < STEPS; i++) {
        give(st, steps[i]);
        lengths[i] = st->text_len = draw(&t, st);
        upon[i] = seen(&t);
    }
    term_stop(&t);
    state_destroy(st);
    st = fixture_state(20, 100);
    for (size_t i = 0; i < STEPS; i++) {
        give(st, steps[i]);
        st->text_len = lengths[i];
        char *afresh = golden_dump(st, &(struct look){.attributes = 1});
        cr_assert(strcmp(upon[i], afresh) == 0, "step %zu (%s):\n%s\nafresh:\n%s", i,
                  command_info(steps[i])->name, upon[i], afresh);
        free(upon[i]);
        free(afresh);
    }
    state_destroy(st);
}

static off_t written(const struct term *t)
{
    struct stat info;
    cr_assert_eq(fstat(t->fd_out, &info), 0);
    return info.st_size;
}

Test(frames, a_cursor_key_costs_few_bytes)
{
    enum { KEYS = 20, MOST = 300 };
    struct state *st = fixture_state(40, 120);
    struct term t;
    struct err e = {0};
    struct term_options options = {.type = "xterm-256color", .headless = 1};
    options.in = fopen("/dev/null", "r");
    options.out = tmpfile();
    cr_assert(options.in && options.out);
    cr_assert_eq(term_start(&t, &options, &e), 0, "%s", e.text);
    term_resize(&t, st->rows, st->cols);
    (void)draw(&t, st);
    off_t first = written(&t);
    for (int i = 0; i < KEYS; i++) {
        give(st, CMD_DOWN);
        (void)draw(&t, st);
    }
    off_t moved = written(&t) - first;
    cr_assert_gt(moved, (off_t)20 * KEYS, "the cursor was drawn");
    cr_assert_leq(moved, (off_t)MOST * KEYS, "%ld bytes a key", (long)moved / KEYS);
    off_t before = written(&t);
    (void)draw(&t, st);
    cr_assert_eq(written(&t), before, "a frame without a change writes nothing");
    term_stop(&t);
    state_destroy(st);
}

Test(frames, nothing_is_written_when_the_terminal_has_gone)
{
    struct state *st = fixture_state(40, 120);
    struct term t;
    struct err e = {0};
    struct term_options options = {.type = "xterm-256color", .headless = 1};
    options.in = fopen("/dev/null", "r");
    options.out = tmpfile();
    cr_assert(options.in && options.out);
    cr_assert_eq(term_start(&t, &options, &e), 0, "%s", e.text);
    (void)draw(&t, st);
    off_t before = written(&t);
    t.gone = 1;
    give(st, CMD_DOWN);
    (void)draw(&t, st);
    term_stop(&t);
    cr_assert_eq(lseek(fileno(options.out), 0, SEEK_END), before);
    state_destroy(st);
}
