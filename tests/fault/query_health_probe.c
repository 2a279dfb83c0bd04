#include "config.h"

#include "base/clock.h"
#include "base/mem.h"
#include "db/gate.h"
#include "db/q_connexion.h"
#include "db/q_cost.h"
#include "db/q_health.h"
#include "db/q_organisation.h"
#include "db/q_poll.h"

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The questions about health and costs under the hand of a test: CONNINFO, then a command a line,
 * answered by a line. Without an operand it is no test. */

enum { WORDS_MAX = 64, ROWS_MAX = 64 };

static struct session *session;
static struct poll_work *work;
static struct accounts *accounts;
static char *word[WORDS_MAX];
static int words;

static const char *arg(int i)
{
    return i < words ? word[i] : "";
}

static int64_t number(int i)
{
    return strtoimax(arg(i), NULL, 10);
}

/* "-" stands for nothing, "" or NULL. */
static const char *or_null(int i)
{
    return strcmp(arg(i), "-") == 0 ? NULL : arg(i);
}

static void say_error(const struct err *e)
{
    (void)printf("err %s %s", err_name(e->code), e->text);
}

static void finish(int rc, const struct err *e)
{
    struct err waited = {0};
    if (rc < 0)
        say_error(e);
    else if (session_wait(session, &waited) < 0)
        say_error(&waited);
    (void)putchar('\n');
}

static void on_done(void *unused, struct err *e)
{
    (void)unused;
    if (e->code == ERR_OK)
        (void)printf("ok");
    else
        say_error(e);
}

static void say_health(const struct health *h)
{
    const int64_t now = clock_now();
    (void)printf("%s verdict=%s candidate=%s failures=%d calm=%d age=%" PRId64 " due=%" PRId64
                 " owner=%s models=%s http=%d curl=%d code=%s message=%s host=%s total=%d wait=%d"
                 " latency=%d:%d ",
                 h->id, verdict_word(h->verdict), verdict_word(h->candidate), h->failures, h->calm,
                 h->checked_at ? now - h->checked_at : -1, h->next_at ? h->next_at - now : -1,
                 h->owner, h->models, h->evidence.http, h->evidence.curl, h->evidence.code,
                 h->evidence.message, h->evidence.host, h->evidence.total_ms,
                 h->evidence.retry_after_s, h->latencies,
                 h->latencies ? h->latency[h->latencies - 1] : -1);
}

static void on_work(void *unused, struct poll_work *got, struct err *e)
{
    (void)unused;
    poll_work_destroy(work);
    work = got;
    if (!work) {
        say_error(e);
        return;
    }
    (void)printf("%d due=%" PRId64 " ", work->len,
                 work->next_due ? work->next_due - clock_now() : -1);
    for (int i = 0; i < work->len; i++) {
        const struct poll_item *item = &work->item[i];
        (void)printf("[%s key=%s base=%s organisation=%s project=%s status=%s models=%s admin=%d]",
                     item->health.id, item->key, item->base_url, item->openai_organisation,
                     item->project, item->status, item->models ? item->models : "-",
                     item->is_admin);
    }
}

static void enrol(void)
{
    struct err e = {0};
    finish(q_poll_enrol(session, on_done, NULL, &e), &e);
}

/* lease OWNER MAX SECONDS */
static void lease(void)
{
    struct err e = {0};
    finish(q_poll_lease(session, arg(1), (int)number(2), (int)number(3), on_work, NULL, &e), &e);
}

/* take OWNER SECONDS ID... */
static void take(void)
{
    struct err e = {0};
    finish(q_poll_take(session, arg(1), (const char *const *)word + 3, words - 3, (int)number(2),
                       on_work, NULL, &e),
           &e);
}

