#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "cli/json.h"
#include "cli/print.h"
#include "db/adopt.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_TEXT = 5 * NAME_TEXT, MARK_COLS = 12, ANSWER_MAX = 16 };

static const char *step_word(enum adopt_step_kind kind)
{
    static const char *const words[ADOPT_STEP_COUNT] = {"role", "migration", "triggers", "member"};
    return kind < ADOPT_STEP_COUNT ? words[kind] : "";
}

static void step_text(const struct adopt_plan *plan, const struct adopt_step *step, char *out,
                      size_t size)
{
    switch (step->kind) {
    case ADOPT_ROLE:
        (void)snprintf(out, size, _("role %s, which cannot log in: who may use the schema vigie"),
                       step->what);
        break;
    case ADOPT_FILE:
        (void)snprintf(out, size, _("schema vigie: %s"), step->what);
        break;
    case ADOPT_TRIGGERS:
        (void)snprintf(out, size,
                       _("triggers of the journal on %s, beside its own, which stay: %s"),
                       step->what, plan->triggers[0] ? plan->triggers : _("none"));
        break;
    case ADOPT_MEMBER:
        (void)snprintf(out, size, _("%s becomes a member of vigie_operator"), step->what);
        break;
    case ADOPT_STEP_COUNT:
        break;
    }
}

static void print_plan(const struct adopt_plan *plan)
{
    char line[LINE_MAX_TEXT];
    struct print print;
    print_init(&print, stdout);
    (void)snprintf(line, sizeof line, _("database %s, as %s, the table's owner %s\n"),
                   plan->database, plan->login, plan->owner);
    cli_print(line);
    for (int i = 0; i < plan->len; i++) {
        const struct adopt_step *step = &plan->step[i];
        step_text(plan, step, line, sizeof line);
        print_field(&print, step->there ? _("there") : _("to be made"), MARK_COLS, line,
                    step->there ? PRINT_DIM : PRINT_PLAIN);
    }
    cli_print(_("Tables, columns, rows, policies, functions and triggers of the platform stay as "
                "they are.\n"));
}

static int print_json(struct cli *cli, const struct adopt_plan *plan, int done)
{
    char line[LINE_MAX_TEXT];
    struct json_object *o = json_object_new_object();
    struct json_object *steps = json_object_new_array();
    for (int i = 0; i < plan->len; i++) {
        struct json_object *step = json_object_new_object();
        step_text(plan, &plan->step[i], line, sizeof line);
        json_put(step, "kind", json_make_string(step_word(plan->step[i].kind)));
        json_put(step, "what", json_make_string(plan->step[i].what));
        json_put(step, "there", json_make_boolean(plan->step[i].there));
        json_put(step, "says", json_make_string(line));
        (void)json_object_array_add(steps, step);
    }
    json_put(o, "database", json_make_string(plan->database));
    json_put(o, "owner", json_make_string(plan->owner));
    json_put(o, "done", json_make_boolean(done));
    json_put(o, "steps", steps);
    json_write(stdout, o, 1);
    return cli_flush(cli);
}

/* Nothing is done without a yes. */
static int agreed(struct cli *cli)
{
    char answer[ANSWER_MAX];
    if (option_given(&cli->options, OPT_YES))
        return 0;
    if (!cli_is_interactive()) {
        (void)err_set(&cli->err, ERR_USAGE, "%s", _("Nobody is there to agree to the plan."));
        return err_cure(&cli->err, "%s", _("Add --yes when it is what you want."));
    }
    int rc = cli_ask(_("Type yes to do this"), NULL, answer, sizeof answer, &cli->err);
    if (rc == 0 && strcmp(answer, "yes") != 0 && strcmp(answer, _("yes")) != 0)
        rc = err_set(&cli->err, ERR_FAILURE, "%s", _("Nothing was changed."));
    return rc;
}

int cli_adopt(struct cli *cli)
{
    const char *given = option_get(&cli->options, OPT_GRANT);
    const char *role = given ? given : "authenticated";
    struct adopt_plan plan = {.len = 0};
    int dry_run = option_given(&cli->options, OPT_DRY_RUN);
    int rc = adopt_plan(&cli->spec, role, &plan, &cli->err);
    if (rc < 0)
        return rc;
    if (!cli->json)
        print_plan(&plan);
    if (dry_run) {
        if (cli->json)
            return print_json(cli, &plan, 0);
        cli_print(_("Nothing was changed.\n"));
        return cli_flush(cli);
    }
    rc = agreed(cli);
    if (rc == 0)
        rc = adopt_run(&cli->spec, role, &cli->err);
    if (rc < 0)
        return rc;
    if (cli->json)
        return print_json(cli, &plan, 1);
    cli_print(plan.adopted ? _("The database was adopted already; its grants were renewed.\n")
                           : _("Adopted. `vigie doctor`, as an operator, says what is worth "
                               "mending.\n"));
    return cli_flush(cli);
}
