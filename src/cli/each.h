#ifndef VIGIE_CLI_EACH_H
#define VIGIE_CLI_EACH_H

#include "cli/cli.h"

#include "model/page.h"

/* The connexions that the options --filter, --organisation, --sort and --limit choose, handed out
 * in groups, for commands that ask something of their own about each. */
struct each {
    struct cli *cli;
    struct session *session; /* through the gate */
    struct proof proof;
    struct page_request request;
    int limit;
};

enum { EACH_MAX = 500 };

/* each_close in any case. ERR_USAGE and what opening a session can end with. */
int each_open(struct each *each, struct cli *cli);
/* The same for all connexions in sight, whatever the options say. */
int each_open_all(struct each *each, struct cli *cli);
void each_close(struct each *each);

/* visit gets up to group (at most EACH_MAX) rows at once, whose ids stand in ids too, and may use
 * the session; what is not 0 ends it and is returned. */
typedef int (*each_visit)(void *arg, struct connexion *const *rows, const char *const *ids,
                          int count);
int each_run(struct each *each, int group, each_visit visit, void *arg);

/* The value of --sort; NULL leaves the order. ERR_USAGE. */
int order_parse(struct order *order, const char *text, struct err *e);
/* The error for a word that names no column to show. */
int column_unknown(const char *word, struct err *e);

#endif
