#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"

#include <curses.h>
#include <json-c/json.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>

static const char *libpq_version(char *buf, size_t size)
{
    enum { MAJOR = 10000 };
    int n = PQlibVersion();
    (void)snprintf(buf, size, "%d.%d", n / MAJOR, n % MAJOR);
    return buf;
}

int cli_version(struct cli *cli)
{
    char libpq[32];
    const struct {
        const char *name, *version;
    } parts[] = {
        {PACKAGE, PACKAGE_VERSION},
        {"libpq", libpq_version(libpq, sizeof libpq)},
        {"ncurses", NCURSES_VERSION},
        {"json-c", json_c_version()},
        {"libsodium", sodium_version_string()},
    };
    struct json_object *o = json_object_new_object();
    int rc = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (cli->json)
            rc |=
                json_object_object_add(o, parts[i].name, json_object_new_string(parts[i].version));
        else
            (void)printf("%s %s\n", parts[i].name, parts[i].version);
    }
    if (cli->json)
        (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
    json_object_put(o);
    return rc ? err_set(&cli->err, ERR_FAILURE, _("cannot write JSON")) : cli_flush(cli);
}
