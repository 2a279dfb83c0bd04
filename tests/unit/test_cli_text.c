#include "config.h"

#include "cli/part.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct str out;

static void start(void)
{
    str_init(&out, HELP_MAX);
}

static void end(void)
{
    cr_expect_not(out.overflow);
    str_finish(&out);
}

static int has(const char *format, const char *word)
{
    char text[128];
    (void)snprintf(text, sizeof text, "%s%s", format, word);
    return strstr(str_get(&out), text) != NULL;
}

TestSuite(text, .init = start, .fini = end);

Test(text, the_help_names_every_command_and_option)
{
    help_program(&out);
    for (int id = 0; id < CLI_COUNT; id++)
        cr_expect(has("\n  ", cli_info((enum cli_id)id)->name));
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_info *o = option_info((enum option_id)id);
        cr_expect_eq(has("--", o->name), !(o->scope & SCOPE_HIDDEN), "%s", o->name);
    }
    cr_expect(has("", "no-scope"));
    cr_expect(has("", "budget:"));
}

Test(text, the_help_of_a_command_holds_its_options_only)
{
    help_command(&out, CLI_LOCAL);
    cr_expect(has("", "start|stop|status|destroy"));
    cr_expect(has("--", "yes"));
    cr_expect_not(has("--", "filter"));
    cr_expect_not(has("", "postgresql://"));
}

Test(text, the_manual_page_is_roff_with_every_command)
{
    man_page(&out);
    cr_expect(has("", ".TH VIGIE 1"));
    for (int id = 0; id < CLI_COUNT; id++)
        cr_expect(has("\\fB", cli_info((enum cli_id)id)->name));
    cr_expect(has("", "\\-\\-filter"));
    for (const char *line = str_get(&out); line; line = strchr(line, '\n')) {
        line += *line == '\n';
        cr_expect(*line != '\'', "%.20s", line);
        cr_expect(*line != '.' || strchr("STPB", line[1]), "%.20s", line);
        if (!*line)
            break;
    }
}

Test(text, the_completion_offers_what_a_command_takes)
{
    completion_bash(&out);
    cr_expect(has("", "    local) words='start stop status destroy --help"));
    cr_expect(has("", "complete -F _vigie vigie\n"));
    cr_expect_not(has("--", "completion "));
}
