#include "config.h"

#include "db/edit_plan.h"
#include "db/edit_read.h"
#include "db/edit_send.h"
#include "db/q_edit.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char id_a[] = "aaaaaaaa-0000-4000-8000-000000000001";
static const char id_b[] = "bbbbbbbb-0000-4000-8000-000000000002";

static struct change *change_at(struct change_set *set, size_t i, enum change_op op, const char *id)
{
    set->item[i].op = op;
    (void)snprintf(set->item[i].id, sizeof set->item[i].id, "%s", id);
    return &set->item[i];
}

static char *plan_text(const struct change_set *set, const struct pad *pads, int expected)
{
    struct str out;
    struct err e = {0};
    size_t *order = plan_order(set);
    size_t from = 0;
    size_t pad = 0;
    str_init(&out, PLAN_PART_MAX);
    cr_assert_eq(plan_part(&out, set, order, &from, pads, &pad, &e), expected, "%s", e.text);
    free(order);
    char *text = str_take(&out);
    str_finish(&out);
    return text;
}

static struct pad a_pad(unsigned char byte)
{
    struct pad pad;
    (void)snprintf(pad.id, sizeof pad.id, "%s", id_b);
    memset(pad.bytes, byte, sizeof pad.bytes);
    return pad;
}

Test(db_edit, a_plan_holds_what_is_set_and_seen_and_nothing_else)
{
    struct change_set *set = change_set_create(3);
    struct pad none = a_pad(0);
    struct change *c = change_at(set, 0, CHANGE_UPDATE, id_a);
    change_put(c, FIELD_OF_DAY_LIMIT, NULL);
    change_put(c, FIELD_OF_EMAIL, "a\"\\\n\x01é@x");
    change_put_seen(c, FIELD_OF_EMAIL, "");
    c = change_at(set, 1, CHANGE_DELETE, id_b);
    change_put(c, FIELD_OF_EMAIL, "not part of a deletion");
    change_put_seen(c, FIELD_OF_ACTIVE, "t");
    c = change_at(set, 2, CHANGE_INSERT, "");
    (void)snprintf(c->copy_of, sizeof c->copy_of, "%s", id_a);
    change_put(c, FIELD_OF_ACTIVE, "f");
    char *text = plan_text(set, &none, 0);
    cr_expect_str_eq(
        text,
        "[{\"op\":\"update\",\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\",\"copy_of\":null,"
        "\"set\":{\"openai_email_compte\":\"a\\\"\\\\\\u000a\\u0001é@x\","
        "\"openai_limite_quotidienne\":null},\"seen\":{\"openai_email_compte\":\"\"}},"
        "{\"op\":\"delete\",\"id\":\"bbbbbbbb-0000-4000-8000-000000000002\",\"copy_of\":null,"
        "\"set\":{},\"seen\":{\"openai_actif\":\"t\"}},"
        "{\"op\":\"insert\",\"id\":null,\"copy_of\":\"aaaaaaaa-0000-4000-8000-000000000001\","
        "\"set\":{\"openai_actif\":\"f\"},\"seen\":{}}]",
        "%s", text);
    json_object *parsed = json_tokener_parse(text);
    cr_expect(parsed != NULL);
    json_object_put(parsed);
    free(text);
    change_set_destroy(set);
}

Test(db_edit, a_key_travels_under_its_pad_and_never_plain)
{
    struct change_set *set = change_set_create(4);
    struct pad pads[2] = {a_pad(0xff), a_pad(0)};
    change_put(change_at(set, 0, CHANGE_UPDATE, id_a), FIELD_OF_API_KEY, "sk-secret");
    change_put(change_at(set, 1, CHANGE_UPDATE, id_a), FIELD_OF_API_KEY, NULL);
    struct change *c = change_at(set, 2, CHANGE_UPDATE, id_a);
    change_put(c, FIELD_OF_API_KEY, "sha256:0123456789abcdef");
    c->field[FIELD_OF_API_KEY].former = 1;
    change_put(change_at(set, 3, CHANGE_UPDATE, id_a), FIELD_OF_API_KEY, "A");
    cr_assert_eq(plan_pads(set), 2);
    char *text = plan_text(set, pads, 0);
    cr_expect(!strstr(text, "sk-secret"));
    cr_expect(strstr(text, "\"x\":\"8c94d28c9a9c8d9a8bffff"), "%.300s", text);
    cr_expect(strstr(text, "\"x\":\"4100000000"), "%s", text);
    cr_expect(strstr(text, "\"openai_api_key\":null"));
    cr_expect(strstr(text, "\"openai_api_key\":{\"former\":\"sha256:0123456789abcdef\"}"));
    free(text);
    text = plan_text(set, NULL, 0); /* a preview */
    cr_expect(!strstr(text, "\"x\"") && !strstr(text, "sha256"), "%s", text);
    free(text);
    change_set_destroy(set);
}

