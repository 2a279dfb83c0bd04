#include "config.h"

#include "standin/route.h"

#include <stdio.h>
#include <string.h>

static const struct route routes[] = {
#define ROUTE(method, path, function, who, scope) {method, path, function, WHO_##who, scope, 0},
#include "standin/route.def"
#undef ROUTE
#define USAGE(name, path, object, count, has_requests, groups) \
    {"GET", "/v1/organization/usage/" path, usage_get, WHO_ADMIN, "api.usage.read", USAGE_##name},
#include "standin/usage.def"
#undef USAGE
};

enum { ROUTES = sizeof routes / sizeof routes[0] };

/* What answers cost money for, or belongs to programs that use the service. */
static const char *const paid[] = {
    "/v1/chat/",    "/v1/responses",   "/v1/completions",   "/v1/embeddings",
    "/v1/images/",  "/v1/audio/",      "/v1/moderations",   "/v1/batches",
    "/v1/files",    "/v1/fine_tuning", "/v1/assistants",    "/v1/threads",
    "/v1/realtime", "/v1/videos",      "/v1/vector_stores", "/v1/containers",
    "/v1/evals",    "/v1/uploads",     "/v1/conversations", "/v1/edits",
};

int route_is_billable(const struct request *r)
{
    for (size_t i = 0; i < sizeof paid / sizeof paid[0]; i++)
        if (strncmp(r->path, paid[i], strlen(paid[i])) == 0)
            return 1;
    return strcmp(r->method, "GET") != 0 && strncmp(r->path, "/v1/", 4) == 0 &&
           strncmp(r->path, "/v1/organization/", strlen("/v1/organization/")) != 0;
}

/* Fills wild; 1 when the path is the pattern's. */
static int matches(const char *pattern, const char *path, char wild[WILD_MAX][NAME_MAX_LEN])
{
    int n = 0;
    while (*pattern) {
        if (*pattern == '{' && n < WILD_MAX) {
            size_t len = strcspn(path, "/");
            if (len == 0 || len >= NAME_MAX_LEN)
                return 0;
            (void)snprintf(wild[n++], NAME_MAX_LEN, "%.*s", (int)len, path);
            path += len;
            pattern += 2;
        } else if (*pattern++ != *path++) {
            return 0;
        }
    }
    return *path == '\0';
}

const struct route *route_find(struct call *c, int *other_method)
{
    *other_method = 0;
    for (size_t i = 0; i < ROUTES; i++) {
        memset(c->wild, 0, sizeof c->wild);
        if (!matches(routes[i].path, c->request->path, c->wild))
            continue;
        c->kind = routes[i].kind;
        c->of_project = strstr(routes[i].path, "/projects/{}") != NULL;
        if (strcmp(routes[i].method, c->request->method) == 0)
            return &routes[i];
        *other_method = 1;
    }
    return NULL;
}
