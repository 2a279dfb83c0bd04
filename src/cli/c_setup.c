#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/key.h"
#include "db/migrate.h"
#include "secret/guard.h"
#include "db/local.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 256 };

/* What the first steps need to know, from options or from the person. */
struct steps {
    char organisation[ANSWER_MAX];
    char operator_role[OPERATOR_TEXT];
    char email[ANSWER_MAX];
    char account[ANSWER_MAX]; /* "": no connexion yet */
    struct secret key;
};

static int take(struct cli *cli, enum option_id id, const char *question, const char *fallback,
                char *out, size_t size)
{
    const char *given = option_get(&cli->options, id);
    if (!given && cli_is_interactive())
        return cli_ask(question, fallback, out, size, &cli->err);
    if (!given)
        given = fallback ? fallback : "";
    if (strlen(given) >= size)
        return err_set(&cli->err, ERR_LIMIT, _("--%s is longer than %zu bytes"),
                       option_info(id)->name, size - 1);
    (void)snprintf(out, size, "%s", given);
    return 0;
}

static int missing(struct cli *cli, enum option_id id)
{
    (void)err_set(&cli->err, ERR_USAGE, _("the first steps need --%s"), option_info(id)->name);
    return err_cure(&cli->err, "%s setup --name %s --operator %s", cli->program, _("ORGANISATION"),
                    _("ROLE"));
}

static int take_key(struct cli *cli, struct steps *s)
{
    const char *file = option_get(&cli->options, OPT_KEY_FILE);
    int rc = 0;
    if (!s->account[0])
        return 0;
    if (file)
        rc = secret_read(&s->key, file, &cli->err);
    else if (cli_is_interactive())
        rc = secret_ask(&s->key, _("API key, not shown (empty: no connexion yet): "), &cli->err);
    else
        rc = missing(cli, OPT_KEY_FILE);
    if (rc == 0 && s->key.len)
        rc = key_check(&s->key, &cli->err);
    if (rc == 0 && s->key.len == 0 && file)
        return err_set(&cli->err, ERR_USAGE, _("%s holds no key"), file);
    return rc;
}

static int ask_all(struct cli *cli, const char *person, struct steps *s)
{
    if (cli_is_interactive() && !option_given(&cli->options, OPT_NAME))
        cli_progress(cli, _("first steps: an organisation, its operator, a first connexion"));
    int rc = take(cli, OPT_NAME, _("Name of the organisation"), NULL, s->organisation,
                  sizeof s->organisation);
    if (rc == 0 && !s->organisation[0])
        return missing(cli, OPT_NAME);
    if (rc == 0)
        rc = take(cli, OPT_OPERATOR, _("Login role of the operator, who administers"), person,
                  s->operator_role, sizeof s->operator_role);
    if (rc == 0 && !s->operator_role[0])
        return missing(cli, OPT_OPERATOR);
    if (rc == 0)
        rc = local_check_role(s->operator_role, &cli->err);
    if (rc == 0)
        rc = take(cli, OPT_EMAIL, _("E-mail of the operator (may be empty)"), NULL, s->email,
                  sizeof s->email);
    if (rc == 0)
        rc = take(cli, OPT_ACCOUNT,
                  _("E-mail of the OpenAI account of the first connexion (empty: later)"), NULL,
                  s->account, sizeof s->account);
    return rc == 0 ? take_key(cli, s) : rc;
}

static int add_people(struct cli *cli, const struct conn_spec *owner, const struct steps *s)
{
    const char *name[] = {s->organisation};
    const char *person[] = {s->organisation, s->operator_role, s->email};
    const struct query queries[] = {
        {STMT_SETUP_ORGANISATION, 1, name},
        {STMT_SETUP_CLIENT, 1, name},
        {STMT_SETUP_OPERATOR, 3, person},
    };
    struct session *session = NULL;
    int rc = sql_open(&session, owner, &cli->err);
    if (rc == 0)
        rc = sql_run(session, TRANSACTION_WRITE, queries, 3, NULL, NULL, &cli->err);
    session_destroy(session);
    return rc;
}

static void take_count(void *arg, PGresult *const *results, int count)
{
    int *written = arg;
    *written = count == 1 && strcmp(PQcmdTuples(results[0]), "1") == 0;
}

/* The connexion is the operator's first: on the private cluster it is written by that login, under
 * row level security. On another server the new login has no password yet, so its owner writes it.
 */
