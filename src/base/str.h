#ifndef VIGIE_BASE_STR_H
#define VIGIE_BASE_STR_H

#include <stdarg.h>
#include <stddef.h>

/* Growable bytes with a stated maximum; data is always NUL-terminated once something was added, and
 * "" never NULL through str_get. What would pass the maximum is refused whole and remembered in
 * overflow. */
struct str {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
    int overflow;
};

void str_init(struct str *s, size_t max);
void str_finish(struct str *s);
void str_clear(struct str *s);
/* Each returns 0, or -1 when the maximum would be passed (s unchanged but for overflow). str_addf
 * adds 4095 bytes at most. The text must not be part of s itself. */
int str_add(struct str *s, const char *text);
int str_add_len(struct str *s, const char *text, size_t len);
int str_add_char(struct str *s, char c);
int str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Shortens to len bytes; nothing when it is not longer. */
void str_cut(struct str *s, size_t len);
/* Borrowed; never NULL. */
const char *str_get(const struct str *s);
/* Moves the text to the caller, who frees it; s is empty afterwards. */
char *str_take(struct str *s);

#endif
