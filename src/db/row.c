#include "config.h"

#include "db/row.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A scrubbed byte takes at most the room of "\u{10ffff}". */
enum { SCRUB_GROWTH = 10, UTF8_TAIL = 0x80, UTF8_TAIL_MASK = 0xc0 };

const char *row_cell(const PGresult *res, int row, int column)
{
    if (column < 0 || PQgetisnull(res, row, column))
        return NULL;
    return PQgetvalue(res, row, column);
}

const char *row_named(const PGresult *res, int row, const char *name)
{
    return row_cell(res, row, PQfnumber(res, name));
}

int row_flag(const PGresult *res, int row, const char *name)
{
    const char *value = row_named(res, row, name);
    return value && value[0] == 't';
}

int64_t row_number(const PGresult *res, int row, const char *name, int64_t fallback)
{
    const char *value = row_named(res, row, name);
    return value ? strtoimax(value, NULL, 10) : fallback;
}

/* Bytes of the first n characters. */
static size_t chars_len(const char *text, int n)
{
    size_t len = 0;
    while (text[len]) {
        int starts = ((unsigned char)text[len] & UTF8_TAIL_MASK) != UTF8_TAIL;
        if (starts && n-- == 0)
            break;
        len++;
    }
    return len;
}

char *row_text(const PGresult *res, int row, int column, int chars)
{
    const char *value = row_cell(res, row, column);
    if (!value)
        return NULL;
    size_t len = chars_len(value, chars);
    size_t max = SCRUB_GROWTH * (size_t)chars;
    char *clean = text_scrub(value, len, max);
    if (value[len] == '\0')
        return clean;
    size_t size = strlen(clean) + sizeof "…";
    clean = mem_grow(clean, size, 1);
    memcpy(clean + strlen(clean), "…", sizeof "…");
    return clean;
}

static size_t whole_chars(const char *text, size_t max)
{
    size_t len = strlen(text);
    if (len <= max)
        return len;
    len = max;
    while (len > 0 && ((unsigned char)text[len] & UTF8_TAIL_MASK) == UTF8_TAIL)
        len--;
    return len;
}

void row_copy(char *out, size_t size, const PGresult *res, int row, const char *name)
{
    char *clean = row_text(res, row, PQfnumber(res, name), (int)size);
    const char *text = clean ? clean : "";
    size_t len = whole_chars(text, size - 1);
    memcpy(out, text, len);
    out[len] = '\0';
    free(clean);
}

void row_uuid(char out[UUID_TEXT], const PGresult *res, int row, int column)
{
    const char *value = row_cell(res, row, column);
    size_t len = value ? strspn(value, "0123456789abcdefABCDEF-") : 0;
    (void)snprintf(out, UUID_TEXT, "%.*s", (int)(len < UUID_TEXT ? len : 0), value ? value : "");
}

int row_layout(struct row_layout *l, const PGresult *res, int chars, struct err *e)
{
    static const char *const keys[KEYSET_PARTS] = {"key1", "key2", "key3"};
    *l = (struct row_layout){.chars = chars};
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const struct column_info *info = column_info((enum column)i);
        l->col[i] = info->kind == COLUMN_SECRET ? -1 : PQfnumber(res, info->sql);
        if (l->col[i] < 0 && info->kind != COLUMN_SECRET)
            return err_set(e, ERR_DATABASE, _("The server's answer has no column %s."), info->sql);
    }
    l->organisation_nom = PQfnumber(res, "organisation_nom");
    l->client_nom = PQfnumber(res, "client_nom");
    l->client_organisation = PQfnumber(res, "client_organisation");
    l->quota_permille = PQfnumber(res, "quota_permille");
    l->budget_permille = PQfnumber(res, "budget_permille");
    for (int i = 0; i < KEYSET_PARTS; i++)
        l->key[i] = PQfnumber(res, keys[i]);
    return 0;
}

static int permille(const PGresult *res, int row, int column)
{
    const char *value = row_cell(res, row, column);
    return value ? (int)strtol(value, NULL, 10) : -1;
}

static struct instant instant(const char *text)
{
    struct instant i = {0};
    i.known = text && clock_parse_iso(text, &i.at) == 0;
    return i;
}

static enum client_link client_link(const char *client_organisation, const char *organisation)
{
    if (!client_organisation)
        return CLIENT_MISSING;
    return strcmp(client_organisation, organisation) == 0 ? CLIENT_FOUND : CLIENT_ELSEWHERE;
}

struct connexion *row_connexion(const struct row_layout *l, const PGresult *res, int row)
{
    struct connexion *c = connexion_create();
    for (int i = 0; i < COLUMN_COUNT; i++)
        c->col[i] = row_text(res, row, l->col[i], l->chars);
    row_uuid(c->id, res, row, l->col[COL_ID]);
    row_uuid(c->organisation_id, res, row, l->col[COL_ORGANISATION_ID]);
    c->organisation_nom = row_text(res, row, l->organisation_nom, l->chars);
    c->client_nom = row_text(res, row, l->client_nom, l->chars);
    c->client_link = client_link(row_cell(res, row, l->client_organisation), c->organisation_id);
    c->active = c->col[COL_ACTIVE] && c->col[COL_ACTIVE][0] == 't';
    c->status = status_parse(c->col[COL_STATUS]);
    c->synchro = instant(c->col[COL_SYNCHRO]);
    c->reset = instant(c->col[COL_RESET]);
    c->quota_permille = permille(res, row, l->quota_permille);
    c->budget_permille = permille(res, row, l->budget_permille);
    for (int i = 0; i < KEYSET_PARTS; i++)
        c->keyset[i] = mem_dup_null(row_cell(res, row, l->key[i]));
    return c;
}

/* PostgreSQL's numeric can be longer than any sum that makes sense. */
static void copy_sum(char *out, size_t size, const char *value)
{
    if (snprintf(out, size, "%s", value ? value : "0") >= (int)size)
        (void)snprintf(out, size, "NaN");
}

void row_totals(struct totals *t, const PGresult *res, int row)
{
    *t = (struct totals){.connexions = row_number(res, row, "connexions", 0),
                         .organisations = row_number(res, row, "organisations", 0),
                         .active = row_number(res, row, "active", 0),
                         .over = row_number(res, row, "over", 0),
                         .troubled = row_number(res, row, "troubled", 0),
                         .budget_permille = (int)row_number(res, row, "budget_permille", -1)};
    copy_sum(t->cost, sizeof t->cost, row_named(res, row, "cost"));
    copy_sum(t->limit, sizeof t->limit, row_named(res, row, "budget"));
}
