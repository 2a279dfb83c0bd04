/* Any body as a list of models, compared with any text of allowed names in front of it: read whole
 * or not at all, words clean and bounded, the memory of the last body never changes the outcome. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"
#include "openai/models.h"

#include <string.h>

enum { WORDS = 120 };

static void is_clean(const char *text)
{
    int32_t cp = 0;
    for (int n; (n = text_decode(text, &cp)) > 0; text += n)
        PROMISE(cp >= 0 && !text_is_harmful(cp));
}

/* The first line is the text of the array, what follows the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char words[WORDS], again[WORDS];
    char *text = malloc(size + 1);
    PROMISE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    char *end = memchr(text, '\n', size);
    const char *body = end ? end + 1 : text;
    size_t len = size - (size_t)(body - text);
    if (end)
        *end = '\0';
    int rc = models_parse(body, len, end ? text : NULL, words, sizeof words);
    PROMISE(memchr(words, '\0', sizeof words));
    PROMISE(rc == 0 || (rc == -1 && !words[0]));
    is_clean(words);
    struct models *m = models_create();
    for (int i = 0; i < 3; i++) {
        PROMISE(models_read(m, body, len) == rc);
        models_words(m, end ? text : NULL, again, sizeof again);
        PROMISE(strcmp(words, again) == 0);
        if (i == 1)
            (void)models_read(m, "{}", 2);
    }
    models_destroy(m);
    free(text);
    return 0;
}
