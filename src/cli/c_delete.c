#include "config.h"

#include "cli/choose.h"

#include "base/i18n.h"

/* A delete is one of what was seen: who the row belongs to, its account and its switch. */
static int visit(void *arg, const struct connexion *row)
{
    static const enum field seen[] = {FIELD_OF_EMAIL, FIELD_OF_ACTIVE, FIELD_OF_ORGANISATION_ID,
                                      FIELD_OF_CLIENT_TYPE, FIELD_OF_CLIENT_ID};
    struct edits *e = arg;
    struct change *change = edits_add(e, CHANGE_DELETE, row->id, choose_label(row), 0);
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        change_put_seen(change, seen[i], field_of_row(seen[i], row));
    return 0;
}

int cli_delete(struct cli *cli)
{
    struct edits e = {0};
    int rc = edits_open(&e, cli, "delete");
    if (rc == 0)
        rc = choose_each(&e, cli->argc, visit, &e);
    if (rc == 0 && e.rows == 0)
        rc = err_set(&cli->err, ERR_NOT_FOUND, _("No connexion matches: nothing was changed."));
    if (rc == 0)
        rc = edits_run(&e);
    edits_close(&e);
    return rc;
}
