#ifndef VIGIE_BASE_I18N_H
#define VIGIE_BASE_I18N_H

#include <libintl.h>

/* Marks for gettext: _() translates now, N_() marks a string of a table that is translated where it
 * is shown. */
#define _(text) gettext(text)
#define N_(text) text

#endif
