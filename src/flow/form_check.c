#include "config.h"

/* What the form knows of reality, and what the checks say of each field. */

#include "base/mem.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAME_KEY_MS = 600 };

static const char *known(const char *text)
{
    return text[0] ? text : NULL;
}

struct facts {
    struct field_facts known;
    const char *models[FIELD_MODELS_MAX];
    struct str organisation;
};

static void facts_init(struct facts *facts, const struct state *st, enum field field)
{
    const struct form *form = &st->form;
    const struct choice_list *models = form->models;
    int is_null = 0;
    *facts = (struct facts){.known = {.models = facts->models}};
    str_init(&facts->organisation, FIELD_VALUE_MAX);
    if (form->row && form->draft.kind == DRAFT_EDIT) {
        facts->known.cost_now = form->row->col[COL_COST];
        facts->known.use_now = form->row->col[COL_DAY_USE];
    }
    for (size_t i = 0; models && i < models->len && i < FIELD_MODELS_MAX; i++)
        facts->models[facts->known.models_len++] = models->item[i].value;
    facts->known.key_elsewhere = form->key_elsewhere;
    facts->known.client_organisation = known(form->client_organisation);
    if (field == FIELD_OF_CLIENT_ID &&
        form_value(st, FIELD_OF_ORGANISATION_ID, &facts->organisation, &is_null) != FIELD_BAD &&
        !is_null)
        facts->known.organisation = known(str_get(&facts->organisation));
    facts->known.may_be_null = form->draft.kind == DRAFT_EDIT && form->whole &&
                               field_info(field)->kind != FIELD_SECRET &&
                               !form->draft.field[field].seen;
}

enum field_grade form_value(const struct state *st, enum field field, struct str *out, int *is_null)
{
    char problem[FIELD_PROBLEM];
    return draft_value(&st->form.draft, field, NULL, out, is_null, problem);
}

void form_check(struct state *st, enum field field)
{
    struct form *form = &st->form;
    struct facts facts;
    facts_init(&facts, st, field);
    form->grade[field] = draft_check(&form->draft, field, &facts.known, form->problem[field]);
    str_finish(&facts.organisation);
}

void form_check_all(struct state *st)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        form_check(st, (enum field)i);
}

void form_touched(struct turn *t, enum field field)
{
    struct state *st = t->st;
    struct form *form = &st->form;
    keep_soon(st);
    if (field == FIELD_OF_API_KEY) {
        const struct draft_field *key = &form->draft.field[field];
        form->key_elsewhere = 0;
        form->job_same = 0;
        form->same_due_ms = key->touched && !key->null ? st->mono_ms + SAME_KEY_MS : 0;
    }
    form_check(st, field);
    if (field == FIELD_OF_ORGANISATION_ID)
        form_check(st, FIELD_OF_CLIENT_ID);
}

static struct choice_request *request(struct job *job, enum choice_kind kind,
                                      const struct draft *draft)
{
    job->choice = mem_zero(1, sizeof *job->choice);
    job->choice->kind = kind;
    memcpy(job->choice->connexion_id, draft->id, UUID_TEXT);
    return job->choice;
}

/* A new connexion has no key whose models are known, but a copy has that of its pattern. */
void form_ask_models(struct turn *t)
{
    struct form *form = &t->st->form;
    const char *id = form->draft.id[0] ? form->draft.id : form->draft.copy_of;
    if (form->models || form->job_models || !id[0])
        return;
    struct job *job = turn_job(t, JOB_CHOICES);
    if (!job)
        return;
    memcpy(request(job, CHOICES_MODELS, &form->draft)->connexion_id, id, UUID_TEXT);
    form->job_models = job->id;
}

static void ask_same_key(struct turn *t)
{
    struct form *form = &t->st->form;
    struct str key;
    int is_null = 0;
    form->same_due_ms = 0;
    str_init(&key, KEY_TEXT_MAX - 1);
    int fine = form_value(t->st, FIELD_OF_API_KEY, &key, &is_null) != FIELD_BAD && !is_null &&
               key.len > 0 && !key.overflow;
    struct job *job = fine ? turn_job(t, JOB_CHOICES) : NULL;
    if (job) {
        struct choice_request *r = request(job, CHOICES_SAME_KEY, &form->draft);
        (void)snprintf(r->secret, sizeof r->secret, "%s", str_get(&key));
        form->job_same = job->id;
    }
    if (key.data)
        mem_wipe(key.data, key.cap);
    str_finish(&key);
}

void form_check_tick(struct turn *t)
{
    const struct form *form = &t->st->form;
    if (form->open && form->same_due_ms && t->st->mono_ms >= form->same_due_ms)
        ask_same_key(t);
}

void form_take_choices(struct turn *t, struct event *event)
{
    struct form *form = &t->st->form;
    if (!event->job || !event->choices || !form->open)
        return;
    if (event->job == form->job_models) {
        form->job_models = 0;
        choice_list_destroy(form->models);
        form->models = event->choices;
        event->choices = NULL;
        form_check(t->st, FIELD_OF_MODELS);
        choices_models(t);
    } else if (event->job == form->job_same) {
        form->job_same = 0;
        form->key_elsewhere = event->choices->count;
        form_check(t->st, FIELD_OF_API_KEY);
    }
}
