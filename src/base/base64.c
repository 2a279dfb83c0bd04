#include "config.h"

#include "base/base64.h"

enum { IN = 3, BITS = 6, MASK = 63 };

int base64_add(struct str *out, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < len; at += IN) {
        unsigned group = 0;
        for (size_t i = 0; i < IN; i++)
            group = group << 8 | (at + i < len ? (unsigned char)bytes[at + i] : 0);
        for (size_t i = 0; rc == 0 && i <= IN; i++) {
            unsigned digit = group >> (IN - i) * BITS & MASK;
            rc = str_add_char(out, at + i <= len ? digits[digit] : '=');
        }
    }
    return rc;
}
