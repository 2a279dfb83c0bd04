#ifndef VIGIE_OPENAI_MODELS_H
#define VIGIE_OPENAI_MODELS_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

/* GET /v1/models: the only question about an ordinary key; it costs nothing. */

/* base without its trailing slash + "/models". -1 when it does not fit. */
int models_url(char *out, size_t size, const char *base);

/* The last list that was read. Thousands of keys get the same bytes: a body that is equal to the
 * one before is not parsed again. One thread. */
struct models;
struct models *models_create(void);
void models_destroy(struct models *m); /* accepts NULL */

/* Whether a body is the list of models, remembered for models_words: 0, or -1 when it is not, or is
 * too deep or too long. */
int models_read(struct models *m, const char *body, size_t len);

/* Which of allowed (a PostgreSQL text[] as text, NULL for none) the list last read lacks or gives a
 * shutdown date: words for people, translated, scrubbed, bounded, "" when none or when no list was
 * read. */
void models_words(struct models *m, const char *allowed, char *words, size_t size);

/* The ids of the list last read, in order: index from 0, NULL past the end, or when no list was
 * read. Raw. */
const char *models_at(const struct models *m, size_t index);

/* Both at once, for a single answer: 0 with words, or -1. */
int models_parse(const char *body, size_t len, const char *allowed, char *words, size_t size);

#endif
