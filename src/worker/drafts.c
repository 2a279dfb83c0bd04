#include "config.h"

#include "worker/drafts.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/event.h"
#include "worker/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 17, DIR_MODE = 0700 };

static const mode_t file_mode = 0600;

/* Names of logins and databases hold any byte, and may be long: the file is called by what they
 * come to (FNV-1a). Two that come to the same would share a draft, which is no secret between them:
 * the folder is one person's. */
static void name_of(char name[NAME_SIZE], const struct proof *proof)
{
    const char *const parts[] = {proof->login, proof->user_id, proof->host, proof->database};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *at = parts[i];
        do
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
        while (*at++);
    }
    (void)snprintf(name, NAME_SIZE, "%016" PRIx64, hash);
}

void drafts_init(struct drafts *drafts, struct kit *kit, const struct proof *proof)
{
    char name[NAME_SIZE];
    *drafts = (struct drafts){.kit = kit};
    const char *dir = kit->options.draft_dir;
    if (!dir)
        return;
    name_of(name, proof);
    int len = snprintf(drafts->path, sizeof drafts->path, "%s/%s.draft", dir, name);
    if (len < 0 || (size_t)len >= sizeof drafts->path)
        drafts->path[0] = '\0';
}

/* Only what is a file of this person's alone is believed. */
static char *read_draft(const char *path)
{
    struct stat st;
    char *text = NULL;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        (st.st_mode & (S_IRWXG | S_IRWXO)) == 0 && st.st_size > 0 && st.st_size < DRAFT_FILE_MAX) {
        size_t size = (size_t)st.st_size;
        size_t have = 0;
        text = mem_zero(size + 1, 1);
        for (ssize_t got; have < size && (got = read(fd, text + have, size - have)) > 0;)
            have += (size_t)got;
        text[have] = '\0';
    }
    (void)close(fd);
    return text;
}

void drafts_tell(struct drafts *drafts)
{
    char *text = drafts->path[0] && !drafts->told ? read_draft(drafts->path) : NULL;
    drafts->told = 1;
    if (!text)
        return;
    struct event *event = event_create(EVENT_DRAFT);
    event->text = text;
    answer_post(drafts->kit->events, event);
}

static int write_all(int fd, const char *text, size_t len)
{
    for (ssize_t put; len > 0; text += put, len -= (size_t)put) {
        put = write(fd, text, len);
        if (put < 0 && errno == EINTR)
            put = 0;
        else if (put < 0)
            return -1;
    }
    return fsync(fd);
}

/* Beside it, then in its place: there is always a whole one. */
static int replace(const char *dir, const char *path, const char *text)
{
    char beside[sizeof((struct drafts *)NULL)->path + sizeof ".new"];
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    if (mkdir(dir, DIR_MODE) && errno != EEXIST)
        return -1;
    if (unlink(beside) && errno != ENOENT)
        return -1;
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode);
    if (fd < 0)
        return -1;
    int rc = write_all(fd, text, strlen(text));
    if (close(fd))
        rc = -1;
    if (rc == 0)
        rc = rename(beside, path);
    if (rc)
        (void)unlink(beside);
    return rc;
}

void drafts_keep(struct drafts *drafts, unsigned job, const char *text)
{
    struct err e = {0};
    int rc = 0;
    if (!drafts->path[0])
        return;
    if (text)
        rc = replace(drafts->kit->options.draft_dir, drafts->path, text);
    else if (unlink(drafts->path) && errno != ENOENT)
        rc = -1;
    if (rc == 0)
        return;
    (void)err_errno(&e, ERR_SYSTEM, "%s", _("The form cannot be kept on disk"));
    answer_fault(drafts->kit->events, job, &e);
}
