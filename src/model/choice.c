#include "config.h"

#include "model/choice.h"

#include "base/mem.h"

#include <stdlib.h>

struct choice_list *choice_list_create(size_t len)
{
    struct choice_list *list = mem_zero(1, sizeof *list);
    list->len = len;
    list->item = len > 0 ? mem_zero(len, sizeof *list->item) : NULL;
    return list;
}

void choice_list_destroy(struct choice_list *list)
{
    if (!list)
        return;
    free(list->item);
    free(list);
}
