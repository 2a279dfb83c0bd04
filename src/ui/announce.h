#ifndef VIGIE_UI_ANNOUNCE_H
#define VIGIE_UI_ANNOUNCE_H

#include "base/err.h"
#include "base/str.h"
#include "conf/option.h"

/* What the terminal is told besides the screen when alerts are new: the bell, the title of its
 * window, and, where the person asks for it, a notification by OSC 9 or OSC 777. */

enum announce_notify { ANNOUNCE_OFF, ANNOUNCE_OSC9, ANNOUNCE_OSC777 };

enum announce_wrap { ANNOUNCE_BARE, ANNOUNCE_TMUX, ANNOUNCE_SCREEN };

struct announce_how {
    int bell, title;
    enum announce_notify notify;
    enum announce_wrap wrap; /* what a multiplexer wants around what is meant for its terminal */
    int ascii;               /* the character set is not UTF-8 */
    int titled;              /* the title was ours at least once */
};

/* By the options --bell, --title and --notify. A terminal of a type that is not known to have a
 * title (a console, a VT100) is never sent one, nor a notification. type: its name (TERM). tmux and
 * screen: values of their variables, NULL outside. ERR_USAGE. */
int announce_options(struct announce_how *how, const struct options *options, const char *type,
                     const char *tmux, const char *screen, struct err *e);

/* The same with what the environment and the locale say. */
int announce_here(struct announce_how *how, const struct options *options, struct err *e);

/* The bytes for one text, which is scrubbed and bounded here once more: no byte of it can be taken
 * for a command. Remembers in how that there is a title to take back. */
enum { ANNOUNCE_BYTES = 2048, ANNOUNCE_TEXT = 240 };
void announce_bytes(struct str *out, struct announce_how *how, const char *text);

/* The bytes that give the old title back; none when it was never changed. */
void announce_end(struct str *out, struct announce_how *how);

#endif
