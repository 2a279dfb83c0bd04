#include "config.h"

#include "ui/keymap.h"

#include "base/i18n.h"
#include "base/text.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int32_t value;
    const char *label;
    const char *ascii;
} named[] = {
#define KEY(name, value, label, ascii) {name, value, label, ascii},
#include "ui/key.def"
#undef KEY
};

enum { NAMED = sizeof named / sizeof named[0] };

static int is_control_name(const char *name)
{
    return name[0] == 'C' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z' && name[3] == '\0';
}

int key_parse(const char *name, struct key *key)
{
    int32_t cp = 0;
    for (size_t i = 0; i < NAMED; i++) {
        if (strcmp(named[i].name, name) == 0) {
            *key = (struct key){named[i].value >= KEY_MIN, named[i].value};
            return 0;
        }
    }
    if (is_control_name(name)) {
        *key = (struct key){0, name[2] - 'a' + 1};
        return 0;
    }
    int n = text_decode(name, &cp);
    if (n == 0 || cp <= ' ' || cp == 0x7f || name[n] != '\0')
        return -1;
    *key = (struct key){0, cp};
    return 0;
}

static const struct binding *find(const struct keymap *map, unsigned contexts, struct key key)
{
    for (int i = 0; i < map->len; i++) {
        const struct binding *b = &map->binding[i];
        if ((b->contexts & contexts) && b->key.is_code == key.is_code && b->key.value == key.value)
            return b;
    }
    return NULL;
}

static int bind_one(struct keymap *map, enum command command, unsigned contexts, const char *name,
                    struct err *e)
{
    struct binding b = {.contexts = contexts, .command = command};
    (void)snprintf(b.name, sizeof b.name, "%s", name);
    if (key_parse(name, &b.key))
        return err_set(e, ERR_CONFIG, _("There is no key “%s” (command %s)."), name,
                       command_info(command)->name);
    const struct binding *other = find(map, contexts, b.key);
    if (other)
        return err_set(e, ERR_CONFIG, _("The key “%s” would give both %s and %s."), name,
                       command_info(other->command)->name, command_info(command)->name);
    if (map->len == KEYMAP_MAX)
        return err_set(e, ERR_LIMIT, _("At most %d keys can be bound."), KEYMAP_MAX);
    map->binding[map->len++] = b;
    return 0;
}

int keymap_bind(struct keymap *map, enum command command, unsigned contexts, const char *keys,
                struct err *e)
{
    char name[KEY_NAME_MAX];
    while (*keys) {
        size_t len = strcspn(keys, " ");
        if (len > 0) {
            (void)snprintf(name, sizeof name, "%.*s",
                           (int)(len < sizeof name ? len : sizeof name - 1), keys);
            int rc = bind_one(map, command, contexts, name, e);
            if (rc)
                return rc;
        }
        keys += len + (keys[len] == ' ');
    }
    return 0;
}

int keymap_init(struct keymap *map, struct err *e)
{
    map->len = 0;
    for (int i = 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        int rc = keymap_bind(map, (enum command)i, info->contexts, info->keys, e);
        if (rc)
            return rc;
    }
    return 0;
}

enum command keymap_find(const struct keymap *map, unsigned context, struct key key)
{
    const struct binding *b = find(map, context, key);
    return b ? b->command : CMD_NONE;
}

void key_label(const char *name, int ascii, char *buf, size_t size)
{
    for (size_t i = 0; i < NAMED; i++) {
        if (strcmp(named[i].name, name) == 0) {
            (void)snprintf(buf, size, "%s", ascii ? named[i].ascii : named[i].label);
            return;
        }
    }
    if (is_control_name(name))
        (void)snprintf(buf, size, "^%c", name[2] - 'a' + 'A');
    else
        (void)snprintf(buf, size, "%s", name);
}

void keymap_label(const struct keymap *map, enum command command, unsigned context, int max,
                  int ascii, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int i = 0; i < map->len && max > 0; i++) {
        const struct binding *b = &map->binding[i];
        char label[KEY_NAME_MAX];
        if (b->command != command || !(b->contexts & context))
            continue;
        key_label(b->name, ascii, label, sizeof label);
        int n = snprintf(buf + at, size - at, "%s%s", at ? " " : "", label);
        if (n < 0 || (size_t)n >= size - at) {
            buf[at] = '\0';
            return;
        }
        at += (size_t)n;
        max--;
    }
}
