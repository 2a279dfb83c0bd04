#include "config.h"

/* The list offered for a field: organisations and clients from the database as the search is
 * typed, models that the key can use, words of a closed list. */

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH_MS = 150, PAGE_STEP = 10 };

static enum field_kind kind_of(const struct offers *o)
{
    return field_info(o->field)->kind;
}

static int on_screen(const struct state *st)
{
    for (int i = 0; i < st->depth; i++)
        if (st->stack[i] == SCREEN_CHOICES)
            return 1;
    return 0;
}

void choices_close(struct turn *t)
{
    struct offers *o = &t->st->offers;
    choice_list_destroy(o->list);
    *o = (struct offers){.field = o->field};
    edit_drop(t->st, SCREEN_CHOICES);
}

/* ── lists of the program's own ── */

static void put_offer(struct choice_list *list, const char *value, const char *title)
{
    struct offer *offer = &list->item[list->len++];
    (void)snprintf(offer->value, sizeof offer->value, "%.199s", value);
    (void)snprintf(offer->title, sizeof offer->title, "%.199s", title);
}

static struct choice_list *closed_list(enum field field)
{
    const char *title = NULL;
    const char *word = NULL;
    int n = 0;
    while (field_choice(field, n, NULL))
        n++;
    struct choice_list *list = choice_list_create((size_t)n + 2);
    list->len = 0;
    for (int i = 0; i < n; i++) {
        word = field_choice(field, i, &title);
        put_offer(list, word, title);
    }
    if (field_info(field)->kind == FIELD_SWITCH && n == 0) {
        put_offer(list, "t", _("yes"));
        put_offer(list, "f", _("no"));
    }
    return list;
}

/* ── models ── */

/* The names in the field as it stands, one after the other; 0 past the last. */
static int next_model(const char **at, char out[OFFER_TEXT])
{
    *at += strspn(*at, ", \n");
    size_t len = strcspn(*at, ",\n");
    size_t end = len;
    while (end > 0 && (*at)[end - 1] == ' ')
        end--;
    (void)snprintf(out, OFFER_TEXT, "%.*s", (int)(end < OFFER_TEXT ? end : OFFER_TEXT - 1), *at);
    *at += len;
    return end > 0;
}

static void chosen_text(const struct state *st, struct str *out)
{
    const struct draft_field *f = &st->form.draft.field[FIELD_OF_MODELS];
    struct str value;
    int is_null = 0;
    str_init(&value, FIELD_VALUE_MAX);
    if (form_value(st, FIELD_OF_MODELS, &value, &is_null) != FIELD_BAD) {
        if (!is_null && !(f->mixed && !f->touched))
            field_edit_text(FIELD_OF_MODELS, str_get(&value), out);
    } else if (f->touched && f->text) {
        (void)str_add(out, f->text);
    }
    str_finish(&value);
}

static int is_chosen_model(const char *text, const char *name)
{
    char model[OFFER_TEXT];
    while (next_model(&text, model))
        if (strcmp(model, name) == 0)
            return 1;
    return 0;
}

static int is_offered(const struct choice_list *list, const char *name)
{
    for (size_t i = 0; list && i < list->len; i++)
        if (strcmp(list->item[i].value, name) == 0)
            return 1;
    return 0;
}

/* What the key can use, and what is chosen already without being among that. */
static struct choice_list *model_list(const struct state *st)
{
    const struct choice_list *known = st->form.models;
    char model[OFFER_TEXT];
    struct str text;
    str_init(&text, FIELD_VALUE_MAX);
    chosen_text(st, &text);
    struct choice_list *list = choice_list_create((known ? known->len : 0) + FIELD_MODELS_MAX + 1);
    list->kind = CHOICES_MODELS;
    list->len = 0;
    const char *at = str_get(&text);
    while (list->len <= FIELD_MODELS_MAX && next_model(&at, model))
        if (!is_offered(known, model) && !is_offered(list, model))
            put_offer(list, model, model);
    for (size_t i = 0; known && i < known->len; i++)
        list->item[list->len++] = known->item[i];
    str_finish(&text);
    return list;
}

void choices_models(struct turn *t)
{
    struct offers *o = &t->st->offers;
    if (!on_screen(t->st) || kind_of(o) != FIELD_MODELS)
        return;
    choice_list_destroy(o->list);
    o->list = model_list(t->st);
}

