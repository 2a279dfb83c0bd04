#include "config.h"

#include "db/session.h"

#include "base/mem.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 10000 };

void conn_spec_init(struct conn_spec *spec)
{
    *spec = (struct conn_spec){.identity = IDENTITY_ROLE, .timeout_ms = TIMEOUT_MS};
}

static void wipe(char *text)
{
    if (text)
        sodium_memzero(text, strlen(text));
    free(text);
}

void conn_spec_finish(struct conn_spec *spec)
{
    wipe(spec->conninfo); /* it can hold a password too */
    wipe(spec->password);
    free(spec->username);
    free(spec->claims_user);
    free(spec->claims_role);
    conn_spec_init(spec);
}

void conn_spec_copy(struct conn_spec *to, const struct conn_spec *from)
{
    *to = *from;
    to->conninfo = mem_dup_null(from->conninfo);
    to->username = mem_dup_null(from->username);
    to->password = mem_dup_null(from->password);
    to->claims_user = mem_dup_null(from->claims_user);
    to->claims_role = mem_dup_null(from->claims_role);
}

void conn_spec_password(struct conn_spec *spec, const char *text)
{
    char *copy = mem_dup_null(text);
    wipe(spec->password);
    spec->password = copy;
}
