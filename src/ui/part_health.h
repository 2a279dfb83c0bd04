#ifndef VIGIE_UI_PART_HEALTH_H
#define VIGIE_UI_PART_HEALTH_H

#include "ui/w_text.h"

/* What the sheet and the screen of health both say. h may be NULL: not known yet. */

/* Verdict and age in one line. */
void health_line(struct doc *doc, const struct view *v, const struct health *h);

/* A section: verdict, since when, why and what to do, what is being confirmed, the last and the
 * next probe. */
void health_section(struct doc *doc, const struct view *v, const struct health *h);

/* "OpenAI's costs, 12 m old, shared by 2 and counted once". */
void figures_source(const struct gauge *g, int64_t now, char *buf, size_t size);

#endif
