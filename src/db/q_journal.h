#ifndef VIGIE_DB_Q_JOURNAL_H
#define VIGIE_DB_Q_JOURNAL_H

#include "db/session.h"
#include "model/journal.h"

/* done takes the page. */
typedef void (*journal_done)(void *arg, struct journal_page *page, struct err *e);
int q_journal_page(struct session *s, const struct journal_request *request, journal_done done,
                   void *arg, struct err *e);

/* Recomputes the chains of the organisations in sight (one, or all for ""). proofs are borrowed. */
typedef void (*journal_verified)(void *arg, const struct journal_proof *proofs, size_t len,
                                 struct err *e);
int q_journal_verify(struct session *s, const char *organisation, journal_verified done, void *arg,
                     struct err *e);

#endif
