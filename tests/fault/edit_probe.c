#include "config.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/gate.h"
#include "flow/event.h"
#include "openai/http.h"
#include "worker/worker.h"

#include <json-c/json.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker that saves, under the hand of a test: CONNINFO [LOG], then a command a line, answered by
 * a line. Events wait until they are asked for.
 *
 * set NAME VALUE      timeout (ms), drafts (folder), base (URL); before start
 * start | stop
 * arm FLAG
 * plan JSON           the plan of the next job: {"kind", "all", "changes": [{"op", "id", "copy_of",
 *                     "set": {column: text or null}, "seen": {...}}]}; a key is plain here
 * save | preview      of the plan
 * halt JOB            gives the save up
 * undo BATCH | redo BATCH | undostate
 * journal JSON | verify
 * same ID KEY | models ID | clients TYPE ORGANISATION | organisations SEARCH
 * keep TEXT | forget
 * event KIND MS       the next event of this kind, as JSON; those before it are forgotten; "none"
 * Without an operand it is no test. */

enum { LINE = 16 << 20 };

static struct conn_spec spec;
static struct worker_options options;
static struct worker *worker;
static struct queue events;
static unsigned jobs;
static json_object *plan;

static void add_text(json_object *to, const char *name, const char *value)
{
    (void)json_object_object_add(to, name, value ? json_object_new_string(value) : NULL);
}

static void add_number(json_object *to, const char *name, int64_t value)
{
    (void)json_object_object_add(to, name, json_object_new_int64(value));
}

static const struct {
    const char *word;
    enum event_kind kind;
} kinds[] = {
    {"saved", EVENT_SAVED},     {"saving", EVENT_SAVING},     {"preview", EVENT_PREVIEW},
    {"fault", EVENT_FAULT},     {"link", EVENT_LINK},         {"undostate", EVENT_UNDO_STATE},
    {"journal", EVENT_JOURNAL}, {"verified", EVENT_VERIFIED}, {"choices", EVENT_CHOICES},
    {"draft", EVENT_DRAFT},     {"armed", EVENT_ARMED}};

static const char *word_of(enum event_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].kind == kind)
            return kinds[i].word;
    return "other";
}

static const char *sql_name(int field)
{
    return column_info(field_info((enum field)field)->column)->sql;
}

static json_object *result_json(const struct change_result *r)
{
    json_object *o = json_object_new_object();
    json_object *theirs = json_object_new_object();
    json_object *conflict = json_object_new_array();
    add_text(o, "id", r->id);
    add_text(o, "outcome", outcome_info(r->outcome)->word);
    add_text(o, "sqlstate", r->sqlstate);
    add_text(o, "rule", r->rule);
    add_text(o, "field", r->field >= 0 ? sql_name(r->field) : "");
    add_text(o, "text", r->text);
    add_text(o, "cure", r->cure);
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (r->theirs[f])
            add_text(theirs, sql_name(f), r->theirs[f]);
        if (r->conflict[f])
            (void)json_object_array_add(conflict, json_object_new_string(sql_name(f)));
    }
    (void)json_object_object_add(o, "theirs", theirs);
    (void)json_object_object_add(o, "conflict", conflict);
    return o;
}

static void add_results(json_object *to, const struct change_results *r)
{
    json_object *rows = json_object_new_array();
    for (size_t i = 0; i < r->len; i++)
        (void)json_object_array_add(rows, result_json(&r->item[i]));
    add_text(to, "batch", r->batch);
    add_number(to, "committed", r->committed);
    add_text(to, "error", err_name(r->err.code));
    add_text(to, "text", r->err.text);
    add_text(to, "cure", r->err.cure);
    (void)json_object_object_add(to, "rows", rows);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        add_number(to, outcome_info((enum change_outcome)i)->word, (int64_t)r->count[i]);
}

