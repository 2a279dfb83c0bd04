#include "config.h"

#include "base/clock.h"
#include "db/gate.h"
#include "db/q_connexion.h"
#include "db/session_part.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A session under the hand of a test: reads a command a line, answers a line each. An error is "err
 * WORD milliseconds sentence". open | close | identity UUID ROLE | timeout MS | password TEXT user
 * auth.uid() in a transaction three                good, failing and good transactions sent
 * together lock                 waits for the advisory lock that the test holds deferred a
 * transaction whose failure comes only with its end write                tries to write in a
 * transaction that may only read left                 what the session remembers of earlier
 * transactions listen | notified    waits until a notification came rows                 connexions
 * in sight, organisation of each Without an operand it is no test. */

static struct conn_spec spec;
static struct session *session;
static int notified;

static void say_err(const struct err *e, int64_t since)
{
    (void)printf("err %s %d %s\n", err_name(e->code), (int)(clock_mono_ms() - since), e->text);
}

struct answer {
    char text[256];
};

static void on_done(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct answer *a = arg;
    const char *value = "";
    if (count > 0 && PQntuples(results[count - 1]) > 0)
        value = PQgetvalue(results[count - 1], 0, 0);
    (void)snprintf(a->text, sizeof a->text, "%s%s", count > 0 ? "ok " : err_name(e->code), value);
}

static int ask(enum transaction kind, enum stmt stmt, const char *value, struct answer *a,
               struct err *e)
{
    const char *const values[] = {value};
    const struct query query = {stmt, value ? 1 : 0, values};
    return session_send(session, kind, &query, 1, on_done, a, e);
}

static void ask_and_say(enum transaction kind, enum stmt stmt, const char *value)
{
    struct answer a = {""};
    struct err e = {0};
    int64_t since = clock_mono_ms();
    int rc = ask(kind, stmt, value, &a, &e);
    if (rc == 0)
        rc = session_wait(session, &e);
    if (rc < 0)
        say_err(&e, since);
    else
        (void)printf("%s %d %s\n", a.text, (int)(clock_mono_ms() - since),
                     session_is_ready(session) ? "ready" : "broken");
}

static void three(void)
{
    struct answer a[3] = {{""}, {""}, {""}};
    struct err e = {0};
    int rc = ask(TRANSACTION_READ, STMT_GATE_USER, NULL, &a[0], &e);
    rc = rc ? rc : ask(TRANSACTION_READ, STMT_SHEET_BARE, "no-uuid", &a[1], &e);
    rc = rc ? rc : ask(TRANSACTION_READ, STMT_GATE_USER, NULL, &a[2], &e);
    rc = rc ? rc : session_wait(session, &e);
    if (rc < 0)
        say_err(&e, clock_mono_ms());
    else
        (void)printf("%s | %s | %s\n", a[0].text, a[1].text, a[2].text);
}

static void on_page(void *arg, struct page *page, struct err *e)
{
    (void)arg;
    if (!page) {
        say_err(e, clock_mono_ms());
        return;
    }
    (void)printf("rows %zu", page->len);
    for (size_t i = 0; i < page->len; i++)
        (void)printf(" %s",
                     page->rows[i]->organisation_nom ? page->rows[i]->organisation_nom : "-");
    (void)putchar('\n');
    page_destroy(page);
}

static void rows(void)
{
    struct page_request request;
    struct err e = {0};
    page_request_init(&request);
    if (q_connexion_page(session, &request, on_page, NULL, &e) < 0 || session_wait(session, &e) < 0)
        say_err(&e, clock_mono_ms());
    page_request_finish(&request);
}

/* Behind the session's back: no statement of the program asks such things. */
static void raw(const char *sql)
{
    PGresult *res = NULL;
    (void)PQexitPipelineMode(session->conn);
    (void)PQsetnonblocking(session->conn, 0);
    res = PQexec(session->conn, sql);
    for (int i = 0; PQntuples(res) > 0 && i < PQnfields(res); i++)
        (void)printf("%s[%s]", i ? " " : "", PQgetvalue(res, 0, i));
    (void)printf("%s\n", PQntuples(res) > 0 ? "" : PQresStatus(PQresultStatus(res)));
    PQclear(res);
    (void)PQsetnonblocking(session->conn, 1);
    (void)PQenterPipelineMode(session->conn);
}

