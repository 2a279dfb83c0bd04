#include "config.h"

#include "ui/value.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"
#include "model/list.h"

#include <stdio.h>
#include <string.h>

const char *value_currency(void)
{
    return "$";
}

static const enum role roles[STATUS_COUNT + 1] = {
#define STATUS(id, word, title, role) [STATUS_##id] = ROLE_##role,
#include "model/status.def"
#undef STATUS
    [STATUS_UNKNOWN] = ROLE_WARN,
};

static enum glyph shape(enum status status)
{
    switch (status) {
    case STATUS_ACTIVE:
        return GLYPH_GOOD;
    case STATUS_INACTIVE:
        return GLYPH_OFF;
    case STATUS_ERROR:
        return GLYPH_BAD;
    case STATUS_EXPIRED:
        return GLYPH_ENDED;
    case STATUS_QUOTA:
        return GLYPH_WARN;
    case STATUS_UNKNOWN:
    default:
        return GLYPH_UNKNOWN;
    }
}

void value_state(struct sign *sign, const struct connexion *c)
{
    const char *word = c->status == STATUS_UNKNOWN && c->col[COL_STATUS] ? c->col[COL_STATUS]
                                                                         : status_title(c->status);
    sign->glyph = shape(c->status);
    sign->role = roles[c->status];
    (void)snprintf(sign->word, sizeof sign->word, "%.63s", word);
    if (c->active)
        return;
    sign->glyph = GLYPH_OFF;
    sign->role = ROLE_DIM;
    if (c->status == STATUS_ACTIVE)
        (void)snprintf(sign->word, sizeof sign->word, "%s", _("off"));
    else if (c->status != STATUS_INACTIVE)
        (void)snprintf(sign->word, sizeof sign->word, _("%.40s, off"), word);
}

void value_local(char *buf, size_t size, const char *text)
{
    char local[CLOCK_TEXT_MAX];
    int64_t at = 0;
    if (clock_parse_iso(text, &at)) {
        (void)snprintf(buf, size, "%s", text);
        return;
    }
    clock_local(local, at);
    (void)snprintf(buf, size, "%s", local);
}

void value_clock(char *buf, size_t size, int64_t at)
{
    char local[CLOCK_TEXT_MAX];
    clock_local(local, at);
    (void)snprintf(buf, size, "%.5s", strlen(local) > 11 ? local + 11 : local);
}

const char *value_organisation(const struct connexion *c)
{
    return c->organisation_nom && *c->organisation_nom ? c->organisation_nom : c->organisation_id;
}

static void client(char buf[VALUE_MAX], const struct connexion *c)
{
    if (c->client_link == CLIENT_FOUND && c->client_nom)
        (void)snprintf(buf, VALUE_MAX, "%.400s", c->client_nom);
    else if (c->client_link == CLIENT_ELSEWHERE)
        (void)snprintf(buf, VALUE_MAX, _("elsewhere: %.400s"), c->client_nom ? c->client_nom : "?");
    else
        (void)snprintf(buf, VALUE_MAX, "%s", _("not found"));
}

/* Calm: the seconds of a fresh figure would change with every frame. */
static void age(char buf[VALUE_MAX], int64_t seconds)
{
    if (seconds < 60)
        (void)snprintf(buf, VALUE_MAX, "%s", _("now"));
    else
        gauge_age(buf, VALUE_MAX, seconds);
}

static void special(char buf[VALUE_MAX], const struct connexion *c, enum column column, int64_t now)
{
    const char *text = c->col[column];
    if (column == COL_ORGANISATION_ID)
        (void)snprintf(buf, VALUE_MAX, "%.500s", value_organisation(c));
    else if (column == COL_CLIENT_ID)
        client(buf, c);
    else if (column == COL_CLIENT_TYPE)
        (void)snprintf(buf, VALUE_MAX, "%.500s", text ? client_type_title(text) : "");
    else if (column == COL_SYNCHRO && c->synchro.known)
        age(buf, now - c->synchro.at);
    else if (column == COL_SYNCHRO)
        (void)snprintf(buf, VALUE_MAX, "%s", _("never"));
    else if (column == COL_ACTIVE)
        (void)snprintf(buf, VALUE_MAX, "%s", c->active ? _("on") : _("off"));
    else
        buf[0] = '\0';
}

void value_cell(char buf[VALUE_MAX], const struct connexion *c, enum column column, int64_t now)
{
    const char *text = c->col[column];
    switch ((int)column) {
    case COL_ORGANISATION_ID:
    case COL_CLIENT_ID:
    case COL_CLIENT_TYPE:
    case COL_SYNCHRO:
    case COL_ACTIVE:
    case COL_STATUS:
    case COL_DAY_USE:
    case COL_COST:
        special(buf, c, column, now);
        return;
    default:
        break;
    }
    if (!text) {
        (void)snprintf(buf, VALUE_MAX, "–");
        return;
    }
    switch (column_info(column)->kind) {
    case COLUMN_TIME:
        value_local(buf, VALUE_MAX, text);
        break;
    case COLUMN_INT:
        count_text_format(buf, VALUE_MAX, text);
        break;
    case COLUMN_MONEY:
        money_format(buf, VALUE_MAX, text);
        break;
    case COLUMN_LIST:
        list_join(buf, VALUE_MAX, text);
        if (buf[0] == '\0')
            (void)snprintf(buf, VALUE_MAX, "%s", _("none"));
        break;
    case COLUMN_SECRET:
        (void)snprintf(buf, VALUE_MAX, "%s", _("hidden"));
        break;
    case COLUMN_UUID:
    case COLUMN_TEXT:
    case COLUMN_BOOL:
    case COLUMN_JSON:
    default:
        (void)snprintf(buf, VALUE_MAX, "%.511s", text);
        break;
    }
}
