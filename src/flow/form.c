#include "config.h"

/* The form's life: opened on one row, several or none; left and kept; thrown away. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lists clip their text: what may be clipped is not edited before the whole row came. */
enum { CLIPPED_FROM = 290 };

void form_close(struct state *st)
{
    struct form *form = &st->form;
    draft_finish(&form->draft);
    if (form->before.text)
        mem_wipe(form->before.text, strlen(form->before.text));
    free(form->before.text);
    free(form->before.seen);
    editor_close(&form->editor);
    connexion_destroy(form->row);
    free(form->rows);
    choice_list_destroy(form->models);
    mem_wipe(form, sizeof *form);
}

static void learn_names(struct form *form)
{
    const struct connexion *row = form->row;
    if (!row)
        return;
    if (!form->draft.field[FIELD_OF_ORGANISATION_ID].touched || form->draft.kind == DRAFT_CREATE)
        (void)snprintf(form->organisation_nom, sizeof form->organisation_nom, "%.199s",
                       row->organisation_nom ? row->organisation_nom : "");
    if (form->draft.field[FIELD_OF_CLIENT_ID].touched && form->draft.kind != DRAFT_CREATE)
        return;
    (void)snprintf(form->client_nom, sizeof form->client_nom, "%.199s",
                   row->client_nom ? row->client_nom : "");
    memcpy(form->client_organisation, row->client_link == CLIENT_FOUND ? row->organisation_id : "",
           row->client_link == CLIENT_FOUND ? UUID_TEXT : 1);
}

void form_ask_row(struct turn *t)
{
    struct form *form = &t->st->form;
    const char *id = form->draft.id[0] ? form->draft.id : form->draft.copy_of;
    int wanted = form->draft.kind == DRAFT_EDIT || form->waiting || !form->row;
    if (!form->open || form->job || !id[0] || !wanted)
        return;
    struct job *job = turn_job(t, JOB_CONNEXION);
    if (!job)
        return;
    memcpy(job->uuid, id, UUID_TEXT);
    form->job = job->id;
}

static void start(struct state *st, enum draft_kind kind)
{
    form_close(st);
    draft_init(&st->form.draft, kind);
    st->form.open = 1;
}

static void show(struct turn *t, int field)
{
    struct form *form = &t->st->form;
    if (field >= 0)
        form->at = field;
    turn_push(t, SCREEN_FORM);
    form_ask_row(t);
    form_check_all(t->st);
    if (!t->st->arming.armed && !t->st->arming.wanted)
        turn_message(t, MESSAGE_INFO, "%s",
                     _("This session is read-only: W, on the plan too, lets it write."));
}

static void open_one(struct turn *t, const struct target *target, int field)
{
    struct state *st = t->st;
    struct form *form = &st->form;
    char id[UUID_TEXT];
    memcpy(id, target->id, sizeof id);
    struct connexion *row = target->row ? connexion_copy(target->row) : NULL;
    start(st, DRAFT_EDIT);
    memcpy(form->draft.id, id, sizeof id);
    form->row = row;
    form->waiting = !row;
    if (row)
        draft_take_row(&form->draft, row);
    learn_names(form);
    show(t, field);
}

static int is_clipped(const char *value)
{
    return value && strlen(value) >= CLIPPED_FROM;
}

/* What all rows have in common is shown; what differs, or is not known of all, is mixed. */
static void compare_rows(struct state *st)
{
    struct form *form = &st->form;
    const struct connexion *first = target_row(st, form->rows[0]);
    if (first)
        draft_take_row(&form->draft, first);
    form->draft.id[0] = form->draft.label[0] = '\0';
    for (int f = 0; f < FIELD_COUNT; f++) {
        struct draft_field *field = &form->draft.field[f];
        field->mixed = !first || is_clipped(field->seen);
        for (size_t i = 1; i < form->rows_len && !field->mixed; i++) {
            const struct connexion *row = target_row(st, form->rows[i]);
            field->mixed =
                !row || !field_same((enum field)f, field->seen, field_of_row((enum field)f, row));
        }
    }
}

static void open_several(struct turn *t, int field)
{
    struct state *st = t->st;
    struct form *form = &st->form;
    start(st, DRAFT_BULK);
    form->rows_len = st->marks_len;
    form->rows = mem_zero(form->rows_len, sizeof *form->rows);
    memcpy(form->rows, st->marks, form->rows_len * sizeof *form->rows);
    compare_rows(st);
    show(t, field);
}

static void set_default(struct turn *t, enum field field, const char *text)
{
    if (text[0])
        draft_set(&t->st->form.draft, field, text);
}

