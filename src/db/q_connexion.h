#ifndef VIGIE_DB_Q_CONNEXION_H
#define VIGIE_DB_Q_CONNEXION_H

#include "db/session.h"
#include "model/organisation.h"
#include "model/page.h"

/* The questions about connexions. Each is one READ transaction on a ready session; the done
 * function gets what it names, to take, or an error. Text is scrubbed and bounded here, where it
 * enters. A member's own organisation travels as an explicit filter: set it in the request. */

typedef void (*page_done)(void *arg, struct page *page, struct err *e);
int q_connexion_page(struct session *s, const struct page_request *request, page_done done,
                     void *arg, struct err *e);

typedef void (*connexion_done)(void *arg, struct connexion *row,
                               struct err *e); /* NULL row without error: not in sight */
int q_connexion_one(struct session *s, const char *id, connexion_done done, void *arg,
                    struct err *e);

/* Sums over what filter and organisation show; counting stops at a bound (exact = 0). */
typedef void (*totals_done)(void *arg, const struct totals *totals, int exact, struct err *e);
int q_connexion_totals(struct session *s, const struct filter *filter, const char *organisation,
                       totals_done done, void *arg, struct err *e);

#endif
