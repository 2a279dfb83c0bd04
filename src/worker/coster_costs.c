#include "config.h"

#include "worker/coster_part.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY = 86400,
    REFUSED_S = DAY,
    BEFORE_S = 3 * DAY, /* so long into a month the one before is read again */
    HTTP_BAD_REQUEST = 400,
    HTTP_FORBIDDEN = 403,
    HTTP_NOT_FOUND = 404
};

void coster_day(char out[DAY_TEXT], int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    clock_iso(text, at);
    memcpy(out, text, DAY_TEXT - 1);
    out[DAY_TEXT - 1] = '\0';
}

/* An admin key may read usage and not costs: what there is is told. */
static int only_costs_missing(const struct pages *p)
{
    return p->question == QUESTION_COSTS &&
           (p->verdict == VERDICT_LIMITED || p->evidence.http == HTTP_FORBIDDEN ||
            p->evidence.http == HTTP_NOT_FOUND);
}

static void failed(void *arg, struct err *e)
{
    struct coster *c = arg;
    if (coster_lost(c, e, "account"))
        return;
    if (only_costs_missing(&c->pages))
        usage_start(c);
    else
        coster_next(c);
}

void costs_failed(struct coster *c)
{
    struct session *s = kit_back(c->kit);
    struct account *account = coster_account(c);
    struct err e = {0};
    account->verdict = c->pages.verdict;
    account->evidence = c->pages.evidence;
    log_write(LOG_WARN, "account %s: %s (%d %s)", account->name, verdict_word(account->verdict),
              account->evidence.http, account->evidence.code);
    kit_count_costs(c->kit, 1);
    c->at = COSTER_WRITING;
    if (!s)
        coster_idle(c, clock_mono_ms());
    else if (q_account_failed(s, c->kit->owner, account, failed, c, &e))
        failed(c, &e);
}

int costs_unwritten(struct coster *c, const struct err *e)
{
    if (!e || e->code == ERR_OK)
        return 0;
    if (e->code == ERR_LOST || e->code == ERR_TIMEOUT)
        return coster_lost(c, e, "account");
    log_write(LOG_WARN, "account %s: not written: %s", coster_account(c)->name, e->text);
    c->pages.verdict = VERDICT_TROUBLE;
    (void)snprintf(c->pages.evidence.code, sizeof c->pages.evidence.code, "not_written");
    costs_failed(c);
    return 1;
}

/* The currency of the connexions' column: dollars when there are any, else the first. */
static const char *main_currency(const struct pages *p)
{
    const char *found = p->len ? p->row[0].currency : "usd";
    for (size_t i = 0; i < p->len; i++)
        if (strcmp(p->row[i].currency, "usd") == 0)
            return "usd";
    return found;
}

static void replaced(void *arg, struct err *e)
{
    struct coster *c = arg;
    if (costs_unwritten(c, e))
        return;
    kit_count_costs(c->kit, 0);
    usage_start(c);
}

static int send_rows(struct coster *c, const struct cost_row *row, int len, struct err *e)
{
    struct session *s = kit_back(c->kit);
    char first[DAY_TEXT];
    char last[DAY_TEXT];
    if (!s)
        return err_set(e, ERR_LOST, "no connection");
    coster_day(first, c->pages.from);
    coster_day(last, c->pages.until - 1);
    return q_costs_replace(s, c->kit->owner, coster_account(c), first, last,
                           main_currency(&c->pages), row, len, replaced, c, e);
}

static void replace(struct coster *c)
{
    const struct pages *p = &c->pages;
    struct err e = {0};
    struct cost_row *row = mem_zero(p->len + 1, sizeof *row);
    char(*day)[DAY_TEXT] = mem_zero(p->len + 1, sizeof *day);
    int len = 0;
    for (size_t i = 0; i < p->len; i++) {
        const struct bucket_row *from = &p->row[i];
        if (from->day < p->from || from->day >= p->until)
            continue;
        coster_day(day[len], from->day);
        row[len] =
            (struct cost_row){day[len], from->project, from->key, from->currency, from->amount};
        len++;
    }
    c->at = COSTER_WRITING;
    if (send_rows(c, row, len, &e))
        (void)costs_unwritten(c, &e);
    free(row);
    free(day);
    pages_clear(&c->pages);
}

/* Grouping by key is refused to some organisations: then again without it, and not with it for a
 * day. */
static int falls_back(struct coster *c)
{
    if (!c->pages.by_key || c->pages.evidence.http != HTTP_BAD_REQUEST)
        return 0;
    struct account *account = coster_account(c);
    log_write(LOG_INFO, "account %s: costs by key are refused; by project then", account->name);
    account->by_key_refused_at = clock_now();
    return 1;
}

static void got_costs(void *arg, struct pages *p, enum pages_end end)
{
    struct coster *c = arg;
    if (end == PAGES_CANCELLED)
        return;
    if (end == PAGES_FAILED) {
        if (falls_back(c))
            costs_start(c);
        else
            costs_failed(c);
        return;
    }
    coster_account(c)->verdict = p->verdict;
    coster_account(c)->evidence = p->evidence;
    /* Midnight between two pages: the later ones tell of another month's state. */
    if (clock_month_start(clock_now()) != c->month && c->turns++ < TURNS_MAX)
        costs_start(c);
    else
        replace(c);
}

void costs_start(struct coster *c)
{
    const struct account *account = coster_account(c);
    const int64_t now = clock_now();
    struct pages *p = &c->pages;
    c->month = clock_month_start(now);
    c->today = clock_day_start(now);
    p->question = QUESTION_COSTS;
    p->base = coster_base(c);
    p->key = c->key.text;
    /* Late rows still change the month before in the first days of this one. */
    p->from = c->today - c->month < BEFORE_S ? clock_month_start(c->month - 1) : c->month;
    p->until = c->today + DAY;
    p->by_key = account->by_key && now - account->by_key_refused_at >= REFUSED_S;
    p->done = got_costs;
    p->arg = c;
    c->at = COSTER_ASKING;
    pages_clear(p);
    pages_start(p);
}
