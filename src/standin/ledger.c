#include "config.h"

#include "standin/ledger.h"

#include "base/mem.h"
#include "standin/instant.h"
#include "standin/json.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64, CURRENCY_MAX = 8, TEXT_MAX = 200 };

static const char *const kinds[USAGE_KINDS] = {
#define USAGE(name, path, object, count, request_field, groups) path,
#include "standin/usage.def"
#undef USAGE
};

void ledger_init(struct ledger *l)
{
    *l = (struct ledger){0};
}

static void drop(struct entry *entry)
{
    free((void *)(uintptr_t)entry->organisation);
    free((void *)(uintptr_t)entry->project);
    free((void *)(uintptr_t)entry->key);
    free((void *)(uintptr_t)entry->item);
    free((void *)(uintptr_t)entry->currency);
    free((void *)(uintptr_t)entry->raw);
}

void ledger_clear(struct ledger *l)
{
    for (size_t i = 0; i < l->costs_len; i++)
        drop(&l->costs[i]);
    for (size_t i = 0; i < l->usage_len; i++)
        drop(&l->usage[i]);
    l->costs_len = l->usage_len = 0;
}

void ledger_finish(struct ledger *l)
{
    ledger_clear(l);
    free(l->costs);
    free(l->usage);
    ledger_init(l);
}

static int push(struct entry **list, size_t *len, size_t *cap, const struct entry *entry,
                struct err *e)
{
    if (*len >= LEDGER_MAX)
        return err_set(e, ERR_LIMIT, "the ledger holds %d lines already", LEDGER_MAX);
    if (*len == *cap) {
        *cap = *cap ? *cap * 2 : FIRST;
        *list = mem_grow(*list, *cap, sizeof **list);
    }
    (*list)[(*len)++] = *entry;
    return 0;
}

static int read_text(const char **out, json_object *from, const char *name, struct err *e)
{
    const char *text = json_get_text(from, name, NULL);
    if (text && strlen(text) > TEXT_MAX)
        return err_set(e, ERR_LIMIT, "%s has more than %d characters", name, TEXT_MAX);
    *out = text && *text ? mem_dup(text) : NULL;
    return 0;
}

static int read_common(struct entry *entry, json_object *from, const char *item, struct err *e)
{
    const char *at = json_get_scalar(from, "at", NULL);
    if (!at || instant_parse(at, &entry->at))
        return err_set(e, ERR_USAGE, "\"at\" is a day or an instant, in UTC");
    int rc = read_text(&entry->organisation, from, "organization", e);
    if (rc == 0)
        rc = read_text(&entry->project, from, "project", e);
    if (rc == 0)
        rc = read_text(&entry->key, from, "key", e);
    return rc ? rc : read_text(&entry->item, from, item, e);
}

int ledger_add_cost(struct ledger *l, json_object *from, struct err *e)
{
    struct entry entry = {0};
    const char *amount = json_get_scalar(from, "amount", NULL);
    const char *currency = json_get_text(from, "currency", "usd");
    int rc = read_common(&entry, from, "line", e);
    if (rc == 0 && (!amount || strlen(amount) >= AMOUNT_RAW_MAX || dec_parse(&entry.value, amount)))
        rc = err_set(e, ERR_USAGE, "\"amount\" is no decimal that can be summed exactly");
    if (rc == 0 && strlen(currency) >= CURRENCY_MAX)
        rc = err_set(e, ERR_USAGE, "\"currency\" is three letters");
    if (rc == 0) {
        entry.raw = mem_dup(amount);
        entry.currency = mem_dup(currency);
        rc = push(&l->costs, &l->costs_len, &l->costs_cap, &entry, e);
    }
    if (rc)
        drop(&entry);
    return rc;
}

static int kind_of(const char *name)
{
    for (int i = 0; i < USAGE_KINDS; i++)
        if (strcmp(name, kinds[i]) == 0)
            return i;
    return -1;
}

int ledger_add_usage(struct ledger *l, json_object *from, struct err *e)
{
    struct entry entry = {0};
    int kind = kind_of(json_get_text(from, "endpoint", "completions"));
    int rc = read_common(&entry, from, "model", e);
    entry.requests = json_get_int(from, "requests", -1);
    entry.input = json_get_int(from, "input", 0);
    entry.output = json_get_int(from, "output", 0);
    entry.cached = json_get_int(from, "cached", 0);
    if (rc == 0 && kind < 0)
        rc = err_set(e, ERR_USAGE, "\"endpoint\" is none of usage's");
    if (rc == 0 && (entry.requests < 0 || entry.input < 0 || entry.output < 0))
        rc = err_set(e, ERR_USAGE, "\"requests\", \"input\" and \"output\" are whole numbers");
    if (rc == 0 && (entry.cached < 0 || entry.cached > entry.input))
        rc = err_set(e, ERR_USAGE, "\"cached\" is a part of \"input\"");
    if (rc == 0) {
        entry.kind = (enum usage_kind)kind;
        rc = push(&l->usage, &l->usage_len, &l->usage_cap, &entry, e);
    }
    if (rc)
        drop(&entry);
    return rc;
}
