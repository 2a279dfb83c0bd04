#include "config.h"

#include "db/edit_read.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/row.h"
#include "db/sqlstate.h"
#include "model/list.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { THEIRS_DEPTH = 4, BATCH_DEPTH = 6 };

/* One row of an answer, wherever it comes from; borrowed, NULL where it says nothing. */
struct told {
    const char *id, *outcome, *sqlstate, *rule, *columns, *message;
    struct json_object *theirs;
};

static struct json_object *parse(const char *text, int depth)
{
    struct json_tokener *tok = text ? json_tokener_new_ex(depth) : NULL;
    if (!tok)
        return NULL;
    size_t len = strlen(text);
    struct json_object *o = len < INT_MAX ? json_tokener_parse_ex(tok, text, (int)len) : NULL;
    if (json_tokener_get_error(tok) != json_tokener_success) {
        json_object_put(o);
        o = NULL;
    }
    json_tokener_free(tok);
    return o;
}

static int field_of_sql(const char *name)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (strcmp(column_info(field_info((enum field)f)->column)->sql, name) == 0)
            return f;
    return -1;
}

/* Of a key the database tells its fingerprint; anything else is not kept. */
static int is_told(int f, struct json_object *value)
{
    if (f < 0 || !value || json_object_get_string_len(value) > FIELD_VALUE_MAX)
        return 0;
    const char *text = json_object_get_string(value);
    return field_info((enum field)f)->kind != FIELD_SECRET || text[0] == '\0' ||
           strncmp(text, "sha256:", strlen("sha256:")) == 0;
}

static void read_theirs(struct change_result *r, struct json_object *theirs)
{
    if (!json_object_is_type(theirs, json_type_object))
        return;
    json_object_object_foreach(theirs, name, value)
    {
        int f = field_of_sql(name);
        if (!is_told(f, value))
            continue;
        free(r->theirs[f]);
        r->theirs[f] = mem_dup(json_object_get_string(value));
    }
}

static void take_column(struct change_result *r, const char *name)
{
    int f = field_of_sql(name);
    if (f < 0)
        return;
    r->conflict[f] = r->outcome == OUTCOME_CONFLICT;
    if (r->field < 0)
        r->field = f;
}

/* The text of a text[], or of an array of JSON. */
static void read_columns(struct change_result *r, const char *columns)
{
    char name[COLUMN_COUNT + 64];
    int null = 0;
    if (!columns)
        return;
    struct json_object *list = columns[0] == '[' ? parse(columns, 2) : NULL;
    if (json_object_is_type(list, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(list); i++)
            take_column(r, json_object_get_string(json_object_array_get_idx(list, i)));
    } else if (columns[0] == '{') {
        const char *p = list_start(columns);
        while (p && (p = list_next(p, name, sizeof name, &null)))
            take_column(r, name);
    }
    json_object_put(list);
}

static void scrub(char *out, size_t size, const char *text)
{
    char *clean = text_scrub(text ? text : "", text ? strlen(text) : 0, size - 1);
    (void)snprintf(out, size, "%s", clean);
    free(clean);
}

void result_explain(struct change_result *r, const char *message)
{
    struct err e = {0};
    int rounded = strcmp(r->rule, "rounded") == 0;
    if (!r->sqlstate[0])
        return;
    if (rounded)
        (void)err_set(&e, ERR_DATABASE, "%s",
                      _("The table would round this value: it keeps fewer digits."));
    else if (strcmp(r->rule, "copy_key") == 0 || strcmp(r->rule, "former_key") == 0)
        (void)err_set(&e, ERR_NOT_FOUND, "%s",
                      _("The key to put in is not there any more, or out of sight: type it."));
    else
        (void)sqlstate_error(&e, r->sqlstate, message);
    (void)snprintf(r->text, sizeof r->text, "%.*s", (int)sizeof r->text - 1, e.text);
    (void)snprintf(r->cure, sizeof r->cure, "%.*s", (int)sizeof r->cure - 1, e.cure);
}

