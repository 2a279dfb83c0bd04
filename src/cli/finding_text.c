#include "config.h"

#include "cli/finding_text.h"

#include "base/i18n.h"
#include "cli/json.h"

#include <stdio.h>

enum { MARK_COLS = 9 };

static const char *mark(enum finding_gravity gravity, enum print_role *role)
{
    switch (gravity) {
    case FINDING_IS_BAD:
        *role = PRINT_BAD;
        return _("BAD");
    case FINDING_IS_WARN:
        *role = PRINT_WARN;
        return _("warning");
    case FINDING_IS_NOTE:
        break;
    }
    *role = PRINT_DIM;
    return _("note");
}

/* Findings of one kind stand together: title and reason once, then each subject with its fix. */
static void print_kind(const struct print *out, const struct findings *f, enum finding_kind kind)
{
    const struct finding_info *info = finding_info(kind);
    char cell[SUBJECT_MAX];
    enum print_role role = PRINT_PLAIN;
    int first = 1;
    for (size_t i = 0; i < f->len; i++) {
        if (f->item[i].kind != kind)
            continue;
        if (first) {
            (void)text_fit(cell, sizeof cell, mark(info->gravity, &role), MARK_COLS, TEXT_LEFT,
                           out->ascii);
            print_text(out, cell, role);
            print_text(out, _(info->title), PRINT_PLAIN);
            print_text(out, "\n", PRINT_PLAIN);
            print_field(out, "", MARK_COLS, _(info->why), PRINT_DIM);
        }
        first = 0;
        print_field(out, "", MARK_COLS, f->item[i].subject, PRINT_PLAIN);
        if (f->item[i].fix[0])
            print_field(out, "", MARK_COLS, f->item[i].fix, PRINT_DIM);
    }
}

void findings_print(const struct print *out, const struct findings *f)
{
    if (f->len == 0 && !f->rows_unknown)
        print_text(out, _("Nothing else to mend was found.\n"), PRINT_PLAIN);
    for (int gravity = FINDING_IS_BAD; gravity >= FINDING_IS_NOTE; gravity--)
        for (int kind = 0; kind < FINDING_COUNT; kind++)
            if ((int)finding_info((enum finding_kind)kind)->gravity == gravity)
                print_kind(out, f, (enum finding_kind)kind);
    if (f->rows_unknown)
        print_text(out,
                   _("Some of the rows could not be looked at in time, or this identity may not; "
                     "--timeout allows more.\n"),
                   PRINT_WARN);
}

struct json_object *json_findings(const struct findings *f)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < f->len; i++) {
        const struct finding_info *info = finding_info(f->item[i].kind);
        struct json_object *o = json_object_new_object();
        json_put(o, "finding", json_make_string(info->word));
        json_put(o, "gravity", json_make_string(finding_gravity_word(info->gravity)));
        json_put(o, "subject", json_make_string(f->item[i].subject));
        json_put(o, "says", json_make_string(_(info->title)));
        json_put(o, "why", json_make_string(_(info->why)));
        json_put(o, "fix", json_make_string(f->item[i].fix));
        (void)json_object_array_add(list, o);
    }
    return list;
}
