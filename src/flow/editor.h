#ifndef VIGIE_FLOW_EDITOR_H
#define VIGIE_FLOW_EDITOR_H

#include "flow/command.h"

#include <stddef.h>

/* The text of one field while it is typed: of any length up to a maximum, in one line or in
 * several. It may be a key: what is given back is wiped first, also when the text grows. */

struct editor {
    char *text;              /* NULL until something was put in; see editor_text */
    size_t len, cap, cursor; /* bytes */
    size_t max;              /* bytes at most */
    int lines;               /* line breaks are part of the text */
};

/* What it held before is wiped. Text beyond max is refused: -1, and the editor is empty. */
int editor_open(struct editor *ed, const char *text, size_t max, int lines);
/* Wipes and frees. */
void editor_close(struct editor *ed);
/* Never NULL. */
const char *editor_text(const struct editor *ed);

/* Inserts at the cursor; -1, and nothing is changed, when it does not fit. Line breaks become
 * blanks in an editor of one line. */
int editor_insert(struct editor *ed, const char *text);
/* The commands that erase or move the cursor (ERASE…, CURSOR…, LINE_UP, LINE_DOWN in several
 * lines). 1: the text was changed, 0: it was not, -1: the command means nothing here (also a step
 * beyond the first or last line). */
int editor_edit(struct editor *ed, enum command command);

/* Where the cursor stands, from 0: the line, and the bytes before it in the line. */
void editor_place(const struct editor *ed, size_t *line, size_t *in_line);
size_t editor_lines(const struct editor *ed);

#endif
