#include "config.h"

#include "db/row.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* A result of one row as a server would send it. */
enum { FIELDS_MAX = 64 };

static PGresult *result(const char *const names[], const char *const values[], int n)
{
    PGresAttDesc fields[FIELDS_MAX];
    PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    memset(fields, 0, sizeof fields);
    for (int i = 0; i < n; i++) {
        fields[i].name = strdup(names[i]);
        fields[i].typlen = -1;
    }
    cr_assert(PQsetResultAttrs(res, n, fields));
    for (int i = 0; i < n; i++) {
        char *value = values[i] ? strdup(values[i]) : NULL;
        cr_assert(PQsetvalue(res, 0, i, value, value ? (int)strlen(value) : -1));
        free(value);
        free(fields[i].name);
    }
    return res;
}

static const char *const extra_names[] = {"organisation_nom",
                                          "client_nom",
                                          "client_organisation",
                                          "quota_permille",
                                          "budget_permille",
                                          "key1",
                                          "key2",
                                          "key3"};
enum { EXTRA = sizeof extra_names / sizeof extra_names[0] };

#define ORGANISATION "a0000000-0000-4000-8000-000000000000"

struct sample {
    const char *names[FIELDS_MAX];
    const char *values[FIELDS_MAX];
    int n;
};

static void put(struct sample *s, const char *name, const char *value)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->names[i], name) == 0)
            s->values[i] = value;
}

static struct sample sample(void)
{
    struct sample s = {.n = 0};
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (column_info((enum column)i)->kind != COLUMN_SECRET)
            s.names[s.n++] = column_info((enum column)i)->sql;
    for (int i = 0; i < EXTRA; i++)
        s.names[s.n++] = extra_names[i];
    put(&s, "openai_connexion_id", "c0000000-0000-4000-8000-000000000000");
    put(&s, "organisation_id", ORGANISATION);
    put(&s, "openai_actif", "t");
    put(&s, "openai_statut_connexion", "error");
    put(&s, "openai_derniere_synchro", "2026-11-22T13:45:00.123456Z");
    put(&s, "openai_reset_quota_at", "infinity");
    put(&s, "openai_email_compte", "ia@midi.example");
    put(&s, "organisation_nom", "Agence du Midi");
    put(&s, "client_nom", "Midi");
    put(&s, "client_organisation", ORGANISATION);
    put(&s, "quota_permille", "620");
    put(&s, "key1", "raw \033 key");
    return s;
}

static struct connexion *decode(const struct sample *s, int chars)
{
    PGresult *res = result(s->names, s->values, s->n);
    struct row_layout layout;
    struct err e = {0};
    cr_assert_eq(row_layout(&layout, res, chars, &e), 0, "%s", e.text);
    struct connexion *c = row_connexion(&layout, res, 0);
    PQclear(res);
    return c;
}

Test(db_row, a_row_becomes_a_connexion)
{
    struct sample s = sample();
    struct connexion *c = decode(&s, ROW_LIST_CHARS);
    cr_expect_str_eq(c->id, "c0000000-0000-4000-8000-000000000000");
    cr_expect_str_eq(c->organisation_id, ORGANISATION);
    cr_expect_str_eq(c->organisation_nom, "Agence du Midi");
    cr_expect_str_eq(c->client_nom, "Midi");
    cr_expect_eq(c->client_link, CLIENT_FOUND);
    cr_expect_eq(c->active, 1);
    cr_expect_eq(c->status, STATUS_ERROR);
    cr_expect(c->synchro.known && c->synchro.at == 1795355100, "%ld", (long)c->synchro.at);
    cr_expect(!c->reset.known);
    cr_expect_str_eq(c->col[COL_RESET], "infinity");
    cr_expect_eq(c->quota_permille, 620);
    cr_expect_eq(c->budget_permille, -1);
    cr_expect_null(c->col[COL_API_KEY]);
    cr_expect_null(c->col[COL_ERROR]);
    cr_expect_str_eq(c->keyset[0], "raw \033 key", "an anchor goes back as it came");
    cr_expect_null(c->keyset[1]);
    connexion_destroy(c);
}

