#ifndef VIGIE_DB_Q_ORGANISATION_H
#define VIGIE_DB_Q_ORGANISATION_H

#include "db/session.h"
#include "model/organisation.h"

/* All organisations in sight by name, with totals, those without a connexion too. */
typedef void (*organisations_done)(void *arg, struct organisations *all, struct err *e);
int q_organisation_all(struct session *s, organisations_done done, void *arg, struct err *e);

#endif
