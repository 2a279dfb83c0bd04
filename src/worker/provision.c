#include "config.h"

#include "worker/provision_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "openai/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = HTTP_POST_MAX - 1, ALL_PARTS = (1 << PROVIDER_PART_COUNT) - 1 };

static void try_account(struct provision *p);

void provision_init(struct provision *p)
{
    *p = (struct provision){0};
    secret_init(&p->key);
    provider_seen_init(&p->seen);
    str_init(&p->body, BODY_MAX);
}

static void forget(struct provision *p)
{
    secret_finish(&p->key);
    provider_seen_finish(&p->seen);
    str_finish(&p->body);
    provider_plan_destroy(p->plan);
    provider_plan_destroy(p->shown);
    accounts_destroy(p->accounts);
    free(p->want);
    provision_init(p);
}

void provision_finish(struct provision *p)
{
    forget(p);
}

/* The one who is told may start the next at once. */
void provision_end(struct provision *p)
{
    struct provider_plan *plan = p->plan;
    provision_told told = p->told;
    void *arg = p->arg;
    p->plan = NULL;
    forget(p);
    told(arg, plan, 1, NULL);
    provider_plan_destroy(plan);
}

void provision_lost(struct provision *p, const struct err *e)
{
    const struct err kept = *e;
    provision_told told = p->told;
    void *arg = p->arg;
    forget(p);
    told(arg, NULL, 1, &kept);
}

struct session *provision_session(struct provision *p)
{
    struct session *s = p->place.session(p->place.arg);
    struct err e = {0};
    if (s)
        return s;
    (void)err_set(&e, ERR_LOST, "%s", _("There is no connection to the database at the moment."));
    provision_lost(p, &e);
    return NULL;
}

/* A plan that only says why there is none. */
static void fault(struct provision *p, const char *why)
{
    provider_plan_destroy(p->plan);
    p->plan = provider_plan_create(0);
    memcpy(p->plan->connexion_id, p->connexion, sizeof p->connexion);
    (void)snprintf(p->plan->project, sizeof p->plan->project, "%s", p->want->project);
    (void)snprintf(p->plan->fault, sizeof p->plan->fault, "%s", why);
    p->plan->silent = p->silent;
    p->plan->read_at = clock_now();
    if (p->begun)
        provision_apply(p);
    else
        provision_end(p);
}

static void looked(void *arg, const char *drift, int64_t since, int64_t applied_at, struct err *e)
{
    struct provision *p = arg;
    if (e && e->code != ERR_OK) {
        provision_lost(p, e);
        return;
    }
    p->plan->drift = drift[0] != '\0';
    p->plan->drift_since = since;
    p->plan->applied_at = applied_at;
    (void)snprintf(p->plan->drifted, sizeof p->plan->drifted, "%s", drift);
    provision_end(p);
}

static void look(struct provision *p)
{
    struct err e = {0};
    struct session *s = provision_session(p);
    if (s && q_provider_look(s, p->place.owner, p->want->project, &p->seen, looked, p, &e))
        provision_lost(p, &e);
}

static void all_read(struct provision *p)
{
    if (p->read_failed) {
        char why[PROVIDER_TEXT];
        memcpy(why, p->fault, sizeof why);
        fault(p, why);
        return;
    }
    provider_plan_destroy(p->plan);
    p->plan = provider_plan_make(p->want, &p->seen);
    p->plan->read_at = clock_now();
    (void)snprintf(p->plan->account, sizeof p->plan->account, "%s",
                   p->accounts->item[p->account].name);
    if (p->shown)
        provision_apply(p);
    else
        look(p);
}

static void begun(void *arg, const char *other, struct err *e)
{
    struct provision *p = arg;
    if (e && e->code != ERR_OK) {
        provision_lost(p, e);
    } else if (other[0]) {
        char why[PROVIDER_TEXT];
        (void)snprintf(why, sizeof why,
                       _("%.100s applies limits to this project at the moment: try again in a "
                         "minute."),
                       other);
        fault(p, why);
    } else {
        p->begun = 1;
        p->want->run_at = 0;
        provision_read(p, ALL_PARTS, all_read);
    }
}

