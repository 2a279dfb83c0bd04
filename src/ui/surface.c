#include "config.h"

#include "ui/surface.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { CELLS_MAX = 1024, BYTES_MAX = 4096, RUN_MAX = 64 };

void surface_init(struct surface *s, WINDOW *win, const struct theme *theme)
{
    s->win = win;
    s->theme = theme;
    s->area = (struct rect){0, 0, getmaxy(win), getmaxx(win)};
}

struct surface surface_part(const struct surface *s, struct rect part)
{
    part.y += s->area.y;
    part.x += s->area.x;
    return (struct surface){s->win, s->theme, rect_clip(part, s->area)};
}

struct surface surface_line(const struct surface *s, int y)
{
    return surface_part(s, (struct rect){y, 0, 1, s->area.w});
}

/* Joiners and variation selectors: terminals disagree on the width of what they make. */
static int is_joiner(int32_t cp)
{
    return cp == 0x200d || cp == 0x200c || (cp >= 0xfe00 && cp <= 0xfe0f) ||
           (cp >= 0x1f3fb && cp <= 0x1f3ff);
}

/* At most cols columns of a text as wide characters; returns the columns, len their number. */
static int widen(wchar_t *out, size_t *len, const char *text, int cols)
{
    int used = 0;
    int32_t cp = 0;
    size_t n = 0;
    for (int bytes; n < CELLS_MAX - 1 && (bytes = text_decode(text, &cp)) > 0; text += bytes) {
        if (is_joiner(cp))
            continue;
        int width = cp < 0x20 ? -1 : cp < 0x7f ? 1 : wcwidth((wchar_t)cp);
        if (width < 0) {
            cp = '?';
            width = 1;
        }
        if (used + width > cols)
            break;
        if (width == 0 && used == 0)
            continue;
        out[n++] = (wchar_t)cp;
        used += width;
    }
    out[n] = L'\0';
    *len = n;
    return used;
}

static const char *plain(const struct surface *s, char *buf, size_t size, const char *text)
{
    if (!s->theme->ascii)
        return text;
    (void)text_ascii(buf, size, text);
    return buf;
}

static int visible(const struct surface *s, int y, int x)
{
    return y >= 0 && x >= 0 && y < s->area.h && x < s->area.w;
}

static int emit(const struct surface *s, int y, int x, enum role role, const char *text)
{
    wchar_t wide[CELLS_MAX];
    size_t len = 0;
    short pair = 0;
    attr_t attr = theme_attr(s->theme, role, &pair);
    if (!visible(s, y, x))
        return 0;
    int used = widen(wide, &len, text, s->area.w - x);
    (void)wattr_set(s->win, attr, pair, NULL);
    if (len > 0)
        (void)mvwaddnwstr(s->win, s->area.y + y, s->area.x + x, wide, (int)len);
    return used;
}

int surface_put(const struct surface *s, int y, int x, enum role role, const char *text)
{
    char buf[BYTES_MAX];
    return emit(s, y, x, role, plain(s, buf, sizeof buf, text));
}

int surface_glyph(const struct surface *s, int y, int x, enum role role, enum glyph glyph)
{
    return emit(s, y, x, role, theme_glyph(s->theme, glyph));
}

void surface_field(const struct surface *s, int y, int x, int cols, enum role role,
                   const char *text, enum text_align align)
{
    char buf[BYTES_MAX];
    char fitted[BYTES_MAX];
    if (cols > s->area.w - x)
        cols = s->area.w - x;
    if (cols <= 0 || !visible(s, y, x))
        return;
    (void)text_fit(fitted, sizeof fitted, plain(s, buf, sizeof buf, text), cols, align,
                   s->theme->ascii);
    struct surface cell = surface_part(s, (struct rect){y, x, 1, cols});
    int used = emit(&cell, 0, 0, role, fitted);
    surface_repeat(&cell, 0, used, cols - used, role, " ");
}

void surface_repeat(const struct surface *s, int y, int x, int cols, enum role role,
                    const char *sign)
{
    char buf[BYTES_MAX];
    size_t len = strlen(sign);
    size_t at = 0;
    for (int i = 0; i < cols && at + len < sizeof buf; i++, at += len)
        memcpy(buf + at, sign, len);
    buf[at] = '\0';
    (void)emit(s, y, x, role, buf);
}

