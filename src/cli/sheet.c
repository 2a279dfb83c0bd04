#include "config.h"

#include "cli/sheet_part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CLEAN_MAX = 100, CHUNK = 64 * 1024, OTHERS = 077 };

void sheet_text(enum field field, const char *value, struct str *out)
{
    if (field_info(field)->kind == FIELD_SWITCH)
        (void)str_add(out, strcmp(value, "t") == 0 ? "yes" : "no");
    else
        field_edit_text(field, value, out);
}

int sheet_format(const char *text, int *json, struct err *e)
{
    *json = -1;
    if (!text)
        return 0;
    *json = strcmp(text, "json") == 0;
    return *json || strcmp(text, "csv") == 0 ? 0
                                             : err_set(e, ERR_USAGE, _("--format is csv or json"));
}

/* What the console adds to a row, and columns that nobody sets by hand. */
static int is_ignored(const char *name)
{
    static const char *const names[] = {
        "organisation_nom", "client_nom", "client_link", "organisation-name",
        "client-name",      "health",     "figures"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return column_find(name) >= 0;
}

enum sheet_name sheet_name(const char *name, enum field *field)
{
    int found = field_find(name);
    if (found >= 0) {
        *field = (enum field)found;
        return SHEET_FIELD;
    }
    if (column_find(name) == COL_ID)
        return SHEET_ID;
    return is_ignored(name) ? SHEET_IGNORED : SHEET_UNKNOWN;
}

int sheet_unknown(const char *name, struct err *e)
{
    char *clean = text_scrub(name, strlen(name), CLEAN_MAX);
    (void)err_set(e, ERR_USAGE, _("the file names “%s”, which is no column"), clean);
    free(clean);
    return err_cure(e, "%s", _("The names are those that `vigie export` writes."));
}

int sheet_shared(struct err *e)
{
    (void)err_set(e, ERR_USAGE, "%s", _("the file holds keys, and others may read it"));
    return err_cure(e, "chmod 600 FILE");
}

int sheet_id(struct sheet_row *row, const char *text)
{
    return fetch_uuid(text, row->id) ? 0 : -1;
}

static void wipe(char *text, size_t len)
{
    if (text)
        mem_wipe(text, len);
    free(text);
}

/* All bytes of a descriptor. Grows by hand, so that no copy of a key stays behind. */
static int read_all(int fd, char **text, size_t *len, struct err *e)
{
    size_t cap = CHUNK;
    *text = mem_alloc(cap + 1);
    *len = 0;
    for (;;) {
        if (*len == cap) {
            char *more = cap < SHEET_FILE_MAX ? mem_alloc(2 * cap + 1) : NULL;
            if (!more)
                return err_set(e, ERR_LIMIT, _("the file is larger than %d MiB"),
                               SHEET_FILE_MAX / 1024 / 1024);
            memcpy(more, *text, *len);
            wipe(*text, *len);
            *text = more;
            cap *= 2;
        }
        ssize_t n = read(fd, *text + *len, cap - *len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_SYSTEM, _("cannot read the file"));
        if (n == 0)
            break;
        *len += (size_t)n;
    }
    (*text)[*len] = '\0';
    return memchr(*text, '\0', *len) ? err_set(e, ERR_USAGE, _("the file is no text")) : 0;
}

static int open_file(const char *path, int *shared, struct err *e)
{
    struct stat st;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        char *clean = text_scrub(path, strlen(path), CLEAN_MAX);
        int rc = err_errno(e, ERR_SYSTEM, _("cannot read %s"), clean);
        free(clean);
        return rc;
    }
    *shared = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & OTHERS);
    return fd;
}

static int looks_like_json(const char *text)
{
    text += strspn(text, " \t\r\n");
    return *text == '[' || *text == '{';
}

int sheet_read(const char *path, int json, sheet_visit visit, void *arg, struct err *e)
{
    struct sheet_source s = {NULL, 0, visit, arg};
    size_t len = 0;
    int fd = open_file(path, &s.shared, e);
    if (fd < 0)
        return fd;
    int rc = read_all(fd, &s.text, &len, e);
    if (rc == 0 && (json < 0 ? looks_like_json(s.text) : json))
        rc = sheet_read_json(&s, e);
    else if (rc == 0)
        rc = sheet_read_csv(&s, e);
    wipe(s.text, len);
    (void)close(fd);
    return rc;
}
