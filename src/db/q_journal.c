#include "config.h"

#include "db/q_journal.h"

#include "base/mem.h"
#include "base/text.h"
#include "db/edit_send.h"
#include "db/param.h"
#include "db/row.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOURNAL_DEPTH = 8, VALUES = 11, NUMBER_TEXT = 24, PATTERN_TEXT = 2 * NAME_TEXT + 3 };

struct ask_page {
    journal_done done;
    void *arg;
    int limit;
};

static struct json_object *parse(const char *text)
{
    struct json_tokener *tok = text ? json_tokener_new_ex(JOURNAL_DEPTH) : NULL;
    if (!tok)
        return NULL;
    size_t len = strlen(text);
    struct json_object *o = len < INT_MAX ? json_tokener_parse_ex(tok, text, (int)len) : NULL;
    if (json_tokener_get_error(tok) != json_tokener_success ||
        !json_object_is_type(o, json_type_object)) {
        json_object_put(o);
        o = NULL;
    }
    json_tokener_free(tok);
    return o;
}

/* What a person reads; altered is set when it is not what the database holds. */
static char *clean_value(struct json_object *value, struct journal_field *f)
{
    const char *text = value ? json_object_get_string(value) : NULL;
    if (!text)
        return NULL;
    char *clean = text_scrub(text, strlen(text), FIELD_VALUE_MAX);
    f->altered |= strcmp(clean, text) != 0;
    return clean;
}

static struct json_object *get(struct json_object *o, const char *name)
{
    struct json_object *value = NULL;
    if (o)
        (void)json_object_object_get_ex(o, name, &value);
    return value;
}

static void add_field(struct journal_entry *entry, const char *name, struct json_object *before,
                      struct json_object *after)
{
    struct journal_field *f = &entry->field[entry->fields++];
    char *clean = text_scrub(name, strlen(name), sizeof f->column - 1);
    (void)snprintf(f->column, sizeof f->column, "%s", clean);
    free(clean);
    f->before = clean_value(get(before, name), f);
    f->after = clean_value(get(after, name), f);
}

static int has(struct json_object *o, const char *name)
{
    return o && json_object_object_get_ex(o, name, NULL);
}

static int is_column(const char *name)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (strcmp(column_info((enum column)c)->sql, name) == 0)
            return 1;
    return 0;
}

/* Those of one side that the table has not and the other side has not told. */
static void add_others(struct journal_entry *entry, struct json_object *side,
                       struct json_object *told, struct json_object *before,
                       struct json_object *after)
{
    if (!side)
        return;
    json_object_object_foreach(side, name, value)
    {
        (void)value;
        if (!has(told, name) && !is_column(name))
            add_field(entry, name, before, after);
    }
}

/* The columns in the order of the table, then those that it has not. */
static void read_fields(struct journal_entry *entry, struct json_object *before,
                        struct json_object *after)
{
    size_t most = (before ? (size_t)json_object_object_length(before) : 0) +
                  (after ? (size_t)json_object_object_length(after) : 0);
    entry->field = mem_zero(most + 1, sizeof *entry->field);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const char *name = column_info((enum column)c)->sql;
        if (has(before, name) || has(after, name))
            add_field(entry, name, before, after);
    }
    add_others(entry, before, NULL, before, after);
    add_others(entry, after, before, before, after);
}

static enum journal_action action_of(const char *word)
{
    if (word && strcmp(word, "insert") == 0)
        return JOURNAL_INSERT;
    return word && strcmp(word, "delete") == 0 ? JOURNAL_DELETE : JOURNAL_UPDATE;
}

