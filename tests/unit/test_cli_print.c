#include "config.h"

#include "cli/print.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/cell.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void utf8(void)
{
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"), "the locale C.UTF-8 is missing");
    cr_assert_eq(setenv("TZ", "UTC", 1), 0);
}

static char *text;
static size_t text_len;

static struct print memory(int width, int colour)
{
    FILE *f = open_memstream(&text, &text_len);
    cr_assert(f);
    return (struct print){.out = f, .width = width, .colour = colour};
}

static void expect(struct print *p, const char *wanted)
{
    cr_assert_eq(fclose(p->out), 0);
    cr_expect_str_eq(text, wanted);
    free(text);
}

static struct table *small(const struct print *p)
{
    struct table *t = table_create(p);
    table_column(t, "NAME", TEXT_LEFT);
    table_column(t, "N", TEXT_RIGHT);
    table_column(t, "LAST", TEXT_LEFT);
    return t;
}

Test(cli_print, columns_are_as_wide_as_what_they_hold, .init = utf8)
{
    struct print p = memory(0, 0);
    struct table *t = small(&p);
    static const char *const cells[] = {"é", "7", "x", "東京 agence", "1 204", "a longer end"};
    for (size_t i = 0; i < 6; i++)
        table_cell(t, cells[i], PRINT_BAD);
    table_flush(t);
    table_destroy(t);
    expect(&p, "NAME             N  LAST\n"
               "é                7  x\n"
               "東京 agence  1 204  a longer end\n");
}

Test(cli_print, an_empty_table_has_its_titles, .init = utf8)
{
    struct print p = memory(0, 0);
    struct table *t = small(&p);
    table_flush(t);
    table_destroy(t);
    table_destroy(NULL);
    expect(&p, "NAME  N  LAST\n");
}

Test(cli_print, a_terminal_cuts_the_widest_first_and_never_wraps, .init = utf8)
{
    for (int width = 1; width < 60; width++) {
        struct print p = memory(width, 0);
        struct table *t = small(&p);
        table_cell(t, "Réseau Horizon et ses agences du Nord", PRINT_PLAIN);
        table_cell(t, "7", PRINT_PLAIN);
        table_cell(t, "東京東京", PRINT_PLAIN);
        table_flush(t);
        table_destroy(t);
        cr_assert_eq(fclose(p.out), 0);
        char *rest = NULL;
        char *line = strtok_r(text, "\n", &rest);
        for (int n = 0; n < 2; n++, line = strtok_r(NULL, "\n", &rest)) {
            cr_assert(line);
            cr_expect(text_width(line) <= width, "%d columns: [%s]", width, line);
        }
        cr_expect(!line);
        free(text);
    }
    struct print p = memory(30, 0);
    struct table *t = small(&p);
    table_cell(t, "Réseau Horizon et ses agences du Nord", PRINT_PLAIN);
    table_cell(t, "7", PRINT_PLAIN);
    table_cell(t, "end", PRINT_PLAIN);
    table_flush(t);
    table_destroy(t);
    expect(&p, "NAME                   N  LAST\n"
               "Réseau Horizon et se…  7  end \n");
}

Test(cli_print, later_rows_flow_and_long_cells_push, .init = utf8)
{
    struct print p = memory(0, 0);
    struct table *t = table_create(&p);
    table_column(t, "A", TEXT_LEFT);
    table_column(t, "B", TEXT_LEFT);
    for (int i = 0; i < TABLE_ROWS; i++) {
        table_cell(t, "aaa", PRINT_PLAIN);
        table_cell(t, "b", PRINT_PLAIN);
    }
    cr_assert_eq(fflush(p.out), 0);
    cr_expect_eq(text_len, 0, "kept until the widths are known");
    table_cell(t, "longer", PRINT_PLAIN);
    cr_assert_eq(fflush(p.out), 0);
    cr_expect(text_len > (size_t)TABLE_ROWS * 7);
    table_cell(t, "c", PRINT_PLAIN);
    table_flush(t);
    table_destroy(t);
    cr_assert_eq(fclose(p.out), 0);
    cr_expect_eq(strncmp(text, "A    B\naaa  b\n", 14), 0);
    cr_expect_str_eq(text + text_len - 17, "aaa  b\nlonger  c\n");
    free(text);
}

