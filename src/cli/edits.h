#ifndef VIGIE_CLI_EDITS_H
#define VIGIE_CLI_EDITS_H

#include "cli/cli.h"
#include "cli/part.h"
#include "model/draft.h"

/* One command that changes connexions: rows are added to a plan, which is shown, agreed to, saved
 * in one transaction and reported row by row. */

/* A row of the plan beside its change. */
struct edits_row {
    long line;     /* of a file; 0: none */
    size_t change; /* index in the set; EDITS_NO_CHANGE when the row cannot be sent */
    char *label;   /* owned */
    char *refusal; /* why it cannot be sent; NULL */
    char *warning; /* what a person should know; NULL */
};

#define EDITS_NO_CHANGE SIZE_MAX

struct edits {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    const char *kind; /* for the journal */
    struct change_set *set;
    size_t cap;
    struct edits_row *row;
    size_t rows, rows_cap, refused;
    size_t unchanged;               /* rows of a file that are as they should be */
    struct change_results *results; /* of the save, or of the preview of a dry run; NULL */
    int saved;                      /* results are those of a save */
};

/* Opens the connection, armed for writing. edits_close in any case. */
int edits_open(struct edits *e, struct cli *cli, const char *kind);
void edits_close(struct edits *e);

/* The next change of the plan, to be filled by the caller before the next call. Label is scrubbed
 * text. */
struct change *edits_add(struct edits *e, enum change_op op, const char *id, const char *label,
                         long line);
/* The change that was added last becomes a row that cannot be sent, for a reason. */
void edits_drop(struct edits *e, const char *reason);
/* A row that cannot be sent. */
void edits_refuse(struct edits *e, const char *id, const char *label, long line,
                  const char *reason);
/* One more warning for the row that was added last. */
void edits_warn(struct edits *e, enum field field, const char *warning);

/* Shows the plan, asks, saves, reports. 0 when every row was saved; else the error of what happened
 * to most of them. With --dry-run nothing is written. */
int edits_run(struct edits *e);

/* Nothing is done without a yes: --yes, or the answer on the terminal; with a number that number
 * must be typed. */
int edits_agree(struct cli *cli, size_t number);

/* The outcome of a batch whose connection broke while it was being saved: connects again and asks.
 * err is what broke it. */
int edits_find_out(struct cli *cli, struct session **session, struct proof *proof,
                   const char *batch, struct change_results **results);

/* The error that results stand for as a whole; 0 when all is saved. one: label of the row when
 * there is only one. refused: rows that were not even sent. */
int edits_judge(const struct change_results *results, const char *one, size_t refused,
                struct err *e);
/* Why one row was not saved, as a sentence; "" when it was. */
void edits_reason(const struct change_result *result, char *buf, size_t size);

/* Output. */
void edits_text_plan(const struct edits *e);
void edits_sql_plan(const struct edits *e);
void edits_text_results(const struct edits *e);
void edits_json(const struct edits *e);
/* "48 saved, 2 refused" and a line end; bounded by out. */
void edits_counts(const struct change_results *results, size_t refused, struct str *out);
struct json_object *edits_json_counts(const struct change_results *results, size_t refused);
struct json_object *edits_json_result(const struct change_result *result);

#endif
