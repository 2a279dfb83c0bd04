#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/text.h"
#include "model/filter.h"

#include <stdio.h>
#include <string.h>

enum { LEFT = 28, LEFT_TEXT = 256 };

/* "  left      right": the right side starts a line of its own when the left is too long. */
static void entry(struct str *out, const char *left, const char *right)
{
    char fit[LEFT_TEXT];
    if (text_width(left) >= LEFT) {
        (void)str_addf(out, "  %s\n  ", left);
        left = "";
    } else {
        (void)str_add(out, "  ");
    }
    (void)text_fit(fit, sizeof fit, left, LEFT, TEXT_LEFT, 0);
    (void)str_addf(out, "%s%s\n", fit, right);
}

static void title(struct str *out, const char *text)
{
    (void)str_addf(out, "\n%s\n", text);
}

static void commands(struct str *out)
{
    char left[LEFT_TEXT];
    title(out, _("Commands"));
    for (int id = 0; id < CLI_COUNT; id++) {
        const struct cli_info *info = cli_info((enum cli_id)id);
        (void)snprintf(left, sizeof left, "%s %s", info->name,
                       *info->operands ? _(info->operands) : "");
        entry(out, left, _(info->help));
    }
}

static void options(struct str *out, unsigned scope)
{
    char left[LEFT_TEXT];
    title(out, _("Options"));
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_info *o = option_info((enum option_id)id);
        char letter[] = {'-', (char)o->letter, ',', ' ', '\0'};
        if (o->scope & SCOPE_HIDDEN || !(o->scope & scope & SCOPE_ALL))
            continue;
        (void)snprintf(left, sizeof left, "%s--%s%s%s", o->letter ? letter : "    ", o->name,
                       o->argument ? " " : "", o->argument ? _(o->argument) : "");
        entry(out, left, _(o->help));
    }
}

static void filters(struct str *out)
{
    const char *key, *help = NULL;
    title(out, _("Filters (several terms, all must hold)"));
    for (int i = 0; (key = filter_key(i, &help)); i++)
        entry(out, key, help);
}

static void statuses(struct str *out)
{
    enum err_code code = ERR_OK;
    char left[LEFT_TEXT];
    title(out, _("Exit statuses"));
    for (int i = 0; err_at(i, &code) == 0; i++) {
        (void)snprintf(left, sizeof left, "%2d  %s", (int)code, err_name(code));
        entry(out, left, err_meaning(code));
    }
}

static void connections(struct str *out)
{
    title(out, _("Connections"));
    entry(out, "'host=… dbname=… user=…'", _("a connection string of libpq"));
    entry(out, "postgresql://ROLE@HOST/DB", _("a URI"));
    entry(out, "service=NAME", _("a service of pg_service.conf"));
    entry(out, "@NAME", _("a place of the configuration file"));
    entry(out, "PGHOST, PGDATABASE …", _("the variables of libpq, when no connection is named"));
    (void)str_addf(out, "  %s\n", _("Without any of these, the private database of this machine."));
}

void help_program(struct str *out)
{
    (void)str_addf(out, "%s\n\n", _("vigie: the lookout over a platform's OpenAI connexions"));
    (void)str_addf(out, "%s%s%s [%s] [%s]\n", _("Usage"), _(": "), PACKAGE, _("OPTIONS"),
                   _("CONNECTION"));
    (void)str_addf(out, "       %s %s [%s] [%s …]\n", PACKAGE, _("COMMAND"), _("OPTIONS"),
                   _("OPERANDS"));
    commands(out);
    connections(out);
    options(out, SCOPE_EVERY);
    filters(out);
    statuses(out);
    (void)str_addf(out, "\n%s\n", _("`vigie help COMMAND` explains one command."));
}

void help_command(struct str *out, enum cli_id id)
{
    const struct cli_info *info = cli_info(id);
    (void)str_addf(out, "%s%s%s %s [%s] %s\n\n%s\n", _("Usage"), _(": "), PACKAGE, info->name,
                   _("OPTIONS"), *info->operands ? _(info->operands) : "", _(info->help));
    if (info->connection != CONNECTION_NONE)
        connections(out);
    options(out, info->scope);
    if (info->scope & SCOPE_LIST)
        filters(out);
    statuses(out);
}