Test(db_edit, a_pad_is_undone_by_itself_and_its_length_tells_nothing)
{
    char hex[PAD_HEX + 1];
    char twice[PAD_HEX + 1];
    char longest[PAD_BYTES + 2];
    struct pad pad;
    struct err e = {0};
    for (size_t i = 0; i < PAD_HEX; i++)
        hex[i] = "0123456789abcdef"[(i * 7 + i / 3) % 16];
    hex[PAD_HEX] = '\0';
    cr_assert_eq(pad_read(&pad, id_a, hex), 0);
    cr_assert_eq(pad_apply(twice, &pad, "", &e), 0);
    cr_expect_str_eq(twice, hex);
    cr_assert_eq(pad_apply(twice, &pad, "sk-x", &e), 0);
    cr_expect_eq(strlen(twice), PAD_HEX);
    cr_expect_str_eq(twice + 8, hex + 8);
    memset(longest, 'k', sizeof longest);
    longest[PAD_BYTES + 1] = '\0';
    cr_expect_eq(pad_apply(twice, &pad, longest, &e), -ERR_USAGE);
    cr_expect_eq(pad_read(&pad, id_a, "00"), -1);
    cr_expect_eq(pad_read(&pad, "no uuid", hex), -1);
    cr_expect_eq(pad_read(&pad, NULL, hex), -1);
    hex[5] = 'g';
    cr_expect_eq(pad_read(&pad, id_a, hex), -1);
}

Test(db_edit, long_plans_are_cut_and_their_rows_stand_by_identifier)
{
    const size_t len = 2 * PLAN_PART_ROWS + 1;
    struct change_set *set = change_set_create(len);
    struct edit_parts parts;
    struct err e = {0};
    struct pad none = a_pad(0);
    char id[UUID_TEXT];
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(id, sizeof id, "cccccccc-0000-4000-8000-%012zu", len - i);
        change_put(change_at(set, i, CHANGE_UPDATE, id), FIELD_OF_ACTIVE, "t");
    }
    size_t *order = plan_order(set);
    cr_expect_eq(order[0], len - 1);
    cr_expect_eq(order[len - 1], 0);
    cr_assert_eq(edit_parts_make(&parts, set, "bulk", order, &none, &e), 0, "%s", e.text);
    cr_expect_eq(parts.parts, 3);
    cr_expect_eq(parts.len, 3);
    cr_expect_eq(parts.first[0], 0);
    cr_expect_eq(parts.first[2], 2 * PLAN_PART_ROWS);
    cr_expect_eq(parts.first[3], len);
    cr_expect(strstr(parts.text[0], "000000000001\""));
    edit_parts_finish(&parts);
    set->all_or_nothing = 1;
    cr_assert_eq(edit_parts_make(&parts, set, "bulk", order, &none, &e), 0);
    cr_expect_eq(parts.len, 4);
    cr_expect_eq(parts.query[3].stmt, STMT_EDIT_END);
    edit_parts_finish(&parts);
    free(order);
    change_set_destroy(set);
}

/* ── answers ── */

enum { COLUMNS = 8 };

static PGresult *answer(int rows, const char *const cells[][COLUMNS])
{
    static char names[COLUMNS][16] = {"at",   "id",      "outcome", "sqlstate",
                                      "rule", "columns", "message", "theirs"};
    PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc desc[COLUMNS];
    memset(desc, 0, sizeof desc);
    for (int c = 0; c < COLUMNS; c++)
        desc[c].name = names[c];
    cr_assert(PQsetResultAttrs(res, COLUMNS, desc));
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < COLUMNS; c++) {
            char copy[1024];
            (void)snprintf(copy, sizeof copy, "%s", cells[r][c] ? cells[r][c] : "");
            cr_assert(PQsetvalue(res, r, c, cells[r][c] ? copy : NULL,
                                 cells[r][c] ? (int)strlen(copy) : -1));
        }
    return res;
}

