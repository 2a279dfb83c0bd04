#ifndef VIGIE_MODEL_GAUGE_H
#define VIGIE_MODEL_GAUGE_H

#include "model/connexion.h"

struct figures;

/* What a gauge can say, judged in this order. NULL and 0 limits are told apart though both mean
 * that nothing is enforced. */
enum gauge_state {
    GAUGE_NO_LIMIT,   /* limit is NULL */
    GAUGE_ZERO_LIMIT, /* limit is 0 or below */
    GAUGE_NO_FIGURE,  /* the counter itself is NULL, or cannot be measured against the limit */
    GAUGE_NO_SOURCE,  /* nobody is known to count: only where figures say so */
    GAUGE_OK,         /* below 80 % */
    GAUGE_HIGH,       /* 80 % and more */
    GAUGE_OVER        /* 100 % and more */
};

enum { GAUGE_HIGH_PERMILLE = 800, GAUGE_FULL_PERMILLE = 1000 };

/* Where the figure in the row comes from; NONE when the counter is NULL or nobody counts. TABLE: it
 * stands there and more is not known. */
enum gauge_source { SOURCE_NONE, SOURCE_TABLE, SOURCE_OPENAI, SOURCE_APPLICATIONS };

struct gauge {
    enum gauge_state state;
    enum gauge_source source;
    int permille;         /* of the limit; -1 when there is none */
    int elapsed_permille; /* of the UTC day or month */
    int64_t resets_at;    /* the next reset, computed */
    struct instant seen;  /* age of the figure */
    int stale;            /* the figure is of an earlier period: its reset is overdue */
    int money;            /* the budget; else the quota */
    int shared;           /* connexions whose sum this is; 0 or 1: its own */
    int clamped;          /* the figure is more than the column can hold */
};

/* Requests of the UTC day: openai_usage_quotidien of openai_limite_quotidienne. resets_at is
 * openai_reset_quota_at when it lies in the next 48 h, else the next UTC midnight. A reset date
 * that has passed means that nobody reset the counter: stale; without a usable one, a figure seen
 * on an earlier UTC day is stale. */
void gauge_quota(struct gauge *g, const struct connexion *c, int64_t now);

/* Money of the UTC month: openai_cout_actuel_mois of openai_limite_cout_mois. Seen in an earlier
 * UTC month: stale. */
void gauge_budget(struct gauge *g, const struct connexion *c, int64_t now);

/* The same with what is known of the figures' sources; NULL: nothing is known. Source and age are
 * those of the source; where nobody counts and the counter is NULL or 0 there is no figure to show
 * (GAUGE_NO_SOURCE). */
void gauge_quota_of(struct gauge *g, const struct connexion *c, const struct figures *figures,
                    int64_t now);
void gauge_budget_of(struct gauge *g, const struct connexion *c, const struct figures *figures,
                     int64_t now);

/* Words for JSON: "no-limit", "over"; "none", "table", "openai". Static storage. */
const char *gauge_state_name(enum gauge_state state);
const char *gauge_source_name(enum gauge_source source);
/* Translated. */
const char *gauge_source_title(enum gauge_source source);
/* The same with the kind of gauge in mind: "OpenAI's costs", "no source". */
const char *gauge_source_of(const struct gauge *g);

enum { AGE_TEXT_MAX = 32 };

/* "12 s", "2 m", "3 h", "5 d": ages and countdowns in one short word, translated, never rounded up;
 * negative seconds count as 0. */
void gauge_age(char *buf, size_t size, int64_t seconds);

enum { MONEY_TEXT_MAX = 64 };

/* A decimal of PostgreSQL as people read it: thousands grouped and the decimal mark by language;
 * pure text, never through a floating point. Text that is no decimal is returned as it is, cut to
 * the buffer; a number too long for it ends in "~". money_format shows two decimals, cut and never
 * rounded (nothing looks spent that is not), except that an amount below 0.01 shows decimals up to
 * its first digit that is not 0. money_exact shows every decimal but trailing zeros behind the
 * second. */
void money_format(char *buf, size_t size, const char *decimal);
void money_exact(char *buf, size_t size, const char *decimal);

/* An integer with its thousands grouped by language. */
void count_format(char *buf, size_t size, int64_t n);

/* As count_format for the digits of an integer as text. */
void count_text_format(char *buf, size_t size, const char *digits);

#endif
