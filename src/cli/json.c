#include "config.h"

#include "cli/json.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/gauge.h"
#include "model/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM_MAX = 1024, DEPTH_MAX = 64 };

typedef struct json_object json;

/* json-c answers NULL for want of memory only; NULL also is its null, which would hide the loss. */
static json *sure(json *object)
{
    if (!object)
        mem_exhausted();
    return object;
}

void json_put(json *to, const char *key, json *value)
{
    if (json_object_object_add(to, key, value))
        mem_exhausted();
}

json *json_make_string(const char *text)
{
    return text ? sure(json_object_new_string(text)) : NULL;
}

json *json_make_string_or_null(const char *text)
{
    return text && text[0] ? json_make_string(text) : NULL;
}

json *json_make_boolean(int value)
{
    return sure(json_object_new_boolean(value != 0));
}

json *json_make_integer(int64_t value)
{
    return sure(json_object_new_int64(value));
}

static json *permille(int value)
{
    return value < 0 ? NULL : json_make_integer(value);
}

json *json_make_instant(int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    clock_iso(text, at);
    return json_make_string(text);
}

static json *integer_text(const char *text)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno || end == text || *end ? json_make_string(text) : json_make_integer(value);
}

static json *list(const char *text)
{
    char item[ITEM_MAX];
    int null = 0;
    const char *p = list_start(text);
    if (!p)
        return json_make_string(text);
    json *array = sure(json_object_new_array());
    while ((p = list_next(p, item, sizeof item, &null)))
        if (json_object_array_add(array, null ? NULL : json_make_string(item)))
            mem_exhausted();
    return array;
}

/* json-c takes NaN and Infinity, which JSON does not have: their capitals occur nowhere else
 * outside strings. */
static int has_no_number(const char *text)
{
    int quoted = 0;
    for (; *text; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (*text == '\\' && text[1])
            text++;
        else if (!quoted && (*text == 'N' || *text == 'I'))
            return 1;
    }
    return 0;
}

static int is_json(const char *text)
{
    if (has_no_number(text))
        return 0;
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    if (!tokener)
        mem_exhausted();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    json *value = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
    int good = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    json_object_put(value);
    return good;
}

/* The text itself where it is JSON: no number loses a digit. */
static json *parsed(const char *text)
{
    json *value = json_make_string(text);
    if (is_json(text))
        json_object_set_serializer(value, json_object_userdata_to_json_string, mem_dup(text),
                                   json_object_free_userdata);
    return value;
}

json *json_column(enum column column, const char *text)
{
    if (!text)
        return NULL;
    switch (column_info(column)->kind) {
    case COLUMN_BOOL:
        return json_make_boolean(text[0] == 't');
    case COLUMN_INT:
        return integer_text(text);
    case COLUMN_LIST:
        return list(text);
    case COLUMN_JSON:
        return parsed(text);
    default:
        return json_make_string(text);
    }
}

static json *gauge(const struct gauge *g)
{
    json *o = sure(json_object_new_object());
    json_put(o, "state", json_make_string(gauge_state_name(g->state)));
    json_put(o, "permille", permille(g->permille));
    json_put(o, "elapsed_permille", json_make_integer(g->elapsed_permille));
    json_put(o, "resets_at", json_make_instant(g->resets_at));
    json_put(o, "seen_at", g->seen.known ? json_make_instant(g->seen.at) : NULL);
    json_put(o, "stale", json_make_boolean(g->stale));
    json_put(o, "source", json_make_string(gauge_source_name(g->source)));
    return o;
}

static const char *client_link(enum client_link link)
{
    static const char *const names[] = {
        [CLIENT_FOUND] = "found",
        [CLIENT_ELSEWHERE] = "elsewhere",
        [CLIENT_MISSING] = "missing",
    };
    return names[link];
}

json *json_connexion_of(const struct connexion *c, const struct figures *figures, int64_t now)
{
    struct gauge g;
    json *o = sure(json_object_new_object());
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (column_info((enum column)i)->kind != COLUMN_SECRET)
            json_put(o, column_info((enum column)i)->sql, json_column((enum column)i, c->col[i]));
    json_put(o, "organisation_nom", json_make_string(c->organisation_nom));
    json_put(o, "client_nom", json_make_string(c->client_nom));
    json_put(o, "client_link", json_make_string(client_link(c->client_link)));
    gauge_quota_of(&g, c, figures, now);
    json_put(o, "quota", gauge(&g));
    gauge_budget_of(&g, c, figures, now);
    json_put(o, "budget", gauge(&g));
    return o;
}

json *json_connexion(const struct connexion *c, int64_t now)
{
    return json_connexion_of(c, NULL, now);
}

json *json_totals(const struct totals *t)
{
    json *o = sure(json_object_new_object());
    json_put(o, "connexions", json_make_integer(t->connexions));
    json_put(o, "organisations", json_make_integer(t->organisations));
    json_put(o, "active", json_make_integer(t->active));
    json_put(o, "over", json_make_integer(t->over));
    json_put(o, "troubled", json_make_integer(t->troubled));
    json_put(o, "cost", json_make_string(t->cost));
    json_put(o, "limit", json_make_string(t->limit));
    json_put(o, "budget_permille", permille(t->budget_permille));
    return o;
}

