#ifndef VIGIE_MODEL_JOURNAL_FILTER_H
#define VIGIE_MODEL_JOURNAL_FILTER_H

#include "base/err.h"
#include "model/filter.h"
#include "model/journal.h"

/* The language that narrows the journal, the same on screen and on the command line: terms of a key
 * and a value, separated by blanks, that must all hold. A bare word is a person. The keys are
 * listed in journal_filter.def. */
struct journal_filter {
    char person[NAME_TEXT];
    char column[64];                    /* SQL name */
    char since[32], until[32];          /* "" or an instant, UTC: from since, before until */
    char organisation[FILTER_WORD_MAX]; /* name or id, as typed */
};

/* Parses text, any bytes; now gives "7d" and "today" a meaning. ERR_USAGE leaves f empty, says
 * which term is wrong and, in its cure, what is possible. */
int journal_filter_parse(struct journal_filter *f, const char *text, int64_t now, struct err *e);

int journal_filter_is_empty(const struct journal_filter *f);

/* The keys for completion and help: index from 0, NULL past the end; help (may be NULL) is
 * translated. */
const char *journal_filter_key(int index, const char **help);

/* An instant of the language ("7d", "today", a day, an instant). end: a day means its end. -1 when
 * it is none. */
int journal_instant(const char *text, int64_t now, int end, int64_t *at);

#endif
