#ifndef VIGIE_STANDIN_WORLD_H
#define VIGIE_STANDIN_WORLD_H

#include "standin/answer.h"
#include "standin/demo.h"
#include "standin/instant.h"
#include "standin/journal.h"
#include "standin/ledger.h"
#include "standin/request.h"
#include "standin/token.h"

#include <pthread.h>

enum {
    MODELS_MAX = 20000,
    PROJECTS_MAX = 20000,
    RULES_MAX = 256,
    ALERTS_MAX = 100,
    AUDIT_MAX = 1000,
    RECIPIENTS_MAX = 512,
};

struct model {
    char id[NAME_MAX_LEN];
    char shutdown[16]; /* "YYYY-MM-DD" or "" */
};

struct alert {
    char id[40];
    int64_t cents;
    char recipients[RECIPIENTS_MAX]; /* JSON array */
    char prefix[NAME_MAX_LEN];
    int has_prefix;
};

struct alerts {
    struct alert list[ALERTS_MAX];
    size_t len;
};

/* A project, or (id "") an organisation: what can be limited. */
struct project {
    char id[NAME_MAX_LEN];
    char name[NAME_MAX_LEN];
    char organisation[NAME_MAX_LEN];
    int64_t created, archived; /* 0: active */
    int64_t limit_cents;       /* 0: none */
    struct alerts *alerts;     /* NULL: none */
    char *permissions;         /* JSON of mode and model_ids; NULL: none */
    json_object *rates;        /* fields that were set, by the id of a rate limit; NULL: none */
};

/* What becomes of a request on which something is played. */
enum carried {
    CARRIED_AS_PLAYED, /* as the scenario has it */
    CARRIED_OUT,       /* it takes effect, whatever its answer says */
    CARRIED_NOT        /* it takes no effect, whatever becomes of its answer */
};

/* Plays a scenario on the requests whose path starts with prefix. */
struct rule {
    char prefix[NAME_MAX_LEN];
    char token[TOKEN_MAX]; /* "": any */
    struct play play;
    int64_t left; /* negative: for good */
    int64_t pass; /* so many requests come before */
    enum carried carried;
};

struct audit {
    int64_t at;
    char type[48];
    char object[NAME_MAX_LEN];
    char project[NAME_MAX_LEN];
};

/* Everything that the stand-in knows. Each use of it holds the lock, but for the constants. */
struct world {
    pthread_mutex_t lock;
    struct instant clock;
    struct tokens tokens;
    struct ledger ledger;
    struct demo demo;
    struct journal journal;
    struct model *models;
    size_t models_len;
    struct map projects;      /* id to struct project */
    struct map organisations; /* name to struct project with an empty id */
    struct rule rules[RULES_MAX];
    size_t rules_len;
    struct audit *audit;
    size_t audit_len;
    char redirect[512];
    char status_indicator[24]; /* none, minor, major, critical, html, missing */
    uint64_t seed, numbers;
};

void world_init(struct world *w, uint64_t seed);
void world_finish(struct world *w);

int64_t world_now(const struct world *w);

/* A number that depends on the seed and on how many were taken; hexadecimal, as many characters as
 * fit. */
void world_id(struct world *w, char *out, size_t size, const char *prefix);

/* Reads {"clock", "tokens", "projects", "ledger", "usage", "models"}. */
int world_load(struct world *w, const char *path, struct err *e);
int world_read(struct world *w, json_object *from, struct err *e);

/* The project, made on first sight when it has a name; organisation may be NULL. */
struct project *world_project(struct world *w, const char *id, const char *organisation);
struct project *world_organisation(struct world *w, const char *name);

/* token_set; makes the key's project known. */
int world_set_token(struct world *w, json_object *from, struct err *e);

/* {"id", "name", "organization", "archived"} */
int world_set_project(struct world *w, json_object *from, struct err *e);

/* The models of the list that the program starts with. */
void world_default_models(struct world *w);
/* Array of names or of {"id", "shutdown_date"}. */
int world_set_models(struct world *w, json_object *list, struct err *e);

void world_audit(struct world *w, const char *type, const char *object, const char *project);

/* Calls each for the costs (or use) of from <= at < until, not after now, that organisation may see
 * ("": all of them); those of the demonstration included. The entry is valid during the call. */
typedef void (*world_entry)(void *arg, const struct entry *entry);
void world_each_cost(const struct world *w, const char *organisation, int64_t from, int64_t until,
                     world_entry each, void *arg);
void world_each_usage(const struct world *w, const char *organisation, enum usage_kind kind,
                      int64_t from, int64_t until, world_entry each, void *arg);

#endif
