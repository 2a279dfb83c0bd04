#include "config.h"

#include "standin/control.h"
#include "standin/server.h"

#include "standin/scenario.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE_ERROR = 2, LIST_MAX = 1024 * 1024 };

static const char usage[] =
    "A stand-in for OpenAI's API on 127.0.0.1, for the demonstration and the tests.\n\n"
    "  vigie-standin serve --dir DIR [--port N] [--plain] [--clock INSTANT] [--seed N]\n"
    "                      [--world FILE] [--demo] [--idle-exit SECONDS]\n"
    "  vigie-standin ctl --dir DIR COMMAND [WORD...]     \"help\" lists the commands, \"-\" reads "
    "them\n"
    "  vigie-standin scenarios                           what can be played, as JSON\n\n"
    "serve prints one line of JSON when it is ready, the same as in DIR/ready: the address, the\n"
    "file of its certificate authority, and the addresses that misbehave below HTTP.\n";

static const struct option known[] = {
    {"dir", required_argument, NULL, 'd'},  {"port", required_argument, NULL, 'p'},
    {"plain", no_argument, NULL, 'P'},      {"clock", required_argument, NULL, 'c'},
    {"seed", required_argument, NULL, 's'}, {"world", required_argument, NULL, 'w'},
    {"demo", no_argument, NULL, 'D'},       {"idle-exit", required_argument, NULL, 'i'},
    {"help", no_argument, NULL, 'h'},       {NULL, 0, NULL, 0},
};

static int wrong(const char *text)
{
    (void)fprintf(stderr, "vigie-standin: %s\n\n%s", text, usage);
    return USAGE_ERROR;
}

static int number(const char *text, long max, int *out)
{
    char *end;
    long value = strtol(text, &end, 10);
    *out = (int)value;
    return end == text || *end || value < 0 || value > max ? -1 : 0;
}

static int take_option(struct options *o, int c)
{
    int value;
    switch (c) {
    case 'd':
        o->dir = optarg;
        return 0;
    case 'p':
        return number(optarg, 65535, &o->port);
    case 'P':
        o->plain = 1;
        return 0;
    case 'c':
        o->clock = optarg;
        return 0;
    case 's':
        if (number(optarg, 1000000000, &value))
            return -1;
        o->seed = value;
        return 0;
    case 'w':
        o->world = optarg;
        return 0;
    case 'D':
        o->demo = 1;
        return 0;
    case 'i':
        return number(optarg, 1000000, &o->idle_s);
    default:
        return -1;
    }
}

/* The options of a command; the rest is at optind. 1: help was asked for. */
static int read_options(struct options *o, int argc, char **argv)
{
    int c;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "+", known, NULL)) != -1) {
        if (c == 'h')
            return 1;
        if (take_option(o, c))
            return -1;
    }
    return o->dir ? 0 : -1;
}

static int print_scenarios(void)
{
    struct str out;
    str_init(&out, LIST_MAX);
    scenario_list(&out);
    (void)puts(str_get(&out));
    str_finish(&out);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    const char *command = argc > 1 ? argv[1] : "--help";
    (void)setlocale(LC_ALL, "C");
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0)
        return fputs(usage, stdout) < 0;
    if (strcmp(command, "scenarios") == 0)
        return print_scenarios();
    int rc = read_options(&options, argc - 1, argv + 1);
    if (rc > 0)
        return fputs(usage, stdout) < 0;
    if (rc < 0)
        return wrong("wrong or missing options");
    argc -= optind + 1;
    argv += optind + 1;
    if (strcmp(command, "serve") == 0)
        return argc ? wrong("serve takes no words") : serve_main(&options);
    if (strcmp(command, "ctl") == 0)
        return argc < 1 ? wrong("which command?") : control_client(options.dir, argv, argc);
    return wrong("no such command");
}
