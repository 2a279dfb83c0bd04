#include "config.h"

#include "db/conninfo.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *value(const struct conninfo *c, const char *key)
{
    const char *found = NULL;
    for (int i = 0; i < c->len; i++)
        if (strcmp(c->keys[i], key) == 0)
            found = c->values[i];
    return found;
}

static int fill(struct conninfo *c, const char *conninfo, struct err *e)
{
    static char text[256];
    static char user[] = "claire";
    static char password[] = "hunter2";
    (void)snprintf(text, sizeof text, "%s", conninfo);
    struct conn_spec spec = {.conninfo = text, .username = user, .password = password};
    return conninfo_fill(c, &spec, e);
}

Test(db_conninfo, the_connection_string_comes_first_and_what_the_person_said_wins)
{
    struct conninfo c;
    struct err e = {0};
    cr_assert_eq(fill(&c, "host=db user=other", &e), 0);
    cr_expect_str_eq(c.keys[0], "dbname");
    cr_expect_str_eq(c.values[0], "host=db user=other");
    cr_expect_str_eq(value(&c, "user"), "claire");
    cr_expect_str_eq(value(&c, "password"), "hunter2");
    cr_expect_str_eq(value(&c, "fallback_application_name"), "vigie");
    cr_expect_str_eq(value(&c, "client_encoding"), "UTF8");
    cr_expect_null(c.keys[c.len]);
    cr_expect_null(c.values[c.len]);
}

Test(db_conninfo, nothing_said_is_left_to_libpq)
{
    struct conninfo c;
    struct err e = {0};
    struct conn_spec spec;
    conn_spec_init(&spec);
    cr_assert_eq(conninfo_fill(&c, &spec, &e), 0);
    cr_expect_null(value(&c, "dbname"));
    cr_expect_null(value(&c, "user"));
    cr_expect_null(value(&c, "password"));
}

Test(db_conninfo, uris_and_plain_database_names_are_taken)
{
    struct conninfo c;
    struct err e = {0};
    cr_expect_eq(fill(&c, "postgresql://claire@db.example:5433/app?sslmode=verify-full", &e), 0);
    cr_expect_eq(fill(&c, "app", &e), 0);
    cr_expect_eq(fill(&c, "service=prod", &e), 0);
}

Test(db_conninfo, an_unreadable_string_is_a_usage_error_that_repeats_nothing)
{
    static const char *const bad[] = {"host=x password=two hunter2", "pasword=hunter2",
                                      "postgresql://u:hunter2@h:port%/x", "password='hunter2"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct conninfo c;
        struct err e = {0};
        cr_expect_eq(fill(&c, bad[i], &e), -(int)ERR_USAGE, "%s", bad[i]);
        cr_expect(!strstr(e.text, "hunter2") && !strstr(e.cure, "hunter2"), "%s", e.text);
        cr_expect(e.cure[0] != '\0');
    }
}

static PQconninfoOption *options(const char *host, const char *hostaddr, const char *port)
{
    static char keywords[3][16] = {"host", "hostaddr", "port"};
    static char values[3][64];
    static PQconninfoOption list[4];
    const char *given[] = {host, hostaddr, port};
    for (int i = 0; i < 3; i++) {
        (void)snprintf(values[i], sizeof values[i], "%s", given[i] ? given[i] : "");
        list[i] = (PQconninfoOption){.keyword = keywords[i], .val = given[i] ? values[i] : NULL};
    }
    return list;
}

Test(db_conninfo, hosts_are_counted_and_found)
{
    PQconninfoOption *o = options("a,b,b", NULL, "1,2,3");
    cr_expect_eq(conninfo_hosts(o), 3);
    cr_expect_eq(conninfo_which(o, "a", "1"), 0);
    cr_expect_eq(conninfo_which(o, "b", "2"), 1);
    cr_expect_eq(conninfo_which(o, "b", "3"), 2);
    o = options("a,b", NULL, "5432");
    cr_expect_eq(conninfo_which(o, "b", "5432"), 1, "one port is for all");
    o = options("a,b", NULL, NULL);
    cr_expect_eq(conninfo_which(o, "b", "5432"), 1, "no port is the default for all");
    o = options(NULL, "10.0.0.1,10.0.0.2", "5432");
    cr_expect_eq(conninfo_hosts(o), 2);
    cr_expect_eq(conninfo_which(o, "10.0.0.2", "5432"), 1);
    cr_expect_eq(conninfo_hosts(options(NULL, NULL, NULL)), 1);
}

Test(db_conninfo, hosts_given_up_are_left_out)
{
    struct conninfo c;
    struct err e = {0};
    cr_assert_eq(fill(&c, "host=a,b,c port=1,2,3", &e), 0);
    conninfo_skip(&c, options("a,b,c", NULL, "1,2,3"), 2);
    cr_expect_str_eq(value(&c, "host"), "c");
    cr_expect_str_eq(value(&c, "port"), "3");
    cr_expect_null(value(&c, "hostaddr"));
    cr_assert_eq(fill(&c, "host=a,b", &e), 0);
    conninfo_skip(&c, options("a,b", NULL, "5432"), 1);
    cr_expect_str_eq(value(&c, "host"), "b");
    cr_expect_str_eq(value(&c, "port"), "5432");
}
