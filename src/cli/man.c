#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "flow/command.h"
#include "model/filter.h"
#include "model/health.h"

#include <stdio.h>
#include <string.h>

/* Text as roff takes it: no line starts with a control character, hyphens and backslashes stay what
 * they are. */
static void add(struct str *out, const char *text)
{
    int start = out->len == 0 || out->data[out->len - 1] == '\n';
    for (const char *c = text; *c; c++) {
        if (start && (*c == '.' || *c == '\''))
            (void)str_add(out, "\\&");
        if (*c == '-')
            (void)str_add(out, "\\-");
        else if (*c == '\\')
            (void)str_add(out, "\\e");
        else
            (void)str_add_char(out, *c);
        start = *c == '\n';
    }
}

static void section(struct str *out, const char *name)
{
    (void)str_addf(out, ".SH \"%s\"\n", name);
}

static void paragraph(struct str *out, const char *text)
{
    (void)str_add(out, ".PP\n");
    add(out, text);
    (void)str_add(out, "\n");
}

/* A bold term, its argument in italics, and what it means. */
static void entry(struct str *out, const char *term, const char *argument, const char *help)
{
    (void)str_add(out, ".TP\n\\fB");
    add(out, term);
    (void)str_add(out, "\\fR");
    if (argument && *argument) {
        (void)str_add(out, " \\fI");
        add(out, argument);
        (void)str_add(out, "\\fR");
    }
    (void)str_add(out, "\n");
    add(out, help);
    (void)str_add(out, "\n");
}

static void commands(struct str *out)
{
    section(out, _("COMMANDS"));
    for (int id = 0; id < CLI_COUNT; id++) {
        const struct cli_info *info = cli_info((enum cli_id)id);
        entry(out, info->name, *info->operands ? _(info->operands) : "", _(info->help));
    }
}

static void options(struct str *out)
{
    char term[128];
    section(out, _("OPTIONS"));
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_info *o = option_info((enum option_id)id);
        if (o->scope & SCOPE_HIDDEN)
            continue;
        if (o->letter)
            (void)snprintf(term, sizeof term, "-%c, --%s", o->letter, o->name);
        else
            (void)snprintf(term, sizeof term, "--%s", o->name);
        entry(out, term, o->argument ? _(o->argument) : "", _(o->help));
    }
}

static void filters(struct str *out)
{
    const char *key, *help = NULL;
    section(out, _("FILTERS"));
    paragraph(out, _("A filter is one or more terms separated by blanks, which must all hold. A "
                     "bare word is looked for in the account, the organisation, the client, the "
                     "project and the id; the case does not matter. \"Two words\" in quotes are "
                     "one term."));
    for (int i = 0; (key = filter_key(i, &help)); i++)
        entry(out, key, "", help);
}

static void keys(struct str *out)
{
    section(out, _("KEYS"));
    paragraph(out, _("In the console. Every command can also be typed after a colon."));
    for (int id = CMD_NONE + 1; id < COMMAND_COUNT; id++) {
        const struct command_info *info = command_info((enum command)id);
        char term[128];
        (void)snprintf(term, sizeof term, "%s%s:%s", info->keys, *info->keys ? ", " : "",
                       info->name);
        entry(out, term, *info->argument ? _(info->argument) : "", _(info->help));
    }
}

static void identity(struct str *out)
{
    section(out, _("IDENTITY"));
    entry(out, "role", "",
          _("Each operator has a PostgreSQL login of their own, which no setting "
            "can change. The default."));
    entry(out, "claims", "",
          _("As PostgREST and Supabase do: in every transaction the session takes the role of "
            "--role and asserts the user of --user in request.jwt.claims. Isolation then rests on "
            "trust in this host, and the console says so."));
    paragraph(out, _("At every connection the program proves that row level security filters the "
                     "session, and refuses to work when it does not; `vigie doctor` shows each "
                     "check."));
}

static void statuses(struct str *out)
{
    enum err_code code = ERR_OK;
    section(out, _("EXIT STATUS"));
    for (int i = 0; err_at(i, &code) == 0; i++) {
        char term[16];
        (void)snprintf(term, sizeof term, "%d", (int)code);
        entry(out, term, err_name(code), err_meaning(code));
    }
}

static void files(struct str *out)
{
    section(out, _("FILES"));
    entry(out, "~/.config/vigie/vigie.conf", "",
          _("The configuration: [vigie] with connection = … and any option that has a value there, "
            "[place NAME] sections with the same, chosen by @NAME."));
    entry(out, "~/.config/vigie/keypair", "",
          _("This program's key pair, made when it is first needed: admin keys are sealed to it. "
            "Only "
            "its owner may read it."));
    entry(out, "~/.local/state/vigie", "",
          _("The private PostgreSQL, the log, and the stand-in for OpenAI of the demonstration."));
    entry(out, "/var/lib/vigie", "", _("The same for root: the server runs as the user postgres."));
    entry(out, "~/.pgpass, ~/.pg_service.conf", "", _("As for every program that uses libpq."));
}

