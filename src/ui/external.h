#ifndef VIGIE_UI_EXTERNAL_H
#define VIGIE_UI_EXTERNAL_H

#include "base/err.h"

#include <sys/types.h>

/* A text in the person's own editor: $VISUAL, $EDITOR, else vi, run as the shell would ("code
 * --wait" works) with the file as its one argument. The file has mode 0600 in a directory of its
 * own (0700) in XDG_RUNTIME_DIR or /tmp, and is removed with all that the editor left beside it.
 * Never for what is secret. The terminal must have been lent. */

enum { EXTERNAL_PATH = 512, EXTERNAL_TEXT_MAX = 64 * 1024 };

struct external {
    pid_t pid; /* 0: none runs */
    char dir[EXTERNAL_PATH];
    char path[EXTERNAL_PATH + 32];
};

/* Starts it on a file of that name. The child has the program's environment less what may be secret
 * in it, and no descriptor but the terminal. */
int external_start(struct external *x, const char *name, const char *text, struct err *e);

/* What became of the child: 0 it still runs, 1 it is stopped (by C-z), 2 it ended with status 0, -1
 * it failed or could not be run, with its reason. Never waits. */
int external_poll(struct external *x, struct err *e);

/* The text of the file, bounded and scrubbed line by line, without the last line break; NULL with
 * ERR_LIMIT or ERR_SYSTEM. To be freed. */
char *external_text(const struct external *x, struct err *e);

/* Ends a child that still runs, and removes the file and the directory. Idempotent. */
void external_finish(struct external *x);

#endif
