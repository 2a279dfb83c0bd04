#include "config.h"

#include "cli/json.h"

#include "base/clock.h"
#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What json_write writes for an object, without the newline. */
static char *written(struct json_object *object)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    cr_assert(f);
    json_write(f, object, 0);
    cr_assert_eq(fclose(f), 0);
    cr_assert(len > 0 && text[len - 1] == '\n');
    text[len - 1] = '\0';
    return text;
}

static struct connexion *row(void)
{
    struct connexion *c = connexion_create();
    for (int i = 0; i < COLUMN_COUNT; i++)
        c->col[i] = i == COL_API_KEY ? NULL : mem_dup("x");
    return c;
}

static void set(struct connexion *c, enum column column, const char *text)
{
    free(c->col[column]);
    c->col[column] = mem_dup_null(text);
}

Test(cli_json, a_whole_row)
{
    int64_t now = 0;
    struct connexion *c = connexion_create();
    cr_assert_eq(clock_parse_iso("2026-11-16T12:00:00Z", &now), 0);
    set(c, COL_EMAIL, "ia@midi.example");
    set(c, COL_ACTIVE, "t");
    set(c, COL_DAY_LIMIT, "1000");
    set(c, COL_DAY_USE, "620");
    set(c, COL_COST, "1204.1000");
    set(c, COL_COST_LIMIT, "0");
    set(c, COL_MODELS, "{gpt-4,\"a, b\",NULL}");
    set(c, COL_EXTENSIONS, "{\"n\": 0.060, \"big\": 99999999999999999999}");
    set(c, COL_SYNCHRO, "2026-11-16T11:00:00.000000Z");
    c->synchro = (struct instant){1, now - 3600};
    c->quota_permille = 620;
    c->organisation_nom = mem_dup("Agence du Midi");
    char *text = written(json_connexion(c, now));
    cr_expect_str_eq(
        text,
        "{\"openai_connexion_id\":null,\"organisation_id\":null,\"client_type\":null,\"client_id\":"
        "null,"
        "\"openai_email_compte\":\"ia@midi.example\",\"openai_organisation_id\":null,\"openai_"
        "project_id\":null,"
        "\"openai_actif\":true,\"openai_date_activation\":null,"
        "\"openai_derniere_synchro\":\"2026-11-16T11:00:00.000000Z\",\"openai_statut_connexion\":"
        "null,"
        "\"openai_derniere_erreur\":null,\"openai_limite_quotidienne\":1000,\"openai_usage_"
        "quotidien\":620,"
        "\"openai_reset_quota_at\":null,\"openai_modeles_autorises\":[\"gpt-4\",\"a, b\",null],"
        "\"openai_cout_actuel_mois\":\"1204.1000\",\"openai_limite_cout_mois\":\"0\",\"openai_"
        "created_at\":null,"
        "\"openai_created_by\":null,\"openai_updated_at\":null,\"openai_updated_by\":null,"
        "\"openai_audit_log\":null,\"openai_ia_extensions\":{\"n\": 0.060, \"big\": "
        "99999999999999999999},"
        "\"organisation_nom\":\"Agence du Midi\",\"client_nom\":null,\"client_link\":\"missing\","
        "\"quota\":{\"state\":\"ok\",\"permille\":620,\"elapsed_permille\":500,"
        "\"resets_at\":\"2026-11-17T00:00:00Z\",\"seen_at\":\"2026-11-16T11:00:00Z\",\"stale\":"
        "false,"
        "\"source\":\"table\"},"
        "\"budget\":{\"state\":\"zero-limit\",\"permille\":null,\"elapsed_permille\":516,"
        "\"resets_at\":\"2026-12-01T00:00:00Z\",\"seen_at\":\"2026-11-16T11:00:00Z\",\"stale\":"
        "false,"
        "\"source\":\"table\"}}");
    free(text);
    connexion_destroy(c);
}

Test(cli_json, the_key_is_never_there)
{
    struct connexion *c = row();
    set(c, COL_API_KEY, "sk-secret");
    char *text = written(json_connexion(c, 0));
    cr_expect(!strstr(text, "sk-secret") && !strstr(text, "openai_api_key"));
    free(text);
    connexion_destroy(c);
}

