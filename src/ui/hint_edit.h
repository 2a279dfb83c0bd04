#ifndef VIGIE_UI_HINT_EDIT_H
#define VIGIE_UI_HINT_EDIT_H

#include "flow/state.h"

/* The label of a key of editing as things stand; NULL where it would do nothing worth showing.
 * label: the usual one, translated. */
const char *hint_edit(const struct state *st, enum command command, const char *label);

#endif
