#include "config.h"

#include "db/local_child.h"
#include "db/local_part.h"
#include "db/stmt.h"

#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FRESH "data.new-"

/* A name of this program's own: what an interrupted one left may still be written to. */
static void fresh_path(const struct local *l, char out[LOCAL_PATH + 32])
{
    (void)snprintf(out, LOCAL_PATH + 32, "%s/" FRESH "%d", l->root, (int)getpid());
}

/* Removes what interrupted creations left; what resists goes another time. */
static int clean(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    char path[LOCAL_PATH + 300];
    const struct dirent *entry;
    DIR *folder = opendir(l->root);
    if (!folder)
        return err_errno(e, ERR_SYSTEM, _("cannot read the folder %s"), l->root);
    while ((entry = readdir(folder))) {
        if (strncmp(entry->d_name, FRESH, strlen(FRESH)) != 0)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", l->root, entry->d_name);
        (void)local_remove(path, NULL);
    }
    (void)closedir(folder);
    return 0;
}

static int init_cluster(const struct local *l, const char *fresh, int icu, struct child *child,
                        struct err *e)
{
    char program[LOCAL_PATH + 16];
    const char *argv[20];
    int n = 0;
    (void)snprintf(program, sizeof program, "%s/initdb", l->bindir);
    argv[n++] = program;
    argv[n++] = "-D";
    argv[n++] = fresh;
    argv[n++] = "-U";
    argv[n++] = local_superuser();
    argv[n++] = "--auth-local=peer";
    argv[n++] = "--auth-host=reject";
    argv[n++] = "-E";
    argv[n++] = "UTF8";
    argv[n++] = "--locale=C.UTF-8";
    argv[n++] = "--data-checksums";
    argv[n++] = "--no-instructions";
    if (icu) {
        argv[n++] = "--locale-provider=icu";
        argv[n++] = "--icu-locale=und";
    }
    argv[n] = NULL;
    return child_exec(&l->account, argv, NULL, child, e);
}

static int run_initdb(const struct local *l, const char *fresh, struct err *e)
{
    struct child child;
    int icu = l->version >= 15;
    int rc = init_cluster(l, fresh, icu, &child, e);
    if (rc == 0 && child.status != 0 && icu && strstr(child.output, "ICU is not supported")) {
        rc = child_call(&l->account, clean, l, NULL, e);
        if (rc == 0)
            rc = init_cluster(l, fresh, 0, &child, e);
    }
    if (rc == 0 && child.status != 0)
        return child_failed(l, _("the private database could not be made"), child.output, e);
    return rc;
}

static int append(const char *path, const char *text, struct err *e)
{
    size_t len = strlen(text);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot write %s"), path);
    int bad = write(fd, text, len) != (ssize_t)len || fsync(fd) < 0;
    int rc = bad ? err_errno(e, ERR_SYSTEM, _("cannot write %s"), path) : 0;
    (void)close(fd);
    return rc;
}

/* Who may come in: over the socket alone, as the operating system says, by the map. */
static int write_access(const struct local *l, const void *arg, struct err *e)
{
    const char *fresh = arg;
    char path[LOCAL_PATH + 64];
    char map[LOCAL_NAME * 20] = "# system user, database role\n";
    if (local_map_line(map, sizeof map, l->person, local_superuser()) < 0 ||
        local_map_line(map, sizeof map, l->person, local_owner()) < 0)
        return err_set(e, ERR_LIMIT, _("the name %s is too long"), l->person);
    (void)snprintf(path, sizeof path, "%s/pg_hba.conf", fresh);
    int rc = local_write(path, "local all all peer map=vigie\n", e);
    (void)snprintf(path, sizeof path, "%s/pg_ident.conf", fresh);
    if (rc == 0)
        rc = local_write(path, map, e);
    (void)snprintf(path, sizeof path, "%s/postgresql.conf", fresh);
    return rc == 0 ? append(path, "\ninclude_if_exists = 'vigie.conf'\n", e) : rc;
}

/* The owner's role is made before the cluster takes its name: an interrupted creation leaves
 * nothing half done. */
static int make_owner(const struct local *l, const char *fresh, struct err *e)
{
    struct child child;
    char program[LOCAL_PATH + 16];
    char input[512];
    (void)snprintf(program, sizeof program, "%s/postgres", l->bindir);
    (void)snprintf(input, sizeof input, "%s\n", stmt_text(STMT_LOCAL_OWNER));
    const char *const argv[] = {program, "--single",           "-D",       fresh,
                                "-c",    "exit_on_error=true", "postgres", NULL};
    int rc = child_exec(&l->account, argv, input, &child, e);
    if (rc == 0 && (child.status != 0 || strstr(child.output, "ERROR:")))
        return child_failed(l, _("the private database could not be made"), child.output, e);
    return rc;
}

static int name_it(const struct local *l, const void *arg, struct err *e)
{
    if (rename(arg, l->data) < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot make %s"), l->data);
    int folder = open(l->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder);
        (void)close(folder);
    }
    return 0;
}

int local_create(struct local *l, struct err *e)
{
    char fresh[LOCAL_PATH + 32];
    fresh_path(l, fresh);
    int rc = child_call(&l->account, clean, l, NULL, e);
    if (rc == 0)
        rc = run_initdb(l, fresh, e);
    if (rc == 0)
        rc = child_call(&l->account, write_access, l, fresh, e);
    if (rc == 0)
        rc = make_owner(l, fresh, e);
    if (rc == 0)
        rc = child_call(&l->account, name_it, l, fresh, e);
    if (rc < 0)
        (void)child_call(&l->account, clean, l, NULL, NULL);
    return rc;
}

/* Small, calm, and silent about what rows hold. */
static const char settings[] = "# Written by vigie at each start of the server.\n"
                               "listen_addresses = ''\n"
                               "port = %d\n"
                               "unix_socket_directories = '\"%s\"'\n"
                               "unix_socket_permissions = 0700\n"
                               "max_connections = 50\n"
                               "shared_buffers = 32MB\n"
                               "jit = off\n"
                               "timezone = 'UTC'\n"
                               "log_timezone = 'UTC'\n"
                               "log_error_verbosity = terse\n"
                               "log_min_error_statement = panic\n"
                               "log_statement = none\n"
                               "log_checkpoints = off\n";

static int write_settings(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    enum { LOG_LARGE = 8 * 1024 * 1024 };
    char path[LOCAL_PATH + 16];
    char text[LOCAL_PATH + sizeof settings];
    (void)snprintf(path, sizeof path, "%s.1", l->log);
    int log = open(l->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (log >= 0 && lseek(log, 0, SEEK_END) > LOG_LARGE)
        (void)rename(l->log, path);
    if (log >= 0)
        (void)close(log);
    (void)snprintf(path, sizeof path, "%s/vigie.conf", l->data);
    (void)snprintf(text, sizeof text, settings, l->port, l->socket);
    return local_write(path, text, e);
}

int local_configure(const struct local *l, struct err *e)
{
    return child_call(&l->account, write_settings, l, NULL, e);
}
