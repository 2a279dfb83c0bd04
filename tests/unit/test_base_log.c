#include "config.h"

#include "base/log.h"

#include "base/clock.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(base_log, secrets_are_masked)
{
    static const struct {
        const char *text, *masked;
    } cases[] = {
        {"key sk-proj-AbC_123 tried", "key sk-************ tried"},
        {"sk-", "sk-"},
        {"a task-force meets", "a task-force meets"},
        {"xsk-0123456789abcdef0123", "xsk-********************"},
        {"password=hunter2 host=x", "password=******* host=x"},
        {"password = hunter2", "password = *******"},
        {"PGPASSWORD=hunter2", "PGPASSWORD=*******"},
        {"passwd=hunter2;", "passwd=*******;"},
        {"password='it\\'s here' host=x", "password='**********' host=x"},
        {"ALTER ROLE a PASSWORD 'hunter2';", "ALTER ROLE a PASSWORD '*******';"},
        {"?password=a%20b&sslmode=x", "?password=*****&sslmode=x"},
        {"password authentication failed for user \"x\"",
         "password authentication failed for user \"x\""},
        {"{\"openai_api_key\": \"abc\", \"b\": 1}", "{\"openai_api_key\": \"***\", \"b\": 1}"},
        {"Authorization: Bearer abc.def", "Authorization: Bearer *******"},
        {"postgresql://user:pw@host/db", "postgresql://user:**@host/db"},
        {"postgresql://user@host:5432/db", "postgresql://user@host:5432/db"},
        {"http://a/b:c@d", "http://a/b:c@d"},
        {"postgres://u:a@h postgres://u:bb@h", "postgres://u:*@h postgres://u:**@h"},
        {"password=", "password="},
        {"password='open", "password='****"},
        {"password='end\\", "password='****"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "%s", cases[i].text);
        log_redact(text);
        cr_expect_str_eq(text, cases[i].masked);
    }
}

Test(base_log, lines_are_scrubbed_redacted_and_bounded)
{
    struct log_line line;
    char big[2000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    clock_set(1000);
    log_write(LOG_WARN, "a\x1b[2J %s", "sk-abc");
    cr_assert_eq(log_copy(&line, 1), 1);
    cr_expect_str_eq(line.text, "a\\e[2J sk-***");
    cr_expect_eq(line.level, LOG_WARN);
    cr_expect_eq(line.at, 1000);
    log_write(LOG_INFO, "%s", big);
    cr_assert_eq(log_copy(&line, 1), 1);
    cr_expect_eq(strlen(line.text), LOG_LINE_MAX - 1);
}

Test(base_log, the_ring_keeps_the_newest)
{
    static struct log_line lines[LOG_RING + 10];
    cr_expect_eq(log_copy(lines, 10), 0);
    for (int i = 0; i < LOG_RING + 5; i++)
        log_write(LOG_INFO, "%d", i);
    cr_assert_eq(log_copy(lines, LOG_RING + 10), LOG_RING);
    cr_expect_str_eq(lines[0].text, "5");
    cr_expect_str_eq(lines[LOG_RING - 1].text, "516");
    cr_assert_eq(log_copy(lines, 3), 3);
    cr_expect_str_eq(lines[0].text, "514");
    cr_expect_str_eq(lines[2].text, "516");
}

Test(base_log, the_file_is_private_and_appended_to)
{
    char dir[] = "/tmp/vigie-log-XXXXXX";
    char path[100];
    char other[100];
    char text[200] = "";
    struct stat st;
    cr_assert(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/log", dir);
    (void)snprintf(other, sizeof other, "%s/link", dir);
    clock_set(0);
    cr_assert_eq(log_open(path), 0);
    log_write(LOG_ERROR, "one");
    log_close();
    log_write(LOG_ERROR, "not in the file");
    cr_assert_eq(log_open(path), 0);
    log_write(LOG_DEBUG, "two\n");
    log_close();
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    cr_assert(f);
    cr_expect(fread(text, 1, sizeof text - 1, f) > 0);
    cr_expect_str_eq(text, "1970-01-01T00:00:00Z error one\n1970-01-01T00:00:00Z debug two\\n\n");
    (void)fclose(f);
    cr_assert_eq(symlink(path, other), 0);
    cr_expect_eq(log_open(other), -1, "a symbolic link is not followed");
    cr_expect_eq(log_open("/nonexistent/log"), -1);
    (void)unlink(other);
    (void)unlink(path);
    (void)rmdir(dir);
}

Test(base_log, a_full_disk_is_survived)
{
    if (access("/dev/full", W_OK))
        return;
    cr_assert_eq(log_open("/dev/full"), 0);
    log_write(LOG_INFO, "one");
    log_write(LOG_INFO, "two");
    static struct log_line lines[4];
    cr_expect_eq(log_copy(lines, 4), 2);
}

Test(base_log, levels_have_names)
{
    cr_expect_str_eq(log_level_name(LOG_ERROR), "error");
    cr_expect_str_eq(log_level_name(LOG_DEBUG), "debug");
}
