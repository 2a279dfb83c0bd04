#ifndef VIGIE_STANDIN_SCENARIO_H
#define VIGIE_STANDIN_SCENARIO_H

#include "base/str.h"

/* The list scenario.def. */
enum scenario_id {
#define SCENARIO(name, group, arg, status, type, code, text) SCENARIO_##name,
#include "standin/scenario.def"
#undef SCENARIO
    SCENARIO_COUNT
};

enum scenario_group {
    GROUP_OK,
    GROUP_ERROR,
    GROUP_BARE,
    GROUP_HTML,
    GROUP_EMPTY,
    GROUP_REDIRECT,
    GROUP_RETRY,
    GROUP_SEQUENCE,
    GROUP_COSTS,
    GROUP_BODY,
    GROUP_TIME,
    GROUP_CONNECTION,
};

struct scenario {
    const char *name;
    enum scenario_group group;
    int arg;
    int status;
    const char *type;
    const char *code;
    const char *text;
};

/* One scenario with its number. */
struct play {
    enum scenario_id id;
    int arg;
};

const struct scenario *scenario_get(enum scenario_id id);

/* The longest name (or code) that text starts with, up to its end or a "-", and the number behind
 * it. 0, or -1 when there is none: play is left alone. */
int scenario_find(const char *text, struct play *play);

/* As scenario_find, of a text that is nothing else. */
int scenario_parse(const char *text, struct play *play);

/* Appends the whole list as JSON. */
void scenario_list(struct str *out);

#endif