/* Triggers that write auth.uid() into columns that refer to users_id: no signed-in person can
 * write. */
static void explain_author(struct change_result *r, const char *columns)
{
    if (strcmp(r->sqlstate, "23503") != 0 || !columns ||
        (!strstr(columns, "openai_created_by") && !strstr(columns, "openai_updated_by")))
        return;
    (void)snprintf(r->text, sizeof r->text,
                   _("The foreign key %s wants a users_id where the table's trigger writes "
                     "auth.uid(): no signed-in person can change connexions."),
                   r->rule);
    (void)snprintf(r->cure, sizeof r->cure, "%s",
                   _("`vigie doctor` names the trigger and prints the cure, for the database's "
                     "owner."));
}

static int is_foreign(const struct change *change, const char *own)
{
    const struct change_value *v = &change->field[FIELD_OF_ORGANISATION_ID];
    return change->op != CHANGE_DELETE && v->set && v->value && strcasecmp(v->value, own) != 0;
}

void results_explain_border(struct change_results *results, const struct change_set *set,
                            const char *own)
{
    for (size_t i = 0; own[0] && i < results->len && i < set->len; i++) {
        struct change_result *r = &results->item[i];
        if (strcmp(r->sqlstate, "42501") != 0 || !is_foreign(&set->item[i], own))
            continue;
        r->field = FIELD_OF_ORGANISATION_ID;
        (void)snprintf(r->text, sizeof r->text, "%s",
                       _("That organisation is not your own: members keep and make connexions in "
                         "their own organisation alone."));
        (void)snprintf(r->cure, sizeof r->cure, "%s",
                       _("Leave your own organisation there, or ask an administrator."));
    }
}

/* The row was in sight and nothing refused, yet it was not written. */
static void explain_silence(struct change_result *r)
{
    if (r->outcome != OUTCOME_DENIED || r->sqlstate[0] || r->text[0])
        return;
    (void)snprintf(r->text, sizeof r->text, "%s",
                   _("A policy or a trigger of the table kept the change away without a word: "
                     "nothing was changed."));
}

static void explain_other(struct change_result *r)
{
    if (r->outcome != OUTCOME_SAVED || strcmp(r->rule, "changed") != 0)
        return;
    (void)snprintf(r->text, sizeof r->text, "%s",
                   _("Saved, but a trigger of the table stored another value than was given."));
}

static int take(struct change_result *r, const struct told *told, struct err *e)
{
    int outcome = told->outcome ? outcome_find(told->outcome) : -1;
    if (outcome < 0)
        return err_set(e, ERR_DATABASE, "%s", _("The server's answer about a change is not one."));
    r->outcome = (enum change_outcome)outcome;
    if (told->id && strlen(told->id) == UUID_TEXT - 1 &&
        strspn(told->id, "0123456789abcdef-") == UUID_TEXT - 1)
        memcpy(r->id, told->id, UUID_TEXT);
    if (told->sqlstate && strlen(told->sqlstate) == sizeof r->sqlstate - 1)
        scrub(r->sqlstate, sizeof r->sqlstate, told->sqlstate);
    scrub(r->rule, sizeof r->rule, told->rule);
    read_columns(r, told->columns);
    read_theirs(r, told->theirs);
    result_explain(r, told->message);
    explain_author(r, told->columns);
    explain_silence(r);
    explain_other(r);
    return 0;
}

static int take_row(struct change_result *r, const PGresult *res, int row, struct err *e)
{
    struct json_object *theirs = parse(row_named(res, row, "theirs"), THEIRS_DEPTH);
    const struct told told = {.id = row_named(res, row, "id"),
                              .outcome = row_named(res, row, "outcome"),
                              .sqlstate = row_named(res, row, "sqlstate"),
                              .rule = row_named(res, row, "rule"),
                              .columns = row_named(res, row, "columns"),
                              .message = row_named(res, row, "message"),
                              .theirs = theirs};
    int rc = take(r, &told, e);
    json_object_put(theirs);
    return rc;
}

