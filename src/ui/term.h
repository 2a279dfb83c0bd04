#ifndef VIGIE_UI_TERM_H
#define VIGIE_UI_TERM_H

#include "base/err.h"
#include "ui/announce.h"
#include "ui/batch.h"
#include "ui/keymap.h"
#include "ui/memo.h"
#include "ui/theme.h"

#include <curses.h>
#include <stdio.h>
#include <termios.h>

struct term_options {
    FILE *in, *out;                 /* borrowed; NULL: standard input and output */
    const char *type;               /* NULL: TERM */
    const char *log_path;           /* named when the program crashes; may be NULL */
    int ascii;                      /* draw with ASCII characters only */
    int headless;                   /* for tests: not a terminal, no modes, no signals */
    const struct options *announce; /* --bell, --title, --notify; NULL: alerts stay on the screen */
};

/* The terminal while the program has it: curses, the modes of the line, what it can show. One at a
 * time; UI thread. */
struct term {
    SCREEN *screen;
    WINDOW *keys; /* turns the application keys on; a pad, so that nothing draws it */
    FILE *in, *out;
    int fd_in, fd_out;
    int headless;
    int gone;  /* hung up: nothing may be written any more */
    int paste; /* bracketed paste was switched on */
    struct termios saved;
    int has_saved;
    struct theme theme;
    struct memo memo;
    struct batch batch;
    struct keymap keymap;
    struct announce_how announce;
};

/* Takes the terminal: keys one by one and unechoed (C-c, C-z, C-s and C-q too), alternate screen,
 * no cursor. Refuses with ERR_TERMINAL and a cure what is no terminal, has no TERM or one without a
 * cursor that can be placed. */
int term_start(struct term *t, const struct term_options *options, struct err *e);

/* Rings, shows in the title of the window and notifies, as far as that was asked for. */
void term_announce(struct term *t, const char *text);

/* Gives it back as it was; nothing is written when it is gone. Idempotent. */
void term_stop(struct term *t);

/* Gives the terminal back, stops the process group as the shell expects, and takes it again when
 * continued. Where no shell can continue the program, nothing stops. */
void term_suspend(struct term *t);

/* Gives the terminal, as it was at the start, to a child, and takes it again. */
void term_lend(struct term *t);
void term_take_back(struct term *t);

/* Stops the process group as the shell expects of C-z; nothing where no shell can continue it. */
void term_stop_group(void);

/* Takes the terminal again after somebody else had it (SIGCONT). */
void term_retake(struct term *t);

/* Asks the terminal for its size and adapts curses to it. */
void term_fit(struct term *t);

/* A size by hand, for tests. */
void term_resize(struct term *t, int rows, int cols);

void term_size(const struct term *t, int *rows, int *cols);

#endif
