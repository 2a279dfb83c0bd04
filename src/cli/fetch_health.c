#include "config.h"

#include "cli/fetch_health.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void fetch_outcome(void *arg, struct err *e)
{
    struct outcome_of *o = arg;
    if (!e || e->code == ERR_OK || o->failed)
        return;
    o->failed = 1;
    o->err = *e;
}

/* The failure of the answer is nearer to the cause than that of the wait. */
int fetch_wait(struct session *s, int rc, const struct outcome_of *o, struct err *e)
{
    if (rc == 0)
        rc = session_wait(s, e);
    if (!o->failed)
        return rc;
    if (e)
        *e = o->err;
    return -(int)o->err.code;
}

struct health_answer {
    struct outcome_of outcome;
    struct health_list *list;
};

static void on_health(void *arg, struct health_list *list, struct err *e)
{
    struct health_answer *a = arg;
    a->list = list;
    fetch_outcome(&a->outcome, e);
}

static int no_answer(struct err *e)
{
    return err_set(e, ERR_FAILURE, _("The database gave no answer."));
}

int fetch_health(struct session *s, const char *const *ids, int count, struct health_list **out,
                 struct err *e)
{
    struct health_answer a = {0};
    int rc = fetch_wait(s, q_health_of(s, ids, count, on_health, &a, e), &a.outcome, e);
    if (rc == 0 && !a.list)
        rc = no_answer(e);
    if (rc < 0)
        health_list_destroy(a.list);
    else
        *out = a.list;
    return rc;
}

struct figures_answer {
    struct outcome_of *outcome;
    struct figures *figures;
};

static void on_figures(void *arg, struct figures *figures, struct err *e)
{
    struct figures_answer *a = arg;
    a->figures = figures;
    fetch_outcome(a->outcome, e);
}

int fetch_figures(struct session *s, const char *const *ids, int count, struct figures **out,
                  struct err *e)
{
    struct figures_answer a[FIGURES_AT_ONCE];
    struct outcome_of outcome = {0};
    int rc = 0;
    int sent = 0;
    for (; rc == 0 && sent < count; sent++) {
        a[sent] = (struct figures_answer){.outcome = &outcome};
        rc = q_figures_of(s, ids[sent], on_figures, &a[sent], e);
    }
    struct err first = rc < 0 && e ? *e : (struct err){0};
    int waited = fetch_wait(s, 0, &outcome, e);
    if (rc < 0 && e)
        *e = first;
    rc = rc < 0 ? rc : waited;
    for (int i = 0; i < sent; i++)
        if (rc < 0)
            free(a[i].figures);
        else
            out[i] = a[i].figures;
    return rc;
}

struct accounts_answer {
    struct outcome_of outcome;
    struct accounts *accounts;
};

static void on_accounts(void *arg, struct accounts *accounts, struct err *e)
{
    struct accounts_answer *a = arg;
    a->accounts = accounts;
    fetch_outcome(&a->outcome, e);
}

int fetch_accounts(struct session *s, const unsigned char recipient[PUBLIC_KEY],
                   struct accounts **out, struct err *e)
{
    struct accounts_answer a = {0};
    int rc = fetch_wait(s, q_accounts(s, recipient, on_accounts, &a, e), &a.outcome, e);
    if (rc == 0 && !a.accounts)
        rc = no_answer(e);
    if (rc < 0)
        accounts_destroy(a.accounts);
    else
        *out = a.accounts;
    return rc;
}

struct account_list_answer {
    struct outcome_of outcome;
    struct account_list *list;
};

static void on_account_list(void *arg, struct account_list *list, struct err *e)
{
    struct account_list_answer *a = arg;
    a->list = list;
    fetch_outcome(&a->outcome, e);
}

int fetch_account_list(struct session *s, const unsigned char *recipient, struct account_list **out,
                       struct err *e)
{
    struct account_list_answer a = {0};
    int rc = fetch_wait(s, q_account_list(s, recipient, on_account_list, &a, e), &a.outcome, e);
    if (rc == 0 && !a.list)
        rc = no_answer(e);
    if (rc < 0)
        account_list_destroy(a.list);
    else
        *out = a.list;
    return rc;
}

struct unattributed_answer {
    struct outcome_of outcome;
    struct unattributed_list *out;
};

static void on_unattributed(void *arg, const struct unattributed *rows, int count, struct err *e)
{
    struct unattributed_answer *a = arg;
    fetch_outcome(&a->outcome, e);
    if (count <= 0 || a->outcome.failed)
        return;
    a->out->item = mem_alloc((size_t)count * sizeof *rows);
    a->out->len = count;
    memcpy(a->out->item, rows, (size_t)count * sizeof *rows);
}

int fetch_unattributed(struct session *s, struct unattributed_list *out, struct err *e)
{
    struct unattributed_answer a = {.out = out};
    return fetch_wait(s, q_unattributed(s, on_unattributed, &a, e), &a.outcome, e);
}
