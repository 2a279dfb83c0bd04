#ifndef VIGIE_MODEL_PROVIDER_H
#define VIGIE_MODEL_PROVIDER_H

#include "model/connexion.h"

#include <stddef.h>

/* The limits of an OpenAI project beside those of the connexions that name it: what differs and
 * what applying would do. Pure. Money is whole cents as PostgreSQL made them: here they are only
 * compared and shown. */

enum provider_part {
    PROVIDER_SPEND_LIMIT,  /* hard limit in cents, from openai_limite_cout_mois */
    PROVIDER_SPEND_ALERTS, /* OpenAI's own mails, from the thresholds */
    PROVIDER_RATE_LIMITS,  /* requests per day of each allowed model, from openai_limite_quotidienne
                            */
    PROVIDER_MODELS,       /* allow list, from openai_modeles_autorises */
    PROVIDER_PART_COUNT
};

enum provider_step_kind { STEP_SAME, STEP_CREATE, STEP_CHANGE, STEP_REMOVE, STEP_REFUSED };
enum provider_step_state { STEP_PLANNED, STEP_SENT, STEP_VERIFIED, STEP_FAILED, STEP_UNKNOWN };

enum {
    PROVIDER_TEXT = 240,
    PROVIDER_ID = 96,
    PROVIDER_STEPS_MAX = 256,
    PROVIDER_ALERTS_MAX = 200,
    PROVIDER_RATES_MAX = 5000,
    PROVIDER_MODELS_MAX = 500,
    PROVIDER_MAILS_MAX = 20,
    PROVIDER_MAIL = 255,
    PROVIDER_MAILS_TEXT = PROVIDER_MAILS_MAX * (PROVIDER_MAIL + 1)
};

/* What marks the spend alerts that are ours: the prefix of their subject. */
#define PROVIDER_PREFIX "[vigie]"

/* One call of the Admin API, and what it is to bring about. */
struct provider_step {
    enum provider_part part;
    enum provider_step_kind kind;
    enum provider_step_state state;
    char object[PROVIDER_ID]; /* rate limit's or alert's id; "" for the project itself */
    char have[PROVIDER_TEXT]; /* what OpenAI says now, in words; "" none */
    char want[PROVIDER_TEXT]; /* what the connexion asks for; "" none */
    char why[PROVIDER_TEXT];  /* translated: STEP_REFUSED or STEP_FAILED, what to do */
    int64_t number;           /* cents, or requests per day, to be set */
    uint64_t mark;            /* of all that have and want stand for, however long */
};

struct provider_plan {
    char connexion_id[UUID_TEXT];
    char project[PROVIDER_ID];
    char account[PROVIDER_ID];
    struct provider_step *item; /* owned */
    int len;
    int drift;                       /* something differs from what was applied last */
    char drifted[PROVIDER_TEXT];     /* words of the parts that do, for scripts: "models" */
    int64_t drift_since, applied_at; /* UTC seconds; 0: never */
    int64_t read_at;                 /* when OpenAI was asked, UTC seconds */
    char interrupted[PROVIDER_TEXT]; /* translated: an apply that did not come to its end; or "" */
    char fault[PROVIDER_TEXT];       /* translated: why there is no plan; "" when there is one */
    int silent;                      /* OpenAI did not answer as it should, and may another time */
};
struct provider_plan *provider_plan_create(int len);
void provider_plan_destroy(struct provider_plan *plan); /* accepts NULL */
/* A new plan that holds the same. */
struct provider_plan *provider_plan_copy(const struct provider_plan *plan);

const char *provider_part_word(enum provider_part part);
const char *provider_part_title(enum provider_part part); /* translated */
const char *provider_step_word(enum provider_step_kind kind);
const char *provider_step_title(enum provider_step_kind kind); /* translated */
const char *provider_state_word(enum provider_step_state state);
const char *provider_state_title(enum provider_step_state state); /* translated */

/* What the rows that name the project ask for, by PostgreSQL (vigie.provider_want). */
struct provider_want {
    char connexion_id[UUID_TEXT];
    char project[PROVIDER_ID];
    int connexions;   /* that name the project */
    unsigned differ;  /* bits 1 << part: these rows do not agree about it */
    int64_t cents;    /* of the month; 0: no limit */
    int too_small;    /* there is a limit, and it is below one cent */
    int too_large;    /* more than OpenAI or this program can hold */
    char currency[8]; /* that the costs are told in, lower case; "" is not known */
    int64_t alert[PROVIDER_ALERTS_MAX]; /* cents, ascending, each once */
    int alerts;
    char mails[PROVIDER_MAILS_TEXT]; /* addresses, ascending, each once, parted by "," */
    int mail_count;
    int64_t daily;                                /* requests per day; 0: no limit */
    int rates_applied;                            /* rate limits that were set once */
    char model[PROVIDER_MODELS_MAX][PROVIDER_ID]; /* ascending, each once */
    int models;
    int odd_models; /* names that cannot be sent, or beyond what the list holds */
    /* what was applied last, and an apply that did not end */
    int64_t applied_at;
    int64_t run_at; /* 0: none is open */
    char run_by[PROVIDER_ID];
    int run_total, run_verified, run_sent;
};

enum provider_mode { MODELS_OPEN, MODELS_ALLOWED, MODELS_DENIED };

struct provider_alert {
    char id[PROVIDER_ID];
    int64_t cents;
    int ours;
    char mails[PROVIDER_MAILS_TEXT]; /* as those of provider_want */
};

struct provider_rate {
    char id[PROVIDER_ID], model[PROVIDER_ID];
    int64_t daily; /* -1: OpenAI tells none */
};

/* What OpenAI says of the project. */
struct provider_seen {
    int64_t cents;                /* 0: no limit */
    struct provider_alert *alert; /* owned; PROVIDER_ALERTS_MAX at most */
    int alerts;
    struct provider_rate *rate; /* owned; PROVIDER_RATES_MAX at most */
    int rates;
    enum provider_mode mode;
    char (*model)[PROVIDER_ID]; /* owned, ascending */
    int models;
};
void provider_seen_init(struct provider_seen *seen);
void provider_seen_finish(struct provider_seen *seen);
/* Puts the lists in order; call it when they are complete. */
void provider_seen_sort(struct provider_seen *seen);

/* What is to be done, part by part, in the order in which it is done: limits before what is taken
 * away. Never fails; too many steps are a plan with a fault. */
struct provider_plan *provider_plan_make(const struct provider_want *want,
                                         const struct provider_seen *seen);

/* Whether there is something to do, something refused, something dangerous. */
int provider_plan_work(const struct provider_plan *plan);
int provider_plan_refused(const struct provider_plan *plan);
/* Translated: what a person should know before this step is done; "" for nothing. */
const char *provider_step_danger(const struct provider_step *step);
/* Whether both plans say and do the same. */
int provider_plan_equal(const struct provider_plan *a, const struct provider_plan *b);
/* The step of a fresh plan that stands for the same thing as this one of an older plan; NULL when
 * there is none any more. */
const struct provider_step *provider_plan_find(const struct provider_plan *plan,
                                               const struct provider_step *step);

/* "123.45 USD"; size 32 is enough. */
void provider_money(char *out, size_t size, int64_t cents);

#endif