int results_read(struct change_results *results, const size_t *order, size_t first, size_t len,
                 const PGresult *res, struct err *e)
{
    int rows = PQntuples(res);
    int rc = (size_t)rows == len ? 0 : -1;
    for (int i = 0; rc == 0 && i < rows; i++) {
        int64_t at = row_number(res, i, "at", -1);
        if (at < 0 || (size_t)at >= len)
            rc = -1;
        else
            rc = take_row(&results->item[order[first + (size_t)at]], res, i, e);
    }
    if (rc == -1)
        rc = err_set(e, ERR_DATABASE, "%s", _("The server's answer does not fit the changes."));
    return rc;
}

struct change_results *results_of(const PGresult *res, struct err *e)
{
    int rows = PQntuples(res);
    struct change_results *results = change_results_create((size_t)rows);
    for (int i = 0; i < rows; i++)
        if (take_row(&results->item[i], res, i, e) < 0) {
            change_results_destroy(results);
            return NULL;
        }
    results_count(results);
    return results;
}

static const char *member(struct json_object *o, const char *name)
{
    struct json_object *v = NULL;
    if (!json_object_object_get_ex(o, name, &v) || !v)
        return NULL;
    return json_object_get_string(v);
}

static int take_told(struct change_result *r, struct json_object *o, struct err *e)
{
    struct json_object *theirs = NULL;
    (void)json_object_object_get_ex(o, "theirs", &theirs);
    const struct told told = {.id = member(o, "id"),
                              .outcome = member(o, "outcome"),
                              .sqlstate = member(o, "sqlstate"),
                              .rule = member(o, "rule"),
                              .columns = member(o, "columns"),
                              .message = member(o, "message"),
                              .theirs = theirs};
    return take(r, &told, e);
}

static int has_id(const struct change_results *results, size_t len, const char *id)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(results->item[i].id, id) == 0)
            return 1;
    return 0;
}

/* The database keeps the outcomes of those that were not plainly saved, up to a bound; the journal
 * has the others. */
static struct change_results *merge(struct json_object *list, const PGresult *rows, struct err *e)
{
    size_t told = json_object_array_length(list);
    size_t saved = (size_t)PQntuples(rows);
    struct change_results *results = change_results_create(told + saved);
    size_t len = 0;
    for (size_t i = 0; i < told; i++, len++)
        if (take_told(&results->item[len], json_object_array_get_idx(list, i), e) < 0) {
            change_results_destroy(results);
            return NULL;
        }
    for (size_t i = 0; i < saved; i++) {
        struct change_result *r = &results->item[len];
        row_uuid(r->id, rows, (int)i, 0);
        r->outcome = OUTCOME_SAVED;
        if (!has_id(results, told, r->id))
            len++;
    }
    results->len = len;
    return results;
}

struct change_results *results_of_batch(const char *json, const PGresult *rows, struct err *e)
{
    if (!json)
        return change_results_create(0);
    struct json_object *root = parse(json, BATCH_DEPTH);
    struct json_object *list = NULL;
    struct change_results *results = NULL;
    if (json_object_is_type(root, json_type_object) &&
        json_object_object_get_ex(root, "results", &list) &&
        json_object_is_type(list, json_type_array))
        results = merge(list, rows, e);
    else
        (void)err_set(e, ERR_DATABASE, "%s", _("The server's answer about a change is not one."));
    json_object_put(root);
    if (results)
        results_count(results);
    return results;
}

void results_count(struct change_results *results)
{
    memset(results->count, 0, sizeof results->count);
    for (size_t i = 0; i < results->len; i++)
        results->count[results->item[i].outcome]++;
    results->committed = results->count[OUTCOME_SAVED] > 0;
}
