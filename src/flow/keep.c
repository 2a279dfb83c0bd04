#include "config.h"

/* The draft on disk, so that what was typed outlives a killed session. Secrets are never in it. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP_MS = 1000 };

static const char rows_word[] = "rows";

static void post(struct turn *t, struct str *text)
{
    struct job *job = job_create(JOB_DRAFT_KEEP, 0);
    job->text = text ? str_take(text) : NULL;
    jobs_add(t->jobs, job);
}

void keep_soon(struct state *st)
{
    st->form.dirty = 1;
    if (!st->form.keep_due_ms)
        st->form.keep_due_ms = st->mono_ms + KEEP_MS;
}

/* "rows ID ID …" stands before a draft of several rows. */
static void write_rows(const struct form *form, struct str *out)
{
    if (form->rows_len == 0)
        return;
    (void)str_add(out, rows_word);
    for (size_t i = 0; i < form->rows_len; i++)
        (void)str_addf(out, " %s", form->rows[i]);
    (void)str_add_char(out, '\n');
}

void keep_now(struct turn *t)
{
    struct form *form = &t->st->form;
    struct str text;
    if (!form->open || !form->dirty || form->waiting)
        return;
    form->keep_due_ms = 0;
    form->kept = 1;
    str_init(&text, (size_t)2 * DRAFT_TEXT_MAX);
    write_rows(form, &text);
    draft_write(&form->draft, &text);
    if (!text.overflow)
        post(t, &text);
    str_finish(&text);
}

void keep_forget(struct turn *t)
{
    struct form *form = &t->st->form;
    form->keep_due_ms = 0;
    if (form->kept)
        post(t, NULL);
    form->kept = 0;
}

void keep_tick(struct turn *t)
{
    const struct form *form = &t->st->form;
    if (form->keep_due_ms && t->st->mono_ms >= form->keep_due_ms)
        keep_now(t);
}

void keep_take(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    if (!event->text || !*event->text)
        return;
    free(st->draft_text);
    st->draft_text = event->text;
    event->text = NULL;
    if (st->form.open || state_screen(st) == SCREEN_PROMPT) {
        turn_message(t, MESSAGE_INFO, "%s",
                     _("A form was left unfinished by an earlier session: :draft opens it."));
        return;
    }
    edit_ask(t, ABOUT_DRAFT, PROMPT_CONFIRM);
    (void)snprintf(
        st->prompt.label, sizeof st->prompt.label, "%s",
        _("An earlier session left a form unfinished. Enter opens it; Esc: later, by :draft."));
}

/* Takes the rows off the front; the rest is the draft. */
static const char *read_rows(struct form *form, const char *text)
{
    size_t word = sizeof rows_word - 1;
    if (strncmp(text, rows_word, word) != 0)
        return text;
    text += word;
    while (*text == ' ' && strspn(text + 1, "0123456789abcdef-") == UUID_TEXT - 1 &&
           form->rows_len < MARKS_MAX) {
        form->rows = mem_grow(form->rows, form->rows_len + 1, sizeof *form->rows);
        memcpy(form->rows[form->rows_len], text + 1, UUID_TEXT - 1);
        form->rows[form->rows_len++][UUID_TEXT - 1] = '\0';
        text += UUID_TEXT;
    }
    return *text == '\n' ? text + 1 : text;
}

static int has_lost(const struct draft *d)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (d->field[i].lost)
            return 1;
    return 0;
}

void keep_open(struct turn *t)
{
    struct state *st = t->st;
    struct form *form = &st->form;
    struct err e = {0};
    if (!st->draft_text) {
        form_again(t);
        return;
    }
    form_close(st);
    draft_init(&form->draft, DRAFT_EDIT);
    int rc = draft_read(&form->draft, read_rows(form, st->draft_text), &e);
    free(st->draft_text);
    st->draft_text = NULL;
    form->open = form->kept = form->dirty = 1;
    if (rc || (form->draft.kind == DRAFT_BULK && form->rows_len == 0)) {
        form_close(st);
        turn_message(t, MESSAGE_ERROR, _("The form that was kept cannot be read: %.200s"),
                     rc ? e.text : "");
        return;
    }
    turn_push(t, SCREEN_FORM);
    form_ask_row(t);
    form_check_all(st);
    if (has_lost(&form->draft))
        turn_message(
            t, MESSAGE_WARN, "%s",
            _("The form is back, but for the key: keys are never kept on disk. Type it again."));
    else
        turn_message(t, MESSAGE_INFO, "%s", _("The form is back as it was left."));
}
