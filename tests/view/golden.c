#include "config.h"

#include "golden.h"

#include "base/mem.h"
#include "fixture.h"
#include "ui/draw.h"
#include "ui/surface.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUMP_MAX = 1 << 20, PATH_BYTES = 512 };

char *golden_dump(const struct state *st, const struct look *look)
{
    struct term t;
    struct str out;
    str_init(&out, DUMP_MAX);
    if (look->no_color)
        (void)setenv("NO_COLOR", "1", 1);
    fixture_term(&t, look->type ? look->type : "xterm-256color", look->ascii, st);
    (void)draw(&t, st);
    surface_dump(stdscr, &t.theme, look->attributes, &out);
    term_stop(&t);
    (void)fclose(t.in);
    (void)fclose(t.out);
    (void)unsetenv("NO_COLOR");
    return str_take(&out);
}

static char *slurp(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = mem_zero(1, DUMP_MAX);
    if (!file) {
        free(text);
        return NULL;
    }
    size_t n = fread(text, 1, DUMP_MAX - 1, file);
    text[n] = '\0';
    (void)fclose(file);
    return text;
}

/* The first line that differs, from 1. */
static int differing(const char *a, const char *b)
{
    int line = 1;
    for (; *a && *a == *b; a++, b++)
        line += *a == '\n';
    return line;
}

static void rewrite(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0, "cannot write %s", path);
}

void golden_check(const char *name, const struct state *st, const struct look *look)
{
    char path[PATH_BYTES];
    const char *dir = getenv("srcdir");
    const char *mode = getenv("VIGIE_GOLDEN");
    (void)snprintf(path, sizeof path, "%s/tests/view/golden/%s.txt", dir ? dir : ".", name);
    char *seen = golden_dump(st, look);
    if (mode && strcmp(mode, "update") == 0) {
        rewrite(path, seen);
        free(seen);
        return;
    }
    char *wanted = slurp(path);
    cr_assert_not_null(wanted, "no golden file %s: VIGIE_GOLDEN=update makes it", path);
    cr_assert(strcmp(wanted, seen) == 0, "%s: line %d differs; the screen is now:\n%s", path,
              differing(wanted, seen), seen);
    free(wanted);
    free(seen);
}
