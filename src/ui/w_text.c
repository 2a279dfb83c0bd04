#include "config.h"

#include "ui/w_text.h"

#include "base/mem.h"
#include "ui/w_gauge.h"

#include <stdlib.h>
#include <string.h>

enum { GAUGE_COLS_MAX = 44 };

void doc_init(struct doc *doc, int width, int label_width)
{
    *doc = (struct doc){.width = width > 1 ? width : 1, .label_width = label_width};
}

void doc_finish(struct doc *doc)
{
    for (int i = 0; i < doc->len; i++) {
        free(doc->line[i].label);
        free(doc->line[i].text);
    }
    free(doc->line);
    *doc = (struct doc){0};
}

static struct doc_line *add(struct doc *doc, enum doc_kind kind, const char *label,
                            const char *text, size_t len)
{
    if (doc->len == DOC_LINES_MAX)
        return NULL;
    if (doc->len == doc->cap) {
        doc->cap = doc->cap ? 2 * doc->cap : 64;
        doc->line = mem_grow(doc->line, (size_t)doc->cap, sizeof *doc->line);
    }
    struct doc_line *line = &doc->line[doc->len++];
    *line = (struct doc_line){.kind = kind, .label_role = ROLE_LABEL, .role = ROLE_TEXT};
    line->label = mem_dup_null(label);
    line->text = text ? mem_dup_len(text, len) : NULL;
    return line;
}

/* Bytes of the first line of a text in so many columns, broken at a blank where there is one. */
static size_t break_at(const char *text, int cols)
{
    size_t len = text_clip(text, cols, NULL);
    if (text[len] == '\0')
        return len;
    if (len == 0)
        return text_grapheme(text);
    size_t at = text[len] == ' ' ? len : 0;
    for (size_t i = len; at == 0 && i > len / 2; i--)
        if (text[i - 1] == ' ')
            at = i - 1;
    return at > 0 ? at : len;
}

void doc_item(struct doc *doc, enum role label_role, const char *label, enum role role,
              const char *text)
{
    char indent[64];
    int label_cols = label ? doc->label_width : 0;
    int hang = 0;
    enum doc_kind kind = label ? DOC_FIELD : DOC_TEXT;
    text = text ? text : "";
    do {
        int cols = doc->width - label_cols - hang;
        size_t len = break_at(text, cols > 1 ? cols : 1);
        (void)memset(indent, ' ', sizeof indent);
        struct doc_line *line = add(doc, kind, label, text, len);
        if (!line)
            return;
        if (hang > 0) {
            char *moved = mem_alloc((size_t)hang + len + 1);
            memcpy(moved, indent, (size_t)hang);
            memcpy(moved + hang, text, len);
            moved[(size_t)hang + len] = '\0';
            free(line->text);
            line->text = moved;
        }
        line->role = role;
        line->label_role = label_role;
        text += len;
        while (*text == ' ')
            text++;
        label = label ? "" : NULL;
        hang = doc->hang < (int)sizeof indent ? doc->hang : 0;
    } while (*text);
}

void doc_blank(struct doc *doc)
{
    (void)add(doc, DOC_TEXT, NULL, "", 0);
}

void doc_section(struct doc *doc, const char *title)
{
    if (doc->len > 0)
        doc_blank(doc);
    (void)add(doc, DOC_SECTION, NULL, title, strlen(title));
}

void doc_text(struct doc *doc, enum role role, const char *text)
{
    doc_item(doc, role, NULL, role, text);
}

void doc_field(struct doc *doc, const char *label, enum role role, const char *text)
{
    doc_item(doc, ROLE_LABEL, label, role, text);
}

void doc_gauge(struct doc *doc, const char *label, const struct gauge *gauge)
{
    struct doc_line *line = add(doc, DOC_GAUGE, label, NULL, 0);
    if (line)
        line->gauge = *gauge;
}

static void draw_line(const struct doc *doc, const struct doc_line *line, const struct surface *s,
                      int y)
{
    int width = doc->width < s->area.w ? doc->width : s->area.w;
    int room = width - doc->label_width;
    switch (line->kind) {
    case DOC_SECTION:
        surface_field(s, y, 0, width, ROLE_SECTION, line->text, TEXT_LEFT);
        break;
    case DOC_TEXT:
        surface_field(s, y, 0, width, line->role, line->text, TEXT_LEFT);
        break;
    case DOC_FIELD:
        surface_field(s, y, 0, doc->label_width - 1, line->label_role, line->label, TEXT_LEFT);
        surface_field(s, y, doc->label_width, room, line->role, line->text, TEXT_LEFT);
        break;
    case DOC_GAUGE:
    default:
        surface_field(s, y, 0, doc->label_width - 1, line->label_role, line->label, TEXT_LEFT);
        gauge_draw(s, y, doc->label_width, room < GAUGE_COLS_MAX ? room : GAUGE_COLS_MAX,
                   &line->gauge);
        break;
    }
}

void doc_draw(const struct doc *doc, const struct surface *s, int top)
{
    for (int y = 0; y < s->area.h && top + y < doc->len; y++)
        draw_line(doc, &doc->line[top + y], s, y);
}

void doc_show(const struct doc *doc, const struct surface *s, int top, struct view *v)
{
    v->top = layout_top(top, doc->len, s->area.h);
    v->lines = doc->len;
    doc_draw(doc, s, v->top);
}
