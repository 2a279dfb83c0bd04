#include "config.h"

#include "cli/edits.h"

#include "base/i18n.h"
#include "cli/json.h"

#include <stdio.h>
#include <string.h>

static const char *op_word(enum change_op op)
{
    static const char *const words[] = {
        [CHANGE_UPDATE] = "update", [CHANGE_INSERT] = "insert", [CHANGE_DELETE] = "delete"};
    return words[op];
}

/* A secret is true where there is one, else null: never its value. */
static struct json_object *value(enum field field, const char *text)
{
    if (field_info(field)->kind == FIELD_SECRET)
        return text ? json_make_boolean(1) : NULL;
    return json_column(field_info(field)->column, text);
}

static struct json_object *json_changes(const struct change *change)
{
    struct json_object *o = json_object_new_object();
    for (int f = 0; f < FIELD_COUNT; f++) {
        const struct change_value *v = &change->field[f];
        if (!v->set)
            continue;
        struct json_object *one = json_object_new_object();
        if (v->has_seen)
            json_put(one, "from", value((enum field)f, v->seen));
        json_put(one, "to", value((enum field)f, v->value));
        json_put(o, column_info(field_info((enum field)f)->column)->sql, one);
    }
    return o;
}

static struct json_object *json_theirs(const struct change_result *r)
{
    struct json_object *o = json_object_new_object();
    for (int f = 0; f < FIELD_COUNT; f++)
        if (r->conflict[f])
            json_put(o, column_info(field_info((enum field)f)->column)->sql,
                     value((enum field)f, r->theirs[f]));
    return o;
}

static void put_result(struct json_object *o, const struct change_result *r)
{
    char reason[2 * FIELD_PROBLEM + NAME_TEXT];
    edits_reason(r, reason, sizeof reason);
    json_put(o, "outcome", json_make_string(outcome_info(r->outcome)->word));
    json_put(o, "reason", json_make_string_or_null(reason));
    if (r->sqlstate[0])
        json_put(o, "sqlstate", json_make_string(r->sqlstate));
    if (r->rule[0])
        json_put(o, "rule", json_make_string(r->rule));
    if (r->outcome == OUTCOME_CONFLICT)
        json_put(o, "theirs", json_theirs(r));
}

struct json_object *edits_json_result(const struct change_result *r)
{
    struct json_object *o = json_object_new_object();
    json_put(o, "openai_connexion_id", json_make_string_or_null(r->id));
    put_result(o, r);
    return o;
}

static struct json_object *json_warnings(const char *text)
{
    struct json_object *list = json_object_new_array();
    while (text && *text) {
        char line[ERR_TEXT_MAX];
        size_t len = strcspn(text, "\n");
        (void)snprintf(line, sizeof line, "%.*s",
                       (int)(len < ERR_TEXT_MAX ? len : ERR_TEXT_MAX - 1), text);
        (void)json_object_array_add(list, json_make_string(line));
        text += len + (text[len] != '\0');
    }
    return list;
}

static struct json_object *json_row(const struct edits *e, const struct edits_row *row)
{
    struct json_object *o = json_object_new_object();
    if (row->line > 0)
        json_put(o, "line", json_make_integer(row->line));
    json_put(o, "account", json_make_string(row->label));
    if (row->change == EDITS_NO_CHANGE) {
        json_put(o, "outcome", json_make_string(outcome_info(OUTCOME_REFUSED)->word));
        json_put(o, "reason", json_make_string(row->refusal));
        return o;
    }
    const struct change *change = &e->set->item[row->change];
    const struct change_result *r =
        e->results && row->change < e->results->len ? &e->results->item[row->change] : NULL;
    json_put(o, "openai_connexion_id",
             json_make_string_or_null(change->id[0] || !r ? change->id : r->id));
    json_put(o, "operation", json_make_string(op_word(change->op)));
    json_put(o, "changes", json_changes(change));
    json_put(o, "warnings", json_warnings(row->warning));
    if (r && (e->saved || r->outcome != OUTCOME_SAVED))
        put_result(o, r);
    return o;
}

struct json_object *edits_json_counts(const struct change_results *results, size_t refused)
{
    struct json_object *o = json_object_new_object();
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        size_t n = results ? results->count[i] : 0;
        n += i == OUTCOME_REFUSED ? refused : 0;
        json_put(o, outcome_info((enum change_outcome)i)->word, json_make_integer((int64_t)n));
    }
    return o;
}

void edits_json(const struct edits *e)
{
    struct json_object *o = json_object_new_object();
    struct json_object *rows = json_object_new_array();
    for (size_t i = 0; i < e->rows; i++)
        (void)json_object_array_add(rows, json_row(e, &e->row[i]));
    json_put(o, "dry_run", json_make_boolean(option_given(&e->cli->options, OPT_DRY_RUN)));
    json_put(o, "committed", json_make_boolean(e->saved && e->results->committed));
    json_put(o, "batch", e->saved ? json_make_string(e->set->batch) : NULL);
    json_put(o, "counts", edits_json_counts(e->saved ? e->results : NULL, e->refused));
    json_put(o, "unchanged", json_make_integer((int64_t)e->unchanged));
    json_put(o, "rows", rows);
    json_write(stdout, o, 1);
}
