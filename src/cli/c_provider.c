#include "config.h"

#include "cli/choose.h"
#include "cli/json.h"
#include "cli/provide.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One connexion: what was planned, and after an apply what it came to. */
struct row {
    char id[UUID_TEXT];
    char *label; /* owned */
    struct provider_plan *plan;
};

enum action { ACTION_PLAN, ACTION_APPLY, ACTION_DRIFT, ACTIONS };
static const char *const actions[ACTIONS] = {"plan", "apply", "drift"};

struct work {
    struct edits choice; /* who is chosen, and the session */
    struct provide *provide;
    enum action action;
    struct row *row;
    size_t len, cap;
};

static int visit(void *arg, const struct connexion *c)
{
    struct work *w = arg;
    if (w->len == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 16;
        w->row = mem_grow(w->row, w->cap, sizeof *w->row);
    }
    struct row *row = &w->row[w->len++];
    *row = (struct row){.label = mem_dup(choose_label(c))};
    memcpy(row->id, c->id, sizeof row->id);
    return 0;
}

/* Connexions of one project share its plan: it is made once. */
static int is_told(const struct work *w, size_t index)
{
    const char *project = w->row[index].plan->project;
    for (size_t i = 0; i < index && project[0]; i++)
        if (w->row[i].plan && strcmp(w->row[i].plan->project, project) == 0)
            return 1;
    return 0;
}

static int plan_all(struct work *w)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < w->len; i++) {
        rc = provide_run(w->provide, w->row[i].id, NULL, &w->row[i].plan);
        if (rc == 0 && is_told(w, i)) {
            provider_plan_destroy(w->row[i].plan);
            w->row[i].plan = NULL;
        }
    }
    return rc;
}

static void print_all(const struct work *w)
{
    struct json_list list;
    int json = w->choice.cli->json;
    if (json)
        json_list_open(&list, stdout);
    for (size_t i = 0; i < w->len; i++) {
        if (!w->row[i].plan)
            continue;
        if (json)
            json_list_add(&list, provide_json(w->row[i].plan, w->row[i].label));
        else
            provide_print(w->row[i].plan, w->row[i].label);
    }
    if (json)
        json_list_close(&list);
}

/* An apply is wanted even where nothing differs: what stands counts as applied from then on. */
static int apply_row(struct work *w, struct row *row)
{
    struct provider_plan *after = NULL;
    if (!row->plan || row->plan->fault[0])
        return 0;
    int rc = provide_run(w->provide, row->id, row->plan, &after);
    if (rc == 0) {
        provider_plan_destroy(row->plan);
        row->plan = after;
    }
    return rc;
}

static int count_work(const struct work *w)
{
    int work = 0;
    for (size_t i = 0; i < w->len; i++)
        work += w->row[i].plan ? provider_plan_work(w->row[i].plan) : 0;
    return work;
}

static int apply_all(struct work *w)
{
    struct cli *cli = w->choice.cli;
    int work = count_work(w);
    int rc = 0;
    if (work > 0 && !cli->json)
        print_all(w);
    if (work > 0)
        rc = edits_agree(cli, 0);
    for (size_t i = 0; rc == 0 && i < w->len; i++)
        rc = apply_row(w, &w->row[i]);
    return rc;
}

struct tally {
    int good, bad, drift, silent;
    const char *first; /* why, of the first that is bad */
};

static void count_step(struct tally *t, const struct provider_step *step, int applied)
{
    int refused = step->kind == STEP_REFUSED;
    int left = applied && step->kind != STEP_SAME && step->state != STEP_VERIFIED;
    if (!refused && !left)
        t->good++;
    else
        t->bad++;
    if ((refused || left) && !t->first && step->why[0])
        t->first = step->why;
}

static void count_plan(struct tally *t, const struct provider_plan *plan, int applied)
{
    t->drift += plan->drift;
    t->silent += plan->silent;
    if (plan->fault[0]) {
        t->bad++;
        t->first = t->first ? t->first : plan->fault;
        return;
    }
    for (int i = 0; i < plan->len; i++)
        count_step(t, &plan->item[i], applied);
}

/* What the exit status tells. */
static int judge(struct work *w)
{
    struct err *e = &w->choice.cli->err;
    struct tally t = {0};
    for (size_t i = 0; i < w->len; i++)
        if (w->row[i].plan)
            count_plan(&t, w->row[i].plan, w->action == ACTION_APPLY);
    if (w->action == ACTION_DRIFT && t.drift > 0)
        return err_set(e, ERR_CONFLICT,
                       ngettext("%d project is not as it was applied any more.",
                                "%d projects are not as they were applied any more.",
                                (unsigned long)t.drift),
                       t.drift);
    if (t.bad == 0)
        return 0;
    if (w->action == ACTION_DRIFT && t.good > 0)
        return 0;
    return err_set(e,
                   t.good > 0     ? ERR_PARTIAL
                   : t.silent > 0 ? ERR_NO_VERDICT
                                  : ERR_REFUSED,
                   "%s", t.first ? t.first : _("Not all of it was done: see each step."));
}

static const char *action_at(void *arg, int index)
{
    (void)arg;
    return index < ACTIONS ? actions[index] : NULL;
}

static int unknown(struct cli *cli)
{
    const char *meant = nearest(cli->argv[0], action_at, NULL);
    char *clean = text_scrub(cli->argv[0], strlen(cli->argv[0]), 100);
    (void)err_set(&cli->err, ERR_USAGE, _("`provider` cannot do “%s”"), clean);
    free(clean);
    return meant ? err_cure(&cli->err, _("Did you mean `%s provider %s`?"), cli->program, meant)
                 : err_cure(&cli->err, "%s provider %s", cli->program,
                            cli_info(CLI_PROVIDER)->operands);
}

static int choose(struct work *w)
{
    struct cli *cli = w->choice.cli;
    int rc = choose_each(&w->choice, cli->argc, visit, w);
    if (rc == 0 && w->len == 0)
        rc = err_set(&cli->err, ERR_NOT_FOUND, "%s", _("No connexion matches."));
    return rc;
}

static int run(struct work *w)
{
    struct cli *cli = w->choice.cli;
    int rc = edits_open(&w->choice, cli, "provider");
    if (rc == 0)
        rc = choose(w);
    if (rc == 0)
        rc = provide_create(&w->provide, cli, w->choice.session, w->choice.proof.login);
    if (rc == 0)
        rc = plan_all(w);
    if (rc == 0 && w->action == ACTION_APPLY)
        rc = apply_all(w);
    if (rc < 0)
        return rc;
    print_all(w);
    rc = cli_flush(cli);
    return rc == 0 ? judge(w) : rc;
}

int cli_provider(struct cli *cli)
{
    struct work w = {.choice = {.cli = cli}};
    while (w.action < ACTIONS && strcmp(actions[w.action], cli->argv[0]) != 0)
        w.action++;
    if (w.action == ACTIONS)
        return unknown(cli);
    cli->argv++;
    cli->argc--;
    int rc = run(&w);
    cli->argv--;
    cli->argc++;
    provide_destroy(w.provide);
    edits_close(&w.choice);
    for (size_t i = 0; i < w.len; i++) {
        free(w.row[i].label);
        provider_plan_destroy(w.row[i].plan);
    }
    free(w.row);
    return rc;
}
