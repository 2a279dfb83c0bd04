#include "config.h"

#include "cli/sign_in.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "secret/guard.h"
#include "openai/signin.h"

#include <stdio.h>
#include <string.h>

int cli_wants_sign_in(const struct cli *cli)
{
    return option_get(&cli->options, OPT_AUTH_URL) != NULL &&
           cli_info(cli->id)->connection == CONNECTION_OPERATOR;
}

static int take(struct cli *cli, enum option_id id, char *out, size_t size)
{
    const char *text = option_get(&cli->options, id);
    if (text && strlen(text) >= size)
        return err_set(&cli->err, ERR_LIMIT, _("--%s is longer than %zu bytes"),
                       option_info(id)->name, size - 1);
    (void)snprintf(out, size, "%s", text ? text : "");
    return 0;
}

static int take_all(struct cli *cli, struct signin *s)
{
    int rc = take(cli, OPT_AUTH_URL, s->url, sizeof s->url);
    if (rc == 0)
        rc = take(cli, OPT_AUTH_KEY, s->api_key, sizeof s->api_key);
    if (rc == 0)
        rc = take(cli, OPT_AUTH_CA, s->ca_file, sizeof s->ca_file);
    if (rc == 0)
        rc = take(cli, OPT_PASSWORD_FILE, s->password_file, sizeof s->password_file);
    if (rc == 0)
        rc = take(cli, OPT_SIGN_IN, s->email, sizeof s->email);
    if (rc == 0 && !s->email[0]) {
        (void)err_set(&cli->err, ERR_USAGE, "%s",
                      _("An auth server is named, but not who signs in there."));
        return err_cure(&cli->err, "--sign-in %s", _("EMAIL"));
    }
    return rc;
}

static int ask_password(struct cli *cli, const struct signin *s, struct secret *password)
{
    char question[SIGNIN_WORD_MAX + 64];
    if (s->password_file[0])
        return secret_read(password, s->password_file, &cli->err);
    (void)snprintf(question, sizeof question, _("Password of %s: "), s->email);
    return secret_ask(password, question, &cli->err);
}

int cli_sign_in(struct cli *cli)
{
    struct secret password;
    struct signin *s = mem_zero(1, sizeof *s);
    secret_init(&password);
    cli->signin = s;
    int rc = take_all(cli, s);
    if (rc == 0)
        rc = ask_password(cli, s, &password);
    if (rc == 0)
        rc = signin_run(s, password.text ? password.text : "", &cli->err);
    secret_finish(&password);
    if (rc < 0)
        return rc;
    cli->spec.identity = IDENTITY_CLAIMS;
    cli->spec.claims_user = mem_dup(s->user);
    cli->spec.claims_role = mem_dup(s->role);
    return 0;
}
