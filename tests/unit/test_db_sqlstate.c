#include "config.h"

#include "db/sqlstate.h"

#include <criterion/criterion.h>
#include <string.h>

Test(db_sqlstate, known_states_have_their_code_and_words)
{
    static const struct {
        const char *state;
        enum err_code code;
        const char *says;
    } list[] = {
        {"28P01", ERR_PASSWORD, "wrong password"},
        {"3D000", ERR_UNREACHABLE, "no such database"},
        {"53300", ERR_UNREACHABLE, "too many"},
        {"57P03", ERR_UNREACHABLE, "starting up"},
        {"57P01", ERR_LOST, "ended the session"},
        {"57014", ERR_TIMEOUT, "deadline"},
        {"55P03", ERR_TIMEOUT, "lock"},
        {"42501", ERR_DENIED, "may not"},
        {"23514", ERR_DATABASE, "value"},
        {"53100", ERR_DATABASE, "disk"},
        {"40001", ERR_DATABASE, "in between"},
        {"25006", ERR_DENIED, "read-only"},
        {"08006", ERR_LOST, "connection"},
        {"22012", ERR_DATABASE, "value"},
        {"XX001", ERR_DATABASE, "within itself"},
        {"ZZ999", ERR_DATABASE, "refused"},
        {"57999", ERR_LOST, "administrator"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        struct err e = {0};
        cr_expect_eq(sqlstate_error(&e, list[i].state, NULL), -(int)list[i].code, "%s",
                     list[i].state);
        cr_expect_eq(e.code, list[i].code, "%s", list[i].state);
        cr_expect(strstr(e.text, list[i].says), "%s: %s", list[i].state, e.text);
        cr_expect(strstr(e.text, list[i].state), "%s", e.text);
    }
    cr_expect_eq(sqlstate_error(NULL, "57014", NULL), -(int)ERR_TIMEOUT);
}

Test(db_sqlstate, the_servers_sentence_is_added_where_it_helps_and_is_harmless)
{
    struct err e = {0};
    (void)sqlstate_error(&e, "42703", "column \"x\033[31m\" does not exist\nsecond line");
    cr_expect(strstr(e.text, "(42703: column \"x\\e[31m\" does not exist)"), "%s", e.text);
    (void)sqlstate_error(&e, "P0001", "bad key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789");
    cr_expect(!strstr(e.text, "abcdefghijklmnop"), "%s", e.text);
    (void)sqlstate_error(&e, "22P02",
                         "invalid input syntax for type uuid: \"what the person typed\"");
    cr_expect(!strstr(e.text, "typed"), "%s", e.text);
    char endless[5000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    (void)sqlstate_error(&e, "42601", endless);
    cr_expect_lt(strlen(e.text), 500);
}

Test(db_sqlstate, a_state_is_found_in_the_words_of_libpq_whatever_their_language)
{
    char state[SQLSTATE_TEXT] = "";
    const char *found =
        sqlstate_find("connection to server at \"h\" (::1), port 1 failed: Connection refused\n"
                      "connection to server on socket \"/s\" failed: FATAL:  28P01: password "
                      "authentication failed for user \"x\"\nLOCATION:  auth_failed\n",
                      state);
    cr_assert_not_null(found);
    cr_expect_str_eq(state, "28P01");
    cr_expect_eq(strncmp(found, "password authentication", 23), 0);
    found = sqlstate_find("FATALE:  57P03: le système est en cours de démarrage", state);
    cr_assert_not_null(found);
    cr_expect_str_eq(state, "57P03");
    cr_expect_null(sqlstate_find("failed: Connection refused\n\tIs the server running?", state));
    cr_expect_null(sqlstate_find("FATAL:  lower: no", state));
    cr_expect_null(sqlstate_find("x:  28P0", state));
    cr_expect_null(sqlstate_find("", state));
}

Test(db_sqlstate, a_result_without_a_state_is_a_broken_connection)
{
    struct err e = {0};
    PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);
    cr_expect_eq(sqlstate_result(&e, res), -(int)ERR_LOST);
    PQclear(res);
}
