#include "config.h"

#include "ui/value.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"
#include "model/list.h"

#include <ctype.h>
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

/* A verdict that belongs to the connexion looks like the state that it gives. */
void value_verdict(struct sign *sign, enum verdict verdict)
{
    const char *status = verdict_status(verdict);
    enum verdict_effect effect = verdict_effect(verdict);
    if (verdict == VERDICT_NEVER) {
        sign->glyph = GLYPH_UNKNOWN;
        sign->role = ROLE_DIM;
    } else if (status && effect != EFFECT_KEEP) {
        sign->glyph = shape(status_parse(status));
        sign->role = roles[status_parse(status)];
    } else {
        sign->glyph = GLYPH_WARN;
        sign->role = ROLE_WARN;
    }
    (void)snprintf(sign->word, sizeof sign->word, "%.63s", verdict_title(verdict));
}

void value_health(struct sign *sign, const struct health *h, int confirm)
{
    if (!h) {
        *sign = (struct sign){.glyph = GLYPH_ELLIPSIS, .role = ROLE_DIM, .word = ""};
        return;
    }
    value_verdict(sign, h->verdict);
    if (h->candidate == VERDICT_NEVER || h->candidate == h->verdict)
        return;
    sign->role = ROLE_WARN;
    sign->glyph = GLYPH_WARN;
    (void)snprintf(sign->word, sizeof sign->word, "%d/%d %.40s?", h->failures, confirm,
                   verdict_title(h->candidate));
}

void value_state_and_health(struct sign *sign, const struct connexion *c, const struct health *h,
                            int cols)
{
    value_state(sign, c);
    if (!h || !c->active)
        return;
    const char *given = verdict_status(h->verdict);
    const char *title = verdict_title(h->verdict);
    int confirming = h->candidate != VERDICT_NEVER && h->candidate != h->verdict;
    int says_more = given && verdict_effect(h->verdict) == EFFECT_OWN &&
                    status_parse(given) == c->status && text_width(title) <= cols;
    if (says_more)
        (void)snprintf(sign->word, sizeof sign->word, "%.60s", title);
    if (!confirming)
        return;
    size_t len = strlen(sign->word);
    if (text_width(sign->word) + 2 <= cols && len + 3 <= sizeof sign->word)
        (void)snprintf(sign->word + len, sizeof sign->word - len, " ?");
    sign->role = ROLE_WARN;
    sign->glyph = GLYPH_WARN;
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

void value_when(char *buf, size_t size, int64_t at, int64_t now)
{
    char utc[CLOCK_TEXT_MAX];
    char iso[CLOCK_TEXT_MAX];
    char local[CLOCK_TEXT_MAX];
    char age[AGE_TEXT_MAX];
    clock_iso(iso, at);
    (void)snprintf(utc, sizeof utc, "%.10s %.5s UTC", iso, iso + 11);
    clock_local(local, at);
    gauge_age(age, sizeof age, at > now ? at - now : now - at);
    int n = snprintf(buf, size, at > now ? _("%s, in %s") : _("%s, %s ago"), utc, age);
    int other = strcmp(utc, local) != 0;
    int same_day = strncmp(utc, local, strlen("2026-11-22 ")) == 0;
    if (other && n > 0 && (size_t)n < size)
        (void)snprintf(buf + n, size - (size_t)n, " (%s)",
                       same_day ? local + strlen("2026-11-22 ") : local);
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

void value_money(char *buf, size_t size, const char *decimal, const char *currency)
{
    char text[MONEY_TEXT_MAX];
    char code[CURRENCY_MAX] = "";
    money_exact(text, sizeof text, decimal);
    for (size_t i = 0; i < sizeof code - 1 && currency[i]; i++)
        code[i] = (char)toupper((unsigned char)currency[i]);
    int dollars = code[0] == '\0' || strcmp(code, "USD") == 0;
    (void)snprintf(buf, size, "%s %s", text, dollars ? value_currency() : code);
}

void value_cell(char buf[VALUE_MAX], const struct connexion *c, enum column column, int64_t now)
{
    const char *text = column < COLUMN_COUNT ? c->col[column] : "";
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
    case COLUMN_VIRTUAL:
    case COLUMN_UUID:
    case COLUMN_TEXT:
    case COLUMN_BOOL:
    case COLUMN_JSON:
    default:
        (void)snprintf(buf, VALUE_MAX, "%.511s", text);
        break;
    }
}
