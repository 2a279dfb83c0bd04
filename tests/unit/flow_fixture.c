#include "config.h"

#include "flow_fixture.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void console_open(struct console *c, int table_rows)
{
    struct settings settings = {.refresh_s = 10, .read_only = 1};
    *c = (struct console){.now = 1795348800, .mono_ms = 100000, .table_rows = table_rows};
    c->st = state_create(&settings);
}

void console_close(struct console *c)
{
    jobs_finish(&c->jobs);
    state_destroy(c->st);
}

void console_send(struct console *c, struct event *event)
{
    jobs_finish(&c->jobs);
    event->now = c->now;
    event->mono_ms = c->mono_ms;
    update(c->st, event, &c->jobs);
    event_destroy(event);
}

void console_command(struct console *c, enum command command, const char *argument)
{
    struct event *event = event_create(EVENT_COMMAND);
    event->command = command;
    event->text = mem_dup_null(argument);
    console_send(c, event);
}

void console_type(struct console *c, const char *text)
{
    struct event *event = event_create(EVENT_INSERT);
    event->text = mem_dup(text);
    console_send(c, event);
}

void console_link(struct console *c, enum link_status status, enum err_code code)
{
    struct event *event = event_create(EVENT_LINK);
    event->link = status;
    if (code != ERR_OK)
        (void)err_set(&event->err, code, "trouble");
    if (status == LINK_READY) {
        event->proof = mem_zero(1, sizeof *event->proof);
        event->proof->admin = 1;
        (void)snprintf(event->proof->user_id, UUID_TEXT, "%s",
                       "11111111-1111-1111-1111-111111111111");
    }
    console_send(c, event);
}

void console_tick(struct console *c, int64_t after_ms)
{
    c->mono_ms += after_ms;
    c->now += after_ms / 1000;
    console_send(c, event_create(EVENT_TICK));
}

const struct job *console_job(const struct console *c, enum job_kind kind)
{
    for (int i = 0; i < c->jobs.len; i++)
        if (c->jobs.item[i]->kind == kind)
            return c->jobs.item[i];
    return NULL;
}

struct connexion *console_row(int number)
{
    char key[16];
    char account[64];
    struct connexion *r = connexion_create();
    (void)snprintf(r->id, sizeof r->id, "00000000-0000-0000-0000-%012d", number);
    (void)snprintf(key, sizeof key, "%06d", number);
    r->keyset[0] = mem_dup(key);
    (void)snprintf(account, sizeof account, "ia%d@agence.example", number);
    r->col[COL_EMAIL] = mem_dup(account);
    r->col[COL_ACTIVE] = mem_dup("t");
    r->col[COL_STATUS] = mem_dup("active");
    r->col[COL_DAY_LIMIT] = mem_dup("500");
    r->col[COL_MODELS] = mem_dup("{gpt-4o,gpt-4o-mini}");
    r->col[COL_ORGANISATION_ID] = mem_dup("aaaaaaaa-0000-0000-0000-000000000001");
    memcpy(r->organisation_id, r->col[COL_ORGANISATION_ID], UUID_TEXT);
    r->organisation_nom = mem_dup("Agence du Midi");
    r->col[COL_CLIENT_TYPE] = mem_dup("reseau");
    r->col[COL_CLIENT_ID] = mem_dup("cccccccc-0000-0000-0000-000000000001");
    r->client_nom = mem_dup("Réseau Horizon");
    r->col[COL_ACTIVATION] = mem_dup("2026-01-31T14:30:05.000000Z");
    r->col[COL_EXTENSIONS] = mem_dup("{}");
    r->col[COL_COST] = mem_dup("12.5");
    r->col[COL_DAY_USE] = mem_dup("7");
    return r;
}

static int number_of(const char *key)
{
    return (int)strtol(key, NULL, 10);
}

/* The answer of the table: numbers of rows, forward or backward, from the edge or from the anchor.
 */
static struct event *answer(const struct console *c, const struct job *job)
{
    const struct page_request *r = &job->page;
    int anchor = r->from_edge ? -1 : number_of(r->keyset[0]);
    int from = 0;
    int to = c->table_rows;
    if (r->backward) {
        to = r->from_edge ? c->table_rows : anchor;
        from = to > r->limit ? to - r->limit : 0;
    } else {
        from = r->from_edge ? 0 : anchor + !r->inclusive;
        to = from + r->limit < c->table_rows ? from + r->limit : c->table_rows;
    }
    struct event *event = event_create(EVENT_PAGE);
    event->job = job->id;
    event->page = page_create(to > from ? (size_t)(to - from) : 0);
    for (int i = from; i < to; i++)
        event->page->rows[event->page->len++] = console_row(i);
    event->page->more = r->backward ? from > 0 : to < c->table_rows;
    return event;
}

void console_serve(struct console *c)
{
    const struct job *job = NULL;
    while ((job = console_job(c, JOB_PAGE)))
        console_send(c, answer(c, job));
}

void console_ready(struct console *c, int table_rows)
{
    console_open(c, table_rows);
    console_link(c, LINK_READY, ERR_OK);
    console_serve(c);
}

int console_cursor(const struct console *c)
{
    const struct connexion *current = state_current(c->st);
    return current ? number_of(current->keyset[0]) : -1;
}

void console_writer(struct console *c, int table_rows)
{
    struct event *event = event_create(EVENT_ARMED);
    console_ready(c, table_rows);
    console_command(c, CMD_ARM, NULL);
    console_command(c, CMD_ACCEPT, NULL);
    event->job = c->st->arming.job;
    event->flag = 1;
    console_send(c, event);
}

void console_whole_row(struct console *c, struct connexion *row)
{
    struct event *event = event_create(EVENT_CONNEXION);
    event->job = c->st->form.job;
    event->connexion = row;
    console_send(c, event);
}

void console_form(struct console *c)
{
    console_command(c, CMD_EDIT, NULL);
    console_whole_row(c, console_row(console_cursor(c)));
}

void console_field(struct console *c, enum field field, const char *text)
{
    c->st->form.at = (int)field;
    console_type(c, text);
    console_command(c, CMD_FIELD_NEXT, NULL);
}

struct event *console_results(const struct console *c, enum event_kind kind,
                              enum change_outcome outcome)
{
    const struct plan *plan = &c->st->plan;
    struct event *event = event_create(kind);
    event->job = plan->job;
    event->results = change_results_create(plan->set->len);
    event->results->committed = outcome == OUTCOME_SAVED || outcome == OUTCOME_SAME;
    for (size_t i = 0; i < plan->set->len; i++) {
        struct change_result *r = &event->results->item[i];
        memcpy(r->id, plan->set->item[i].id, sizeof r->id);
        r->outcome = outcome;
        for (int f = 0; f < FIELD_COUNT; f++)
            r->theirs[f] = mem_dup_null(plan->set->item[i].field[f].seen);
        event->results->count[outcome]++;
    }
    return event;
}

void console_preview(struct console *c)
{
    console_send(c, console_results(c, EVENT_PREVIEW, OUTCOME_SAVED));
}

void console_saved(struct console *c, enum change_outcome outcome)
{
    console_send(c, console_results(c, EVENT_SAVED, outcome));
}
