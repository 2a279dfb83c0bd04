#ifndef VIGIE_MODEL_FIELD_H
#define VIGIE_MODEL_FIELD_H

#include "base/str.h"
#include "model/connexion.h"

/* One definition of what a person can change, for the form, the plan and the command line. Words
 * and titles are those of the column.
 */

enum field_kind {
    FIELD_TEXT,
    FIELD_SECRET,
    FIELD_EMAIL,
    FIELD_INTEGER,
    FIELD_AMOUNT,
    FIELD_SWITCH,
    FIELD_CHOICE,
    FIELD_REFERENCE,
    FIELD_MODELS,
    FIELD_JSON,
    FIELD_TIME
};

enum field {
#define FIELD(column, kind, rule, help) FIELD_OF_##column,
#include "model/field.def"
#undef FIELD
    FIELD_COUNT
};

enum {
    FIELD_VALUE_MAX = 64 * 1024,
    FIELD_PROBLEM = 300,
    FIELD_MODELS_MAX = 200,
    KEY_TEXT_MAX = 400
};

struct field_info {
    enum column column;
    enum field_kind kind;
    int needed;
    const char *help; /* English; pass through gettext */
};

/* The row of the list; static storage. */
const struct field_info *field_info(enum field field);
/* By the column's word or SQL name; -1 when it names no field. */
int field_find(const char *word);
int field_of_column(enum column column); /* -1 */

/* How grave what a check found is. Only FIELD_BAD keeps a value from being saved. */
enum field_grade { FIELD_FINE, FIELD_WARNING, FIELD_BAD };

/* What checks of one value may look at besides it; every member may be NULL or 0 (not known). */
struct field_facts {
    const char *cost_now;      /* openai_cout_actuel_mois */
    const char *use_now;       /* openai_usage_quotidien */
    const char *const *models; /* what the key can really use */
    int models_len;
    int key_elsewhere;               /* other connexions in sight with the same key */
    const char *client_organisation; /* the organisation of the client chosen */
    const char *organisation;        /* the organisation chosen */
    int may_be_null; /* the table accepts NULL in a NEEDED field (adopted databases) */
};

/* Brings what a person typed into the canonical text of the column (what PostgreSQL's own output
 * would be: "t"/"f", digits, trimmed amounts, "{a,b}" arrays, "YYYY-MM-DDTHH:MM:SS.ffffffZ", JSON
 * as typed less outer blanks) and judges it. Input: a person's text; NULL for SQL's NULL; the words
 * "none"/"null" (also translated) stand for NULL only in OPTIONAL fields of a kind other than TEXT,
 * EMAIL and SECRET; in TEXT fields the empty text is the empty text. out (may be NULL;
 * FIELD_VALUE_MAX) gets the canonical text, *is_null whether it is NULL. problem gets the sentence
 * in the person's language for WARNING and BAD, never the secret itself. Never refuses an unknown
 * prefix of a key or id: that is a warning (OpenAI's id shapes change). */
enum field_grade field_check(enum field field, const char *typed, const struct field_facts *facts,
                             struct str *out, int *is_null, char problem[FIELD_PROBLEM]);

/* The text of a canonical value as a person reads it in forms and plans: "none" for NULL, "empty"
 * for '', "0", amounts and numbers as they are, lists by commas, switches as words, a SECRET as
 * "(set)" or "(none)". Translated, scrubbed, bounded by out. */
void field_show(enum field field, const char *value, struct str *out);
/* The text with which editing starts: what field_check turns back into the same value. Never for a
 * SECRET ("" then). */
void field_edit_text(enum field field, const char *value, struct str *out);

/* Words of a CHOICE (client kinds, states), by index from 0, with their translated titles; NULL
 * past the end. */
const char *field_choice(enum field field, int index, const char **title);

/* The canonical value in a fetched row; NULL is SQL's NULL, and always for a SECRET. Borrowed. */
const char *field_of_row(enum field field, const struct connexion *row);

/* Whether two canonical values are the same value (JSON and lists by their text; amounts by
 * number). */
int field_same(enum field field, const char *a, const char *b);

#endif
