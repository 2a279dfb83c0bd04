#ifndef VIGIE_UI_INPUT_H
#define VIGIE_UI_INPUT_H

#include "base/str.h"
#include "flow/event.h"
#include "ui/term.h"

enum { PASTE_MAX = 4096, PENDING_MAX = 8 };

enum input_state {
    INPUT_GROUND,
    INPUT_ESC,     /* an escape that may begin a sequence */
    INPUT_CONTROL, /* in a control sequence, up to its last byte */
    INPUT_SINGLE,  /* one byte of a three-byte sequence is missing */
    INPUT_STRING,  /* in a string of the terminal, up to its end */
    INPUT_PASTE
};

/* Bytes and codes of curses to events. What a terminal says by itself (late answers, unknown keys)
 * is swallowed, in pieces too; pasted text never becomes keys. UI thread. */
struct input {
    const struct keymap *keymap;
    enum input_state state;
    int in_paste;    /* a sequence within pasted text */
    int after_esc;   /* in a string: an escape came, its end may follow */
    int64_t last_ms; /* when the last byte came */
    int64_t esc_ms;  /* when a lone Esc was taken for the key, 0 for none */
    char sequence[16];
    size_t sequence_len;
    char utf8[5];
    size_t utf8_len;
    struct str paste;
    int back[PENDING_MAX]; /* read, and to be read again */
    int backs;
};

void input_init(struct input *in, const struct keymap *keymap);
void input_finish(struct input *in);

/* One byte or code (of wgetch), at a mono instant, in the context of the top screen. Returns the
 * event that it completes, for the caller to destroy, or NULL. */
struct event *input_feed(struct input *in, int value, int64_t mono_ms, unsigned context);

/* Nothing more is there now: an escape that waited was the key Esc. */
struct event *input_idle(struct input *in, int64_t mono_ms, unsigned context);

/* The next event from the terminal, NULL when there is nothing more to read. Never waits. */
struct event *input_next(struct input *in, const struct term *t, unsigned context);

#endif
