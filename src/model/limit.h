#ifndef VIGIE_MODEL_LIMIT_H
#define VIGIE_MODEL_LIMIT_H

#include "model/connexion.h"

/* Limits as values: thresholds, periods, resets. Pure; instants are UTC seconds. */

enum { LIMIT_SOFT_MAX = 8, LIMIT_HARD_DEFAULT = 100, LIMIT_PERCENT_MAX = 1000 };

/* Per cent of the limit, ascending, each once. hard 0: nothing is ever switched by itself. */
struct thresholds {
    int soft[LIMIT_SOFT_MAX];
    int len;
    int hard;
    int on_spend, on_forecast; /* what the thresholds are held against */
};
/* 50, 80, 95, 100 %; hard at 100 %. */
void thresholds_default(struct thresholds *t);
/* "50,80,95,100" in any order; 0, or -1 with why (translated) filled in. */
int thresholds_parse(struct thresholds *t, const char *text, char why[200]);
/* "90", or "never" for 0; "spend", "forecast", or both with a comma. 0, or -1 with t as it was. */
int thresholds_parse_hard(struct thresholds *t, const char *text);
int thresholds_parse_on(struct thresholds *t, const char *text);
void thresholds_format(char *buf, size_t size, const struct thresholds *t);
/* The highest threshold that permille has reached (exactly at it counts), 0 for none; below: how
 * many others lie under it. permille -1 reaches none. */
int thresholds_crossed(const struct thresholds *t, int permille, int *below);

enum limit_period { PERIOD_DAY, PERIOD_MONTH };
/* Start of the UTC day or month of an instant, and of the one after it. */
int64_t period_start(enum limit_period period, int64_t at);
int64_t period_next(enum limit_period period, int64_t at);

enum limit_reset { RESET_DUE_LATER, RESET_MISSED, RESET_ABSENT };
/* What the reset stored in the row says at an instant: in the future, passed without anybody
 * resetting, or not there (or more than two periods ahead, which is no reset of this counter). */
enum limit_reset reset_state(enum limit_period period, const struct instant *stored, int64_t now);

enum { COUNTDOWN_TEXT = 160 };
/* "in 3 h 12 min, at 2026-11-23 00:00 UTC (01:00 CET)": the local time by the zone database, right
 * across a change of the clock. Translated. */
void countdown_words(char out[COUNTDOWN_TEXT], int64_t at, int64_t now);

/* Why a connexion is held at quota_exceeded by a hard limit. */
enum block_cause { BLOCK_NONE, BLOCK_QUOTA, BLOCK_BUDGET };
struct block {
    enum block_cause cause;
    int64_t since, until; /* until: the reset that ends it; 0: unknown */
    char by[96];          /* who found it: a program's or an application's name */
    char value[64], limit[64];
};
/* Translated: "its daily quota is used up: 1 000 of 1 000 requests, since …, until …". "" for
 * BLOCK_NONE. */
void block_words(char *buf, size_t size, const struct block *block, int64_t now);

/* All that a screen shows of one connexion's limits. */
struct limits {
    char id[UUID_TEXT];
    struct thresholds thresholds;
    int own;       /* the connexion's own; else the organisation's or the default */
    char from[16]; /* "connexion", "organisation", "default" */
    struct block block;
    char last_month[8],
        last_cost[64]; /* of the month before: "2026-10", decimal text; "" unknown */
    char last_day[11];
    int64_t last_use;       /* -1 unknown */
    char lifetime_cost[64]; /* everything ever recorded, decimal text; "" unknown */
};

#endif
