#include "config.h"

#include "cli/assign.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/key.h"
#include "cli/part.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, CLEAN_MAX = 100 };

/* The word before the '='; -1 when there is none that could name a field. */
static int word_of(const char *operand, char word[WORD_MAX])
{
    size_t len =
        strspn(operand, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    if (operand[len] != '=' || len == 0 || len >= WORD_MAX)
        return -1;
    memcpy(word, operand, len);
    word[len] = '\0';
    return 0;
}

/* The settings of a connection string that libpq knows. */
static int is_setting(const char *word)
{
    PQconninfoOption *all = PQconndefaults();
    int found = 0;
    for (PQconninfoOption *o = all; o && o->keyword && !found; o++)
        found = strcmp(o->keyword, word) == 0;
    PQconninfoFree(all);
    return found;
}

int assign_is(const char *word)
{
    char name[WORD_MAX];
    return word_of(word, name) == 0 && (field_find(name) >= 0 || !is_setting(name));
}

static const char *field_at(void *arg, int index)
{
    (void)arg;
    return index < FIELD_COUNT ? column_info(field_info((enum field)index)->column)->word : NULL;
}

static int unknown(struct cli *cli, const char *word)
{
    const char *meant = nearest(word, field_at, NULL);
    char *clean = text_scrub(word, strlen(word), CLEAN_MAX);
    struct str words;
    str_init(&words, ERR_TEXT_MAX / 2);
    for (int i = 0; i < FIELD_COUNT; i++) {
        (void)str_add(&words, i ? ", " : "");
        (void)str_add(&words, field_at(NULL, i));
    }
    (void)err_set(&cli->err, ERR_USAGE, _("“%s” is no field that can be changed"), clean);
    int rc = meant ? err_cure(&cli->err, _("Did you mean %s=…?"), meant)
                   : err_cure(&cli->err, _("The fields are: %s."), str_get(&words));
    str_finish(&words);
    free(clean);
    return rc;
}

static void hide(char *value)
{
    memset(value, '*', strlen(value));
}

static void keep(struct assign *a, enum field field, const char *text)
{
    a->set[field] = 1;
    a->text[field] = strcmp(text, "none") == 0 ? NULL : mem_dup(text);
}

/* What can be said of a value before the database is asked. */
static int check(const struct assign *a, enum field field, struct err *e)
{
    char problem[FIELD_PROBLEM];
    enum field_kind kind = field_info(field)->kind;
    if (kind == FIELD_REFERENCE && a->text[field] && *a->text[field])
        return 0; /* may be a name */
    if (field_check(field, a->text[field], NULL, NULL, NULL, problem) != FIELD_BAD)
        return 0;
    return err_set(e, ERR_USAGE, "%s: %s", column_info(field_info(field)->column)->word, problem);
}

static int read_one(struct assign *a, struct cli *cli, char *operand)
{
    char word[WORD_MAX];
    if (word_of(operand, word)) {
        char *clean = text_scrub(operand, strlen(operand), CLEAN_MAX);
        int rc = err_set(&cli->err, ERR_USAGE, _("“%s” is not FIELD=VALUE"), clean);
        free(clean);
        return rc;
    }
    char *value = operand + strlen(word) + 1;
    int found = field_find(word);
    if (found < 0)
        return unknown(cli, word);
    enum field field = (enum field)found;
    if (field_info(field)->kind == FIELD_SECRET && strcmp(value, "none") != 0) {
        hide(value);
        (void)err_set(&cli->err, ERR_USAGE,
                      _("a key does not belong on a command line, where others can read it"));
        return err_cure(&cli->err, "%s", _("--key-file FILE, --key-file -, --key-command COMMAND"));
    }
    if (a->set[field])
        return err_set(&cli->err, ERR_USAGE, _("the field %s is given twice"), word);
    keep(a, field, value);
    return check(a, field, &cli->err);
}

int assign_has_key(const struct cli *cli)
{
    return option_given(&cli->options, OPT_KEY_FILE) ||
           option_given(&cli->options, OPT_KEY_COMMAND);
}

int assign_key(struct assign *a, struct cli *cli, int ask)
{
    const char *file = option_get(&cli->options, OPT_KEY_FILE);
    const char *command = option_get(&cli->options, OPT_KEY_COMMAND);
    struct secret key;
    int rc = 0;
    if (!file && !command && !ask)
        return 0;
    if ((file && command) || a->set[FIELD_OF_API_KEY])
        return err_set(&cli->err, ERR_USAGE, _("the key is given twice"));
    secret_init(&key);
    if (file)
        rc = secret_read(&key, file, &cli->err);
    else if (command)
        rc = key_from_command(&key, command, &cli->err);
    else if ((rc = secret_ask(&key, _("API key, not shown: "), &cli->err)) == -ERR_TERMINAL)
        rc = err_cure(&cli->err, "--key-file FILE, --key-command COMMAND");
    if (rc == 0) {
        a->set[FIELD_OF_API_KEY] = 1;
        a->text[FIELD_OF_API_KEY] = mem_dup(key.text ? key.text : "");
        rc = check(a, FIELD_OF_API_KEY, &cli->err);
    }
    secret_finish(&key);
    return rc;
}

int assign_read(struct assign *a, struct cli *cli, int first)
{
    int rc = 0;
    *a = (struct assign){{0}, {NULL}};
    for (int i = first; rc == 0 && i < cli->argc; i++)
        rc = read_one(a, cli, cli->argv[i]);
    return rc == 0 ? assign_key(a, cli, 0) : rc;
}

void assign_finish(struct assign *a)
{
    char *key = a->text[FIELD_OF_API_KEY];
    if (key)
        mem_wipe(key, strlen(key));
    for (int i = 0; i < FIELD_COUNT; i++)
        free(a->text[i]);
    *a = (struct assign){{0}, {NULL}};
}

int assign_fields(const struct assign *a)
{
    int n = 0;
    for (int i = 0; i < FIELD_COUNT; i++)
        n += a->set[i];
    return n;
}

void assign_apply(const struct assign *a, struct draft *d)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (a->set[i])
            draft_set(d, (enum field)i, a->text[i]);
}
