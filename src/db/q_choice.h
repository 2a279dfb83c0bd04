#ifndef VIGIE_DB_Q_CHOICE_H
#define VIGIE_DB_Q_CHOICE_H

#include "db/session.h"
#include "model/choice.h"

/* What a form can offer for a field. done takes list. */
typedef void (*choice_done)(void *arg, struct choice_list *list, struct err *e);
int q_choice(struct session *s, const struct choice_request *request, choice_done done, void *arg,
             struct err *e);

#endif
