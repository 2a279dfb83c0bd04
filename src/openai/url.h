#ifndef VIGIE_OPENAI_URL_H
#define VIGIE_OPENAI_URL_H

#include "base/str.h"

/* Between the files that put together URLs. */

enum { URL_BYTES = 2048 };

/* base without its trailing slashes. */
void url_base(struct str *s, const char *base);
/* All but letters, digits and "-._~" as %XX. */
void url_escaped(struct str *s, const char *text);
/* Moves the text to out and ends s: 0, or -1 when it does not fit. */
int url_give(struct str *s, char *out, size_t size);

#endif
