#include "config.h"

#include "cli/part.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 8 };

static struct cli cli;
static int demo;

static int pick(const char *text)
{
    static char buf[200];
    static char *argv[WORDS];
    char *save = NULL;
    cli = (struct cli){.program = "vigie", .argv = argv};
    (void)snprintf(buf, sizeof buf, "%s", text);
    for (char *w = strtok_r(buf, " ", &save); w && cli.argc < WORDS; w = strtok_r(NULL, " ", &save))
        argv[cli.argc++] = w;
    return cli_pick(&cli, &demo);
}

static void picks(const char *text, enum cli_id id, int is_demo, int left)
{
    cr_expect_eq(pick(text), 0, "%s: %s", text, cli.err.text);
    cr_expect_eq(cli.id, id, "%s", text);
    cr_expect_eq(demo, is_demo, "%s", text);
    cr_expect_eq(cli.argc, left, "%s", text);
}

Test(pick, the_first_operand_is_the_command_or_a_connection)
{
    picks("", CLI_CONSOLE, 0, 0);
    picks("console", CLI_CONSOLE, 0, 0);
    picks("service=prod", CLI_CONSOLE, 0, 1);
    picks("postgresql://h/d", CLI_CONSOLE, 0, 1);
    picks("@prod", CLI_CONSOLE, 0, 1);
    picks("list host=a", CLI_LIST, 0, 1);
    picks("show 1 @prod", CLI_SHOW, 0, 2);
    picks("local start", CLI_LOCAL, 0, 1);
}

Test(pick, the_demonstration_runs_another_command)
{
    picks("demo", CLI_CONSOLE, 1, 0);
    picks("demo list", CLI_LIST, 1, 0);
    picks("demo show x", CLI_SHOW, 1, 1);
    picks("demo reset", CLI_DEMO, 1, 1);
    cr_expect_eq(pick("demo local"), -ERR_USAGE);
    cr_expect_eq(pick("demo demo"), -ERR_USAGE);
    cr_expect_eq(pick("demo lst"), -ERR_USAGE);
}

Test(pick, an_unknown_word_names_the_nearest_command)
{
    cr_expect_eq(pick("lits"), -ERR_USAGE);
    cr_expect(strstr(cli.err.cure, "`vigie list`"), "%s", cli.err.cure);
    cr_expect_eq(pick("organizations"), -ERR_USAGE);
    cr_expect(strstr(cli.err.cure, "organisations"), "%s", cli.err.cure);
    cr_expect_eq(pick("zzzzzz"), -ERR_USAGE);
    cr_expect(strstr(cli.err.cure, "dbname=zzzzzz"), "%s", cli.err.cure);
    cr_expect_eq(pick("\x1b[1m"), -ERR_USAGE);
    cr_expect_not(strchr(cli.err.text, '\x1b'));
    cr_expect_not(strchr(cli.err.cure, '\x1b'));
}

Test(pick, every_command_is_found_by_its_name)
{
    for (int id = 0; id < CLI_COUNT; id++) {
        const struct cli_info *info = cli_info((enum cli_id)id);
        cr_expect_eq(cli_find(info->name), (enum cli_id)id);
        cr_expect(info->run && *info->help && info->least <= info->most);
    }
    cr_expect_eq(cli_find("nothing"), CLI_COUNT);
}
