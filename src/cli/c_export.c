#include "config.h"

#include "cli/choose.h"
#include "cli/csv.h"
#include "cli/json.h"
#include "cli/sheet.h"

#include <stdint.h>

struct work {
    struct edits edit;
    int json;
    struct json_list list;
};

static int is_written(enum field field)
{
    return field_info(field)->kind != FIELD_SECRET;
}

static void write_head(void)
{
    csv_put(stdout, 1, column_info(COL_ID)->word);
    for (int f = 0; f < FIELD_COUNT; f++)
        if (is_written((enum field)f))
            csv_put(stdout, 0, column_info(field_info((enum field)f)->column)->word);
    csv_put(stdout, 0, "organisation-name");
    csv_put(stdout, 0, "client-name");
    csv_end(stdout);
}

static void write_csv(const struct connexion *row)
{
    struct str text;
    str_init(&text, (size_t)2 * FIELD_VALUE_MAX);
    csv_put(stdout, 1, row->id);
    for (int f = 0; f < FIELD_COUNT; f++) {
        const char *value = field_of_row((enum field)f, row);
        if (!is_written((enum field)f))
            continue;
        str_clear(&text);
        if (value)
            sheet_text((enum field)f, value, &text);
        csv_put(stdout, 0, value ? str_get(&text) : NULL);
    }
    csv_put(stdout, 0, row->organisation_nom);
    csv_put(stdout, 0, row->client_nom);
    csv_end(stdout);
    str_finish(&text);
}

static void write_json(struct work *w, const struct connexion *row)
{
    struct json_object *o = json_object_new_object();
    json_put(o, column_info(COL_ID)->sql, json_make_string(row->id));
    for (int f = 0; f < FIELD_COUNT; f++) {
        enum column column = field_info((enum field)f)->column;
        if (is_written((enum field)f))
            json_put(o, column_info(column)->sql, json_column(column, row->col[column]));
    }
    json_put(o, "organisation_nom", json_make_string(row->organisation_nom));
    json_put(o, "client_nom", json_make_string(row->client_nom));
    json_list_add(&w->list, o);
}

static int visit(void *arg, const struct connexion *row)
{
    struct work *w = arg;
    if (w->json)
        write_json(w, row);
    else
        write_csv(row);
    return ferror(stdout) ? cli_flush(w->edit.cli) : 0;
}

int cli_export(struct cli *cli)
{
    struct work w = {.edit = {.cli = cli}};
    int rc = sheet_format(option_get(&cli->options, OPT_FORMAT), &w.json, &cli->err);
    if (rc < 0)
        return rc;
    w.json = w.json == 1 || cli->json;
    rc = cli_open(cli, &w.edit.session, &w.edit.proof);
    if (rc == 0) {
        json_list_open(&w.list, stdout);
        if (!w.json)
            write_head();
        rc = choose_all(&w.edit, SIZE_MAX, visit, &w);
    }
    if (rc == 0 && w.json)
        json_list_close(&w.list);
    if (rc == 0)
        rc = cli_flush(cli);
    edits_close(&w.edit);
    return rc;
}