static void begin(struct provision *p)
{
    struct err e = {0};
    struct session *s = provision_session(p);
    if (s && q_provider_begin(s, p->place.owner, p->shown, p->accounts->item[p->account].id,
                              PROVISION_LEASE_S, begun, p, &e))
        provision_lost(p, &e);
}

/* Another organisation's key does not know the project: the next account may. */
static void found(struct provision *p, const struct http_answer *answer)
{
    enum { HTTP_NOT_FOUND = 404 };
    struct err e = {0};
    if (p->verdict != VERDICT_VALID) {
        if (p->evidence.http != HTTP_NOT_FOUND || p->verdict == VERDICT_TROUBLE)
            provision_fault(p);
        p->account++;
        try_account(p);
        return;
    }
    p->silent = 0;
    int active = limits_parse_project(answer->body, answer->len, &e);
    if (active < 0)
        fault(p, e.text);
    else if (!active)
        fault(p, _("The project is archived at OpenAI: nothing can be limited there any more."));
    else if (p->shown)
        begin(p);
    else
        provision_read(p, ALL_PARTS, all_read);
}

static int open_key(struct provision *p, const struct account *account)
{
    struct err e = {0};
    secret_finish(&p->key);
    if (unseal(p->place.pair, account->sealed, account->sealed_len, &p->key, &e) == 0)
        return 0;
    log_write(LOG_WARN, "account %s: its key cannot be opened: %s", account->name, e.text);
    return -1;
}

static void no_account(struct provision *p)
{
    char why[PROVIDER_TEXT];
    int sealed = 0;
    for (int i = 0; i < p->accounts->len; i++)
        sealed += p->accounts->item[i].sealed_len > 0;
    if (p->fault[0])
        memcpy(why, p->fault, sizeof why);
    else if (p->accounts->len == 0)
        (void)snprintf(why, sizeof why, "%s",
                       _("There is no admin key for the OpenAI organisation of this project: store "
                         "one with `vigie account add NAME`."));
    else if (!sealed)
        (void)snprintf(why, sizeof why, "%s",
                       _("The admin keys are not sealed to this program yet: let a program that "
                         "holds them run, or store the key anew with `vigie account add NAME`."));
    else
        (void)snprintf(why, sizeof why,
                       _("No admin key here reaches the project %.80s: it is another "
                         "organisation's, or written otherwise."),
                       p->want->project);
    fault(p, why);
}

static void try_account(struct provision *p)
{
    struct err e = {0};
    for (; p->account < p->accounts->len; p->account++) {
        const struct account *account = &p->accounts->item[p->account];
        if (account->sealed_len == 0 || open_key(p, account))
            continue;
        if (http_check_base(provision_base(p), &e) ||
            limits_project_url(p->url, sizeof p->url, provision_base(p), p->want->project)) {
            (void)snprintf(p->fault, sizeof p->fault, "%.200s", e.text);
            continue;
        }
        provision_ask(p, 0, found);
        return;
    }
    no_account(p);
}

/* What stands in a path: no name that leads elsewhere. */
static int is_project(const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return strspn(name, plain) == strlen(name);
}

static void got_want(void *arg, struct provider_want *want, struct accounts *accounts,
                     struct err *e)
{
    struct provision *p = arg;
    p->want = want;
    p->accounts = accounts;
    if (!want) {
        const struct err none = {.code = ERR_FAILURE};
        provision_lost(p, e && e->code != ERR_OK ? e : &none);
    } else if (want->project[0] == '\0') {
        fault(p, _("The connexion names no OpenAI project, and limits are a project's: give it "
                   "one with `vigie set ID project=…`."));
    } else if (!is_project(want->project)) {
        fault(p, _("The name of the connexion's OpenAI project is not one of OpenAI's: mend it."));
    } else {
        try_account(p);
    }
}

void provision_start(struct provision *p, const struct provision_place *place,
                     const char *connexion, const struct provider_plan *shown, provision_told told,
                     void *arg)
{
    struct err e = {0};
    p->place = *place;
    p->told = told;
    p->arg = arg;
    p->busy = 1;
    p->shown = shown ? provider_plan_copy(shown) : NULL;
    (void)snprintf(p->connexion, sizeof p->connexion, "%s", connexion);
    struct session *s = provision_session(p);
    if (s && q_provider_want(s, p->connexion, keypair_public(place->pair), got_want, p, &e))
        provision_lost(p, &e);
}
