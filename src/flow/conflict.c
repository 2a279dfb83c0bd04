#include "config.h"

/* Fields that somebody else changed since this person saw them: mine, theirs or the original, field
 * by field; then the plan is made again. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/edit.h"

#include <stdlib.h>
#include <string.h>

void conflict_clear(struct state *st)
{
    free(st->conflict.item);
    st->conflict = (struct conflict){.item = NULL};
}

const struct change_results *plan_results(const struct state *st)
{
    return st->plan.results ? st->plan.results : st->plan.preview;
}

static size_t count_fields(const struct change_results *results)
{
    size_t n = 0;
    for (size_t i = 0; i < results->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++)
            n += results->item[i].outcome == OUTCOME_CONFLICT && results->item[i].conflict[f];
    return n;
}

static void add(struct state *st, size_t row, enum field field, const struct change_result *found)
{
    const struct change_value *v = &st->plan.set->item[row].field[field];
    st->conflict.item[st->conflict.len++] = (struct conflict_item){.row = row,
                                                                   .field = field,
                                                                   .mine = v->value,
                                                                   .theirs = found->theirs[field],
                                                                   .original = v->seen};
}

int conflict_open(struct turn *t)
{
    struct state *st = t->st;
    const struct change_results *results = plan_results(st);
    int may = results && !plan_busy(st) && !st->plan.undo_of[0];
    size_t n = may ? count_fields(results) : 0;
    if (n == 0)
        return 0;
    conflict_clear(st);
    st->conflict.item = mem_zero(n, sizeof *st->conflict.item);
    for (size_t i = 0; i < results->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++)
            if (results->item[i].outcome == OUTCOME_CONFLICT && results->item[i].conflict[f])
                add(st, i, (enum field)f, &results->item[i]);
    turn_push(t, SCREEN_CONFLICT);
    return 1;
}

/* ── what was chosen becomes the next plan ── */

static void drop_value(struct change_value *v)
{
    free(v->value);
    free(v->seen);
    *v = (struct change_value){.set = 0};
}

static void settle_change(struct change *change, const struct conflict_item *item)
{
    struct change_value *v = &change->field[item->field];
    char *theirs = mem_dup_null(item->theirs);
    char *original = mem_dup_null(item->original);
    if (item->choice == CHOSE_THEIRS && change->op == CHANGE_UPDATE) {
        drop_value(v);
    } else {
        if (item->choice == CHOSE_ORIGINAL && change->op == CHANGE_UPDATE)
            change_put(change, item->field, original);
        change_put_seen(change, item->field, theirs);
    }
    free(theirs);
    free(original);
}

/* The form shows what was chosen, should the person go back to it. */
static void settle_draft(struct state *st, const struct conflict_item *item)
{
    struct draft *d = &st->form.draft;
    struct draft_field *f = &d->field[item->field];
    if (!st->plan.from_form || !st->form.open || d->kind != DRAFT_EDIT)
        return;
    char *theirs = mem_dup_null(item->theirs);
    if (item->choice == CHOSE_THEIRS) {
        draft_clear(d, item->field);
    } else if (item->choice == CHOSE_ORIGINAL) {
        struct str text;
        str_init(&text, FIELD_VALUE_MAX);
        field_edit_text(item->field, item->original, &text);
        draft_set(d, item->field, item->original ? str_get(&text) : NULL);
        str_finish(&text);
    }
    free(f->seen);
    f->seen = theirs;
    st->form.moved[item->field] = 0;
    form_check(st, item->field);
}

/* Rows that need no further save leave the plan. */
static int is_settled(const struct state *st, size_t row)
{
    const struct change *change = &st->plan.set->item[row];
    const struct change_results *results = st->plan.results;
    int saved =
        results && results->committed &&
        (results->item[row].outcome == OUTCOME_SAVED || results->item[row].outcome == OUTCOME_SAME);
    return saved || (change->op == CHANGE_UPDATE && change_fields(change) == 0);
}

static void drop_settled(struct state *st)
{
    struct change_set *set = st->plan.set;
    struct change_set *rest = change_set_create(set->len);
    rest->all_or_nothing = set->all_or_nothing;
    rest->len = 0;
    for (size_t i = 0; i < set->len; i++) {
        if (is_settled(st, i))
            continue;
        rest->item[rest->len++] = set->item[i];
        memset(&set->item[i], 0, sizeof set->item[i]);
    }
    change_set_destroy(set);
    st->plan.set = rest;
}

