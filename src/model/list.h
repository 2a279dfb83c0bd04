#ifndef VIGIE_MODEL_LIST_H
#define VIGIE_MODEL_LIST_H

#include <stddef.h>

/* Reads PostgreSQL's text of an array of one dimension, '{gpt-4,"a, b",NULL}', as it stands after
 * scrubbing: only \" and \\ are escapes, so that a scrubbed control stays readable. for (const char
 * *p = list_start(text); p && (p = list_next(p, item, sizeof item, &null));) use(item); */

/* Where the items begin; NULL when the text is no such array (use the text as it is). "{}" begins,
 * and has no next. */
const char *list_start(const char *text);

/* Takes the item at p into item (cut between characters when it is too long) and returns where the
 * next one begins, or NULL when there is no item at p. null (may be NULL) tells SQL's NULL, whose
 * item is "". */
const char *list_next(const char *p, char *item, size_t size, int *null);

/* The items with ", " between them; a text that is no array as it is. Cut between characters when
 * it is too long. */
void list_join(char *out, size_t size, const char *text);

#endif