Test(cli_print, colour_is_around_text_only, .init = utf8)
{
    struct print p = memory(0, 1);
    print_text(&p, "bad", PRINT_BAD);
    print_text(&p, "", PRINT_BAD);
    print_text(&p, "plain", PRINT_PLAIN);
    print_field(&p, "Label", 8, "text", PRINT_GOOD);
    expect(&p, "\033[31mbad\033[0mplain\033[2mLabel\033[0m     \033[32mtext\033[0m\n");
}

Test(cli_print, ascii_where_the_locale_is_not_utf8, .init = utf8)
{
    cr_assert(setlocale(LC_CTYPE, "C"));
    struct print p;
    FILE *f = fopen("/dev/null", "w");
    cr_assert(f);
    print_init(&p, f);
    cr_expect(p.ascii && !p.colour && p.width == 0);
    (void)fclose(f);
    p = memory(0, 0);
    p.ascii = 1;
    print_field(&p, "Été", 5, "Réseau → 東", PRINT_PLAIN);
    expect(&p, "Ete    Reseau > ??\n");
}

/* The stream of a terminal of 33 columns. */
static FILE *terminal(int *master)
{
    struct winsize size = {.ws_row = 10, .ws_col = 33};
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    int slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
    cr_assert(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    FILE *f = fdopen(slave, "w");
    cr_assert(f);
    return f;
}

Test(cli_print, a_terminal_has_width_and_colour_unless_told_otherwise, .init = utf8)
{
    static const struct {
        const char *term, *no_color;
        int colour;
    } cases[] = {{"xterm", NULL, 1}, {"xterm", "", 1}, {"xterm", "1", 0},
                 {"dumb", NULL, 0},  {NULL, NULL, 0},  {"", NULL, 0}};
    int master = -1;
    FILE *f = terminal(&master);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct print p;
        (void)(cases[i].term ? setenv("TERM", cases[i].term, 1) : unsetenv("TERM"));
        (void)(cases[i].no_color ? setenv("NO_COLOR", cases[i].no_color, 1) : unsetenv("NO_COLOR"));
        print_init(&p, f);
        cr_expect_eq(p.width, 33);
        cr_expect_eq(p.colour, cases[i].colour, "case %zu", i);
        cr_expect(!p.ascii);
    }
    (void)fclose(f);
    (void)close(master);
}

static void set(struct connexion *c, enum column column, const char *value)
{
    free(c->col[column]);
    c->col[column] = mem_dup_null(value);
}

static struct connexion *row(void)
{
    struct connexion *c = connexion_create();
    set(c, COL_DAY_LIMIT, "1000");
    set(c, COL_DAY_USE, "620");
    set(c, COL_COST, "1204.1034");
    set(c, COL_CLIENT_ID, "c-id");
    set(c, COL_STATUS, "active");
    set(c, COL_ACTIVE, "t");
    set(c, COL_ACTIVATION, "2026-11-16T10:30:00.000000Z");
    set(c, COL_MODELS, "{gpt-4,o1}");
    set(c, COL_CLIENT_TYPE, "reseau");
    c->active = 1;
    c->status = STATUS_ACTIVE;
    c->quota_permille = 620;
    return c;
}

static void cell(const struct connexion *c, enum column column, int full, const char *wanted)
{
    struct str out;
    int64_t now = 0;
    cr_assert_eq(clock_parse_iso("2026-11-16T12:00:00Z", &now), 0);
    str_init(&out, CELL_TEXT_MAX);
    if (full)
        cell_full(&out, c, column, NULL, now, 1);
    else
        cell_text(&out, c, column, now);
    cr_expect_str_eq(str_get(&out), wanted);
    str_finish(&out);
}

