#include "config.h"

#include "cli/refer.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/fetch.h"
#include "cli/fetch_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CLEAN_MAX = 100 };

static void put(struct assign *a, enum field field, const char *text)
{
    char *copy = mem_dup(text);
    free(a->text[field]);
    a->text[field] = copy;
}

static int is_name(const struct assign *a, enum field field)
{
    char id[UUID_TEXT];
    return a->set[field] && a->text[field] && *a->text[field] && !fetch_uuid(a->text[field], id);
}

static int organisation_id(struct edits *e, struct assign *a)
{
    struct page_request request;
    page_request_init(&request);
    int rc = fetch_scope(e->session, &e->proof, a->text[FIELD_OF_ORGANISATION_ID], &request,
                         &e->cli->err);
    if (rc == 0)
        put(a, FIELD_OF_ORGANISATION_ID, request.organisation);
    page_request_finish(&request);
    return rc;
}

/* The one offer that is meant: whose name is the text, or the only one that has it. */
static const struct offer *meant(const struct choice_list *list, const char *text)
{
    const struct offer *only = NULL;
    int n = 0;
    for (size_t i = 0; i < list->len; i++) {
        if (text_compare(list->item[i].title, text) == 0)
            return &list->item[i];
        if (text_contains(list->item[i].title, text)) {
            only = &list->item[i];
            n++;
        }
    }
    return n == 1 && !list->more ? only : NULL;
}

static int client_id(struct edits *e, struct assign *a, const char *organisation, const char *type)
{
    struct choice_request request = {.kind = CHOICES_CLIENTS};
    struct choice_list *list = NULL;
    struct err *err = &e->cli->err;
    const char *text = a->text[FIELD_OF_CLIENT_ID];
    char *clean = text_scrub(text, strlen(text), CLEAN_MAX);
    (void)snprintf(request.organisation_id, UUID_TEXT, "%s", organisation);
    (void)snprintf(request.client_type, sizeof request.client_type, "%s", type);
    (void)snprintf(request.search, sizeof request.search, "%s", clean);
    int rc = fetch_choices(e->session, &request, &list, err);
    const struct offer *offer = rc == 0 ? meant(list, clean) : NULL;
    if (offer)
        put(a, FIELD_OF_CLIENT_ID, offer->value);
    else if (rc == 0 && list->len > 1)
        rc = err_set(err, ERR_USAGE, _("More than one client has “%s” in its name."), clean);
    else if (rc == 0)
        rc = err_set(err, ERR_NOT_FOUND,
                     _("No client of that kind and organisation is called “%s”."), clean);
    choice_list_destroy(list);
    free(clean);
    return rc;
}

/* The canonical value of a field that is set by words. */
static const char *chosen(const struct assign *a, enum field field, const char *fallback)
{
    return a->set[field] && a->text[field] ? a->text[field] : fallback;
}

static const char *chosen_type(const struct assign *a, const char *fallback)
{
    const char *text = chosen(a, FIELD_OF_CLIENT_TYPE, NULL);
    const char *title = NULL;
    const char *word;
    for (int i = 0; text && (word = field_choice(FIELD_OF_CLIENT_TYPE, i, &title)); i++)
        if (text_compare(text, word) == 0 || text_compare(text, title) == 0)
            return word;
    return fallback;
}

int refer_names(struct edits *e, struct assign *a, const char *organisation, const char *type)
{
    int rc = 0;
    if (is_name(a, FIELD_OF_ORGANISATION_ID))
        rc = organisation_id(e, a);
    if (rc == 0 && is_name(a, FIELD_OF_CLIENT_ID))
        rc = client_id(e, a, chosen(a, FIELD_OF_ORGANISATION_ID, organisation),
                       chosen_type(a, *type ? type : client_type_word(0)));
    return rc;
}

static struct choice_list *ask(struct edits *e, const struct choice_request *request)
{
    struct choice_list *list = NULL;
    struct err unimportant = {0};
    (void)fetch_choices(e->session, request, &list, &unimportant);
    return list;
}

