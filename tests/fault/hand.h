#ifndef VIGIE_TESTS_FAULT_HAND_H
#define VIGIE_TESTS_FAULT_HAND_H

#include "flow/event.h"
#include "worker/worker.h"

#include <json-c/json.h>

/* A worker under the hand of a test: CONNINFO [LOG], then a command a line, answered by a line. Of
 * what the worker tells nothing is lost: events wait until they are asked for. */
struct hand {
    struct conn_spec spec;
    struct worker_options options;
    struct worker *worker;
    struct queue events;
    unsigned jobs; /* the number of the last one */
};

/* The names of the events that a program tells apart; a NULL ends them. */
struct hand_kind {
    const char *word;
    enum event_kind kind;
};

/* NULL becomes JSON's null. */
void hand_add_text(json_object *to, const char *name, const char *value);
void hand_add_number(json_object *to, const char *name, int64_t value);

/* "other" for what has no name. */
const char *hand_word(const struct hand_kind *kinds, enum event_kind kind);
/* Prints the next event called so, "any" for each, those before it are forgotten; "none" when none
 * comes within ms. */
void hand_next_event(struct hand *hand, const struct hand_kind *kinds, const char *word, int ms,
                     void (*print)(const struct event *event));

void hand_say_err(const struct err *e);
/* Says who is logged in, or the error. */
void hand_start(struct hand *hand);
/* Says the job's number. Takes the job. */
void hand_post(struct hand *hand, struct job *job);

/* 0, or -1. */
int hand_open(struct hand *hand, int argc, char **argv);
/* Hands each line of the input, cut at its first blank, to the program. */
void hand_serve(void (*obey)(const char *word, char *rest));
void hand_close(struct hand *hand);

#endif
