#include "config.h"

/* What can be done with rows without a form: delete, switch, the last edit again, one field. */

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 300 };

static int of_sheet(const struct state *st)
{
    return (state_context_under(st) & CONTEXT_SHEET) != 0;
}

size_t target_count(const struct state *st)
{
    if (of_sheet(st))
        return st->sheet.id[0] && !st->sheet.gone;
    return st->marks_len > 0 ? st->marks_len : state_current(st) != NULL;
}

const struct connexion *target_row(const struct state *st, const char *id)
{
    if (st->sheet.row && strcmp(st->sheet.row->id, id) == 0)
        return st->sheet.row;
    for (size_t i = 0; i < st->list.len; i++)
        if (strcmp(st->list.rows[i]->id, id) == 0)
            return st->list.rows[i];
    return NULL;
}

struct target target_at(const struct state *st, size_t index)
{
    if (of_sheet(st))
        return (struct target){st->sheet.id, st->sheet.row};
    if (st->marks_len > 0)
        return (struct target){st->marks[index], target_row(st, st->marks[index])};
    return (struct target){state_current(st)->id, state_current(st)};
}

static void name_row(struct change *change, const struct target *target)
{
    memcpy(change->id, target->id, sizeof change->id);
    (void)snprintf(change->label, sizeof change->label, "%.255s",
                   target->row && target->row->col[COL_EMAIL] ? target->row->col[COL_EMAIL] : "");
}

/* A set with one change a row, named; NULL, and said, when there is no row or no time for it. */
static struct change_set *start(struct turn *t, enum change_op op)
{
    struct state *st = t->st;
    size_t n = target_count(st);
    if (n == 0) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion to change."));
        return NULL;
    }
    if (plan_busy(st)) {
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
        return NULL;
    }
    struct change_set *set = change_set_create(n);
    for (size_t i = 0; i < n; i++) {
        struct target target = target_at(st, i);
        set->item[i].op = op;
        name_row(&set->item[i], &target);
    }
    return set;
}

int target_compares(enum field field)
{
    enum field_kind kind = field_info(field)->kind;
    return kind != FIELD_SECRET && kind != FIELD_JSON && field != FIELD_OF_STATUS;
}

/* What the person had before the eyes must still be there when the row goes. A text that the list
 * may have cut is no proof. */
static void put_row_seen(struct change *change, const struct connexion *row)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        const char *value = field_of_row((enum field)f, row);
        if (target_compares((enum field)f) && (!value || strlen(value) <= SEEN_MAX))
            change_put_seen(change, (enum field)f, value);
    }
}

void target_delete(struct turn *t)
{
    struct change_set *set = start(t, CHANGE_DELETE);
    if (!set)
        return;
    for (size_t i = 0; i < set->len; i++) {
        const struct connexion *row = target_row(t->st, set->item[i].id);
        if (row)
            put_row_seen(&set->item[i], row);
    }
    plan_open(t, set, "edit", 0);
}

static void put_all(struct change_set *set, enum field field, const char *value)
{
    for (size_t i = 0; i < set->len; i++)
        change_put(&set->item[i], field, value);
}

void target_switch(struct turn *t, int on)
{
    struct change_set *set = start(t, CHANGE_UPDATE);
    if (!set)
        return;
    put_all(set, FIELD_OF_ACTIVE, on ? "t" : "f");
    plan_open(t, set, "edit", 0);
}

void target_repeat(struct turn *t)
{
    const struct repeat *last = &t->st->repeat;
    if (!last->known) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no edit of this session to repeat yet."));
        return;
    }
    struct change_set *set = start(t, CHANGE_UPDATE);
    if (!set)
        return;
    for (int f = 0; f < FIELD_COUNT; f++)
        if (last->change.field[f].set)
            put_all(set, (enum field)f, last->change.field[f].value);
    plan_open(t, set, "edit", 0);
}

/* ── one field by its word ── */

/* An identifier is no text that a person types. */
static enum field proposed(const struct state *st)
{
    int field = field_of_column(st->list.order.column);
    enum field_kind kind = field >= 0 ? field_info((enum field)field)->kind : FIELD_SECRET;
    if (st->cell < FIELD_COUNT)
        return st->cell;
    return kind == FIELD_SECRET || kind == FIELD_REFERENCE ? FIELD_OF_COST_LIMIT
                                                           : (enum field)field;
}

static void ask_cell(struct turn *t)
{
    struct state *st = t->st;
    enum field field = proposed(st);
    struct str line;
    str_init(&line, TYPED_MAX - 1);
    (void)str_addf(&line, "%s %s=", command_info(CMD_CELL)->name,
                   column_info(field_info(field)->column)->word);
    if (target_count(st) == 1) {
        struct target target = target_at(st, 0);
        struct str value;
        str_init(&value, FIELD_VALUE_MAX);
        if (target.row)
            field_edit_text(field, field_of_row(field, target.row), &value);
        (void)str_add(&line, str_get(&value)); /* as a whole or not */
        str_finish(&value);
    }
    prompt_open(t, PROMPT_PALETTE, str_get(&line));
    str_finish(&line);
}

/* The line comes back with what is wrong with it. */
static void refuse(struct turn *t, const char *argument, const char *problem)
{
    struct prompt *p = &t->st->prompt;
    struct str line;
    str_init(&line, TYPED_MAX - 1);
    (void)str_addf(&line, "%s %s", command_info(CMD_CELL)->name, argument);
    prompt_open(t, PROMPT_PALETTE, str_get(&line));
    (void)snprintf(p->problem, sizeof p->problem, "%s", problem);
    str_finish(&line);
}

static void set_value(struct turn *t, enum field field, const char *argument, const char *value)
{
    char problem[FIELD_PROBLEM];
    struct str text;
    int is_null = 0;
    str_init(&text, FIELD_VALUE_MAX);
    enum field_grade grade = field_check(field, value, NULL, &text, &is_null, problem);
    if (grade == FIELD_BAD) {
        refuse(t, argument, problem);
    } else {
        struct change_set *set = start(t, CHANGE_UPDATE);
        t->st->cell = field;
        if (set) {
            put_all(set, field, is_null ? NULL : str_get(&text));
            plan_open(t, set, "edit", 0);
        }
        if (set && grade == FIELD_WARNING)
            turn_message(t, MESSAGE_WARN, "%s", problem);
    }
    str_finish(&text);
}

void target_set(struct turn *t, const char *argument)
{
    char word[CHOICE_TEXT];
    char problem[MESSAGE_MAX];
    if (!argument) {
        ask_cell(t);
        return;
    }
    size_t len = strcspn(argument, "= ");
    const char *value = argument[len] ? argument + len + 1 : NULL;
    (void)snprintf(word, sizeof word, "%.*s", (int)(len < 100 ? len : 100), argument);
    int field = field_find(word);
    if (field < 0) {
        (void)snprintf(problem, sizeof problem, _("There is no field “%.60s”; Tab completes."),
                       word);
        refuse(t, argument, problem);
    } else if (!value || field_info((enum field)field)->kind == FIELD_SECRET) {
        form_edit(t, field); /* a line that others can read is no place for a key */
    } else {
        set_value(t, (enum field)field, argument, value);
    }
}

void target_saved(struct turn *t)
{
    struct state *st = t->st;
    const struct change_results *results = st->plan.results;
    for (size_t i = 0; results && i < results->len && st->marks_len > 0; i++) {
        const struct change_result *r = &results->item[i];
        if (r->outcome != OUTCOME_SAVED && r->outcome != OUTCOME_SAME)
            continue;
        marks_remove(st, st->plan.set->item[i].id);
    }
}
