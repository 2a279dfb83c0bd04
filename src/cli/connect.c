#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/sign_in.h"
#include "cli/standin.h"
#include "conf/file.h"
#include "conf/paths.h"
#include "secret/guard.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MAX_S = 600, TIMEOUT_S = 10, MS = 1000 };

static int read_configuration(struct cli *cli, const char *place, char conninfo[CONNINFO_MAX])
{
    char path[PATH_TEXT];
    const char *named = option_get(&cli->options, OPT_CONFIG);
    conninfo[0] = '\0';
    if (named)
        return conf_load(&cli->options, named, 1, place, conninfo, &cli->err);
    int rc = paths_config(path, &cli->err);
    if (rc < 0)
        return place ? rc : 0; /* no home: no file */
    return conf_load(&cli->options, path, 0, place, conninfo, &cli->err);
}

/* The variables by which a person tells libpq where to go. */
static int libpq_is_told(void)
{
    static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE",
                                        "PGSERVICE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return 1;
    }
    return 0;
}

static int is_uuid(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(text) != sizeof shape - 1)
        return 0;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != shape[i])
            return 0;
    return 1;
}

static int identity_claims(struct cli *cli, const char *user, const char *role)
{
    if (!user) {
        (void)err_set(&cli->err, ERR_USAGE, _("identity mode claims needs the user to assert"));
        return err_cure(&cli->err, _("--user UUID, or --auth-url URL --sign-in EMAIL"));
    }
    if (!is_uuid(user))
        return err_set(&cli->err, ERR_USAGE, _("--user: “%s” is no UUID"), user);
    cli->spec.identity = IDENTITY_CLAIMS;
    cli->spec.claims_user = mem_dup(user);
    cli->spec.claims_role = mem_dup(role ? role : "authenticated");
    return 0;
}

int cli_identity(struct cli *cli)
{
    const struct options *o = &cli->options;
    const char *mode = option_get(o, OPT_IDENTITY);
    const char *user = option_get(o, OPT_USER);
    const char *role = option_get(o, OPT_ROLE);
    int timeout = 0;
    int rc = option_int(o, OPT_TIMEOUT, 1, TIMEOUT_MAX_S, TIMEOUT_S, &timeout, &cli->err);
    if (rc < 0)
        return rc;
    cli->spec.timeout_ms = timeout * MS;
    cli->spec.ask = cli_password;
    cli->spec.username = mem_dup_null(option_get(o, OPT_USERNAME));
    if (mode && strcmp(mode, "claims") == 0)
        return !user && cli_wants_sign_in(cli) ? cli_sign_in(cli)
                                               : identity_claims(cli, user, role);
    if (mode && strcmp(mode, "role") != 0)
        return err_set(&cli->err, ERR_USAGE, _("--identity is role or claims, not “%s”"), mode);
    if (user || role) {
        (void)err_set(&cli->err, ERR_USAGE,
                      _("--user and --role only mean something in identity "
                        "mode claims"));
        return err_cure(&cli->err, "--identity claims --user UUID");
    }
    cli->spec.identity = IDENTITY_ROLE;
    return 0;
}

static void set_place(struct cli *cli, const char *place)
{
    const char *label = option_get(&cli->options, OPT_LABEL);
    (void)snprintf(cli->place, sizeof cli->place, "%s", label ? label : place);
}

static int connect_private(struct cli *cli)
{
    int demo = cli->target == TARGET_DEMO;
    if (demo)
        options_forget_who(&cli->options);
    set_place(cli, demo ? "demo" : "local");
    int rc = cli_identity(cli);
    if (rc < 0)
        return rc;
    if (!demo)
        return private_connect(cli);
    rc = private_demo(cli);
    return rc == 0 && cli_info(cli->id)->scope & SCOPE_OPENAI && cli->id != CLI_DEMO
               ? demo_openai(cli)
               : rc;
}

/* The password of an operand is hidden from the list of processes as soon as it is known. */
static void hide(const char *operand)
{
    union {
        const char *in;
        char *out;
    } word = {.in = operand};
    if (conf_has_password(operand))
        memset(word.out, '*', strlen(word.out));
}

int cli_connect(struct cli *cli, const char *connection)
{
    char file[CONNINFO_MAX];
    const char *place = connection && connection[0] == '@' ? connection + 1 : NULL;
    int literal = connection && !place;
    int rc = read_configuration(cli, place, file);
    if (rc < 0)
        return rc;
    if (literal)
        options_forget_who(&cli->options);
    if (cli->target == TARGET_DEMO)
        return connect_private(cli);
    if (place && !file[0]) {
        char *clean = text_scrub(place, strlen(place), 100);
        rc = err_set(&cli->err, ERR_CONFIG, _("[place %s] has no connection"), clean);
        free(clean);
        return rc;
    }
    if (!literal && !file[0] && !libpq_is_told()) {
        cli->target = TARGET_LOCAL;
        return connect_private(cli);
    }
    set_place(cli, place ? place : "");
    cli->spec.conninfo = mem_dup(literal ? connection : file);
    secret_wipe(file, sizeof file);
    if (literal)
        hide(connection);
    return cli_identity(cli);
}
