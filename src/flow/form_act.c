#include "config.h"

/* The keys of the form: going from field to field, typing a field's text, cycling its values. */

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_STEP = 5, CLIPPED_FROM = 290 };

static enum field_kind kind_at(const struct form *form)
{
    return field_info((enum field)form->at)->kind;
}

static void go(struct form *form, int to)
{
    form->at = to < 0 ? 0 : to >= FIELD_COUNT ? FIELD_COUNT - 1 : to;
}

/* ── typing ── */

static void drop_before(struct form *form)
{
    if (form->before.text)
        mem_wipe(form->before.text, strlen(form->before.text));
    free(form->before.text);
    form->before = (struct draft_field){.seen = NULL};
}

static void end_typing(struct form *form)
{
    drop_before(form);
    editor_close(&form->editor);
    form->typing = 0;
}

const char *form_held(const struct state *st)
{
    if (st->form.waiting)
        return _("The connexion is still being fetched.");
    if (plan_busy(st) && st->plan.from_form)
        return _("What was typed here is being saved: wait for its end.");
    return NULL;
}

/* Why the field cannot be changed now; NULL when it can. */
static const char *why_not(const struct state *st)
{
    const struct form *form = &st->form;
    const char *seen = form->draft.field[form->at].seen;
    const char *held = form_held(st);
    int clipped = seen && strlen(seen) >= CLIPPED_FROM;
    if (!held && form->draft.kind == DRAFT_EDIT && !form->whole && clipped)
        return _("The connexion is still being fetched.");
    return held;
}

static int refuse(struct turn *t)
{
    const char *why = why_not(t->st);
    if (why)
        turn_message(t, MESSAGE_INFO, "%s", why);
    return why != NULL;
}

static size_t room_of(enum field_kind kind)
{
    return kind == FIELD_SECRET ? KEY_TEXT_MAX - 1 : FIELD_VALUE_MAX - 1;
}

/* The text that the field has now, for the editor. */
static int open_editor(struct form *form)
{
    const struct draft_field *f = &form->draft.field[form->at];
    enum field_kind kind = kind_at(form);
    struct str text;
    str_init(&text, FIELD_VALUE_MAX);
    if (!f->touched && !f->mixed && form->draft.kind != DRAFT_CREATE)
        field_edit_text((enum field)form->at, f->seen, &text);
    const char *start = f->touched && !f->null && kind != FIELD_SECRET ? f->text : str_get(&text);
    int rc = editor_open(&form->editor, start, room_of(kind), kind == FIELD_JSON);
    str_finish(&text);
    return rc;
}

static int start_typing(struct turn *t, int anew)
{
    struct form *form = &t->st->form;
    enum field_kind kind = kind_at(form);
    if (refuse(t))
        return -1;
    if (anew ? editor_open(&form->editor, "", room_of(kind), kind == FIELD_JSON)
             : open_editor(form)) {
        turn_message(t, MESSAGE_INFO, "%s", _("That text is too long to be edited here."));
        return -1;
    }
    const struct draft_field *f = &form->draft.field[form->at];
    drop_before(form);
    form->before = *f;
    form->before.seen = NULL;
    form->before.text = mem_dup_null(f->text);
    form->typing = 1;
    return 0;
}

/* The draft follows each key; a text that is again the one that typing began with is no change. */
static void follow(struct turn *t)
{
    struct form *form = &t->st->form;
    draft_set(&form->draft, (enum field)form->at, editor_text(&form->editor));
    form_touched(t, (enum field)form->at);
}

static void put_back(struct turn *t)
{
    struct form *form = &t->st->form;
    enum field field = (enum field)form->at;
    if (!form->before.touched)
        draft_clear(&form->draft, field);
    else
        draft_set(&form->draft, field, form->before.null ? NULL : form->before.text);
    form->draft.field[field].lost = form->before.lost;
    end_typing(form);
    form_touched(t, field);
}

void form_stop_typing(struct turn *t)
{
    struct form *form = &t->st->form;
    if (!form->typing)
        return;
    end_typing(form);
    /* what is the value seen is no change: it follows the row again */
    if (form->draft.kind == DRAFT_EDIT && !draft_changes(&form->draft, (enum field)form->at))
        draft_clear(&form->draft, (enum field)form->at);
    form_check(t->st, (enum field)form->at);
}

static void type(struct turn *t, const char *text)
{
    struct form *form = &t->st->form;
    if (editor_insert(&form->editor, text)) {
        turn_message(t, MESSAGE_ERROR,
                     _("That does not fit: a text of %d bytes at most. Nothing was taken."),
                     (int)form->editor.max);
        return;
    }
    follow(t);
}