static void open_new(struct turn *t)
{
    struct state *st = t->st;
    const struct proof *p = &st->link.proof;
    start(st, DRAFT_CREATE);
    const char *organisation = st->list.organisation[0]       ? st->list.organisation
                               : st->link.proven && !p->admin ? p->organisation_id
                                                              : "";
    const char *nom = st->list.organisation[0] ? st->list.organisation_nom : p->organisation_nom;
    set_default(t, FIELD_OF_ORGANISATION_ID, organisation);
    if (organisation[0])
        (void)snprintf(st->form.organisation_nom, sizeof st->form.organisation_nom, "%.199s", nom);
    show(t, -1);
}

/* Of the row on screen, whatever is marked. */
static const char *pattern(const struct state *st)
{
    if (state_context_under(st) & CONTEXT_SHEET)
        return st->sheet.id;
    return state_current(st) ? state_current(st)->id : "";
}

static void open_duplicate(struct turn *t)
{
    struct form *form = &t->st->form;
    char id[UUID_TEXT];
    (void)snprintf(id, sizeof id, "%s", pattern(t->st));
    start(t->st, DRAFT_CREATE);
    memcpy(form->draft.copy_of, id, sizeof id);
    form->waiting = 1;
    show(t, -1);
}

static void open_next(struct turn *t, enum form_next next, int field)
{
    struct state *st = t->st;
    if (next == NEXT_NEW) {
        open_new(t);
        return;
    }
    if (target_count(st) == 0 || (next == NEXT_DUPLICATE && !*pattern(st))) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion to change."));
        return;
    }
    struct target target = target_at(st, 0);
    if (next == NEXT_DUPLICATE)
        open_duplicate(t);
    else if (target_count(st) > 1)
        open_several(t, field);
    else
        open_one(t, &target, field);
}

static int is_same_form(const struct state *st, enum form_next next)
{
    const struct form *form = &st->form;
    size_t n = target_count(st);
    if (next == NEXT_NEW)
        return form->draft.kind == DRAFT_CREATE && !form->draft.copy_of[0];
    if (n == 0)
        return 0;
    if (next == NEXT_DUPLICATE)
        return form->draft.kind == DRAFT_CREATE && strcmp(form->draft.copy_of, pattern(st)) == 0;
    if (n == 1)
        return form->draft.kind == DRAFT_EDIT && strcmp(form->draft.id, target_at(st, 0).id) == 0;
    return form->draft.kind == DRAFT_BULK && form->rows_len == n &&
           memcmp(form->rows, st->marks, n * sizeof *form->rows) == 0;
}

/* One draft at a time: another one is never thrown away without a question. */
static void open_form(struct turn *t, enum form_next next, int field)
{
    struct state *st = t->st;
    struct form *form = &st->form;
    if (plan_busy(st)) {
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
        return;
    }
    if (!form->open || !form->dirty) {
        open_next(t, next, field);
        return;
    }
    if (is_same_form(st, next)) {
        show(t, field);
        turn_message(t, MESSAGE_INFO, "%s", _("What you typed before is back."));
        return;
    }
    char title[MESSAGE_MAX];
    form_title(st, title, sizeof title);
    form->next = next;
    form->next_field = field;
    edit_ask(t, ABOUT_REPLACE, PROMPT_CONFIRM);
    (void)snprintf(st->prompt.label, sizeof st->prompt.label,
                   _("Unfinished: %.120s. Enter throws that away; Esc keeps it, :draft opens it."),
                   title);
}

void form_replace(struct turn *t)
{
    enum form_next next = t->st->form.next;
    int field = t->st->form.next_field;
    keep_forget(t);
    form_close(t->st);
    open_next(t, next, field);
}

void form_edit(struct turn *t, int field)
{
    open_form(t, NEXT_EDIT, field);
}

void form_new(struct turn *t)
{
    open_form(t, NEXT_NEW, -1);
}

void form_duplicate(struct turn *t)
{
    open_form(t, NEXT_DUPLICATE, -1);
}

void form_again(struct turn *t)
{
    if (t->st->form.open)
        show(t, -1);
    else
        turn_message(t, MESSAGE_INFO, "%s", _("There is no unfinished form."));
}

void form_leave(struct turn *t)
{
    struct state *st = t->st;
    form_stop_typing(t);
    if (state_screen(st) == SCREEN_FORM)
        turn_pop(t);
    if (!st->form.open)
        return;
    if (!st->form.dirty ||
        (st->form.draft.kind != DRAFT_CREATE && !draft_changed(&st->form.draft))) {
        keep_forget(t);
        form_close(st);
        return;
    }
    keep_now(t);
    turn_message(t, MESSAGE_INFO, "%s",
                 _("What you typed is kept: e on the same line, or :draft, opens it again."));
}

