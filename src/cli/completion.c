#include "config.h"

#include "cli/part.h"

#include <ctype.h>
#include <string.h>

/* "--host= --port=" would be taken for words of their own: options are listed bare. */
static void add_options(struct str *out, unsigned scope)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_info *o = option_info((enum option_id)id);
        if (o->scope & scope & SCOPE_ALL && !(o->scope & SCOPE_HIDDEN))
            (void)str_addf(out, " --%s", o->name);
    }
}

static void add_commands(struct str *out)
{
    for (int id = 0; id < CLI_COUNT; id++)
        (void)str_addf(out, " %s", cli_info((enum cli_id)id)->name);
}

static void add_files(struct str *out)
{
    (void)str_add(out, "    case $before in\n    ");
    const char *bar = "";
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_info *o = option_info((enum option_id)id);
        if (o->argument && strcmp(o->argument, "FILE") == 0) {
            (void)str_addf(out, "%s--%s", bar, o->name);
            bar = " | ";
        }
    }
    (void)str_add(out, ")\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                       "        return\n        ;;\n    esac\n");
}

/* The words to be typed as they are: names of values are in capitals. */
static void add_words(struct str *out, const char *operands)
{
    static const char between[] = "|[] ";
    const char *gap = "";
    for (const char *word = operands + strspn(operands, between); *word;) {
        size_t len = strcspn(word, between);
        if (islower((unsigned char)*word)) {
            (void)str_addf(out, "%s%.*s", gap, (int)len, word);
            gap = " ";
        }
        word += len;
        word += strspn(word, between);
    }
}

static void add_case(struct str *out, const struct cli_info *info)
{
    (void)str_addf(out, "    %s) words='", info->name);
    add_words(out, info->operands);
    add_options(out, info->scope);
    (void)str_add(out, "' ;;\n");
}

void completion_bash(struct str *out)
{
    (void)str_add(out, "# bash completion of vigie; made from the program's own lists\n"
                       "_vigie() {\n"
                       "    local word=$2 before=$3 command='' words='' each\n");
    add_files(out);
    (void)str_add(out, "    local commands='");
    add_commands(out);
    (void)str_add(out, "'\n"
                       "    for each in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                       "        [[ \" $commands \" == *\" $each \"* ]] && command=$each\n"
                       "    done\n"
                       "    case $command in\n");
    for (int id = 0; id < CLI_COUNT; id++)
        add_case(out, cli_info((enum cli_id)id));
    (void)str_add(out, "    *) words=\"$commands");
    add_options(out, cli_info(CLI_CONSOLE)->scope);
    (void)str_add(out, "\" ;;\n"
                       "    esac\n"
                       "    [[ $command == demo ]] && words=\"$commands $words\"\n"
                       "    [[ $command == help ]] && words=\"$commands $words\"\n"
                       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                       "}\n"
                       "complete -F _vigie vigie\n");
}
