#include "config.h"

#include "standin/request.h"

#include <string.h>

const char *request_next(const struct request *r, const char *name, size_t *at)
{
    while (*at < r->params_len) {
        const struct param *p = &r->params[(*at)++];
        if (strcmp(p->name, name) == 0)
            return p->value;
    }
    return NULL;
}

const char *request_get(const struct request *r, const char *name)
{
    size_t at = 0;
    const char *found = NULL;
    for (const char *value; (value = request_next(r, name, &at));)
        found = value;
    return found;
}

int request_has(const struct request *r, const char *name, const char *value)
{
    size_t at = 0;
    for (const char *have; (have = request_next(r, name, &at));)
        if (value && strcmp(have, value) == 0)
            return 1;
    return 0;
}

int request_allows(const struct request *r, const char *name, const char *value)
{
    return !request_get(r, name) || request_has(r, name, value);
}