static int add_connexion(struct cli *cli, const struct conn_spec *as, const struct steps *s)
{
    const char *values[] = {s->organisation, s->key.text, s->account};
    const struct query query = {STMT_SETUP_CONNEXION, 3, values};
    struct session *session = NULL;
    int written = 0;
    int rc = sql_open(&session, as, &cli->err);
    if (rc == 0)
        rc = sql_run(session, TRANSACTION_WRITE, &query, 1, take_count, &written, &cli->err);
    session_destroy(session);
    if (rc == 0 && !written)
        return err_set(&cli->err, ERR_DENIED, _("the connexion was not written"));
    return rc;
}

static int let_in(struct cli *cli, struct local *l, const struct steps *s, struct conn_spec *as)
{
    int rc = private_allow(s->operator_role, &cli->err);
    return rc == 0 ? private_spec(cli, l, s->operator_role, as, &cli->err) : rc;
}

static void say(const char *text, const char *value)
{
    char *line = NULL;
    if (asprintf(&line, "%s %s\n", text, value) < 0)
        return;
    cli_print(line);
    free(line);
}

static int report(struct cli *cli, const struct steps *s, int connexion)
{
    if (!cli->json) {
        say(_("organisation:"), s->organisation);
        say(_("operator, administrator:"), s->operator_role);
        say(_("first connexion:"), connexion ? s->account : _("none yet"));
        return 0;
    }
    struct json_object *o = json_object_new_object();
    int rc =
        json_object_object_add(o, "organisation", json_object_new_string(s->organisation)) |
        json_object_object_add(o, "operator", json_object_new_string(s->operator_role)) |
        json_object_object_add(o, "account", connexion ? json_object_new_string(s->account) : NULL);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
    json_object_put(o);
    return rc ? err_set(&cli->err, ERR_FAILURE, _("cannot write JSON")) : 0;
}

static int do_all(struct cli *cli, const struct conn_spec *owner, struct local *l, struct steps *s)
{
    struct conn_spec as;
    int connexion = s->account[0] && s->key.len;
    conn_spec_init(&as);
    int rc = add_people(cli, owner, s);
    if (rc == 0)
        rc = l ? let_in(cli, l, s, &as) : (conn_spec_copy(&as, owner), 0);
    if (rc == 0 && connexion)
        rc = add_connexion(cli, &as, s);
    conn_spec_finish(&as);
    return rc == 0 ? report(cli, s, connexion) : rc;
}

static void ignore(void *arg, const struct migration *migration)
{
    (void)arg;
    (void)migration;
}

/* The schema: on the private database it is made, elsewhere its owner is asked to. */
static int need_schema(struct cli *cli, const struct conn_spec *owner)
{
    struct operators all;
    if (cli->target != TARGET_GIVEN)
        return migrate_run(owner, 0, ignore, NULL, &cli->err);
    int rc = private_operators(owner, &all, &cli->err);
    if (rc == 0 && !all.there) {
        (void)err_set(&cli->err, ERR_NO_TABLE, _("the database does not hold vigie's schema yet"));
        return err_cure(&cli->err, "%s init", cli->program);
    }
    return rc;
}

int setup_run(struct cli *cli, const struct conn_spec *owner, char *role)
{
    struct local l;
    struct steps s = {0};
    int own = cli->target != TARGET_GIVEN;
    int rc = own ? private_find(&l, &cli->err) : 0;
    if (rc == 0)
        rc = need_schema(cli, owner);
    if (rc == 0)
        rc = ask_all(cli, own ? l.person : NULL, &s);
    if (rc == 0)
        rc = do_all(cli, owner, own ? &l : NULL, &s);
    (void)snprintf(role, OPERATOR_TEXT, "%s", s.operator_role);
    secret_finish(&s.key);
    return rc;
}

int cli_setup(struct cli *cli)
{
    char role[OPERATOR_TEXT];
    int rc = setup_run(cli, &cli->spec, role);
    if (rc < 0 || cli->json)
        return rc;
    cli_print(cli->target == TARGET_GIVEN
                  ? _("Give the role a way to log in (a password, a certificate), then continue "
                      "with:")
                  : _("Continue with:"));
    if (cli->target == TARGET_GIVEN)
        (void)printf(" %s -U %s CONNECTION\n", cli->program, role);
    else
        (void)printf(" %s%s -U %s\n", cli->program, cli->target == TARGET_DEMO ? " demo" : "",
                     role);
    return 0;
}