Test(cli_json, what_a_column_holds_decides_its_form)
{
    static const struct {
        enum column column;
        const char *text, *json;
    } cases[] = {
        {COL_ACTIVE, "f", "\"openai_actif\":false"},
        {COL_DAY_USE, "99999999999999999999",
         "\"openai_usage_quotidien\":\"99999999999999999999\""},
        {COL_DAY_USE, "-3", "\"openai_usage_quotidien\":-3"},
        {COL_COST, "0.000000000001", "\"openai_cout_actuel_mois\":\"0.000000000001\""},
        {COL_MODELS, "{}", "\"openai_modeles_autorises\":[]"},
        {COL_MODELS, "{a…", "\"openai_modeles_autorises\":\"{a…\""},
        {COL_AUDIT, "{}", "\"openai_audit_log\":{}"},
        {COL_AUDIT, "[1, \"a\"]", "\"openai_audit_log\":[1, \"a\"]"},
        {COL_AUDIT, "null", "\"openai_audit_log\":null"},
        {COL_AUDIT, "\"\\u001b[2J\"", "\"openai_audit_log\":\"\\u001b[2J\""},
        {COL_AUDIT, "{\"a\": \"b…", "\"openai_audit_log\":\"{\\\"a\\\": \\\"b…\""},
        {COL_AUDIT, "{} {}", "\"openai_audit_log\":\"{} {}\""},
        {COL_AUDIT, "{\"a\": \"\\x9b\"}", "\"openai_audit_log\":\"{\\\"a\\\": \\\"\\\\x9b\\\"}\""},
        {COL_AUDIT, "[NaN]", "\"openai_audit_log\":\"[NaN]\""},
        {COL_AUDIT, "-Infinity", "\"openai_audit_log\":\"-Infinity\""},
        {COL_AUDIT, "{\"N\\\"\": 1}", "\"openai_audit_log\":{\"N\\\"\": 1}"},
        {COL_AUDIT, "", "\"openai_audit_log\":\"\""},
        {COL_ERROR, "say \"no\"\\", "\"openai_derniere_erreur\":\"say \\\"no\\\"\\\\\""},
        {COL_ERROR, "a/b", "\"openai_derniere_erreur\":\"a/b\""},
        {COL_ERROR, "東京", "\"openai_derniere_erreur\":\"東京\""},
        {COL_ERROR, "\u202e\xc2\x9b", "\"openai_derniere_erreur\":\"\\u202e\\u009b\""},
        {COL_ERROR, "\U000e0041", "\"openai_derniere_erreur\":\"\\udb40\\udc41\""},
        {COL_ERROR, "a\xff", "\"openai_derniere_erreur\":\"a\\ufffd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct connexion *c = row();
        set(c, cases[i].column, cases[i].text);
        char *text = written(json_connexion(c, 0));
        cr_expect(strstr(text, cases[i].json), "%s is not in %s", cases[i].json, text);
        free(text);
        connexion_destroy(c);
    }
}

Test(cli_json, deep_json_is_only_text)
{
    char deep[500];
    struct connexion *c = row();
    memset(deep, '[', 200);
    memset(deep + 200, ']', 200);
    deep[400] = '\0';
    set(c, COL_AUDIT, deep);
    char *text = written(json_connexion(c, 0));
    cr_expect(strstr(text, "\"openai_audit_log\":\"[[["));
    free(text);
    connexion_destroy(c);
}

Test(cli_json, organisations_and_totals)
{
    char name[] = "Réseau Horizon";
    struct organisation o = {
        .id = "00000000-0000-4000-8000-000000000001",
        .nom = name,
        .totals = {.connexions = 3,
                   .organisations = 1,
                   .active = 2,
                   .cost = "12.5",
                   .limit = "0",
                   .budget_permille = -1},
    };
    char *text = written(json_organisation(&o));
    cr_expect_str_eq(
        text,
        "{\"organisation_id\":\"00000000-0000-4000-8000-000000000001\","
        "\"organisation_nom\":\"Réseau Horizon\",\"organisation_statut_compte\":null,"
        "\"totals\":{\"connexions\":3,\"organisations\":1,\"active\":2,\"over\":0,\"troubled\":0,"
        "\"cost\":\"12.5\",\"limit\":\"0\",\"budget_permille\":null}}");
    free(text);
}

Test(cli_json, the_proof)
{
    struct proof p = {.server_version = 150020,
                      .server_text = "15.20",
                      .login = "claire",
                      .role = "claire",
                      .host = "db"};
    cr_assert_neq(proof_judge(&p, NULL), 0);
    char *text = written(json_proof(&p));
    cr_expect(strstr(text, "\"proven\":false"));
    cr_expect(strstr(text, "\"login\":\"claire\""));
    cr_expect(strstr(text, "\"user_id\":null"));
    cr_expect(strstr(text, "{\"check\":\"server\",\"title\":\"server is PostgreSQL 14 or "
                           "later\",\"outcome\":\"pass\"}"));
    cr_expect(strstr(text, "\"error\":\"no-table\",\"exit_status\":23"));
    cr_expect(strstr(
        text, "\"check\":\"rls\",\"title\":\"row level security is on\",\"outcome\":\"skipped\"}"));
    cr_expect(strstr(text, "\"check\":\"transport\""));
    free(text);
    p = (struct proof){.server_version = 150020,
                       .table_readable = 1,
                       .rls_on = 1,
                       .rls_active = 1,
                       .functions_usable = 1,
                       .user_id = "u",
                       .admin = 1};
    cr_assert_eq(proof_judge(&p, NULL), 0);
    text = written(json_proof(&p));
    cr_expect(strstr(text, "\"proven\":true"));
    free(text);
}

Test(cli_json, lists_are_arrays_of_lines)
{
    char *text = NULL;
    size_t len = 0;
    struct json_list list;
    FILE *f = open_memstream(&text, &len);
    cr_assert(f);
    json_list_open(&list, f);
    json_list_close(&list);
    json_list_open(&list, f);
    json_list_add(&list, json_object_new_int(1));
    json_list_add(&list, json_object_new_string("a"));
    json_list_close(&list);
    json_list_open(&list, f); /* what fails before its first item leaves nothing behind */
    cr_assert_eq(fclose(f), 0);
    cr_expect_str_eq(text, "[]\n[\n1,\n\"a\"\n]\n");
    free(text);
}
