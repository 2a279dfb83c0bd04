#ifndef VIGIE_DB_GATE_H
#define VIGIE_DB_GATE_H

#include "db/session.h"
#include "model/proof.h"

/* Called once. e->code is ERR_OK when the session may be used; else the refusal, or why the facts
 * could not be learned. proof is filled as far as it went; borrowed. */
typedef void (*gate_done)(void *arg, struct proof *proof, struct err *e);

/* Proves the isolation of a ready session. First the facts of the catalogues; then, unless the
 * session is a superuser's (in which a function planted in the database would run with all rights),
 * who it is and the attempt to be somebody else: two round trips. Then proof_judge. No row of the
 * table is read. Tells the session its scope (session_set_scope). */
int gate_run(struct session *s, gate_done done, void *arg, struct err *e);

/* For the command line: session_open, then the gate; on success *out is the proven session, else
 * NULL. proof (may be NULL) is filled in any case. */
int gate_open(struct session **out, struct conn_spec *spec, struct proof *proof, struct err *e);

/* The same, but *out stays open when the gate refuses, for who wants to tell more about it; NULL
 * when there is no connection. */
int gate_try(struct session **out, struct conn_spec *spec, struct proof *proof, struct err *e);

#endif
