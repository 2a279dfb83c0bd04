#include "config.h"

#include "openai/limits.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "openai/body.h"

#include <stdlib.h>
#include <string.h>

static const int64_t cents_max = INT64_C(9000000000000000);
static const int64_t daily_max = INT64_C(9000000000000000);

static int wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_USAGE, _("This is not what OpenAI promises of a project's limits: %s"),
                   what);
}

static int too_many(struct err *e, const char *what, int most)
{
    return err_set(e, ERR_LIMIT, _("OpenAI tells more than %d %s of one project"), most, what);
}

static int word_is(struct json_object *object, const char *name, const char *word)
{
    char text[32];
    return body_word(body_member(object, name), text, sizeof text) == 0 && strcmp(text, word) == 0;
}

/* threshold_amount in USD a month. */
static int take_cents(struct json_object *object, int64_t least, int64_t *cents, struct err *e)
{
    if (body_integer(body_member(object, "threshold_amount"), cents) || *cents < least ||
        *cents > cents_max)
        return wrong(e, "threshold_amount");
    if (word_is(object, "currency", "USD") && word_is(object, "interval", "month"))
        return 0;
    return err_set(e, ERR_REFUSED, "%s",
                   _("OpenAI has a limit there that is not in USD a month: this program leaves it "
                     "alone. Change it at OpenAI by hand."));
}

/* The words of a list of strings, ascending, each once, parted by ",". What is no word of printable
 * ASCII, or more than fits, makes the list one that equals nothing of ours. */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void join(char *out, size_t size, const char **word, size_t count)
{
    struct str s;
    str_init(&s, size - 1);
    qsort(word, count, sizeof *word, by_text);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(word[i - 1], word[i]) != 0) {
            (void)str_add(&s, i ? "," : "");
            (void)str_add(&s, word[i]);
        }
    memcpy(out, str_get(&s), strlen(str_get(&s)) + 1);
    str_finish(&s);
}

static void take_mails(struct json_object *list, char out[PROVIDER_MAILS_TEXT])
{
    char mail[PROVIDER_MAILS_MAX][PROVIDER_MAIL + 1];
    const char *word[PROVIDER_MAILS_MAX];
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    size_t len = 0;
    for (size_t i = 0; i < count && len < PROVIDER_MAILS_MAX; i++)
        if (body_word(json_object_array_get_idx(list, i), mail[len], sizeof mail[len]) == 0 &&
            mail[len][0]) {
            word[len] = mail[len];
            len++;
        }
    out[0] = '?';
    out[1] = '\0';
    if (len == count)
        join(out, PROVIDER_MAILS_TEXT, word, len);
}

/* It becomes a part of a path, where a dot in front would lead elsewhere, and a name in JSON. */
static int is_id(const char *id)
{
    return id[0] && id[0] != '.' && !strpbrk(id, "\"\\");
}

static int take_alert(struct json_object *item, struct provider_seen *seen, struct err *e)
{
    if (seen->alerts == PROVIDER_ALERTS_MAX)
        return too_many(e, "spend_alerts", PROVIDER_ALERTS_MAX);
    if (!seen->alert)
        seen->alert = mem_zero(PROVIDER_ALERTS_MAX, sizeof *seen->alert);
    struct provider_alert *alert = &seen->alert[seen->alerts];
    struct json_object *channel = body_member(item, "notification_channel");
    if (body_word(body_member(item, "id"), alert->id, sizeof alert->id) || !is_id(alert->id))
        return wrong(e, "id");
    alert->ours = word_is(channel, "subject_prefix", PROVIDER_PREFIX);
    alert->cents = 0;
    int rc = take_cents(item, 0, &alert->cents, e);
    if (rc < 0 && alert->ours)
        return rc;
    take_mails(body_member(channel, "recipients"), alert->mails);
    seen->alerts++;
    return 0;
}

static int take_rate(struct json_object *item, struct provider_seen *seen, struct err *e)
{
    if (seen->rates == PROVIDER_RATES_MAX)
        return too_many(e, "rate_limits", PROVIDER_RATES_MAX);
    if (!seen->rate)
        seen->rate = mem_zero(PROVIDER_RATES_MAX, sizeof *seen->rate);
    struct provider_rate *rate = &seen->rate[seen->rates];
    struct json_object *daily = body_member(item, "max_requests_per_1_day");
    rate->daily = -1;
    if (body_word(body_member(item, "id"), rate->id, sizeof rate->id) || !is_id(rate->id))
        return wrong(e, "id");
    if (body_word(body_member(item, "model"), rate->model, sizeof rate->model) || !rate->model[0])
        return wrong(e, "model");
    if (daily && (body_integer(daily, &rate->daily) || rate->daily < 0 || rate->daily > daily_max))
        return wrong(e, "max_requests_per_1_day");
    seen->rates++;
    return 0;
}

