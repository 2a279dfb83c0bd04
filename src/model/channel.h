#ifndef VIGIE_MODEL_CHANNEL_H
#define VIGIE_MODEL_CHANNEL_H

#include "model/alert.h"

/* The closed list of channel.def. */
enum channel_kind {
#define CHANNEL(id, word, title, target) CHANNEL_##id,
#include "model/channel.def"
#undef CHANNEL
    CHANNEL_KIND_COUNT
};

const char *channel_word(enum channel_kind kind);
const char *channel_title(enum channel_kind kind);  /* translated */
const char *channel_target(enum channel_kind kind); /* translated: what one is asked for */
enum channel_kind channel_parse(const char *word);  /* CHANNEL_KIND_COUNT for an unknown one */

enum {
    CHANNEL_NAME = 64,
    CHANNEL_TARGET = 254,
    CHANNEL_ANSWER = 201,
    CHANNEL_KINDS = 400,
    CHANNEL_ATTEMPTS = 16, /* then a delivery is given up: as vigie.delivered does */
    CHANNEL_SECRET_MIN = 16,
    CHANNEL_SECRET_MAX = 512
};

/* One channel as people may see it: of a webhook the host alone. Text is scrubbed. */
struct channel {
    char id[UUID_TEXT];
    char name[CHANNEL_NAME];
    enum channel_kind kind;
    char organisation_id[UUID_TEXT]; /* "": the alerts of all */
    char organisation[ALERT_NAME];
    char target[CHANNEL_TARGET];
    enum alert_gravity least;
    char kinds[CHANNEL_KINDS]; /* words with commas between; "": all */
    int by_admin;
    char made_by[ALERT_NAME];
    int failures;
    int64_t rest_until, answered_at; /* UTC seconds; 0: not */
    char answer[CHANNEL_ANSWER];     /* what the other side said last */
    int programs;                    /* that a webhook is sealed to */
    int64_t waiting, delivered, given_up, oldest;
    char last_error[CHANNEL_ANSWER];
};

struct channel_list {
    struct channel *item; /* owned */
    int len;
};
struct channel_list *channel_list_create(int len);
void channel_list_destroy(struct channel_list *list); /* accepts NULL */

/* Whether text is one address that can stand in a header and on a command line: local@domain in
 * printable ASCII without blanks, quotes, commas and the like. */
int channel_is_address(const char *text);

/* The host (and port) of a URL, for people; "" when it has none or names a user. */
void channel_host(char out[CHANNEL_TARGET], const char *url);

/* Reads words with commas between, checks each and writes them tidily: 0, or -1 with the wrong word
 * in bad. */
int channel_kinds(char out[CHANNEL_KINDS], const char *text, char bad[ALERT_KIND_WORD]);

#endif