/* record OWNER VERDICT STATUS ERROR SHARED DUE MESSAGE: of all that was leased last */
static void record(void)
{
    struct err e = {0};
    struct poll_result results[POLL_BATCH];
    int len = work ? work->len : 0;
    for (int i = 0; i < len; i++) {
        struct health *h = &work->item[i].health;
        h->verdict = verdict_parse(arg(2));
        h->since = h->checked_at = clock_now();
        h->next_at = number(6) ? clock_now() + number(6) : 0;
        h->candidate = VERDICT_NEVER;
        h->failures = 2;
        h->calm = 1;
        h->latencies = 0;
        while (h->latencies < HEALTH_LATENCIES) {
            h->latency[h->latencies] = 100 + h->latencies;
            h->latencies++;
        }
        h->evidence = (struct evidence){.http = 200, .total_ms = 129, .first_ms = -1};
        (void)snprintf(h->evidence.message, sizeof h->evidence.message, "%s", arg(7));
        (void)snprintf(h->models, sizeof h->models, "%s", arg(7));
        (void)snprintf(h->evidence.host, sizeof h->evidence.host, "api.example:443");
        results[i] = (struct poll_result){h, or_null(3), or_null(4), (int)number(5)};
    }
    finish(q_poll_record(session, arg(1), results, len, on_done, NULL, &e), &e);
}

static void release(void)
{
    struct err e = {0};
    finish(q_poll_release(session, arg(1), on_done, NULL, &e), &e);
}

/* host NAME VERDICT */
static void host(void)
{
    struct err e = {0};
    struct host_health h = {
        .verdict = verdict_parse(arg(2)), .since = clock_now(), .failing = 3, .evidence.curl = 7};
    (void)snprintf(h.host, sizeof h.host, "%s", arg(1));
    finish(q_poll_host(session, &h, on_done, NULL, &e), &e);
}

static void on_health(void *unused, struct health_list *list, struct err *e)
{
    (void)unused;
    if (!list) {
        say_error(e);
        return;
    }
    for (int i = 0; i < list->len; i++)
        say_health(&list->item[i]);
    for (int i = 0; i < list->hosts; i++)
        (void)printf("host %s=%s failing=%d curl=%d ", list->host[i].host,
                     verdict_word(list->host[i].verdict), list->host[i].failing,
                     list->host[i].evidence.curl);
    (void)printf("end");
    health_list_destroy(list);
}

static void health(void)
{
    struct err e = {0};
    finish(q_health_of(session, (const char *const *)word + 1, words - 1, on_health, NULL, &e), &e);
}

static void on_figures(void *unused, struct figures *f, struct err *e)
{
    (void)unused;
    if (!f) {
        if (e->code == ERR_OK)
            (void)printf("nothing");
        else
            say_error(e);
        return;
    }
    (void)printf("cost=%s shared=%d currency=%s use=%s clamped=%d fresh=%d", f->cost_source,
                 f->cost_shared, f->currency, f->use_source, f->use_clamped,
                 clock_now() - f->cost_at < 60);
    for (int i = 0; i < f->days; i++)
        (void)printf(" %s:%s", f->day[i].day, f->day[i].amount);
    free(f);
}

/* What the database added up of the days. */
static void on_sums(void *unused, struct figures *f, struct err *e)
{
    (void)unused;
    if (!f) {
        say_error(e);
        return;
    }
    for (int i = 0; i < f->months; i++)
        (void)printf("%s=%s ", f->month[i].month, f->month[i].amount);
    for (int i = 0; i < f->days; i++)
        (void)printf("%s:%d ", f->day[i].day + 5, f->day[i].permille);
    (void)printf("left=%s of=%s", f->unattributed, f->account);
    free(f);
}

/* sums ID */
static void sums(void)
{
    struct err e = {0};
    finish(q_figures_of(session, arg(1), on_sums, NULL, &e), &e);
}

static void figures(void)
{
    struct err e = {0};
    finish(q_figures_of(session, arg(1), on_figures, NULL, &e), &e);
}

/* A recipient's key is one byte, 32 times. */
static const unsigned char *public_key(int i)
{
    static unsigned char key[PUBLIC_KEY];
    memset(key, arg(i)[0], sizeof key);
    return key;
}

