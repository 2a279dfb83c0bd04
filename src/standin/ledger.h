#ifndef VIGIE_STANDIN_LEDGER_H
#define VIGIE_STANDIN_LEDGER_H

#include "base/err.h"
#include "standin/dec.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

enum { LEDGER_MAX = 500000, AMOUNT_RAW_MAX = 120 };

/* The kinds of use that have a page of their own: usage.def. */
enum usage_kind {
#define USAGE(name, path, object, count, request_field, groups) USAGE_##name,
#include "standin/usage.def"
#undef USAGE
    USAGE_KINDS
};

/* What was spent, or how often something was asked, at an instant. Texts may be NULL: not known,
 * or for the organisation: any. */
struct entry {
    int64_t at;
    const char *organisation, *project, *key;
    const char *item;     /* line item, or model */
    const char *currency; /* costs */
    const char *raw;      /* costs: the amount as it was given; NULL: write value */
    struct dec value;     /* costs */
    enum usage_kind kind; /* usage */
    int64_t requests, input, output;
    int64_t cached; /* of input */
};

struct ledger {
    struct entry *costs, *usage;
    size_t costs_len, costs_cap, usage_len, usage_cap;
};

void ledger_init(struct ledger *l);
void ledger_finish(struct ledger *l);
void ledger_clear(struct ledger *l);

/* {"at", "amount", "project", "key", "line", "currency", "organization"}: at is a day or an
 * instant, the amount a decimal in a string or a number. */
int ledger_add_cost(struct ledger *l, json_object *from, struct err *e);

/* {"at", "requests", "project", "key", "model", "endpoint", "input", "output", "cached",
 * "organization"}: input includes what was cached. */
int ledger_add_usage(struct ledger *l, json_object *from, struct err *e);

#endif
