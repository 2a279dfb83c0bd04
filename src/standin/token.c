#include "config.h"

#include "standin/token.h"

#include "base/mem.h"
#include "standin/json.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAUSIBLE_MIN = 20, DIGEST_SHOWN = 8 };

static const struct {
    const char *prefix, *name;
} kinds[] = {[KIND_PROJECT] = {"sk-proj-", "project"},
             [KIND_SERVICE] = {"sk-svcacct-", "service"},
             [KIND_ADMIN] = {"sk-admin-", "admin"},
             [KIND_LEGACY] = {"sk-", "legacy"}};

const char *token_kind_name(enum token_kind kind)
{
    return kinds[kind].name;
}

void tokens_init(struct tokens *t)
{
    *t = (struct tokens){0};
    map_init(&t->map);
}

void tokens_finish(struct tokens *t)
{
    map_finish(&t->map, free);
}

static enum token_kind kind_of(const char *text)
{
    for (enum token_kind k = KIND_PROJECT; k < KIND_LEGACY; k++)
        if (strncmp(text, kinds[k].prefix, strlen(kinds[k].prefix)) == 0)
            return k;
    return KIND_LEGACY;
}

static uint32_t digest(const char *text, char *hex, size_t size)
{
    unsigned char sum[32] = {0};
    (void)gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), sum);
    for (size_t i = 0; i < DIGEST_SHOWN && 2 * i + 2 < size; i++)
        (void)snprintf(hex + 2 * i, size - 2 * i, "%02x", sum[i]);
    return (uint32_t)sum[0] << 16 | (uint32_t)sum[1] << 8 | sum[2];
}

static struct token *make(const char *text, int64_t now)
{
    char hex[2 * DIGEST_SHOWN + 1] = "";
    struct token *token = mem_zero(1, sizeof *token);
    token->kind = kind_of(text);
    (void)digest(text, hex, sizeof hex);
    (void)snprintf(token->text, sizeof token->text, "%s", text);
    (void)snprintf(token->id, sizeof token->id, "key_%s", hex);
    (void)snprintf(token->organisation, sizeof token->organisation, "org-standin");
    if (token->kind != KIND_ADMIN)
        (void)snprintf(token->project, sizeof token->project, "proj_standin");
    token->created = now;
    return token;
}

static const char *own_part(const char *text)
{
    return strncmp(text, "sk-", 3) == 0 ? text + strlen(kinds[kind_of(text)].prefix) : "";
}

struct token *tokens_find(struct tokens *t, const char *text, int64_t now)
{
    struct play play = {SCENARIO_ok, 0};
    struct token *token = map_get(&t->map, text);
    if (token || strlen(text) >= TOKEN_MAX || t->map.len >= TOKENS_MAX)
        return token;
    const char *own = own_part(text);
    if (*own == '\0')
        return NULL;
    int ours = scenario_find(own, &play) == 0;
    if (!ours && (!t->demo || strlen(text) < PLAUSIBLE_MIN))
        return NULL;
    token = make(text, now);
    token->play = play;
    token->ours = ours;
    (void)map_put(&t->map, text, token);
    return token;
}

int tokens_know(const struct tokens *t, const char *organisation)
{
    for (size_t i = 0; i < t->map.len; i++)
        if (strcmp(((struct token *)t->map.items[i].value)->organisation, organisation) == 0)
            return 1;
    return 0;
}

static int set_kind(struct token *token, const char *name, struct err *e)
{
    for (enum token_kind k = KIND_PROJECT; name && k <= KIND_LEGACY; k++) {
        if (strcmp(name, kinds[k].name) == 0) {
            token->kind = k;
            return 0;
        }
    }
    return name ? err_set(e, ERR_USAGE, "no such kind of key: %.40s", name) : 0;
}

static int set_text(char *out, size_t size, const char *text, struct err *e)
{
    if (text && strlen(text) >= size)
        return err_set(e, ERR_LIMIT, "a name has more than %zu characters", size - 1);
    if (text)
        (void)snprintf(out, size, "%s", text);
    return 0;
}

static int fill(struct token *token, json_object *from, struct err *e)
{
    const char *scenario = json_get_text(from, "scenario", NULL);
    int rc = set_kind(token, json_get_text(from, "kind", NULL), e);
    if (rc == 0)
        rc = set_text(token->organisation, sizeof token->organisation,
                      json_get_text(from, "organization", NULL), e);
    if (rc == 0)
        rc = set_text(token->project, sizeof token->project, json_get_text(from, "project", NULL),
                      e);
    if (rc == 0)
        rc = set_text(token->id, sizeof token->id, json_get_text(from, "key", NULL), e);
    if (rc == 0)
        rc = set_text(token->scopes, sizeof token->scopes, json_get_text(from, "scopes", NULL), e);
    if (rc)
        return rc;
    if (scenario && scenario_parse(scenario, &token->play))
        return err_set(e, ERR_USAGE, "no such scenario: %.80s", scenario);
    if (scenario)
        token->calls = token->refusals = token->readings = 0;
    token->revoked = json_get_int(from, "revoked", token->revoked) != 0;
    return 0;
}

int token_set(struct tokens *t, json_object *from, int64_t now, struct err *e)
{
    const char *text = json_get_text(from, "token", NULL);
    if (!text || !*text || strlen(text) >= TOKEN_MAX)
        return err_set(e, ERR_USAGE, "a key needs a \"token\" of at most %d characters",
                       TOKEN_MAX - 1);
    struct token *token = map_get(&t->map, text);
    if (token)
        return fill(token, from, e);
    if (t->map.len >= TOKENS_MAX)
        return err_set(e, ERR_LIMIT, "there are %d keys already", TOKENS_MAX);
    token = make(text, now);
    token->ours = 1;
    token->play = (struct play){SCENARIO_ok, 0};
    (void)scenario_find(own_part(text), &token->play);
    int rc = fill(token, from, e);
    if (rc) {
        free(token);
        return rc;
    }
    (void)map_put(&t->map, token->text, token);
    return 0;
}

int token_has_scope(const struct token *t, const char *scope)
{
    size_t len = strlen(scope);
    if (t->scopes[0] == '\0')
        return 1;
    for (const char *at = t->scopes; (at = strstr(at, scope)); at += len)
        if ((at == t->scopes || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return 1;
    return 0;
}

void token_name(char *out, size_t size, const struct token *known, const char *text)
{
    char hex[2 * DIGEST_SHOWN + 1] = "";
    if (*text == '\0' || (known && known->ours)) {
        (void)snprintf(out, size, "%s", text);
        return;
    }
    (void)digest(text, hex, sizeof hex);
    (void)snprintf(out, size, "sha256:%s", hex);
}

void token_masked(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);
    size_t head = len > 12 ? 8 : len / 2;
    size_t tail = len > 12 ? 4 : 0;
    (void)snprintf(out, size, "%.*s%s%s", (int)head, text, "*******************",
                   text + len - tail);
}
