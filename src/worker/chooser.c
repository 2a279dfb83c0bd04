#include "config.h"

#include "worker/chooser.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/q_choice.h"
#include "flow/event.h"
#include "worker/answer.h"
#include "worker/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct choice {
    struct choice *next;
    struct chooser *chooser;
    unsigned job;
    struct choice_request *request; /* owned, wiped */
    struct ticket *ticket;          /* asked, not answered yet */
    int64_t began_ms;
};

void chooser_init(struct chooser *chooser, struct kit *kit)
{
    *chooser = (struct chooser){.kit = kit};
}

static void choice_destroy(struct choice *c)
{
    mem_wipe(c->request, sizeof *c->request);
    free(c->request);
    free(c);
}

/* Takes it out of the list. */
static void end(struct choice *c)
{
    struct choice **link = &c->chooser->live;
    while (*link && *link != c)
        link = &(*link)->next;
    if (*link)
        *link = c->next;
    choice_destroy(c);
}

void chooser_finish(struct chooser *chooser)
{
    for (struct choice *c = chooser->live, *next; c; c = next) {
        next = c->next;
        if (c->ticket)
            ticket_drop(c->ticket);
        choice_destroy(c);
    }
    chooser->live = NULL;
}

static void tell(struct choice *c, struct choice_list *list)
{
    struct event *event = event_create(EVENT_CHOICES);
    event->job = c->job;
    event->choices = list;
    answer_post(c->chooser->kit->events, event);
    end(c);
}

static void fault(struct choice *c, const struct err *e)
{
    if (e->code != ERR_LOST)
        answer_fault(c->chooser->kit->events, c->job, e);
    end(c);
}

static void got_list(void *arg, struct choice_list *list, struct err *e)
{
    struct choice *c = arg;
    if (list)
        tell(c, list);
    else
        fault(c, e);
}

static void ask_database(struct choice *c, struct session *s)
{
    struct err e = {0};
    if (!s)
        (void)err_set(&e, ERR_DATABASE, "%s",
                      _("There is no connection to the database at the moment."));
    if (!s || q_choice(s, c->request, got_list, c, &e) < 0)
        fault(c, &e);
}

/* ── the models of a key ── */

static int fits(const struct choice_request *request, const char *id)
{
    return !request->search[0] || strcasestr(id, request->search) != NULL;
}

static void add_offer(struct choice_list *list, const char *id)
{
    struct offer *offer = &list->item[list->len++];
    char *clean = text_scrub(id, strlen(id), sizeof offer->value - 1);
    (void)snprintf(offer->value, sizeof offer->value, "%s", clean);
    (void)snprintf(offer->title, sizeof offer->title, "%s", clean);
    free(clean);
}

static struct choice_list *list_of(const struct choice *c)
{
    struct choice_list *list = choice_list_create(CHOICES_LIMIT);
    const char *id;
    list->kind = CHOICES_MODELS;
    list->len = 0;
    for (size_t i = 0; (id = models_at(c->chooser->kit->models, i)); i++) {
        if (!fits(c->request, id))
            continue;
        if (list->len == CHOICES_LIMIT) {
            list->more = 1;
            break;
        }
        add_offer(list, id);
    }
    return list;
}

/* Called in the same breath in which the list was read, so that it is this key's. */
static void answered(void *arg, struct ticket *t, int cancelled)
{
    struct choice *c = arg;
    struct kit *kit = c->chooser->kit;
    const struct evidence *evidence = &t->item->health.evidence;
    int valid = !cancelled && t->seen == VERDICT_VALID && models_at(kit->models, 0);
    c->ticket = NULL;
    if (cancelled) {
        outbox_return(kit, t, 0);
    } else {
        if (evidence->http || evidence->curl)
            host_answered(kit, t->host, t->item->health.id, t->seen, evidence);
        t->news = 1;
        outbox_add(kit, t);
        outbox_hurry(kit);
    }
    if (valid)
        tell(c, list_of(c));
    else
        ask_database(c, kit_either(kit));
}

static void taken(void *arg, struct poll_work *work, struct err *e)
{
    struct choice *c = arg;
    struct kit *kit = c->chooser->kit;
    if (!work || work->len == 0) {
        poll_work_destroy(work);
        if (e && e->code == ERR_LOST)
            end(c);
        else
            ask_database(c, kit_either(kit));
        return;
    }
    struct batch *batch = batch_create(kit, work, c->began_ms, kit->options.lease_s);
    struct ticket *t = &batch->ticket[0];
    t->host = hosts_of(&kit->hosts, probe_base(kit, t->item), clock_mono_ms());
    if (t->item->is_admin || t->item->key[0] == '\0' || !kit->http) {
        outbox_return(kit, t, 0);
        ask_database(c, kit_either(kit));
        return;
    }
    c->ticket = t;
    probe_start(kit, t, answered, c);
}

static int ask_live(struct choice *c, struct session *s)
{
    struct kit *kit = c->chooser->kit;
    struct err e = {0};
    const char *ids[] = {c->request->connexion_id};
    if (!s || !kit->http || !c->request->connexion_id[0] || !session_health(s))
        return -1;
    c->began_ms = clock_mono_ms();
    return q_poll_take(s, kit->owner, ids, 1, kit->options.lease_s, taken, c, &e);
}

void chooser_start(struct chooser *chooser, struct job *job, struct session *front)
{
    struct err e = {0};
    if (!job->choice) {
        (void)err_set(&e, ERR_FAILURE, "job %d has no request", (int)job->kind);
        answer_fault(chooser->kit->events, job->id, &e);
        return;
    }
    struct choice *c = mem_zero(1, sizeof *c);
    *c = (struct choice){
        .chooser = chooser, .job = job->id, .request = job->choice, .next = chooser->live};
    job->choice = NULL;
    chooser->live = c;
    if (c->request->kind != CHOICES_MODELS || ask_live(c, front) < 0)
        ask_database(c, front);
}
