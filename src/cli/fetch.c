#include "config.h"

#include "cli/fetch.h"

#include "base/i18n.h"
#include "base/text.h"
#include "db/q_connexion.h"
#include "db/q_organisation.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FETCH_ROWS = 500, CLEAN_MAX = 200 };

/* What one question is answered with. */
struct answer {
    struct page *page;
    struct connexion *row;
    struct organisations *organisations;
    int failed;
    struct err err;
};

static void keep_error(struct answer *a, const struct err *e)
{
    if (e && e->code != ERR_OK) {
        a->failed = 1;
        a->err = *e;
    }
}

static void on_page(void *arg, struct page *page, struct err *e)
{
    struct answer *a = arg;
    a->page = page;
    keep_error(a, e);
}

static void on_row(void *arg, struct connexion *row, struct err *e)
{
    struct answer *a = arg;
    a->row = row;
    keep_error(a, e);
}

static void on_organisations(void *arg, struct organisations *all, struct err *e)
{
    struct answer *a = arg;
    a->organisations = all;
    keep_error(a, e);
}

/* The failure of the answer is nearer to the cause than that of the wait. */
static int finish(struct session *s, int rc, const struct answer *a, struct err *e)
{
    if (rc == 0)
        rc = session_wait(s, e);
    if (!a->failed)
        return rc;
    if (e)
        *e = a->err;
    return -(int)a->err.code;
}

int fetch_page(struct session *s, const struct page_request *request, struct page **out,
               struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_connexion_page(s, request, on_page, &a, e), &a, e);
    if (rc == 0 && !a.page)
        rc = err_set(e, ERR_FAILURE, _("The database gave no answer."));
    if (rc) {
        page_destroy(a.page);
        a.page = NULL;
    }
    *out = a.page;
    return rc;
}

int fetch_connexion(struct session *s, const char *id, struct connexion **out, struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_connexion_one(s, id, on_row, &a, e), &a, e);
    if (rc == 0 && !a.row)
        rc = err_set(e, ERR_NOT_FOUND, _("Nothing has the id %s in sight of this identity."), id);
    if (rc) {
        connexion_destroy(a.row);
        a.row = NULL;
    }
    *out = a.row;
    return rc;
}

int fetch_organisations(struct session *s, struct organisations **out, struct err *e)
{
    struct answer a = {0};
    int rc = finish(s, q_organisation_all(s, on_organisations, &a, e), &a, e);
    if (rc == 0 && !a.organisations)
        rc = err_set(e, ERR_FAILURE, _("The database gave no answer."));
    if (rc) {
        organisations_destroy(a.organisations);
        a.organisations = NULL;
    }
    *out = a.organisations;
    return rc;
}

static int visit_page(const struct page *page, fetch_visit visit, void *arg)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < page->len; i++)
        rc = visit(arg, page->rows[i]);
    return rc;
}

int fetch_each(struct session *s, struct page_request *request, long limit, fetch_visit visit,
               void *arg, struct err *e)
{
    long left = limit;
    int rc = 0;
    int more = 1;
    while (rc == 0 && more && (limit == 0 || left > 0)) {
        struct page *page = NULL;
        request->limit = limit && left < FETCH_ROWS ? (int)left : FETCH_ROWS;
        rc = fetch_page(s, request, &page, e);
        if (rc)
            break;
        rc = visit_page(page, visit, arg);
        left -= (long)page->len;
        more = page->more && page->len > 0;
        if (more)
            page_request_anchor(request, page->rows[page->len - 1]);
        page_destroy(page);
    }
    return rc;
}

int fetch_uuid(const char *text, char lower[UUID_TEXT])
{
    static const char form[UUID_TEXT] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(text) != sizeof form - 1)
        return 0;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
            return 0;
    for (size_t i = 0; i < sizeof form; i++)
        lower[i] = (char)tolower((unsigned char)text[i]);
    return 1;
}

static int no_organisation(const char *name, struct err *e)
{
    (void)err_set(e, ERR_NOT_FOUND,
                  _("No organisation called \"%s\" is in sight of this identity."), name);
    return err_cure(e, _("`vigie organisations` lists those that are."));
}

/* Index of the one organisation that is meant; -1 none, -2 several (other gets the second). */
static int find_organisation(const struct organisations *all, const char *name, int *other)
{
    int found = -1;
    for (size_t i = 0; i < all->len; i++)
        if (all->rows[i].nom && text_compare(all->rows[i].nom, name) == 0)
            return (int)i;
    for (size_t i = 0; i < all->len; i++) {
        if (!all->rows[i].nom || !text_contains(all->rows[i].nom, name))
            continue;
        if (found >= 0) {
            *other = (int)i;
            return -2 - found;
        }
        found = (int)i;
    }
    return found;
}

static int choose(const struct organisations *all, const char *name, struct page_request *request,
                  struct err *e)
{
    int other = 0;
    int found = find_organisation(all, name, &other);
    if (found == -1)
        return no_organisation(name, e);
    if (found < 0) {
        (void)err_set(e, ERR_USAGE, _("More than one organisation has \"%s\" in its name."), name);
        return err_cure(e, _("Give more of the name: \"%s\" or \"%s\"."), all->rows[-2 - found].nom,
                        all->rows[other].nom);
    }
    memcpy(request->organisation, all->rows[found].id, UUID_TEXT);
    return 0;
}

int fetch_scope(struct session *s, const struct proof *proof, const char *organisation,
                struct page_request *request, struct err *e)
{
    struct organisations *all = NULL;
    if (!proof->admin)
        memcpy(request->organisation, proof->organisation_id, UUID_TEXT);
    if (!organisation || fetch_uuid(organisation, request->organisation))
        return 0;
    char *clean = text_scrub(organisation, strlen(organisation), CLEAN_MAX);
    int rc = fetch_organisations(s, &all, e);
    if (rc == 0)
        rc = choose(all, clean, request, e);
    organisations_destroy(all);
    free(clean);
    return rc;
}
