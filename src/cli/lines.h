#ifndef VIGIE_CLI_LINES_H
#define VIGIE_CLI_LINES_H

#include "base/log.h"

#include <json-c/json.h>
#include <stdint.h>

/* What happens, a line each on the standard output: JSON objects for machines, text for a person at
 * a terminal. A reader who does not read never blocks the program: lines that do not fit are
 * dropped, and counted. */
struct lines {
    int json;
    int failed;      /* errno of a write that will never go well */
    int64_t dropped; /* since the start */
    int64_t told;    /* of those, said in a line */
};

/* json: also when the output is a terminal. */
void lines_init(struct lines *l, int json);

/* A new object with time, level and event, to add to. */
struct json_object *lines_object(enum log_level level, const char *event);

/* Writes the object, or text (translated, one line) for a person. Takes object. */
void lines_put(struct lines *l, struct json_object *object, const char *text);

#endif