static void add_journal(json_object *to, const struct journal_page *page)
{
    json_object *rows = json_object_new_array();
    for (size_t i = 0; i < page->len; i++) {
        const struct journal_entry *entry = &page->item[i];
        json_object *o = json_object_new_object();
        json_object *fields = json_object_new_object();
        for (int f = 0; f < entry->fields; f++) {
            json_object *pair = json_object_new_array();
            const char *both[] = {entry->field[f].before, entry->field[f].after};
            for (int k = 0; k < 2; k++)
                (void)json_object_array_add(pair, both[k] ? json_object_new_string(both[k]) : NULL);
            (void)json_object_object_add(fields, entry->field[f].column, pair);
        }
        add_number(o, "seq", entry->seq);
        add_text(o, "action", journal_action_word(entry->action));
        add_text(o, "id", entry->connexion_id);
        add_text(o, "organisation", entry->organisation_id);
        add_text(o, "at", entry->at_text);
        add_text(o, "login", entry->login);
        add_text(o, "person", entry->user_name);
        add_text(o, "kind", entry->kind);
        add_text(o, "batch", entry->batch);
        (void)json_object_object_add(o, "fields", fields);
        (void)json_object_array_add(rows, o);
    }
    add_number(to, "more", page->more);
    (void)json_object_object_add(to, "rows", rows);
}

static void add_choices(json_object *to, const struct choice_list *list)
{
    json_object *rows = json_object_new_array();
    for (size_t i = 0; i < list->len; i++) {
        json_object *o = json_object_new_object();
        add_text(o, "value", list->item[i].value);
        add_text(o, "title", list->item[i].title);
        add_text(o, "organisation", list->item[i].organisation_id);
        (void)json_object_array_add(rows, o);
    }
    add_number(to, "count", list->count);
    add_number(to, "more", list->more);
    (void)json_object_object_add(to, "rows", rows);
}

static void add_payload(json_object *o, const struct event *event)
{
    if (event->results)
        add_results(o, event->results);
    if (event->journal)
        add_journal(o, event->journal);
    if (event->choices)
        add_choices(o, event->choices);
    if (event->undo) {
        add_text(o, "undo", event->undo->undo);
        add_text(o, "redo", event->undo->redo);
        add_text(o, "undo_text", event->undo->undo_text);
        add_number(o, "undo_rows", (int64_t)event->undo->undo_rows);
    }
    if (event->kind == EVENT_VERIFIED) {
        int64_t bad = 0;
        for (size_t i = 0; i < event->proofs_len; i++)
            bad += event->proofs[i].bad_seq != 0;
        add_number(o, "chains", (int64_t)event->proofs_len);
        add_number(o, "bad", bad);
    }
    if (event->kind == EVENT_DRAFT)
        add_text(o, "draft", event->text);
}

static void print_event(const struct event *event)
{
    json_object *o = json_object_new_object();
    add_text(o, "event", word_of(event->kind));
    add_number(o, "job", event->job);
    add_number(o, "link", event->link);
    add_number(o, "flag", event->flag);
    add_number(o, "done", (int64_t)event->rows_done);
    add_number(o, "total", (int64_t)event->rows_total);
    add_number(o, "unsure", event->unsure);
    add_text(o, "error", err_name(event->err.code));
    add_text(o, "text", event->err.text);
    add_payload(o, event);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(o);
}

static int is_kind(const char *wanted, const struct event *event)
{
    return strcmp(wanted, "any") == 0 || strcmp(wanted, word_of(event->kind)) == 0;
}

static void next_event(const char *kind, int ms)
{
    const int64_t until = clock_mono_ms() + ms;
    for (;;) {
        struct event *event = queue_pop(&events);
        int found = event && is_kind(kind, event);
        if (found)
            print_event(event);
        int none = !event;
        event_destroy(event);
        if (found)
            return;
        int64_t left = until - clock_mono_ms();
        if (none && left <= 0)
            break;
        struct pollfd fd = {.fd = events.fd, .events = POLLIN};
        if (none && poll(&fd, 1, (int)left) < 0)
            break;
    }
    (void)puts("none");
}

static void start(void)
{
    struct err e = {0};
    struct proof proof;
    struct session *session = NULL;
    if (gate_open(&session, &spec, &proof, &e) < 0 ||
        worker_create(&worker, &spec, session, &proof, &options, &events, &e) < 0)
        (void)printf("err %s %s\n", err_name(e.code), e.text);
    else
        (void)printf("started %s\n", proof.login);
}

static const char *text_of(json_object *o, const char *name)
{
    json_object *value = NULL;
    (void)json_object_object_get_ex(o, name, &value);
    return value ? json_object_get_string(value) : NULL;
}

static void put_values(struct change *change, json_object *values, int seen)
{
    if (!values)
        return;
    json_object_object_foreach(values, name, value)
    {
        int f = field_find(name);
        const char *text = value ? json_object_get_string(value) : NULL;
        if (f >= 0 && seen)
            change_put_seen(change, (enum field)f, text);
        else if (f >= 0)
            change_put(change, (enum field)f, text);
    }
}

