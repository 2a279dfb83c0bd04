#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "cli/json.h"
#include "cli/print.h"
#include "cli/finding_text.h"
#include "db/gate.h"
#include "db/q_lint.h"

#include <stdio.h>

enum { LABEL_WIDTH = 15, MARK_WIDTH = 9, WORDS_MAX = 3 * NAME_TEXT };

/* What the doctor knows beside the proof. */
struct facts {
    int connected;
    int listens; /* notifications of changes arrive */
    int clients; /* the names of clients can be read */
    char line[NAME_TEXT];
    struct findings findings;
};

static void listening(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct facts *facts = arg;
    (void)results;
    (void)e;
    facts->listens = count == 1;
}

static void examine(struct facts *facts, struct session *s, const struct proof *p)
{
    static const struct query listen = {STMT_LISTEN, 0, NULL};
    struct err unimportant = {0};
    facts->connected = 1;
    facts->clients = session_clients_readable(s);
    session_transport(s, facts->line, sizeof facts->line);
    if (!p->pooler &&
        session_send(s, TRANSACTION_READ, &listen, 1, listening, facts, &unimportant) == 0)
        (void)session_wait(s, &unimportant);
    if (q_lint(s, p->key_readable, &facts->findings, &unimportant))
        facts->findings.rows_unknown = 1;
}

static const char *mark(enum outcome outcome, enum print_role *role)
{
    switch (outcome) {
    case OUTCOME_PASS:
        *role = PRINT_GOOD;
        return _("pass");
    case OUTCOME_WARN:
        *role = PRINT_WARN;
        return _("warning");
    case OUTCOME_FAIL:
        *role = PRINT_BAD;
        return _("FAILED");
    case OUTCOME_SKIPPED:
        break;
    }
    *role = PRINT_DIM;
    return _("skipped");
}

static void print_check(const struct print *out, const struct proof *p, enum check check)
{
    char cell[NAME_TEXT];
    char sentence[ERR_TEXT_MAX];
    enum print_role role = PRINT_PLAIN;
    const char *word = mark(p->outcome[check], &role);
    (void)text_fit(cell, sizeof cell, word, MARK_WIDTH, TEXT_LEFT, out->ascii);
    print_text(out, cell, role);
    print_text(out, check_title(check), PRINT_PLAIN);
    if (p->outcome[check] == OUTCOME_FAIL) {
        (void)snprintf(cell, sizeof cell, _(" (exit status %d)"), (int)check_error(check));
        print_text(out, cell, PRINT_DIM);
    }
    print_text(out, "\n", PRINT_PLAIN);
    check_sentence(p, check, sentence, sizeof sentence);
    if (sentence[0] == '\0')
        return;
    print_field(out, "", MARK_WIDTH, sentence, PRINT_PLAIN);
    print_field(out, "", MARK_WIDTH, check_cure(check), PRINT_DIM);
}

static void print_who(const struct print *out, const struct proof *p)
{
    char who[WORDS_MAX];
    const char *name = p->user_name[0] ? p->user_name : p->user_id;
    if (p->user_id[0] == '\0')
        (void)snprintf(who, sizeof who, "%s", _("nobody"));
    else if (p->admin)
        (void)snprintf(who, sizeof who, _("%s, administrator"), name);
    else
        (void)snprintf(who, sizeof who, _("%s, of %s"), name,
                       p->organisation_nom[0] ? p->organisation_nom : p->organisation_id);
    print_field(out, _("User"), LABEL_WIDTH, who, PRINT_PLAIN);
}

static const char *changes(const struct proof *p, const struct facts *facts)
{
    if (p->pooler)
        return _("not announced: a pooler stands between; the console asks again by itself");
    if (p->quiet)
        return _("not announced: no trigger of the table does; the console asks again by itself");
    if (!facts->listens)
        return _("not announced by this server; the console asks again by itself");
    return _("announced by the server");
}

static void print_facts(const struct print *out, const struct proof *p, const struct facts *facts)
{
    char server[WORDS_MAX];
    char login[WORDS_MAX];
    (void)snprintf(server, sizeof server, _("PostgreSQL %s, database %s on %s"), p->server_text,
                   p->database, p->host);
    (void)snprintf(login, sizeof login,
                   p->asserted ? _("%s, as %s, the user asserted by this host") : "%s", p->login,
                   p->role);
    print_field(out, _("Server"), LABEL_WIDTH, server, PRINT_PLAIN);
    print_field(out, _("Line"), LABEL_WIDTH, facts->line, PRINT_PLAIN);
    print_field(out, _("Login"), LABEL_WIDTH, login, PRINT_PLAIN);
    print_who(out, p);
    print_field(out, _("Changes"), LABEL_WIDTH, changes(p, facts), PRINT_PLAIN);
    print_text(out, "\n", PRINT_PLAIN);
}

static void print_all(const struct proof *p, const struct facts *facts)
{
    struct print out;
    print_init(&out, stdout);
    print_facts(&out, p, facts);
    for (int i = 0; i < CHECK_COUNT; i++)
        print_check(&out, p, (enum check)i);
    print_text(&out, "\n", PRINT_PLAIN);
    findings_print(&out, &facts->findings);
}

static struct json_object *json_error(const struct err *e)
{
    struct json_object *o = json_object_new_object();
    (void)json_object_object_add(o, "error", json_object_new_string(err_name(e->code)));
    (void)json_object_object_add(o, "exit_status", json_object_new_int(err_exit_status(e)));
    (void)json_object_object_add(o, "says", json_object_new_string(e->text));
    (void)json_object_object_add(o, "cure", json_object_new_string(e->cure));
    return o;
}

static void print_json(const struct proof *p, const struct facts *facts, const struct err *e)
{
    struct json_object *o = facts->connected ? json_proof(p) : json_object_new_object();
    if (facts->connected) {
        (void)json_object_object_add(o, "line", json_object_new_string(facts->line));
        (void)json_object_object_add(o, "changes_announced",
                                     json_object_new_boolean(facts->listens && !p->quiet));
        (void)json_object_object_add(o, "clients_readable",
                                     json_object_new_boolean(facts->clients));
        (void)json_object_object_add(o, "findings", json_findings(&facts->findings));
        (void)json_object_object_add(o, "findings_complete",
                                     json_object_new_boolean(!facts->findings.rows_unknown));
    } else {
        (void)json_object_object_add(o, "proven", json_object_new_boolean(0));
    }
    (void)json_object_object_add(o, "refusal", e->code == ERR_OK ? NULL : json_error(e));
    json_write(stdout, o, 1);
}

/* Whether the gate came so far that the checks say something. */
static int is_judged(const struct proof *p)
{
    return p->outcome[CHECK_SERVER] != OUTCOME_SKIPPED;
}

int cli_doctor(struct cli *cli)
{
    struct session *s = NULL;
    struct facts facts = {0};
    struct proof proof = {0};
    int rc = gate_try(&s, &cli->spec, &proof, &cli->err);
    if (s && is_judged(&proof))
        examine(&facts, s, &proof);
    session_destroy(s);
    if (cli->json)
        print_json(&proof, &facts, &cli->err);
    else if (facts.connected)
        print_all(&proof, &facts);
    findings_finish(&facts.findings);
    int flushed = cli_flush(cli);
    return rc < 0 ? rc : flushed;
}