static void recipient(void)
{
    struct err e = {0};
    finish(q_recipient_add(session, public_key(1), arg(2), on_done, NULL, &e), &e);
}

static void on_recipients(void *unused, const unsigned char *keys, int count, struct err *e)
{
    (void)unused;
    if (e->code != ERR_OK)
        say_error(e);
    for (int i = 0; i < count; i++)
        (void)putchar(keys[i * PUBLIC_KEY]);
    (void)putchar('.');
}

static void recipients(void)
{
    struct err e = {0};
    finish(q_recipients(session, on_recipients, NULL, &e), &e);
}

/* account NAME URL BY_KEY RECIPIENTS: sealed as the recipient's byte, fifty times */
static void account(void)
{
    struct err e = {0};
    struct sealed sealed[8];
    int len = 0;
    for (const char *to = arg(4); *to && len < 8; to++, len++) {
        memset(sealed[len].recipient, *to, PUBLIC_KEY);
        memset(sealed[len].bytes, *to, 50);
        sealed[len].len = 50;
    }
    finish(q_account_set(session, arg(1), or_null(2) ? arg(2) : "", (int)number(3), sealed, len,
                         on_done, NULL, &e),
           &e);
}

static void forget(void)
{
    struct err e = {0};
    finish(q_account_remove(session, arg(1), on_done, NULL, &e), &e);
}

static void on_accounts(void *unused, struct accounts *got, struct err *e)
{
    (void)unused;
    if (!got) {
        say_error(e);
        return;
    }
    for (int i = 0; i < got->len; i++) {
        const struct account *a = &got->item[i];
        (void)printf("[%s url=%s by_key=%d refused=%d costs=%d usage=%d verdict=%s code=%s"
                     " sealed=%zu%c missing=%d]",
                     a->name, a->base_url, a->by_key, a->by_key_refused_at > 0, a->costs_at > 0,
                     a->usage_at > 0, verdict_word(a->verdict), a->evidence.code, a->sealed_len,
                     a->sealed_len ? a->sealed[a->sealed_len - 1] : '-', a->recipients_missing);
    }
    (void)putchar('.');
    if (got->len == 0) {
        accounts_destroy(got);
        return;
    }
    accounts_destroy(accounts); /* what follows is about the first of these */
    accounts = got;
}

/* accounts KEY */
static void list_accounts(void)
{
    struct err e = {0};
    finish(q_accounts(session, public_key(1), on_accounts, NULL, &e), &e);
}

/* lease_accounts OWNER KEY PERIOD SECONDS */
static void lease_accounts(void)
{
    struct err e = {0};
    finish(q_accounts_lease(session, arg(1), public_key(2), (int)number(3), (int)number(4),
                            on_accounts, NULL, &e),
           &e);
}

/* Rows of the form DAY,PROJECT,KEY,CURRENCY,AMOUNT from the first word on. */
static int rows_of(struct cost_row *row, int first)
{
    int len = 0;
    for (int i = first; i < words && len < ROWS_MAX; i++, len++) {
        char *rest = word[i];
        row[len].day = strsep(&rest, ",");
        row[len].project = strsep(&rest, ",");
        row[len].key = strsep(&rest, ",");
        row[len].currency = strsep(&rest, ",");
        row[len].amount = rest ? rest : "";
    }
    return len;
}

/* costs OWNER FIRST LAST CURRENCY ROW...: of the account that was named last, which must be */
static void costs(void)
{
    struct err e = {0};
    struct cost_row row[ROWS_MAX];
    int len = rows_of(row, 5);
    struct account *a = &accounts->item[0];
    a->verdict = VERDICT_VALID;
    finish(q_costs_replace(session, arg(1), a, arg(2), arg(3), arg(4), row, len, on_done, NULL, &e),
           &e);
}

