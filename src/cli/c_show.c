#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/cell.h"
#include "cli/fetch_health.h"
#include "cli/find.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"

#include <stdlib.h>

/* One connexion with what the probes and the accounts know of it. */
struct sheet {
    struct connexion *row;
    struct health_list *health;
    struct figures *figures; /* NULL: nothing is known */
};

static void print_columns(const struct print *print, const struct sheet *sheet, int label)
{
    const struct connexion *row = sheet->row;
    struct str text;
    int64_t now = clock_now();
    str_init(&text, CELL_TEXT_MAX);
    for (int i = 0; i < COLUMN_COUNT; i++) {
        enum column column = (enum column)i;
        str_clear(&text);
        cell_full(&text, row, column, sheet->figures, now, print->ascii);
        print_field(print, _(column_info(column)->title), label, str_get(&text),
                    cell_role(row, column, now));
    }
    str_finish(&text);
}

static int label_width(void)
{
    int label = 0;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        int width = text_width(_(column_info((enum column)i)->title));
        label = width > label ? width : label;
    }
    return label;
}

static void print_sheet(const struct sheet *sheet)
{
    struct print print;
    int label = label_width();
    print_init(&print, stdout);
    print_columns(&print, sheet, label);
    health_print(&print, label, health_list_find(sheet->health, sheet->row->id), clock_now());
    figures_print(&print, label, sheet->figures);
}

static void write_sheet(const struct sheet *sheet)
{
    struct json_object *o = json_connexion_of(sheet->row, sheet->figures, clock_now());
    json_put(o, "health", json_health(health_list_find(sheet->health, sheet->row->id)));
    json_put(o, "figures", json_figures(sheet->figures));
    json_write(stdout, o, 1);
}

static int fetch(struct session *session, struct sheet *sheet, struct err *e)
{
    const char *id = sheet->row->id;
    int rc = fetch_health(session, &id, 1, &sheet->health, e);
    return rc == 0 ? fetch_figures(session, &id, 1, &sheet->figures, e) : rc;
}

int cli_show(struct cli *cli)
{
    struct session *session = NULL;
    struct sheet sheet = {0};
    struct proof proof;
    int rc = cli_open(cli, &session, &proof);
    if (rc == 0)
        rc = find_connexion(session, &proof, cli->argv[0], &sheet.row, &cli->err);
    if (rc == 0)
        rc = fetch(session, &sheet, &cli->err);
    if (rc == 0 && cli->json)
        write_sheet(&sheet);
    else if (rc == 0)
        print_sheet(&sheet);
    if (rc == 0)
        rc = cli_flush(cli);
    free(sheet.figures);
    health_list_destroy(sheet.health);
    connexion_destroy(sheet.row);
    session_destroy(session);
    return rc;
}
