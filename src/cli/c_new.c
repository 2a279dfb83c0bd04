#include "config.h"

#include "cli/choose.h"
#include "cli/find.h"
#include "cli/refer.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member's connexion belongs to the own organisation unless another is named. */
static void default_organisation(struct edits *e, struct draft *d)
{
    if (!d->field[FIELD_OF_ORGANISATION_ID].touched && e->proof.organisation_id[0])
        draft_set(d, FIELD_OF_ORGANISATION_ID, e->proof.organisation_id);
}

static int start(struct edits *e, struct draft *d)
{
    const char *copy = option_get(&e->cli->options, OPT_COPY);
    struct connexion *row = NULL;
    if (!copy) {
        default_organisation(e, d);
        return 0;
    }
    int rc = find_connexion(e->session, &e->proof, copy, &row, &e->cli->err);
    if (rc == 0)
        draft_duplicate(d, row);
    connexion_destroy(row);
    return rc;
}

static const char *text_of(const struct draft *d, enum field field)
{
    return d->field[field].text ? d->field[field].text : "";
}

static int plan(struct edits *e, const struct draft *d)
{
    struct refer r;
    const char *account = text_of(d, FIELD_OF_EMAIL);
    char *label = text_scrub(account, strlen(account), NAME_TEXT - 1);
    struct change *change = edits_add(e, CHANGE_INSERT, "", *label ? label : _("new connexion"), 0);
    int rc = 0;
    refer_facts(&r, e, d, NULL);
    if (refer_check(e, d, &r.facts) == 0)
        rc = draft_change(d, NULL, change, &e->cli->err);
    refer_finish(&r);
    free(label);
    return rc;
}

static int run(struct edits *e, struct assign *a, struct draft *d)
{
    int rc = start(e, d);
    if (rc == 0)
        rc = refer_names(e, a, text_of(d, FIELD_OF_ORGANISATION_ID),
                         text_of(d, FIELD_OF_CLIENT_TYPE));
    if (rc < 0)
        return rc;
    assign_apply(a, d);
    rc = plan(e, d);
    return rc == 0 ? edits_run(e) : rc;
}

int cli_new(struct cli *cli)
{
    struct edits e = {0};
    struct assign a;
    struct draft d;
    int copy = option_given(&cli->options, OPT_COPY);
    int rc = assign_read(&a, cli, 0);
    if (rc == 0 && !copy && !a.set[FIELD_OF_API_KEY] && cli_is_interactive())
        rc = assign_key(&a, cli, 1);
    if (rc == 0) {
        draft_init(&d, DRAFT_CREATE);
        rc = edits_open(&e, cli, "create");
        if (rc == 0)
            rc = run(&e, &a, &d);
        edits_close(&e);
        draft_finish(&d);
    }
    assign_finish(&a);
    return rc;
}