static void read_entry(struct journal_entry *entry, const PGresult *res, int row)
{
    entry->seq = row_number(res, row, "seq", 0);
    entry->at = row_number(res, row, "at", 0);
    entry->action = action_of(row_named(res, row, "action"));
    row_uuid(entry->organisation_id, res, row, PQfnumber(res, "organisation_id"));
    row_uuid(entry->connexion_id, res, row, PQfnumber(res, "connexion_id"));
    row_uuid(entry->user_id, res, row, PQfnumber(res, "user_id"));
    row_uuid(entry->batch, res, row, PQfnumber(res, "batch"));
    row_copy(entry->organisation_nom, sizeof entry->organisation_nom, res, row, "organisation_nom");
    row_copy(entry->account, sizeof entry->account, res, row, "account");
    row_copy(entry->at_text, sizeof entry->at_text, res, row, "at_text");
    row_copy(entry->user_name, sizeof entry->user_name, res, row, "user_name");
    row_copy(entry->login, sizeof entry->login, res, row, "login");
    row_copy(entry->address, sizeof entry->address, res, row, "address");
    row_copy(entry->application, sizeof entry->application, res, row, "application");
    row_copy(entry->kind, sizeof entry->kind, res, row, "kind");
    struct json_object *before = parse(row_named(res, row, "before"));
    struct json_object *after = parse(row_named(res, row, "after"));
    read_fields(entry, before, after);
    json_object_put(before);
    json_object_put(after);
}

static void got_page(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_page *ask = arg;
    struct journal_page *page = NULL;
    if (count == 1) {
        int rows = PQntuples(results[0]);
        int len = rows < ask->limit ? rows : ask->limit;
        page = journal_page_create((size_t)len);
        page->more = rows > len;
        for (int i = 0; i < len; i++)
            read_entry(&page->item[i], results[0], i);
    }
    ask->done(ask->arg, page, e);
    free(ask);
}

static const char *given(const char *text)
{
    return text[0] ? text : NULL;
}

int q_journal_page(struct session *s, const struct journal_request *request, journal_done done,
                   void *arg, struct err *e)
{
    char person[PATTERN_TEXT] = "";
    char seq[NUMBER_TEXT];
    char most[NUMBER_TEXT];
    int limit =
        request->limit > 0 && request->limit < JOURNAL_PAGE_MAX ? request->limit : JOURNAL_PAGE_MAX;
    if (edit_refused(s, e))
        return -(int)ERR_DATABASE;
    if (request->person[0] && param_pattern(person, sizeof person, request->person) < 0)
        person[0] = '\0';
    (void)snprintf(seq, sizeof seq, "%lld", (long long)request->before_seq);
    (void)snprintf(most, sizeof most, "%d", limit + 1);
    const char *const values[VALUES] = {given(request->connexion_id),
                                        given(request->organisation_id),
                                        given(person),
                                        given(request->column),
                                        given(request->batch),
                                        given(request->since),
                                        given(request->until),
                                        given(request->before_at),
                                        given(request->before_organisation),
                                        seq,
                                        most};
    enum stmt stmt = session_clients_readable(s) ? STMT_JOURNAL : STMT_JOURNAL_BARE;
    const struct query query = {stmt, VALUES, values};
    struct ask_page *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_page){done, arg, limit};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_page, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_proofs {
    journal_verified done;
    void *arg;
};

static void got_proofs(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_proofs *ask = arg;
    int rows = count == 1 ? PQntuples(results[0]) : 0;
    struct journal_proof *proofs = mem_zero((size_t)rows + 1, sizeof *proofs);
    for (int i = 0; i < rows; i++) {
        struct journal_proof *p = &proofs[i];
        row_uuid(p->organisation_id, results[0], i, PQfnumber(results[0], "organisation_id"));
        row_copy(p->organisation_nom, sizeof p->organisation_nom, results[0], i,
                 "organisation_nom");
        p->entries = row_number(results[0], i, "entries", 0);
        p->bad_seq = row_number(results[0], i, "bad_seq", 0);
        row_copy(p->reason, sizeof p->reason, results[0], i, "reason");
    }
    ask->done(ask->arg, count == 1 ? proofs : NULL, (size_t)rows, e);
    free(proofs);
    free(ask);
}

int q_journal_verify(struct session *s, const char *organisation, journal_verified done, void *arg,
                     struct err *e)
{
    const char *const values[] = {given(organisation)};
    const struct query query = {STMT_JOURNAL_VERIFY, 1, values};
    if (edit_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_proofs *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_proofs){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_proofs, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