static int has_list(enum field_kind kind)
{
    return kind == FIELD_REFERENCE || kind == FIELD_CHOICE || kind == FIELD_SWITCH;
}

void form_insert(struct turn *t, const struct event *event)
{
    struct form *form = &t->st->form;
    const char *text = event->text ? event->text : "";
    if (event->flag || strlen(text) > FIELD_VALUE_MAX) {
        turn_message(t, MESSAGE_ERROR,
                     _("The pasted text is too long: %d bytes at most. Nothing was taken."),
                     FIELD_VALUE_MAX - 1);
        return;
    }
    if (*text == '\0')
        return;
    if (!form->typing && has_list(kind_at(form)) && strlen(text) < UUID_TEXT - 1)
        choices_open(t, (enum field)form->at, text);
    else if (form->typing || start_typing(t, 1) == 0)
        type(t, text);
}

/* ── values without typing ── */

static void set(struct turn *t, const char *text)
{
    struct form *form = &t->st->form;
    if (refuse(t))
        return;
    draft_set(&form->draft, (enum field)form->at, text);
    if (!draft_changes(&form->draft, (enum field)form->at))
        draft_clear(&form->draft, (enum field)form->at);
    form_touched(t, (enum field)form->at);
}

static void set_none(struct turn *t)
{
    struct form *form = &t->st->form;
    if (refuse(t))
        return;
    end_typing(form);
    draft_set(&form->draft, (enum field)form->at, NULL);
    form_touched(t, (enum field)form->at);
}

static void reset(struct turn *t)
{
    struct form *form = &t->st->form;
    enum field field = (enum field)form->at;
    if (refuse(t))
        return;
    end_typing(form);
    draft_clear(&form->draft, field);
    if (form->row && form->draft.kind == DRAFT_EDIT) {
        (void)draft_refresh(&form->draft, form->row);
        form->moved[field] = 0;
    }
    form_touched(t, field);
}

static void cycle_choice(struct turn *t, const char *now)
{
    enum field field = (enum field)t->st->form.at;
    int at = -1;
    const char *word = NULL;
    for (int i = 0; (word = field_choice(field, i, NULL)); i++)
        if (now && strcmp(word, now) == 0)
            at = i;
    word = field_choice(field, at + 1, NULL);
    set(t, word ? word : field_choice(field, 0, NULL));
}

static void cycle(struct turn *t)
{
    struct form *form = &t->st->form;
    enum field_kind kind = kind_at(form);
    struct str value;
    int is_null = 0;
    if (kind != FIELD_SWITCH && kind != FIELD_CHOICE) {
        if (kind == FIELD_REFERENCE || kind == FIELD_MODELS)
            choices_open(t, (enum field)form->at, "");
        else
            (void)start_typing(t, 0);
        return;
    }
    str_init(&value, FIELD_VALUE_MAX);
    enum field_grade grade = form_value(t->st, (enum field)form->at, &value, &is_null);
    const char *now =
        grade == FIELD_BAD || is_null || form->draft.field[form->at].mixed ? NULL : str_get(&value);
    if (form->draft.field[form->at].touched && grade != FIELD_BAD && !is_null)
        now = str_get(&value);
    if (kind == FIELD_SWITCH)
        set(t, now && strcmp(now, "t") == 0 ? "f" : "t");
    else
        cycle_choice(t, now);
    str_finish(&value);
}

static void edit_field(struct turn *t)
{
    enum field_kind kind = kind_at(&t->st->form);
    if (has_list(kind) || kind == FIELD_MODELS)
        choices_open(t, (enum field)t->st->form.at, "");
    else
        (void)start_typing(t, 0);
}

/* ── $VISUAL ── */

const char *form_external_text(const struct state *st)
{
    return st->edit_externally && st->form.open && st->form.typing ? editor_text(&st->form.editor)
                                                                   : NULL;
}

static void ask_external(struct turn *t)
{
    struct form *form = &t->st->form;
    if (kind_at(form) == FIELD_SECRET) {
        turn_message(t, MESSAGE_WARN, "%s",
                     _("A key is never written to a file: type or paste it here."));
        return;
    }
    if (form->typing || start_typing(t, 0) == 0)
        t->st->edit_externally = 1;
}

