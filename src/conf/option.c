#include "config.h"

#include "conf/option.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of getopt_long above every letter. */
enum { LONG_FIRST = 1000, NAME_MAX_SHOWN = 64 };

static const struct option_info list[OPTION_COUNT] = {
#define OPTION(id, name, letter, argument, key, scope, help) \
    [OPT_##id] = {name, letter, argument, key, scope, help},
#include "conf/option.def"
#undef OPTION
};

const struct option_info *option_info(enum option_id id)
{
    return &list[id];
}

enum option_id option_by_key(const char *key)
{
    int id = 0;
    while (id < OPTION_COUNT && (!list[id].key || strcmp(list[id].key, key) != 0))
        id++;
    return (enum option_id)id;
}

void options_init(struct options *o)
{
    *o = (struct options){0};
}

void options_finish(struct options *o)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        free(o->value[i]);
    options_init(o);
}

const char *option_get(const struct options *o, enum option_id id)
{
    return o->value[id];
}

int option_given(const struct options *o, enum option_id id)
{
    return o->value[id] != NULL;
}

void option_set(struct options *o, enum option_id id, const char *value, int level)
{
    if (o->set[id] > level)
        return;
    char *copy = mem_dup(value);
    free(o->value[id]);
    o->value[id] = copy;
    o->set[id] = level;
}

void option_unset(struct options *o, enum option_id id)
{
    if (o->set[id] > 1)
        return;
    free(o->value[id]);
    o->value[id] = NULL;
    o->set[id] = 0;
}

void options_forget_who(struct options *o)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (list[i].scope & SCOPE_WHO)
            option_unset(o, (enum option_id)i);
}

int option_int(const struct options *o, enum option_id id, int min, int max, int fallback, int *out,
               struct err *e)
{
    char *end = NULL;
    const char *value = o->value[id];
    *out = fallback;
    if (!value)
        return 0;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (*value && !*end && errno == 0 && n >= min && n <= max) {
        *out = (int)n;
        return 0;
    }
    (void)err_set(e, o->set[id] == 1 ? ERR_CONFIG : ERR_USAGE,
                  _("%s: “%s” is not a whole number from %d to %d"), list[id].name, value, min,
                  max);
    return e ? -(int)e->code : -(int)ERR_USAGE;
}

static const char *long_name(void *arg, int index)
{
    (void)arg;
    return index < OPTION_COUNT ? list[index].name : NULL;
}

/* Tells what is wrong with the word that getopt_long did not understand. */
static int complain_unknown(const char *word, struct err *e)
{
    char name[NAME_MAX_SHOWN];
    const char *two[2] = {NULL, NULL};
    char *clean = text_scrub(word, strlen(word), 100);
    (void)snprintf(name, sizeof name, "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    int matches = 0;
    for (int i = 0; i < OPTION_COUNT && name[0]; i++)
        if (strncmp(list[i].name, name, strlen(name)) == 0 && matches++ < 2)
            two[matches - 1] = list[i].name;
    int rc;
    if (matches == 1) {
        rc = err_set(e, ERR_USAGE, _("option --%s takes no value"), two[0]);
    } else if (matches > 1) {
        (void)err_set(e, ERR_USAGE, _("option %s is ambiguous"), clean);
        rc = err_cure(e, _("Write --%s or --%s in full."), two[0], two[1]);
    } else {
        const char *meant = nearest(name, long_name, NULL);
        (void)err_set(e, ERR_USAGE, _("there is no option %s"), clean);
        if (meant)
            rc = err_cure(e, _("Did you mean --%s? `vigie help` lists the options."), meant);
        else
            rc = err_cure(e, _("`vigie help` lists the options."));
    }
    free(clean);
    return rc;
}

static int by_getopt(int value)
{
    if (value >= LONG_FIRST)
        return value - LONG_FIRST;
    int id = 0;
    while (id < OPTION_COUNT && list[id].letter != value)
        id++;
    return id;
}

/* File names are kept byte by byte; all other values are text. */
static int take(struct options *o, int id, const char *value, struct err *e)
{
    size_t len = strlen(value);
    if (len > OPTION_TEXT_MAX)
        return err_set(e, ERR_USAGE, _("the value of --%s is longer than %d bytes"), list[id].name,
                       OPTION_TEXT_MAX);
    if (list[id].argument && strcmp(list[id].argument, "FILE") == 0) {
        option_set(o, (enum option_id)id, value, 2);
        return 0;
    }
    char *clean = text_scrub(value, len, (size_t)4 * OPTION_TEXT_MAX);
    option_set(o, (enum option_id)id, clean, 2);
    free(clean);
    return 0;
}

static void fill_tables(struct option names[OPTION_COUNT + 1], char letters[2 * OPTION_COUNT + 2])
{
    size_t n = 0;
    letters[n++] = ':';
    for (int i = 0; i < OPTION_COUNT; i++) {
        int has = list[i].argument ? required_argument : no_argument;
        names[i] = (struct option){list[i].name, has, NULL, LONG_FIRST + i};
        if (list[i].letter)
            letters[n++] = (char)list[i].letter;
        if (list[i].letter && list[i].argument)
            letters[n++] = ':';
    }
    names[OPTION_COUNT] = (struct option){0};
    letters[n] = '\0';
}

static int not_understood(int c, char **argv, struct err *e)
{
    if (c == ':')
        return err_set(e, ERR_USAGE, _("option --%s needs a value"), list[by_getopt(optopt)].name);
    if (optopt > 0 && optopt < LONG_FIRST) {
        char word[3] = {'-', (char)optopt, '\0'};
        return complain_unknown(word, e);
    }
    return complain_unknown(argv[optind - 1], e);
}

int options_parse(struct options *o, unsigned scope, int argc, char **argv, int *operands,
                  struct err *e)
{
    struct option names[OPTION_COUNT + 1];
    char letters[2 * OPTION_COUNT + 2];
    int c, rc;
    fill_tables(names, letters);
    optind = 0;
    opterr = 0;
    while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
        if (c == '?' || c == ':')
            return not_understood(c, argv, e);
        if ((rc = take(o, by_getopt(c), optarg ? optarg : "1", e)) < 0)
            return rc;
    }
    *operands = optind;
    return options_check(o, scope, e);
}

int options_check(const struct options *o, unsigned scope, struct err *e)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (o->set[i] < 2 || list[i].scope & scope & SCOPE_ALL || list[i].scope == SCOPE_ALL)
            continue;
        (void)err_set(e, ERR_USAGE, _("option --%s means nothing to this command"), list[i].name);
        return err_cure(e, _("`vigie help COMMAND` lists the options of a command."));
    }
    return 0;
}
