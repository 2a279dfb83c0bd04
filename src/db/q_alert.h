#ifndef VIGIE_DB_Q_ALERT_H
#define VIGIE_DB_Q_ALERT_H

#include "db/q_poll.h"
#include "model/alert.h"

/* Alerts, as far as the caller sees their connexions. A session whose database has not the tables
 * refuses (ERR_DATABASE). */

/* A page, and the counts of all in sight. The callee of done takes list, which is NULL only when e
 * says why. */
typedef void (*alerts_done)(void *arg, struct alert_list *list, struct err *e);
int q_alerts(struct session *s, const struct alert_request *request, alerts_done done, void *arg,
             struct err *e);

/* The counts alone. counts is borrowed within done, NULL when e says why. */
typedef void (*alert_counts_done)(void *arg, const struct alert_counts *counts, struct err *e);
int q_alert_counts(struct session *s, alert_counts_done done, void *arg, struct err *e);

/* Who does it is the session's person. ERR_NOT_FOUND through done when the alert is gone or out of
 * sight; ERR_REFUSED when it cannot be done: a snooze needs a reason and an end to come. */
int q_alert_act(struct session *s, const struct alert_action *action, poll_done done, void *arg,
                struct err *e);

/* One turn of the watch: holds connexions at their hard limits and lets them go (enforce), keeps
 * what the applications counted (sample), raises what is new and ends what is over. Three
 * transactions; done is called once, after the last. */
struct watch_turn {
    int raised;                 /* alerts that are new; -1: another program is at it */
    int behind;                 /* there are more connexions to look at */
    struct err enforce, sample; /* what went wrong with these; the others went on */
};
typedef void (*watch_done)(void *arg, const struct watch_turn *turn, struct err *e);
int q_watch(struct session *s, watch_done done, void *arg, struct err *e);

#endif
