#include "config.h"

#include "base/err.h"

#include "base/i18n.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum err_code code;
    const char *word;
    const char *meaning;
} list[] = {
#define ERR(name, status, word, meaning) {ERR_##name, word, meaning},
#include "base/err.def"
#undef ERR
};

enum { LIST_LEN = sizeof list / sizeof list[0] };

static void format(char *out, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* Where a text of ERR_TEXT_MAX - 1 bytes may be cut without breaking a character of UTF-8. */
static size_t whole_len(const char *text)
{
    size_t len = strlen(text);
    size_t start = len;
    if (len + 1 < ERR_TEXT_MAX)
        return len;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    return start > 0 && (unsigned char)text[start - 1] >= 0xc0 ? start - 1 : len;
}

/* Through a buffer of its own: the arguments may be the text that is replaced. */
static void format(char *out, const char *fmt, va_list args)
{
    char text[ERR_TEXT_MAX];
    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    text[whole_len(text)] = '\0';
    memcpy(out, text, strlen(text) + 1);
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    if (e) {
        va_list args;
        va_start(args, fmt);
        e->code = code;
        format(e->text, fmt, args);
        e->cure[0] = '\0';
        va_end(args);
    }
    return -(int)code;
}

int err_cure(struct err *e, const char *fmt, ...)
{
    if (!e)
        return -(int)ERR_FAILURE;
    va_list args;
    va_start(args, fmt);
    format(e->cure, fmt, args);
    va_end(args);
    return -(int)e->code;
}

int err_errno(struct err *e, enum err_code code, const char *fmt, ...)
{
    int saved = errno;
    if (e) {
        va_list args;
        va_start(args, fmt);
        e->code = code;
        format(e->text, fmt, args);
        e->cure[0] = '\0';
        va_end(args);
        size_t len = strlen(e->text);
        if (len + 3 < sizeof e->text)
            (void)snprintf(e->text + len, sizeof e->text - len, ": %s", strerror(saved));
        e->text[whole_len(e->text)] = '\0';
    }
    errno = saved;
    return -(int)code;
}

int err_exit_status(const struct err *e)
{
    return e ? (int)e->code : 0;
}

const char *err_name(enum err_code code)
{
    for (int i = 0; i < LIST_LEN; i++)
        if (list[i].code == code)
            return list[i].word;
    return "failure";
}

const char *err_meaning(enum err_code code)
{
    for (int i = 0; i < LIST_LEN; i++)
        if (list[i].code == code)
            return _(list[i].meaning);
    return "";
}

int err_at(int index, enum err_code *code)
{
    if (index < 0 || index >= LIST_LEN)
        return -1;
    *code = list[index].code;
    return 0;
}
