#include "config.h"

#include "model/account.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct account_list *account_list_create(int len, int sums)
{
    struct account_list *list = mem_zero(1, sizeof *list);
    list->len = len;
    list->sums = sums;
    list->item = len > 0 ? mem_zero((size_t)len, sizeof *list->item) : NULL;
    list->sum = sums > 0 ? mem_zero((size_t)sums, sizeof *list->sum) : NULL;
    return list;
}

void account_list_destroy(struct account_list *list)
{
    if (!list)
        return;
    free(list->item);
    free(list->sum);
    free(list);
}

enum key_shape key_shape(const char *text)
{
    static const char prefix[] = "sk-admin-";
    if (*text == '\0')
        return KEY_SHAPE_EMPTY;
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c > '~')
            return KEY_SHAPE_CHARACTERS;
    return strncmp(text, prefix, sizeof prefix - 1) == 0 ? KEY_SHAPE_FINE : KEY_SHAPE_ODD;
}

const char *key_shape_words(enum key_shape shape)
{
    switch (shape) {
    case KEY_SHAPE_EMPTY:
        return _("there is no key");
    case KEY_SHAPE_CHARACTERS:
        return _("an API key has no blanks and no characters outside ASCII");
    case KEY_SHAPE_ODD:
        return _("this does not look like an admin key (sk-admin-…), which alone can tell costs");
    case KEY_SHAPE_FINE:
    default:
        return "";
    }
}
