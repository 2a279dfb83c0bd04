#ifndef VIGIE_STANDIN_ANSWER_H
#define VIGIE_STANDIN_ANSWER_H

#include "base/str.h"
#include "standin/scenario.h"

#include <stddef.h>

enum {
    ANSWER_HEADERS = 16,
    HEADER_NAME = 48,
    HEADER_VALUE = 1024,
    ANSWER_BODY = 256 * 1024 * 1024
};

struct header {
    char name[HEADER_NAME];
    char value[HEADER_VALUE];
};

/* What goes back: a sound answer and how to spoil it on its way. */
struct answer {
    int status;
    const char *type; /* content type, static */
    struct str body;
    struct header headers[ANSWER_HEADERS];
    size_t headers_len;
    struct play play; /* of the groups BODY, TIME, CONNECTION: played on delivery */
};

void answer_init(struct answer *a);
/* Back to how it was after answer_init. */
void answer_reset(struct answer *a);
void answer_finish(struct answer *a);

/* Adds a header, cut to its bounds; too many are left out. */
void answer_header(struct answer *a, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Replace the whole body by an error in OpenAI's shape; param and code may be NULL. */
void answer_error(struct answer *a, int status, const char *type, const char *code,
                  const char *param, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void answer_bad(struct answer *a, const char *param, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void answer_not_found(struct answer *a, const char *what, const char *id);

/* The answer of a scenario of the groups ERROR, BARE, HTML, EMPTY, RETRY; value stands for %s. */
void answer_scenario(struct answer *a, enum scenario_id id, const char *value);

#endif
