#include "config.h"

#include "cli/choose.h"
#include "cli/fetch.h"
#include "cli/refer.h"
#include "cli/sheet.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Whether a cell leaves the field as it is: it says what export would write for it, or it is empty
 * where the row holds the empty text or list (few programs that write tables tell NULL from empty),
 * or where a value is needed. */
static int says_nothing(enum field field, const char *text, const char *now)
{
    if (!text)
        return field_info(field)->needed || !now || *now == '\0' || strcmp(now, "{}") == 0;
    if (!now)
        return 0;
    struct str same;
    str_init(&same, (size_t)2 * FIELD_VALUE_MAX);
    sheet_text(field, now, &same);
    int nothing = strcmp(str_get(&same), text) == 0;
    str_finish(&same);
    return nothing;
}

static void fill(struct draft *d, const struct assign *a, const struct connexion *row)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        enum field field = (enum field)f;
        int skip = row ? says_nothing(field, a->text[f], field_of_row(field, row))
                       : !a->text[f] && field_info(field)->needed;
        if (a->set[f] && !skip)
            draft_set(d, field, a->text[f]);
    }
}

static int plan(struct edits *e, struct draft *d, const struct connexion *row, const char *label,
                long line)
{
    struct field_facts facts = {.cost_now = row ? row->col[COL_COST] : NULL,
                                .use_now = row ? row->col[COL_DAY_USE] : NULL};
    if (row && draft_changed(d) == 0) {
        e->unchanged++;
        return 0;
    }
    struct change *change = edits_add(e, row ? CHANGE_UPDATE : CHANGE_INSERT, d->id, label, line);
    return refer_check(e, d, &facts) == 0 ? draft_change(d, NULL, change, &e->cli->err) : 0;
}

static void take(struct assign *a, const struct sheet_row *in)
{
    *a = (struct assign){{0}, {NULL}};
    for (int f = 0; f < FIELD_COUNT; f++) {
        a->set[f] = in->there[f];
        a->text[f] = mem_dup_null(in->text[f]);
    }
}

/* What only this row is about is said of this row; what breaks the connection ends it. */
static int is_of_the_row(int rc)
{
    return rc == -ERR_NOT_FOUND || rc == -ERR_USAGE;
}

static int plan_update(struct edits *e, struct assign *a, const struct sheet_row *in)
{
    struct connexion *row = NULL;
    struct draft d;
    struct err *err = &e->cli->err;
    draft_init(&d, DRAFT_EDIT);
    int rc = fetch_connexion(e->session, in->id, &row, err);
    if (rc == 0)
        rc = refer_names(e, a, row->organisation_id,
                         row->col[COL_CLIENT_TYPE] ? row->col[COL_CLIENT_TYPE] : "");
    if (rc == 0) {
        draft_take_row(&d, row);
        fill(&d, a, row);
        rc = plan(e, &d, row, choose_label(row), in->line);
    }
    if (is_of_the_row(rc)) {
        edits_refuse(e, in->id, in->id, in->line, err->text);
        *err = (struct err){.code = ERR_OK};
        rc = 0;
    }
    draft_finish(&d);
    connexion_destroy(row);
    return rc;
}

static int plan_insert(struct edits *e, struct assign *a, const struct sheet_row *in)
{
    struct draft d;
    struct err *err = &e->cli->err;
    const char *account = a->text[FIELD_OF_EMAIL] ? a->text[FIELD_OF_EMAIL] : "";
    char *label = text_scrub(account, strlen(account), NAME_TEXT - 1);
    int rc = refer_names(e, a, e->proof.organisation_id, "");
    draft_init(&d, DRAFT_CREATE);
    if (rc == 0) {
        if (e->proof.organisation_id[0])
            draft_set(&d, FIELD_OF_ORGANISATION_ID, e->proof.organisation_id);
        fill(&d, a, NULL);
        rc = plan(e, &d, NULL, *label ? label : _("new connexion"), in->line);
    }
    if (is_of_the_row(rc)) {
        edits_refuse(e, "", *label ? label : _("new connexion"), in->line, err->text);
        *err = (struct err){.code = ERR_OK};
        rc = 0;
    }
    draft_finish(&d);
    free(label);
    return rc;
}

static int visit(void *arg, const struct sheet_row *in)
{
    struct edits *e = arg;
    struct assign a;
    if (in->problem) {
        edits_refuse(e, in->id, in->id[0] ? in->id : "?", in->line, in->problem);
        return 0;
    }
    take(&a, in);
    int rc = in->id[0] ? plan_update(e, &a, in) : plan_insert(e, &a, in);
    assign_finish(&a);
    return rc;
}

/* The same row twice in one file: which one is meant cannot be known. */
static int compare_ids(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;
    return strcmp(*x, *y);
}

static int check_twice(const struct edits *e)
{
    const struct change_set *set = e->set;
    int rc = 0;
    if (set->len < 2)
        return 0;
    const char **ids = mem_zero(set->len, sizeof *ids);
    for (size_t i = 0; i < set->len; i++)
        ids[i] = set->item[i].id;
    qsort(ids, set->len, sizeof *ids, compare_ids);
    for (size_t i = 1; rc == 0 && i < set->len; i++)
        if (*ids[i] && strcmp(ids[i], ids[i - 1]) == 0)
            rc = err_set(&e->cli->err, ERR_USAGE, _("the file names the connexion %s twice"),
                         ids[i]);
    free(ids);
    return rc;
}

int cli_import(struct cli *cli)
{
    struct edits e = {0};
    int json = -1;
    int rc = sheet_format(option_get(&cli->options, OPT_FORMAT), &json, &cli->err);
    if (rc < 0)
        return rc;
    rc = edits_open(&e, cli, "import");
    if (rc == 0)
        rc = sheet_read(cli->argv[0], json, visit, &e, &cli->err);
    if (rc == 0)
        rc = check_twice(&e);
    if (rc == 0)
        rc = edits_run(&e);
    edits_close(&e);
    return rc;
}
