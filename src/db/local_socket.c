#include "config.h"

#include "db/local_child.h"
#include "db/local_part.h"

#include "base/i18n.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of the account's own that nobody else enters, no link. */
static int is_private(const struct local *l, const char *folder)
{
    struct stat st;
    return folder[0] == '/' && strlen(folder) <= SOCKET_FOLDER_MAX && lstat(folder, &st) == 0 &&
           S_ISDIR(st.st_mode) && st.st_uid == l->account.uid && (st.st_mode & 077) == 0;
}

/* libpq takes a comma for the end of a host. */
static int fits(const char *folder)
{
    return strlen(folder) <= SOCKET_FOLDER_MAX && !strchr(folder, ',');
}

static void record_path(const struct local *l, char out[LOCAL_PATH + 16])
{
    (void)snprintf(out, LOCAL_PATH + 16, "%s/socket", l->root);
}

void local_socket_find(struct local *l)
{
    char path[LOCAL_PATH + 16];
    int n = snprintf(l->socket, sizeof l->socket, "%s/s", l->root);
    if (n > 0 && n < (int)sizeof l->socket && fits(l->socket))
        return;
    l->socket[0] = '\0';
    record_path(l, path);
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    if (!fgets(l->socket, sizeof l->socket, f))
        l->socket[0] = '\0';
    (void)fclose(f);
    l->socket[strcspn(l->socket, "\n")] = '\0';
    if (!is_private(l, l->socket))
        l->socket[0] = '\0';
}

static int make_short(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    char folder[] = "/tmp/vigie-XXXXXX";
    char path[LOCAL_PATH + 16];
    if (!mkdtemp(folder))
        return err_errno(e, ERR_SYSTEM, _("cannot make a folder for the socket in /tmp"));
    record_path(l, path);
    int rc = local_write(path, folder, e);
    if (rc < 0)
        (void)rmdir(folder);
    return rc;
}

static int make_own(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    if (mkdir(l->socket, 0700) < 0 && errno != EEXIST)
        return err_errno(e, ERR_SYSTEM, _("cannot make the folder %s"), l->socket);
    return 0;
}

int local_socket_make(struct local *l, struct err *e)
{
    local_socket_find(l);
    if (l->socket[0])
        return child_call(&l->account, make_own, l, NULL, e);
    int rc = child_call(&l->account, make_short, l, NULL, e);
    if (rc < 0)
        return rc;
    local_socket_find(l);
    return l->socket[0] ? 0 : err_set(e, ERR_SYSTEM, _("the socket has no folder"));
}

void local_socket_remove(const struct local *l)
{
    if (strncmp(l->socket, l->root, strlen(l->root)) != 0 && is_private(l, l->socket))
        (void)local_remove(l->socket, NULL);
}
