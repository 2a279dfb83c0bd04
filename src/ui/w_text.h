#ifndef VIGIE_UI_W_TEXT_H
#define VIGIE_UI_W_TEXT_H

#include "model/gauge.h"
#include "ui/surface.h"
#include "ui/view.h"

enum { DOC_LINES_MAX = 4000 };

enum doc_kind { DOC_TEXT, DOC_FIELD, DOC_SECTION, DOC_GAUGE };

struct doc_line {
    enum doc_kind kind;
    char *label;
    char *text;
    enum role label_role;
    enum role role;
    struct gauge gauge;
};

/* A text to scroll through: labelled values, gauges, sections and sentences, wrapped to a width
 * when they are added. What is beyond DOC_LINES_MAX lines is dropped. Owns its lines. */
struct doc {
    struct doc_line *line;
    int len, cap;
    int width;       /* of the whole */
    int label_width; /* columns kept for labels */
    int hang;        /* further indent of lines that continue a value */
};

void doc_init(struct doc *doc, int width, int label_width);
void doc_finish(struct doc *doc);

void doc_blank(struct doc *doc);
void doc_section(struct doc *doc, const char *title);
void doc_text(struct doc *doc, enum role role, const char *text);
void doc_field(struct doc *doc, const char *label, enum role role, const char *text);
/* As doc_field with a role for the label. */
void doc_item(struct doc *doc, enum role label_role, const char *label, enum role role,
              const char *text);
void doc_gauge(struct doc *doc, const char *label, const struct gauge *gauge);

/* Draws the lines from top on that fit; those beyond the end are not drawn. */
void doc_draw(const struct doc *doc, const struct surface *s, int top);

/* Draws it with its last screenful at the latest, and tells the view what it shows: what a screen
 * of text does. */
void doc_show(const struct doc *doc, const struct surface *s, int top, struct view *v);

#endif
