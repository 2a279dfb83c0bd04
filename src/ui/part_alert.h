#ifndef VIGIE_UI_PART_ALERT_H
#define VIGIE_UI_PART_ALERT_H

#include "model/alert.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_text.h"

/* Alerts in words and signs, the same on every screen. */

/* Shape, word and role of a gravity. */
void gravity_sign(struct sign *sign, enum alert_gravity gravity);

/* The gravity of an alert that asks for somebody; of any other what became of it. */
void alert_sign(struct sign *sign, const struct alert *alert);

/* "96.10 / 100.00 $"; "" where it has none. */
void alert_amounts(char *buf, size_t size, const struct alert *alert);

/* Who looks after it, or took note of it; "" for nobody. */
const char *alert_who(const struct alert *alert);

/* The gravest that is open, GRAVITY_COUNT for none; how many are open. */
enum alert_gravity counts_worst(const struct alert_counts *counts);
int64_t counts_open(const struct alert_counts *counts);

/* "▲ 3 alerts" for the header; nothing where there are none. */
void alert_counter(const struct view *v, struct strip *strip);

/* Counts in words, one part each. */
void alert_count_parts(const struct view *v, const struct alert_counts *counts,
                       struct strip *strip);

/* One line of its own: sign, words, age. */
void alert_line(const struct surface *s, const struct alert *alert, int64_t now, int selected,
                int with_subject);

/* Section of a connexion's alerts on its sheet. */
void alert_section(struct doc *doc, const struct view *v, const struct alert_list *list);

#endif
