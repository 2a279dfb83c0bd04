#include "config.h"

/* What an entry of the journal says, in words. */

#include "base/i18n.h"
#include "base/text.h"
#include "flow/journal_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int journal_column(const struct journal_field *field)
{
    int column = column_find(field->column);
    return column < COLUMN_COUNT ? column : -1;
}

void journal_show(const struct journal_field *field, const char *value, struct str *out)
{
    int column = journal_column(field);
    int of = column >= 0 ? field_of_column((enum column)column) : -1;
    int plain = of < 0 || field_info((enum field)of)->kind == FIELD_SECRET;
    if (!plain) {
        field_show((enum field)of, value, out);
    } else if (!value || !*value) {
        (void)str_add(out, value ? _("empty") : _("none"));
    } else {
        char *fits = text_scrub(value, strlen(value), out->max - out->len);
        (void)str_add(out, fits);
        free(fits);
    }
}

const char *journal_who(const struct journal_entry *entry)
{
    return journal_author(entry);
}

int journal_by_probe(const struct journal_entry *entry)
{
    return strcmp(entry->kind, "probe") == 0;
}

void journal_reason(const struct journal_proof *proof, char *buf, size_t size)
{
    const char *nom = proof->organisation_nom[0] ? proof->organisation_nom : proof->organisation_id;
    const char *why = proof->reason;
    long long seq = proof->bad_seq;
    if (strcmp(why, "hash") == 0)
        (void)snprintf(buf, size, _("%.120s: entry %lld was changed after it was written"), nom,
                       seq);
    else if (strcmp(why, "gap") == 0)
        (void)snprintf(buf, size, _("%.120s: an entry before %lld was removed"), nom, seq);
    else if (strcmp(why, "previous") == 0)
        (void)snprintf(buf, size, _("%.120s: entry %lld does not follow from the one before it"),
                       nom, seq);
    else if (strcmp(why, "head") == 0)
        (void)snprintf(buf, size, _("%.120s: the newest entries were removed, from %lld on"), nom,
                       seq);
    else
        (void)snprintf(buf, size, _("%.120s: the chain is broken at entry %lld"), nom, seq);
}
