#ifndef VIGIE_CLI_FETCH_ALERT_H
#define VIGIE_CLI_FETCH_ALERT_H

#include "db/q_alert.h"
#include "db/q_overview.h"

/* The questions of db about alerts and the board as plain calls: each asks, waits for the answer
 * and hands it over, to destroy. Changes nothing of out when it fails. */
int fetch_alerts(struct session *s, const struct alert_request *request, struct alert_list **out,
                 struct err *e);
int fetch_alert_act(struct session *s, const struct alert_action *action, struct err *e);
int fetch_overview(struct session *s, struct overview **out, struct err *e);

/* The one alert that a person means by a whole id, or by the start of one of the newest. id gets
 * the whole. ERR_NOT_FOUND; ERR_USAGE when it could be several. */
int find_alert(struct session *s, const char *operand, char id[UUID_TEXT], struct err *e);

#endif
