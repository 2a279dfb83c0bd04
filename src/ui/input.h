#ifndef VIGIE_UI_INPUT_H
#define VIGIE_UI_INPUT_H

#include "base/str.h"
#include "flow/event.h"
#include "ui/keymap.h"

enum {
    PASTE_MAX = 128 * 1024,
    PENDING_MAX = 8,
    SEQUENCE_MAX = 16,
    OWN_MAX = 64,
    BYTES_AT_ONCE = 256
};

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
    char sequence[SEQUENCE_MAX];
    size_t sequence_len;
    char utf8[5];
    size_t utf8_len;
    struct str paste;
    int back[PENDING_MAX]; /* read, and to be read again */
    int backs;
    struct {
        char sequence[SEQUENCE_MAX]; /* without the escape */
        int code;
    } own[OWN_MAX]; /* the keys of this terminal, by its description */
    int owns;
    unsigned char bytes[BYTES_AT_ONCE];
    size_t at, have;
    int readable; /* set by whoever knows that a read will not wait */
};

void input_init(struct input *in, const struct keymap *keymap);
void input_finish(struct input *in);

/* Learns the keys of the terminal that curses has taken. */
void input_learn(struct input *in);

/* One byte, or code of a key, at a mono instant, in the context of the top screen. Returns the
 * event that it completes, for the caller to destroy, or NULL. */
struct event *input_feed(struct input *in, int value, int64_t mono_ms, unsigned context);

/* Nothing more is there now: an escape that waited was the key Esc. */
struct event *input_idle(struct input *in, int64_t mono_ms, unsigned context);

/* The next event from the terminal's bytes, NULL when there is nothing more to read. Waits for
 * nothing but the rest of an escape, ESCDELAY ms at most. */
struct event *input_next(struct input *in, int fd, unsigned context);

/* Whether bytes are left that were read already. */
int input_pending(const struct input *in);

#endif
