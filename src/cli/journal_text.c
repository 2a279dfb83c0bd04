#include "config.h"

#include "cli/journal_text.h"

#include "base/i18n.h"
#include "cli/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 2000, LINE_TEXT = 2 * VALUE_MAX, LABEL_WIDTH = 28, DAY = 10, SECONDS = 19 };

static int secret_column(const char *column)
{
    int found = column_find(column);
    return found >= 0 && column_info((enum column)found)->kind == COLUMN_SECRET;
}

void journal_value(const char *column, const char *value, struct str *out)
{
    int field = field_find(column);
    if (field >= 0 && !secret_column(column)) {
        field_show((enum field)field, value, out);
        return;
    }
    const char *text = !value ? _("none") : *value ? value : _("empty");
    char *clean = text_scrub(text, strlen(text), out->max - out->len);
    (void)str_add(out, clean);
    free(clean);
}

static void print_field_change(const struct print *print, const struct journal_entry *entry,
                               const struct journal_field *f)
{
    struct str line;
    char label[LABEL_WIDTH + NAME_TEXT];
    int column = column_find(f->column);
    str_init(&line, LINE_TEXT);
    if (entry->action != JOURNAL_INSERT)
        journal_value(f->column, f->before, &line);
    if (entry->action == JOURNAL_UPDATE)
        (void)str_add(&line, " → ");
    if (entry->action != JOURNAL_DELETE)
        journal_value(f->column, f->after, &line);
    (void)snprintf(label, sizeof label, "    %s",
                   column >= 0 ? _(column_info((enum column)column)->title) : f->column);
    print_field(print, label, LABEL_WIDTH, str_get(&line), PRINT_PLAIN);
    str_finish(&line);
}

void journal_print(const struct print *print, const struct journal_entry *entry)
{
    char line[LINE_TEXT];
    const char *kind = journal_kind_title(entry->kind);
    const char *who = journal_author(entry);
    (void)snprintf(line, sizeof line, "%.*s %.*s UTC  #%lld  %s (%s%s%s)  %s  %s  %s%s%s\n", DAY,
                   entry->at_text, SECONDS - DAY - 1,
                   strlen(entry->at_text) > DAY ? entry->at_text + DAY + 1 : "",
                   (long long)entry->seq, who, entry->login, entry->address[0] ? ", " : "",
                   entry->address, journal_action_title(entry->action),
                   entry->account[0] ? entry->account : "-", entry->connexion_id,
                   kind[0] ? "  " : "", kind);
    print_text(print, line, PRINT_TITLE);
    for (int i = 0; i < entry->fields; i++)
        print_field_change(print, entry, &entry->field[i]);
}

/* Columns of the table in their own types; a key is its fingerprint. */
static struct json_object *value(const char *column, const char *text)
{
    int found = column_find(column);
    return found >= 0 && found < COLUMN_COUNT && !secret_column(column)
               ? json_column((enum column)found, text)
               : json_make_string(text);
}

struct json_object *json_journal(const struct journal_entry *entry)
{
    struct json_object *o = json_object_new_object();
    struct json_object *changes = json_object_new_object();
    for (int i = 0; i < entry->fields; i++) {
        const struct journal_field *f = &entry->field[i];
        struct json_object *one = json_object_new_object();
        if (entry->action != JOURNAL_INSERT)
            json_put(one, "from", value(f->column, f->before));
        if (entry->action != JOURNAL_DELETE)
            json_put(one, "to", value(f->column, f->after));
        json_put(changes, f->column, one);
    }
    json_put(o, "entry", json_make_integer(entry->seq));
    json_put(o, "at", json_make_string(entry->at_text));
    json_put(o, "organisation_id", json_make_string(entry->organisation_id));
    json_put(o, "organisation_nom", json_make_string_or_null(entry->organisation_nom));
    json_put(o, "openai_connexion_id", json_make_string(entry->connexion_id));
    json_put(o, "account", json_make_string_or_null(entry->account));
    json_put(o, "action", json_make_string(journal_action_word(entry->action)));
    json_put(o, "user_id", json_make_string_or_null(entry->user_id));
    json_put(o, "user_name", json_make_string_or_null(entry->user_name));
    json_put(o, "login", json_make_string(entry->login));
    json_put(o, "address", json_make_string_or_null(entry->address));
    json_put(o, "application", json_make_string_or_null(entry->application));
    json_put(o, "batch", json_make_string_or_null(entry->batch));
    json_put(o, "kind", json_make_string_or_null(entry->kind));
    json_put(o, "changes", changes);
    return o;
}

void journal_line(FILE *out, const struct journal_entry *entry)
{
    json_write(out, json_journal(entry), 0);
}

void journal_after(struct journal_request *request, const struct journal_entry *entry)
{
    (void)snprintf(request->before_at, sizeof request->before_at, "%s", entry->at_text);
    memcpy(request->before_organisation, entry->organisation_id, UUID_TEXT);
    request->before_seq = entry->seq;
}
