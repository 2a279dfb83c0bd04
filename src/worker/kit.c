#include "config.h"

#include "worker/kit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "worker/mailer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { HOST_NAME = 64 };

void worker_options_init(struct worker_options *options)
{
    *options = (struct worker_options){.probe = 1,
                                       .costs = 1,
                                       .lease_s = LEASE_S,
                                       .base_url = OPENAI_BASE_URL,
                                       .schedule = {.period_s = SCHEDULE_PERIOD_S,
                                                    .confirm = SCHEDULE_CONFIRM,
                                                    .calm_max = SCHEDULE_CALM_MAX},
                                       .cost_period_s = COST_PERIOD_S,
                                       .guard = 1,
                                       .sendmail = MAILER_COMMAND,
                                       .guard_period_s = GUARD_PERIOD_S};
}

static void make_owner(char owner[OWNER_TEXT], const struct proof *proof)
{
    char name[HOST_NAME + 1] = "";
    if (gethostname(name, HOST_NAME))
        name[0] = '\0';
    (void)snprintf(owner, OWNER_TEXT, "%.60s@%s %ld %08x", proof->login, name[0] ? name : "?",
                   (long)getpid(), (unsigned)arc4random());
}

int kit_init(struct kit *kit, const struct worker_options *options, const struct proof *proof,
             struct queue *events)
{
    struct err e = {0};
    const struct http_options http = {.ca_file = options->ca_file};
    *kit = (struct kit){.events = events, .options = *options};
    kit->options.base_url = mem_dup(options->base_url ? options->base_url : OPENAI_BASE_URL);
    kit->options.ca_file = NULL;
    kit->options.keypair_path = mem_dup_null(options->keypair_path);
    kit->options.draft_dir = mem_dup_null(options->draft_dir);
    kit->options.sendmail = mem_dup(options->sendmail ? options->sendmail : MAILER_COMMAND);
    kit->models = models_create();
    make_owner(kit->owner, proof);
    if (http_create(&kit->http, &http, &e)) {
        kit->http = NULL;
        log_write(LOG_ERROR, "no request can be made: %s", e.text);
    }
    errno = pthread_mutex_init(&kit->lock, NULL);
    return errno ? -1 : 0;
}

void kit_stop(struct kit *kit)
{
    http_destroy(kit->http);
    kit->http = NULL;
}

void kit_finish(struct kit *kit)
{
    kit_stop(kit);
    outbox_finish(&kit->outbox);
    models_destroy(kit->models);
    free((char *)kit->options.base_url);
    free((char *)kit->options.keypair_path);
    free((char *)kit->options.draft_dir);
    free((char *)kit->options.sendmail);
    (void)pthread_mutex_destroy(&kit->lock);
}

struct session *kit_back(const struct kit *kit)
{
    return kit->back->status == SIDE_READY ? kit->back->session : NULL;
}

struct session *kit_either(const struct kit *kit)
{
    if (kit->back->status == SIDE_READY)
        return kit->back->session;
    return kit->front->status == SIDE_READY ? kit->front->session : NULL;
}

void kit_count_probe(struct kit *kit, enum verdict verdict, int changed, int ms)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.probes++;
    kit->stats.verdicts[verdict]++;
    kit->stats.changes += changed;
    kit->stats.last_ms_total += ms > 0 ? ms : 0;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_flight(struct kit *kit, int more)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.in_flight += more;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_leased(struct kit *kit, int more)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.leased += more;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_lease(struct kit *kit)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.leases++;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_records(struct kit *kit, int rows)
{
    (void)pthread_mutex_lock(&kit->lock);
    if (rows > 0) {
        kit->stats.records += rows;
        kit->stats.last_record_at = clock_now();
    } else {
        kit->stats.record_failures++;
    }
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_costs(struct kit *kit, int failed)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.cost_polls++;
    kit->stats.cost_failures += failed;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_costing(struct kit *kit, int under_way)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.costing = under_way;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_guarding(struct kit *kit)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.guarding = 1;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_guard(struct kit *kit, int complete, int raised)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.guarding = 0;
    kit->stats.guards += complete;
    kit->stats.alerts += raised > 0 ? raised : 0;
    (void)pthread_mutex_unlock(&kit->lock);
}

void kit_count_delivery(struct kit *kit, int ok, int given_up)
{
    (void)pthread_mutex_lock(&kit->lock);
    kit->stats.deliveries += ok;
    kit->stats.delivery_failures += !ok;
    kit->stats.deliveries_given_up += given_up;
    (void)pthread_mutex_unlock(&kit->lock);
}

struct health_list *kit_health_list(const struct kit *kit, const struct health *const *item,
                                    int len)
{
    struct health_list *list = health_list_create(len, kit->hosts.len);
    for (int i = 0; i < len; i++)
        list->item[i] = *item[i];
    for (int i = 0; i < kit->hosts.len; i++)
        list->host[i] = kit->hosts.item[i].health;
    return list;
}
