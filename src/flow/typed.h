#ifndef VIGIE_FLOW_TYPED_H
#define VIGIE_FLOW_TYPED_H

#include "flow/command.h"
#include "model/filter.h"

#include <stddef.h>

/* One line that a person types: a prompt's, or a field's. What is secret is wiped by its owner with
 * typed_wipe as soon as it is used or left; nothing here copies it. */
enum { TYPED_MAX = FILTER_TEXT_MAX };

struct typed {
    char text[TYPED_MAX];
    size_t len, cursor; /* bytes */
};

/* Text beyond TYPED_MAX is cut. */
void typed_set(struct typed *line, const char *text);
/* Inserts at the cursor; -1, and nothing is changed, when it does not fit. */
int typed_insert(struct typed *line, const char *text);
/* The commands that erase or move the cursor. 1: the text was changed, 0: it was not, -1: the
 * command is none of them. */
int typed_edit(struct typed *line, enum command command);
void typed_wipe(struct typed *line);

#endif
