#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"

#include <string.h>

static const struct cli_info list[CLI_COUNT] = {
#define CLI(id, name, connection, scope, least, most, operands, help, function) \
    [CLI_##id] = {name, connection, scope, least, most, operands, help, function},
#include "cli/cli.def"
#undef CLI
};

const struct cli_info *cli_info(enum cli_id id)
{
    return &list[id];
}

enum cli_id cli_find(const char *name)
{
    int id = 0;
    while (id < CLI_COUNT && strcmp(list[id].name, name) != 0)
        id++;
    return (enum cli_id)id;
}
