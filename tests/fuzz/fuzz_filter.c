/* Any text as a filter: it is taken whole or refused with a sentence and nothing left behind. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"
#include "model/filter.h"

#include <string.h>

static void bounded(const char text[FILTER_WORD_MAX])
{
    PROMISE(memchr(text, '\0', FILTER_WORD_MAX));
    char *clean = text_scrub(text, strlen(text), (size_t)FILTER_WORD_MAX * 4);
    PROMISE(strcmp(clean, text) == 0);
    free(clean);
}

static void ordered(const struct filter_range *r)
{
    PROMISE(r->min >= -1 && r->max >= -1);
    PROMISE(r->max < 0 || r->min <= r->max);
}

static void taken(const struct filter *f, const char *text)
{
    PROMISE(f->words >= 0 && f->words <= FILTER_WORDS);
    for (int i = 0; i < f->words; i++)
        bounded(f->word[i]);
    for (int i = 0; i < f->words; i++)
        PROMISE(f->word[i][0]);
    bounded(f->organisation);
    bounded(f->client);
    bounded(f->model);
    ordered(&f->budget);
    ordered(&f->quota);
    PROMISE(f->states < 1U << STATUS_COUNT);
    PROMISE(f->active >= -1 && f->active <= 1);
    PROMISE(filter_is_empty(f) == (text[strspn(text, " \t\n")] == '\0'));
}

static void refused(const struct filter *f, const struct err *e)
{
    struct filter empty;
    filter_init(&empty);
    PROMISE(memcmp(f, &empty, sizeof empty) == 0);
    PROMISE(e->code == ERR_USAGE && e->text[0]);
    char *clean = text_scrub(e->text, strlen(e->text), sizeof e->text * 4);
    PROMISE(strcmp(clean, e->text) == 0);
    free(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct filter f;
    struct err e = {0};
    char *text = malloc(size + 1);
    PROMISE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    if (filter_parse(&f, text, &e) == 0)
        taken(&f, text);
    else
        refused(&f, &e);
    free(text);
    return 0;
}
