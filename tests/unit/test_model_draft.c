#include "config.h"

#include "model/draft.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "01234567-89ab-cdef-0123-456789abcdef"
#define ORGANISATION "11234567-89ab-cdef-0123-456789abcdef"
#define CLIENT "21234567-89ab-cdef-0123-456789abcdef"

static struct connexion *row(void)
{
    static const struct {
        enum column column;
        const char *value;
    } values[] = {
        {COL_ID, ID},
        {COL_ORGANISATION_ID, ORGANISATION},
        {COL_CLIENT_TYPE, "reseau"},
        {COL_CLIENT_ID, CLIENT},
        {COL_EMAIL, "ia@midi.example"},
        {COL_ACTIVE, "t"},
        {COL_ACTIVATION, "2026-01-31T00:00:00.000000Z"},
        {COL_STATUS, "active"},
        {COL_DAY_LIMIT, "100"},
        {COL_DAY_USE, "7"},
        {COL_MODELS, "{gpt-4}"},
        {COL_COST, "1.0000"},
        {COL_EXTENSIONS, "{}"},
        {COL_PROJECT, ""},
    };
    struct connexion *c = connexion_create();
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        c->col[values[i].column] = mem_dup(values[i].value);
    (void)snprintf(c->id, UUID_TEXT, "%s", ID);
    (void)snprintf(c->organisation_id, UUID_TEXT, "%s", ORGANISATION);
    return c;
}

static void put(struct connexion *c, enum column column, const char *value)
{
    free(c->col[column]);
    c->col[column] = mem_dup_null(value);
}

static struct change *changed(const struct draft *d, const struct connexion *c,
                              struct change_set **set)
{
    struct err e = {0};
    *set = change_set_create(1);
    cr_assert_eq(draft_change(d, c, &(*set)->item[0], &e), 0, "%s", e.text);
    return &(*set)->item[0];
}

Test(model_draft, only_what_changed_travels_with_what_was_seen)
{
    struct connexion *c = row();
    struct draft d;
    struct change_set *set;
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, c);
    cr_expect_str_eq(d.id, ID);
    cr_expect_str_eq(d.label, "ia@midi.example");
    draft_set(&d, FIELD_OF_DAY_LIMIT, " 100 ");
    draft_set(&d, FIELD_OF_COST_LIMIT, "1 200,5");
    draft_set(&d, FIELD_OF_PROJECT, NULL);
    draft_set(&d, FIELD_OF_EXTENSIONS, " { } ");
    draft_set(&d, FIELD_OF_API_KEY, "sk-new");
    cr_expect_eq(draft_changed(&d), 3);
    cr_expect(!draft_changes(&d, FIELD_OF_DAY_LIMIT));
    struct change *change = changed(&d, NULL, &set);
    cr_expect_eq(change->op, CHANGE_UPDATE);
    cr_expect_str_eq(change->id, ID);
    cr_expect_eq(change_fields(change), 3);
    cr_expect_str_eq(change->field[FIELD_OF_COST_LIMIT].value, "1200.5");
    cr_expect(change->field[FIELD_OF_COST_LIMIT].has_seen &&
              !change->field[FIELD_OF_COST_LIMIT].seen);
    cr_expect_null(change->field[FIELD_OF_PROJECT].value);
    cr_expect_str_eq(change->field[FIELD_OF_PROJECT].seen, "");
    cr_expect_str_eq(change->field[FIELD_OF_API_KEY].value, "sk-new");
    cr_expect(!change->field[FIELD_OF_API_KEY].has_seen);
    change_set_destroy(set);
    draft_clear(&d, FIELD_OF_PROJECT);
    draft_set(&d, FIELD_OF_API_KEY, "");
    cr_expect_eq(draft_changed(&d), 1);
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, what_cannot_be_taken_names_its_field)
{
    struct connexion *c = row();
    struct draft d;
    struct err e = {0};
    struct change_set *set = change_set_create(1);
    char problem[FIELD_PROBLEM];
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, c);
    draft_set(&d, FIELD_OF_DAY_LIMIT, "ten");
    cr_expect_eq(draft_check(&d, FIELD_OF_DAY_LIMIT, NULL, problem), FIELD_BAD);
    cr_expect_eq(draft_changes(&d, FIELD_OF_DAY_LIMIT), 1);
    cr_expect_eq(draft_change(&d, NULL, &set->item[0], &e), -ERR_USAGE);
    cr_expect(strstr(e.text, "Requests a day, limit: “ten” is not a number"), "%s", e.text);
    change_set_destroy(set);
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, a_new_one_needs_what_has_no_default)
{
    struct draft d;
    struct err e = {0};
    char problem[FIELD_PROBLEM];
    draft_init(&d, DRAFT_CREATE);
    static const enum field needed[] = {FIELD_OF_EMAIL, FIELD_OF_API_KEY, FIELD_OF_ORGANISATION_ID,
                                        FIELD_OF_CLIENT_ID};
    static const char *const values[] = {"ia@midi.example", "sk-x", ORGANISATION, CLIENT};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        struct change_set *set = change_set_create(1);
        cr_expect_eq(draft_check(&d, needed[i], NULL, problem), FIELD_BAD);
        cr_expect_eq(draft_change(&d, NULL, &set->item[0], &e), -ERR_USAGE);
        change_set_destroy(set);
        draft_set(&d, needed[i], values[i]);
    }
    cr_expect_eq(draft_check(&d, FIELD_OF_STATUS, NULL, problem), FIELD_FINE);
    struct change_set *set;
    struct change *change = changed(&d, NULL, &set);
    cr_expect_eq(change->op, CHANGE_INSERT);
    cr_expect_eq(change_fields(change), 4);
    cr_expect(!change->field[FIELD_OF_EMAIL].has_seen);
    change_set_destroy(set);
    draft_finish(&d);
}

