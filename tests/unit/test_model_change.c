#include "config.h"

#include "model/change.h"

#include "model/choice.h"
#include "model/journal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(model_change, outcomes_have_words)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const struct outcome_info *info = outcome_info((enum change_outcome)i);
        cr_expect_eq(outcome_find(info->word), i);
        cr_expect(info->title[0] && info->sentence[0]);
    }
    cr_expect_eq(outcome_find("odd"), -1);
    cr_expect_eq(outcome_find(""), -1);
}

Test(model_change, a_copy_owns_its_values)
{
    struct change_set *set = change_set_create(2);
    set->all_or_nothing = 1;
    (void)snprintf(set->batch, UUID_TEXT, "%s", "01234567-89ab-cdef-0123-456789abcdef");
    change_put(&set->item[0], FIELD_OF_API_KEY, "sk-one");
    change_put(&set->item[0], FIELD_OF_API_KEY, "sk-two");
    change_put(&set->item[1], FIELD_OF_DAY_LIMIT, NULL);
    change_put_seen(&set->item[1], FIELD_OF_DAY_LIMIT, "12");
    change_put_seen(&set->item[1], FIELD_OF_DAY_LIMIT, "13");
    struct change_set *copy = change_set_copy(set);
    change_set_destroy(set);
    cr_expect_eq(copy->len, 2);
    cr_expect_eq(copy->all_or_nothing, 1);
    cr_expect_str_eq(copy->batch, "01234567-89ab-cdef-0123-456789abcdef");
    cr_expect_str_eq(copy->item[0].field[FIELD_OF_API_KEY].value, "sk-two");
    cr_expect_eq(copy->item[0].field[FIELD_OF_API_KEY].has_seen, 0);
    cr_expect_eq(change_fields(&copy->item[0]), 1);
    const struct change_value *v = &copy->item[1].field[FIELD_OF_DAY_LIMIT];
    cr_expect(v->set && !v->value && v->has_seen);
    cr_expect_str_eq(v->seen, "13");
    change_set_destroy(copy);
}

Test(model_change, nothing_is_fine_everywhere)
{
    change_set_destroy(NULL);
    change_results_destroy(NULL);
    journal_page_destroy(NULL);
    choice_list_destroy(NULL);
    struct change_set *set = change_set_create(0);
    struct change_set *copy = change_set_copy(set);
    cr_expect_eq(copy->len, 0);
    change_set_destroy(set);
    change_set_destroy(copy);
    struct change_results *results = change_results_create(1);
    cr_expect_eq(results->item[0].field, -1);
    change_results_destroy(results);
    change_results_destroy(change_results_create(0));
    journal_page_destroy(journal_page_create(0));
    choice_list_destroy(choice_list_create(3));
}

Test(model_change, actions_of_the_journal)
{
    cr_expect_str_eq(journal_action_word(JOURNAL_DELETE), "delete");
    cr_expect_str_eq(journal_action_title(JOURNAL_INSERT), "created");
}

static void sql_is(const struct change *change, const char *wanted)
{
    struct str out;
    str_init(&out, 4096);
    change_sql(change, &out);
    cr_expect_str_eq(str_get(&out), wanted);
    str_finish(&out);
}

Test(model_change, sql_without_the_secret)
{
    struct change_set *set = change_set_create(3);
    struct change *c = &set->item[0];
    (void)snprintf(c->id, UUID_TEXT, "%s", "I");
    sql_is(c, "");
    change_put(c, FIELD_OF_API_KEY, "sk-secret");
    change_put(c, FIELD_OF_PROJECT, "o'b");
    change_put_seen(c, FIELD_OF_PROJECT, NULL);
    change_put(c, FIELD_OF_COST_LIMIT, NULL);
    sql_is(c, "UPDATE public.openai_connexion\nSET openai_api_key = :'openai_api_key',\n    "
              "openai_limite_cout_mois = NULL,\n    openai_project_id = 'o''b'\n"
              "WHERE openai_connexion_id = 'I'\n  AND openai_project_id IS NOT DISTINCT FROM "
              "NULL;\n");
    c = &set->item[1];
    c->op = CHANGE_INSERT;
    (void)snprintf(c->copy_of, UUID_TEXT, "%s", "C");
    change_put(c, FIELD_OF_EMAIL, "a@b.example");
    sql_is(c, "INSERT INTO public.openai_connexion (openai_email_compte, openai_api_key)\n"
              "VALUES ('a@b.example', (SELECT openai_api_key FROM public.openai_connexion WHERE "
              "openai_connexion_id = 'C'));\n");
    c = &set->item[2];
    c->op = CHANGE_DELETE;
    (void)snprintf(c->id, UUID_TEXT, "%s", "D");
    change_put_seen(c, FIELD_OF_ACTIVE, "t");
    sql_is(c, "DELETE FROM public.openai_connexion\nWHERE openai_connexion_id = 'D'\n  AND "
              "openai_actif IS NOT DISTINCT FROM 't';\n");
    change_set_destroy(set);
}
