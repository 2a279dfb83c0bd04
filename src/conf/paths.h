#ifndef VIGIE_CONF_PATHS_H
#define VIGIE_CONF_PATHS_H

#include "base/err.h"

enum { PATH_TEXT = 1024 };

/* XDG places, absolute, without a trailing slash. Nothing is created. Errors: no HOME, too long,
 * not absolute. */
int paths_config(char out[PATH_TEXT], struct err *e);  /* $XDG_CONFIG_HOME/vigie/vigie.conf */
int paths_keypair(char out[PATH_TEXT], struct err *e); /* $XDG_CONFIG_HOME/vigie/keypair */
/* State of the program: $XDG_STATE_HOME/vigie, ~/.local/state/vigie; for root /var/lib/vigie unless
 * XDG_STATE_HOME is set, since the private cluster then runs as user postgres, who cannot enter
 * root's home. */
int paths_state(char out[PATH_TEXT], struct err *e);
/* $state/log/vigie.log with its folder created 0700 (of the person, not of postgres). */
int paths_log(char out[PATH_TEXT], struct err *e);

/* mkdir -p with 0700 for what is missing; for root the folders above may be passed through (0711),
 * since a server of another account lives there. */
int paths_make(const char *path, struct err *e);

#endif
