#include "config.h"

#include "model/health.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct health_list *health_list_create(int len, int hosts)
{
    struct health_list *list = mem_zero(1, sizeof *list);
    list->item = len > 0 ? mem_zero((size_t)len, sizeof *list->item) : NULL;
    list->len = len > 0 ? len : 0;
    list->host = hosts > 0 ? mem_zero((size_t)hosts, sizeof *list->host) : NULL;
    list->hosts = hosts > 0 ? hosts : 0;
    return list;
}

void health_list_destroy(struct health_list *list)
{
    if (!list)
        return;
    free(list->item);
    free(list->host);
    free(list);
}

const struct health *health_list_find(const struct health_list *list, const char *id)
{
    for (int i = 0; i < list->len; i++)
        if (strcmp(list->item[i].id, id) == 0)
            return &list->item[i];
    return NULL;
}
