#include "config.h"

#include "conf/file.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why not a library for INI files: the common one cuts lines at 200 bytes without a word and takes
 * " ;" inside a value for a comment, both of which a connection string meets. */

struct reader {
    struct options *options;
    const char *path;
    const char *place; /* NULL: only [vigie] */
    char *conninfo;    /* CONNINFO_MAX bytes */
    int line;
    int inside;      /* a section was opened */
    int wanted;      /* the section applies */
    int base;        /* the section is [vigie] */
    int second;      /* the second reading: the section of the place */
    int found_place; /* the place was seen */
    int secret;      /* a password was seen */
    struct err *err;
};

static int wrong(const struct reader *r, const char *what)
{
    return err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->path, r->line, what);
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        text[--len] = '\0';
    return text;
}

static int section(struct reader *r, char *text)
{
    size_t len = strlen(text);
    if (len < 2 || text[len - 1] != ']')
        return wrong(r, _("a section is written [vigie] or [place NAME]"));
    text[len - 1] = '\0';
    char *name = trim(text + 1);
    r->inside = 1;
    r->base = strcmp(name, "vigie") == 0;
    r->wanted = r->base && !r->second;
    if (r->base)
        return 0;
    if (strncmp(name, "place ", 6) != 0)
        return wrong(r, _("a section is written [vigie] or [place NAME]"));
    if (r->second && strcmp(trim(name + 6), r->place) == 0)
        r->wanted = r->found_place = 1;
    return 0;
}

static const char *key_at(void *arg, int index)
{
    (void)arg;
    for (int id = 0; id < OPTION_COUNT; id++)
        if (option_info((enum option_id)id)->key && index-- == 0)
            return option_info((enum option_id)id)->key;
    return index == 0 ? "connection" : NULL;
}

static int unknown_key(const struct reader *r, const char *key)
{
    char *clean = text_scrub(key, strlen(key), 100);
    const char *meant = nearest(key, key_at, NULL);
    int rc = err_set(r->err, ERR_CONFIG, _("%s:%d: there is no key “%s”"), r->path, r->line, clean);
    if (meant)
        rc = err_cure(r->err, _("Did you mean “%s”?"), meant);
    free(clean);
    return rc;
}

/* 1, 0, or -1 for what is no switch. */
static int switch_value(const char *value)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(value, words[i]) == 0)
            return (int)(i % 2);
    return -1;
}

int conf_has_password(const char *conninfo)
{
    const char *url = strstr(conninfo, "://");
    if (strstr(conninfo, "password"))
        return 1;
    if (!url)
        return 0;
    const char *at = url + 3 + strcspn(url + 3, "/@");
    const char *colon = strchr(url + 3, ':');
    return *at == '@' && colon && colon < at;
}

static int connection(struct reader *r, const char *value)
{
    if (strlen(value) >= CONNINFO_MAX)
        return wrong(r, _("the connection is too long"));
    if (conf_has_password(value))
        r->secret = 1;
    if (r->wanted && (!r->base || !r->place))
        (void)snprintf(r->conninfo, CONNINFO_MAX, "%s", value);
    return 0;
}

static int assign(struct reader *r, const char *key, const char *value)
{
    if (strcmp(key, "connection") == 0)
        return connection(r, value);
    enum option_id id = option_by_key(key);
    if (id == OPTION_COUNT)
        return unknown_key(r, key);
    const struct option_info *info = option_info(id);
    int on = info->argument ? 1 : switch_value(value);
    if (on < 0)
        return wrong(r, _("a switch is yes or no"));
    if (!r->wanted || (r->base && r->place && info->scope & SCOPE_WHO))
        return 0;
    if (!on) {
        option_unset(r->options, id);
        return 0;
    }
    char *clean = text_scrub(value, strlen(value), OPTION_TEXT_MAX);
    option_set(r->options, id, info->argument ? clean : "1", 1);
    free(clean);
    return 0;
}

static int one_line(struct reader *r, char *raw)
{
    char *text = trim(raw);
    if (r->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text = trim(text + 3);
    if (!*text || *text == '#' || *text == ';')
        return 0;
    if (*text == '[')
        return section(r, text);
    char *equal = strchr(text, '=');
    if (!equal)
        return wrong(r, _("a line is written KEY = VALUE"));
    if (!r->inside)
        return wrong(r, _("this line stands before the first section"));
    *equal = '\0';
    return assign(r, trim(text), trim(equal + 1));
}

static int all_lines(struct reader *r, FILE *f)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    int rc = 0;
    r->line = 0;
    r->inside = r->wanted = 0;
    while (rc == 0 && (len = getline(&line, &cap, f)) >= 0) {
        r->line++;
        if (len > CONF_LINE_MAX)
            rc = wrong(r, _("the line is too long"));
        else if (strlen(line) != (size_t)len)
            rc = wrong(r, _("the line holds a NUL byte"));
        else
            rc = one_line(r, line);
    }
    if (rc == 0 && ferror(f))
        rc = err_errno(r->err, ERR_CONFIG, _("cannot read %s"), r->path);
    if (line)
        explicit_bzero(line, cap);
    free(line);
    return rc;
}

static int check_owner(const struct reader *r, const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return err_set(r->err, ERR_CONFIG, _("%s is not a file"), r->path);
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        (void)err_set(r->err, ERR_CONFIG, _("%s belongs to somebody else"), r->path);
        return err_cure(r->err, _("Use a file of your own."));
    }
    if (st->st_mode & (S_IWGRP | S_IWOTH)) {
        (void)err_set(r->err, ERR_CONFIG, _("others can write %s"), r->path);
        return err_cure(r->err, "chmod go-w %s", r->path);
    }
    return 0;
}

static int check_after(const struct reader *r, const struct stat *st)
{
    if (r->secret && st->st_mode & (S_IRGRP | S_IROTH)) {
        (void)err_set(r->err, ERR_CONFIG, _("%s holds a password and others can read it"), r->path);
        return err_cure(r->err, "chmod 600 %s", r->path);
    }
    if (r->place && !r->found_place) {
        char *clean = text_scrub(r->place, strlen(r->place), 100);
        (void)err_set(r->err, ERR_CONFIG, _("%s has no section [place %s]"), r->path, clean);
        free(clean);
        return err_cure(r->err, _("Add it, or name the connection itself."));
    }
    return 0;
}

/* A place starts from what [vigie] says, wherever in the file the two stand. */
static int two_passes(struct reader *r, FILE *f)
{
    int rc = all_lines(r, f);
    if (rc == 0 && r->place) {
        r->second = 1;
        rewind(f);
        rc = all_lines(r, f);
    }
    return rc;
}

int conf_load(struct options *o, const char *path, int required, const char *place,
              char conninfo[CONNINFO_MAX], struct err *e)
{
    struct reader r = {.options = o, .path = path, .place = place, .conninfo = conninfo, .err = e};
    struct stat st;
    conninfo[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT && !required && !place)
        return 0;
    if (fd < 0)
        return err_errno(e, ERR_CONFIG, _("cannot read the configuration file %s"), path);
    FILE *f = fdopen(fd, "r");
    if (!f) {
        (void)close(fd);
        return err_errno(e, ERR_CONFIG, _("cannot read the configuration file %s"), path);
    }
    int rc = fstat(fd, &st) < 0 ? err_errno(e, ERR_CONFIG, _("cannot read %s"), path)
                                : check_owner(&r, &st);
    if (rc == 0)
        rc = two_passes(&r, f);
    if (rc == 0)
        rc = check_after(&r, &st);
    (void)fclose(f);
    return rc;
}
