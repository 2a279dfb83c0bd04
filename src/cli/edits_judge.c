#include "config.h"

#include "cli/edits.h"

#include "base/i18n.h"

static enum err_code code_of(enum change_outcome outcome)
{
    static const enum err_code codes[OUTCOME_COUNT] = {
        [OUTCOME_SAVED] = ERR_OK,          [OUTCOME_SAME] = ERR_OK,
        [OUTCOME_CONFLICT] = ERR_CONFLICT, [OUTCOME_GONE] = ERR_NOT_FOUND,
        [OUTCOME_HIDDEN] = ERR_NOT_FOUND,  [OUTCOME_DENIED] = ERR_DENIED,
        [OUTCOME_REFUSED] = ERR_REFUSED,   [OUTCOME_KEPT] = ERR_OK,
    };
    return codes[outcome];
}

/* What became of most of the rows that were not saved; KEPT only says that another one failed. */
static enum change_outcome worst(const struct change_results *results)
{
    enum change_outcome found = OUTCOME_KEPT;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        size_t best = found == OUTCOME_KEPT ? 0 : results->count[found];
        if (code_of((enum change_outcome)o) != ERR_OK && results->count[o] > best)
            found = (enum change_outcome)o;
    }
    return found;
}

int edits_judge(const struct change_results *results, const char *one, size_t refused,
                struct err *e)
{
    size_t good = results->count[OUTCOME_SAVED] + results->count[OUTCOME_SAME];
    size_t bad = results->len - good + refused;
    enum change_outcome outcome = worst(results);
    if (bad == 0)
        return 0;
    if (results->len == 1 && refused == 0) {
        char reason[2 * FIELD_PROBLEM + NAME_TEXT];
        edits_reason(&results->item[0], reason, sizeof reason);
        return err_set(e, outcome == OUTCOME_KEPT ? ERR_FAILURE : code_of(outcome), "%s%s%s",
                       one ? one : "", one ? _(": ") : "", reason);
    }
    enum err_code code = good > 0 || outcome == OUTCOME_KEPT ? ERR_PARTIAL : code_of(outcome);
    return err_set(e, code,
                   ngettext("%zu row of %zu was not saved.", "%zu rows of %zu were not saved.",
                            (unsigned long)bad),
                   bad, results->len + refused);
}
