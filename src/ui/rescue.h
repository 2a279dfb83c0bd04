#ifndef VIGIE_UI_RESCUE_H
#define VIGIE_UI_RESCUE_H

#include <stddef.h>
#include <termios.h>

enum { RESCUE_BYTES_MAX = 512 };

/* Gives the terminal back when the program dies in a way that runs no clean-up: the bytes and the
 * modes are known beforehand, so that a handler only writes them. One terminal a process; arm and
 * disarm on the UI thread. */

/* Remembers what gives the terminal back, and catches SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGILL
 * in front of whatever handled them before (a sanitizer, say): that handler, or the default action,
 * still follows. log_path may be NULL. */
void rescue_arm(int fd, const struct termios *modes, const char *bytes, size_t len,
                const char *log_path);

/* Replaces the bytes: they depend on the size of the screen. */
void rescue_set_bytes(const char *bytes, size_t len);

/* While the program does not have the terminal (stopped) there is nothing to give back. */
void rescue_pause(int paused);

void rescue_disarm(void);

/* Gives the terminal back once; nothing when it is not armed. Async-signal-safe; any thread. */
void rescue_now(void);

#endif
