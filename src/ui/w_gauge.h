#ifndef VIGIE_UI_W_GAUGE_H
#define VIGIE_UI_W_GAUGE_H

#include "model/gauge.h"
#include "ui/surface.h"

/* A gauge in width columns: bar with the elapsed part of the period marked on it, per cent, "!"
 * from 80 %. What has no bar (no limit, a limit of 0, no figure, a figure of an earlier period) has
 * a word. Below GAUGE_BAR_MIN columns only the per cent. */
enum { GAUGE_BAR_MIN = 11 };

void gauge_draw(const struct surface *s, int y, int x, int width, const struct gauge *g);

/* The word or per cent alone: "62 %", "no limit". */
void gauge_words(const struct gauge *g, char *buf, size_t size);

/* The role of a gauge's figure. */
enum role gauge_role(const struct gauge *g);

#endif