static int take_models(struct json_object *root, struct provider_seen *seen, struct err *e)
{
    struct json_object *list = body_member(root, "model_ids");
    int allowed = word_is(root, "mode", "allow_list");
    if (!allowed && !word_is(root, "mode", "deny_list"))
        return wrong(e, "mode");
    if (!json_object_is_type(list, json_type_array))
        return wrong(e, "model_ids");
    size_t count = json_object_array_length(list);
    if (count > PROVIDER_RATES_MAX)
        return too_many(e, "model_ids", PROVIDER_RATES_MAX);
    free(seen->model);
    seen->models = 0;
    seen->model = mem_zero(count + 1, sizeof *seen->model);
    for (size_t i = 0; i < count; i++) {
        struct json_object *id = json_object_array_get_idx(list, i);
        if (body_word(id, seen->model[i], sizeof seen->model[i]) || !seen->model[i][0])
            return wrong(e, "model_ids");
    }
    seen->models = (int)count;
    seen->mode = allowed ? MODELS_ALLOWED : MODELS_DENIED;
    provider_seen_sort(seen);
    return 0;
}

/* Where the next page begins: 1, or 0 at the end. */
static int take_next(struct json_object *root, size_t count, char next[LIMITS_CURSOR],
                     struct err *e)
{
    struct json_object *more = body_member(root, "has_more");
    char before[LIMITS_CURSOR];
    memcpy(before, next, sizeof before);
    next[0] = '\0';
    if (more && !json_object_is_type(more, json_type_boolean))
        return wrong(e, "has_more");
    if (!more || !json_object_get_boolean(more))
        return 0;
    if (count == 0 || body_word(body_member(root, "last_id"), next, LIMITS_CURSOR) || !next[0] ||
        strcmp(before, next) == 0)
        return wrong(e, "last_id");
    return 1;
}

static int take_list(struct json_object *root, enum provider_part part, struct provider_seen *seen,
                     char next[LIMITS_CURSOR], struct err *e)
{
    struct json_object *data = body_member(root, "data");
    if (!json_object_is_type(data, json_type_array))
        return wrong(e, "data");
    size_t count = json_object_array_length(data);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct json_object *item = json_object_array_get_idx(data, i);
        rc = part == PROVIDER_SPEND_ALERTS ? take_alert(item, seen, e) : take_rate(item, seen, e);
    }
    return rc < 0 ? rc : take_next(root, count, next, e);
}

static int take(struct json_object *root, enum provider_part part, struct provider_seen *seen,
                char next[LIMITS_CURSOR], struct err *e)
{
    switch (part) {
    case PROVIDER_SPEND_LIMIT:
        return take_cents(root, 1, &seen->cents, e);
    case PROVIDER_MODELS:
        return take_models(root, seen, e);
    default:
        return take_list(root, part, seen, next, e);
    }
}

int limits_parse(enum provider_part part, const char *body, size_t len, struct provider_seen *seen,
                 char next[LIMITS_CURSOR], struct err *e)
{
    struct json_object *root = body_parse(body, len);
    int rc = json_object_is_type(root, json_type_object) ? take(root, part, seen, next, e)
                                                         : wrong(e, "JSON");
    json_object_put(root);
    return rc;
}

int limits_parse_project(const char *body, size_t len, struct err *e)
{
    char status[16];
    struct json_object *root = body_parse(body, len);
    int bad = !json_object_is_type(root, json_type_object) ||
              body_word(body_member(root, "status"), status, sizeof status) || !status[0];
    json_object_put(root);
    if (bad)
        return wrong(e, "project");
    return strcmp(status, "archived") != 0;
}

void limits_forget(enum provider_part part, struct provider_seen *seen)
{
    switch (part) {
    case PROVIDER_SPEND_LIMIT:
        seen->cents = 0;
        break;
    case PROVIDER_SPEND_ALERTS:
        seen->alerts = 0;
        break;
    case PROVIDER_RATE_LIMITS:
        seen->rates = 0;
        break;
    default:
        free(seen->model);
        seen->model = NULL;
        seen->models = 0;
        seen->mode = MODELS_OPEN;
    }
}
