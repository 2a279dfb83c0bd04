#include "config.h"

#include "ui/input.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A sequence broken for longer than GAP_MS is over; a reply may follow its lone escape within
 * SPLIT_MS; STALL_MS of silence in a paste let a key end it. */
enum { GAP_MS = 500, SPLIT_MS = 50, STALL_MS = 1000, ESC = 033, BEL = 7, CANCEL_KEY = 3 };

/* A scrubbed byte may become an escape; what a key pasted leaves behind while the buffer grows
 * cannot be wiped, so the first buffer is large enough for any. */
enum { SCRUBBED_MAX = 6 * PASTE_MAX, PASTE_FIRST = 4096 };

void input_init(struct input *in, const struct keymap *keymap)
{
    memset(in, 0, sizeof *in);
    in->keymap = keymap;
    str_init(&in->paste, PASTE_MAX);
}

static void add_own(struct input *in, const char *bytes, int code)
{
    if (in->owns == OWN_MAX || bytes[0] != ESC || strlen(bytes + 1) >= SEQUENCE_MAX)
        return;
    memcpy(in->own[in->owns].sequence, bytes + 1, strlen(bytes + 1) + 1);
    in->own[in->owns++].code = code;
}

void input_learn(struct input *in)
{
    static const int codes[] = {
#define KEY(name, value, label, ascii) value,
#include "ui/key.def"
#undef KEY
        KEY_FIND, KEY_SELECT};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        char *bytes = NULL;
        for (int n = 0; codes[i] >= KEY_MIN && (bytes = keybound(codes[i], n)); n++) {
            add_own(in, bytes, codes[i]);
            free(bytes);
        }
    }
}

void input_finish(struct input *in)
{
    str_finish(&in->paste);
}

static struct event *command_event(enum command command)
{
    struct event *event = event_create(EVENT_COMMAND);
    event->command = command;
    return event;
}

static struct event *insert_event(const char *bytes, size_t len, size_t max)
{
    struct event *event = event_create(EVENT_INSERT);
    event->text = text_scrub(bytes, len, max);
    return event;
}

static struct event *key_event(const struct input *in, struct key key, unsigned context)
{
    enum command command = keymap_find(in->keymap, context, key);
    if (command != CMD_NONE)
        return command_event(command);
    if (!(context & CONTEXT_TYPED) || key.is_code || key.value < ' ')
        return NULL;
    return insert_event(in->utf8, in->utf8_len, sizeof in->utf8 * 4);
}

/* Several codes and characters are one key to people. */
static struct key normal_code(int value)
{
    int to = value == KEY_FIND ? KEY_HOME : value == KEY_SELECT ? KEY_END : value;
    return (struct key){1, to};
}

static struct event *byte_event(struct input *in, int byte, unsigned context)
{
    int32_t cp = 0;
    if (byte == '\r' || byte == '\n')
        return key_event(in, (struct key){1, KEY_ENTER}, context);
    if (byte == 0x7f || byte == '\b')
        return key_event(in, (struct key){1, KEY_BACKSPACE}, context);
    if (in->utf8_len == 0 || ((unsigned)byte & 0xc0U) != 0x80)
        in->utf8_len = 0;
    in->utf8[in->utf8_len++] = (char)byte;
    in->utf8[in->utf8_len] = '\0';
    (void)text_decode(in->utf8, &cp);
    if (cp < 0 && in->utf8_len < sizeof in->utf8 - 1)
        return NULL; /* not yet whole, or a start that the next one drops */
    struct event *event = byte && cp >= 0 ? key_event(in, (struct key){0, cp}, context) : NULL;
    in->utf8_len = 0;
    return event;
}

static const struct {
    const char *sequence;
    int code;
} sequences[] = {{"[A", KEY_UP},     {"[B", KEY_DOWN},   {"[C", KEY_RIGHT},  {"[D", KEY_LEFT},
                 {"[H", KEY_HOME},   {"[F", KEY_END},    {"[Z", KEY_BTAB},   {"[1~", KEY_HOME},
                 {"[4~", KEY_END},   {"[7~", KEY_HOME},  {"[8~", KEY_END},   {"[2~", KEY_IC},
                 {"[3~", KEY_DC},    {"[5~", KEY_PPAGE}, {"[6~", KEY_NPAGE}, {"[11~", KEY_F(1)},
                 {"[15~", KEY_F(5)}, {"OA", KEY_UP},     {"OB", KEY_DOWN},   {"OC", KEY_RIGHT},
                 {"OD", KEY_LEFT},   {"OH", KEY_HOME},   {"OF", KEY_END},    {"OP", KEY_F(1)},
                 {"OM", KEY_ENTER}};

