#include "config.h"

#include "openai/body.h"

#include <limits.h>
#include <string.h>

static int is_blank(const char *text, size_t len)
{
    for (; len > 0; text++, len--)
        if (!*text || !strchr(" \t\r\n", *text))
            return 0;
    return 1;
}

/* json-c reads NaN, Infinity and more even when it is strict: outside its strings JSON has these
 * bytes and no other. */
static int is_strict(const char *body, size_t len)
{
    static const char allowed[256] = {
        [' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1,
        [']'] = 1, [','] = 1,  [':'] = 1,  ['"'] = 1,  ['0'] = 1, ['1'] = 1, ['2'] = 1,
        ['3'] = 1, ['4'] = 1,  ['5'] = 1,  ['6'] = 1,  ['7'] = 1, ['8'] = 1, ['9'] = 1,
        ['+'] = 1, ['-'] = 1,  ['.'] = 1,  ['e'] = 1,  ['E'] = 1, ['t'] = 1, ['r'] = 1,
        ['u'] = 1, ['f'] = 1,  ['a'] = 1,  ['l'] = 1,  ['s'] = 1, ['n'] = 1,
    };
    int in_string = 0;
    for (size_t i = 0; i < len; i++) {
        if (body[i] == '"')
            in_string = !in_string;
        else if (in_string)
            i += body[i] == '\\';
        else if (!allowed[(unsigned char)body[i]])
            return 0;
    }
    return 1;
}

struct json_object *body_parse(const char *body, size_t len)
{
    if (len == 0 || len > INT_MAX || memchr(body, '\0', len) || !is_strict(body, len))
        return NULL;
    struct json_tokener *tokener = json_tokener_new_ex(BODY_DEPTH);
    if (!tokener)
        return NULL;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 |
                                        JSON_TOKENER_ALLOW_TRAILING_CHARS);
    struct json_object *object = json_tokener_parse_ex(tokener, body, (int)len);
    size_t end = json_tokener_get_parse_end(tokener);
    int good = json_tokener_get_error(tokener) == json_tokener_success && end <= len &&
               is_blank(body + end, len - end);
    json_tokener_free(tokener);
    if (good)
        return object;
    json_object_put(object);
    return NULL;
}

struct json_object *body_member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, name, &value))
        return NULL;
    return value;
}

int body_word(struct json_object *value, char *out, size_t size)
{
    out[0] = '\0';
    if (!value)
        return 0;
    if (!json_object_is_type(value, json_type_string))
        return -1;
    const char *text = json_object_get_string(value);
    size_t len = (size_t)json_object_get_string_len(value);
    if (len >= size)
        return -1;
    for (size_t i = 0; i < len; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7f)
            return -1;
    memcpy(out, text, len);
    out[len] = '\0';
    return 0;
}

/* json-c keeps what passes its range as the end of it. */
int body_integer(struct json_object *value, int64_t *out)
{
    if (!json_object_is_type(value, json_type_int))
        return -1;
    *out = json_object_get_int64(value);
    return *out == INT64_MAX || *out == INT64_MIN ? -1 : 0;
}