Test(db_edit, outcomes_go_to_their_places)
{
    static const char *const cells[][COLUMNS] = {
        {"1", "bbbbbbbb-0000-4000-8000-000000000002", "conflict", NULL, NULL,
         "{openai_email_compte,openai_actif}", NULL,
         "{\"openai_email_compte\":\"th\\u00e9irs\",\"openai_actif\":null,\"unknown\":\"x\","
         "\"openai_api_key\":\"sk-never\"}"},
        {"0", "aaaaaaaa-0000-4000-8000-000000000001", "refused", "23514", "a_rule\x1b[31m",
         "{openai_limite_quotidienne}", "new row violates check constraint \"a_rule\"", NULL},
    };
    static const size_t order[] = {2, 0, 1};
    struct err e = {0};
    struct change_results *r = change_results_create(3);
    PGresult *res = answer(2, cells);
    cr_assert_eq(results_read(r, order, 1, 2, res, &e), 0, "%s", e.text);
    results_count(r);
    cr_expect_eq(r->item[1].outcome, OUTCOME_CONFLICT);
    cr_expect_str_eq(r->item[1].theirs[FIELD_OF_EMAIL], "théirs");
    cr_expect_null(r->item[1].theirs[FIELD_OF_ACTIVE]);
    cr_expect_null(r->item[1].theirs[FIELD_OF_API_KEY]);
    cr_expect(r->item[1].conflict[FIELD_OF_EMAIL] && r->item[1].conflict[FIELD_OF_ACTIVE]);
    cr_expect_eq(r->item[0].outcome, OUTCOME_REFUSED);
    cr_expect_eq(r->item[0].field, (int)FIELD_OF_DAY_LIMIT);
    cr_expect_str_eq(r->item[0].sqlstate, "23514");
    cr_expect(r->item[0].text[0]);
    cr_expect(!strchr(r->item[0].rule, '\x1b'), "%s", r->item[0].rule);
    cr_expect_eq(r->count[OUTCOME_REFUSED], 1);
    cr_expect_eq(r->committed, 1, "the third is saved as it stands");
    PQclear(res);
    change_results_destroy(r);
}

Test(db_edit, of_another_organisation_it_is_said_that_it_is_not_ones_own)
{
    static const char own[] = "cccccccc-0000-4000-8000-000000000003";
    static const char *const values[] = {id_b, "CCCCCCCC-0000-4000-8000-000000000003", NULL, id_b};
    struct change_set *set = change_set_create(4);
    struct change_results *r = change_results_create(4);
    for (size_t i = 0; i < 4; i++) {
        struct change *change = change_at(set, i, CHANGE_UPDATE, id_a);
        if (values[i])
            change_put(change, FIELD_OF_ORGANISATION_ID, values[i]);
        (void)snprintf(r->item[i].sqlstate, sizeof r->item[i].sqlstate, i < 3 ? "42501" : "23503");
        r->item[i].field = -1;
        result_explain(&r->item[i], "said by the server");
    }
    results_explain_border(r, set, "");
    cr_expect_not_null(strstr(r->item[0].text, "42501"), "an administrator: %s", r->item[0].text);
    results_explain_border(r, set, own);
    cr_expect_not_null(strstr(r->item[0].text, "is not your own"), "%s", r->item[0].text);
    cr_expect_not_null(strstr(r->item[0].cure, "administrator"), "%s", r->item[0].cure);
    cr_expect_eq(r->item[0].field, (int)FIELD_OF_ORGANISATION_ID);
    for (size_t i = 1; i < 4; i++)
        cr_expect_null(strstr(r->item[i].text, "your own"), "%zu: %s", i, r->item[i].text);
    change_results_destroy(r);
    change_set_destroy(set);
}

