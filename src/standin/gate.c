#include "config.h"

#include "standin/gate.h"

#include "standin/play.h"
#include "standin/route.h"

#include <stdio.h>
#include <string.h>

static const char no_key[] =
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank "
    "username) if you're accessing the API from your browser and are prompted for a username and "
    "password. You can obtain an API key from https://platform.openai.com/account/api-keys.";

static void refuse_key(const struct request *r, struct answer *a)
{
    char masked[TOKEN_MAX];
    token_masked(masked, sizeof masked, r->bearer);
    answer_scenario(a, SCENARIO_invalid_api_key, masked);
}

static int is_ruled(const struct rule *rule, const struct request *r)
{
    size_t len = strlen(rule->prefix);
    if (rule->left == 0 || (rule->token[0] && strcmp(rule->token, r->bearer) != 0))
        return 0;
    return strncmp(r->path, rule->prefix, len) == 0 ||
           (strncmp(r->path, "/v1", 3) == 0 && strncmp(r->path + 3, rule->prefix, len) == 0);
}

/* The rule for this request, if one is left; it is used up by one. Those that wait for a later
 * request count this one. */
static int take_rule(struct world *w, const struct request *r, struct play *play,
                     enum carried *carried)
{
    struct rule *taken = NULL;
    for (size_t i = 0; i < w->rules_len; i++) {
        struct rule *rule = &w->rules[i];
        if (!is_ruled(rule, r))
            continue;
        if (rule->pass > 0)
            rule->pass--;
        else if (!taken)
            taken = rule;
    }
    if (!taken)
        return 0;
    if (taken->left > 0)
        taken->left--;
    *play = taken->play;
    *carried = taken->carried;
    return 1;
}

/* Who asks; NULL: answered. */
static struct token *identify(struct world *w, struct request *r, struct answer *a)
{
    if (!r->authorized || !r->bearer[0]) {
        answer_error(a, 401, "invalid_request_error", NULL, NULL, "%s", no_key);
        return NULL;
    }
    r->who = tokens_find(&w->tokens, r->bearer, world_now(w));
    if (!r->who || r->who->revoked) {
        refuse_key(r, a);
        return NULL;
    }
    r->who->used = world_now(w);
    r->who->calls++;
    return r->who;
}

/* The headers that choose an organisation and a project must be the key's. -1: answered. */
static int check_headers(struct world *w, const struct request *r, struct answer *a)
{
    const struct token *t = r->who;
    if (t->kind == KIND_LEGACY)
        return 0;
    if (r->organisation && *r->organisation && t->organisation[0] &&
        strcmp(r->organisation, t->organisation) != 0) {
        int known = tokens_know(&w->tokens, r->organisation);
        answer_scenario(a, known ? SCENARIO_mismatched_organization : SCENARIO_no_such_organization,
                        r->organisation);
        return -1;
    }
    if (r->project && *r->project && t->project[0] && strcmp(r->project, t->project) != 0) {
        answer_scenario(a, SCENARIO_mismatched_project, "");
        return -1;
    }
    return 0;
}

/* The right kind of key with the right scope; the refusals take turns in their forms. */
static int check_scope(const struct request *r, const struct route *route, struct answer *a)
{
    struct token *t = r->who;
    int admin = t->kind == KIND_ADMIN;
    if (admin == (route->who == WHO_ADMIN) && token_has_scope(t, route->scope))
        return 0;
    play_missing_scopes(t, route->scope, a);
    return -1;
}

static void put_headers(const struct world *w, const struct request *r, struct answer *a)
{
    if (a->headers_len && strcmp(a->headers[0].name, "x-request-id") == 0)
        return;
    answer_header(a, "x-request-id", "%s", r->id);
    answer_header(a, "openai-processing-ms", "%d", 12 + (int)(w->numbers % 60));
    answer_header(a, "openai-version", "2020-10-01");
    if (r->who && r->who->organisation[0])
        answer_header(a, "openai-organization", "%s", r->who->organisation);
    if (r->who && r->who->project[0])
        answer_header(a, "openai-project", "%s", r->who->project);
}

static void serve(struct call *c, struct answer *a)
{
    const struct request *r = c->request;
    int other_method;
    const struct route *route = route_find(c, &other_method);
    if (!route) {
        answer_error(a, other_method ? 405 : 404, "invalid_request_error", NULL, NULL,
                     other_method ? "Not allowed to %s on %.200s." : "Invalid URL (%s %.200s)",
                     r->method, r->path);
        return;
    }
    if (c->carried == CARRIED_OUT) {
        route->answer(c, a);
        if (play_answers(c, route->scope, a))
            return;
        play_spoil(c, a);
        return;
    }
    if (route->who != WHO_ANYBODY && (check_headers(c->world, r, a) ||
                                      play_answers(c, route->scope, a) || check_scope(r, route, a)))
        return;
    if (c->carried == CARRIED_NOT) {
        (void)str_add(&a->body, "{}\n");
        play_spoil(c, a);
        return;
    }
    if (r->too_many) {
        answer_bad(a, NULL, "Too many parameters: at most %d.", PARAMS_MAX);
        return;
    }
    route->answer(c, a);
    play_spoil(c, a);
}

static int is_open(const struct request *r)
{
    return strncmp(r->path, "/v1/", 4) != 0;
}

static void decide(struct world *w, struct request *r, struct answer *a, struct play *play)
{
    struct call c = {.world = w, .request = r};
    int ruled = take_rule(w, r, play, &c.carried);
    if (!is_open(r) && !identify(w, r, a)) {
        r->who = NULL;
        if (!ruled)
            return;
    }
    if (!ruled && r->who)
        *play = r->who->play;
    c.play = play_settle(*play, r->who);
    if (ruled && !r->who) {
        answer_reset(a);
        if (!play_answers(&c, "", a))
            play_spoil(&c, a);
        return;
    }
    serve(&c, a);
}

void gate_answer(struct world *w, struct request *r, struct answer *a, struct journal_line *line)
{
    struct play play = {SCENARIO_ok, 0};
    (void)pthread_mutex_lock(&w->lock);
    line->at = world_now(w);
    world_id(w, r->id, sizeof r->id, "req_");
    line->billable = route_is_billable(r);
    if (line->billable)
        billable(NULL, a);
    else
        decide(w, r, a, &play);
    if (a->type[0] != 't') /* not from the edge */
        put_headers(w, r, a);
    token_name(line->token, sizeof line->token, r->who, r->bearer);
    (void)snprintf(line->scenario, sizeof line->scenario, "%s", scenario_get(play.id)->name);
    (void)snprintf(line->request_id, sizeof line->request_id, "%s", r->id);
    line->status = play_is_mute(a->play.id) ? 0 : a->status;
    journal_add(&w->journal, line);
    (void)pthread_mutex_unlock(&w->lock);
}
