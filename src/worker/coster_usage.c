#include "config.h"

#include "worker/coster_part.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

enum { DAY = 86400, HTTP_BAD_REQUEST = 400, HTTP_NOT_FOUND = 404 };

static void ask_kind(struct coster *c, int kind);

static void replaced(void *arg, struct err *e)
{
    struct coster *c = arg;
    if (!costs_unwritten(c, e))
        coster_next(c);
}

/* The database adds up: what a project was asked for by several kinds of model may pass 32 bits. */
static void replace(struct coster *c)
{
    struct session *s = kit_back(c->kit);
    struct err e = {.code = ERR_LOST};
    char day[DAY_TEXT];
    const struct pages *p = &c->pages;
    struct cost_row *row = mem_zero(p->len + 1, sizeof *row);
    for (size_t i = 0; i < p->len; i++)
        row[i] = (struct cost_row){.day = day,
                                   .project = p->row[i].project,
                                   .key = "",
                                   .currency = "",
                                   .amount = p->row[i].amount};
    coster_day(day, c->today);
    c->at = COSTER_WRITING;
    if (!s || q_usage_replace(s, c->kit->owner, coster_account(c), day, row, (int)p->len, replaced,
                              c, &e))
        (void)costs_unwritten(c, &e);
    free(row);
}

static void all_kinds(struct coster *c)
{
    if (clock_day_start(clock_now()) != c->today && c->turns++ < TURNS_MAX) {
        usage_start(c); /* midnight passed between the first answer and the last */
    } else if (c->kinds == 0) {
        coster_next(c); /* no kind is known there: nothing is not 0 */
    } else {
        replace(c);
    }
}

/* A kind that this organisation or this side does not have is left out. */
static int is_missing(const struct pages *p)
{
    return p->evidence.http == HTTP_NOT_FOUND || p->evidence.http == HTTP_BAD_REQUEST;
}

static void got_kind(void *arg, struct pages *p, enum pages_end end)
{
    struct coster *c = arg;
    if (end == PAGES_CANCELLED)
        return;
    if (end == PAGES_FAILED && !is_missing(p)) {
        costs_failed(c);
        return;
    }
    if (end == PAGES_FAILED) {
        log_write(LOG_INFO, "account %s: usage of kind %d is not to be had (%d %s)",
                  coster_account(c)->name, (int)p->kind, p->evidence.http, p->evidence.code);
    } else {
        c->kinds++;
    }
    if ((int)p->kind + 1 < USAGE_KINDS)
        ask_kind(c, (int)p->kind + 1);
    else
        all_kinds(c);
}

static void ask_kind(struct coster *c, int kind)
{
    struct pages *p = &c->pages;
    p->question = QUESTION_USAGE;
    p->kind = (enum usage_kind)kind;
    p->base = coster_base(c);
    p->key = c->key.text;
    p->from = c->today;
    p->until = c->today + DAY;
    p->by_key = 0;
    p->done = got_kind;
    p->arg = c;
    c->at = COSTER_ASKING;
    pages_start(p);
}

void usage_start(struct coster *c)
{
    pages_clear(&c->pages);
    c->kinds = 0;
    c->today = clock_day_start(clock_now());
    ask_kind(c, 0);
}
