#ifndef VIGIE_STANDIN_FILES_H
#define VIGIE_STANDIN_FILES_H

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

enum { PATH_TEXT_MAX = 512 };

/* dir/name. ERR_LIMIT when it does not fit. */
int file_path(char out[PATH_TEXT_MAX], const char *dir, const char *name, struct err *e);

/* Appends a whole file within out's bound; 0, or -1 with errno. */
int file_read(const char *path, struct str *out);

/* Replaces a file at once: a new one is written beside it and takes its name. */
int file_write(const char *path, const char *bytes, size_t len, mode_t mode, struct err *e);

#endif
