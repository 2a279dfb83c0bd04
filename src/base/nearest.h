#ifndef VIGIE_BASE_NEAREST_H
#define VIGIE_BASE_NEAREST_H

/* Edits (insert, delete, replace, swap of neighbours) between two words; words of more than 63
 * bytes count as far. */
int nearest_distance(const char *a, const char *b);

/* The word that was probably meant: the closest of the list that at(arg, 0..) gives until NULL,
 * when it is close enough to be a slip of the fingers (at most a third of the longer word, at least
 * one edit) or the only one that starts alike; else NULL. */
const char *nearest(const char *word, const char *(*at)(void *arg, int index), void *arg);

#endif
