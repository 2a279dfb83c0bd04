#include "config.h"

#include "model/proof.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A member's session that passes everything. */
static struct proof good(void)
{
    return (struct proof){
        .server_version = 150020,
        .server_text = "15.20",
        .table_readable = 1,
        .rls_on = 1,
        .rls_active = 1,
        .functions_usable = 1,
        .transport_ok = 1,
        .login = "claire",
        .role = "authenticated",
        .database = "prod",
        .user_id = "00000000-0000-4000-8000-000000000001",
        .user_name = "Claire Dupont",
        .organisation_id = "00000000-0000-4000-8000-000000000002",
        .host = "db.example",
    };
}

typedef void (*spoil_fn)(struct proof *p);

static void old(struct proof *p)
{
    p->server_version = 139999;
    (void)snprintf(p->server_text, sizeof p->server_text, "13.9");
}

static void no_table(struct proof *p)
{
    p->table_readable = 0;
}

static void superuser(struct proof *p)
{
    p->superuser = 1;
}

static void bypassrls(struct proof *p)
{
    p->bypassrls = 1;
}

static void owner(struct proof *p)
{
    p->owner = 1;
}

static void rls_off(struct proof *p)
{
    p->rls_on = 0;
}

static void not_filtered(struct proof *p)
{
    p->rls_active = 0;
}

static void no_functions(struct proof *p)
{
    p->functions_usable = 0;
}

static void no_user(struct proof *p)
{
    p->user_id[0] = '\0';
}

static void no_scope(struct proof *p)
{
    p->organisation_id[0] = '\0';
}

static void forgeable(struct proof *p)
{
    p->forgeable = 1;
}

static void escalable(struct proof *p)
{
    p->escalable = 1;
}

static void key_readable(struct proof *p)
{
    p->key_readable = 1;
}

static void open_line(struct proof *p)
{
    p->transport_ok = 0;
}

/* In the order of judgement: one spoiler per check. */
static const struct {
    spoil_fn spoil;
    enum err_code error; /* ERR_OK: warns */
    const char *word;
    const char *says;
} spoilers[] = {
    {old, ERR_TOO_OLD, "server", "13.9"},
    {no_table, ERR_NO_TABLE, "table", "openai_connexion"},
    {superuser, ERR_SUPERUSER, "superuser", "authenticated is a superuser"},
    {bypassrls, ERR_BYPASSRLS, "bypassrls", "authenticated has BYPASSRLS"},
    {owner, ERR_OWNER, "owner", "authenticated owns"},
    {rls_off, ERR_RLS_OFF, "rls", "off"},
    {not_filtered, ERR_NOT_FILTERED, "filtered", "not active"},
    {no_functions, ERR_NO_IDENTITY, "identity", "auth.uid()"},
    {no_user, ERR_NO_USER, "user", "claire"},
    {no_scope, ERR_NO_SCOPE, "scope", "Claire Dupont"},
    {forgeable, ERR_OK, "forgery", "any identity"},
    {escalable, ERR_OK, "escalation", "claire"},
    {key_readable, ERR_OK, "key-hidden", "openai_api_key"},
    {open_line, ERR_OK, "transport", "db.example"},
};

enum { SPOILERS = sizeof spoilers / sizeof spoilers[0] };

Test(model_proof, a_good_session_passes_every_check)
{
    struct proof p = good();
    struct err e = {0};
    char text[ERR_TEXT_MAX];
    cr_expect_eq(proof_judge(&p, &e), 0);
    cr_expect_eq(e.code, ERR_OK);
    for (int i = 0; i < CHECK_COUNT; i++) {
        cr_expect_eq(p.outcome[i], OUTCOME_PASS, "%s", check_name((enum check)i));
        check_sentence(&p, (enum check)i, text, sizeof text);
        cr_expect_str_eq(text, "");
    }
    p.server_version = 140000;
    p.organisation_id[0] = '\0';
    p.admin = 1;
    cr_expect_eq(proof_judge(&p, &e), 0, "an admin needs no organisation");
}