static void environment(struct str *out)
{
    section(out, _("ENVIRONMENT"));
    entry(out, "PGHOST, PGPORT, PGDATABASE, PGUSER, PGSERVICE …", "",
          _("The connection, when none is named. See libpq."));
    entry(out, "LANG, LC_ALL, LANGUAGE", "", _("The language: English or French."));
    entry(out, "NO_COLOR", "", _("Draw without colour."));
    entry(out, "XDG_CONFIG_HOME, XDG_STATE_HOME", "", _("Other places for the files."));
    entry(out, "HTTPS_PROXY, NO_PROXY …", "", _("The proxy to OpenAI. See curl."));
    entry(out, "NOTIFY_SOCKET, WATCHDOG_USEC", "",
          _("Set by systemd: `vigie watch` says when it is ready and that it is alive."));
    entry(out, "PG_CONFIG", "", _("The pg_config of the server to use for the private database."));
    entry(out, "VIGIE_LOCALEDIR", "", _("Another folder of translations."));
}

static void probing(struct str *out)
{
    section(out, _("PROBES AND COSTS"));
    paragraph(out,
              _("The console and `vigie watch` ask OpenAI for the list of models with each "
                "connexion's key, which costs nothing, and believe a failure only when several "
                "probes in a row say the same. Programs that run at once share the work: each "
                "connexion is probed by one of them. Costs are asked for with the admin keys of "
                "`vigie account` or of the console, which are sealed before they leave the program "
                "that they were entered in; a program of another administrator that registers "
                "later gets a copy from one that holds it."));
    paragraph(out, _("A probe finds one of:"));
    for (int i = 0; i < VERDICT_COUNT; i++)
        entry(out, verdict_word((enum verdict)i), "", verdict_meaning((enum verdict)i));
}

static void signals(struct str *out)
{
    section(out, _("SIGNALS"));
    entry(out, "SIGTERM, SIGINT, SIGHUP", "",
          _("`vigie watch` gives its work back to others and ends within a second, with status 0. "
            "The console leaves the terminal as it was."));
}

static void examples(struct str *out)
{
    section(out, _("EXAMPLES"));
    entry(out, "vigie demo", "", _("the console on demonstration data"));
    entry(out, "vigie 'service=prod'", "", _("the console on a service of libpq"));
    entry(out, "vigie list @prod -f 'budget:>80' --json", "",
          _("what has used more than 80 % of its budget, for a script"));
    entry(out, "vigie test ia@midi.example", "",
          _("is this key good, and how fast is the answer?"));
    entry(out, "vigie account add acme --key-command 'pass show openai/acme-admin'", "",
          _("an admin key from a password store, so that costs are known"));
    entry(out, "vigie watch @prod --metrics 127.0.0.1:9464", "",
          _("probe without a screen, as a service does"));
    entry(out, "vigie doctor 'host=db dbname=platform user=claire sslmode=verify-full'", "",
          _("the proof of isolation of a connection"));
}

void man_page(struct str *out)
{
    (void)str_addf(out, ".TH VIGIE 1 \"\" \"%s %s\" \"%s\"\n", PACKAGE, PACKAGE_VERSION,
                   _("User commands"));
    section(out, _("NAME"));
    add(out, _("vigie - the lookout over a platform's OpenAI connexions"));
    (void)str_add(out, "\n");
    section(out, _("SYNOPSIS"));
    entry(out, "vigie", _("[OPTIONS] [CONNECTION]"), _("the console"));
    entry(out, "vigie", _("COMMAND [OPTIONS] [OPERANDS]"), _("one command"));
    section(out, _("DESCRIPTION"));
    paragraph(out,
              _("A terminal console for the people who run a multi-tenant platform and hold an "
                "OpenAI account connection for each of their customers: state, daily quota and "
                "monthly budget of every connexion that the operator's identity allows, live from "
                "PostgreSQL, isolated by row level security."));
    paragraph(out, _("A connection is a connection string or URI of libpq, service=NAME, or @NAME "
                     "for a place of the configuration file. Without one the variables of libpq "
                     "count, and without these the private PostgreSQL of this machine is used, "
                     "which is made at the first start."));
    commands(out);
    options(out);
    filters(out);
    keys(out);
    identity(out);
    probing(out);
    statuses(out);
    files(out);
    environment(out);
    signals(out);
    examples(out);
    section(out, _("SEE ALSO"));
    (void)str_add(out, ".BR psql (1),\n.BR pgbouncer (1)\n");
}