static void toggle_model(struct turn *t, const char *name)
{
    struct state *st = t->st;
    char model[OFFER_TEXT];
    struct str before;
    struct str after;
    str_init(&before, FIELD_VALUE_MAX);
    chosen_text(st, &before);
    const char *at = str_get(&before);
    int was = is_chosen_model(at, name);
    if (*at == '{') { /* names that hold commas or blanks */
        turn_message(t, MESSAGE_INFO, "%s",
                     _("These names can only be edited as text: Esc, then type."));
        str_finish(&before);
        return;
    }
    str_init(&after, FIELD_VALUE_MAX);
    while (next_model(&at, model))
        if (strcmp(model, name) != 0)
            (void)str_addf(&after, "%s%s", after.len ? ", " : "", model);
    if (!was)
        (void)str_addf(&after, "%s%s", after.len ? ", " : "", name);
    draft_set(&st->form.draft, FIELD_OF_MODELS, str_get(&after));
    form_touched(t, FIELD_OF_MODELS);
    str_finish(&before);
    str_finish(&after);
}

/* ── questions to the database ── */

static void fill(const struct state *st, struct choice_request *r)
{
    const struct offers *o = &st->offers;
    struct str value;
    int is_null = 0;
    (void)snprintf(r->search, sizeof r->search, "%.255s", o->search.text);
    memcpy(r->connexion_id, st->form.draft.id, UUID_TEXT);
    r->kind = o->field == FIELD_OF_CLIENT_ID ? CHOICES_CLIENTS : CHOICES_ORGANISATIONS;
    if (r->kind == CHOICES_ORGANISATIONS)
        return;
    str_init(&value, FIELD_VALUE_MAX);
    if (form_value(st, FIELD_OF_ORGANISATION_ID, &value, &is_null) != FIELD_BAD && !is_null &&
        !form_field_mixed(st, FIELD_OF_ORGANISATION_ID))
        (void)snprintf(r->organisation_id, UUID_TEXT, "%.36s", str_get(&value));
    if (form_value(st, FIELD_OF_CLIENT_TYPE, &value, &is_null) != FIELD_BAD && !is_null &&
        !form_field_mixed(st, FIELD_OF_CLIENT_TYPE))
        (void)snprintf(r->client_type, sizeof r->client_type, "%.63s", str_get(&value));
    if (!r->client_type[0] && st->form.draft.kind == DRAFT_CREATE) /* the table's default */
        (void)snprintf(r->client_type, sizeof r->client_type, "%s",
                       field_choice(FIELD_OF_CLIENT_TYPE, 0, NULL));
    str_finish(&value);
}

void choices_ask(struct turn *t)
{
    struct offers *o = &t->st->offers;
    if (o->local || !on_screen(t->st))
        return;
    o->due_ms = 0;
    if (o->job) {
        o->due_ms = t->st->mono_ms + SEARCH_MS;
        return;
    }
    struct job *job = turn_job(t, JOB_CHOICES);
    if (!job)
        return;
    job->choice = mem_zero(1, sizeof *job->choice);
    fill(t->st, job->choice);
    o->job = job->id;
}

void choices_tick(struct turn *t)
{
    const struct offers *o = &t->st->offers;
    if (o->due_ms && t->st->mono_ms >= o->due_ms)
        choices_ask(t);
}

void choices_take(struct turn *t, struct event *event)
{
    struct offers *o = &t->st->offers;
    if (!event->job || event->job != o->job)
        return;
    o->job = 0;
    choice_list_destroy(o->list);
    o->list = event->choices;
    event->choices = NULL;
    if (o->cursor >= choices_shown(t->st))
        o->cursor = 0;
}

void choices_open(struct turn *t, enum field field, const char *search)
{
    struct state *st = t->st;
    struct offers *o = &st->offers;
    enum field_kind kind = field_info(field)->kind;
    const char *why = form_held(st);
    if (why) {
        turn_message(t, MESSAGE_INFO, "%s", why);
        return;
    }
    form_stop_typing(t);
    choice_list_destroy(o->list);
    *o = (struct offers){.field = field, .local = kind != FIELD_REFERENCE};
    (void)typed_insert(&o->search, search);
    turn_push(t, SCREEN_CHOICES);
    if (kind == FIELD_MODELS) {
        o->list = model_list(st);
        form_ask_models(t);
    } else if (o->local) {
        o->list = closed_list(field);
    } else {
        choices_ask(t);
    }
    int chosen = 0;
    for (int i = 0; kind != FIELD_MODELS && !*search && choices_at(st, i, &chosen); i++)
        if (chosen)
            o->cursor = i;
}

/* ── what is on screen ── */

/* Also of what the database gave: Enter must never take a line that was there before the search. */
static int passes(const struct offers *o, const struct offer *offer)
{
    return text_contains(offer->title, o->search.text) ||
           text_contains(offer->value, o->search.text);
}

int choices_shown(const struct state *st)
{
    const struct offers *o = &st->offers;
    int n = 0;
    for (size_t i = 0; o->list && i < o->list->len; i++)
        n += passes(o, &o->list->item[i]);
    return n;
}

