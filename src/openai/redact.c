#include "config.h"

#include "openai/judge.h"

#include "base/log.h"
#include "base/str.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_key_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '*';
}

/* The bytes of a key behind "sk-", the dots of a shortened one among them. */
static size_t key_len(const char *p, const char *end)
{
    const char *start = p;
    while (p < end &&
           (is_key_char(*p) || (*p == '.' && p + 1 < end && (p[1] == '.' || is_key_char(p[1])))))
        p++;
    return (size_t)(p - start);
}

/* "Incorrect API key provided: …": the word that follows is a key, whatever it looks like. */
static size_t provided_len(const char *p, const char *end)
{
    static const char phrase[] = "provided: ";
    size_t len = sizeof phrase - 1;
    size_t room = (size_t)(end - p);
    return room > len && memcmp(p, phrase, len) == 0 && strncasecmp(p + len, "sk-", 3) != 0 ? len
                                                                                            : 0;
}

static size_t word_len(const char *p, const char *end)
{
    const char *start = p;
    while (p < end && !isspace((unsigned char)*p))
        p++;
    return (size_t)(p - start);
}

void redact(char *out, size_t size, const char *bytes, size_t len)
{
    struct str s;
    str_init(&s, len * 2 + 16);
    for (const char *p = bytes, *end = bytes + len; p < end;) {
        if (end - p >= 3 && strncasecmp(p, "sk-", 3) == 0) {
            (void)str_add(&s, "sk-…");
            p += 3;
            p += key_len(p, end);
        } else if (provided_len(p, end) > 0) {
            (void)str_add(&s, "provided: …");
            p += provided_len(p, end);
            p += word_len(p, end);
        } else {
            (void)str_add_len(&s, p++, 1);
        }
    }
    if (s.data)
        log_redact(s.data);
    char *clean = text_scrub(str_get(&s), s.len, size - 1);
    (void)snprintf(out, size, "%s", clean);
    free(clean);
    str_finish(&s);
}
