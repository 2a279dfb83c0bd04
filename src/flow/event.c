#include "config.h"

#include "flow/event.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct event *event_create(enum event_kind kind)
{
    struct event *event = mem_zero(1, sizeof *event);
    event->kind = kind;
    event->now = clock_now();
    event->mono_ms = clock_mono_ms();
    return event;
}

void event_destroy(struct event *event)
{
    if (!event)
        return;
    if (event->text)
        mem_wipe(event->text, strlen(event->text)); /* may have been typed into a masked line */
    free(event->text);
    free(event->proof);
    page_destroy(event->page);
    connexion_destroy(event->connexion);
    organisations_destroy(event->organisations);
    health_list_destroy(event->health);
    free(event->figures);
    account_list_destroy(event->accounts);
    free(event->outcome);
    change_results_destroy(event->results);
    free(event->undo);
    journal_page_destroy(event->journal);
    free(event->proofs);
    choice_list_destroy(event->choices);
    alert_list_destroy(event->alerts);
    overview_destroy(event->overview);
    free(event->limits);
    free(event->forecast);
    free(event->reconciliation);
    provider_plan_destroy(event->plan);
    free(event->ids);
    free(event);
}
