#ifndef VIGIE_DB_EDIT_SEND_H
#define VIGIE_DB_EDIT_SEND_H

#include "db/edit_plan.h"
#include "db/session.h"

/* What the files of q_edit share. */

/* The queries of a plan: one for each part. */
struct edit_parts {
    struct query *query;
    char **text;             /* the plan of each part; owned */
    const char *(*value)[4]; /* the values of each query */
    size_t *first;           /* the place of each part's first change; len + 1 of them */
    int len;                 /* queries */
    int parts;
};

/* Of a save, in this order and with these pads; of a preview, all three NULL, as the set stands.
 * Whatever is returned, edit_parts_finish follows. */
int edit_parts_make(struct edit_parts *parts, const struct change_set *set, const char *kind,
                    const size_t *order, const struct pad *pads, struct err *e);
void edit_parts_finish(struct edit_parts *parts);

/* Nonzero, with e set, when the session's database cannot do it. */
int edit_refused(const struct session *s, struct err *e);
/* Says of a refusal that it is this session that is read-only. */
void edit_read_only(const struct session *s, struct err *e);

/* Fetches that many pads; got gets them, borrowed, or NULL and e. */
typedef void (*edit_pads_done)(void *arg, const struct pad *pads, size_t len, struct err *e);
int edit_pads(struct session *s, enum transaction kind, size_t count, edit_pads_done got, void *arg,
              struct err *e);

/* The kind of a batch in words, translated. */
const char *edit_kind_title(const char *kind);

#endif
