#include "config.h"

#include "model/journal.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word, *title;
} actions[] = {
    [JOURNAL_INSERT] = {"insert", N_("created")},
    [JOURNAL_UPDATE] = {"update", N_("changed")},
    [JOURNAL_DELETE] = {"delete", N_("deleted")},
};

struct journal_page *journal_page_create(size_t len)
{
    struct journal_page *page = mem_zero(1, sizeof *page);
    page->len = len;
    page->item = len > 0 ? mem_zero(len, sizeof *page->item) : NULL;
    return page;
}

void journal_page_destroy(struct journal_page *page)
{
    if (!page)
        return;
    for (size_t i = 0; i < page->len; i++) {
        struct journal_entry *entry = &page->item[i];
        for (int f = 0; f < entry->fields; f++) {
            free(entry->field[f].before);
            free(entry->field[f].after);
        }
        free(entry->field);
    }
    free(page->item);
    free(page);
}

const char *journal_action_word(enum journal_action action)
{
    return actions[action].word;
}

const char *journal_action_title(enum journal_action action)
{
    return _(actions[action].title);
}

const char *journal_author(const struct journal_entry *entry)
{
    int automatic = strcmp(entry->kind, "limit") == 0 && entry->application[0];
    if (entry->user_name[0])
        return entry->user_name;
    return automatic ? entry->application : entry->login;
}

const char *journal_kind_title(const char *kind)
{
    static const struct {
        const char *word, *title;
    } kinds[] = {
        {"undo", N_("undo")},     {"redo", N_("redo")},   {"restore", N_("restored")},
        {"import", N_("import")}, {"probe", N_("probe")}, {"limit", N_("limit")},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].word, kind) == 0)
            return _(kinds[i].title);
    return "";
}