json *json_organisation(const struct organisation *organisation)
{
    json *o = sure(json_object_new_object());
    json_put(o, "organisation_id", json_make_string(organisation->id));
    json_put(o, "organisation_nom", json_make_string(organisation->nom));
    json_put(o, "organisation_statut_compte", json_make_string(organisation->statut_compte));
    json_put(o, "totals", json_totals(&organisation->totals));
    return o;
}

static json *check_value(const struct proof *p, enum check check)
{
    char sentence[ERR_TEXT_MAX];
    enum outcome outcome = p->outcome[check];
    json *o = sure(json_object_new_object());
    check_sentence(p, check, sentence, sizeof sentence);
    json_put(o, "check", json_make_string(check_name(check)));
    json_put(o, "title", json_make_string(check_title(check)));
    json_put(o, "outcome", json_make_string(outcome_name(outcome)));
    if (outcome != OUTCOME_FAIL && outcome != OUTCOME_WARN)
        return o;
    json_put(o, "says", json_make_string(sentence));
    json_put(o, "cure", json_make_string(check_cure(check)));
    if (outcome == OUTCOME_FAIL) {
        json_put(o, "error", json_make_string(err_name(check_error(check))));
        json_put(o, "exit_status", json_make_integer((int)check_error(check)));
    }
    return o;
}

static void add_session(json *o, const struct proof *p)
{
    json_put(o, "host", json_make_string(p->host));
    json_put(o, "database", json_make_string_or_null(p->database));
    json_put(o, "server", json_make_string_or_null(p->server_text));
    json_put(o, "login", json_make_string_or_null(p->login));
    json_put(o, "role", json_make_string_or_null(p->role));
    json_put(o, "identity", json_make_string(p->asserted ? "claims" : "role"));
    json_put(o, "user_id", json_make_string_or_null(p->user_id));
    json_put(o, "user_name", json_make_string_or_null(p->user_name));
    json_put(o, "admin", json_make_boolean(p->admin));
    json_put(o, "organisation_id", json_make_string_or_null(p->organisation_id));
    json_put(o, "organisation_nom", json_make_string_or_null(p->organisation_nom));
    json_put(o, "pooler", json_make_boolean(p->pooler));
}

json *json_proof(const struct proof *p)
{
    json *o = sure(json_object_new_object());
    json *checks = sure(json_object_new_array());
    int refused = 0;
    for (int i = 0; i < CHECK_COUNT; i++) {
        refused |= p->outcome[i] == OUTCOME_FAIL;
        if (json_object_array_add(checks, check_value(p, (enum check)i)))
            mem_exhausted();
    }
    json_put(o, "proven", json_make_boolean(!refused && p->outcome[CHECK_SCOPE] == OUTCOME_PASS));
    add_session(o, p);
    json_put(o, "checks", checks);
    return o;
}

/* Harmful characters only occur inside strings: a JSON escape is as good. */
static void put_escaped(FILE *out, int32_t cp)
{
    enum { PLANE = 0x10000, HIGH = 0xd800, LOW = 0xdc00, HALF_BITS = 10, HALF = 0x3ff };
    if (cp < PLANE)
        (void)fprintf(out, "\\u%04x", (unsigned)cp);
    else
        (void)fprintf(out, "\\u%04x\\u%04x", (unsigned)(HIGH + ((cp - PLANE) >> HALF_BITS)),
                      (unsigned)(LOW + ((cp - PLANE) & HALF)));
}

static void put_text(FILE *out, const char *text)
{
    int32_t cp = 0;
    size_t run = 0;
    for (int n; (n = text_decode(text + run, &cp)) > 0;) {
        if (cp == '\n' || (cp >= 0 && !text_is_harmful(cp))) {
            run += (size_t)n;
            continue;
        }
        (void)fwrite(text, 1, run, out);
        put_escaped(out, cp < 0 ? 0xfffd : cp);
        text += run + (size_t)n;
        run = 0;
    }
    (void)fwrite(text, 1, run, out);
}

static void put(FILE *out, json *object, int pretty)
{
    int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
    flags |= pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;
    const char *text = json_object_to_json_string_ext(object, flags);
    if (!text)
        mem_exhausted();
    put_text(out, text);
    json_object_put(object);
}

void json_write(FILE *out, json *object, int pretty)
{
    put(out, object, pretty);
    (void)fputc('\n', out);
}

void json_list_open(struct json_list *l, FILE *out)
{
    *l = (struct json_list){.out = out};
}

void json_list_add(struct json_list *l, json *item)
{
    (void)fputs(l->items++ ? ",\n" : "[\n", l->out);
    put(l->out, item, 0);
}

void json_list_close(struct json_list *l)
{
    (void)fputs(l->items ? "\n]\n" : "[]\n", l->out);
}
