#ifndef VIGIE_MODEL_FORECAST_H
#define VIGIE_MODEL_FORECAST_H

#include "model/connexion.h"

/* What the month will cost at the present rate. Amounts are PostgreSQL's decimal text. */

enum forecast_basis {
    FORECAST_NONE, /* nobody counts, or no figure */
    FORECAST_THIN, /* not enough history: nothing is guessed */
    FORECAST_DAY,  /* the rate of the last 24 hours was the higher one */
    FORECAST_WEEK  /* the rate of the last 7 days */
};

struct forecast {
    char id[UUID_TEXT];
    enum forecast_basis basis;
    char rate[64];      /* per day */
    char month_end[64]; /* what the month will have cost */
    char currency[8];
    int permille; /* of the limit at the end of the month; -1: no limit */
    int64_t
        exhausted_at; /* when the limit will be reached, UTC seconds; 0: not within this month */
    int days;         /* days of history that it stands on */
};

const char *forecast_basis_word(enum forecast_basis basis);
enum forecast_basis forecast_basis_parse(const char *word);
/* Translated: "at 3.10 $ a day: 96.00 $ by the end of the month (96 %), limit reached 2026-11-28",
 * "not enough history". */
void forecast_words(char *buf, size_t size, const struct forecast *f);
/* Whether rate and month_end say something. */
int forecast_is_number(const struct forecast *f);

/* Differences between what sources say of one figure, the worst first: discrepancy.def. */
enum discrepancy_kind {
#define DISCREPANCY(id, word, title, meaning) DISCREPANCY_##id,
#include "model/discrepancy.def"
#undef DISCREPANCY
    DISCREPANCY_COUNT
};
const char *discrepancy_word(enum discrepancy_kind kind);
const char *discrepancy_title(enum discrepancy_kind kind);   /* translated */
const char *discrepancy_meaning(enum discrepancy_kind kind); /* translated */
enum discrepancy_kind discrepancy_parse(
    const char *word); /* DISCREPANCY_COUNT for an unknown one */

enum { RECONCILE_MAX = 16 };
struct discrepancy {
    enum discrepancy_kind kind;
    char period[16];         /* "2026-11", "2026-11-22" */
    char one[64], other[64]; /* the two figures, decimal text; "" absent */
    char difference[64];     /* one - other */
    int permille;            /* of the larger one; -1 not comparable */
};

/* A connexion's figures by source and what differs. */
struct reconciliation {
    char id[UUID_TEXT];
    char costs[64], costs_currency[8]; /* OpenAI's costs of the month; "" none */
    int64_t costs_at;
    char usage[64]; /* OpenAI's requests of the day; "" none */
    int64_t usage_at;
    char counted_cost[64], counted_use[64]; /* the applications' counter; "" none */
    int64_t counted_at;
    char table_cost[64], table_use[64];     /* what stands in the row */
    struct discrepancy item[RECONCILE_MAX]; /* the worst first */
    int len;
};
/* In its place; the least bad one gives way when there is no more room. */
void reconciliation_add(struct reconciliation *r, const struct discrepancy *d);
/* Translated: "OpenAI bills more than was counted, 2026-11: 12.00 against 9.50 (20 %)". */
void discrepancy_words(char *buf, size_t size, const struct discrepancy *d);

#endif
