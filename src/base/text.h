#ifndef VIGIE_BASE_TEXT_H
#define VIGIE_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Text is UTF-8 that passed text_scrub once, where it entered the program: valid, bounded, and free
 * of everything that a terminal could take for a command (C0, C1, DEL) or that reorders what is
 * read (bidi controls). Any thread. */

/* Makes foreign bytes harmless: each control, invalid byte, bidi or invisible format control is
 * written as an escape that a person can read (\e, \n, \xHH, \u{202e}), and so is a mark that
 * follows eight others: no language stacks more. At most max bytes come out; a longer text ends in
 * an ellipsis where max has room for one. Returns a new string for the caller to free. */
char *text_scrub(const char *bytes, size_t len, size_t max) __attribute__((returns_nonnull));

/* As text_scrub for a text of several lines: its line breaks stay, tabs (made blanks in bytes
 * itself) are blanks. What held a line in between is wiped. */
char *text_scrub_lines(char *bytes, size_t len, size_t max) __attribute__((returns_nonnull));

/* Whether a character is one of those that text_scrub writes as an escape. */
int text_is_harmful(int32_t cp);

/* One scalar value at s: returns its length in bytes (1..4) and sets cp; 0 at the end; an invalid
 * byte gives 1 and cp -1. */
int text_decode(const char *s, int32_t *cp);

/* Columns on the terminal, by the same table as curses (wcwidth), 0 for combining marks. */
int text_width(const char *s);
int text_char_width(int32_t cp);

/* Length in bytes of the longest start of s, cut between graphemes, that fits cols columns; width
 * gets what it takes. */
size_t text_clip(const char *s, int cols, int *width);

/* Length in bytes of the first grapheme of s, 0 at the end. */
size_t text_grapheme(const char *s);

enum text_align { TEXT_LEFT, TEXT_RIGHT };

/* Writes s into out (size bytes) clipped or padded to exactly cols columns; what is clipped ends in
 * an ellipsis
 * ("…", or "~" in ASCII mode). A buffer with fewer bytes than columns gets fewer columns. Returns
 * the bytes written. */
size_t text_fit(char *out, size_t size, const char *s, int cols, enum text_align align, int ascii);

/* The closest plain ASCII of the same width: accents dropped, known symbols by their twin, others
 * '?'; newlines stay. Returns the bytes written. */
size_t text_ascii(char *out, size_t size, const char *s);

/* Whether needle occurs in text, by folded case; an empty needle always does. */
int text_contains(const char *text, const char *needle);

/* -1, 0, 1 by folded case. */
int text_compare(const char *a, const char *b);

#endif
