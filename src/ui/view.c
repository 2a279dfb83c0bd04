#include "config.h"

#include "ui/view.h"

const struct screen_ops *screen_ops(enum screen_kind kind)
{
    static const struct screen_ops *const all[SCREEN_COUNT] = {
        [SCREEN_CONNEXIONS] = &screen_connexions,
        [SCREEN_CONNEXION] = &screen_connexion,
        [SCREEN_HEALTH] = &screen_health,
        [SCREEN_ORGANISATIONS] = &screen_organisations,
        [SCREEN_ACCOUNTS] = &screen_accounts,
        [SCREEN_HELP] = &screen_help,
        [SCREEN_LOG] = &screen_log,
        [SCREEN_PROOF] = &screen_proof,
        [SCREEN_COLUMNS] = &screen_columns,
        [SCREEN_SORT] = &screen_sort,
        [SCREEN_FORM] = &screen_form,
        [SCREEN_CHOICES] = &screen_choices,
        [SCREEN_PLAN] = &screen_plan,
        [SCREEN_CONFLICT] = &screen_conflict,
        [SCREEN_JOURNAL] = &screen_journal,
        [SCREEN_TIMELINE] = &screen_timeline,
        [SCREEN_ENTRY] = &screen_entry,
        [SCREEN_ALERTS] = &screen_alerts,
        [SCREEN_BOARD] = &screen_board,
        [SCREEN_PROVIDER] = &screen_provider,
        [SCREEN_PROMPT] = &screen_connexions,
    };
    return all[kind];
}

void view_cursor_here(struct view *v, const struct surface *s)
{
    surface_where(s, &v->cursor_y, &v->cursor_x);
    v->has_cursor = 1;
}
