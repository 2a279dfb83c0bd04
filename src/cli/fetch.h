#ifndef VIGIE_CLI_FETCH_H
#define VIGIE_CLI_FETCH_H

#include "db/session.h"
#include "model/organisation.h"
#include "model/page.h"
#include "model/proof.h"

/* The questions of db as plain calls: each asks, waits for the answer and hands it over, to
 * destroy. */
int fetch_page(struct session *s, const struct page_request *request, struct page **out,
               struct err *e);
/* ERR_NOT_FOUND when it is not in sight. */
int fetch_connexion(struct session *s, const char *id, struct connexion **out, struct err *e);
int fetch_organisations(struct session *s, struct organisations **out, struct err *e);

/* Every row of a request, page by page, in flat memory, at most limit of them (0: all). visit
 * borrows the row; a result that is not 0 ends it and is returned. */
typedef int (*fetch_visit)(void *arg, const struct connexion *row);
int fetch_each(struct session *s, struct page_request *request, long limit, fetch_visit visit,
               void *arg, struct err *e);

/* Limits the request to what the identity sees, and to the organisation of a name or id (NULL: no
 * further limit). An exact name wins over a part of one; a part must occur in one name only.
 * ERR_NOT_FOUND, ERR_USAGE. */
int fetch_scope(struct session *s, const struct proof *proof, const char *organisation,
                struct page_request *request, struct err *e);

/* Whether text is a whole uuid; lower gets it in lower case then, else it stays. */
int fetch_uuid(const char *text, char lower[UUID_TEXT]);

#endif