Test(model_proof, each_fault_alone)
{
    cr_assert_eq((int)SPOILERS, (int)CHECK_COUNT);
    for (int i = 0; i < SPOILERS; i++) {
        enum check check = (enum check)i;
        enum err_code error = spoilers[i].error;
        struct proof p = good();
        struct err e = {0};
        char text[ERR_TEXT_MAX];
        spoilers[i].spoil(&p);
        cr_expect_eq(proof_judge(&p, &e), -(int)error, "%s", spoilers[i].word);
        cr_expect_eq(e.code, error);
        cr_expect_eq(p.outcome[i], error ? OUTCOME_FAIL : OUTCOME_WARN, "%s", spoilers[i].word);
        cr_expect_eq(check_error(check), error);
        cr_expect_str_eq(check_name(check), spoilers[i].word);
        check_sentence(&p, check, text, sizeof text);
        cr_expect(strstr(text, spoilers[i].says), "%s: %s", spoilers[i].word, text);
        cr_expect(!strchr(text, '%'), "%s", text);
        cr_expect(check_cure(check)[0] && check_title(check)[0]);
        if (error) {
            cr_expect_str_eq(e.text, text);
            cr_expect_str_eq(e.cure, check_cure(check));
        }
    }
}

Test(model_proof, the_first_fault_in_order_names_the_refusal)
{
    for (int i = 0; i < SPOILERS; i++)
        for (int j = i + 1; j < SPOILERS; j++) {
            struct proof p = good();
            struct err e = {0};
            spoilers[j].spoil(&p);
            spoilers[i].spoil(&p);
            enum err_code want = spoilers[i].error ? spoilers[i].error : spoilers[j].error;
            cr_expect_eq(proof_judge(&p, &e), -(int)want, "%s and %s", spoilers[i].word,
                         spoilers[j].word);
        }
}

Test(model_proof, what_rests_on_a_failed_check_is_skipped)
{
    struct proof p = {.server_version = 130000, .superuser = 1};
    struct err e = {0};
    cr_expect_eq(proof_judge(&p, &e), -ERR_TOO_OLD);
    for (int i = 1; i < CHECK_COUNT; i++)
        cr_expect_eq(p.outcome[i], OUTCOME_SKIPPED, "%s", check_name((enum check)i));
    p = good();
    no_table(&p);
    rls_off(&p);
    (void)proof_judge(&p, &e);
    cr_expect_eq(p.outcome[CHECK_RLS], OUTCOME_SKIPPED);
    cr_expect_eq(p.outcome[CHECK_USER], OUTCOME_PASS);
    p = good();
    no_functions(&p);
    no_user(&p);
    (void)proof_judge(&p, &e);
    cr_expect(p.outcome[CHECK_USER] == OUTCOME_SKIPPED &&
              p.outcome[CHECK_SCOPE] == OUTCOME_SKIPPED);
}

Test(model_proof, empty_facts_are_refused)
{
    struct proof p = {0};
    struct err e = {0};
    cr_expect_eq(proof_judge(&p, &e), -ERR_TOO_OLD);
    cr_expect(strstr(e.text, "?"), "%s", e.text);
    cr_expect_eq(proof_judge(&p, NULL), -ERR_TOO_OLD);
}

Test(model_proof, sentences_fill_in_the_best_name_and_keep_to_the_buffer)
{
    struct proof p = good();
    char text[ERR_TEXT_MAX];
    char small[8] = "ZZZZZZZ";
    no_scope(&p);
    p.user_name[0] = '\0';
    (void)proof_judge(&p, NULL);
    check_sentence(&p, CHECK_SCOPE, text, sizeof text);
    cr_expect(strstr(text, p.user_id), "%s", text);
    check_sentence(&p, CHECK_SCOPE, small, sizeof small);
    cr_expect_eq(strlen(small), sizeof small - 1);
    check_sentence(&p, CHECK_SCOPE, small, 0);
    p = good();
    p.role[0] = '\0';
    superuser(&p);
    (void)proof_judge(&p, NULL);
    check_sentence(&p, CHECK_SUPERUSER, text, sizeof text);
    cr_expect(strstr(text, "claire"), "%s", text);
    (void)snprintf(p.role, sizeof p.role, "%%n%%s");
    check_sentence(&p, CHECK_SUPERUSER, text, sizeof text);
    cr_expect(strstr(text, "%n%s is a superuser"), "a hostile name is only text: %s", text);
}

Test(model_proof, outcomes_have_names)
{
    cr_expect_str_eq(outcome_name(OUTCOME_SKIPPED), "skipped");
    cr_expect_str_eq(outcome_name(OUTCOME_PASS), "pass");
    cr_expect_str_eq(outcome_name(OUTCOME_WARN), "warn");
    cr_expect_str_eq(outcome_name(OUTCOME_FAIL), "fail");
}
