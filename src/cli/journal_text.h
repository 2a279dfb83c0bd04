#ifndef VIGIE_CLI_JOURNAL_TEXT_H
#define VIGIE_CLI_JOURNAL_TEXT_H

#include "cli/print.h"
#include "model/journal.h"

#include <json-c/json.h>
#include <stdio.h>

/* An entry of the journal on lines for people: when, who, what; then each field from → to. */
void journal_print(const struct print *print, const struct journal_entry *entry);
/* The value of a changed column as people read it; translated. Adds to out. */
void journal_value(const char *column, const char *value, struct str *out);
struct json_object *json_journal(const struct journal_entry *entry);
/* The same as a line. */
void journal_line(FILE *out, const struct journal_entry *entry);

/* Makes the request begin behind an entry. */
void journal_after(struct journal_request *request, const struct journal_entry *entry);

#endif
