/* Any body as each part of a project's limits, its first byte chooses: refused, or every name can
 * stand in an address and every figure keeps its bounds; a plan can be made of it. */
#include "config.h"

#include "fuzz.h"

#include "openai/limits.h"

#include <stdlib.h>
#include <string.h>

static void is_word(const char *text, size_t size)
{
    PROMISE(memchr(text, '\0', size));
    for (; *text; text++)
        PROMISE(*text > 0x20 && *text < 0x7f);
}

static void is_id(const char *id)
{
    is_word(id, PROVIDER_ID);
    PROMISE(id[0] && id[0] != '.' && !strpbrk(id, "\"\\"));
}

static void check(const struct provider_seen *seen)
{
    PROMISE(seen->alerts <= PROVIDER_ALERTS_MAX && seen->rates <= PROVIDER_RATES_MAX);
    for (int i = 0; i < seen->alerts; i++) {
        is_id(seen->alert[i].id);
        PROMISE(seen->alert[i].cents >= 0);
        is_word(seen->alert[i].mails, sizeof seen->alert[i].mails);
    }
    for (int i = 0; i < seen->rates; i++) {
        is_id(seen->rate[i].id);
        is_word(seen->rate[i].model, PROVIDER_ID);
        PROMISE(seen->rate[i].daily >= -1);
    }
    for (int i = 0; i < seen->models; i++) {
        is_word(seen->model[i], PROVIDER_ID);
        PROMISE(i == 0 || strcmp(seen->model[i - 1], seen->model[i]) < 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct provider_want want = {.project = "proj_1", .cents = 100};
    struct provider_seen seen;
    struct err e = {0};
    char next[LIMITS_CURSOR] = "";
    if (size == 0)
        return 0;
    enum provider_part part = (enum provider_part)(data[0] % PROVIDER_PART_COUNT);
    const char *body = (const char *)data + 1;
    provider_seen_init(&seen);
    int rc = limits_parse(part, body, size - 1, &seen, next, &e);
    PROMISE(rc == 0 || rc == 1 || rc == -ERR_USAGE || rc == -ERR_LIMIT || rc == -ERR_REFUSED);
    PROMISE(rc != 1 || next[0]);
    if (rc >= 0) {
        provider_seen_sort(&seen);
        check(&seen);
        provider_plan_destroy(provider_plan_make(&want, &seen));
    }
    provider_seen_finish(&seen);
    int active = limits_parse_project(body, size - 1, &e);
    PROMISE(active == 0 || active == 1 || active == -ERR_USAGE);
    return 0;
}
