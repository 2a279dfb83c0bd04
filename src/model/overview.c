#include "config.h"

#include "model/overview.h"

#include "base/mem.h"

#include <stdlib.h>

struct overview *overview_create(int len)
{
    struct overview *o = mem_zero(1, sizeof *o);
    o->item = len > 0 ? mem_zero((size_t)len, sizeof *o->item) : NULL;
    o->len = len;
    o->budget_permille = -1;
    for (int i = 0; i < len; i++) {
        o->item[i].budget_permille = -1;
        o->item[i].forecast_permille = -1;
        o->item[i].worst = GRAVITY_COUNT;
    }
    return o;
}

void overview_destroy(struct overview *o)
{
    if (!o)
        return;
    free(o->item);
    free(o);
}
