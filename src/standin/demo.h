#ifndef VIGIE_STANDIN_DEMO_H
#define VIGIE_STANDIN_DEMO_H

#include "standin/ledger.h"
#include "standin/token.h"

#include <stdint.h>

/* The world of the demonstration's data: one key, project and rhythm of spending for each of its
 * connexions (demo.def), one admin key for each OpenAI organisation. What is spent and used is a
 * function of the project, the instant and the day on which the program started; at that start it
 * agrees with the figures of the data, and it grows from there with the clock. */

/* The admin key of OpenAI's organisation "org-demo-<name>"; DEMO_ADMIN_ALL sees all of them. */
#define DEMO_ADMIN_FORMAT "sk-admin-demo-%s-not-a-key"
#define DEMO_ADMIN_ALL "sk-admin-demo-all-not-a-key"

struct demo {
    int on;
    int64_t anchor; /* the instant of the start */
};

/* Puts the keys into the table. */
int demo_start(struct demo *d, struct tokens *tokens, int64_t now, struct err *e);

/* As world_each_cost and world_each_usage, for the demonstration's share. */
typedef void (*demo_entry)(void *arg, const struct entry *entry);
void demo_each_cost(const struct demo *d, const char *organisation, int64_t from, int64_t until,
                    demo_entry each, void *arg);
void demo_each_usage(const struct demo *d, const char *organisation, enum usage_kind kind,
                     int64_t from, int64_t until, demo_entry each, void *arg);

/* Calls each for every project: its id, its OpenAI organisation and a name. */
void demo_each_project(void (*each)(void *arg, const char *id, const char *organisation,
                                    const char *name),
                       void *arg);

#endif
