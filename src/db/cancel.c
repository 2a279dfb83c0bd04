#include "config.h"

#include "db/session_part.h"

#include "base/i18n.h"
#include "base/log.h"

#include <pthread.h>

enum { SAID = 256 };

/* libpq connects, speaks and waits for the end of that connection: not on the thread that asks. */
static void *say(void *arg)
{
    PGcancel *cancel = arg;
    char said[SAID] = "";
    char clean[SERVER_TEXT_MAX];
    if (!PQcancel(cancel, said, sizeof said)) {
        sqlstate_clean(clean, said);
        log_write(LOG_WARN, "database: cannot cancel: %s", clean);
    }
    PQfreeCancel(cancel);
    return NULL;
}

int session_cancel(struct session *s, struct err *e)
{
    pthread_t thread;
    pthread_attr_t attr;
    PGcancel *cancel = s->phase == SESSION_READY ? PQgetCancel(s->conn) : NULL;
    if (!cancel)
        return err_set(e, ERR_LOST, _("There is no connection to the database."));
    int rc = pthread_attr_init(&attr);
    if (rc == 0) {
        rc = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        if (rc == 0)
            rc = pthread_create(&thread, &attr, say, cancel);
        (void)pthread_attr_destroy(&attr);
    }
    if (rc == 0)
        return 0;
    PQfreeCancel(cancel);
    return err_set(e, ERR_SYSTEM, _("The database cannot be asked to stop."));
}
