#include "config.h"

#include "model/health.h"

#include "base/i18n.h"

#include <string.h>

/* The word KEPT of the list: no state of the table. */
#define STATUS_KEPT STATUS_UNKNOWN

static const struct {
    const char *word, *title, *meaning;
    enum verdict_effect effect;
    enum status status;
} verdicts[] = {
#define VERDICT(id, word, title, effect, state, meaning) \
    [VERDICT_##id] = {word, title, meaning, EFFECT_##effect, STATUS_##state},
#include "model/verdict.def"
#undef VERDICT
};

const char *verdict_word(enum verdict verdict)
{
    return verdicts[verdict].word;
}

const char *verdict_title(enum verdict verdict)
{
    return _(verdicts[verdict].title);
}

const char *verdict_meaning(enum verdict verdict)
{
    return _(verdicts[verdict].meaning);
}

enum verdict verdict_parse(const char *word)
{
    for (int i = 0; i < VERDICT_COUNT; i++)
        if (strcmp(verdicts[i].word, word) == 0)
            return (enum verdict)i;
    return VERDICT_NEVER;
}

enum verdict_effect verdict_effect(enum verdict verdict)
{
    return verdicts[verdict].effect;
}

const char *verdict_status(enum verdict verdict)
{
    enum status status = verdicts[verdict].status;
    return status == STATUS_KEPT ? NULL : status_word(status);
}
