#include "config.h"

#include "worker/exporter.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/q_journal.h"
#include "flow/event.h"
#include "worker/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_BYTES = 400 };

struct export
{
    struct session *session;
    struct queue *events;
    unsigned job;
    journal_line_fn line;
    struct journal_request request;
    char *path;
    FILE *file;
    size_t entries;
};

static char *home_path(const char *path)
{
    const char *home = getenv("HOME");
    if (strncmp(path, "~/", 2) != 0 || !home || !*home)
        return mem_dup(path);
    size_t size = strlen(home) + strlen(path);
    char *out = mem_alloc(size);
    (void)snprintf(out, size, "%s%s", home, path + 1);
    return out;
}

static int open_new(struct export *x, struct err *e)
{
    char *clean = text_scrub(x->path, strlen(x->path), SHOWN_BYTES);
    int rc = 0;
    int fd = open(x->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    x->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!x->file && errno == EEXIST) {
        (void)err_set(e, ERR_SYSTEM, _("The file %s is there already and is left as it is."),
                      clean);
        rc = err_cure(e, "%s", _("Name another file."));
    } else if (!x->file) {
        rc = err_errno(e, ERR_SYSTEM, _("The file %s cannot be written"), clean);
        if (fd >= 0)
            (void)close(fd);
    }
    free(clean);
    return rc;
}

static void done(struct export *x)
{
    free(x->path);
    free(x);
}

/* What is not whole is not left behind: it was made here. */
static void give_up(struct export *x, const struct err *e)
{
    if (x->file) {
        (void)fclose(x->file);
        (void)unlink(x->path);
    }
    if (e->code != ERR_LOST)
        answer_fault(x->events, x->job, e);
    done(x);
}

static void finish(struct export *x)
{
    struct err e = {0};
    int bad = fflush(x->file) || fsync(fileno(x->file));
    if (bad) {
        (void)err_errno(&e, ERR_SYSTEM, "%s", _("The journal cannot be written"));
        give_up(x, &e);
        return;
    }
    (void)fclose(x->file);
    struct event *event = event_create(EVENT_EXPORTED);
    event->job = x->job;
    event->rows_done = x->entries;
    event->text = text_scrub(x->path, strlen(x->path), SHOWN_BYTES);
    answer_post(x->events, event);
    done(x);
}

static int write_page(struct export *x, const struct journal_page *page, struct err *e)
{
    for (size_t i = 0; i < page->len; i++)
        x->line(x->file, &page->item[i]);
    x->entries += page->len;
    if (!ferror(x->file))
        return 0;
    return err_errno(e, ERR_SYSTEM, "%s", _("The journal cannot be written"));
}

static void got_page(void *arg, struct journal_page *page, struct err *e)
{
    struct export *x = arg;
    struct err bad = {0};
    int more = page && page->more && page->len > 0;
    if (!page || (e && e->code != ERR_OK)) {
        if (e)
            bad = *e;
    } else if (write_page(x, page, &bad) == 0 && more) {
        const struct journal_entry *last = &page->item[page->len - 1];
        memcpy(x->request.before_at, last->at_text, sizeof x->request.before_at);
        memcpy(x->request.before_organisation, last->organisation_id,
               sizeof x->request.before_organisation);
        x->request.before_seq = last->seq;
        (void)q_journal_page(x->session, &x->request, got_page, x, &bad);
    }
    journal_page_destroy(page);
    if (bad.code != ERR_OK)
        give_up(x, &bad);
    else if (!more)
        finish(x);
}

void exporter_start(const struct job *job, struct session *s, journal_line_fn line,
                    struct queue *events)
{
    struct err e = {0};
    struct export *x = mem_zero(1, sizeof *x);
    *x = (struct export){.session = s,
                         .events = events,
                         .job = job->id,
                         .line = line,
                         .request = *job->journal,
                         .path = home_path(job->text)};
    x->request.limit = JOURNAL_PAGE_MAX;
    if (!line)
        (void)err_set(&e, ERR_FAILURE, "%s", _("This program cannot write the journal to a file."));
    else if (open_new(x, &e) == 0)
        (void)q_journal_page(s, &x->request, got_page, x, &e);
    if (e.code != ERR_OK)
        give_up(x, &e);
}