void surface_tint(const struct surface *s, int y, int x, int cols, enum role role)
{
    short pair = 0;
    attr_t attr = theme_attr(s->theme, role, &pair);
    if (visible(s, y, x) && cols > 0)
        (void)mvwchgat(s->win, s->area.y + y, s->area.x + x,
                       cols < s->area.w - x ? cols : s->area.w - x, attr, pair, NULL);
}

void surface_clear(const struct surface *s, int y)
{
    if (visible(s, y, 0) && wmove(s->win, s->area.y + y, 0) != ERR)
        (void)wclrtoeol(s->win);
}

void surface_cursor(const struct surface *s, int y, int x)
{
    if (visible(s, y, x))
        (void)wmove(s->win, s->area.y + y, s->area.x + x);
}

void surface_where(const struct surface *s, int *y, int *x)
{
    getyx(s->win, *y, *x);
}

struct cell {
    wchar_t text[CCHARW_MAX + 1];
    attr_t attr;
    short pair;
};

static void read_cell(WINDOW *win, int y, int x, struct cell *cell)
{
    cchar_t cc;
    memset(cell, 0, sizeof *cell);
    if (mvwin_wch(win, y, x, &cc) == ERR ||
        getcchar(&cc, cell->text, &cell->attr, &cell->pair, NULL) == ERR)
        cell->text[0] = L'?';
    cell->attr &= A_BOLD | A_DIM | A_REVERSE | A_UNDERLINE;
}

static void add_wide(struct str *out, const wchar_t *text)
{
    mbstate_t state = {0};
    char bytes[CCHARW_MAX * 6 + 1];
    size_t n = wcsrtombs(bytes, &text, sizeof bytes - 1, &state);
    (void)str_add_len(out, n == (size_t)-1 ? "?" : bytes, n == (size_t)-1 ? 1 : n);
}

/* The role of a cell where there are colours, else its attributes; "" for plain text. */
static void name_cell(const struct theme *theme, const struct cell *c, char name[RUN_MAX])
{
    static const struct {
        attr_t attr;
        const char *name;
    } names[] = {
        {A_BOLD, "bold"}, {A_DIM, "dim"}, {A_REVERSE, "reverse"}, {A_UNDERLINE, "underline"}};
    size_t at = 0;
    name[0] = '\0';
    if (theme->colors && c->pair > ROLE_TEXT + 1)
        (void)snprintf(name, RUN_MAX, "%s", theme_role_name((enum role)(c->pair - 1)));
    for (size_t i = 0; !theme->colors && i < sizeof names / sizeof names[0]; i++) {
        if (!(c->attr & names[i].attr))
            continue;
        int n = snprintf(name + at, RUN_MAX - at, "%s%s", at > 0 ? "," : "", names[i].name);
        at += n > 0 ? (size_t)n : 0;
    }
}

static void dump_line(WINDOW *win, int y, struct str *out)
{
    struct str line;
    struct cell cell;
    str_init(&line, BYTES_MAX);
    for (int x = 0; x < getmaxx(win);) {
        read_cell(win, y, x, &cell);
        int width = wcwidth(cell.text[0]);
        add_wide(&line, cell.text);
        x += width > 1 ? width : 1;
    }
    const char *text = str_get(&line);
    size_t len = line.len;
    while (len > 0 && text[len - 1] == ' ')
        len--;
    (void)str_add_len(out, text, len);
    (void)str_add_char(out, '\n');
    str_finish(&line);
}

static void dump_runs(WINDOW *win, const struct theme *theme, int y, struct str *out)
{
    char last[RUN_MAX] = "";
    char name[RUN_MAX] = "";
    struct cell cell;
    int any = 0;
    int from = 0;
    int width = getmaxx(win);
    for (int x = 0; x <= width; x++) {
        name[0] = '\0';
        if (x < width) {
            read_cell(win, y, x, &cell);
            name_cell(theme, &cell, name);
        }
        if (x < width && strcmp(name, last) == 0)
            continue;
        if (last[0]) {
            (void)str_addf(out, "%s%d+%d %s", any ? " " : "    |", from, x - from, last);
            any = 1;
        }
        from = x;
        memcpy(last, name, sizeof last);
    }
    if (any)
        (void)str_add_char(out, '\n');
}

void surface_dump(WINDOW *win, const struct theme *theme, int attributes, struct str *out)
{
    for (int y = 0; y < getmaxy(win); y++) {
        dump_line(win, y, out);
        if (attributes)
            dump_runs(win, theme, y, out);
    }
}
