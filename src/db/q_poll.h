#ifndef VIGIE_DB_Q_POLL_H
#define VIGIE_DB_Q_POLL_H

#include "db/session.h"
#include "model/health.h"

#include <stddef.h>

/* What the poller asks of the database: work under leases, and results in batches. Each is one
 * transaction on a ready session. Other pollers see a leased row as taken until the lease ends. A
 * session without session_health refuses all of it (ERR_DATABASE). */

enum { POLL_KEY_MAX = 512, POLL_URL_MAX = 1024, POLL_BATCH = 500 };

/* One leased connexion. The key is text of the database: validated as a header value (printable
 * ASCII without blanks; else the probe is not sent and the verdict is SETTINGS), wiped in the
 * result that it came in, and by poll_work_destroy. */
struct poll_item {
    struct health health;        /* as last recorded */
    char key[POLL_KEY_MAX];      /* "" when unusable, or the base URL is */
    char base_url[POLL_URL_MAX]; /* of the row (openai_ia_extensions ->> 'base_url'), "" for the
                                    default */
    char openai_organisation[96], project[96]; /* header values; "" when unusable */
    char status[32];                           /* openai_statut_connexion as it is */
    char *models;                              /* openai_modeles_autorises as text, NULL for none */
    int is_admin;                              /* the key starts with sk-admin- */
};

struct poll_work {
    struct poll_item *item; /* owned */
    int len;
    int64_t next_due; /* UTC seconds of this machine's clock at which more work is due, 0 when
                         unknown */
};
/* Accepts NULL. */
void poll_work_destroy(struct poll_work *work);

/* Makes sure that every active connexion in sight has a row of health, parks the ones switched off
 * and rouses those switched on again: at the start, when the table changed, and now and then. One
 * call does at most fifty thousand; the next one goes on. */
typedef void (*poll_done)(void *arg, struct err *e);
int q_poll_enrol(struct session *s, poll_done done, void *arg, struct err *e);

/* Leases up to max due connexions for owner (shown to people: host, pid, operator; 1 to 159 bytes)
 * for lease_s seconds (1 to 3600). Only active ones (openai_actif), due by their next_at. The
 * callee of done takes work, which is NULL only when e says why. */
typedef void (*poll_work_done)(void *arg, struct poll_work *work, struct err *e);
int q_poll_lease(struct session *s, const char *owner, int max, int lease_s, poll_work_done done,
                 void *arg, struct err *e);

/* Leases these connexions (at most POLL_BATCH) now, due or not, whatever their switch says: for a
 * test that a person asked for. Fewer come back when another owner holds one, or one is out of
 * sight. next_due is 0. */
int q_poll_take(struct session *s, const char *owner, const char *const *ids, int count,
                int lease_s, poll_work_done done, void *arg, struct err *e);

/* Records at most POLL_BATCH results and gives the leases back, in one transaction. status: the new
 * word of the table, or NULL to leave it; a row that people made inactive meanwhile stays so.
 * error: what becomes openai_derniere_erreur (NULL: cleared). A row whose lease is not owner's any
 * more is left alone. shared: the probe told nothing of the connexion, so openai_derniere_synchro
 * and openai_derniere_erreur stay. health->next_at is taken as a distance from this machine's now,
 * at most a day; 0 leaves the row due when it was. */
struct poll_result {
    const struct health *health;
    const char *status;
    const char *error;
    int shared;
};
int q_poll_record(struct session *s, const char *owner, const struct poll_result *results,
                  int count, poll_done done, void *arg, struct err *e);

/* Gives leases back unprobed: at the end of the program. */
int q_poll_release(struct session *s, const char *owner, poll_done done, void *arg, struct err *e);

/* The host's verdict, for every console to show (a member's: to the own organisation). Readers
 * forget it an hour after it was last told: tell it again while it lasts. */
int q_poll_host(struct session *s, const struct host_health *host, poll_done done, void *arg,
                struct err *e);

#endif
