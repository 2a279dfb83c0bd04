#ifndef VIGIE_STANDIN_RESOURCE_H
#define VIGIE_STANDIN_RESOURCE_H

#include "standin/world.h"

enum { WILD_MAX = 3 };

/* A request that passed the gate: play is what to play on this answer, wild what stood in place of
 * each {} of the route. */
struct call {
    struct world *world;
    struct request *request;
    struct play play;
    char wild[WILD_MAX][NAME_MAX_LEN];
    int kind;       /* usage_kind of a usage page */
    int of_project; /* wild[0] is a project */
    enum carried carried;
};

/* Each answers one resource, with the world's lock held. */
void models_list(struct call *c, struct answer *a);
void models_get(struct call *c, struct answer *a);
void costs_get(struct call *c, struct answer *a);
void usage_get(struct call *c, struct answer *a);
void projects_list(struct call *c, struct answer *a);
void projects_get(struct call *c, struct answer *a);
void project_keys_list(struct call *c, struct answer *a);
void project_keys_get(struct call *c, struct answer *a);
void project_keys_delete(struct call *c, struct answer *a);
void rate_limits_list(struct call *c, struct answer *a);
void rate_limit_post(struct call *c, struct answer *a);
void spend_limit_get(struct call *c, struct answer *a);
void spend_limit_post(struct call *c, struct answer *a);
void spend_limit_delete(struct call *c, struct answer *a);
void spend_alerts_list(struct call *c, struct answer *a);
void spend_alerts_post(struct call *c, struct answer *a);
void spend_alert_get(struct call *c, struct answer *a);
void spend_alert_post(struct call *c, struct answer *a);
void spend_alert_delete(struct call *c, struct answer *a);
void permissions_get(struct call *c, struct answer *a);
void permissions_post(struct call *c, struct answer *a);
void permissions_delete(struct call *c, struct answer *a);
void admin_keys_list(struct call *c, struct answer *a);
void admin_keys_get(struct call *c, struct answer *a);
void audit_list(struct call *c, struct answer *a);
void status_get(struct call *c, struct answer *a);
void billable(struct call *c, struct answer *a);

/* What the spend resources are about: the project of the path or the organisation of the key;
 * answers 404 and returns NULL when there is none. */
struct project *resource_subject(struct call *c, struct answer *a);

/* The body as JSON; answers 400 and returns NULL when it is none. The caller puts it. */
json_object *resource_body(const struct call *c, struct answer *a);

/* The organisation whose figures this key may see; "": all. */
const char *resource_organisation(const struct call *c);

#endif
