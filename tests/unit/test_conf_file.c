#include "config.h"

#include "conf/file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/vigie-conf-XXXXXX";
static struct options options;
static struct err err;
static char conninfo[CONNINFO_MAX];

static int load_len(const char *text, size_t len, mode_t mode, const char *place)
{
    (void)snprintf(path, sizeof path, "%s", "/tmp/vigie-conf-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, len), (ssize_t)len);
    cr_assert_eq(fchmod(fd, mode), 0);
    cr_assert_eq(close(fd), 0);
    options_finish(&options);
    err = (struct err){0};
    int rc = conf_load(&options, path, 1, place, conninfo, &err);
    cr_assert_eq(unlink(path), 0);
    return rc;
}

static int load(const char *text, const char *place)
{
    return load_len(text, strlen(text), 0600, place);
}

static const char two_places[] = "[place prod]\n"
                                 "connection = host=a,b dbname=x  ; not a comment\n"
                                 "sort = -budget\n"
                                 "ascii = no\n"
                                 "\n"
                                 "# a comment\n"
                                 "[vigie]\n"
                                 "connection = service=home\n"
                                 "username = claire\n"
                                 "sort = account\n"
                                 "timeout=7\n"
                                 "ascii = yes\n"
                                 "label = my place\n"
                                 "[ place  test ]\n"
                                 "username=lea\n";

Test(file, the_section_vigie_alone)
{
    cr_assert_eq(load(two_places, NULL), 0, "%s", err.text);
    cr_assert_str_eq(conninfo, "service=home");
    cr_assert_str_eq(option_get(&options, OPT_USERNAME), "claire");
    cr_assert_str_eq(option_get(&options, OPT_SORT), "account");
    cr_assert_str_eq(option_get(&options, OPT_TIMEOUT), "7");
    cr_assert_str_eq(option_get(&options, OPT_ASCII), "1");
    cr_assert_str_eq(option_get(&options, OPT_LABEL), "my place");
}

Test(file, a_place_starts_from_vigie_less_its_connection_and_identity)
{
    cr_assert_eq(load(two_places, "prod"), 0, "%s", err.text);
    cr_assert_str_eq(conninfo, "host=a,b dbname=x  ; not a comment");
    cr_assert_str_eq(option_get(&options, OPT_SORT), "-budget");
    cr_assert_str_eq(option_get(&options, OPT_TIMEOUT), "7");
    cr_assert_not(option_given(&options, OPT_ASCII));
    cr_assert_not(option_given(&options, OPT_USERNAME));
    cr_assert_not(option_given(&options, OPT_LABEL));
    cr_assert_eq(load(two_places, "test"), 0, "%s", err.text);
    cr_assert_str_eq(conninfo, "");
    cr_assert_str_eq(option_get(&options, OPT_USERNAME), "lea");
}

static void refused(const char *text, const char *says)
{
    cr_expect_eq(load(text, NULL), -ERR_CONFIG, "%s", text);
    cr_expect(strstr(err.text, says), "%s: %s", text, err.text);
}

Test(file, mistakes_name_their_line)
{
    refused("[vigie]\nsrt = x\n", ":2: ");
    cr_assert(strstr(err.cure, "sort"));
    refused("sort = x\n", ":1: ");
    refused("[vigie]\n\n\nsort\n", ":4: ");
    refused("[vigie\n", ":1: ");
    refused("[other]\n", ":1: ");
    refused("[vigie]\nascii = maybe\n", ":2: ");
    refused("[place x]\nnonsense = 1\n", ":2: ");
    refused("[vigie]\n\x1b[31m = 1\n", "\\e[31m");
}

Test(file, long_lines_and_nul_bytes_are_refused_not_cut)
{
    static char text[CONF_LINE_MAX + 100];
    (void)snprintf(text, sizeof text, "[vigie]\nconnection = host=");
    size_t start = strlen(text);
    memset(text + start, 'x', 1000);
    cr_assert_eq(load(text, NULL), 0, "%s", err.text);
    cr_assert_eq(strlen(conninfo), 1005);
    memset(text + start, 'x', CONF_LINE_MAX);
    refused(text, ":2: ");
    cr_assert_eq(load_len("[vigie]\nsort = a\0b\n", 19, 0600, NULL), -ERR_CONFIG);
    cr_assert(strstr(err.text, ":2: "));
}

Test(file, a_place_that_is_not_there)
{
    cr_assert_eq(load("[vigie]\n", "prod"), -ERR_CONFIG);
    cr_assert(strstr(err.text, "[place prod]"));
}

Test(file, rights)
{
    const char *plain = "[vigie]\nsort = x\n";
    const char *secret = "[vigie]\nconnection = host=a password=b\n";
    const char *uri = "[place x]\nconnection = postgresql://a:b@h/d\n";
    cr_expect_eq(load_len(plain, strlen(plain), 0644, NULL), 0);
    cr_expect_eq(load_len(plain, strlen(plain), 0664, NULL), -ERR_CONFIG);
    cr_expect_eq(load_len(plain, strlen(plain), 0602, NULL), -ERR_CONFIG);
    cr_expect_eq(load_len(secret, strlen(secret), 0600, NULL), 0);
    cr_expect_eq(load_len(secret, strlen(secret), 0640, NULL), -ERR_CONFIG);
    cr_expect_eq(load_len(uri, strlen(uri), 0604, NULL), -ERR_CONFIG);
    cr_expect_not(strstr(err.text, ":b@"));
}

Test(file, passwords_are_seen)
{
    cr_expect(conf_has_password("host=a password=b"));
    cr_expect(conf_has_password("postgresql://a:b@h/d"));
    cr_expect(conf_has_password("postgresql://h/d?user=a&password=b"));
    cr_expect_not(conf_has_password("postgresql://a@h:5432/d"));
    cr_expect_not(conf_has_password("postgresql://h:5432/d"));
    cr_expect_not(conf_has_password("host=a user=b"));
}

Test(file, a_missing_file)
{
    cr_expect_eq(conf_load(&options, "/nowhere/x", 0, NULL, conninfo, &err), 0);
    cr_expect_str_eq(conninfo, "");
    cr_expect_eq(conf_load(&options, "/nowhere/x", 1, NULL, conninfo, &err), -ERR_CONFIG);
    cr_expect_eq(conf_load(&options, "/nowhere/x", 0, "prod", conninfo, &err), -ERR_CONFIG);
    cr_expect_eq(conf_load(&options, "/tmp", 1, NULL, conninfo, &err), -ERR_CONFIG);
}
