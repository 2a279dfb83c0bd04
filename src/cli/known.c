#include "config.h"

#include "cli/known.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024 };

struct known {
    struct known_one *place;
    size_t places; /* a power of two */
    size_t len;
};

struct known *known_create(void)
{
    struct known *k = mem_zero(1, sizeof *k);
    k->places = FIRST;
    k->place = mem_zero(k->places, sizeof *k->place);
    return k;
}

void known_destroy(struct known *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->places; i++)
        free(k->place[i].account);
    free(k->place);
    free(k);
}

/* FNV-1a. */
static size_t hash(const char *id)
{
    uint64_t h = 14695981039346656037U;
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * 1099511628211U;
    return (size_t)(h ^ (h >> 32));
}

static struct known_one *find(const struct known *k, const char *id)
{
    size_t i = hash(id) & (k->places - 1);
    while (k->place[i].id[0] && strcmp(k->place[i].id, id) != 0)
        i = (i + 1) & (k->places - 1);
    return &k->place[i];
}

static void grow(struct known *k)
{
    struct known bigger = {.places = k->places * 2, .len = k->len};
    bigger.place = mem_zero(bigger.places, sizeof *bigger.place);
    for (size_t i = 0; i < k->places; i++)
        if (k->place[i].id[0])
            *find(&bigger, k->place[i].id) = k->place[i];
    free(k->place);
    *k = bigger;
}

struct known_one *known_at(struct known *k, const char *id)
{
    struct known_one *one = find(k, id);
    if (one->id[0])
        return one;
    if (k->len >= KNOWN_MAX)
        return NULL;
    if (k->len >= k->places / 2) {
        grow(k);
        one = find(k, id);
    }
    k->len++;
    (void)snprintf(one->id, sizeof one->id, "%s", id);
    return one;
}

void known_account(struct known_one *one, const char *account)
{
    if (!one)
        return;
    free(one->account);
    one->account = account ? mem_dup_len(account, strnlen(account, KNOWN_ACCOUNT)) : NULL;
}
