#ifndef VIGIE_WORKER_MAILER_H
#define VIGIE_WORKER_MAILER_H

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>
#include <sys/types.h>

/* One run of the program that takes mails (sendmail): fed through a pipe and waited for without
 * blocking. A zeroed one runs nothing. */
struct mailer {
    pid_t pid; /* 0: nothing runs */
    int fd;    /* of the pipe; -1: closed */
    struct str text;
    size_t sent;
    int status;               /* of the process that ended */
    int64_t look_ms, kill_ms; /* mono instants: to look again, to end it */
};

#define MAILER_COMMAND "/usr/sbin/sendmail -t -i"
enum { MAILER_MS = 30000 };

/* Whether the command can be run here: an absolute path and words with blanks between; no shell. */
int mailer_can(const char *command);

/* Takes the text. ERR_SYSTEM. */
int mailer_start(struct mailer *m, const char *command, struct str *text, int64_t mono_ms,
                 struct err *e);
/* Goes on; nonzero while it runs. */
int mailer_step(struct mailer *m, int64_t mono_ms);
/* After the end: 0, or negative with the reason. */
int mailer_end(const struct mailer *m, struct err *e);
/* Ends what runs. */
void mailer_stop(struct mailer *m);

#endif
