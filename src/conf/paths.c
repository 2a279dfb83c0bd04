#include "config.h"

#include "conf/paths.h"

#include "base/i18n.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_STATE "/var/lib/vigie"

static int join(char out[PATH_TEXT], const char *folder, const char *rest, struct err *e)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    int n = snprintf(out, PATH_TEXT, "%.*s%s", (int)len, folder, rest);
    if (n < 0 || n >= PATH_TEXT)
        return err_set(e, ERR_LIMIT, _("a path is longer than %d bytes"), PATH_TEXT);
    return 0;
}

static int home(char out[PATH_TEXT], const char *rest, struct err *e)
{
    const char *dir = getenv("HOME");
    if (!dir || !*dir) {
        const struct passwd *pw = getpwuid(geteuid());
        dir = pw ? pw->pw_dir : NULL;
    }
    if (!dir || dir[0] != '/') {
        (void)err_set(e, ERR_CONFIG, _("there is no home directory"));
        return err_cure(e, _("Set HOME to an absolute path."));
    }
    return join(out, dir, rest, e);
}

/* An XDG variable that is set counts only when it is absolute, as its specification says. */
static const char *xdg(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] == '/' ? value : NULL;
}

int paths_config(char out[PATH_TEXT], struct err *e)
{
    const char *base = xdg("XDG_CONFIG_HOME");
    if (base)
        return join(out, base, "/vigie/vigie.conf", e);
    return home(out, "/.config/vigie/vigie.conf", e);
}

int paths_keypair(char out[PATH_TEXT], struct err *e)
{
    const char *base = xdg("XDG_CONFIG_HOME");
    if (base)
        return join(out, base, "/vigie/keypair", e);
    return home(out, "/.config/vigie/keypair", e);
}

int paths_state(char out[PATH_TEXT], struct err *e)
{
    const char *base = xdg("XDG_STATE_HOME");
    if (base)
        return join(out, base, "/vigie", e);
    if (geteuid() == 0)
        return join(out, ROOT_STATE, "", e);
    return home(out, "/.local/state/vigie", e);
}

int paths_log(char out[PATH_TEXT], struct err *e)
{
    char state[PATH_TEXT];
    char folder[PATH_TEXT];
    int rc = paths_state(state, e);
    if (rc == 0)
        rc = join(folder, state, "/log", e);
    if (rc == 0)
        rc = join(out, folder, "/vigie.log", e);
    return rc == 0 ? paths_make(folder, e) : rc;
}

static int make_one(const char *path, mode_t mode, struct err *e)
{
    struct stat st;
    if (mkdir(path, mode) == 0)
        return 0;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return 0;
    if (errno == EEXIST)
        errno = ENOTDIR;
    return err_errno(e, ERR_SYSTEM, _("cannot make the folder %s"), path);
}

int paths_make(const char *path, struct err *e)
{
    char part[PATH_TEXT];
    mode_t above = geteuid() == 0 ? 0711 : 0700;
    if (path[0] != '/' || strlen(path) >= sizeof part)
        return err_set(e, ERR_LIMIT, _("not an absolute path below %d bytes: %s"), PATH_TEXT, path);
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        int rc = make_one(part, above, e);
        if (rc < 0)
            return rc;
    }
    return make_one(path, 0700, e);
}
