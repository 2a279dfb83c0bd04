#include "config.h"

#include "model/finding.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct finding_info infos[] = {
#define FINDING(id, word, gravity, title, why) {word, FINDING_IS_##gravity, title, why},
#include "model/finding.def"
#undef FINDING
};

const struct finding_info *finding_info(enum finding_kind kind)
{
    return &infos[kind];
}

int finding_find(const char *word)
{
    for (int i = 0; i < FINDING_COUNT; i++)
        if (strcmp(infos[i].word, word) == 0)
            return i;
    return -1;
}

const char *finding_gravity_word(enum finding_gravity gravity)
{
    static const char *const words[] = {"note", "warning", "bad"};
    return words[gravity];
}

void findings_add(struct findings *f, enum finding_kind kind, const char *subject, const char *fix)
{
    if (f->len >= FINDINGS_MAX)
        return;
    f->item = mem_grow(f->item, f->len + 1, sizeof *f->item);
    struct finding *finding = &f->item[f->len++];
    char *clean = text_scrub(subject, strlen(subject), SUBJECT_MAX);
    finding->kind = kind;
    (void)snprintf(finding->subject, sizeof finding->subject, "%s", clean);
    finding->fix = text_scrub(fix, strlen(fix), FIX_MAX);
    free(clean);
}

void findings_finish(struct findings *f)
{
    for (size_t i = 0; i < f->len; i++)
        free(f->item[i].fix);
    free(f->item);
    *f = (struct findings){.item = NULL};
}