Test(db_row, the_link_to_the_client)
{
    struct sample s = sample();
    put(&s, "client_organisation", "b0000000-0000-4000-8000-000000000000");
    struct connexion *c = decode(&s, ROW_LIST_CHARS);
    cr_expect_eq(c->client_link, CLIENT_ELSEWHERE);
    connexion_destroy(c);
    put(&s, "client_organisation", NULL);
    c = decode(&s, ROW_LIST_CHARS);
    cr_expect_eq(c->client_link, CLIENT_MISSING);
    connexion_destroy(c);
}

Test(db_row, foreign_text_is_scrubbed_and_bounded)
{
    struct sample s = sample();
    char *endless = malloc(100000);
    memset(endless, 'x', 99999);
    endless[99999] = '\0';
    put(&s, "openai_email_compte",
        "a\033[2J\xff\xe2\x80\xae"
        "b\r\n");
    put(&s, "openai_statut_connexion", "\a");
    put(&s, "openai_derniere_erreur", endless);
    put(&s, "openai_connexion_id", "\033[2J-not-a-uuid");
    struct connexion *c = decode(&s, ROW_LIST_CHARS);
    cr_expect_str_eq(c->col[COL_EMAIL], "a\\e[2J\\xff\\u{202e}b\\r\\n");
    cr_expect_eq(c->status, STATUS_UNKNOWN);
    cr_expect_eq(strlen(c->col[COL_ERROR]), ROW_LIST_CHARS + strlen("…"));
    cr_expect_str_eq(c->id, "");
    connexion_destroy(c);
    free(endless);
}

Test(db_row, text_is_cut_between_characters_and_says_so)
{
    static const char *const names[] = {"x"};
    static const struct {
        const char *value;
        const char *want;
    } list[] = {{"長長", "長長"}, {"長長長", "長長長"}, {"長長長長", "長長長…"},
                {"abc", "abc"},   {"abcé", "abc…"},     {"", ""},
                {NULL, NULL}};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        PGresult *res = result(names, &list[i].value, 1);
        char *text = row_text(res, 0, 0, 3);
        if (list[i].want)
            cr_expect_str_eq(text, list[i].want);
        else
            cr_expect_null(text);
        free(text);
        PQclear(res);
    }
}

Test(db_row, a_copy_keeps_whole_characters)
{
    static const char *const names[] = {"x"};
    static const char *const values[] = {"éééé"};
    char out[6];
    PGresult *res = result(names, values, 1);
    row_copy(out, sizeof out, res, 0, "x");
    cr_expect_str_eq(out, "éé");
    row_copy(out, sizeof out, res, 0, "no such column");
    cr_expect_str_eq(out, "");
    PQclear(res);
}

Test(db_row, a_missing_column_is_an_error)
{
    struct sample s = sample();
    struct row_layout layout;
    struct err e = {0};
    PGresult *res = result(s.names + 1, s.values + 1, s.n - 1);
    cr_expect_eq(row_layout(&layout, res, ROW_LIST_CHARS, &e), -(int)ERR_DATABASE);
    cr_expect(strstr(e.text, "openai_connexion_id"), "%s", e.text);
    PQclear(res);
}

Test(db_row, sums)
{
    static const char *const names[] = {"connexions", "active", "over",           "troubled",
                                        "cost",       "budget", "budget_permille"};
    static const char *const values[] = {"42", "40", NULL, "3", "1204.10", NULL, NULL};
    struct totals t;
    PGresult *res = result(names, values, 7);
    row_totals(&t, res, 0);
    cr_expect(t.connexions == 42 && t.active == 40 && t.over == 0 && t.troubled == 3 &&
              t.organisations == 0);
    cr_expect_str_eq(t.cost, "1204.10");
    cr_expect_str_eq(t.limit, "0");
    cr_expect_eq(t.budget_permille, -1);
    PQclear(res);
}
