#ifndef VIGIE_UI_KEYMAP_H
#define VIGIE_UI_KEYMAP_H

#include "base/err.h"
#include "flow/command.h"

#include <stddef.h>
#include <stdint.h>

/* A key: a character (Unicode), or a code of curses. */
struct key {
    int is_code;
    int32_t value;
};

enum { KEYMAP_MAX = 256, KEY_NAME_MAX = 32, KEY_LABELS_MAX = 96 };

struct binding {
    struct key key;
    char name[KEY_NAME_MAX];
    unsigned contexts;
    enum command command;
};

/* Which key gives which command where. A value; filled once from the list of commands. */
struct keymap {
    struct binding binding[KEYMAP_MAX];
    int len;
};

/* "Up", "C-r", "Space", "F5", "é": the names of flow/command.def. 0, or -1 when it names no key. */
int key_parse(const char *name, struct key *key);

/* All default keys. ERR_CONFIG names a key that does not exist, or that gives two commands in one
 * place. */
int keymap_init(struct keymap *map, struct err *e);

/* Adds the keys of a command (names separated by blanks); the same errors. */
int keymap_bind(struct keymap *map, enum command command, unsigned contexts, const char *keys,
                struct err *e);

/* CMD_NONE when the key means nothing in that context. */
enum command keymap_find(const struct keymap *map, unsigned context, struct key key);

/* A key's name as people read it: "⏎", "^R", "PgDn". */
void key_label(const char *name, int ascii, char *buf, size_t size);

/* The first keys of a command in a context, at most max of them, separated by blanks; "" when it
 * has none. */
void keymap_label(const struct keymap *map, enum command command, unsigned context, int max,
                  int ascii, char *buf, size_t size);

#endif
