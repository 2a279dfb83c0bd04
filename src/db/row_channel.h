#ifndef VIGIE_DB_ROW_CHANNEL_H
#define VIGIE_DB_ROW_CHANNEL_H

#include "model/channel.h"

#include <libpq-fe.h>

/* The columns of SQL_CHANNEL and those of SQL_CHANNELS that are there, by name; kind is
 * CHANNEL_KIND_COUNT when this program does not know it. */
void row_channel(struct channel *c, const PGresult *res, int row);

#endif
