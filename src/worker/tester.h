#ifndef VIGIE_WORKER_TESTER_H
#define VIGIE_WORKER_TESTER_H

#include "flow/job.h"
#include "worker/kit.h"

/* Tests that a person asked for: these connexions, now, whatever the schedule says. Each answer
 * counts as a probe like any other. Told by EVENT_TESTED, the last of which has tested equal to
 * test_total; fewer than were asked for when another program holds some or they are out of sight.
 */
struct test {
    struct test *next;
    struct tester *tester;
    unsigned job;
    char (*ids)[UUID_TEXT];  /* owned */
    int ids_len, taken_from; /* of the next to lease */
    int total;               /* those to come and those that came */
    int tested;
    int said[VERDICT_COUNT]; /* all answers so far */
    int taking, stopped;
    int64_t began_ms;
    struct line asked;    /* under way; the order does not matter */
    struct line answered; /* since the last event */
    int64_t tell_ms;      /* mono instant of the next event, 0 for none */
};

struct tester {
    struct kit *kit;
    struct test *tests;
};

void tester_init(struct tester *tester, struct kit *kit);
/* Call it after the sessions ended. */
void tester_finish(struct tester *tester);

/* Does not take the job, but its list of connexions. */
void tester_start(struct tester *tester, struct job *job);
/* Asks for nothing more; what has not answered is given back. */
void tester_stop(struct tester *tester);

void tester_step(struct tester *tester, int64_t mono_ms);
/* -1 for never. */
int64_t tester_deadline(const struct tester *tester);

#endif