static void reserve(struct str *s)
{
    static const char zeros[PASTE_FIRST] = "";
    str_clear(s);
    if (s->cap == 0)
        (void)str_add_len(s, zeros, sizeof zeros);
    str_clear(s);
}

/* It may have been a key. */
static void forget_paste(struct input *in)
{
    if (in->paste.data)
        mem_wipe(in->paste.data, in->paste.len);
    str_clear(&in->paste);
    in->in_paste = 0;
}

/* Line breaks and tabs of a paste are blanks on one line; a field keeps its breaks. The rest is
 * scrubbed like all foreign text. What does not fit is told, never left out quietly. */
static struct event *paste_event(struct input *in, unsigned context)
{
    size_t len = in->paste.len;
    struct event *event = NULL;
    int lines = (context & (CONTEXT_FORM | CONTEXT_FIELD)) != 0;
    while (len > 0 && strchr("\r\n\t ", in->paste.data[len - 1]))
        len--;
    for (size_t i = 0; i < len && !lines; i++)
        if (strchr("\r\n\t", in->paste.data[i]))
            in->paste.data[i] = ' ';
    if (len > 0 && (context & CONTEXT_TYPED)) {
        event = event_create(EVENT_INSERT);
        event->text = text_scrub_lines(in->paste.data, len, (size_t)SCRUBBED_MAX);
        event->flag = in->paste.overflow;
    }
    forget_paste(in);
    in->state = INPUT_GROUND;
    return event;
}

/* What the terminal's description says comes first: it knows better. */
static int code_of(const struct input *in)
{
    for (int i = 0; i < in->owns; i++)
        if (strcmp(in->own[i].sequence, in->sequence) == 0)
            return in->own[i].code;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        if (strcmp(sequences[i].sequence, in->sequence) == 0)
            return sequences[i].code;
    return 0;
}

static struct event *end_sequence(struct input *in, unsigned context)
{
    in->state = in->in_paste ? INPUT_PASTE : INPUT_GROUND;
    if (strcmp(in->sequence, "[201~") == 0)
        return in->in_paste ? paste_event(in, context) : NULL;
    if (in->in_paste)
        return NULL;
    if (strcmp(in->sequence, "[200~") == 0) {
        reserve(&in->paste);
        in->in_paste = 1;
        in->state = INPUT_PASTE;
        return NULL;
    }
    int code = code_of(in);
    return code > 0 ? key_event(in, normal_code(code), context) : NULL;
}

static void start_sequence(struct input *in, int value, enum input_state state)
{
    in->sequence[0] = (char)value;
    in->sequence[1] = '\0';
    in->sequence_len = 1;
    in->after_esc = 0;
    in->state = state;
}

static enum input_state state_after(int value)
{
    switch (value) {
    case '[':
        return INPUT_CONTROL;
    case 'O':
        return INPUT_SINGLE;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        return INPUT_STRING;
    default:
        return INPUT_GROUND;
    }
}

static void push_back(struct input *in, int value)
{
    if (in->backs < PENDING_MAX)
        in->back[in->backs++] = value;
}

/* The byte behind an escape: a sequence begins, or Esc was a key and this is the next one. */
static struct event *feed_esc(struct input *in, int value, unsigned context)
{
    enum input_state next = state_after(value);
    if (next != INPUT_GROUND) {
        start_sequence(in, value, next);
        return NULL;
    }
    push_back(in, value);
    if (in->in_paste) {
        in->state = INPUT_PASTE;
        return NULL;
    }
    in->state = INPUT_GROUND;
    return key_event(in, (struct key){0, ESC}, context);
}

