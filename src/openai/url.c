#include "config.h"

#include "openai/url.h"

#include <stdio.h>
#include <string.h>

void url_escaped(struct str *s, const char *text)
{
    static const char plain[] =
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (; *text; text++) {
        if (strchr(plain, *text))
            (void)str_add_char(s, *text);
        else
            (void)str_addf(s, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

void url_base(struct str *s, const char *base)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    (void)str_add_len(s, base, len);
}

int url_give(struct str *s, char *out, size_t size)
{
    int n = s->overflow ? -1 : snprintf(out, size, "%s", str_get(s));
    str_finish(s);
    return n < 0 || (size_t)n >= size ? -1 : 0;
}
