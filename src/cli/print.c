#include "config.h"

#include "cli/print.h"

#include "base/mem.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GAP = 2, CELL_MIN = 8, BYTES_PER_COLUMN = 16 };

static int terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void print_init(struct print *p, FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    int fd = fileno(out);
    int tty = fd >= 0 && isatty(fd);
    *p = (struct print){.out = out, .ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0};
    p->width = tty ? terminal_width(fd) : 0;
    p->colour = tty && !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0;
}

static void put(const struct print *p, const char *text)
{
    if (!p->ascii) {
        (void)fputs(text, p->out);
        return;
    }
    size_t size = strlen(text) * 2 + 1;
    char *plain = mem_alloc(size);
    (void)text_ascii(plain, size, text);
    (void)fputs(plain, p->out);
    free(plain);
}

void print_text(const struct print *p, const char *text, enum print_role role)
{
    static const char *const codes[] = {
        [PRINT_PLAIN] = "",  [PRINT_TITLE] = "1", [PRINT_GOOD] = "32",
        [PRINT_WARN] = "33", [PRINT_BAD] = "31",  [PRINT_DIM] = "2",
    };
    int coloured = p->colour && role != PRINT_PLAIN && text[0];
    if (coloured)
        (void)fprintf(p->out, "\033[%sm", codes[role]);
    put(p, text);
    if (coloured)
        (void)fputs("\033[0m", p->out);
}

static void blanks(const struct print *p, int n)
{
    for (int i = 0; i < n; i++)
        (void)fputc(' ', p->out);
}

void print_field(const struct print *p, const char *label, int label_width, const char *text,
                 enum print_role role)
{
    int width = text_width(label);
    print_text(p, label, PRINT_DIM);
    blanks(p, (width < label_width ? label_width - width : 0) + GAP);
    print_text(p, text, role);
    put(p, "\n");
}

struct cell {
    char *text;
    enum print_role role;
};

struct table {
    struct print print;
    int columns;
    int width[TABLE_COLUMNS];
    enum text_align align[TABLE_COLUMNS];
    struct cell *cells; /* the titles, then the rows kept */
    size_t len, max;
    int flowing; /* the widths are settled, rows are written at once */
    int column;  /* of the next cell while flowing */
    int left;    /* columns of the terminal that the row may still take */
};

struct table *table_create(const struct print *p)
{
    struct table *t = mem_zero(1, sizeof *t);
    t->print = *p;
    t->max = (size_t)TABLE_COLUMNS * (TABLE_ROWS + 1);
    return t;
}

static void forget(struct table *t)
{
    for (size_t i = 0; i < t->len; i++)
        free(t->cells[i].text);
    free(t->cells);
    t->cells = NULL;
    t->len = 0;
}

void table_destroy(struct table *t)
{
    if (!t)
        return;
    forget(t);
    free(t);
}

static void keep(struct table *t, const char *text, enum print_role role)
{
    if (!t->cells)
        t->cells = mem_zero(t->max, sizeof *t->cells);
    t->cells[t->len++] = (struct cell){mem_dup(text), role};
}

void table_column(struct table *t, const char *title, enum text_align align)
{
    if (t->columns == TABLE_COLUMNS)
        return;
    t->align[t->columns++] = align;
    keep(t, title, PRINT_TITLE);
}

static int total(const struct table *t)
{
    int sum = GAP * (t->columns - 1);
    for (int i = 0; i < t->columns; i++)
        sum += t->width[i];
    return sum;
}

/* Takes from the widest column until all fit or none can give. */
static void shrink(struct table *t)
{
    for (int over = total(t) - t->print.width; over > 0; over--) {
        int widest = 0;
        for (int i = 1; i < t->columns; i++)
            if (t->width[i] > t->width[widest])
                widest = i;
        if (t->width[widest] <= CELL_MIN)
            return;
        t->width[widest]--;
    }
}

static void settle(struct table *t)
{
    for (size_t i = 0; i < t->len; i++) {
        int width = text_width(t->cells[i].text);
        int *widest = &t->width[i % (size_t)t->columns];
        if (width > *widest)
            *widest = width;
    }
    if (t->print.width > 0)
        shrink(t);
    t->flowing = 1;
}

/* Cut to the room that the terminal leaves; returns the columns taken. */
static int put_cut(const struct table *t, const struct cell *cell, int width, enum text_align align)
{
    char fitted[BYTES_PER_COLUMN * 64];
    char *out = fitted;
    size_t size = (size_t)width * BYTES_PER_COLUMN + 1;
    if (size > sizeof fitted)
        out = mem_alloc(size);
    (void)text_fit(out, size, cell->text, width, align, t->print.ascii);
    print_text(&t->print, out, cell->role);
    if (out != fitted)
        free(out);
    return width;
}

static void put_whole(const struct table *t, const struct cell *cell, int width,
                      enum text_align align, int last)
{
    int pad = width - text_width(cell->text);
    if (align == TEXT_RIGHT)
        blanks(&t->print, pad);
    print_text(&t->print, cell->text, cell->role);
    if (align == TEXT_LEFT && !last)
        blanks(&t->print, pad);
}

static void write_cell(struct table *t, const struct cell *cell)
{
    int i = t->column;
    int last = i == t->columns - 1;
    int width = t->width[i];
    if (i == 0)
        t->left = t->print.width;
    if (t->print.width == 0) {
        put_whole(t, cell, width, t->align[i], last);
    } else if (t->left > 0) {
        t->left -= put_cut(t, cell, width < t->left ? width : t->left, t->align[i]);
    }
    if (!last && (t->print.width == 0 || t->left > GAP))
        blanks(&t->print, GAP);
    t->left -= GAP;
    if (last)
        put(&t->print, "\n");
    t->column = last ? 0 : i + 1;
}

static void write_kept(struct table *t)
{
    settle(t);
    for (size_t i = 0; i < t->len; i++)
        write_cell(t, &t->cells[i]);
    forget(t);
}

void table_cell(struct table *t, const char *text, enum print_role role)
{
    if (!t->flowing && t->len == (size_t)t->columns * (TABLE_ROWS + 1))
        write_kept(t);
    if (!t->flowing) {
        keep(t, text, role);
        return;
    }
    struct cell cell = {mem_dup(text), role};
    write_cell(t, &cell);
    free(cell.text);
}

void table_flush(struct table *t)
{
    if (!t->flowing)
        write_kept(t);
}
