#include "config.h"

#include "openai/models.h"

#include "openai/body.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 128, IDS_MAX = 20000, DATE_SIZE = 11, WORDS_MAX = 1024 };

struct entry {
    char *id;
    char shutdown[DATE_SIZE]; /* "" for none */
};

struct models {
    char *body; /* owned; NULL: nothing read */
    size_t len;
    int is_list;
    struct entry *entry; /* by id */
    size_t entries;
    char *allowed; /* owned; what words is about, NULL when stale */
    char words[WORDS_MAX];
};

int models_url(char *out, size_t size, const char *base)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    int n = snprintf(out, size, "%.*s/models", (int)len, base);
    return n < 0 || (size_t)n >= size ? -1 : 0;
}

struct models *models_create(void)
{
    return mem_zero(1, sizeof(struct models));
}

static void forget(struct models *m)
{
    for (size_t i = 0; i < m->entries; i++)
        free(m->entry[i].id);
    free(m->entry);
    free(m->body);
    free(m->allowed);
    *m = (struct models){0};
}

void models_destroy(struct models *m)
{
    if (m)
        forget(m);
    free(m);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->id, ((const struct entry *)b)->id);
}

static int is_date(const char *text)
{
    static const char shape[] = "dddd-dd-dd";
    for (int i = 0; i < DATE_SIZE - 1; i++)
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != '-')
            return 0;
    return text[DATE_SIZE - 1] == '\0';
}

/* An id that no allowed name could be is left out; one that is no text breaks the list. */
static int take_entry(struct models *m, struct json_object *model)
{
    struct json_object *id = body_member(model, "id");
    struct json_object *date = body_member(model, "shutdown_date");
    if (!json_object_is_type(id, json_type_string))
        return -1;
    const char *name = json_object_get_string(id);
    size_t len = (size_t)json_object_get_string_len(id);
    if (len == 0 || len > ID_MAX || strlen(name) != len)
        return 0;
    struct entry *entry = &m->entry[m->entries++];
    *entry = (struct entry){.id = mem_dup_len(name, len)};
    const char *day =
        json_object_is_type(date, json_type_string) ? json_object_get_string(date) : "";
    if (is_date(day))
        memcpy(entry->shutdown, day, DATE_SIZE);
    return 0;
}

static int take_list(struct models *m, struct json_object *root)
{
    struct json_object *kind = body_member(root, "object");
    struct json_object *data = body_member(root, "data");
    if (kind && (!json_object_is_type(kind, json_type_string) ||
                 strcmp(json_object_get_string(kind), "list") != 0))
        return -1;
    if (!json_object_is_type(data, json_type_array))
        return -1;
    size_t count = json_object_array_length(data);
    if (count > IDS_MAX)
        return -1;
    m->entry = mem_zero(count + 1, sizeof *m->entry);
    for (size_t i = 0; i < count; i++)
        if (take_entry(m, json_object_array_get_idx(data, i)))
            return -1;
    qsort(m->entry, m->entries, sizeof *m->entry, by_id);
    return 0;
}

int models_read(struct models *m, const char *body, size_t len)
{
    if (m->body && m->len == len && memcmp(m->body, body, len) == 0)
        return m->is_list ? 0 : -1;
    forget(m);
    struct json_object *root = body_parse(body, len);
    m->is_list = root && take_list(m, root) == 0;
    json_object_put(root);
    m->body = mem_dup_len(body, len);
    m->len = len;
    return m->is_list ? 0 : -1;
}

/* Adds a name to one of the two lists. */
static void name_it(struct str *s, const char *title, const char *name, const char *date)
{
    (void)str_addf(s, "%s%s%s%s", s->len > 0 ? ", " : title, name, date[0] ? " " : "", date);
}

static void compare(struct models *m, const char *allowed, struct str *missing, struct str *ending)
{
    char name[ID_MAX + 1];
    int null = 0;
    const char *p = list_start(allowed);
    while (p && (p = list_next(p, name, sizeof name, &null))) {
        struct entry wanted = {.id = name};
        const struct entry *found =
            m->entries > 0 ? bsearch(&wanted, m->entry, m->entries, sizeof wanted, by_id) : NULL;
        if (null || !name[0])
            continue;
        if (!found)
            name_it(missing, _("not offered: "), name, "");
        else if (found->shutdown[0])
            name_it(ending, _("ends: "), name, found->shutdown);
    }
}

static void make_words(struct models *m, const char *allowed)
{
    struct str missing;
    struct str ending;
    str_init(&missing, WORDS_MAX);
    str_init(&ending, WORDS_MAX);
    compare(m, allowed, &missing, &ending);
    if (missing.len > 0 && ending.len > 0)
        (void)str_add(&missing, "; ");
    (void)str_add(&missing, str_get(&ending));
    char *clean = text_scrub(str_get(&missing), missing.len, sizeof m->words - 1);
    (void)snprintf(m->words, sizeof m->words, "%s", clean);
    free(clean);
    str_finish(&missing);
    str_finish(&ending);
    free(m->allowed);
    m->allowed = mem_dup(allowed);
}

void models_words(struct models *m, const char *allowed, char *words, size_t size)
{
    words[0] = '\0';
    if (!m->is_list || !allowed)
        return;
    if (!m->allowed || strcmp(m->allowed, allowed) != 0)
        make_words(m, allowed);
    char *fit = text_scrub(m->words, strlen(m->words), size - 1);
    (void)snprintf(words, size, "%s", fit);
    free(fit);
}

const char *models_at(const struct models *m, size_t index)
{
    return m->is_list && index < m->entries ? m->entry[index].id : NULL;
}

int models_parse(const char *body, size_t len, const char *allowed, char *words, size_t size)
{
    struct models *m = models_create();
    int rc = models_read(m, body, len);
    models_words(m, allowed, words, size);
    models_destroy(m);
    return rc;
}