/* A control key within a sequence breaks it off: C-c always arrives. */
static struct event *feed_sequence(struct input *in, int value, unsigned context)
{
    if (value < ' ') {
        in->state = in->in_paste ? INPUT_PASTE : INPUT_GROUND;
        push_back(in, value);
        return NULL;
    }
    if (in->sequence_len < sizeof in->sequence - 1) {
        in->sequence[in->sequence_len++] = (char)value;
        in->sequence[in->sequence_len] = '\0';
    }
    int linux_console = in->sequence_len == 2 && value == '['; /* its F1 to F5: one byte follows */
    if (in->state == INPUT_SINGLE || (value >= 0x40 && value <= 0x7e && !linux_console))
        return end_sequence(in, context);
    return NULL;
}

static void feed_string(struct input *in, int value)
{
    if (value == CANCEL_KEY) {
        in->state = INPUT_GROUND;
        push_back(in, value);
        return;
    }
    if (value == BEL || (in->after_esc && value == '\\'))
        in->state = in->in_paste ? INPUT_PASTE : INPUT_GROUND;
    in->after_esc = value == ESC;
}

static void feed_paste(struct input *in, int value, int stalled)
{
    if (stalled && (value == CANCEL_KEY || value == ESC)) {
        forget_paste(in);
        in->state = INPUT_GROUND;
        push_back(in, value);
        return;
    }
    if (value == ESC)
        in->state = INPUT_ESC;
    else
        (void)str_add_char(&in->paste, (char)value);
}

static struct event *feed_ground(struct input *in, int value, int64_t mono_ms, unsigned context)
{
    int split = in->esc_ms > 0 && mono_ms - in->esc_ms <= SPLIT_MS;
    in->esc_ms = 0;
    if (split && (value == '[' || value == ']')) {
        start_sequence(in, value, state_after(value));
        return NULL;
    }
    if (value == ESC) {
        in->state = INPUT_ESC;
        return NULL;
    }
    return byte_event(in, value, context);
}

struct event *input_feed(struct input *in, int value, int64_t mono_ms, unsigned context)
{
    int64_t gap = mono_ms - in->last_ms;
    in->last_ms = mono_ms;
    if (gap > GAP_MS && in->state != INPUT_PASTE && !in->in_paste)
        in->state = INPUT_GROUND;
    else if (gap > GAP_MS && in->in_paste)
        in->state = INPUT_PASTE;
    if (value >= KEY_MIN) {
        int quiet = in->in_paste || in->state == INPUT_STRING || in->state == INPUT_CONTROL;
        in->utf8_len = 0;
        return quiet ? NULL : key_event(in, normal_code(value), context);
    }
    switch (in->state) {
    case INPUT_ESC:
        return feed_esc(in, value, context);
    case INPUT_CONTROL:
    case INPUT_SINGLE:
        return feed_sequence(in, value, context);
    case INPUT_STRING:
        feed_string(in, value);
        return NULL;
    case INPUT_PASTE:
        feed_paste(in, value, gap > STALL_MS);
        return NULL;
    case INPUT_GROUND:
    default:
        return feed_ground(in, value, mono_ms, context);
    }
}

struct event *input_idle(struct input *in, int64_t mono_ms, unsigned context)
{
    if (in->state != INPUT_ESC || in->in_paste)
        return NULL;
    in->state = INPUT_GROUND;
    in->esc_ms = mono_ms;
    return key_event(in, (struct key){0, ESC}, context);
}

/* Only what is known to be there is read at once; the rest of an escape is waited for. */
static int refill(struct input *in, int fd)
{
    struct pollfd rest = {.fd = fd, .events = POLLIN};
    int waits = in->state == INPUT_ESC && !in->in_paste;
    if (!in->readable && (!waits || poll(&rest, 1, get_escdelay()) <= 0))
        return 0;
    ssize_t n = read(fd, in->bytes, sizeof in->bytes);
    in->readable = 0;
    in->at = 0;
    in->have = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static int next_value(struct input *in, int fd)
{
    if (in->backs > 0)
        return in->back[--in->backs];
    if (in->at == in->have && !refill(in, fd))
        return ERR;
    int value = in->bytes[in->at];
    in->bytes[in->at++] = 0;
    return value;
}

int input_pending(const struct input *in)
{
    return in->backs > 0 || in->at < in->have;
}

struct event *input_next(struct input *in, int fd, unsigned context)
{
    for (;;) {
        int value = next_value(in, fd);
        int64_t now = clock_mono_ms();
        if (value == ERR)
            return input_idle(in, now, context);
        struct event *event = input_feed(in, value, now, context);
        if (event)
            return event;
    }
}