static void ask_models(struct refer *r, struct edits *e, const struct draft *d)
{
    struct choice_request request = {.kind = CHOICES_MODELS};
    (void)snprintf(request.connexion_id, UUID_TEXT, "%s", d->id[0] ? d->id : d->copy_of);
    struct choice_list *list = request.connexion_id[0] ? ask(e, &request) : NULL;
    if (!list || list->len == 0) {
        choice_list_destroy(list);
        return;
    }
    r->models = mem_zero(list->len, sizeof *r->models);
    for (size_t i = 0; i < list->len; i++)
        r->models[i] = list->item[i].value;
    r->choices = list;
    if (list->more)
        return; /* what is not among them may be usable all the same */
    r->facts.models = r->models;
    r->facts.models_len = (int)list->len;
}

static void ask_same_key(struct refer *r, struct edits *e, const struct draft *d)
{
    struct choice_request request = {.kind = CHOICES_SAME_KEY};
    (void)snprintf(request.connexion_id, UUID_TEXT, "%s", d->id);
    (void)snprintf(request.secret, sizeof request.secret, "%s", d->field[FIELD_OF_API_KEY].text);
    struct choice_list *list = ask(e, &request);
    mem_wipe(request.secret, sizeof request.secret);
    r->facts.key_elsewhere = list ? list->count : 0;
    choice_list_destroy(list);
}

/* Canonical text of a field as the draft stands; "" for NULL. */
static void value_of(const struct draft *d, enum field field, char *buf, size_t size)
{
    struct str out;
    char problem[FIELD_PROBLEM];
    int is_null = 0;
    str_init(&out, size - 1);
    (void)draft_value(d, field, NULL, &out, &is_null, problem);
    (void)snprintf(buf, size, "%s", str_get(&out));
    str_finish(&out);
}

/* A client that is not among those of the organisation and kind belongs to another one. */
static void ask_client(struct refer *r, struct edits *e, const struct draft *d)
{
    static const char elsewhere[] = "-";
    static const char here[] = "+";
    struct choice_request request = {.kind = CHOICES_CLIENTS};
    char client[UUID_TEXT];
    value_of(d, FIELD_OF_ORGANISATION_ID, request.organisation_id, UUID_TEXT);
    value_of(d, FIELD_OF_CLIENT_TYPE, request.client_type, sizeof request.client_type);
    value_of(d, FIELD_OF_CLIENT_ID, client, sizeof client);
    if (!request.client_type[0])
        (void)snprintf(request.client_type, sizeof request.client_type, "%s", client_type_word(0));
    if (!request.organisation_id[0] || !client[0])
        return;
    struct choice_list *list = ask(e, &request);
    int found = !list || list->more;
    for (size_t i = 0; list && i < list->len && !found; i++)
        found = strcasecmp(list->item[i].value, client) == 0;
    r->facts.organisation = here;
    r->facts.client_organisation = found ? here : elsewhere;
    choice_list_destroy(list);
}

void refer_facts(struct refer *r, struct edits *e, const struct draft *d,
                 const struct connexion *row)
{
    *r = (struct refer){.models = NULL};
    if (row) {
        r->facts.cost_now = row->col[COL_COST];
        r->facts.use_now = row->col[COL_DAY_USE];
    }
    if (d->field[FIELD_OF_MODELS].touched && !d->field[FIELD_OF_MODELS].null)
        ask_models(r, e, d);
    if (d->field[FIELD_OF_API_KEY].touched && d->field[FIELD_OF_API_KEY].text)
        ask_same_key(r, e, d);
    if (d->field[FIELD_OF_CLIENT_ID].touched || d->field[FIELD_OF_ORGANISATION_ID].touched)
        ask_client(r, e, d);
}

void refer_finish(struct refer *r)
{
    free(r->models);
    choice_list_destroy(r->choices);
    *r = (struct refer){.models = NULL};
}

int refer_check(struct edits *e, const struct draft *d, const struct field_facts *facts)
{
    char problem[FIELD_PROBLEM];
    char text[FIELD_PROBLEM + NAME_TEXT];
    for (int f = 0; f < FIELD_COUNT; f++) {
        enum field field = (enum field)f;
        enum field_grade grade = draft_check(d, field, facts, problem);
        if (grade == FIELD_BAD && (d->field[f].touched || d->kind == DRAFT_CREATE)) {
            (void)snprintf(text, sizeof text, "%s%s%s",
                           _(column_info(field_info(field)->column)->title), _(": "), problem);
            edits_drop(e, text);
            return 1;
        }
        if (grade == FIELD_WARNING && draft_changes(d, field))
            edits_warn(e, field, problem);
    }
    return 0;
}
