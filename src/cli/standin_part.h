#ifndef VIGIE_CLI_STANDIN_PART_H
#define VIGIE_CLI_STANDIN_PART_H

#include "conf/paths.h"

/* The program, and what it has in its folder: one line of JSON while it serves, and its control
 * socket. */
#define STANDIN_PROGRAM "vigie-standin"
#define STANDIN_READY "ready"
#define STANDIN_CONTROL "ctl"

/* Finds the program and starts it as a process of nobody's. ERR_NOT_FOUND, ERR_SYSTEM. */
int standin_launch(const char *folder, struct err *e);

/* STATE/standin. */
int standin_folder(char out[PATH_TEXT], struct err *e);

#endif