static struct change_set *make_set(void)
{
    json_object *changes = NULL;
    json_object *all = NULL;
    (void)json_object_object_get_ex(plan, "changes", &changes);
    (void)json_object_object_get_ex(plan, "all", &all);
    struct change_set *set = change_set_create(changes ? json_object_array_length(changes) : 0);
    set->all_or_nothing = json_object_get_int(all);
    for (size_t i = 0; i < set->len; i++) {
        struct change *change = &set->item[i];
        json_object *o = json_object_array_get_idx(changes, i);
        json_object *values = NULL;
        const char *op = text_of(o, "op");
        const char *id = text_of(o, "id");
        const char *copy = text_of(o, "copy_of");
        change->op = op && strcmp(op, "insert") == 0   ? CHANGE_INSERT
                     : op && strcmp(op, "delete") == 0 ? CHANGE_DELETE
                                                       : CHANGE_UPDATE;
        (void)snprintf(change->id, sizeof change->id, "%s", id ? id : "");
        (void)snprintf(change->copy_of, sizeof change->copy_of, "%s", copy ? copy : "");
        if (json_object_object_get_ex(o, "set", &values))
            put_values(change, values, 0);
        if (json_object_object_get_ex(o, "seen", &values))
            put_values(change, values, 1);
    }
    return set;
}

static struct job *new_job(enum job_kind kind)
{
    return job_create(kind, ++jobs);
}

static void post(struct job *job)
{
    const unsigned id = job->id;
    if (worker_post(worker, job))
        (void)puts("full");
    else
        (void)printf("job %u\n", id);
}

static void post_plan(enum job_kind kind)
{
    struct job *job = new_job(kind);
    const char *word = text_of(plan, "kind");
    job->changes = make_set();
    (void)snprintf(job->edit_kind, sizeof job->edit_kind, "%s", word ? word : "edit");
    post(job);
}

static void post_uuid(enum job_kind kind, const char *uuid)
{
    struct job *job = new_job(kind);
    (void)snprintf(job->uuid, sizeof job->uuid, "%s", uuid);
    post(job);
}

static void post_choice(enum choice_kind kind, char *rest)
{
    struct job *job = new_job(JOB_CHOICES);
    struct choice_request *r = mem_zero(1, sizeof *r);
    const char *first = strsep(&rest, " ");
    r->kind = kind;
    if (kind == CHOICES_ORGANISATIONS)
        (void)snprintf(r->search, sizeof r->search, "%s", first);
    else if (kind == CHOICES_CLIENTS)
        (void)snprintf(r->client_type, sizeof r->client_type, "%s", first);
    else
        (void)snprintf(r->connexion_id, sizeof r->connexion_id, "%s", first);
    if (rest && kind == CHOICES_CLIENTS)
        (void)snprintf(r->organisation_id, sizeof r->organisation_id, "%s", rest);
    if (rest && kind == CHOICES_SAME_KEY)
        (void)snprintf(r->secret, sizeof r->secret, "%s", rest);
    job->choice = r;
    post(job);
}

