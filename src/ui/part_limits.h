#ifndef VIGIE_UI_PART_LIMITS_H
#define VIGIE_UI_PART_LIMITS_H

#include "ui/view.h"
#include "ui/w_text.h"

/* That a hard limit holds the sheet's connexion, why, since when and until when; nothing where none
 * does. */
void limits_block(struct doc *doc, const struct view *v);

/* Its thresholds and where they come from, the forecast, the last periods, and what the sources of
 * its figures disagree about. */
void limits_section(struct doc *doc, const struct view *v);

#endif