Test(model_draft, a_duplicate_takes_all_but_identity_measures_and_key)
{
    struct connexion *c = row();
    struct draft d;
    struct change_set *set;
    draft_init(&d, DRAFT_CREATE);
    put(c, COL_COST_LIMIT, "12.345");
    draft_duplicate(&d, c);
    struct change *change = changed(&d, NULL, &set);
    cr_expect_eq(change->op, CHANGE_INSERT);
    cr_expect_str_eq(change->id, "");
    cr_expect_str_eq(change->copy_of, ID);
    cr_expect(!change->field[FIELD_OF_API_KEY].set);
    cr_expect(!change->field[FIELD_OF_ACTIVATION].set);
    cr_expect_str_eq(change->field[FIELD_OF_COST_LIMIT].value, "12.345");
    cr_expect_str_eq(change->field[FIELD_OF_PROJECT].value, "");
    cr_expect(change->field[FIELD_OF_OPENAI_ORGANISATION].set);
    cr_expect_null(change->field[FIELD_OF_OPENAI_ORGANISATION].value);
    cr_expect_str_eq(change->field[FIELD_OF_MODELS].value, "{gpt-4}");
    change_set_destroy(set);
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, bulk_changes_each_row_from_what_it_holds)
{
    struct connexion *c = row();
    struct draft d;
    struct change_set *set;
    draft_init(&d, DRAFT_BULK);
    draft_set(&d, FIELD_OF_DAY_LIMIT, "100");
    draft_set(&d, FIELD_OF_STATUS, "inactive");
    draft_set(&d, FIELD_OF_API_KEY, "sk-x");
    struct change *change = changed(&d, c, &set);
    cr_expect_str_eq(change->id, ID);
    cr_expect_str_eq(change->label, "ia@midi.example");
    cr_expect(!change->field[FIELD_OF_DAY_LIMIT].set);
    cr_expect_str_eq(change->field[FIELD_OF_STATUS].seen, "active");
    cr_expect(change->field[FIELD_OF_API_KEY].set);
    cr_expect_eq(change_fields(change), 2);
    change_set_destroy(set);
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, the_row_as_it_is_now)
{
    struct connexion *c = row();
    struct draft d;
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, c);
    draft_set(&d, FIELD_OF_DAY_LIMIT, "5");
    put(c, COL_EMAIL, "new@midi.example");
    put(c, COL_DAY_USE, "900");
    cr_expect_eq(draft_refresh(&d, c), 0);
    cr_expect_str_eq(d.field[FIELD_OF_EMAIL].seen, "new@midi.example");
    put(c, COL_DAY_LIMIT, "200");
    cr_expect_eq(draft_refresh(&d, c), 1);
    cr_expect_str_eq(d.field[FIELD_OF_DAY_LIMIT].seen, "100");
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, disk_and_back)
{
    struct connexion *c = row();
    struct draft d;
    struct draft back;
    struct str text;
    struct err e = {0};
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, c);
    draft_set(&d, FIELD_OF_EXTENSIONS, "{\n \"a\": \"\\\\n\\n\"\r\n}");
    draft_set(&d, FIELD_OF_PROJECT, "C:\\new\\\\r");
    draft_set(&d, FIELD_OF_DAY_LIMIT, NULL);
    draft_set(&d, FIELD_OF_API_KEY, "sk-proj-secret");
    d.field[FIELD_OF_STATUS].mixed = 1;
    str_init(&text, DRAFT_TEXT_MAX);
    draft_write(&d, &text);
    cr_expect(!text.overflow && !strstr(str_get(&text), "secret"));
    cr_assert_eq(draft_read(&back, str_get(&text), &e), 0, "%s", e.text);
    cr_expect_str_eq(back.id, ID);
    cr_expect_str_eq(back.label, d.label);
    cr_expect_str_eq(back.field[FIELD_OF_EXTENSIONS].text, d.field[FIELD_OF_EXTENSIONS].text);
    cr_expect_str_eq(back.field[FIELD_OF_PROJECT].text, d.field[FIELD_OF_PROJECT].text);
    cr_expect_str_eq(back.field[FIELD_OF_PROJECT].seen, "");
    cr_expect_null(back.field[FIELD_OF_COST_LIMIT].seen);
    cr_expect(back.field[FIELD_OF_DAY_LIMIT].touched && back.field[FIELD_OF_DAY_LIMIT].null);
    cr_expect(back.field[FIELD_OF_API_KEY].lost && !back.field[FIELD_OF_API_KEY].touched);
    cr_expect(back.field[FIELD_OF_STATUS].mixed);
    char problem[FIELD_PROBLEM];
    cr_expect_eq(draft_check(&back, FIELD_OF_API_KEY, NULL, problem), FIELD_WARNING);
    struct str again;
    str_init(&again, DRAFT_TEXT_MAX);
    draft_write(&back, &again);
    cr_expect_str_eq(str_get(&again), str_get(&text));
    str_finish(&again);
    str_finish(&text);
    draft_finish(&back);
    draft_finish(&d);
    connexion_destroy(c);
}

