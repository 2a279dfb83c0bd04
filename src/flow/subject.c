#include "config.h"

#include "base/text.h"
#include "flow/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sheet_clear(struct state *st)
{
    struct sheet *sheet = &st->sheet;
    connexion_destroy(sheet->row);
    free(sheet->figures);
    sheet->row = NULL;
    sheet->figures = NULL;
    limits_clear(&sheet->control);
}

void sheet_show(struct turn *t, const struct connexion *row)
{
    struct sheet *sheet = &t->st->sheet;
    struct connexion *copy = connexion_copy(row);
    sheet_clear(t->st);
    *sheet = (struct sheet){.row = copy, .fetched_at = t->st->list.fetched_at};
    memcpy(sheet->id, copy->id, sizeof sheet->id);
    sheet_refresh(t);
    health_ask(t, 1);
}

void sheet_open(struct turn *t, const struct connexion *row, enum screen_kind screen)
{
    sheet_show(t, row);
    turn_push(t, screen);
}

void sheet_take(struct state *st, struct event *event)
{
    struct sheet *sheet = &st->sheet;
    if (event->job == 0 || event->job != sheet->job)
        return;
    sheet->job = 0;
    sheet->gone = event->connexion == NULL;
    sheet->fetched_at = event->now;
    if (event->connexion) {
        connexion_destroy(sheet->row);
        sheet->row = event->connexion;
        event->connexion = NULL;
    }
}

void sheet_take_figures(struct state *st, struct event *event)
{
    struct sheet *sheet = &st->sheet;
    if (event->job == 0 || event->job != sheet->job_figures)
        return;
    sheet->job_figures = 0;
    free(sheet->figures);
    sheet->figures = event->figures;
    event->figures = NULL;
}

void sheet_refresh(struct turn *t)
{
    struct sheet *sheet = &t->st->sheet;
    struct job *job = sheet->id[0] ? turn_job(t, JOB_CONNEXION) : NULL;
    if (!job)
        return;
    memcpy(job->uuid, sheet->id, sizeof job->uuid);
    sheet->job = job->id;
    job = turn_job(t, JOB_FIGURES);
    if (!job)
        return;
    memcpy(job->uuid, sheet->id, sizeof job->uuid);
    sheet->job_figures = job->id;
    control_sheet(t);
}

void orgs_refresh(struct turn *t)
{
    struct job *job = turn_job(t, JOB_ORGANISATIONS);
    if (job)
        t->st->orgs.job = job->id;
}

int orgs_find(const struct orgs *orgs, const char *name)
{
    int found = -1;
    for (size_t i = 0; orgs->all && i < orgs->all->len; i++) {
        const struct organisation *o = &orgs->all->rows[i];
        if (strcmp(o->id, name) == 0 || text_compare(o->nom, name) == 0)
            return (int)i;
        if (text_contains(o->nom, name))
            found = found == -1 ? (int)i : -2;
    }
    return found;
}