static void follow_row(struct turn *t)
{
    struct form *form = &t->st->form;
    int moved = draft_refresh(&form->draft, form->row);
    int before = 0;
    for (int f = 0; f < FIELD_COUNT; f++) {
        const struct draft_field *field = &form->draft.field[f];
        before += form->moved[f];
        form->moved[f] =
            field->touched && field_info((enum field)f)->kind != FIELD_SECRET &&
            !field_same((enum field)f, field->seen, field_of_row((enum field)f, form->row));
    }
    if (moved > before)
        turn_message(t, MESSAGE_WARN, "%s",
                     _("Somebody else changed a field that you are changing: the plan will ask."));
}

void form_take_row(struct turn *t, struct event *event)
{
    struct form *form = &t->st->form;
    if (!event->job || event->job != form->job)
        return;
    form->job = 0;
    form->gone = event->connexion == NULL;
    if (form->gone) {
        turn_message(t, MESSAGE_WARN, "%s",
                     _("The connexion is gone or out of sight; what you typed is kept."));
        return;
    }
    connexion_destroy(form->row);
    form->row = event->connexion;
    event->connexion = NULL;
    form->whole = 1;
    if (form->draft.kind == DRAFT_CREATE && form->waiting)
        draft_duplicate(&form->draft, form->row);
    else if (form->draft.kind == DRAFT_EDIT && form->waiting)
        draft_take_row(&form->draft, form->row);
    else if (form->draft.kind == DRAFT_EDIT)
        follow_row(t);
    form->waiting = 0;
    learn_names(form);
    form_check_all(t->st);
}

/* ── the plan of it ── */

/* The first field that cannot be saved; -1 when all can. */
static int first_bad(const struct form *form)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        int counts = form->draft.kind == DRAFT_CREATE || draft_changes(&form->draft, (enum field)f);
        if (counts && form->grade[f] == FIELD_BAD)
            return f;
    }
    return -1;
}

static struct change_set *plan_one(struct turn *t)
{
    struct form *form = &t->st->form;
    struct change_set *set = change_set_create(1);
    struct err e = {0};
    set->all_or_nothing = 1;
    if (draft_change(&form->draft, form->row, &set->item[0], &e) == 0)
        return set;
    change_set_destroy(set);
    turn_message(t, MESSAGE_ERROR, "%.290s", e.text);
    return NULL;
}

static void put_everywhere(const struct state *st, struct change_set *set, enum field field)
{
    struct str value;
    int is_null = 0;
    str_init(&value, FIELD_VALUE_MAX);
    if (form_value(st, field, &value, &is_null) != FIELD_BAD)
        for (size_t i = 0; i < set->len; i++)
            change_put(&set->item[i], field, is_null ? NULL : str_get(&value));
    if (value.data)
        mem_wipe(value.data, value.cap);
    str_finish(&value);
}

/* What each row holds now comes with the preview. */
static struct change_set *plan_several(const struct state *st)
{
    const struct form *form = &st->form;
    struct change_set *set = change_set_create(form->rows_len);
    for (size_t i = 0; i < set->len; i++) {
        const struct connexion *row = target_row(st, form->rows[i]);
        memcpy(set->item[i].id, form->rows[i], UUID_TEXT);
        (void)snprintf(set->item[i].label, sizeof set->item[i].label, "%.255s",
                       row && row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "");
    }
    for (int f = 0; f < FIELD_COUNT; f++)
        if (draft_changes(&form->draft, (enum field)f))
            put_everywhere(st, set, (enum field)f);
    return set;
}

void form_plan(struct turn *t)
{
    struct form *form = &t->st->form;
    form_stop_typing(t);
    form_check_all(t->st);
    if (form->waiting) {
        turn_message(t, MESSAGE_INFO, "%s", _("The connexion is still being fetched."));
        return;
    }
    int bad = first_bad(form);
    if (bad >= 0) {
        form->at = bad;
        turn_message(t, MESSAGE_ERROR, "%.290s", form->problem[bad]);
        return;
    }
    if (draft_changed(&form->draft) == 0) {
        turn_message(t, MESSAGE_INFO, "%s", _("Nothing was changed."));
        return;
    }
    keep_now(t);
    struct change_set *set = form->draft.kind == DRAFT_BULK ? plan_several(t->st) : plan_one(t);
    if (set)
        plan_open(t, set, "edit", 1);
}
