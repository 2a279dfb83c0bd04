#include "config.h"

#include "base/mem.h"
#include "db/gate.h"
#include "db/q_connexion.h"
#include "db/q_organisation.h"
#include "db/session_part.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The questions of the program under the hand of a test: CONNINFO [UUID ROLE], then a command a
 * line, answered by a line. walk ROWS [-]COLUMN [FILTER]   every id in order, read in pages of
 * ROWS, and then whether reading backward agrees totals [FILTER] | organisations | sheet ID
 *   statements                     how many statements a server can prepare, or the first that it
 * cannot Without an operand it is no test. */

static struct session *session;
static struct page *page;
static struct err failure;

static void on_page(void *arg, struct page *got, struct err *e)
{
    (void)arg;
    page_destroy(page);
    page = got;
    failure = *e;
}

static int fetch(const struct page_request *r)
{
    struct err e = {0};
    failure = (struct err){0};
    if (q_connexion_page(session, r, on_page, NULL, &e) < 0 || session_wait(session, &e) < 0)
        failure = e;
    if (failure.code == ERR_OK && page)
        return 1;
    (void)printf("err %s %s\n", err_name(failure.code), failure.text);
    return 0;
}

static int parse(struct page_request *r, char *rest)
{
    struct err e = {0};
    char *rows = strsep(&rest, " ");
    char *column = strsep(&rest, " ");
    char *filter = rest;
    page_request_init(r);
    r->limit = rows ? (int)strtol(rows, NULL, 10) : 0;
    r->order.descending = column && column[0] == '-';
    int found = column ? column_find(column + r->order.descending) : -1;
    if (found < 0 || (filter && filter_parse(&r->filter, filter, &e) < 0)) {
        (void)printf("err usage %s\n", e.text);
        return 0;
    }
    r->order.column = (enum column)found;
    return 1;
}

enum { ROWS_MAX = 20000, PAGES_MAX = 2000 };

static long forward(struct page_request *r, char (*ids)[UUID_TEXT])
{
    long n = 0;
    int pages = 0;
    do {
        if (!fetch(r))
            return -1;
        for (size_t i = 0; i < page->len && n < ROWS_MAX; i++)
            memcpy(ids[n++], page->rows[i]->id, UUID_TEXT);
        if (page->len)
            page_request_anchor(r, page->rows[page->len - 1]);
    } while (page->more && pages++ < PAGES_MAX);
    return n;
}

/* From the end, each page starting with the anchor's own row. */
static long backward(struct page_request *r, char (*ids)[UUID_TEXT], long n)
{
    long bad = 0;
    long left = n;
    int pages = 0;
    r->from_edge = r->backward = 1;
    do {
        if (!fetch(r))
            return -1;
        size_t len = page->len;
        if (!r->from_edge && len > 0)
            bad += strcmp(page->rows[--len]->id, ids[left]) != 0;
        while (len > 0 && left > 0)
            bad += strcmp(page->rows[--len]->id, ids[--left]) != 0;
        if (page->len)
            page_request_anchor(r, page->rows[0]);
        r->inclusive = 1;
    } while (page->more && pages++ < PAGES_MAX);
    return bad + left;
}

static void walk(char *rest)
{
    struct page_request r;
    char(*ids)[UUID_TEXT] = mem_zero(ROWS_MAX, sizeof *ids);
    if (parse(&r, rest)) {
        long n = forward(&r, ids);
        long bad = n < 0 ? -1 : backward(&r, ids, n);
        for (long i = 0; bad >= 0 && i < n; i++)
            (void)printf("%s ", ids[i]);
        if (bad >= 0)
            (void)printf("%s\n", bad ? "backward differs" : "end");
    }
    page_request_finish(&r);
    free(ids);
}

static void on_totals(void *arg, const struct totals *t, int exact, struct err *e)
{
    (void)arg;
    if (!t)
        (void)printf("err %s %s\n", err_name(e->code), e->text);
    else
        (void)printf("%d %d %d %d %d %s %s %d exact=%d\n", (int)t->connexions,
                     (int)t->organisations, (int)t->active, (int)t->over, (int)t->troubled, t->cost,
                     t->limit, t->budget_permille, exact);
}

static void totals(char *rest)
{
    struct filter filter;
    struct err e = {0};
    if (filter_parse(&filter, rest, &e) < 0 ||
        q_connexion_totals(session, &filter, "", on_totals, NULL, &e) < 0 ||
        session_wait(session, &e) < 0)
        (void)printf("err %s %s\n", err_name(e.code), e.text);
}

