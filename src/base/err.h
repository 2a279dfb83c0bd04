#ifndef VIGIE_BASE_ERR_H
#define VIGIE_BASE_ERR_H

enum err_code {
#define ERR(name, status, word, meaning) ERR_##name = (status),
#include "base/err.def"
#undef ERR
};

enum { ERR_TEXT_MAX = 1024 };

/* What went wrong, in the user's language: text is what and why, cure what to do (may be empty).
 * The caller owns it; a zeroed one means success. Never holds a secret nor a row of the table. */
struct err {
    enum err_code code;
    char text[ERR_TEXT_MAX];
    char cure[ERR_TEXT_MAX];
};

/* Fills e (may be NULL) and returns -code, so that `return err_set(...)` is the idiom. Clears the
 * cure. The arguments may be e's own text; what is too long is cut between characters. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the cure to an error already set; returns -e->code. */
int err_cure(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As err_set, with strerror(errno) behind the text. Keeps errno. */
int err_errno(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit status of a code: the same number, by the list err.def. */
int err_exit_status(const struct err *e);

/* The word for scripts ("no-user"), for JSON and documents; meaning is translated. Static storage.
 */
const char *err_name(enum err_code code);
const char *err_meaning(enum err_code code);

/* Iterates over the list: index from 0; returns 0 and fills code, or -1 past the end. */
int err_at(int index, enum err_code *code);

#endif
