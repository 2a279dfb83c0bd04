#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "cli/json.h"
#include "db/migrate.h"

#include <stdio.h>

struct printing {
    struct cli *cli;
    struct json_list list;
    int pending;
};

static const char *state_title(enum migration_state state)
{
    switch (state) {
    case MIGRATION_APPLIED:
        return _("already applied");
    case MIGRATION_PENDING:
        return _("would be applied");
    case MIGRATION_DONE_NOW:
        return _("applied");
    }
    return "";
}

static const char *state_word(enum migration_state state)
{
    static const char *const words[] = {"applied", "pending", "done"};
    return words[state];
}

static void print_json(struct printing *p, const struct migration *m)
{
    struct json_object *object = json_object_new_object();
    (void)json_object_object_add(object, "number", json_object_new_int(m->number));
    (void)json_object_object_add(object, "name", json_object_new_string(m->name));
    (void)json_object_object_add(object, "checksum", json_object_new_string(m->checksum));
    (void)json_object_object_add(object, "state", json_object_new_string(state_word(m->state)));
    json_list_add(&p->list, object);
}

static void print(void *arg, const struct migration *m)
{
    struct printing *p = arg;
    char line[512];
    p->pending += m->state == MIGRATION_PENDING;
    if (p->cli->json) {
        print_json(p, m);
        return;
    }
    (void)snprintf(line, sizeof line, "%-32s %.12s…  %s\n", m->name, m->checksum,
                   state_title(m->state));
    cli_print(line);
}

int cli_init(struct cli *cli)
{
    struct printing p = {.cli = cli};
    int dry_run = option_given(&cli->options, OPT_DRY_RUN);
    if (cli->json)
        json_list_open(&p.list, stdout);
    int rc = migrate_run(&cli->spec, dry_run, print, &p, &cli->err);
    if (cli->json)
        json_list_close(&p.list);
    if (rc)
        return rc;
    if (p.pending && !cli->json)
        cli_print(_("Nothing was changed.\n"));
    return cli_flush(cli);
}
