#include "config.h"

#include "model/organisation.h"

#include "base/mem.h"

#include <stdlib.h>

struct organisations *organisations_create(size_t len)
{
    struct organisations *o = mem_zero(1, sizeof *o);
    o->rows = len ? mem_zero(len, sizeof *o->rows) : NULL;
    o->len = len;
    return o;
}

void organisations_destroy(struct organisations *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->len; i++) {
        free(o->rows[i].nom);
        free(o->rows[i].statut_compte);
    }
    free(o->rows);
    free(o);
}
