#include "config.h"

#include "openai/limits.h"

#include "openai/url.h"

#include <inttypes.h>

static const char *const resources[PROVIDER_PART_COUNT] = {
    [PROVIDER_SPEND_LIMIT] = "spend_limit",
    [PROVIDER_SPEND_ALERTS] = "spend_alerts",
    [PROVIDER_RATE_LIMITS] = "rate_limits",
    [PROVIDER_MODELS] = "model_permissions",
};

/* Pages as large as the service takes them; the others are one object. */
static const char *const pages[PROVIDER_PART_COUNT] = {
    [PROVIDER_SPEND_ALERTS] = "?limit=100",
    [PROVIDER_RATE_LIMITS] = "?limit=100",
};

static void open_url(struct str *s, const char *base, const char *project)
{
    str_init(s, URL_BYTES);
    url_base(s, base);
    (void)str_add(s, "/organization/projects/");
    url_escaped(s, project);
}

int limits_project_url(char *out, size_t size, const char *base, const char *project)
{
    struct str s;
    open_url(&s, base, project);
    return url_give(&s, out, size);
}

int limits_read_url(char *out, size_t size, const char *base, const char *project,
                    enum provider_part part, const char *after)
{
    struct str s;
    open_url(&s, base, project);
    (void)str_addf(&s, "/%s%s", resources[part], pages[part] ? pages[part] : "");
    if (after[0])
        (void)str_add(&s, "&after=");
    url_escaped(&s, after);
    return url_give(&s, out, size);
}

int limits_write_url(char *out, size_t size, const char *base, const char *project,
                     const struct provider_step *step)
{
    struct str s;
    open_url(&s, base, project);
    (void)str_addf(&s, "/%s", resources[step->part]);
    if (step->object[0])
        (void)str_add_char(&s, '/');
    url_escaped(&s, step->object);
    return url_give(&s, out, size);
}

/* The texts are words without quotes or backslashes, which PostgreSQL and the readers saw to; what
 * is none of that is left out of a string of JSON all the same. */
static void add_text(struct str *s, const char *text)
{
    (void)str_add_char(s, '"');
    for (; *text; text++)
        if ((unsigned char)*text > 0x20 && *text != '"' && *text != '\\' && *text != 0x7f)
            (void)str_add_char(s, *text);
    (void)str_add_char(s, '"');
}

static void add_mails(struct str *s, const char *mails)
{
    (void)str_add(s, "\"");
    for (; *mails; mails++) {
        if (*mails == ',')
            (void)str_add(s, "\",\"");
        else if (*mails != '"' && *mails != '\\' && (unsigned char)*mails > 0x20)
            (void)str_add_char(s, *mails);
    }
    (void)str_add(s, "\"");
}

static void add_money(struct str *s, int64_t cents)
{
    (void)str_addf(
        s, "{\"threshold_amount\":%" PRId64 ",\"currency\":\"USD\",\"interval\":\"month\"", cents);
}

int limits_body(struct str *s, const struct provider_step *step, const struct provider_want *want)
{
    switch (step->part) {
    case PROVIDER_SPEND_LIMIT:
        add_money(s, step->number);
        break;
    case PROVIDER_SPEND_ALERTS:
        add_money(s, step->number);
        (void)str_add(s, ",\"notification_channel\":{\"type\":\"email\",\"recipients\":[");
        add_mails(s, want->mails);
        (void)str_add(s, "],\"subject_prefix\":\"" PROVIDER_PREFIX "\"}");
        break;
    case PROVIDER_RATE_LIMITS:
        (void)str_addf(s, "{\"max_requests_per_1_day\":%" PRId64, step->number);
        break;
    default:
        (void)str_add(s, "{\"mode\":\"allow_list\",\"model_ids\":[");
        for (int i = 0; i < want->models; i++) {
            (void)str_add(s, i ? "," : "");
            add_text(s, want->model[i]);
        }
        (void)str_add_char(s, ']');
    }
    (void)str_add_char(s, '}');
    return s->overflow ? -1 : 0;
}
