#include "config.h"

/* The proof of isolation: each check of the gate, what came out, why, and what to do. */

#include "base/i18n.h"
#include "ui/view.h"
#include "ui/w_text.h"

#include <stdio.h>

enum { LABEL_COLS = 12, SENTENCE_MAX = 1200, LABEL_MAX = 64, FACT_COLS = 22 };

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Proof of isolation"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct proof *p = &v->st->link.proof;
    int count[4] = {0};
    (void)right;
    if (!v->st->link.proven) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("no gate has answered yet"));
        return;
    }
    for (int i = 0; i < CHECK_COUNT; i++)
        if (p->outcome[i] <= OUTCOME_FAIL)
            count[p->outcome[i]]++;
    strip_add(left, ROLE_GOOD, STRIP_KEEP, _("%d passed"), count[OUTCOME_PASS]);
    if (count[OUTCOME_WARN] > 0)
        strip_add(left, ROLE_WARN, 90, _("%d not met"), count[OUTCOME_WARN]);
    if (count[OUTCOME_FAIL] > 0)
        strip_add(left, ROLE_BAD, 91, _("%d failed"), count[OUTCOME_FAIL]);
    if (count[OUTCOME_SKIPPED] > 0)
        strip_add(left, ROLE_DIM, 10, _("%d not tried"), count[OUTCOME_SKIPPED]);
}

static void look(enum outcome outcome, enum role *role, enum glyph *glyph, const char **word)
{
    switch (outcome) {
    case OUTCOME_PASS:
        *role = ROLE_GOOD;
        *glyph = GLYPH_GOOD;
        *word = _("passed");
        break;
    case OUTCOME_WARN:
        *role = ROLE_WARN;
        *glyph = GLYPH_WARN;
        *word = _("not met");
        break;
    case OUTCOME_FAIL:
        *role = ROLE_BAD;
        *glyph = GLYPH_BAD;
        *word = _("failed");
        break;
    case OUTCOME_SKIPPED:
    default:
        *role = ROLE_DIM;
        *glyph = GLYPH_OFF;
        *word = _("not tried");
        break;
    }
}

static void add_check(struct doc *doc, const struct view *v, enum check check)
{
    const struct proof *p = &v->st->link.proof;
    enum role role = ROLE_DIM;
    enum glyph glyph = GLYPH_OFF;
    const char *word = "";
    char label[LABEL_MAX];
    char sentence[SENTENCE_MAX] = "";
    look(p->outcome[check], &role, &glyph, &word);
    (void)snprintf(label, sizeof label, "%s %s", theme_glyph(v->theme, glyph), word);
    doc_item(doc, role, label, p->outcome[check] == OUTCOME_SKIPPED ? ROLE_DIM : ROLE_TEXT,
             check_title(check));
    if (p->outcome[check] != OUTCOME_WARN && p->outcome[check] != OUTCOME_FAIL)
        return;
    check_sentence(p, check, sentence, sizeof sentence);
    doc_field(doc, "", role, sentence);
    (void)snprintf(sentence, sizeof sentence, "%s %.1100s", theme_glyph(v->theme, GLYPH_CRUMB),
                   check_cure(check));
    doc_field(doc, "", ROLE_INFO, sentence);
}

static void add_fact(struct doc *doc, const char *label, const char *value)
{
    if (value[0])
        doc_field(doc, label, ROLE_TEXT, value);
}

static void add_session(struct doc *doc, const struct proof *p)
{
    doc_section(doc, _("Session"));
    doc->label_width = LABEL_COLS;
    add_fact(doc, _("user"), p->user_name);
    add_fact(doc, _("user id"), p->user_id);
    doc_field(doc, _("scope"), ROLE_TEXT,
              p->admin                 ? _("admin: all organisations")
              : p->organisation_nom[0] ? p->organisation_nom
                                       : p->organisation_id);
    add_fact(doc, _("login"), p->login);
    add_fact(doc, _("role"), p->role);
    add_fact(doc, _("database"), p->database);
    add_fact(doc, _("server"), p->server_text);
    add_fact(doc, _("host"), p->host);
    if (p->pooler)
        doc_field(doc, _("pooler"), ROLE_TEXT, _("stands between: changes are looked for by time"));
}

static int draw_screen(struct view *v)
{
    const struct link *link = &v->st->link;
    struct doc doc;
    doc_init(&doc, v->body.area.w - 2, LABEL_COLS);
    if (link->status == LINK_REFUSED) {
        doc_text(&doc, ROLE_BAD, link->err.text);
        doc_text(&doc, ROLE_INFO, link->err.cure);
        doc_blank(&doc);
    }
    if (link->proven) {
        for (int i = 0; i < CHECK_COUNT; i++)
            add_check(&doc, v, (enum check)i);
        add_session(&doc, &link->proof);
    } else {
        doc_text(&doc, ROLE_DIM, _("no connection to the database yet"));
    }
    struct surface part =
        surface_part(&v->body, (struct rect){0, 1, v->body.area.h, v->body.area.w - 2});
    doc_show(&doc, &part, v->st->proof.top, v);
    doc_finish(&doc);
    return v->lines;
}

const struct screen_ops screen_proof = {name, summary, NULL, draw_screen};
