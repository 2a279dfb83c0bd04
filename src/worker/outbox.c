#include "config.h"

#include "worker/outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/event.h"
#include "worker/answer.h"
#include "worker/kit.h"

#include <stdlib.h>

enum { ROWS_FULL = 250, ROWS_WAIT_MS = 200, SENDING_MAX = 4, RETRY_MS = 100 };

struct parcel {
    struct kit *kit;
    int len;
    struct ticket *ticket[ROWS_FULL];
};

void outbox_add(struct kit *kit, struct ticket *ticket)
{
    if (kit->outbox.line.len == 0)
        kit->outbox.since_ms = clock_mono_ms();
    line_add(&kit->outbox.line, ticket);
}

void outbox_hurry(struct kit *kit)
{
    kit->outbox.since_ms = 0;
}

void outbox_return(struct kit *kit, struct ticket *ticket, int64_t next_at)
{
    ticket->item->health.next_at = next_at;
    ticket->status = NULL;
    ticket->shared = 1;
    ticket->news = 0;
    outbox_add(kit, ticket);
}

static void put_back(struct kit *kit, struct parcel *parcel)
{
    for (int i = parcel->len; i-- > 0;)
        line_add_front(&kit->outbox.line, parcel->ticket[i]);
    kit->outbox.hold_ms = clock_mono_ms() + RETRY_MS;
}

static void tell_news(const struct kit *kit, const struct parcel *parcel)
{
    const struct health *news[ROWS_FULL];
    int len = 0;
    for (int i = 0; i < parcel->len; i++)
        if (parcel->ticket[i]->news)
            news[len++] = &parcel->ticket[i]->item->health;
    if (len == 0)
        return;
    struct event *event = event_create(EVENT_HEALTH);
    event->health = kit_health_list(kit, news, len);
    answer_post(kit->events, event);
}

/* The database tells when others are due, but not what this program held. */
static void tell_soonest(struct kit *kit, const struct parcel *parcel)
{
    for (int i = 0; i < parcel->len; i++) {
        int64_t at = parcel->ticket[i]->item->health.next_at;
        if (at && (kit->soonest == 0 || at < kit->soonest))
            kit->soonest = at;
    }
}

/* One row that the table does not take must not cost the others their results: the batch is halved
 * until it stands alone; then its health alone is written. */
static void refused(struct kit *kit, struct parcel *parcel, const struct err *e)
{
    kit_count_records(kit, 0);
    if (parcel->len > 1) {
        for (int i = 0; i < parcel->len; i++)
            parcel->ticket[i]->company = parcel->len / 2;
        put_back(kit, parcel);
        return;
    }
    struct ticket *ticket = parcel->ticket[0];
    log_write(LOG_WARN, "connexion %s: its result is not written: %s", ticket->item->health.id,
              e->text);
    if (ticket->bare) {
        ticket_drop(ticket);
        return;
    }
    ticket->bare = 1;
    put_back(kit, parcel);
}

static void recorded(void *arg, struct err *e)
{
    struct parcel *parcel = arg;
    struct kit *kit = parcel->kit;
    kit->outbox.sending--;
    if (!e || e->code == ERR_OK) {
        kit_count_records(kit, parcel->len);
        tell_news(kit, parcel);
        tell_soonest(kit, parcel);
        for (int i = 0; i < parcel->len; i++)
            ticket_drop(parcel->ticket[i]);
    } else if (e->code == ERR_LOST || e->code == ERR_TIMEOUT) {
        put_back(kit, parcel);
    } else {
        refused(kit, parcel, e);
    }
    free(parcel);
}

static struct poll_result result_of(const struct ticket *ticket)
{
    struct poll_result result = {.health = &ticket->item->health, .shared = 1};
    if (!ticket->bare) {
        result.status = ticket->status;
        result.error = ticket->error[0] ? ticket->error : NULL;
        result.shared = ticket->shared;
    }
    return result;
}

/* Those whose lease is over are left to who has it now. */
static struct parcel *pack(struct kit *kit, int64_t mono_ms)
{
    struct outbox *box = &kit->outbox;
    struct parcel *parcel = mem_alloc(sizeof *parcel);
    int most = ROWS_FULL;
    parcel->kit = kit;
    parcel->len = 0;
    while (parcel->len < most && box->line.head) {
        struct ticket *ticket = line_pop(&box->line);
        if (mono_ms >= ticket->batch->until_ms) {
            box->dropped++;
            ticket_drop(ticket);
            continue;
        }
        if (ticket->company && ticket->company < most)
            most = ticket->company > parcel->len ? ticket->company : parcel->len + 1;
        parcel->ticket[parcel->len++] = ticket;
    }
    return parcel;
}

static int send_parcel(struct kit *kit, struct session *s, struct parcel *parcel)
{
    struct poll_result results[ROWS_FULL];
    struct err e = {0};
    for (int i = 0; i < parcel->len; i++)
        results[i] = result_of(parcel->ticket[i]);
    kit->outbox.sending++;
    if (parcel->len &&
        q_poll_record(s, kit->owner, results, parcel->len, recorded, parcel, &e) == 0)
        return 0;
    kit->outbox.sending--;
    put_back(kit, parcel);
    free(parcel);
    return -1;
}

static int64_t due_ms(const struct outbox *box)
{
    int64_t at = box->line.len >= ROWS_FULL ? 0 : box->since_ms + ROWS_WAIT_MS;
    return at > box->hold_ms ? at : box->hold_ms;
}

static int is_due(const struct outbox *box, int64_t mono_ms)
{
    return mono_ms >= due_ms(box);
}

void outbox_step(struct kit *kit, int64_t mono_ms, int flush)
{
    struct outbox *box = &kit->outbox;
    struct session *s = kit_either(kit);
    while (s && (flush || is_due(box, mono_ms)) && box->line.len && box->sending < SENDING_MAX)
        if (send_parcel(kit, s, pack(kit, mono_ms)))
            break;
    if (box->dropped)
        log_write(LOG_WARN, "%d results came after the end of their lease", box->dropped);
    box->dropped = 0;
}

int64_t outbox_deadline(const struct kit *kit)
{
    const struct outbox *box = &kit->outbox;
    if (box->line.len == 0 || box->sending >= SENDING_MAX || !kit_either(kit))
        return -1;
    return due_ms(box);
}

void outbox_finish(struct outbox *outbox)
{
    line_drop(&outbox->line);
}
