#include "config.h"

/* The alerts: their screen, their counter, their place on the sheet. */

#include "drive.h"
#include "fixture.h"
#include "golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(alerts, .init = fixture_world);

static struct state *screen(int rows, int cols)
{
    struct state *st = fixture_state(rows, cols);
    fixture_alerts(st);
    fixture_push(st, SCREEN_ALERTS);
    return st;
}

static void at(struct state *st, int rows, int cols, const char *name)
{
    st->rows = rows;
    st->cols = cols;
    golden_check(name, st, &(struct look){0});
}

Test(alerts, sizes)
{
    struct state *st = screen(24, 80);
    at(st, 24, 80, "alerts-80x24");
    st->alerts.scroll.cursor = 1;
    at(st, 36, 120, "alerts-120x36");
    st->alerts.scope = ALERTS_ALL;
    st->alerts.scroll.cursor = 7;
    at(st, 50, 200, "alerts-200x50");
    st->alerts.scroll.cursor = 9;
    at(st, 12, 44, "alerts-44x12");
    state_destroy(st);
}

Test(alerts, told_without_colour)
{
    struct state *st = screen(24, 80);
    golden_check("alerts-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    state_destroy(st);
}

Test(alerts, nothing_and_nothing_yet)
{
    struct state *st = fixture_state(14, 80);
    fixture_push(st, SCREEN_ALERTS);
    golden_check("alerts-coming", st, &(struct look){0});
    st->alerts.list = alert_list_create(0);
    golden_check("alerts-empty", st, &(struct look){0});
    (void)snprintf(st->alerts.about, sizeof st->alerts.about, "Agence du Midi");
    golden_check("alerts-empty-about", st, &(struct look){0});
    alert_list_destroy(st->alerts.list);
    st->alerts.list = NULL;
    (void)snprintf(st->alerts.fault, sizeof st->alerts.fault,
                   "The database has no alerts yet: run vigie init.");
    golden_check("alerts-fault", st, &(struct look){0});
    state_destroy(st);
}

Test(alerts, counter_on_every_screen)
{
    static const enum screen_kind screens[] = {SCREEN_CONNEXIONS, SCREEN_ORGANISATIONS,
                                               SCREEN_HELP,       SCREEN_ACCOUNTS,
                                               SCREEN_BOARD,      SCREEN_PROVIDER};
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++)
        for (int cols = 80; cols <= 200; cols += 40) {
            struct state *st = fixture_state(24, cols);
            fixture_alerts(st);
            fixture_push(st, screens[i]);
            char *dump = golden_dump(st, &(struct look){0});
            cr_expect_not_null(strstr(dump, "7 alerts"), "screen %d, %d columns:\n%s",
                               (int)screens[i], cols, dump);
            free(dump);
            st->watch.counts = (struct alert_counts){.acknowledged = 2};
            dump = golden_dump(st, &(struct look){0});
            cr_expect_null(strstr(dump, "0 alert"));
            free(dump);
            state_destroy(st);
        }
    struct state *st = fixture_state(24, 80);
    fixture_alerts(st);
    golden_check("alerts-counter", st, &(struct look){.attributes = 1});
    state_destroy(st);
}

Test(alerts, prompts)
{
    struct state *st = screen(24, 80);
    drive_command(st, CMD_SNOOZE);
    golden_check("alerts-snooze", st, &(struct look){0});
    drive_type(st, "7d");
    drive_command(st, CMD_ACCEPT);
    golden_check("alerts-snooze-why", st, &(struct look){0});
    drive_command(st, CMD_CANCEL);
    st->alerts.scroll.cursor = 2;
    drive_command(st, CMD_ASSIGN);
    golden_check("alerts-assign", st, &(struct look){0});
    state_destroy(st);
}

Test(alerts, the_sheet_tells_what_holds_it_back)
{
    struct state *st = fixture_state(36, 80);
    fixture_sheet(st, 2);
    fixture_alerts(st);
    fixture_limits(st);
    golden_check("limits-80x36", st, &(struct look){0});
    st->sheet.scroll.top = 20;
    golden_check("limits-80x36-down", st, &(struct look){0});
    at(st, 50, 200, "limits-200x50");
    at(st, 36, 120, "limits-120x36");
    state_destroy(st);
}

Test(alerts, timeline_begins_with_them)
{
    struct state *st = fixture_state(24, 80);
    fixture_alerts(st);
    struct alert_list *list = alert_list_create(2);
    list->item[0] = st->alerts.list->item[1];
    list->item[1] = st->alerts.list->item[8];
    memcpy(st->timeline.connexion_id, list->item[0].connexion_id, UUID_TEXT);
    memcpy(st->timeline_alerts.id, list->item[0].connexion_id, UUID_TEXT);
    st->timeline_alerts.list = list;
    st->timeline.loaded = 1;
    fixture_push(st, SCREEN_TIMELINE);
    golden_check("alerts-timeline", st, &(struct look){0});
    st->rows = 9;
    golden_check("alerts-timeline-low", st, &(struct look){0});
    state_destroy(st);
}

Test(alerts, thresholds_are_typed)
{
    struct state *st = fixture_state(24, 80);
    fixture_sheet(st, 2);
    fixture_limits(st);
    drive_arm(st);
    drive_command(st, CMD_LIMITS);
    golden_check("limits-typing", st, &(struct look){0});
    drive_command(st, CMD_ERASE_LINE);
    drive_type(st, "50,2000");
    drive_command(st, CMD_ACCEPT);
    golden_check("limits-refused", st, &(struct look){0});
    state_destroy(st);
}
