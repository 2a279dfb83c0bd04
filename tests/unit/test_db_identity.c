#include "config.h"

#include "db/session_part.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

Test(db_identity, claims_are_json_whatever_they_hold)
{
    static const char user[] = "aa000000-0000-4000-8000-000000000001";
    static const char role[] = "it's \"quoted\" \\ é";
    struct str s;
    str_init(&s, 1000);
    identity_claims(&s, user, role);
    struct json_object *o = json_tokener_parse(str_get(&s));
    cr_assert_not_null(o);
    cr_expect_str_eq(json_object_get_string(json_object_object_get(o, "sub")), user);
    cr_expect_str_eq(json_object_get_string(json_object_object_get(o, "role")), role);
    json_object_put(o);
    str_clear(&s);
    identity_claims(&s, user, NULL);
    cr_expect_str_eq(str_get(&s), "{\"sub\":\"aa000000-0000-4000-8000-000000000001\"}");
    str_finish(&s);
}

Test(db_identity, a_stranger_is_a_random_uuid)
{
    char a[STRANGER_TEXT];
    char b[STRANGER_TEXT];
    identity_stranger(a);
    identity_stranger(b);
    cr_expect_eq(strlen(a), STRANGER_TEXT - 1);
    cr_expect_eq(a[14], '4');
    cr_expect(strchr("89ab", a[19]));
    cr_expect_str_neq(a, b);
}

Test(db_identity, a_spec_is_copied_deeply)
{
    struct conn_spec spec;
    struct conn_spec copy;
    conn_spec_init(&spec);
    cr_expect_eq(spec.identity, IDENTITY_ROLE);
    cr_expect_gt(spec.timeout_ms, 0);
    spec.conninfo = strdup("host=a");
    conn_spec_password(&spec, "one");
    conn_spec_password(&spec, "two");
    conn_spec_copy(&copy, &spec);
    cr_expect_str_eq(copy.conninfo, "host=a");
    cr_expect_neq(copy.conninfo, spec.conninfo);
    cr_expect_str_eq(copy.password, "two");
    cr_expect_null(copy.username);
    conn_spec_finish(&spec);
    cr_expect_null(spec.password);
    conn_spec_finish(&copy);
    conn_spec_finish(&copy);
}

Test(db_identity, a_session_to_nowhere_says_so_and_takes_nothing)
{
    struct conn_spec spec;
    struct session *s = NULL;
    struct err e = {0};
    conn_spec_init(&spec);
    spec.conninfo = strdup("host=/nonexistent dbname=x user=x");
    cr_expect_eq(session_open(&s, &spec, &e), -(int)ERR_UNREACHABLE);
    cr_expect_null(s);
    cr_expect(e.text[0] && e.cure[0]);
    session_destroy(NULL);
    conn_spec_finish(&spec);
}
