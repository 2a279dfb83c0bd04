#include "config.h"

/* The plan: what will change, how far the save is, what became of it. */

#include "base/mem.h"
#include "drive.h"
#include "fixture.h"
#include "golden.h"
#include "ui/draw.h"
#include "ui/part_plan.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(plan, .init = fixture_world);

static void sizes(struct state *st, const char *name)
{
    static const struct {
        int rows, cols;
    } all[] = {{24, 80}, {36, 120}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char file[64];
        (void)snprintf(file, sizeof file, "%s-%dx%d", name, all[i].cols, all[i].rows);
        st->rows = all[i].rows;
        st->cols = all[i].cols;
        golden_check(file, st, &(struct look){0});
    }
}

static void put(struct state *st, enum field field, const char *text)
{
    drive_to(st, field);
    drive_type(st, text);
    drive_command(st, CMD_FIELD_NEXT);
}

/* An edit of several fields, the key among them, with its preview. */
static struct state *plan_of_one(void)
{
    struct state *st = fixture_state(24, 80);
    st->list.cursor = 1;
    drive_arm(st);
    drive_command(st, CMD_EDIT);
    drive_row(st, 1);
    put(st, FIELD_OF_DAY_LIMIT, "1200");
    put(st, FIELD_OF_API_KEY, "sk-proj-Secret0Typed0Here0123456789");
    put(st, FIELD_OF_EXTENSIONS, "{\"base_url\": \"https://eu.api.openai.com/v1\"}");
    drive_to(st, FIELD_OF_COST_LIMIT);
    drive_command(st, CMD_FIELD_NONE);
    drive_command(st, CMD_FORM_PLAN);
    drive_preview(st, drive_results(st, NULL, 0));
    return st;
}

Test(plan, of_one_connexion)
{
    struct state *st = plan_of_one();
    sizes(st, "plan-one");
    golden_check("plan-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    drive_command(st, CMD_PLAN_SQL);
    sizes(st, "plan-sql");
    char *dump = golden_dump(st, &(struct look){0});
    cr_assert_null(strstr(dump, "Secret0Typed"));
    free(dump);
    state_destroy(st);
}

static struct state *plan_of_many(int rows)
{
    struct state *st = fixture_state(24, 80);
    drive_arm(st);
    for (int i = 0; i < rows; i++)
        drive_command(st, CMD_MARK);
    drive_command(st, CMD_EDIT);
    put(st, FIELD_OF_DAY_LIMIT, "750");
    return st;
}

Test(plan, of_many_connexions)
{
    static const enum change_outcome found[] = {OUTCOME_SAVED, OUTCOME_SAME, OUTCOME_SAVED,
                                                OUTCOME_SAVED, OUTCOME_GONE};
    struct state *st = plan_of_many(30);
    sizes(st, "form-bulk");
    drive_command(st, CMD_FORM_PLAN);
    sizes(st, "plan-asking");
    drive_preview(st, drive_results(st, found, 5));
    sizes(st, "plan-many");
    drive_command(st, CMD_PLAN_SAVE);
    st->mono_ms += 12000;
    struct event *event = event_create(EVENT_SAVING);
    event->rows_done = 13;
    event->rows_total = 30;
    drive_event(st, event, JOB_SAVE);
    sizes(st, "plan-saving");
    event = event_create(EVENT_SAVING);
    event->rows_done = 13;
    event->rows_total = 30;
    event->unsure = 1;
    drive_event(st, event, JOB_SAVE);
    sizes(st, "plan-unsure");
    state_destroy(st);
}

Test(plan, what_became_of_each)
{
    static const enum change_outcome became[] = {OUTCOME_SAVED, OUTCOME_CONFLICT, OUTCOME_SAME,
                                                 OUTCOME_SAVED, OUTCOME_REFUSED,  OUTCOME_SAVED,
                                                 OUTCOME_HIDDEN};
    struct state *st = plan_of_many(9);
    drive_command(st, CMD_FORM_PLAN);
    drive_preview(st, drive_results(st, NULL, 0));
    drive_command(st, CMD_PLAN_WHOLE);
    drive_command(st, CMD_PLAN_SAVE);
    struct change_results *r = drive_results(st, became, 7);
    (void)snprintf(r->item[4].text, sizeof r->item[4].text,
                   "The rule “openai_limite_check” of the table refuses the value.");
    (void)snprintf(r->item[4].cure, sizeof r->item[4].cure,
                   "Choose another limit, or ask the owner of the database.");
    drive_saved(st, r);
    sizes(st, "plan-done");
    state_destroy(st);
}

Test(plan, deletes)
{
    struct state *st = fixture_state(24, 80);
    drive_arm(st);
    drive_commands(st, CMD_MARK, 3);
    drive_command(st, CMD_DELETE);
    drive_preview(st, drive_results(st, NULL, 0));
    sizes(st, "plan-delete");
    drive_command(st, CMD_BACK);
    drive_commands(st, CMD_MARK, 52);
    drive_command(st, CMD_DELETE);
    drive_preview(st, drive_results(st, NULL, 0));
    drive_command(st, CMD_PLAN_SAVE);
    sizes(st, "plan-delete-many");
    state_destroy(st);
}

Test(plan, creates)
{
    struct state *st = fixture_state(24, 80);
    st->list.cursor = 2;
    drive_command(st, CMD_DUPLICATE);
    drive_row(st, 2);
    sizes(st, "form-duplicate");
    drive_command(st, CMD_FORM_PLAN);
    drive_preview(st, drive_results(st, NULL, 0));
    sizes(st, "plan-create"); /* and the session is read-only */
    state_destroy(st);
}
