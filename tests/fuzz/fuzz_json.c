/* Any text in every column of a row, printed as JSON: the output is one line of valid JSON without
 * anything that a terminal obeys, and reads back. */
#include "config.h"

#include "fuzz.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/json.h"

#include <string.h>

static void is_clean(const char *text)
{
    int32_t cp = 0;
    for (int n; (n = text_decode(text, &cp)) > 0; text += n)
        PROMISE(cp >= 0 && !text_is_harmful(cp));
}

static void reads_back(const char *text, size_t len)
{
    struct json_tokener *tokener = json_tokener_new_ex(128);
    PROMISE(tokener);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *object = json_tokener_parse_ex(tokener, text, (int)len + 1);
    PROMISE(json_tokener_get_error(tokener) == json_tokener_success);
    PROMISE(json_object_is_type(object, json_type_object));
    json_object_put(object);
    json_tokener_free(tokener);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = NULL;
    size_t len = 0;
    struct connexion *c = connexion_create();
    for (int i = 0; i < COLUMN_COUNT; i++)
        c->col[i] = text_scrub((const char *)data, size, 500);
    FILE *f = open_memstream(&text, &len);
    PROMISE(f);
    json_write(f, json_connexion(c, 0), 0);
    PROMISE(fclose(f) == 0 && len > 0 && text[len - 1] == '\n');
    text[len - 1] = '\0';
    PROMISE(strlen(text) == len - 1);
    is_clean(text);
    reads_back(text, len - 1);
    free(text);
    connexion_destroy(c);
    return 0;
}
