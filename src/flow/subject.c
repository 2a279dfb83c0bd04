#include "config.h"

#include "base/text.h"
#include "flow/turn.h"

#include <stdio.h>
#include <string.h>

void sheet_open(struct turn *t, const struct connexion *row)
{
    struct sheet *sheet = &t->st->sheet;
    connexion_destroy(sheet->row);
    *sheet = (struct sheet){.row = connexion_copy(row), .fetched_at = t->st->list.fetched_at};
    memcpy(sheet->id, row->id, sizeof sheet->id);
    turn_push(t, SCREEN_CONNEXION);
    sheet_refresh(t);
}

void sheet_refresh(struct turn *t)
{
    struct sheet *sheet = &t->st->sheet;
    struct job *job = sheet->id[0] ? turn_job(t, JOB_CONNEXION) : NULL;
    if (!job)
        return;
    memcpy(job->uuid, sheet->id, sizeof job->uuid);
    sheet->job = job->id;
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
