#ifndef VIGIE_STANDIN_JOURNAL_H
#define VIGIE_STANDIN_JOURNAL_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_MAX = 100000, JOURNAL_PATH = 128, JOURNAL_QUERY = 512, JOURNAL_NAMES = 320 };

/* One request that was read; the texts are cut to their bounds. */
struct journal_line {
    int64_t at; /* the stand-in's clock */
    int64_t mono_ms;
    char method[12];
    char path[JOURNAL_PATH];
    char query[JOURNAL_QUERY];   /* decoded, "&" between */
    char token[96];              /* see token_name */
    char headers[JOURNAL_NAMES]; /* names in lower case, spaces between */
    char organisation[64], project[64];
    char scenario[40];
    char request_id[40];
    int status;     /* 0: none was meant to be sent */
    int connection; /* number of the connection that carried it */
    int key_in_url;
    int billable;
};

/* The newest JOURNAL_MAX requests; older ones are forgotten. */
struct journal {
    struct {
        int64_t number;
        char *json;
    } * lines; /* a ring that grows up to JOURNAL_MAX */
    size_t len, cap, first;
    int64_t count;
    int64_t billable; /* of all */
};

void journal_init(struct journal *j);
void journal_finish(struct journal *j);
void journal_clear(struct journal *j);
/* Keeps the line as JSON and gives it its number, from 1. */
void journal_add(struct journal *j, const struct journal_line *line);
/* Appends the lines whose number is above since as a JSON array. */
void journal_list(const struct journal *j, int64_t since, struct str *out);

#endif
