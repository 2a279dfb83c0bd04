#include "config.h"

#include "ui/view.h"

const struct screen_ops *screen_ops(enum screen_kind kind)
{
    static const struct screen_ops *const all[SCREEN_COUNT] = {
        [SCREEN_CONNEXIONS] = &screen_connexions,
        [SCREEN_CONNEXION] = &screen_connexion,
        [SCREEN_HEALTH] = &screen_health,
        [SCREEN_ORGANISATIONS] = &screen_organisations,
        [SCREEN_HELP] = &screen_help,
        [SCREEN_LOG] = &screen_log,
        [SCREEN_PROOF] = &screen_proof,
        [SCREEN_COLUMNS] = &screen_columns,
        [SCREEN_SORT] = &screen_sort,
        [SCREEN_PROMPT] = &screen_connexions,
    };
    return all[kind];
}
