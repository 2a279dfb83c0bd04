#include "config.h"

#include "drive.h"

#include "base/mem.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>

enum { KINDS = JOB_STOP + 1 };

static unsigned last[KINDS];

static void send(struct state *st, struct event *event)
{
    struct jobs jobs = {.len = 0};
    event->now = st->now;
    event->mono_ms = st->mono_ms;
    update(st, event, &jobs);
    for (int i = 0; i < jobs.len; i++)
        last[jobs.item[i]->kind] = jobs.item[i]->id;
    jobs_finish(&jobs);
    event_destroy(event);
}

void drive_command(struct state *st, enum command command)
{
    struct event *event = event_create(EVENT_COMMAND);
    event->command = command;
    send(st, event);
    st->message = (struct message){.text = ""}; /* the keys are what the bottom shows */
}

void drive_commands(struct state *st, enum command command, int times)
{
    while (times-- > 0)
        drive_command(st, command);
}

void drive_type(struct state *st, const char *text)
{
    struct event *event = event_create(EVENT_INSERT);
    event->text = mem_dup(text);
    send(st, event);
    st->message = (struct message){.text = ""};
}

void drive_to(struct state *st, enum field field)
{
    st->form.at = (int)field;
}

void drive_event(struct state *st, struct event *event, enum job_kind answers)
{
    event->job = last[answers];
    send(st, event);
    st->message = (struct message){.text = ""};
}

void drive_row(struct state *st, int row)
{
    struct event *event = event_create(EVENT_CONNEXION);
    event->connexion = fixture_row(row);
    drive_event(st, event, JOB_CONNEXION);
}

void drive_arm(struct state *st)
{
    st->arming.wanted = st->arming.armed = 1;
}

/* What the rows hold, as a preview tells. */
static void fill(const struct state *st, struct change_result *r)
{
    for (size_t i = 0; i < st->list.len; i++)
        if (strcmp(st->list.rows[i]->id, r->id) == 0)
            for (int f = 0; f < FIELD_COUNT; f++)
                r->theirs[f] = mem_dup_null(field_of_row((enum field)f, st->list.rows[i]));
}

struct change_results *drive_results(const struct state *st, const enum change_outcome *outcomes,
                                     size_t n)
{
    struct change_results *r = change_results_create(st->plan.set->len);
    for (size_t i = 0; i < r->len; i++) {
        r->item[i].outcome = i < n ? outcomes[i] : OUTCOME_SAVED;
        r->item[i].field = -1;
        memcpy(r->item[i].id, st->plan.set->item[i].id, UUID_TEXT);
        fill(st, &r->item[i]);
        r->count[r->item[i].outcome]++;
    }
    r->committed = 1;
    return r;
}

void drive_preview(struct state *st, struct change_results *results)
{
    struct event *event = event_create(EVENT_PREVIEW);
    event->results = results;
    drive_event(st, event, JOB_PREVIEW);
}

void drive_saved(struct state *st, struct change_results *results)
{
    struct event *event = event_create(EVENT_SAVED);
    event->results = results;
    drive_event(st, event, JOB_SAVE);
}
