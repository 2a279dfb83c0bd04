#ifndef VIGIE_STANDIN_JSON_H
#define VIGIE_STANDIN_JSON_H

#include "base/str.h"

#include <json-c/json.h>
#include <stdint.h>

/* Writes a text as JSON, quoted; NULL is null. Bytes above 127 pass as they are. */
void json_put_text(struct str *out, const char *text);

/* Parses one bounded value that fills the text; NULL when it is none. The caller puts it. */
json_object *json_read(const char *text, size_t len);

/* Members of an object, or the fallback when absent, null or of another type. Borrowed. */
const char *json_get_text(json_object *o, const char *name, const char *fallback);
int64_t json_get_int(json_object *o, const char *name, int64_t fallback);
/* Numbers keep their text. */
const char *json_get_scalar(json_object *o, const char *name, const char *fallback);

#endif