static int is_value(const struct state *st, const struct offer *offer)
{
    const struct offers *o = &st->offers;
    struct str value;
    int is_null = 0;
    int is = 0;
    str_init(&value, FIELD_VALUE_MAX);
    if (kind_of(o) == FIELD_MODELS) {
        chosen_text(st, &value);
        is = is_chosen_model(str_get(&value), offer->value);
    } else if (!form_field_mixed(st, o->field) &&
               form_value(st, o->field, &value, &is_null) != FIELD_BAD && !is_null) {
        is = strcmp(str_get(&value), offer->value) == 0;
    }
    str_finish(&value);
    return is;
}

const struct offer *choices_at(const struct state *st, int index, int *chosen)
{
    const struct offers *o = &st->offers;
    for (size_t i = 0; o->list && i < o->list->len; i++) {
        const struct offer *offer = &o->list->item[i];
        if (!passes(o, offer) || index-- > 0)
            continue;
        if (chosen)
            *chosen = is_value(st, offer);
        return offer;
    }
    return NULL;
}

/* ── keys ── */

static void searched(struct turn *t)
{
    struct offers *o = &t->st->offers;
    o->cursor = o->top = 0;
    if (!o->local)
        o->due_ms = t->st->mono_ms + SEARCH_MS;
}

void choices_insert(struct turn *t, const struct event *event)
{
    struct offers *o = &t->st->offers;
    const char *text = event->text ? event->text : "";
    if (event->flag || typed_insert(&o->search, text)) {
        turn_message(t, MESSAGE_WARN, _("The line is full: at most %d bytes."), TYPED_MAX - 1);
        return;
    }
    searched(t);
}

static void take_reference(struct form *form, const struct offer *offer, enum field field)
{
    if (field == FIELD_OF_ORGANISATION_ID) {
        memcpy(form->organisation_nom, offer->title, sizeof form->organisation_nom);
    } else {
        memcpy(form->client_nom, offer->title, sizeof form->client_nom);
        memcpy(form->client_organisation, offer->organisation_id, UUID_TEXT);
    }
}

static void take_one(struct turn *t)
{
    struct state *st = t->st;
    struct offers *o = &st->offers;
    struct form *form = &st->form;
    const struct offer *offer = choices_at(st, o->cursor, NULL);
    enum field field = o->field;
    if (!offer) {
        turn_message(t, MESSAGE_INFO, "%s", _("Nothing on the list has this in its name."));
        return;
    }
    draft_set(&form->draft, field, offer->value);
    if (kind_of(o) == FIELD_REFERENCE)
        take_reference(form, offer, field);
    if (!draft_changes(&form->draft, field))
        draft_clear(&form->draft, field);
    choices_close(t);
    form_touched(t, field);
}

/* Among models what was typed is an entry of its own; an empty line is the end. */
static void take_model(struct turn *t)
{
    struct offers *o = &t->st->offers;
    char name[OFFER_TEXT];
    size_t len = o->search.len;
    if (len == 0 || len >= sizeof name) {
        choices_close(t);
        return;
    }
    const struct offer *offer =
        choices_shown(t->st) > 0 ? choices_at(t->st, o->cursor, NULL) : NULL;
    (void)snprintf(name, sizeof name, "%.199s", offer ? offer->value : o->search.text);
    typed_wipe(&o->search);
    toggle_model(t, name);
    choices_models(t);
    o->cursor = 0;
}

static void toggle_current(struct turn *t)
{
    const struct offer *offer = choices_at(t->st, t->st->offers.cursor, NULL);
    char name[OFFER_TEXT];
    if (!offer)
        return;
    memcpy(name, offer->value, sizeof name);
    toggle_model(t, name);
}

static void move(struct state *st, int delta)
{
    struct offers *o = &st->offers;
    int len = choices_shown(st);
    int to = o->cursor + delta;
    to = to >= len ? len - 1 : to;
    o->cursor = to < 0 ? 0 : to;
}

static int move_command(struct state *st, enum command command)
{
    switch ((int)command) {
    case CMD_LINE_UP:
        move(st, -1);
        return 1;
    case CMD_LINE_DOWN:
        move(st, 1);
        return 1;
    case CMD_LINES_UP:
        move(st, -PAGE_STEP);
        return 1;
    case CMD_LINES_DOWN:
        move(st, PAGE_STEP);
        return 1;
    default:
        return 0;
    }
}

int choices_command(struct turn *t, enum command command)
{
    struct offers *o = &t->st->offers;
    if (move_command(t->st, command))
        return 1;
    switch ((int)command) {
    case CMD_CHOICES_TOGGLE:
        toggle_current(t);
        return 1;
    case CMD_CHOICES_TAKE:
        if (kind_of(o) == FIELD_MODELS)
            take_model(t);
        else
            take_one(t);
        return 1;
    case CMD_CHOICES_LEAVE:
    case CMD_BACK:
        choices_close(t);
        return 1;
    default:
        break;
    }
    int rc = typed_edit(&o->search, command);
    if (rc == 1)
        searched(t);
    return rc >= 0;
}
