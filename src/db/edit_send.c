#include "config.h"

#include "db/edit_send.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PADS_AT_ONCE = 1000, NUMBER_TEXT = 24, SAVE_VALUES = 4 };

const char *edit_kind_title(const char *kind)
{
    static const char *const titles[][2] = {
        {"edit", N_("edit")},         {"create", N_("creation")}, {"new", N_("creation")},
        {"delete", N_("deletion")},   {"switch", N_("switch")},   {"on", N_("switching on")},
        {"off", N_("switching off")}, {"import", N_("import")},   {"restore", N_("restoration")},
        {"repeat", N_("edit")},       {"bulk", N_("edit")}};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(titles[i][0], kind) == 0)
            return _(titles[i][1]);
    return kind;
}

void edit_parts_finish(struct edit_parts *parts)
{
    for (int i = 0; i < parts->parts; i++)
        free(parts->text[i]);
    free(parts->text);
    free(parts->query);
    free(parts->value);
    free(parts->first);
    *parts = (struct edit_parts){.query = NULL};
}

static int add_part(struct edit_parts *parts, const struct change_set *set, const size_t *order,
                    const struct pad *pads, size_t *from, size_t *pad, struct err *e)
{
    struct str text;
    int n = parts->parts;
    str_init(&text, PLAN_PART_MAX);
    parts->first = mem_grow(parts->first, (size_t)n + 2, sizeof *parts->first);
    parts->first[n] = *from;
    int rc = plan_part(&text, set, order, from, pads, pad, e);
    parts->first[n + 1] = *from;
    parts->text = mem_grow(parts->text, (size_t)n + 1, sizeof *parts->text);
    parts->text[n] = str_take(&text);
    parts->parts = n + 1;
    str_finish(&text);
    return rc;
}

static void make_queries(struct edit_parts *parts, const struct change_set *set, const char *kind)
{
    const size_t room = (size_t)parts->parts + 1;
    parts->query = mem_zero(room, sizeof *parts->query);
    parts->value = mem_zero(room, sizeof *parts->value);
    for (int i = 0; i < parts->parts; i++) {
        const char **value = parts->value[i];
        value[0] = kind ? set->batch : parts->text[i];
        value[1] = kind;
        value[2] = parts->text[i];
        value[3] = set->all_or_nothing ? "t" : "f";
        parts->query[i] = (struct query){kind ? STMT_EDIT_SAVE : STMT_EDIT_PREVIEW,
                                         kind ? SAVE_VALUES : 1, value};
    }
    parts->len = parts->parts;
    if (kind && set->all_or_nothing && parts->parts > 1)
        parts->query[parts->len++] = (struct query){.stmt = STMT_EDIT_END};
}

int edit_parts_make(struct edit_parts *parts, const struct change_set *set, const char *kind,
                    const size_t *order, const struct pad *pads, struct err *e)
{
    int rc = 0;
    size_t from = 0;
    size_t pad = 0;
    size_t *plain = NULL;
    *parts = (struct edit_parts){.query = NULL};
    if (!order && set->len > 0) {
        plain = mem_zero(set->len, sizeof *plain);
        for (size_t i = 0; i < set->len; i++)
            plain[i] = i;
        order = plain;
    }
    do
        rc = add_part(parts, set, order, pads, &from, &pad, e);
    while (rc == 0 && from < set->len);
    free(plain);
    if (rc == 0)
        make_queries(parts, set, kind);
    return rc;
}

struct ask_pads {
    edit_pads_done got;
    void *arg;
    size_t count;
};

static void got_pads(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_pads *ask = arg;
    struct pad *pads = count > 0 ? mem_zero(ask->count + 1, sizeof *pads) : NULL;
    struct err wrong = {0};
    size_t n = 0;
    for (int i = 0; i < count; i++)
        for (int row = 0; row < PQntuples(results[i]) && n < ask->count; row++, n++)
            if (pad_read(&pads[n], row_named(results[i], row, "id"),
                         row_named(results[i], row, "pad")) < 0)
                count = 0; /* no pad: fewer than asked for */
    if (pads && (count == 0 || n < ask->count))
        (void)err_set(&wrong, ERR_DATABASE, "%s",
                      _("The server does not say how a key is to be hidden."));
    ask->got(ask->arg, wrong.code == ERR_OK ? pads : NULL, wrong.code == ERR_OK ? n : 0,
             wrong.code == ERR_OK ? e : &wrong);
    if (pads)
        mem_wipe(pads, (ask->count + 1) * sizeof *pads);
    free(pads);
    free(ask);
}

int edit_pads(struct session *s, enum transaction kind, size_t count, edit_pads_done got, void *arg,
              struct err *e)
{
    const size_t n = (count + PADS_AT_ONCE - 1) / PADS_AT_ONCE;
    struct query *queries = mem_zero(n, sizeof *queries);
    char most[NUMBER_TEXT];
    char rest[NUMBER_TEXT];
    const char *const full[] = {most};
    const char *const last[] = {rest};
    (void)snprintf(most, sizeof most, "%d", PADS_AT_ONCE);
    (void)snprintf(rest, sizeof rest, "%zu", count - (n - 1) * PADS_AT_ONCE);
    for (size_t i = 0; i < n; i++)
        queries[i] = (struct query){STMT_EDIT_PADS, 1, i + 1 < n ? full : last};
    struct ask_pads *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_pads){got, arg, count};
    int rc = session_send(s, kind, queries, (int)n, got_pads, ask, e);
    if (rc < 0)
        free(ask);
    free(queries);
    return rc;
}
