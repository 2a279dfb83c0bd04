#ifndef VIGIE_MODEL_HEALTH_H
#define VIGIE_MODEL_HEALTH_H

#include "model/connexion.h"

#include <stdint.h>

/* The closed list of verdict.def. */
enum verdict {
#define VERDICT(id, word, title, effect, state, meaning) VERDICT_##id,
#include "model/verdict.def"
#undef VERDICT
    VERDICT_COUNT
};

enum verdict_effect { EFFECT_GOOD, EFFECT_OWN, EFFECT_KEEP, EFFECT_SHARED };

const char *verdict_word(enum verdict verdict);
const char *verdict_title(enum verdict verdict);   /* translated */
const char *verdict_meaning(enum verdict verdict); /* translated */
enum verdict verdict_parse(const char *word);      /* VERDICT_NEVER for an unknown one */
enum verdict_effect verdict_effect(enum verdict verdict);
/* The word for openai_statut_connexion, NULL when the verdict keeps what stands there. */
const char *verdict_status(enum verdict verdict);

enum {
    EVIDENCE_CODE = 64,
    EVIDENCE_REQUEST = 80,
    EVIDENCE_MESSAGE = 240,
    EVIDENCE_HOST = 160,
    HEALTH_LATENCIES = 30,
    HEALTH_MODELS = 400
};

/* What a verdict stands on. Text is scrubbed and holds nothing that looks like a key. Times are
 * milliseconds from the start of the request, -1 when that point was not reached. */
struct evidence {
    int http; /* status, 0 when none came */
    int curl; /* CURLcode, 0 when an answer came whole */
    char code[EVIDENCE_CODE];
    char request_id[EVIDENCE_REQUEST];
    char message[EVIDENCE_MESSAGE];
    char host[EVIDENCE_HOST];
    int dns_ms, connect_ms, tls_ms, first_ms, total_ms;
    int retry_after_s; /* what the answer asked for, capped; 0 for nothing */
};

/* What is known of one connexion. */
struct health {
    char id[UUID_TEXT];
    enum verdict verdict;          /* confirmed */
    int64_t since;                 /* UTC seconds; 0 unknown */
    enum verdict candidate;        /* seen, not yet confirmed; VERDICT_NEVER for none */
    int failures;                  /* times in a row that the candidate was seen */
    int calm;                      /* good answers in a row */
    enum verdict seen;             /* what the last probe of this process found, confirmed or not */
    int64_t checked_at, next_at;   /* 0: never, not planned */
    struct evidence evidence;      /* of the last probe */
    int latency[HEALTH_LATENCIES]; /* ms of the answers about the key, oldest first */
    int latencies;
    char models[HEALTH_MODELS]; /* allowed models that are missing or end, in words; "" when none */
    char owner[EVIDENCE_HOST];  /* who holds the lease, "" for nobody */
    int sources_known; /* where the figures come from was asked as well: as in struct figures */
    char cost_source[16], use_source[16];
    int64_t cost_at, use_at;
};

/* How often, and after how many equal answers a state changes. */
struct schedule {
    int period_s; /* between probes of one connexion */
    int confirm;  /* failures before a state changes */
    int calm_max; /* a calm connexion is asked up to so many times less often */
};

enum {
    SCHEDULE_PERIOD_S = 300,
    SCHEDULE_CONFIRM = 3,
    SCHEDULE_CONFIRM_MIN_S = 30,
    SCHEDULE_CALM_MAX = 3,
    SCHEDULE_CALM_STEP = 12, /* good answers until the period is once more as long */
    SCHEDULE_WAIT_MAX_S = 3600
};

/* Applies one probe's verdict: N equal failures before the verdict changes, one good answer to
 * recover. A limited key counts as good, but a valid one becomes limited only when that is
 * confirmed as well: OpenAI's own faults look like it. KEEP and SHARED change nothing but seen,
 * evidence, checked_at and next_at: they neither count nor break a row of failures. Plans next_at:
 * the period, times the calm factor when all is well, a fifth of it (at least
 * SCHEDULE_CONFIRM_MIN_S, never above the period) while a failure is being confirmed; ±10 % by
 * random, which is any 32-bit number; at least what the answer asks for. Returns 1 when the verdict
 * changed. Pure. */
int health_apply(struct health *h, enum verdict verdict, const struct evidence *evidence,
                 const struct schedule *schedule, int64_t now, uint32_t random);

/* After health_apply: the word that openai_statut_connexion is to become, NULL to leave it.
 * present: what stands there; before: the verdict that was confirmed before this probe. Never
 * writes or leaves "inactive", which people and platforms write; leaves "quota_exceeded" only when
 * a probe had put it there; writes nothing while a failure is being confirmed or when the probe
 * told nothing of the connexion. */
const char *health_status(const struct health *h, enum verdict before, const char *present);

enum { HOST_CONFIRM = 3, HOST_SEEN = 64 };

/* What many connexions have in common: the host that they are asked at. */
struct host_health {
    char host[EVIDENCE_HOST];
    enum verdict verdict; /* VERDICT_VALID when all is well, else the shared one; VERDICT_NEVER */
    int64_t since;
    enum verdict candidate;   /* the shared verdict of the present row, VERDICT_NEVER for none */
    int failing;              /* different connexions failing alike in a row, HOST_SEEN at most */
    uint64_t seen[HOST_SEEN]; /* hashes of their ids */
    struct evidence evidence;
};

/* Counts one probe of a connexion at this host. HOST_CONFIRM different connexions failing with the
 * same SHARED verdict and none answering in between make it the host's; another SHARED verdict
 * starts a new row, one answer of any other kind ends it. Returns 1 when the host's verdict
 * changed. */
int host_apply(struct host_health *host, const char *connexion_id, enum verdict verdict,
               const struct evidence *evidence, int64_t now);

/* Cost of one UTC day, decimal text. */
struct day_cost {
    char day[11]; /* YYYY-MM-DD */
    char amount[64];
    int permille; /* of its month's largest day; 0 for none, -1 below zero */
};

/* The sum of one UTC month, decimal text: the database adds up. */
struct month_cost {
    char month[8]; /* YYYY-MM */
    char amount[64];
};

enum { DAYS_MAX = 62, MONTHS_MAX = 2, UNATTRIBUTED_TEXT = 96 };

/* Where a connexion's figures come from: for the gauges and the chart. */
struct figures {
    char id[UUID_TEXT];
    char cost_source[16]; /* "openai", "applications", "" for none */
    int64_t cost_at;
    int cost_shared; /* connexions on the same OpenAI project, 0 or 1 when alone */
    char use_source[16];
    int64_t use_at;
    int use_clamped; /* more than the column can hold */
    char currency[8];
    struct day_cost day[DAYS_MAX]; /* this UTC month and the one before, ascending, one currency */
    int days;
    struct month_cost month[MONTHS_MAX]; /* of the same days */
    int months;
    /* Of its OpenAI organisation, in this month and currency: what no project carries, decimal
     * text; "" when there is none, or the person may not know. */
    char unattributed[UNATTRIBUTED_TEXT];
    char account[UNATTRIBUTED_TEXT]; /* the name of its admin key, "" when not known */
};

struct health_list {
    struct health *item; /* owned */
    int len;
    struct host_health *host;
    int hosts;
};

/* Zeroed items; 0 of either is fine. */
struct health_list *health_list_create(int len, int hosts);
/* Accepts NULL. */
void health_list_destroy(struct health_list *list);
/* Borrowed; NULL when it is not in the list. */
const struct health *health_list_find(const struct health_list *list, const char *id);

#endif
