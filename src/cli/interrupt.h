#ifndef VIGIE_CLI_INTERRUPT_H
#define VIGIE_CLI_INTERRUPT_H

#include "db/session.h"

/* Waits until nothing is pending, as session_wait does; SIGINT and SIGTERM meanwhile ask the server
 * to stop the statement instead of ending the program, so that what became of it can be told.
 * *interrupted tells whether one came. */
int interrupt_wait(struct session *s, int *interrupted, struct err *e);

#endif
