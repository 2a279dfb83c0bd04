#include "config.h"

#include "worker/ticket.h"

#include "base/mem.h"
#include "secret/guard.h"
#include "worker/kit.h"

#include <stdlib.h>

enum { MS = 1000 };

struct batch *batch_create(struct kit *kit, struct poll_work *work, int64_t leased_ms, int lease_s)
{
    size_t len = (size_t)work->len;
    struct batch *batch = mem_zero(1, sizeof *batch + len * sizeof batch->ticket[0]);
    batch->kit = kit;
    batch->leased_ms = leased_ms;
    batch->until_ms = leased_ms + (int64_t)lease_s * MS;
    batch->work = work;
    batch->live = work->len;
    for (int i = 0; i < work->len; i++)
        batch->ticket[i] = (struct ticket){.batch = batch, .item = &work->item[i], .kit = kit};
    kit_count_leased(kit, work->len);
    return batch;
}

void ticket_drop(struct ticket *ticket)
{
    struct batch *batch = ticket->batch;
    secret_wipe(ticket->item->key, sizeof ticket->item->key);
    kit_count_leased(batch->kit, -1);
    if (--batch->live > 0)
        return;
    poll_work_destroy(batch->work);
    free(batch);
}

void line_add(struct line *line, struct ticket *ticket)
{
    ticket->next = NULL;
    if (line->tail)
        line->tail->next = ticket;
    else
        line->head = ticket;
    line->tail = ticket;
    line->len++;
}

void line_add_front(struct line *line, struct ticket *ticket)
{
    ticket->next = line->head;
    line->head = ticket;
    if (!line->tail)
        line->tail = ticket;
    line->len++;
}

struct ticket *line_pop(struct line *line)
{
    struct ticket *ticket = line->head;
    if (!ticket)
        return NULL;
    line->head = ticket->next;
    if (!line->head)
        line->tail = NULL;
    line->len--;
    ticket->next = NULL;
    return ticket;
}

void line_drop(struct line *line)
{
    for (struct ticket *ticket; (ticket = line_pop(line));)
        ticket_drop(ticket);
}
