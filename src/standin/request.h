#ifndef VIGIE_STANDIN_REQUEST_H
#define VIGIE_STANDIN_REQUEST_H

#include "standin/token.h"

#include <json-c/json.h>
#include <stddef.h>

enum { PARAMS_MAX = 600, REQUEST_PATH_MAX = 1024, REQUEST_BODY_MAX = 64 * 1024 * 1024 };

struct param {
    const char *name, *value; /* the name without "[]" */
};

/* What was asked. Everything is borrowed from the connection but params. */
struct request {
    const char *method;
    const char *path;                   /* whole, decoded */
    const char *bearer;                 /* "" when there is none */
    int authorized;                     /* there was a header Authorization */
    const char *organisation, *project; /* headers, NULL */
    struct param params[PARAMS_MAX];
    size_t params_len;
    int too_many;
    const char *body;
    size_t body_len;
    struct token *who; /* NULL: not known */
    char id[40];       /* req_… */
};

/* The last value of a parameter, or NULL. */
const char *request_get(const struct request *r, const char *name);

/* Iterates over the values of a parameter, from *at = 0; NULL at the end. */
const char *request_next(const struct request *r, const char *name, size_t *at);

/* 1 when a parameter of this name and value is there, or none of this name at all (a filter). */
int request_allows(const struct request *r, const char *name, const char *value);

/* Whether one of the values of name is value. */
int request_has(const struct request *r, const char *name, const char *value);

#endif
