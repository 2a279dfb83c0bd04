#include "config.h"

#include "worker/pages.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask(struct pages *p);

void pages_clear(struct pages *p)
{
    free(p->row);
    p->row = NULL;
    p->len = 0;
    p->cap = 0;
}

static void end(struct pages *p, enum pages_end how)
{
    if (how != PAGES_WHOLE)
        p->len = p->before;
    p->done(p->arg, p, how);
}

static void fail(struct pages *p, enum verdict verdict, const char *why)
{
    p->verdict = verdict;
    redact(p->evidence.message, sizeof p->evidence.message, why, strlen(why));
    end(p, PAGES_FAILED);
}

static int keep(struct pages *p, const struct bucket_page *page)
{
    if (page->len > PAGES_ROWS_MAX - p->len)
        return -1;
    if (p->len + page->len > p->cap) {
        p->cap = 2 * p->cap + page->len;
        p->row = mem_grow(p->row, p->cap, sizeof p->row[0]);
    }
    if (page->len)
        memcpy(p->row + p->len, page->row, page->len * sizeof page->row[0]);
    p->len += page->len;
    return 0;
}

/* Takes what page holds. 1: another one follows. */
static int read_page(struct pages *p, const struct http_answer *answer, struct err *e)
{
    struct bucket_page page = {0};
    int rc = p->question == QUESTION_COSTS ? costs_parse(answer->body, answer->len, &page, e)
                                           : usage_parse(answer->body, answer->len, &page, e);
    if (rc == 0 && keep(p, &page))
        rc = err_set(e, ERR_LIMIT, "more than %d rows", PAGES_ROWS_MAX);
    if (rc == 0)
        rc = pager_next(&p->pager, &page, e);
    if (rc > 0)
        (void)snprintf(p->next, sizeof p->next, "%s", page.next);
    bucket_page_finish(&page);
    return rc;
}

static void got(void *arg, const struct http_answer *answer)
{
    struct pages *p = arg;
    struct err e = {0};
    p->asking = 0;
    if (answer->cancelled) {
        end(p, PAGES_CANCELLED);
        return;
    }
    p->verdict = judge(answer, p->question, clock_now(), &p->evidence);
    if (p->verdict != VERDICT_VALID) {
        end(p, PAGES_FAILED);
        return;
    }
    int more = read_page(p, answer, &e);
    if (more < 0)
        fail(p, VERDICT_TROUBLE, e.text);
    else if (more)
        ask(p);
    else
        end(p, PAGES_WHOLE);
}

static void ask(struct pages *p)
{
    char url[HTTP_URL_MAX];
    struct err e = {0};
    int bad = p->question == QUESTION_COSTS
                  ? costs_url(url, sizeof url, p->base, p->from, p->until, p->by_key, p->next)
                  : usage_url(url, sizeof url, p->base, p->kind, p->from, p->until, p->next);
    if (bad || http_check_base(p->base, &e)) {
        fail(p, VERDICT_SETTINGS, bad ? "the URL is too long" : e.text);
    } else if (http_get(p->kit->http, url, p->key, NULL, NULL, got, p, &e)) {
        fail(p, e.code == ERR_USAGE ? VERDICT_SETTINGS : VERDICT_NETWORK, e.text);
    } else {
        p->asking = 1;
    }
}

void pages_start(struct pages *p)
{
    p->before = p->len;
    p->pager = (struct pager){0};
    p->next[0] = '\0';
    p->evidence = (struct evidence){
        .dns_ms = -1, .connect_ms = -1, .tls_ms = -1, .first_ms = -1, .total_ms = -1};
    ask(p);
}
