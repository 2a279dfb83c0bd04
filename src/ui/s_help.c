#include "config.h"

/* Help made from the list of commands and the live keys: for the screen below, then what has no
 * key, the filter language, the signs. */

#include "base/i18n.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_text.h"

#include <stdio.h>

enum { KEYS_COLS = 15, NAME_COLS = 18, TEXT_MAX = 600, KEYS_SHOWN = 3 };

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Help"));
}

/* The state as it would be without the help on top. */
static struct state below(const struct state *st)
{
    struct state under = *st;
    if (under.depth > 1)
        under.depth--;
    return under;
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    struct state under = below(v->st);
    char where[TEXT_MAX];
    (void)right;
    screen_ops(state_screen_under(&under))->name(v->st, where, sizeof where);
    strip_add(left, ROLE_TEXT, STRIP_KEEP, _("keys and commands of: %s"), where);
    strip_add(left, ROLE_DIM, 10, "%s", _("every command can also be typed after :"));
}

static void add_command(struct doc *doc, const struct view *v, enum command command,
                        unsigned context, int keyless)
{
    const struct command_info *info = command_info(command);
    char keys[KEY_LABELS_MAX];
    char text[TEXT_MAX];
    char cell[4 * NAME_COLS + 1];
    char words[KEY_LABELS_MAX];
    if (!(info->contexts & context))
        return;
    keymap_label(v->keymap, command, context, KEYS_SHOWN, v->theme->ascii, keys, sizeof keys);
    if ((keys[0] == '\0') != keyless)
        return;
    (void)snprintf(words, sizeof words, "%s%s%s", info->name, info->argument[0] ? " " : "",
                   info->argument[0] ? _(info->argument) : "");
    (void)text_fit(cell, sizeof cell, words, NAME_COLS, TEXT_LEFT, v->theme->ascii);
    (void)snprintf(text, sizeof text, "%s %.400s", cell, _(info->help));
    doc_item(doc, ROLE_KEY, keyless ? ":" : keys, ROLE_TEXT, text);
}

static void add_commands(struct doc *doc, const struct view *v, unsigned context, int keyless)
{
    for (int i = 1; i < COMMAND_COUNT; i++)
        add_command(doc, v, (enum command)i, context, keyless);
}

static void add_filters(struct doc *doc)
{
    const char *help = NULL;
    const char *key = NULL;
    doc_section(doc, _("Filter: terms between blanks, all must hold"));
    doc_item(doc, ROLE_KEY, _("word"), ROLE_TEXT,
             _("occurs in the account, the organisation, the client, the project or the id"));
    for (int i = 0; (key = filter_key(i, &help)); i++)
        doc_item(doc, ROLE_KEY, key, ROLE_TEXT, help);
}

/* What the form's words and signs mean. */
static void add_values(struct doc *doc, const struct view *v)
{
    doc_section(doc, _("Values"));
    doc_item(doc, ROLE_KEY, _("none"), ROLE_TEXT, _("no value at all (NULL)"));
    doc_item(doc, ROLE_KEY, _("empty"), ROLE_TEXT, _("a text without a character"));
    doc_item(doc, ROLE_KEY, "0", ROLE_TEXT, _("the number"));
    doc_item(doc, ROLE_KEY, _("(several)"), ROLE_TEXT,
             _("the connexions of the form differ; what is not typed stays as it is in each"));
    doc_item(doc, ROLE_MARKED, theme_glyph(v->theme, GLYPH_CHANGED), ROLE_TEXT,
             _("changed, not yet saved"));
    doc_item(doc, ROLE_WARN, theme_glyph(v->theme, GLYPH_WARN), ROLE_TEXT,
             _("a warning: it can be saved as it is"));
    doc_item(doc, ROLE_BAD, theme_glyph(v->theme, GLYPH_BAD), ROLE_TEXT,
             _("not possible: it cannot be saved before it is put right"));
}

static void add_sign(struct doc *doc, const struct view *v, enum glyph glyph, enum role role,
                     const char *text)
{
    doc_item(doc, role, theme_glyph(v->theme, glyph), ROLE_TEXT, text);
}

static void add_signs(struct doc *doc, const struct view *v)
{
    struct connexion c = {.active = 1};
    struct sign sign;
    doc_section(doc, _("Signs"));
    for (int i = 0; i < STATUS_COUNT; i++) {
        c.status = (enum status)i;
        value_state(&sign, &c);
        add_sign(doc, v, sign.glyph, sign.role, sign.word);
    }
    add_sign(doc, v, GLYPH_OFF, ROLE_DIM, _("hollow before any state: switched off"));
    add_sign(doc, v, GLYPH_ELAPSED, ROLE_TRACK,
             _("on a bar: how much of the day or month has passed (UTC)"));
    doc_item(doc, ROLE_WARN, "!", ROLE_TEXT, _("behind a bar: 80 % of the limit and more"));
    add_sign(doc, v, GLYPH_MARK, ROLE_MARKED, _("marked"));
}

static int draw_screen(struct view *v)
{
    struct state under = below(v->st);
    unsigned context = state_context(&under);
    struct doc doc;
    context |= context & CONTEXT_FORM ? CONTEXT_FIELD : 0U; /* the same screen while typing */
    doc_init(&doc, v->body.area.w - 2, KEYS_COLS);
    doc.hang = NAME_COLS + 1;
    doc_section(&doc, _("Keys"));
    add_commands(&doc, v, context, 0);
    doc_section(&doc, _("Commands without a key"));
    add_commands(&doc, v, context, 1);
    doc.hang = 0;
    if (context & CONTEXT_LIST)
        add_filters(&doc);
    if (context & CONTEXT_FORM)
        add_values(&doc, v);
    add_signs(&doc, v);
    struct surface part =
        surface_part(&v->body, (struct rect){0, 1, v->body.area.h, v->body.area.w - 2});
    doc_show(&doc, &part, v->st->help.top, v);
    doc_finish(&doc);
    return v->lines;
}

const struct screen_ops screen_help = {name, summary, NULL, draw_screen};
