#include "config.h"

#include "worker/said.h"

#include "base/i18n.h"

#include <stdio.h>

static const char *title(enum verdict verdict)
{
    static const char *const titles[] = {
#define VERDICT(id, word, title, effect, state, meaning) title,
#include "model/verdict.def"
#undef VERDICT
    };
    return titles[verdict];
}

void said_error(char out[ERROR_TEXT], enum verdict verdict, const struct evidence *evidence)
{
    out[0] = '\0';
    if (verdict_effect(verdict) == EFFECT_GOOD)
        return;
    if (evidence->http)
        (void)snprintf(out, ERROR_TEXT, "%s (%d%s%s)", title(verdict), evidence->http,
                       evidence->code[0] ? " " : "", evidence->code);
    else if (evidence->curl)
        (void)snprintf(out, ERROR_TEXT, "%s (curl %d)", title(verdict), evidence->curl);
    else
        (void)snprintf(out, ERROR_TEXT, "%s (%s)", title(verdict),
                       evidence->code[0] ? evidence->code : "no answer");
}