/* usage OWNER DAY ROW... */
static void usage(void)
{
    struct err e = {0};
    struct cost_row row[ROWS_MAX];
    int len = rows_of(row, 3);
    finish(
        q_usage_replace(session, arg(1), &accounts->item[0], arg(2), row, len, on_done, NULL, &e),
        &e);
}

/* failed OWNER VERDICT CODE */
static void failed(void)
{
    struct err e = {0};
    struct account *a = &accounts->item[0];
    a->verdict = verdict_parse(arg(2));
    a->by_key_refused_at = clock_now();
    (void)snprintf(a->evidence.code, sizeof a->evidence.code, "%s", arg(3));
    finish(q_account_failed(session, arg(1), a, on_done, NULL, &e), &e);
}

static void on_unattributed(void *unused, const struct unattributed *rows, int count, struct err *e)
{
    (void)unused;
    if (e->code != ERR_OK)
        say_error(e);
    for (int i = 0; i < count; i++)
        (void)printf("%s:%s:%s ", rows[i].account, rows[i].currency, rows[i].amount);
    (void)putchar('.');
}

static void unattributed(void)
{
    struct err e = {0};
    finish(q_unattributed(session, on_unattributed, NULL, &e), &e);
}

static void on_totals(void *unused, const struct totals *t, int exact, struct err *e)
{
    (void)unused;
    if (!t)
        say_error(e);
    else
        (void)printf("%d %s %s %d exact=%d", (int)t->connexions, t->cost, t->limit,
                     t->budget_permille, exact);
}

/* totals [FILTER] */
static void totals(void)
{
    struct filter filter;
    struct err e = {0};
    int rc = filter_parse(&filter, arg(1), &e);
    if (rc == 0)
        rc = q_connexion_totals(session, &filter, "", on_totals, NULL, &e);
    finish(rc, &e);
}

static void on_organisations(void *unused, struct organisations *all, struct err *e)
{
    (void)unused;
    if (!all)
        say_error(e);
    for (size_t i = 0; all && i < all->len; i++)
        (void)printf("%s=%s:%d ", all->rows[i].nom, all->rows[i].totals.cost,
                     all->rows[i].totals.budget_permille);
    organisations_destroy(all);
}

static void organisations(void)
{
    struct err e = {0};
    finish(q_organisation_all(session, on_organisations, NULL, &e), &e);
}

static const struct {
    const char *name;
    void (*run)(void);
} commands[] = {{"enrol", enrol},
                {"lease", lease},
                {"take", take},
                {"record", record},
                {"release", release},
                {"host", host},
                {"health", health},
                {"figures", figures},
                {"sums", sums},
                {"recipient", recipient},
                {"recipients", recipients},
                {"account", account},
                {"forget", forget},
                {"accounts", list_accounts},
                {"lease_accounts", lease_accounts},
                {"costs", costs},
                {"usage", usage},
                {"failed", failed},
                {"unattributed", unattributed},
                {"totals", totals},
                {"organisations", organisations}};

static void obey(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    words = 0;
    while (line && words < WORDS_MAX)
        word[words++] = strsep(&line, " ");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(arg(0), commands[i].name) == 0) {
            commands[i].run();
            (void)fflush(stdout);
            return;
        }
    (void)puts("what?");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    static char line[65536];
    struct conn_spec spec;
    struct proof proof;
    struct err e = {0};
    if (argc < 2) {
        (void)puts("1..0 # SKIP: the other end of test_query_health.py");
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
    int rc = gate_open(&session, &spec, &proof, &e);
    if (rc == 0)
        (void)printf("open health=%d\n", session_health(session));
    else
        (void)printf("err %s %s\n", err_name(e.code), e.text);
    (void)fflush(stdout);
    while (rc == 0 && fgets(line, sizeof line, stdin))
        obey(line);
    poll_work_destroy(work);
    accounts_destroy(accounts);
    session_destroy(session);
    conn_spec_finish(&spec);
    return 0;
}
