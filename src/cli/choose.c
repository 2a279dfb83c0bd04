#include "config.h"

#include "cli/choose.h"

#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/find.h"

#include <string.h>

/* A page's texts are cut at this many characters; what is as long is fetched again. */
enum { CUT_AT = 300 };

enum { COMMAND_LINE = 2 };

static const char *chosen(const struct cli *cli, enum option_id id)
{
    return cli->options.set[id] == COMMAND_LINE ? option_get(&cli->options, id) : NULL;
}

int choose_by_options(const struct cli *cli)
{
    return chosen(cli, OPT_FILTER) || chosen(cli, OPT_ORGANISATION);
}

const char *choose_label(const struct connexion *row)
{
    return row->col[COL_EMAIL] && *row->col[COL_EMAIL] ? row->col[COL_EMAIL] : row->id;
}

static int by_ids(struct edits *e, int ids, choose_visit visit, void *arg)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < ids; i++) {
        struct connexion *row = NULL;
        rc = find_connexion(e->session, &e->proof, e->cli->argv[i], &row, &e->cli->err);
        if (rc == 0)
            rc = visit(arg, row);
        connexion_destroy(row);
    }
    return rc;
}

static int is_cut(const struct connexion *row)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        const char *text = field_of_row((enum field)f, row);
        if (text && strlen(text) >= CUT_AT)
            return 1;
    }
    return 0;
}

/* The rows of a page are visited when all of it has come: the session is free for a question. */
struct walk {
    struct edits *e;
    choose_visit visit;
    void *arg;
    size_t left;
};

static int visit_whole(void *arg, const struct connexion *row)
{
    struct walk *w = arg;
    struct connexion *whole = NULL;
    if (w->left-- == 0)
        return err_set(&w->e->cli->err, ERR_LIMIT, _("more than %d connexions are chosen"),
                       CHANGES_MAX);
    if (!is_cut(row))
        return w->visit(w->arg, row);
    int rc = fetch_connexion(w->e->session, row->id, &whole, &w->e->cli->err);
    if (rc == 0)
        rc = w->visit(w->arg, whole);
    connexion_destroy(whole);
    return rc;
}

int choose_all(struct edits *e, size_t max, choose_visit visit, void *arg)
{
    struct page_request request;
    struct walk w = {e, visit, arg, max};
    struct err *err = &e->cli->err;
    const char *filter = chosen(e->cli, OPT_FILTER);
    page_request_init(&request);
    int rc = filter ? filter_parse(&request.filter, filter, err) : 0;
    if (rc == 0)
        rc = fetch_scope(e->session, &e->proof, chosen(e->cli, OPT_ORGANISATION), &request, err);
    if (rc == 0)
        rc = fetch_each(e->session, &request, 0, visit_whole, &w, err);
    page_request_finish(&request);
    return rc;
}

int choose_each(struct edits *e, int ids, choose_visit visit, void *arg)
{
    int options = choose_by_options(e->cli);
    if (ids > 0 && options)
        return err_set(&e->cli->err, ERR_USAGE,
                       _("either ids or --filter and --organisation, not both"));
    if (ids == 0 && !options) {
        (void)err_set(&e->cli->err, ERR_USAGE, _("which connexions?"));
        return err_cure(&e->cli->err, _("Give an id, or choose with --filter; --filter '' is all "
                                        "that you see."));
    }
    return options ? choose_all(e, CHANGES_MAX, visit, arg) : by_ids(e, ids, visit, arg);
}