Test(model_draft, foreign_files_are_refused)
{
    static const char *const cases[] = {
        "",
        "vigie-draft 2\nkind edit\nid " ID "\n",
        "vigie-draft 1\n",
        "vigie-draft 1\nkind edit\n",
        "vigie-draft 1\nkind odd\nid " ID "\n",
        "vigie-draft 1\nid ../../../../etc/passwd-------------------\n",
        "vigie-draft 1\nid " ID "\ntext key =sk-x\n",
        "vigie-draft 1\nid " ID "\nseen key =sk-x\n",
        "vigie-draft 1\nid " ID "\ntext nothing =x\n",
        "vigie-draft 1\nid " ID "\ntext created =x\n",
        "vigie-draft 1\nid " ID "\ntext account x\n",
        "vigie-draft 1\nid " ID "\ntext account =a\\q\n",
        "vigie-draft 1\nid " ID "\ntext account =a\\\n",
        "vigie-draft 1\nid " ID "\ntext account =\x1b[2J\n",
        "vigie-draft 1\nid " ID "\ntext account =\xff\n",
        "vigie-draft 1\nid " ID "\nlost key x\n",
        "vigie-draft 1\nid " ID "\nodd account =x\n",
        "vigie-draft 1\nid " ID "\nword\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct draft d;
        struct err e = {0};
        cr_expect_eq(draft_read(&d, cases[i], &e), -ERR_CONFIG, "%s", cases[i]);
        cr_expect(!d.id[0] && !d.field[FIELD_OF_EMAIL].text);
    }
}

Test(model_draft, a_copy_owns_its_texts)
{
    struct connexion *c = row();
    struct draft d;
    struct draft copy;
    draft_init(&d, DRAFT_EDIT);
    draft_take_row(&d, c);
    draft_set(&d, FIELD_OF_API_KEY, "sk-x");
    draft_copy(&copy, &d);
    draft_finish(&d);
    cr_expect_str_eq(copy.field[FIELD_OF_API_KEY].text, "sk-x");
    cr_expect_str_eq(copy.field[FIELD_OF_EMAIL].seen, "ia@midi.example");
    draft_finish(&copy);
    connexion_destroy(c);
}
