#ifndef VIGIE_STANDIN_TOKEN_H
#define VIGIE_STANDIN_TOKEN_H

#include "base/err.h"
#include "standin/map.h"
#include "standin/scenario.h"

#include <json-c/json.h>
#include <stdint.h>

enum { TOKEN_MAX = 256, NAME_MAX_LEN = 128, TOKENS_MAX = 200000, SCOPES_MAX = 512 };

enum token_kind { KIND_PROJECT, KIND_SERVICE, KIND_ADMIN, KIND_LEGACY };

/* A key as the service knows it. An ordinary one belongs to a project, an admin one only to an
 * organisation; "" where it has none. */
struct token {
    char text[TOKEN_MAX];
    enum token_kind kind;
    char organisation[NAME_MAX_LEN]; /* "": sees all of them (admin) */
    char project[NAME_MAX_LEN];
    char id[NAME_MAX_LEN];   /* key_… */
    char scopes[SCOPES_MAX]; /* separated by spaces; "": unrestricted */
    int revoked;
    int ours; /* named by the test or the demonstration: no secret */
    struct play play;
    int64_t calls;    /* asked for with this key since the scenario was set */
    int64_t refusals; /* for want of a scope */
    int64_t readings; /* of costs, first pages */
    int64_t created, used;
};

struct tokens {
    struct map map;
    int demo; /* whatever looks like a key is one */
};

void tokens_init(struct tokens *t);
void tokens_finish(struct tokens *t);

/* The key of a request: one of the table, or one that tells its own scenario, which enters the
 * table then. NULL: there is no such key. Borrowed. */
struct token *tokens_find(struct tokens *t, const char *text, int64_t now);

/* Whether some key belongs to an organisation. */
int tokens_know(const struct tokens *t, const char *organisation);

/* Adds or changes a key from {"token", "kind", "organization", "project", "key", "scopes",
 * "scenario", "revoked"}; what is absent keeps its value or gets the kind's default. */
int token_set(struct tokens *t, json_object *from, int64_t now, struct err *e);

/* Whether a key may do what needs scope. */
int token_has_scope(const struct token *t, const char *scope);

/* The name of a key for the journal: its text when it is one of ours, else a digest of it. */
void token_name(char *out, size_t size, const struct token *known, const char *text);

/* As OpenAI shows a key: the first and last characters. */
void token_masked(char *out, size_t size, const char *text);

const char *token_kind_name(enum token_kind kind);

#endif
