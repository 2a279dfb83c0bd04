#include "config.h"

#include "model/connexion.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct connexion *connexion_create(void)
{
    struct connexion *c = mem_zero(1, sizeof *c);
    c->status = STATUS_UNKNOWN;
    c->quota_permille = -1;
    c->budget_permille = -1;
    c->client_link = CLIENT_MISSING;
    return c;
}

struct connexion *connexion_copy(const struct connexion *c)
{
    struct connexion *copy = mem_alloc(sizeof *copy);
    *copy = *c;
    for (int i = 0; i < COLUMN_COUNT; i++)
        copy->col[i] = mem_dup_null(c->col[i]);
    for (int i = 0; i < KEYSET_PARTS; i++)
        copy->keyset[i] = mem_dup_null(c->keyset[i]);
    copy->organisation_nom = mem_dup_null(c->organisation_nom);
    copy->client_nom = mem_dup_null(c->client_nom);
    return copy;
}

void connexion_destroy(struct connexion *c)
{
    if (!c)
        return;
    for (int i = 0; i < COLUMN_COUNT; i++)
        free(c->col[i]);
    for (int i = 0; i < KEYSET_PARTS; i++)
        free(c->keyset[i]);
    free(c->organisation_nom);
    free(c->client_nom);
    free(c);
}

static const struct {
    const char *word;
    const char *title;
} statuses[] = {
#define STATUS(id, word, title, role) {word, title},
#include "model/status.def"
#undef STATUS
};

enum status status_parse(const char *word)
{
    for (int i = 0; word && i < STATUS_COUNT; i++)
        if (strcmp(statuses[i].word, word) == 0)
            return (enum status)i;
    return STATUS_UNKNOWN;
}

const char *status_word(enum status status)
{
    return status < STATUS_COUNT ? statuses[status].word : "?";
}

const char *status_title(enum status status)
{
    return status < STATUS_COUNT ? _(statuses[status].title) : "?";
}

static const struct {
    const char *word;
    const char *title;
} client_types[] = {
#define CLIENT_TYPE(id, word, title) {word, title},
#include "model/client_type.def"
#undef CLIENT_TYPE
};

enum { CLIENT_TYPES = sizeof client_types / sizeof client_types[0] };

const char *client_type_title(const char *word)
{
    for (int i = 0; i < CLIENT_TYPES; i++)
        if (strcmp(client_types[i].word, word) == 0)
            return _(client_types[i].title);
    return word;
}

const char *client_type_word(int index)
{
    return index >= 0 && index < CLIENT_TYPES ? client_types[index].word : NULL;
}
