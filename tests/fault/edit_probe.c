#include "config.h"

#include "hand.h"

#include "base/mem.h"

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

static struct hand hand;
static json_object *plan;

static const struct hand_kind kinds[] = {
    {"saved", EVENT_SAVED},     {"saving", EVENT_SAVING},     {"preview", EVENT_PREVIEW},
    {"fault", EVENT_FAULT},     {"link", EVENT_LINK},         {"undostate", EVENT_UNDO_STATE},
    {"journal", EVENT_JOURNAL}, {"verified", EVENT_VERIFIED}, {"choices", EVENT_CHOICES},
    {"draft", EVENT_DRAFT},     {"armed", EVENT_ARMED},       {NULL, 0}};

static const char *sql_name(int field)
{
    return column_info(field_info((enum field)field)->column)->sql;
}

static json_object *result_json(const struct change_result *r)
{
    json_object *o = json_object_new_object();
    json_object *theirs = json_object_new_object();
    json_object *conflict = json_object_new_array();
    hand_add_text(o, "id", r->id);
    hand_add_text(o, "outcome", outcome_info(r->outcome)->word);
    hand_add_text(o, "sqlstate", r->sqlstate);
    hand_add_text(o, "rule", r->rule);
    hand_add_text(o, "field", r->field >= 0 ? sql_name(r->field) : "");
    hand_add_text(o, "text", r->text);
    hand_add_text(o, "cure", r->cure);
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (r->theirs[f])
            hand_add_text(theirs, sql_name(f), r->theirs[f]);
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
    hand_add_text(to, "batch", r->batch);
    hand_add_number(to, "committed", r->committed);
    hand_add_text(to, "error", err_name(r->err.code));
    hand_add_text(to, "text", r->err.text);
    hand_add_text(to, "cure", r->err.cure);
    (void)json_object_object_add(to, "rows", rows);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        hand_add_number(to, outcome_info((enum change_outcome)i)->word, (int64_t)r->count[i]);
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
        hand_add_number(o, "seq", entry->seq);
        hand_add_text(o, "action", journal_action_word(entry->action));
        hand_add_text(o, "id", entry->connexion_id);
        hand_add_text(o, "organisation", entry->organisation_id);
        hand_add_text(o, "at", entry->at_text);
        hand_add_text(o, "login", entry->login);
        hand_add_text(o, "person", entry->user_name);
        hand_add_text(o, "kind", entry->kind);
        hand_add_text(o, "batch", entry->batch);
        (void)json_object_object_add(o, "fields", fields);
        (void)json_object_array_add(rows, o);
    }
    hand_add_number(to, "more", page->more);
    (void)json_object_object_add(to, "rows", rows);
}

static void add_choices(json_object *to, const struct choice_list *list)
{
    json_object *rows = json_object_new_array();
    for (size_t i = 0; i < list->len; i++) {
        json_object *o = json_object_new_object();
        hand_add_text(o, "value", list->item[i].value);
        hand_add_text(o, "title", list->item[i].title);
        hand_add_text(o, "organisation", list->item[i].organisation_id);
        (void)json_object_array_add(rows, o);
    }
    hand_add_number(to, "count", list->count);
    hand_add_number(to, "more", list->more);
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
        hand_add_text(o, "undo", event->undo->undo);
        hand_add_text(o, "redo", event->undo->redo);
        hand_add_text(o, "undo_text", event->undo->undo_text);
        hand_add_number(o, "undo_rows", (int64_t)event->undo->undo_rows);
    }
    if (event->kind == EVENT_VERIFIED) {
        int64_t bad = 0;
        for (size_t i = 0; i < event->proofs_len; i++)
            bad += event->proofs[i].bad_seq != 0;
        hand_add_number(o, "chains", (int64_t)event->proofs_len);
        hand_add_number(o, "bad", bad);
    }
    if (event->kind == EVENT_DRAFT)
        hand_add_text(o, "draft", event->text);
}

static void print_event(const struct event *event)
{
    json_object *o = json_object_new_object();
    hand_add_text(o, "event", hand_word(kinds, event->kind));
    hand_add_number(o, "job", event->job);
    hand_add_number(o, "link", event->link);
    hand_add_number(o, "flag", event->flag);
    hand_add_number(o, "done", (int64_t)event->rows_done);
    hand_add_number(o, "total", (int64_t)event->rows_total);
    hand_add_number(o, "unsure", event->unsure);
    hand_add_text(o, "error", err_name(event->err.code));
    hand_add_text(o, "text", event->err.text);
    add_payload(o, event);
    (void)puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
    (void)json_object_put(o);
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
    return job_create(kind, ++hand.jobs);
}

static void post_plan(enum job_kind kind)
{
    struct job *job = new_job(kind);
    const char *word = text_of(plan, "kind");
    job->changes = make_set();
    (void)snprintf(job->edit_kind, sizeof job->edit_kind, "%s", word ? word : "edit");
    hand_post(&hand, job);
}

static void post_uuid(enum job_kind kind, const char *uuid)
{
    struct job *job = new_job(kind);
    (void)snprintf(job->uuid, sizeof job->uuid, "%s", uuid);
    hand_post(&hand, job);
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
    hand_post(&hand, job);
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
    hand_post(&hand, job);
}

static void post_draft(const char *text)
{
    struct job *job = new_job(JOB_DRAFT_KEEP);
    job->text = text ? mem_dup(text) : NULL;
    hand_post(&hand, job);
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
        hand.spec.timeout_ms = (int)strtol(value, NULL, 10);
    else if (strcmp(rest, "drafts") == 0)
        hand.options.draft_dir = mem_dup(value); /* as long as the program */
    else if (strcmp(rest, "base") == 0)
        hand.options.base_url = mem_dup(value);
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
        hand_post(&hand, new_job(JOB_UNDO_STATE));
    else if (strcmp(word, "journal") == 0)
        post_journal(rest);
    else if (strcmp(word, "verify") == 0)
        hand_post(&hand, new_job(JOB_VERIFY));
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
    if (!hand.worker) {
        (void)puts("err usage not started");
    } else if (strcmp(word, "arm") == 0) {
        struct job *job = new_job(JOB_ARM);
        job->flag = rest[0] == '1';
        hand_post(&hand, job);
    } else if (strcmp(word, "halt") == 0) {
        struct job *job = new_job(JOB_SAVE_STOP);
        job->id = (unsigned)strtoul(rest, NULL, 10);
        hand_post(&hand, job);
    } else if (strcmp(word, "stop") == 0) {
        worker_destroy(hand.worker);
        hand.worker = NULL;
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
        hand_start(&hand);
    } else if (strcmp(word, "plan") == 0) {
        (void)json_object_put(plan);
        plan = json_tokener_parse(rest);
        (void)puts(plan ? "plan" : "err usage no plan");
    } else if (strcmp(word, "event") == 0) {
        char *ms = strchr(rest, ' ');
        if (ms)
            *ms++ = '\0';
        hand_next_event(&hand, kinds, rest, ms ? (int)strtol(ms, NULL, 10) : 0, print_event);
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
    if (hand_open(&hand, argc, argv))
        return 1;
    hand.options.probe = hand.options.costs = 0;
    hand_serve(obey);
    hand_close(&hand);
    (void)json_object_put(plan);
    return 0;
}
