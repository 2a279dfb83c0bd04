#ifndef VIGIE_MODEL_ALERT_H
#define VIGIE_MODEL_ALERT_H

#include "model/connexion.h"

/* The closed list of alert.def. */
enum alert_kind {
#define ALERT(id, word, title, gravity, about, period, first, second, third, meaning) ALERT_##id,
#include "model/alert.def"
#undef ALERT
    ALERT_KIND_COUNT
};

enum alert_gravity { GRAVITY_INFO, GRAVITY_WARN, GRAVITY_CRITICAL, GRAVITY_COUNT };
enum alert_about { ABOUT_A_CONNEXION, ABOUT_AN_ACCOUNT, ABOUT_A_HOST };

/* OPEN asks for somebody; the others are kept in sight: taken note of, put off until an instant, or
 * its cause is over. */
enum alert_status { ALERT_OPEN, ALERT_ACKNOWLEDGED, ALERT_SNOOZED, ALERT_OVER, ALERT_STATUS_COUNT };

const char *alert_word(enum alert_kind kind);
const char *alert_title(enum alert_kind kind);   /* translated */
const char *alert_meaning(enum alert_kind kind); /* translated */
enum alert_kind alert_parse(const char *word);   /* ALERT_KIND_COUNT for an unknown one */
enum alert_about alert_about(enum alert_kind kind);
/* What the kind is raised with; a threshold of 100 % makes it graver, one below 80 % less grave. */
enum alert_gravity alert_gravity(enum alert_kind kind);
const char *gravity_word(enum alert_gravity gravity);
const char *gravity_title(enum alert_gravity gravity); /* translated */
enum alert_gravity gravity_parse(const char *word);    /* GRAVITY_WARN for an unknown one */
const char *alert_status_word(enum alert_status status);
const char *alert_status_title(enum alert_status status); /* translated */

enum {
    ALERT_SUBJECT = 160,
    ALERT_DETAIL = 240,
    ALERT_AMOUNT = 64,
    ALERT_NAME = 96,
    ALERT_PERIOD = 24
};

/* One alert as a value; text is scrubbed. */
struct alert {
    char id[UUID_TEXT];
    enum alert_kind kind;
    enum alert_gravity gravity;
    enum alert_status status;
    char connexion_id[UUID_TEXT]; /* "" where it is about an account or a host */
    char organisation_id[UUID_TEXT];
    char organisation[ALERT_NAME];
    char subject[ALERT_SUBJECT]; /* e-mail of the connexion; name of the account or host */
    char period[ALERT_PERIOD];   /* "2026-11", "2026-11-22", an instant */
    int threshold;               /* per cent; 0: the kind has none */
    int permille;                /* of the limit when it was raised; -1: none */
    char value[ALERT_AMOUNT];    /* decimal text; "" for none */
    char limit[ALERT_AMOUNT];
    char currency[8];
    char detail[ALERT_DETAIL]; /* what it is about in words of the database: models, fields; may be
                                  "" */
    int below;                 /* lower thresholds that were passed in the same jump */
    int64_t raised_at, over_at, acknowledged_at, snoozed_until; /* UTC seconds; 0: not */
    char acknowledged_by[ALERT_NAME];
    char assigned_to[ALERT_NAME];
    char reason[ALERT_DETAIL]; /* of the snooze */
};

struct alert_counts {
    int64_t open[GRAVITY_COUNT];
    int64_t acknowledged, snoozed;
};

/* The gravest first, then the newest. */
struct alert_list {
    struct alert *item; /* owned */
    int len;
    struct alert_counts counts; /* of all in sight, not of the page */
    int more;                   /* the list goes on after the last one */
};
struct alert_list *alert_list_create(int len);
void alert_list_destroy(struct alert_list *list); /* accepts NULL */

enum alert_scope { ALERTS_OPEN, ALERTS_ALL };

/* What is asked for; "" for every organisation, connexion, kind. ALERTS_OPEN: what asks for
 * somebody now; ALERTS_ALL: what is acknowledged, snoozed and over as well. */
enum { ALERT_KIND_WORD = 24 };
struct alert_request {
    char organisation[UUID_TEXT];
    char connexion[UUID_TEXT];
    char kind[ALERT_KIND_WORD]; /* alert_word of one kind */
    enum alert_gravity least;   /* this one and graver ones */
    enum alert_scope scope;
    char after[UUID_TEXT]; /* the alert after which the page begins, "" for the first page */
    int limit;             /* ALERT_PAGE_MAX at most */
};
enum { ALERT_PAGE_MAX = 500 };

enum alert_act { ALERT_ACKNOWLEDGE, ALERT_REOPEN, ALERT_SNOOZE, ALERT_ASSIGN };

/* What a person does with an alert. */
struct alert_action {
    enum alert_act act;
    char alert[UUID_TEXT];
    int64_t until;             /* ALERT_SNOOZE: UTC seconds */
    char reason[ALERT_DETAIL]; /* ALERT_SNOOZE: must say something */
    char to[ALERT_NAME];       /* ALERT_ASSIGN: a person's e-mail, login name, or "" for nobody */
};

enum { ALERT_WORDS = 400 };
/* One translated sentence: "budget: 96.10 $ of 100.00 $ (96 %), over 95 %". */
void alert_words(char out[ALERT_WORDS], const struct alert *alert);

#endif