/* A delete of a row that somebody changed: theirs means that the row stays. */
static void spare_rows(struct state *st)
{
    for (size_t i = 0; i < st->conflict.len; i++) {
        const struct conflict_item *item = &st->conflict.item[i];
        struct change *change = &st->plan.set->item[item->row];
        if (change->op == CHANGE_DELETE && item->choice == CHOSE_THEIRS)
            change->op = CHANGE_UPDATE;
    }
}

static int undecided(const struct conflict *c)
{
    for (size_t i = 0; i < c->len; i++)
        if (c->item[i].choice == CHOSE_NOTHING)
            return (int)i;
    return -1;
}

static void done(struct turn *t)
{
    struct state *st = t->st;
    struct conflict *c = &st->conflict;
    int open = undecided(c);
    if (open >= 0) {
        c->cursor = open;
        turn_message(t, MESSAGE_INFO, "%s",
                     _("Choose here first: m mine, t theirs, o the original."));
        return;
    }
    spare_rows(st);
    for (size_t i = 0; i < c->len; i++) {
        settle_draft(st, &c->item[i]);
        settle_change(&st->plan.set->item[c->item[i].row], &c->item[i]);
    }
    conflict_clear(st);
    edit_drop(st, SCREEN_CONFLICT);
    drop_settled(st);
    if (st->plan.set->len > 0) {
        plan_again(t);
        return;
    }
    if (st->plan.from_form && st->form.draft.kind == DRAFT_EDIT) {
        st->form.dirty = draft_changed(&st->form.draft) > 0;
        keep_forget(t);
    }
    plan_close(t);
    turn_message(t, MESSAGE_INFO, "%s", _("Everything stays as it is there now."));
}

/* ── keys ── */

static void choose(struct conflict *c, enum conflict_choice choice)
{
    if ((size_t)c->cursor >= c->len)
        return;
    c->item[c->cursor].choice = choice;
    if ((size_t)c->cursor + 1 < c->len)
        c->cursor++;
}

static void choose_all(struct conflict *c, enum conflict_choice choice)
{
    for (size_t i = 0; i < c->len; i++)
        c->item[i].choice = choice;
}

static void choose_next(struct conflict *c)
{
    if ((size_t)c->cursor >= c->len)
        return;
    struct conflict_item *item = &c->item[c->cursor];
    item->choice =
        item->choice == CHOSE_ORIGINAL ? CHOSE_MINE : (enum conflict_choice)((int)item->choice + 1);
}

static void move(struct state *st, long delta)
{
    struct conflict *c = &st->conflict;
    long to = c->cursor + delta;
    to = to >= (long)c->len ? (long)c->len - 1 : to;
    c->cursor = to < 0 ? 0 : (int)to;
}

static int move_command(struct state *st, enum command command)
{
    long page = state_body_rows(st);
    switch ((int)command) {
    case CMD_UP:
        move(st, -1);
        return 1;
    case CMD_DOWN:
        move(st, 1);
        return 1;
    case CMD_PAGE_UP:
        move(st, -page);
        return 1;
    case CMD_PAGE_DOWN:
        move(st, page);
        return 1;
    case CMD_FIRST:
        move(st, -(long)st->conflict.len);
        return 1;
    case CMD_LAST:
        move(st, (long)st->conflict.len);
        return 1;
    default:
        return 0;
    }
}

int conflict_command(struct turn *t, enum command command)
{
    struct conflict *c = &t->st->conflict;
    switch ((int)command) {
    case CMD_CONFLICT_MINE:
        choose(c, CHOSE_MINE);
        return 1;
    case CMD_CONFLICT_THEIRS:
        choose(c, CHOSE_THEIRS);
        return 1;
    case CMD_CONFLICT_ORIGINAL:
        choose(c, CHOSE_ORIGINAL);
        return 1;
    case CMD_CONFLICT_NEXT:
        choose_next(c);
        return 1;
    case CMD_CONFLICT_ALL_MINE:
        choose_all(c, CHOSE_MINE);
        return 1;
    case CMD_CONFLICT_ALL_THEIRS:
        choose_all(c, CHOSE_THEIRS);
        return 1;
    case CMD_CONFLICT_DONE:
        done(t);
        return 1;
    case CMD_BACK:
    case CMD_QUIT:
        conflict_clear(t->st);
        edit_drop(t->st, SCREEN_CONFLICT);
        return 1;
    default:
        return move_command(t->st, command);
    }
}