static void post_journal(const char *json)
{
    struct job *job = new_job(JOB_JOURNAL);
    struct journal_request *r = mem_zero(1, sizeof *r);
    json_object *o = json_tokener_parse(json);
    const struct {
        const char *name;
        char *to;
        size_t size;
    } texts[] = {{"connexion", r->connexion_id, sizeof r->connexion_id},
                 {"organisation", r->organisation_id, sizeof r->organisation_id},
                 {"person", r->person, sizeof r->person},
                 {"column", r->column, sizeof r->column},
                 {"batch", r->batch, sizeof r->batch},
                 {"since", r->since, sizeof r->since},
                 {"until", r->until, sizeof r->until},
                 {"before_at", r->before_at, sizeof r->before_at},
                 {"before_organisation", r->before_organisation, sizeof r->before_organisation}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (text_of(o, texts[i].name))
            (void)snprintf(texts[i].to, texts[i].size, "%s", text_of(o, texts[i].name));
    r->before_seq = text_of(o, "before_seq") ? strtoll(text_of(o, "before_seq"), NULL, 10) : 0;
    r->limit = text_of(o, "limit") ? (int)strtol(text_of(o, "limit"), NULL, 10) : 0;
    (void)json_object_put(o);
    job->journal = r;
    post(job);
}

static void post_draft(const char *text)
{
    struct job *job = new_job(JOB_DRAFT_KEEP);
    job->text = text ? mem_dup(text) : NULL;
    post(job);
}

static void set(char *rest)
{
    char *value = strchr(rest, ' ');
    if (!value) {
        (void)puts("err usage set NAME VALUE");
        return;
    }
    *value++ = '\0';
    if (strcmp(rest, "timeout") == 0)
        spec.timeout_ms = (int)strtol(value, NULL, 10);
    else if (strcmp(rest, "drafts") == 0)
        options.draft_dir = mem_dup(value); /* as long as the program */
    else if (strcmp(rest, "base") == 0)
        options.base_url = mem_dup(value);
    (void)puts("set");
}

static int obey_job(const char *word, char *rest)
{
    if (strcmp(word, "save") == 0)
        post_plan(JOB_SAVE);
    else if (strcmp(word, "preview") == 0)
        post_plan(JOB_PREVIEW);
    else if (strcmp(word, "undo") == 0)
        post_uuid(JOB_UNDO, rest);
    else if (strcmp(word, "redo") == 0)
        post_uuid(JOB_REDO, rest);
    else if (strcmp(word, "undostate") == 0)
        post(new_job(JOB_UNDO_STATE));
    else if (strcmp(word, "journal") == 0)
        post_journal(rest);
    else if (strcmp(word, "verify") == 0)
        post(new_job(JOB_VERIFY));
    else if (strcmp(word, "same") == 0)
        post_choice(CHOICES_SAME_KEY, rest);
    else if (strcmp(word, "models") == 0)
        post_choice(CHOICES_MODELS, rest);
    else if (strcmp(word, "clients") == 0)
        post_choice(CHOICES_CLIENTS, rest);
    else if (strcmp(word, "organisations") == 0)
        post_choice(CHOICES_ORGANISATIONS, rest);
    else if (strcmp(word, "keep") == 0)
        post_draft(rest);
    else if (strcmp(word, "forget") == 0)
        post_draft(NULL);
    else
        return 0;
    return 1;
}

static void obey_worker(const char *word, char *rest)
{
    if (!worker) {
        (void)puts("err usage not started");
    } else if (strcmp(word, "arm") == 0) {
        struct job *job = new_job(JOB_ARM);
        job->flag = rest[0] == '1';
        post(job);
    } else if (strcmp(word, "halt") == 0) {
        struct job *job = new_job(JOB_SAVE_STOP);
        job->id = (unsigned)strtoul(rest, NULL, 10);
        post(job);
    } else if (strcmp(word, "stop") == 0) {
        worker_destroy(worker);
        worker = NULL;
        (void)puts("stopped");
    } else if (!obey_job(word, rest)) {
        (void)puts("err usage what?");
    }
}

static void obey(const char *word, char *rest)
{
    if (strcmp(word, "set") == 0) {
        set(rest);
    } else if (strcmp(word, "start") == 0) {
        start();
    } else if (strcmp(word, "plan") == 0) {
        (void)json_object_put(plan);
        plan = json_tokener_parse(rest);
        (void)puts(plan ? "plan" : "err usage no plan");
    } else if (strcmp(word, "event") == 0) {
        char *ms = strchr(rest, ' ');
        if (ms)
            *ms++ = '\0';
        next_event(rest, ms ? (int)strtol(ms, NULL, 10) : 0);
    } else {
        obey_worker(word, rest);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_edit.py");
        return 0;
    }
    char *line = mem_alloc(LINE);
    (void)setlocale(LC_ALL, "");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || queue_init(&events) ||
        (argc > 2 && log_open(argv[2])))
        return 1;
    conn_spec_init(&spec);
    spec.conninfo = mem_dup(argv[1]);
    worker_options_init(&options);
    options.probe = options.costs = 0;
    while (fgets(line, LINE, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (blank)
            *blank++ = '\0';
        obey(line, blank ? blank : line + strlen(line));
        (void)fflush(stdout);
    }
    worker_destroy(worker);
    for (struct event *event; (event = queue_pop(&events));)
        event_destroy(event);
    queue_finish(&events);
    conn_spec_finish(&spec);
    (void)json_object_put(plan);
    free(line);
    log_close();
    return 0;
}
