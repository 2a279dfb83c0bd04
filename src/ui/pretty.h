#ifndef VIGIE_UI_PRETTY_H
#define VIGIE_UI_PRETTY_H

#include "base/str.h"

/* Lays a JSON text out on lines, two blanks a level. Only the layout is added: text that is no JSON
 * comes out readable too. Depth is bounded; out keeps its own bound. */
void pretty_json(struct str *out, const char *json);

#endif