static void on_notify(void *arg)
{
    (void)arg;
    notified = 1;
}

static void wait_notified(void)
{
    struct err e = {0};
    int64_t since = clock_mono_ms();
    while (!notified && clock_mono_ms() < since + spec.timeout_ms) {
        if (session_step(session, clock_mono_ms(), &e) < 0) {
            say_err(&e, since);
            return;
        }
        struct pollfd p = {.fd = session_fd(session), .events = session_events(session)};
        (void)poll(&p, 1, spec.timeout_ms);
    }
    (void)printf("%s\n", notified ? "notified" : "nothing");
    notified = 0;
}

static void open_session(void)
{
    struct err e = {0};
    struct proof proof;
    int64_t since = clock_mono_ms();
    session_destroy(session);
    session = NULL;
    if (gate_try(&session, &spec, &proof, &e) < 0 && !session)
        say_err(&e, since);
    else
        (void)printf("open %s host=%s pooler=%d forgeable=%d refusal=%s\n", proof.login,
                     session_host(session), proof.pooler, proof.forgeable, err_name(e.code));
    if (session)
        session_on_notify(session, on_notify, NULL);
}

static void set(char **field, const char *text)
{
    free(*field);
    *field = text ? strdup(text) : NULL;
}

static int configure(const char *word, char *rest)
{
    if (strcmp(word, "timeout") == 0) {
        spec.timeout_ms = (int)strtol(rest, NULL, 10);
    } else if (strcmp(word, "password") == 0) {
        conn_spec_password(&spec, rest);
    } else if (strcmp(word, "connect") == 0) {
        set(&spec.conninfo, rest);
    } else if (strcmp(word, "identity") == 0) {
        spec.identity = IDENTITY_CLAIMS;
        set(&spec.claims_user, strsep(&rest, " "));
        set(&spec.claims_role, rest);
    } else {
        return 0;
    }
    (void)puts("set");
    return 1;
}

static void obey(const char *word, char *rest)
{
    if (configure(word, rest))
        return;
    if (strcmp(word, "open") == 0) {
        open_session();
    } else if (strcmp(word, "close") == 0) {
        session_destroy(session);
        session = NULL;
        (void)puts("closed");
    } else if (!session) {
        (void)puts("no session");
    } else if (strcmp(word, "user") == 0) {
        ask_and_say(TRANSACTION_READ, STMT_GATE_USER, NULL);
    } else if (strcmp(word, "lock") == 0) {
        ask_and_say(TRANSACTION_READ, STMT_MIGRATION_LOCK, "0");
    } else if (strcmp(word, "write") == 0) {
        ask_and_say(TRANSACTION_READ, STMT_SETUP_ORGANISATION, "written");
    } else if (strcmp(word, "deferred") == 0) {
        ask_and_say(TRANSACTION_WRITE, STMT_SETUP_ORGANISATION, "deferred");
    } else if (strcmp(word, "listen") == 0) {
        ask_and_say(TRANSACTION_READ, STMT_LISTEN, NULL);
    } else if (strcmp(word, "notified") == 0) {
        wait_notified();
    } else if (strcmp(word, "three") == 0) {
        three();
    } else if (strcmp(word, "rows") == 0) {
        rows();
    } else if (strcmp(word, "raw") == 0) {
        raw(rest);
    } else {
        (void)puts("what?");
    }
}

int main(int argc, char **argv)
{
    char line[4096];
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_session.py");
        return 0;
    }
    (void)setlocale(LC_CTYPE, "");
    conn_spec_init(&spec);
    set(&spec.conninfo, argv[1]);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (blank)
            *blank++ = '\0';
        obey(line, blank ? blank : line + strlen(line));
        (void)fflush(stdout);
    }
    session_destroy(session);
    conn_spec_finish(&spec);
    return 0;
}