Test(db_edit, hostile_answers_are_no_answers)
{
    static const char *const wrong[][COLUMNS] = {
        {"1", NULL, "saved"},  {"-1", NULL, "saved"}, {"99999999999", NULL, "saved"},
        {NULL, NULL, "saved"}, {"0", NULL, "stolen"}, {"0", NULL, NULL},
    };
    static const size_t order[] = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err e = {0};
        struct change_results *r = change_results_create(1);
        PGresult *res = answer(1, &wrong[i]);
        cr_expect_eq(results_read(r, order, 0, 1, res, &e), -ERR_DATABASE, "case %zu", i);
        PQclear(res);
        change_results_destroy(r);
    }
    static const char *const odd[][COLUMNS] = {
        {"0", "no uuid", "refused", "toolong", "r", "not an array", "m", "{\"a\":"},
    };
    struct err e = {0};
    struct change_results *r = change_results_create(1);
    PGresult *res = answer(1, odd);
    cr_expect_eq(results_read(r, order, 0, 1, res, &e), 0);
    cr_expect_str_eq(r->item[0].id, "");
    cr_expect_str_eq(r->item[0].sqlstate, "");
    cr_expect_eq(r->item[0].field, -1);
    cr_expect_eq(results_read(r, order, 0, 0, res, &e), -ERR_DATABASE, "more rows than changes");
    PQclear(res);
    change_results_destroy(r);
}

static PGresult *ids(int len, const char *const *id)
{
    PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[] = "id";
    PGresAttDesc desc = {.name = name};
    cr_assert(PQsetResultAttrs(res, 1, &desc));
    for (int i = 0; i < len; i++) {
        char copy[UUID_TEXT];
        (void)snprintf(copy, sizeof copy, "%s", id[i]);
        cr_assert(PQsetvalue(res, i, 0, copy, (int)strlen(copy)));
    }
    return res;
}

Test(db_edit, a_batch_is_told_from_what_is_kept_of_it_and_from_the_journal)
{
    static const char *const written[] = {"bbbbbbbb-0000-4000-8000-000000000002"};
    static const char json[] =
        "{\"rows\":2,\"written\":1,\"kind\":\"edit\",\"results\":[{\"at\":0,\"outcome\":\"gone\","
        "\"id\":\"aaaaaaaa-0000-4000-8000-000000000001\"}]}";
    struct err e = {0};
    PGresult *rows = ids(1, written);
    struct change_results *r = results_of_batch(json, rows, &e);
    cr_assert_not_null(r, "%s", e.text);
    cr_expect_eq(r->committed, 1);
    struct change_set *set = change_set_create(3);
    (void)change_at(set, 0, CHANGE_UPDATE, "cccccccc-0000-4000-8000-000000000003");
    (void)change_at(set, 1, CHANGE_UPDATE, id_b);
    (void)change_at(set, 2, CHANGE_UPDATE, id_a);
    edit_align(set, r);
    cr_assert_eq(r->len, 3);
    cr_expect_eq(r->item[0].outcome, OUTCOME_KEPT);
    cr_expect_eq(r->item[1].outcome, OUTCOME_SAVED);
    cr_expect_eq(r->item[2].outcome, OUTCOME_GONE);
    change_results_destroy(r);
    r = results_of_batch(NULL, rows, &e);
    cr_expect(r && r->len == 0 && !r->committed, "struck out");
    change_results_destroy(r);
    static const char *const broken[] = {"",
                                         "[]",
                                         "{}",
                                         "{\"results\":3}",
                                         "{\"results\":[1]}",
                                         "{\"results\":[{\"outcome\":\"odd\"}]}",
                                         "{\"results\":[[[[[[["};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        cr_expect_null(results_of_batch(broken[i], rows, &e), "%s", broken[i]);
    PQclear(rows);
    change_set_destroy(set);
}

Test(db_edit, a_plan_is_named_before_it_is_sent)
{
    struct change_set *set = change_set_create(2);
    set->item[0].op = CHANGE_INSERT;
    (void)change_at(set, 1, CHANGE_INSERT, id_a);
    edit_name(set);
    cr_expect_eq(strlen(set->batch), UUID_TEXT - 1);
    cr_expect_eq(set->batch[14], '4');
    cr_expect_eq(strlen(set->item[0].id), UUID_TEXT - 1);
    cr_expect_str_eq(set->item[1].id, id_a);
    struct err why = {0};
    (void)err_set(&why, ERR_LOST, "x");
    struct change_results *r = edit_kept(set, &why);
    cr_expect(r->count[OUTCOME_KEPT] == 2 && !r->committed && r->err.code == ERR_LOST);
    change_results_destroy(r);
    change_set_destroy(set);
}
