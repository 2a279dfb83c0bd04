#ifndef VIGIE_DB_ROW_ALERT_H
#define VIGIE_DB_ROW_ALERT_H

#include "model/alert.h"

#include <libpq-fe.h>

/* The columns of vigie.alert_counts, by name; also those of a row of the board. */
void row_alert_counts(struct alert_counts *counts, const PGresult *res, int row);
/* The columns of SQL_ALERT with status, organisation_nom and subject, by name. -1 for a kind that
 * this program does not know. */
int row_alert(struct alert *a, const PGresult *res, int row);

#endif
