#ifndef VIGIE_WORKER_PROVISION_H
#define VIGIE_WORKER_PROVISION_H

#include "db/q_provider.h"
#include "openai/http.h"
#include "openai/judge.h"
#include "secret/seal.h"

/* One project of OpenAI: its limits are read, compared, and, when a person said so, brought into
 * line, each call noted before it is made and read back after. One at a time. */

/* What it works with; all borrowed. */
struct provision_place {
    struct http *http;
    struct session *(*session)(void *arg); /* NULL while there is none */
    void *arg;
    const struct keypair *pair;
    const char *owner;    /* of leases */
    const char *base_url; /* of accounts without their own */
};

/* plan is borrowed and NULL when e says why. last 0: an apply goes on, and this is how far it is.
 * After the last nothing more is called. */
typedef void (*provision_told)(void *arg, const struct provider_plan *plan, int last,
                               const struct err *e);

/* More than the tries of one call can take. */
enum { PROVISION_LEASE_S = 90 };

struct provision {
    struct provision_place place;
    provision_told told;
    void *arg;
    int busy;
    char connexion[UUID_TEXT];
    struct provider_plan *shown; /* what the person agreed to; NULL: only look */
    struct provider_want *want;
    struct accounts *accounts;
    int account; /* index of the one at hand */
    struct secret key;
    struct provider_seen seen;
    struct provider_plan *plan;
    char fault[PROVIDER_TEXT]; /* of an account that did not do */
    int silent;                /* that was OpenAI's trouble or the network's */
    /* reading */
    enum provider_part part;
    unsigned unread; /* bits 1 << part: still to be read */
    char next[PROVIDER_ID];
    void (*then)(struct provision *p); /* when all is read; read_failed: it is not */
    int read_failed;
    /* writing */
    int step;  /* index of the one at hand */
    int stop;  /* nothing more is sent */
    int begun; /* the project is held */
    /* the question under way */
    char url[HTTP_URL_MAX];
    struct str body; /* "" : none */
    int writes, tries;
    int64_t again_ms; /* mono: when it is asked again; 0: it is not */
    void (*got)(struct provision *p, const struct http_answer *answer);
    enum verdict verdict;
    struct evidence evidence;
};

void provision_init(struct provision *p);
/* Call it after the sessions and http ended. */
void provision_finish(struct provision *p);

/* shown: the plan to be applied, of which a copy is made; NULL: only look, and record what is
 * seen. It must not be busy. told may be called from here. */
void provision_start(struct provision *p, const struct provision_place *place,
                     const char *connexion, const struct provider_plan *shown, provision_told told,
                     void *arg);
/* Asks again what is to be asked again. */
void provision_step(struct provision *p, int64_t mono_ms);
/* -1 for never. */
int64_t provision_deadline(const struct provision *p);

#endif
