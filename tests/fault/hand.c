#include "config.h"

#include "hand.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/gate.h"
#include "openai/http.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 16 << 20 };

void hand_add_text(json_object *to, const char *name, const char *value)
{
    (void)json_object_object_add(to, name, value ? json_object_new_string(value) : NULL);
}

void hand_add_number(json_object *to, const char *name, int64_t value)
{
    (void)json_object_object_add(to, name, json_object_new_int64(value));
}

const char *hand_word(const struct hand_kind *kinds, enum event_kind kind)
{
    for (; kinds->word; kinds++)
        if (kinds->kind == kind)
            return kinds->word;
    return "other";
}

void hand_next_event(struct hand *hand, const struct hand_kind *kinds, const char *word, int ms,
                     void (*print)(const struct event *event))
{
    const int64_t until = clock_mono_ms() + ms;
    for (;;) {
        struct event *event = queue_pop(&hand->events);
        int found =
            event && (strcmp(word, "any") == 0 || strcmp(word, hand_word(kinds, event->kind)) == 0);
        if (found)
            print(event);
        int none = !event;
        event_destroy(event);
        if (found)
            return;
        int64_t left = until - clock_mono_ms();
        if (none && left <= 0)
            break;
        struct pollfd fd = {.fd = hand->events.fd, .events = POLLIN};
        if (none && poll(&fd, 1, (int)left) < 0)
            break;
    }
    (void)puts("none");
}

void hand_say_err(const struct err *e)
{
    (void)printf("err %s %s\n", err_name(e->code), e->text);
}

void hand_start(struct hand *hand)
{
    struct err e = {0};
    struct proof proof;
    struct session *session = NULL;
    if (gate_open(&session, &hand->spec, &proof, &e) < 0 ||
        worker_create(&hand->worker, &hand->spec, session, &proof, &hand->options, &hand->events,
                      &e) < 0)
        hand_say_err(&e);
    else
        (void)printf("started %s\n", proof.login);
}

void hand_post(struct hand *hand, struct job *job)
{
    const unsigned id = job->id;
    if (worker_post(hand->worker, job))
        (void)puts("full");
    else
        (void)printf("job %u\n", id);
}

int hand_open(struct hand *hand, int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || queue_init(&hand->events) ||
        (argc > 2 && log_open(argv[2])))
        return -1;
    conn_spec_init(&hand->spec);
    hand->spec.conninfo = mem_dup(argv[1]);
    worker_options_init(&hand->options);
    return 0;
}

void hand_serve(void (*obey)(const char *word, char *rest))
{
    char *line = mem_alloc(LINE);
    while (fgets(line, LINE, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (blank)
            *blank++ = '\0';
        obey(line, blank ? blank : line + strlen(line));
        (void)fflush(stdout);
    }
    free(line);
}

void hand_close(struct hand *hand)
{
    worker_destroy(hand->worker);
    for (struct event *event; (event = queue_pop(&hand->events));)
        event_destroy(event);
    queue_finish(&hand->events);
    conn_spec_finish(&hand->spec);
    log_close();
}
