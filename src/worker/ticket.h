#ifndef VIGIE_WORKER_TICKET_H
#define VIGIE_WORKER_TICKET_H

#include "db/q_poll.h"

/* Leased connexions on their way through probe and record. */

struct host;
struct kit;

enum { ERROR_TEXT = 200 };

struct ticket {
    struct ticket *next; /* in the line that it stands in */
    struct batch *batch;
    struct poll_item *item;
    struct host *host; /* NULL until it is asked */
    struct kit *kit;
    void (*ended)(void *arg, struct ticket *ticket, int cancelled);
    void *arg;
    enum verdict seen;
    int news;           /* the screen wants to know */
    int shared;         /* nothing was learned of the connexion */
    const char *status; /* of health_status */
    char error[ERROR_TEXT];
    int company; /* at most so many in one transaction; 0: any */
    int bare;    /* the table refused the row: write the health alone */
};

/* One lease's work; freed with its last ticket. */
struct batch {
    struct kit *kit;
    int64_t leased_ms; /* mono, before the lease was asked for */
    int64_t until_ms;  /* from then on another owner may have the rows */
    struct poll_work *work;
    int live;
    struct ticket ticket[];
};

/* Takes work, which is not empty. */
struct batch *batch_create(struct kit *kit, struct poll_work *work, int64_t leased_ms, int lease_s);
/* The ticket's end: in no line any more. */
void ticket_drop(struct ticket *ticket);

/* First in, first out. */
struct line {
    struct ticket *head, *tail;
    int len;
};
void line_add(struct line *line, struct ticket *ticket);
void line_add_front(struct line *line, struct ticket *ticket);
struct ticket *line_pop(struct line *line);
void line_drop(struct line *line);

#endif
