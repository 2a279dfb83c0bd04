/* Any status and body as the answer of an auth server: a user that is one, for a while that is one,
 * clean words; what is refused changes nothing of who was signed in. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"
#include "openai/signin.h"

#include <string.h>

enum { NOW = 1763820000, STATUS_BYTES = 2 };

static void is_clean(const char *text)
{
    int32_t cp = 0;
    for (int n; (n = text_decode(text, &cp)) > 0; text += n)
        PROMISE(cp >= 0 && !text_is_harmful(cp));
}

static void is_bounded(const struct signin *s)
{
    PROMISE(memchr(s->user, '\0', sizeof s->user));
    PROMISE(memchr(s->role, '\0', sizeof s->role));
    PROMISE(memchr(s->refresh, '\0', sizeof s->refresh));
}

/* Two bytes of status, then the body; asked by somebody new and by somebody who was signed in. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char known[] = "bb000000-0000-4000-8000-000000000001";
    if (size < STATUS_BYTES)
        return 0;
    int status = (data[0] << 8 | data[1]) % 600;
    for (int before = 0; before < 2; before++) {
        struct signin s = {.refresh = "r-0"};
        struct err e = {.code = ERR_OK};
        if (before)
            memcpy(s.user, known, sizeof known);
        int rc = signin_read(&s, status, (const char *)data + STATUS_BYTES, size - STATUS_BYTES,
                             NOW, &e);
        is_bounded(&s);
        is_clean(e.text);
        if (rc == 0) {
            PROMISE(status >= 200 && status < 300);
            PROMISE(strlen(s.user) == sizeof known - 1);
            PROMISE(!before || strcmp(s.user, known) == 0);
            PROMISE(s.expires_at > NOW && signin_renew_at(&s) <= s.expires_at);
        } else {
            PROMISE(e.code != ERR_OK && rc == -(int)e.code);
            PROMISE(before ? strcmp(s.user, known) == 0 : !s.user[0]);
            PROMISE(strcmp(s.refresh, "r-0") == 0);
        }
        signin_finish(&s);
    }
    return 0;
}
