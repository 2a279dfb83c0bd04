#include "config.h"

#include "cli/choose.h"
#include "cli/refer.h"

#include "base/i18n.h"

struct work {
    struct edits edit;
    struct assign assign;
    int several;
};

/* Operands before the first FIELD=VALUE are ids. */
static int count_ids(const struct cli *cli)
{
    int n = 0;
    while (n < cli->argc && !assign_is(cli->argv[n]))
        n++;
    return n;
}

static int plan_row(struct work *w, const struct draft *d, const struct connexion *row)
{
    struct edits *e = &w->edit;
    struct refer r = {.facts = {.cost_now = row->col[COL_COST], .use_now = row->col[COL_DAY_USE]}};
    struct change *change = edits_add(e, CHANGE_UPDATE, row->id, choose_label(row), 0);
    if (!w->several)
        refer_facts(&r, e, d, row);
    int rc = 0;
    if (refer_check(e, d, &r.facts) == 0)
        rc = draft_change(d, NULL, change, &e->cli->err);
    refer_finish(&r);
    return rc;
}

static int visit(void *arg, const struct connexion *row)
{
    struct work *w = arg;
    struct draft d;
    const char *type = row->col[COL_CLIENT_TYPE] ? row->col[COL_CLIENT_TYPE] : "";
    int rc = refer_names(&w->edit, &w->assign, row->organisation_id, type);
    if (rc < 0)
        return rc;
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, row);
    assign_apply(&w->assign, &d);
    rc = plan_row(w, &d, row);
    draft_finish(&d);
    return rc;
}

int cli_set(struct cli *cli)
{
    struct work w = {.several = 0};
    int ids = count_ids(cli);
    int rc = assign_read(&w.assign, cli, ids);
    if (rc == 0 && assign_fields(&w.assign) == 0) {
        (void)err_set(&cli->err, ERR_USAGE, _("which field? write FIELD=VALUE"));
        rc = err_cure(&cli->err, "%s set ID quota-limit=1000", cli->program);
    }
    if (rc == 0) {
        w.several = ids > 1 || choose_by_options(cli);
        rc = edits_open(&w.edit, cli, "edit");
        if (rc == 0)
            rc = choose_each(&w.edit, ids, visit, &w);
        if (rc == 0 && w.edit.rows == 0)
            rc = err_set(&cli->err, ERR_NOT_FOUND, _("No connexion matches: nothing was changed."));
        if (rc == 0)
            rc = edits_run(&w.edit);
        edits_close(&w.edit);
    }
    assign_finish(&w.assign);
    return rc;
}
