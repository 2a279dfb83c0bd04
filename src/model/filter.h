#ifndef VIGIE_MODEL_FILTER_H
#define VIGIE_MODEL_FILTER_H

#include "base/err.h"
#include "model/connexion.h"

/* The filter language, the same on screen and on the command line, in every language of the user.
 * Terms are separated by blanks and all must hold: word            occurs in the account, the
 * organisation, the client, the project or the id (case does not matter) state:a,b       one of
 * these states         org:text  client:text  model:text   occurs in the name budget:>80
 * quota:>=100 (also < <= =)        per cent of the limit, a '%' may follow; rows without a limit
 * never match active inactive                             the switch "two words" is one term;
 * org:"two words" too; "active" in quotes is a word. An unknown key, and terms that together can
 * match nothing, are errors, never a silent empty list. The keys are listed in filter.def. */
enum { FILTER_WORDS = 4, FILTER_WORD_MAX = 128, FILTER_TEXT_MAX = 512 };

/* Bounds in thousandths of the limit, inclusive; -1 means no bound. */
struct filter_range {
    int min;
    int max;
};

struct filter {
    int words;
    char word[FILTER_WORDS][FILTER_WORD_MAX];
    char organisation[FILTER_WORD_MAX]; /* "" when absent */
    char client[FILTER_WORD_MAX];
    char model[FILTER_WORD_MAX];
    unsigned states; /* bits of enum status; 0 means all */
    struct filter_range budget;
    struct filter_range quota;
    int active; /* -1 either, 0 off, 1 on */
};

/* A filter that matches everything. */
void filter_init(struct filter *f);

/* Parses text, any bytes; on error (ERR_USAGE) f is left as filter_init makes it, e says which term
 * is wrong and its cure what is possible. */
int filter_parse(struct filter *f, const char *text, struct err *e);

int filter_is_empty(const struct filter *f);
/* Whether it looks for a text: a word, or one in the name of an organisation or a client. */
int filter_has_text(const struct filter *f);

/* The language's keys for completion and help ("state:", "inactive"): index from 0, NULL past the
 * end; help (may be NULL) is translated. */
const char *filter_key(int index, const char **help);

#endif
