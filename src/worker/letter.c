#include "config.h"

#include "worker/letter.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line with an encoded word has 76 bytes at most: 21 for "Subject: " and what stands around, 52
 * of base64 for 39 of text. */
enum { WORD_BYTES = 39, LINE_BYTES = 57, SUBJECT_MAX = 300, TEXT_MAX = 160 * 1024 };

/* As much of the text as fits, cut between characters. */
static size_t word_len(const char *text)
{
    size_t len = strnlen(text, WORD_BYTES + 1);
    if (len <= WORD_BYTES)
        return len;
    len = WORD_BYTES;
    while (len > 1 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void header_words(struct str *out, const char *name, const char *text)
{
    (void)str_add(out, name);
    while (*text) {
        size_t len = word_len(text);
        (void)str_add(out, " =?UTF-8?B?");
        base64_add(out, text, len);
        (void)str_add(out, "?=");
        text += len;
        (void)str_add(out, *text ? "\n" : "");
    }
    (void)str_add_char(out, '\n');
}

static void body(struct str *out, const struct str *text)
{
    for (size_t at = 0; at < text->len; at += LINE_BYTES) {
        size_t left = text->len - at;
        base64_add(out, text->data + at, left < LINE_BYTES ? left : LINE_BYTES);
        (void)str_add_char(out, '\n');
    }
}

static void subject(char out[SUBJECT_MAX], const struct delivery *items, int count)
{
    char words[ALERT_WORDS];
    const struct alert *a = &items[0].alert;
    int critical = 0;
    for (int i = 0; i < count; i++)
        critical += items[i].alert.gravity == GRAVITY_CRITICAL;
    if (count == 0) {
        (void)snprintf(out, SUBJECT_MAX, _("vigie: test of the channel %s"), items[0].channel.name);
    } else if (count == 1) {
        alert_words(words, a);
        (void)snprintf(out, SUBJECT_MAX, "vigie: %s: %.80s: %.160s", gravity_title(a->gravity),
                       a->subject, words);
    } else {
        (void)snprintf(out, SUBJECT_MAX,
                       ngettext("vigie: %d alert, %d critical", "vigie: %d alerts, %d critical",
                                (unsigned long)count),
                       count, critical);
    }
}

static void paragraph(struct str *out, const struct delivery *d)
{
    char words[ALERT_WORDS];
    char at[CLOCK_TEXT_MAX];
    const struct alert *a = &d->alert;
    alert_words(words, a);
    clock_iso(at, a->raised_at);
    (void)str_addf(out, "%s: %s\n", gravity_title(a->gravity), words);
    (void)str_addf(out, "  %s%s%s\n", a->subject, a->organisation[0] ? ", " : "", a->organisation);
    (void)str_addf(out, "  %s\n", alert_meaning(a->kind));
    (void)str_addf(out, "  %s  %s\n\n", at, d->id);
}

void letter_write(struct str *out, const struct delivery *items, int count)
{
    char line[SUBJECT_MAX];
    struct str text;
    str_init(&text, TEXT_MAX);
    if (count == 0)
        (void)str_addf(&text, _("This is a test of the channel %s; nothing is wrong."),
                       items[0].channel.name);
    for (int i = 0; i < count; i++)
        paragraph(&text, &items[i]);
    (void)str_addf(out, "To: %s\n", items[0].channel.target);
    subject(line, items, count);
    header_words(out, "Subject:", line);
    (void)str_add(out, "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
                       "Content-Transfer-Encoding: base64\nAuto-Submitted: auto-generated\n");
    (void)str_addf(out, "X-Vigie-Delivery: %s\n\n", items[0].id);
    body(out, &text);
    str_finish(&text);
}
