#ifndef VIGIE_CONF_FILE_H
#define VIGIE_CONF_FILE_H

#include "conf/option.h"

enum { CONF_LINE_MAX = 2048, CONNINFO_MAX = 2048 };

/* Reads the INI configuration file: section [vigie] holds option keys and `connection = …` (a libpq
 * string, URI or service); [place NAME] sections hold the same for a named place, chosen on the
 * command line as `@NAME`. A value goes to the end of its line. place NULL reads [vigie] only; else
 * the place starts from [vigie], less what belongs to [vigie]'s own connection (SCOPE_WHO). Values
 * set at level 1: the command line wins. conninfo gets the connection ("" when none). A file that
 * is missing is no error unless required or a place is asked for. Errors name file and line; an
 * unknown key is one; a file that others can write, or that holds a password and others can read,
 * is refused. */
int conf_load(struct options *o, const char *path, int required, const char *place,
              char conninfo[CONNINFO_MAX], struct err *e);

/* Whether a connection string or URI carries a password. */
int conf_has_password(const char *conninfo);

#endif