static void on_organisations(void *arg, struct organisations *all, struct err *e)
{
    (void)arg;
    if (!all)
        (void)printf("err %s %s", err_name(e->code), e->text);
    for (size_t i = 0; all && i < all->len; i++)
        (void)printf("%s=%d:%s ", all->rows[i].nom, (int)all->rows[i].totals.connexions,
                     all->rows[i].totals.cost);
    (void)putchar('\n');
    organisations_destroy(all);
}

static void organisations(void)
{
    struct err e = {0};
    if (q_organisation_all(session, on_organisations, NULL, &e) < 0 ||
        session_wait(session, &e) < 0)
        (void)printf("err %s %s\n", err_name(e.code), e.text);
}

static void on_sheet(void *arg, struct connexion *c, struct err *e)
{
    (void)arg;
    if (!c) {
        (void)printf("%s\n", e->code == ERR_OK ? "nothing" : e->text);
        return;
    }
    (void)printf("%s|%s|%d|%d|%d|%s|%s|%s|%s\n", c->organisation_nom ? c->organisation_nom : "-",
                 c->client_nom ? c->client_nom : "-", (int)c->client_link, c->quota_permille,
                 c->budget_permille, c->col[COL_EMAIL] ? c->col[COL_EMAIL] : "-",
                 c->col[COL_MODELS] ? c->col[COL_MODELS] : "-",
                 c->col[COL_COST] ? c->col[COL_COST] : "-", c->col[COL_API_KEY] ? "KEY" : "-");
    connexion_destroy(c);
}

static void sheet(const char *id)
{
    struct err e = {0};
    if (q_connexion_one(session, id, on_sheet, NULL, &e) < 0 || session_wait(session, &e) < 0)
        (void)printf("err %s %s\n", err_name(e.code), e.text);
}

/* Some statements need what only the owner's database has: their failure is told by name and counts
 * less. */
static int prepare(enum stmt stmt)
{
    PGresult *res = PQprepare(session->conn, "", stmt_text(stmt), 0, NULL);
    int ok = PQresultStatus(res) == PGRES_COMMAND_OK;
    if (!ok)
        (void)printf("%s: %s ", stmt_name(stmt), PQresultErrorField(res, PG_DIAG_SQLSTATE));
    PQclear(res);
    if (!ok)
        return 0;
    res = PQdescribePrepared(session->conn, "");
    if (PQnparams(res) != stmt_params(stmt))
        (void)printf("%s: %d parameters ", stmt_name(stmt), PQnparams(res));
    PQclear(res);
    return 1;
}

static void statements(void)
{
    int n = 0;
    (void)PQexitPipelineMode(session->conn);
    (void)PQsetnonblocking(session->conn, 0);
    for (int i = 0; i < STMT_COUNT; i++)
        n += prepare((enum stmt)i);
    (void)printf("%d of %d\n", n, (int)STMT_COUNT);
    (void)PQsetnonblocking(session->conn, 1);
    (void)PQenterPipelineMode(session->conn);
}

static void obey(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    char *rest = strchr(line, ' ');
    if (rest)
        *rest++ = '\0';
    else
        rest = line + strlen(line);
    if (strcmp(line, "walk") == 0)
        walk(rest);
    else if (strcmp(line, "totals") == 0)
        totals(rest);
    else if (strcmp(line, "organisations") == 0)
        organisations();
    else if (strcmp(line, "sheet") == 0)
        sheet(rest);
    else if (strcmp(line, "statements") == 0)
        statements();
    else
        (void)puts("what?");
    (void)fflush(stdout);
}

static int open_session(struct conn_spec *spec)
{
    struct err e = {0};
    struct proof proof;
    if (gate_open(&session, spec, &proof, &e) < 0) {
        (void)printf("err %s %s\n", err_name(e.code), e.text);
        return 0;
    }
    (void)printf("open clients=%d organisation=%s\n", session_clients_readable(session),
                 proof.organisation_nom);
    (void)fflush(stdout);
    return 1;
}

int main(int argc, char **argv)
{
    char line[4096];
    struct conn_spec spec;
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_query.py");
        return 0;
    }
    (void)setlocale(LC_CTYPE, "");
    conn_spec_init(&spec);
    spec.conninfo = mem_dup(argv[1]);
    if (argc > 3) {
        spec.identity = IDENTITY_CLAIMS;
        spec.claims_user = mem_dup(argv[2]);
        spec.claims_role = mem_dup(argv[3]);
    }
    if (open_session(&spec))
        while (fgets(line, sizeof line, stdin))
            obey(line);
    page_destroy(page);
    session_destroy(session);
    conn_spec_finish(&spec);
    return 0;
}
