#ifndef VIGIE_MODEL_ORGANISATION_H
#define VIGIE_MODEL_ORGANISATION_H

#include "model/connexion.h"

/* Sums over the connexions that the identity sees; money as PostgreSQL's decimal text. Never NULL
 * once filled. */
struct totals {
    int64_t connexions;
    int64_t organisations;
    int64_t active;      /* switched on */
    int64_t over;        /* budget or quota at 100 % and more */
    int64_t troubled;    /* state other than active while switched on */
    char cost[64];       /* sum of openai_cout_actuel_mois */
    char limit[64];      /* sum of the limits that are above 0; "0" when none */
    int budget_permille; /* cost of rows that have a limit, of limit; -1 when none */
};

struct organisation {
    char id[UUID_TEXT];
    char *nom;
    char *statut_compte; /* may be NULL */
    struct totals totals;
};

struct organisations {
    struct organisation *rows;
    size_t len;
};

struct organisations *organisations_create(size_t len);
void organisations_destroy(struct organisations *o);

#endif
