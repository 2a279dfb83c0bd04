#ifndef VIGIE_OPENAI_BODY_H
#define VIGIE_OPENAI_BODY_H

#include <json-c/json.h>
#include <stddef.h>

/* Bodies as JSON, strictly: one value, UTF-8, no NUL byte, no mark in front, no NaN, at most
 * BODY_DEPTH deep. Of two members with one name the last counts. Unknown members are ignored. */

enum { BODY_DEPTH = 16 };

/* NULL when it is not such a body; else json_object_put it. */
struct json_object *body_parse(const char *body, size_t len);

/* Member of an object, NULL when absent, null, or when object is none. Borrowed. */
struct json_object *body_member(struct json_object *object, const char *name);

/* The text of a string: 0, or -1 when value is no string, holds other bytes than printable ASCII
 * without blanks, or does not fit. A NULL value gives "". */
int body_word(struct json_object *value, char *out, size_t size);

/* An integer that json-c has not cut: 0, or -1. */
int body_integer(struct json_object *value, int64_t *out);

#endif
