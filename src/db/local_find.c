#include "config.h"

#include "db/local_child.h"
#include "db/local_part.h"

#include "base/i18n.h"

#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OLDEST = 14 };

static const char *const programs[] = {"postgres", "initdb", "pg_ctl"};

static int has_programs(const char *folder)
{
    char path[LOCAL_PATH];
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        int n = snprintf(path, sizeof path, "%s/%s", folder, programs[i]);
        if (n < 0 || n >= (int)sizeof path || access(path, X_OK) != 0)
            return 0;
    }
    return 1;
}

/* Whether the folder serves: its version is wanted (0: any that is new enough). */
static int take_folder(struct local *l, const char *folder, int version, int wanted)
{
    if (version < OLDEST || (wanted && version != wanted) || !has_programs(folder))
        return 0;
    if (strlen(folder) >= sizeof l->bindir)
        return 0;
    (void)snprintf(l->bindir, sizeof l->bindir, "%s", folder);
    l->version = version;
    return 1;
}

/* Debian keeps each version's programs in a folder of its name. */
static int by_folder(struct local *l, int wanted)
{
    glob_t found = {0};
    int best = 0;
    size_t at = 0;
    if (glob("/usr/lib/postgresql/*/bin", GLOB_ONLYDIR, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        int version = local_number(found.gl_pathv[i] + strlen("/usr/lib/postgresql/"));
        if (version > best && (!wanted || version == wanted) && has_programs(found.gl_pathv[i])) {
            best = version;
            at = i;
        }
    }
    int taken = best && take_folder(l, found.gl_pathv[at], best, wanted);
    globfree(&found);
    return taken;
}

static int by_pg_config(struct local *l, const char *pg_config, int wanted)
{
    struct child child;
    const char *const ask_folder[] = {pg_config, "--bindir", NULL};
    if (child_exec(&l->account, ask_folder, NULL, &child, NULL) < 0 || child.status != 0)
        return 0;
    child.output[strcspn(child.output, "\n")] = '\0';
    char folder[CHILD_OUTPUT];
    char server[CHILD_OUTPUT + 16];
    memcpy(folder, child.output, sizeof folder);
    (void)snprintf(server, sizeof server, "%s/postgres", folder);
    const char *const ask_version[] = {server, "--version", NULL};
    if (folder[0] != '/' || child_exec(&l->account, ask_version, NULL, &child, NULL) < 0 ||
        child.status != 0)
        return 0;
    const char *number = strstr(child.output, ") ");
    return number && take_folder(l, folder, local_number(number + 2), wanted);
}

/* The major version that made the cluster; 0 when there is none. */
static int cluster_version(const struct local *l)
{
    char path[LOCAL_PATH + 16];
    char text[16] = "";
    (void)snprintf(path, sizeof path, "%s/PG_VERSION", l->data);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    if (!fgets(text, sizeof text, f))
        text[0] = '\0';
    (void)fclose(f);
    return local_number(text);
}

static int find_programs(struct local *l, struct err *e)
{
    const char *other = getenv("PG_CONFIG");
    int wanted = cluster_version(l);
    if ((other && *other && by_pg_config(l, other, wanted)) || by_folder(l, wanted) ||
        by_pg_config(l, "pg_config", wanted))
        return 0;
    if (wanted) {
        (void)err_set(e, ERR_SYSTEM,
                      _("the private database was made by PostgreSQL %d, whose server is not "
                        "installed"),
                      wanted);
        return err_cure(e, _("Install it again (Debian: apt-get install postgresql-%d)."), wanted);
    }
    (void)err_set(e, ERR_SYSTEM, _("there is no PostgreSQL server %d or later on this machine"),
                  OLDEST);
    return err_cure(e, _("Install one (Debian: apt-get install postgresql-15), or name a "
                         "connection to another server."));
}

static int set_path(char out[LOCAL_PATH], const char *folder, const char *name, struct err *e)
{
    int n = snprintf(out, LOCAL_PATH, "%s%s", folder, name);
    if (n < 0 || n >= LOCAL_PATH - 32)
        return err_set(e, ERR_LIMIT, _("a path is longer than %d bytes"), LOCAL_PATH);
    for (const char *p = out; *p; p++)
        if ((unsigned char)*p < ' ' || *p == '"' || *p == '\'' || *p == '\\')
            return err_set(e, ERR_CONFIG,
                           _("the path of the state folder holds a quote, a backslash or a "
                             "control character"));
    return 0;
}

static void set_person(struct local *l)
{
    const struct passwd *pw = getpwuid(geteuid());
    (void)snprintf(l->person, sizeof l->person, "%s", pw ? pw->pw_name : "");
}

int local_init(struct local *l, const char *state_dir, struct err *e)
{
    *l = (struct local){.port = LOCAL_PORT};
    int rc = account_init(&l->account, e);
    set_person(l);
    if (rc == 0)
        rc = set_path(l->state, state_dir, "", e);
    if (rc == 0)
        rc = set_path(l->root, state_dir, "/postgresql", e);
    if (rc == 0)
        rc = set_path(l->data, l->root, "/data", e);
    if (rc == 0)
        rc = set_path(l->log, l->root, "/server.log", e);
    if (rc == 0)
        rc = find_programs(l, e);
    if (rc == 0)
        local_socket_find(l);
    return rc;
}
