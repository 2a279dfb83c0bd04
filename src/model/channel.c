#include "config.h"

#include "model/channel.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word, *title, *target;
} kinds[] = {
#define CHANNEL(id, name, words, what) [CHANNEL_##id] = {name, words, what},
#include "model/channel.def"
#undef CHANNEL
};

const char *channel_word(enum channel_kind kind)
{
    return kinds[kind].word;
}

const char *channel_title(enum channel_kind kind)
{
    return _(kinds[kind].title);
}

const char *channel_target(enum channel_kind kind)
{
    return _(kinds[kind].target);
}

enum channel_kind channel_parse(const char *word)
{
    int i = 0;
    while (i < CHANNEL_KIND_COUNT && strcmp(kinds[i].word, word) != 0)
        i++;
    return (enum channel_kind)i;
}

struct channel_list *channel_list_create(int len)
{
    struct channel_list *list = mem_zero(1, sizeof *list);
    list->item = len > 0 ? mem_zero((size_t)len, sizeof *list->item) : NULL;
    list->len = len;
    return list;
}

void channel_list_destroy(struct channel_list *list)
{
    if (!list)
        return;
    free(list->item);
    free(list);
}

int channel_is_address(const char *text)
{
    size_t len = strlen(text);
    const char *at = strchr(text, '@');
    if (len >= CHANNEL_TARGET || !at || at == text || !at[1] || strchr(at + 1, '@') ||
        text[0] == '-' || text[0] == '|' || text[0] == '/')
        return 0;
    for (const char *p = text; *p; p++)
        if (*p <= ' ' || *p >= 0x7f || strchr("\"'(),:;<>[]\\`", *p))
            return 0;
    return 1;
}

void channel_host(char out[CHANNEL_TARGET], const char *url)
{
    const char *start = strstr(url, "://");
    size_t len = start ? strcspn(start + 3, "/?#") : 0;
    out[0] = '\0';
    if (len == 0 || len >= CHANNEL_TARGET || memchr(start + 3, '@', len))
        return;
    memcpy(out, start + 3, len);
    out[len] = '\0';
}

int channel_kinds(char out[CHANNEL_KINDS], const char *text, char bad[ALERT_KIND_WORD])
{
    size_t used = 0;
    out[0] = '\0';
    while (*text) {
        size_t len = strcspn(text, ",");
        size_t kept = len < ALERT_KIND_WORD - 1 ? len : ALERT_KIND_WORD - 1;
        memcpy(bad, text, kept);
        bad[kept] = '\0';
        if (kept != len || alert_parse(bad) == ALERT_KIND_COUNT || used + len + 2 > CHANNEL_KINDS)
            return -1;
        used += (size_t)snprintf(out + used, CHANNEL_KINDS - used, "%s%s", used ? "," : "", bad);
        text += len;
        text += *text == ',';
    }
    bad[0] = '\0';
    return used ? 0 : -1;
}
