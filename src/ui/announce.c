#include "config.h"

#include "ui/announce.h"

#include "base/i18n.h"
#include "base/text.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#define ESC "\033"
#define ST ESC "\\"

static int starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static int has_title(const char *type)
{
    static const char *const types[] = {"xterm",   "rxvt",   "tmux",  "screen",    "st-",
                                        "foot",    "kitty",  "vte",   "gnome",     "konsole",
                                        "contour", "mintty", "putty", "alacritty", "wezterm",
                                        "ghostty", "iterm"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (starts(type, types[i]))
            return 1;
    return strcmp(type, "st") == 0;
}

static int read_switch(const struct options *o, enum option_id id, int *out, struct err *e)
{
    const char *word = option_get(o, id);
    *out = !word || strcmp(word, "off") != 0;
    if (!word || strcmp(word, "off") == 0 || strcmp(word, "on") == 0)
        return 0;
    return err_set(e, ERR_USAGE, _("--%s takes on or off"), option_info(id)->name);
}

static int read_notify(const struct options *o, enum announce_notify *out, struct err *e)
{
    static const char *const words[] = {
        [ANNOUNCE_OFF] = "off", [ANNOUNCE_OSC9] = "osc9", [ANNOUNCE_OSC777] = "osc777"};
    const char *word = option_get(o, OPT_NOTIFY);
    *out = ANNOUNCE_OFF;
    for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) != 0)
            continue;
        *out = (enum announce_notify)i;
        return 0;
    }
    return word ? err_set(e, ERR_USAGE, "%s", _("--notify takes osc9, osc777 or off")) : 0;
}

int announce_options(struct announce_how *how, const struct options *options, const char *type,
                     const char *tmux, const char *screen, struct err *e)
{
    *how = (struct announce_how){0};
    int rc = read_switch(options, OPT_BELL, &how->bell, e);
    if (rc == 0)
        rc = read_switch(options, OPT_TITLE, &how->title, e);
    if (rc == 0)
        rc = read_notify(options, &how->notify, e);
    if (!type || !has_title(type)) {
        how->title = 0;
        how->notify = ANNOUNCE_OFF;
    }
    how->wrap = tmux && tmux[0]       ? ANNOUNCE_TMUX
                : screen && screen[0] ? ANNOUNCE_SCREEN
                                      : ANNOUNCE_BARE;
    return rc;
}

int announce_here(struct announce_how *how, const struct options *options, struct err *e)
{
    int rc = announce_options(how, options, getenv("TERM"), getenv("TMUX"), getenv("STY"), e);
    how->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    return rc;
}

/* A semicolon parts the fields of OSC 777. */
static void clean(char out[ANNOUNCE_TEXT], const char *text, int ascii)
{
    char *scrubbed = text_scrub(text, strlen(text), ANNOUNCE_TEXT - 1);
    if (ascii)
        (void)text_ascii(out, ANNOUNCE_TEXT, scrubbed);
    else
        memcpy(out, scrubbed, strlen(scrubbed) + 1);
    for (char *p = out; *p; p++)
        if (*p == ';' || *p == '\n')
            *p = ',';
    free(scrubbed);
}

/* Through a multiplexer to the terminal that it stands in. */
static void wrapped(struct str *out, enum announce_wrap wrap, const char *bytes)
{
    if (wrap == ANNOUNCE_BARE) {
        (void)str_add(out, bytes);
        return;
    }
    (void)str_add(out, wrap == ANNOUNCE_TMUX ? ESC "Ptmux;" : ESC "P");
    for (; *bytes; bytes++) {
        if (*bytes == ESC[0] && wrap == ANNOUNCE_TMUX)
            (void)str_add_char(out, ESC[0]);
        (void)str_add_char(out, *bytes);
    }
    (void)str_add(out, ST);
}

static void notify(struct str *out, const struct announce_how *how, const char *text)
{
    struct str bytes;
    if (how->notify == ANNOUNCE_OFF)
        return;
    str_init(&bytes, ANNOUNCE_BYTES);
    /* Ended by a bell: the other end of such a sequence would end the wrapping of screen. */
    (void)str_addf(
        &bytes, how->notify == ANNOUNCE_OSC9 ? ESC "]9;%s\a" : ESC "]777;notify;vigie;%s\a", text);
    wrapped(out, how->wrap, str_get(&bytes));
    str_finish(&bytes);
}

void announce_bytes(struct str *out, struct announce_how *how, const char *text)
{
    char plain[ANNOUNCE_TEXT];
    clean(plain, text, how->ascii);
    if (how->title) {
        if (!how->titled)
            (void)str_add(out, ESC "[22;2t");
        (void)str_addf(out, ESC "]2;vigie: %s" ST, plain);
        how->titled = 1;
    }
    notify(out, how, plain);
    if (how->bell)
        (void)str_add_char(out, '\a');
}

void announce_end(struct str *out, struct announce_how *how)
{
    if (how->titled)
        (void)str_add(out, ESC "[23;2t");
    how->titled = 0;
}
