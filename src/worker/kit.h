#ifndef VIGIE_WORKER_KIT_H
#define VIGIE_WORKER_KIT_H

#include "base/queue.h"
#include "model/health.h"
#include "openai/http.h"
#include "openai/models.h"
#include "worker/hosts.h"
#include "worker/outbox.h"
#include "worker/side.h"
#include "worker/worker.h"

enum { OWNER_TEXT = 160 };

/* What the parts of the thread share. Belongs to the thread, the counters apart. */
struct kit {
    struct http *http; /* NULL: no request can be made */
    struct models *models;
    struct side *front, *back;
    struct queue *events;
    struct worker_options options; /* its strings are the kit's */
    char owner[OWNER_TEXT];        /* of leases, shown to people: login, host, process */
    struct hosts hosts;
    struct outbox outbox;
    int64_t soonest; /* UTC seconds: the earliest next probe of what was written since the poller
                        last looked; 0: none */
    pthread_mutex_t lock; /* of stats */
    struct worker_stats stats;
};

/* Copies the options. 0, or -1 with errno. Without http (which is logged) the rest works. */
int kit_init(struct kit *kit, const struct worker_options *options, const struct proof *proof,
             struct queue *events);
/* Ends the requests under way without waiting for them: their ends are told. */
void kit_stop(struct kit *kit);
/* What waits for the database is dropped. */
void kit_finish(struct kit *kit);

/* The session for what the thread writes: the back one, or the front one while that is down and
 * either will do; NULL when there is none. */
struct session *kit_back(const struct kit *kit);
struct session *kit_either(const struct kit *kit);

/* Counts, seen from any thread. */
void kit_count_probe(struct kit *kit, enum verdict verdict, int changed, int ms);
void kit_count_flight(struct kit *kit, int more);
void kit_count_leased(struct kit *kit, int more);
void kit_count_lease(struct kit *kit);
void kit_count_records(struct kit *kit, int rows);
void kit_count_costs(struct kit *kit, int failed);
void kit_count_costing(struct kit *kit, int under_way);
void kit_count_guarding(struct kit *kit);
void kit_count_guard(struct kit *kit, int complete, int raised);
void kit_count_delivery(struct kit *kit, int ok, int given_up);

/* The health of these and of all hosts, for an event. */
struct health_list *kit_health_list(const struct kit *kit, const struct health *const *item,
                                    int len);

#endif
