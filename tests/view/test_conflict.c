#include "config.h"

/* Somebody else changed the same fields: mine, theirs, original. */

#include "base/mem.h"
#include "drive.h"
#include "fixture.h"
#include "golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(conflict, .init = fixture_world);

static void put(struct state *st, enum field field, const char *text)
{
    drive_to(st, field);
    drive_type(st, text);
    drive_command(st, CMD_FIELD_NEXT);
}

static void they(struct change_result *r, enum field field, const char *value)
{
    r->conflict[field] = 1;
    free(r->theirs[field]);
    r->theirs[field] = mem_dup_null(value);
}

/* Three fields of one connexion, which somebody else changed too. */
static struct state *in_conflict(void)
{
    static const enum change_outcome found[] = {OUTCOME_CONFLICT};
    struct state *st = fixture_state(24, 80);
    st->list.cursor = 1;
    drive_arm(st);
    drive_command(st, CMD_EDIT);
    drive_row(st, 1);
    put(st, FIELD_OF_DAY_LIMIT, "1200");
    put(st, FIELD_OF_PROJECT, "proj_mine");
    put(st, FIELD_OF_EXTENSIONS,
        "{\"base_url\": \"https://eu.api.openai.com/v1\", \"mine\": true}");
    drive_command(st, CMD_FORM_PLAN);
    struct change_results *r = drive_results(st, found, 1);
    they(&r->item[0], FIELD_OF_DAY_LIMIT, "750");
    they(&r->item[0], FIELD_OF_PROJECT, "");
    they(&r->item[0], FIELD_OF_EXTENSIONS, NULL);
    drive_preview(st, r);
    return st;
}

static void sizes(struct state *st, const char *name)
{
    char file[64];
    st->rows = 24;
    st->cols = 80;
    (void)snprintf(file, sizeof file, "%s-80x24", name);
    golden_check(file, st, &(struct look){0});
    st->rows = 36;
    st->cols = 120;
    (void)snprintf(file, sizeof file, "%s-120x36", name);
    golden_check(file, st, &(struct look){0});
}

Test(conflict, dialog)
{
    struct state *st = in_conflict();
    cr_assert_eq(state_screen(st), SCREEN_CONFLICT);
    sizes(st, "conflict");
    drive_command(st, CMD_CONFLICT_MINE);
    drive_command(st, CMD_DOWN);
    drive_command(st, CMD_CONFLICT_THEIRS);
    sizes(st, "conflict-chosen");
    drive_command(st, CMD_CONFLICT_ALL_THEIRS);
    golden_check("conflict-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    state_destroy(st);
}

Test(conflict, small)
{
    struct state *st = in_conflict();
    st->rows = 10;
    st->cols = 40;
    golden_check("conflict-40x10", st, &(struct look){0});
    drive_commands(st, CMD_DOWN, 2);
    golden_check("conflict-40x10-last", st, &(struct look){0});
    state_destroy(st);
}
