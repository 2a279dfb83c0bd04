#ifndef VIGIE_CLI_JSON_H
#define VIGIE_CLI_JSON_H

#include "model/health.h"
#include "model/organisation.h"
#include "model/proof.h"

#include <json-c/json.h>
#include <stdio.h>

/* Values as JSON, for scripts: columns of the table by their SQL names, what the console adds by
 * English words. Money stays a string of its exact decimal digits, times are ISO 8601 in UTC,
 * booleans and integers are JSON's own, lists are arrays, JSON columns the value they hold (a
 * string when they were too long to hold whole), SQL's NULL is null. Strings are the scrubbed,
 * bounded text that the screen shows, controls as visible escapes: what was scrubbed once stays
 * scrubbed. The key is never there. Each function returns a new object for json_object_put. */
struct json_object *json_connexion(const struct connexion *c, int64_t now);
/* With where its figures come from; NULL: not known. */
struct json_object *json_connexion_of(const struct connexion *c, const struct figures *figures,
                                      int64_t now);
/* The text of one column; NULL gives null. */
struct json_object *json_column(enum column column, const char *text);
struct json_object *json_organisation(const struct organisation *o);
struct json_object *json_totals(const struct totals *t);
struct json_object *json_proof(const struct proof *p);

/* What objects are put together from: json_put takes value; text may be NULL (SQL's NULL); at is
 * UTC seconds. */
void json_put(struct json_object *to, const char *key, struct json_object *value);
struct json_object *json_make_string(const char *text);
struct json_object *json_make_string_or_null(const char *text); /* null for "" too */
struct json_object *json_make_boolean(int value);
struct json_object *json_make_integer(int64_t value);
struct json_object *json_make_instant(int64_t at);

/* Writes one object as UTF-8 and puts it; one line, or indented with pretty. Whatever a terminal
 * could obey is written as \u escapes. Errors of the stream are left for who flushes it. */
void json_write(FILE *out, struct json_object *object, int pretty);

/* An array written item by item, a line each, so that its length is no matter: json_list_open,
 * json_list_add..., json_list_close. Nothing is written before the first item or the close: what
 * fails at once leaves no half of an array behind. */
struct json_list {
    FILE *out;
    long items;
};

void json_list_open(struct json_list *list, FILE *out);
void json_list_add(struct json_list *list, struct json_object *item);
void json_list_close(struct json_list *list);

#endif
