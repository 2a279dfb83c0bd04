#include "config.h"

#include "standin/journal.h"

#include "base/mem.h"
#include "standin/json.h"

#include <stdlib.h>

enum { JOURNAL_FIRST = 256, LINE_MAX_BYTES = 16 * 1024 };

void journal_init(struct journal *j)
{
    *j = (struct journal){0};
}

void journal_clear(struct journal *j)
{
    for (size_t i = 0; i < j->len; i++)
        free(j->lines[i].json);
    j->len = j->first = 0;
    j->count = j->billable = 0;
}

void journal_finish(struct journal *j)
{
    journal_clear(j);
    free(j->lines);
    journal_init(j);
}

static void put_member(struct str *out, const char *name, const char *text)
{
    (void)str_addf(out, ",\"%s\":", name);
    json_put_text(out, text);
}

static char *render(const struct journal_line *l, int64_t number)
{
    struct str out;
    str_init(&out, LINE_MAX_BYTES);
    (void)str_addf(
        &out, "{\"number\":%lld,\"at\":%lld,\"mono_ms\":%lld,\"status\":%d,\"connection\":%d",
        (long long)number, (long long)l->at, (long long)l->mono_ms, l->status, l->connection);
    put_member(&out, "method", l->method);
    put_member(&out, "path", l->path);
    put_member(&out, "query", l->query);
    put_member(&out, "token", l->token);
    put_member(&out, "headers", l->headers);
    put_member(&out, "organization", l->organisation);
    put_member(&out, "project", l->project);
    put_member(&out, "scenario", l->scenario);
    put_member(&out, "request_id", l->request_id);
    (void)str_addf(&out, ",\"key_in_url\":%s,\"billable\":%s}", l->key_in_url ? "true" : "false",
                   l->billable ? "true" : "false");
    char *json = mem_dup_len(str_get(&out), out.len);
    str_finish(&out);
    return json;
}

void journal_add(struct journal *j, const struct journal_line *line)
{
    size_t at = j->len;
    if (j->len == JOURNAL_MAX) {
        at = j->first;
        j->first = (j->first + 1) % JOURNAL_MAX;
        free(j->lines[at].json);
    } else if (j->len++ == j->cap) {
        j->cap = j->cap ? j->cap * 2 : JOURNAL_FIRST;
        if (j->cap > JOURNAL_MAX)
            j->cap = JOURNAL_MAX;
        j->lines = mem_grow(j->lines, j->cap, sizeof *j->lines);
    }
    j->lines[at].number = ++j->count;
    j->lines[at].json = render(line, j->count);
    j->billable += line->billable;
}

void journal_list(const struct journal *j, int64_t since, struct str *out)
{
    int some = 0;
    (void)str_add_char(out, '[');
    for (size_t i = 0; i < j->len; i++) {
        size_t at = (j->first + i) % JOURNAL_MAX;
        if (j->lines[at].number <= since)
            continue;
        if (some++)
            (void)str_add(out, ",\n");
        (void)str_add(out, j->lines[at].json);
    }
    (void)str_add_char(out, ']');
}
