#ifndef VIGIE_STANDIN_CONTROL_H
#define VIGIE_STANDIN_CONTROL_H

#include "standin/server.h"

/* A command's words: texts, or what JSON gave. */
struct words {
    json_object *array;
    size_t at, len;
};

/* The text of a word, NULL when there is none. Borrowed. */
const char *words_text(const struct words *w, size_t index);

/* Calls each for every object that the words stand for. */
int words_each(const struct words *w, struct world *world,
               int (*each)(struct world *world, json_object *o, struct err *e), struct err *e);

/* The commands of control.def: write their outcome as JSON. The world's lock is held. */
#define CONTROL(first, second, function, arguments, meaning)                            \
    int control_##function(struct world *world, const struct words *w, struct str *out, \
                           struct err *e);
#include "standin/control.def"
#undef CONTROL

/* Runs a command given as a JSON array of words; takes the world's lock. out gets the outcome, or
 * {"error": …} and the result is negative. */
int control_json(struct server *s, const char *text, size_t len, struct str *out);

/* The Unix socket "ctl" in the folder, served by a thread until the program is to end. */
struct control;
int control_start(struct control **out, struct server *s, struct err *e);
void control_stop(struct control *c);

/* Sends one command to the program that serves dir and prints the outcome; "-" as the only word
 * reads commands from the standard input, one a line. The exit status. */
int control_client(const char *dir, char *const *words, int len);

#endif
