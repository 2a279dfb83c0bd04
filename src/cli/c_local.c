#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/standin.h"
#include "db/local.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int act_start(struct cli *cli, struct local *l)
{
    return local_start(l, &cli->err);
}

static int act_stop(struct cli *cli, struct local *l)
{
    int rc = standin_stop(&cli->err);
    return rc == 0 ? local_stop(l, &cli->err) : rc;
}

static int act_status(struct cli *cli, struct local *l)
{
    (void)cli;
    (void)l;
    return 0;
}

/* The typed name is what is removed: databases come back from no undo. */
static int confirm(struct cli *cli, const struct local *l)
{
    char question[LOCAL_PATH + 256];
    char answer[64];
    if (option_given(&cli->options, OPT_YES))
        return 0;
    if (!cli_is_interactive()) {
        (void)err_set(&cli->err, ERR_USAGE,
                      _("nobody is there to confirm that the private "
                        "database is to be destroyed"));
        return err_cure(&cli->err, "--yes");
    }
    (void)snprintf(question, sizeof question,
                   _("This removes %s with all its data, for good. Type %s to go on"), l->root,
                   PACKAGE);
    int rc = cli_ask(question, NULL, answer, sizeof answer, &cli->err);
    if (rc == 0 && strcmp(answer, PACKAGE) != 0)
        return err_set(&cli->err, ERR_FAILURE, _("not confirmed: nothing was removed"));
    return rc;
}

static int act_destroy(struct cli *cli, struct local *l)
{
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = local_status(l, &state, &pid, &cli->err);
    if (rc == 0 && state != LOCAL_ABSENT)
        rc = confirm(cli, l);
    if (rc == 0)
        rc = standin_destroy(&cli->err);
    return rc == 0 ? local_destroy(l, &cli->err) : rc;
}

static const struct {
    const char *name;
    int (*run)(struct cli *cli, struct local *l);
} actions[] = {
    {"start", act_start},
    {"stop", act_stop},
    {"status", act_status},
    {"destroy", act_destroy},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const char *action_at(void *arg, int index)
{
    (void)arg;
    return index < ACTIONS ? actions[index].name : NULL;
}

static const char *const words[] = {"absent", "stopped", "running"};
static const char *const titles[] = {N_("absent"), N_("stopped"), N_("running")};

static int print_json(const struct local *l, enum local_state state, int pid, const char *conninfo)
{
    struct json_object *o = json_object_new_object();
    int rc = json_object_object_add(o, "state", json_object_new_string(words[state])) |
             json_object_object_add(o, "pid", pid ? json_object_new_int(pid) : NULL) |
             json_object_object_add(o, "version", json_object_new_int(l->version)) |
             json_object_object_add(o, "folder", json_object_new_string(l->root)) |
             json_object_object_add(o, "account", json_object_new_string(l->account.name)) |
             json_object_object_add(o, "log", json_object_new_string(l->log)) |
             json_object_object_add(o, "connection",
                                    *conninfo ? json_object_new_string(conninfo) : NULL);
    if (rc == 0)
        (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
                                                         JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(o);
    return rc;
}

static void print_line(const char *label, const char *value)
{
    char fit[128];
    enum { LABEL_COLS = 14 };
    (void)text_fit(fit, sizeof fit, label, LABEL_COLS, TEXT_LEFT, 0);
    cli_print("  ");
    cli_print(fit);
    cli_print(value);
    cli_print("\n");
}

static void print_text(const struct local *l, enum local_state state, int pid, const char *conninfo)
{
    char title[256];
    (void)snprintf(title, sizeof title, _("private PostgreSQL %d: %s"), l->version,
                   _(titles[state]));
    cli_print(title);
    if (pid) {
        (void)snprintf(title, sizeof title, " (pid %d)", pid);
        cli_print(title);
    }
    cli_print("\n");
    if (state == LOCAL_ABSENT)
        return;
    print_line(_("folder"), l->root);
    print_line(_("runs as"), l->account.name);
    print_line(_("log"), l->log);
    if (*conninfo)
        print_line(_("connection"), conninfo);
}

static int print_status(struct cli *cli, const struct local *l)
{
    char conninfo[LOCAL_CONNINFO] = "";
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = local_status(l, &state, &pid, &cli->err);
    if (rc < 0)
        return rc;
    if (state == LOCAL_RUNNING)
        (void)local_conninfo(l, PACKAGE, NULL, conninfo, NULL);
    if (!cli->json)
        print_text(l, state, pid, conninfo);
    else if (print_json(l, state, pid, conninfo) != 0)
        return err_set(&cli->err, ERR_FAILURE, _("cannot write JSON"));
    return 0;
}

int cli_local(struct cli *cli)
{
    struct local l;
    int i = 0;
    while (i < ACTIONS && strcmp(actions[i].name, cli->argv[0]) != 0)
        i++;
    if (i == ACTIONS) {
        const char *meant = nearest(cli->argv[0], action_at, NULL);
        char *clean = text_scrub(cli->argv[0], strlen(cli->argv[0]), 100);
        (void)err_set(&cli->err, ERR_USAGE, _("`local` cannot do “%s”"), clean);
        free(clean);
        return meant ? err_cure(&cli->err, _("Did you mean `%s local %s`?"), cli->program, meant)
                     : err_cure(&cli->err, "%s local %s", cli->program,
                                cli_info(CLI_LOCAL)->operands);
    }
    int rc = private_find(&l, &cli->err);
    if (rc == 0)
        rc = actions[i].run(cli, &l);
    return rc == 0 ? print_status(cli, &l) : rc;
}
