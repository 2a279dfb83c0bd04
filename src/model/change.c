#include "config.h"

#include "model/change.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct outcome_info outcomes[OUTCOME_COUNT] = {
#define OUTCOME(id, word, title, role, sentence) [OUTCOME_##id] = {word, title, sentence},
#include "model/outcome.def"
#undef OUTCOME
};

const struct outcome_info *outcome_info(enum change_outcome outcome)
{
    return &outcomes[outcome];
}

int outcome_find(const char *word)
{
    for (int i = 0; i < OUTCOME_COUNT; i++)
        if (strcmp(outcomes[i].word, word) == 0)
            return i;
    return -1;
}

struct change_set *change_set_create(size_t len)
{
    struct change_set *set = mem_zero(1, sizeof *set);
    set->len = len;
    set->item = len > 0 ? mem_zero(len, sizeof *set->item) : NULL;
    return set;
}

struct change_set *change_set_copy(const struct change_set *set)
{
    struct change_set *copy = change_set_create(set->len);
    memcpy(copy->batch, set->batch, sizeof copy->batch);
    copy->all_or_nothing = set->all_or_nothing;
    for (size_t i = 0; i < set->len; i++) {
        copy->item[i] = set->item[i];
        for (int f = 0; f < FIELD_COUNT; f++) {
            struct change_value *v = &copy->item[i].field[f];
            v->value = mem_dup_null(v->value);
            v->seen = mem_dup_null(v->seen);
        }
    }
    return copy;
}

static void drop(enum field field, char *text)
{
    if (text && field_info(field)->kind == FIELD_SECRET)
        mem_wipe(text, strlen(text));
    free(text);
}

void change_set_destroy(struct change_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++) {
            drop((enum field)f, set->item[i].field[f].value);
            drop((enum field)f, set->item[i].field[f].seen);
        }
    free(set->item);
    free(set);
}

void change_put(struct change *change, enum field field, const char *value)
{
    struct change_value *v = &change->field[field];
    char *copy = mem_dup_null(value);
    drop(field, v->value);
    v->set = 1;
    v->value = copy;
}

void change_put_seen(struct change *change, enum field field, const char *seen)
{
    struct change_value *v = &change->field[field];
    char *copy = mem_dup_null(seen);
    drop(field, v->seen);
    v->has_seen = 1;
    v->seen = copy;
}

int change_fields(const struct change *change)
{
    int n = 0;
    for (int f = 0; f < FIELD_COUNT; f++)
        n += change->field[f].set;
    return n;
}

struct change_results *change_results_create(size_t len)
{
    struct change_results *results = mem_zero(1, sizeof *results);
    results->len = len;
    results->item = len > 0 ? mem_zero(len, sizeof *results->item) : NULL;
    for (size_t i = 0; i < len; i++)
        results->item[i].field = -1;
    return results;
}

void change_results_destroy(struct change_results *results)
{
    if (!results)
        return;
    for (size_t i = 0; i < results->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++)
            free(results->item[i].theirs[f]);
    free(results->item);
    free(results);
}