void form_edited(struct turn *t, const struct event *event)
{
    struct form *form = &t->st->form;
    t->st->edit_externally = 0;
    if (!form->open || !form->typing)
        return;
    if (!event->text) {
        turn_message(t, MESSAGE_ERROR, "%.200s %.90s", event->err.text, event->err.cure);
        return;
    }
    size_t len = strlen(event->text);
    while (len > 0 && (event->text[len - 1] == '\n' || event->text[len - 1] == '\r'))
        len--;
    char *text = mem_dup_len(event->text, len);
    if (strcmp(text, editor_text(&form->editor)) == 0) {
        free(text);
        return;
    }
    struct editor ed = {.text = NULL};
    if (editor_open(&ed, text, form->editor.max, form->editor.lines)) {
        turn_message(t, MESSAGE_ERROR,
                     _("That does not fit: a text of %d bytes at most. Nothing was taken."),
                     (int)form->editor.max);
        editor_close(&ed);
    } else {
        editor_close(&form->editor);
        form->editor = ed;
        follow(t);
        if (form->grade[form->at] != FIELD_BAD)
            form_stop_typing(t);
    }
    free(text);
}

/* ── keys ── */

/* The better the hit, the lower: the whole name, how it begins, any part. -1: none. */
static int find_rank(enum field field, const char *part)
{
    const struct column_info *info = column_info(field_info(field)->column);
    const char *title = _(info->title);
    char start[NAME_TEXT];
    size_t len = strlen(part) < sizeof start ? strlen(part) : 0;
    (void)snprintf(start, sizeof start, "%.*s", (int)len, title);
    if (strcmp(info->word, part) == 0 || text_compare(title, part) == 0)
        return 0;
    if (len > 0 && text_compare(start, part) == 0)
        return 1;
    if (strncmp(info->word, part, strlen(part)) == 0)
        return 2;
    return text_contains(title, part) || text_contains(info->sql, part) ? 3 : -1;
}

void form_find(struct state *st, const char *part)
{
    int best = -1;
    for (int f = 0; f < FIELD_COUNT && *part; f++) {
        int rank = find_rank((enum field)f, part);
        if (rank < 0 || (best >= 0 && rank >= best))
            continue;
        best = rank;
        st->form.at = f;
    }
}

static void ask_field(struct turn *t)
{
    edit_ask(t, ABOUT_FIELD, PROMPT_NAME);
    (void)snprintf(t->st->prompt.label, sizeof t->st->prompt.label, "%s", _("field: "));
}

static void discard(struct turn *t)
{
    struct state *st = t->st;
    if (plan_busy(st) && refuse(t))
        return;
    if (!st->form.dirty) {
        form_leave(t);
        return;
    }
    edit_ask(t, ABOUT_DISCARD, PROMPT_CONFIRM);
    (void)snprintf(st->prompt.label, sizeof st->prompt.label, "%s",
                   _("Throw away what was typed? Enter does."));
}

static void step(struct turn *t, int delta)
{
    form_stop_typing(t);
    go(&t->st->form, t->st->form.at + delta);
}

static int typing_command(struct turn *t, enum command command)
{
    struct form *form = &t->st->form;
    if (command == CMD_FIELD_ACCEPT && form->editor.lines) {
        type(t, "\n");
        return 1;
    }
    if (command == CMD_FIELD_ACCEPT) {
        step(t, 1);
        return 1;
    }
    if (command == CMD_FIELD_CANCEL) {
        put_back(t);
        return 1;
    }
    int rc = editor_edit(&form->editor, command);
    if (rc == 1)
        follow(t);
    return rc >= 0;
}

static int move_command(struct turn *t, enum command command)
{
    switch ((int)command) {
    case CMD_FIELD_NEXT:
    case CMD_LINE_DOWN:
        step(t, 1);
        return 1;
    case CMD_FIELD_PREVIOUS:
    case CMD_LINE_UP:
        step(t, -1);
        return 1;
    case CMD_LINES_DOWN:
        step(t, LINES_STEP);
        return 1;
    case CMD_LINES_UP:
        step(t, -LINES_STEP);
        return 1;
    case CMD_FIELD_FIRST:
        step(t, -FIELD_COUNT);
        return 1;
    case CMD_FIELD_LAST:
        step(t, FIELD_COUNT);
        return 1;
    default:
        return 0;
    }
}

int form_command(struct turn *t, enum command command)
{
    if (t->st->form.typing && typing_command(t, command))
        return 1;
    switch ((int)command) {
    case CMD_FIELD_EDIT:
        edit_field(t);
        return 1;
    case CMD_FIELD_CYCLE:
        cycle(t);
        return 1;
    case CMD_FIELD_NONE:
        set_none(t);
        return 1;
    case CMD_FIELD_RESET:
        reset(t);
        return 1;
    case CMD_FIELD_EXTERNAL:
        ask_external(t);
        return 1;
    case CMD_FIELD_FIND:
        ask_field(t);
        return 1;
    case CMD_FORM_PLAN:
        form_plan(t);
        return 1;
    case CMD_FORM_DISCARD:
        discard(t);
        return 1;
    case CMD_FORM_LEAVE:
    case CMD_BACK:
        form_leave(t);
        return 1;
    default:
        return move_command(t, command);
    }
}
