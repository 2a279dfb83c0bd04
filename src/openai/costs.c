#include "config.h"

#include "openai/costs.h"

#include "openai/body.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 64 };
static const int64_t last_second = 253402300799; /* of the year 9999 */

/* Fills what is special of a row: 1 taken, 0 to be left out, negative with e. */
typedef int (*take_row)(struct json_object *result, struct bucket_row *row, struct err *e);

struct reader {
    struct bucket_page *page;
    size_t cap;
    take_row take;
    struct err *e;
};

void bucket_page_finish(struct bucket_page *page)
{
    free(page->row);
    *page = (struct bucket_page){0};
}

static int wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_USAGE, _("This is no page of OpenAI's costs or usage: %s"), what);
}

/* A number as it was written, or a string of one. */
static int take_amount(struct json_object *value, char *out, struct err *e)
{
    int64_t n = 0;
    if (json_object_is_type(value, json_type_int)) {
        if (body_integer(value, &n))
            return err_set(e, ERR_LIMIT, _("An amount is larger than this program reads"));
        (void)snprintf(out, AMOUNT_TEXT, "%" PRId64, n);
        return 0;
    }
    if (!json_object_is_type(value, json_type_double) &&
        !json_object_is_type(value, json_type_string))
        return wrong(e, "amount");
    const char *text = json_object_get_string(value);
    size_t len = json_object_is_type(value, json_type_string)
                     ? (size_t)json_object_get_string_len(value)
                     : strlen(text);
    if (strlen(text) != len || !amount_is_decimal(text))
        return wrong(e, "amount");
    memcpy(out, text, len + 1);
    return 0;
}

/* Three letters, lower case. */
static int take_currency(struct json_object *value, char *out, size_t size, struct err *e)
{
    if (!value || body_word(value, out, size) || strlen(out) != 3)
        return wrong(e, "currency");
    for (; *out; out++) {
        if (*out >= 'A' && *out <= 'Z')
            *out = (char)(*out - 'A' + 'a');
        if (*out < 'a' || *out > 'z')
            return wrong(e, "currency");
    }
    return 0;
}

static int take_cost(struct json_object *result, struct bucket_row *row, struct err *e)
{
    struct json_object *amount = body_member(result, "amount");
    struct json_object *value = body_member(amount, "value");
    if (!amount || (json_object_is_type(amount, json_type_object) && !value))
        return 0;
    if (!value)
        return wrong(e, "amount");
    int rc = take_amount(value, row->amount, e);
    if (rc == 0)
        rc = take_currency(body_member(amount, "currency"), row->currency, sizeof row->currency, e);
    return rc < 0 ? rc : 1;
}

static int take_usage(struct json_object *result, struct bucket_row *row, struct err *e)
{
    int64_t n = 0;
    if (body_integer(body_member(result, "num_model_requests"), &n) || n < 0)
        return wrong(e, "num_model_requests");
    (void)snprintf(row->amount, sizeof row->amount, "%" PRId64, n);
    return 1;
}

static int add_row(struct reader *r, const struct bucket_row *row)
{
    struct bucket_page *page = r->page;
    if (page->len >= BUCKET_ROWS_MAX)
        return err_set(r->e, ERR_LIMIT, _("A page has more than %d rows"), BUCKET_ROWS_MAX);
    if (page->len == r->cap) {
        r->cap = r->cap ? r->cap * 2 : ROWS_FIRST;
        page->row = mem_grow(page->row, r->cap, sizeof *page->row);
    }
    page->row[page->len++] = *row;
    return 0;
}

static int take_result(struct reader *r, struct json_object *result, int64_t day)
{
    struct bucket_row row = {.day = day};
    if (!json_object_is_type(result, json_type_object))
        return wrong(r->e, "result");
    if (body_word(body_member(result, "project_id"), row.project, sizeof row.project))
        return wrong(r->e, "project_id");
    if (body_word(body_member(result, "api_key_id"), row.key, sizeof row.key))
        return wrong(r->e, "api_key_id");
    int rc = r->take(result, &row, r->e);
    return rc > 0 ? add_row(r, &row) : rc;
}

/* Old pages spell the list "result". */
static int take_bucket(struct reader *r, struct json_object *bucket)
{
    int64_t day = 0;
    struct json_object *list = body_member(bucket, "results");
    if (!list)
        list = body_member(bucket, "result");
    if (body_integer(body_member(bucket, "start_time"), &day) || day < 0 || day > last_second)
        return wrong(r->e, "start_time");
    if (!json_object_is_type(list, json_type_array))
        return wrong(r->e, "results");
    size_t count = json_object_array_length(list);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = take_result(r, json_object_array_get_idx(list, i), day);
    return rc;
}

/* Whether more follows, and where; a cursor counts only when more is not denied. */
static int take_next(struct reader *r, struct json_object *root)
{
    struct json_object *more = body_member(root, "has_more");
    struct json_object *next = body_member(root, "next_page");
    if (more && !json_object_is_type(more, json_type_boolean))
        return wrong(r->e, "has_more");
    r->page->has_more = more ? json_object_get_boolean(more) : next != NULL;
    if (r->page->has_more && body_word(next, r->page->next, sizeof r->page->next))
        return wrong(r->e, "next_page");
    return 0;
}

static int read_page(struct reader *r, struct json_object *root)
{
    struct json_object *data = body_member(root, "data");
    if (!json_object_is_type(data, json_type_array))
        return wrong(r->e, "data");
    size_t count = json_object_array_length(data);
    int rc = take_next(r, root);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = take_bucket(r, json_object_array_get_idx(data, i));
    return rc;
}

static int parse(const char *body, size_t len, take_row take, struct bucket_page *page,
                 struct err *e)
{
    struct reader r = {.page = page, .take = take, .e = e};
    *page = (struct bucket_page){0};
    struct json_object *root = body_parse(body, len);
    int rc = root ? read_page(&r, root) : wrong(e, "JSON");
    json_object_put(root);
    if (rc)
        bucket_page_finish(page);
    return rc;
}

int costs_parse(const char *body, size_t len, struct bucket_page *page, struct err *e)
{
    return parse(body, len, take_cost, page, e);
}

int usage_parse(const char *body, size_t len, struct bucket_page *page, struct err *e)
{
    return parse(body, len, take_usage, page, e);
}