Test(cli_print, cells_of_a_list, .init = utf8)
{
    struct connexion *c = row();
    cell(c, COL_DAY_USE, 0, " 62 %  620 / 1 000");
    cell(c, COL_COST, 0, "1 204.10 (no limit)");
    cell(c, COL_CLIENT_ID, 0, "c-id (not found)");
    cell(c, COL_CLIENT_TYPE, 0, "network");
    cell(c, COL_SYNCHRO, 0, "never");
    cell(c, COL_STATUS, 0, "active");
    cell(c, COL_ACTIVE, 0, "on");
    cell(c, COL_ACTIVATION, 0, "2026-11-16 10:30 UTC");
    cell(c, COL_MODELS, 0, "gpt-4, o1");
    cell(c, COL_ERROR, 0, "-");
    cell(c, COL_API_KEY, 0, "never shown");
    c->active = 0;
    c->status = STATUS_UNKNOWN;
    set(c, COL_STATUS, "strange");
    set(c, COL_COST_LIMIT, "0");
    set(c, COL_DAY_USE, NULL);
    cell(c, COL_STATUS, 0, "strange, off");
    cell(c, COL_COST, 0, "1 204.10 (limit 0)");
    cell(c, COL_DAY_USE, 0, "? / 1 000");
    c->client_link = CLIENT_ELSEWHERE;
    c->client_nom = mem_dup("Nord");
    cell(c, COL_CLIENT_ID, 0, "Nord (of another organisation)");
    c->client_link = CLIENT_FOUND;
    cell(c, COL_CLIENT_ID, 0, "Nord");
    set(c, COL_DAY_USE, "620");
    c->reset = (struct instant){1, 0};
    cell(c, COL_DAY_USE, 0, " 62 %  620 / 1 000, stale");
    connexion_destroy(c);
}

Test(cli_print, cells_of_a_sheet, .init = utf8)
{
    struct connexion *c = row();
    c->organisation_nom = mem_dup("Midi");
    set(c, COL_ORGANISATION_ID, "o-id");
    c->synchro.known = clock_parse_iso("2026-11-16T11:58:00Z", &c->synchro.at) == 0;
    cell(c, COL_ORGANISATION_ID, 1, "Midi (o-id)");
    cell(c, COL_ACTIVATION, 1, "2026-11-16 10:30 UTC (1 h ago)");
    cell(c, COL_SYNCHRO, 1, "2026-11-16 11:58 UTC (2 m ago)");
    cell(c, COL_DAY_USE, 1,
         "[##########|#........]  62 %  620 / 1 000; 50 % of the day elapsed; resets 2026-11-17 "
         "00:00 UTC (in 12 h); "
         "source: the row's counter, 2 m ago");
    cell(c, COL_COST, 1,
         "1 204.1034 (no limit); 51 % of the month elapsed; resets 2026-12-01 00:00 UTC (in 14 d); "
         "source: the row's "
         "counter, 2 m ago");
    connexion_destroy(c);
}

Test(cli_print, roles_of_cells, .init = utf8)
{
    struct connexion *c = row();
    cr_expect_eq(cell_role(c, COL_STATUS, 0), PRINT_GOOD);
    cr_expect_eq(cell_role(c, COL_DAY_USE, 0), PRINT_PLAIN);
    cr_expect_eq(cell_role(c, COL_ERROR, 0), PRINT_DIM);
    cr_expect_eq(cell_role(c, COL_CLIENT_ID, 0), PRINT_WARN);
    c->quota_permille = 800;
    cr_expect_eq(cell_role(c, COL_DAY_USE, 0), PRINT_WARN);
    c->quota_permille = 1000;
    cr_expect_eq(cell_role(c, COL_DAY_USE, 0), PRINT_BAD);
    c->status = STATUS_EXPIRED;
    cr_expect_eq(cell_role(c, COL_STATUS, 0), PRINT_BAD);
    c->status = STATUS_UNKNOWN;
    cr_expect_eq(cell_role(c, COL_STATUS, 0), PRINT_WARN);
    c->active = 0;
    cr_expect_eq(cell_role(c, COL_STATUS, 0), PRINT_DIM);
    connexion_destroy(c);
}
