#ifndef VIGIE_STANDIN_ROUTE_H
#define VIGIE_STANDIN_ROUTE_H

#include "standin/resource.h"

enum route_who { WHO_ANYBODY, WHO_ORDINARY, WHO_ADMIN };

struct route {
    const char *method, *path;
    void (*answer)(struct call *c, struct answer *a);
    enum route_who who;
    const char *scope;
    int kind; /* usage_kind */
};

/* The route of a request; fills the call's wild, kind and of_project. NULL: none; other_method
 * tells whether the path has another method. */
const struct route *route_find(struct call *c, int *other_method);

/* Whether asking for this costs money (or changes something) at the real service. */
int route_is_billable(const struct request *r);

#endif
