#include "config.h"

#include "cli/channel_test.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/json.h"
#include "cli/poll.h"
#include "worker/letter.h"
#include "worker/mailer.h"
#include "worker/post.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 100, LOOK_MS = 20, LINE_TEXT = 700 };

struct test {
    struct delivered outcome;
    int done;
};

static void posted(void *arg, const struct http_answer *answer)
{
    struct test *t = arg;
    t->done = 1;
    post_judge(answer, clock_now(), &t->outcome);
}

static int by_webhook(const struct keypair *pair, const struct delivery *d, struct test *t,
                      struct err *e)
{
    struct http *http = NULL;
    int rc = http_create(&http, NULL, e);
    if (rc == 0)
        rc = post_send(http, pair, d, 1, posted, t, e);
    while (rc == 0 && !t->done) {
        http_step(http);
        if (!t->done && http_wait(http, NULL, 0, WAIT_MS))
            rc = err_set(e, ERR_SYSTEM, "%s", _("The answer cannot be waited for."));
    }
    http_destroy(http);
    return rc;
}

static int by_mail(struct cli *cli, const struct delivery *d, struct test *t)
{
    struct str text;
    struct mailer mailer = {.fd = -1};
    struct err why = {0};
    const char *command = NULL;
    int rc = poll_sendmail(cli, &command);
    if (rc < 0)
        return rc;
    str_init(&text, LETTER_MAX);
    letter_write(&text, d, 0);
    rc = mailer_start(&mailer, command, &text, clock_mono_ms(), &cli->err);
    while (rc == 0 && mailer_step(&mailer, clock_mono_ms()))
        (void)poll(NULL, 0, LOOK_MS);
    if (rc == 0 && mailer_end(&mailer, &why) == 0)
        t->outcome.ok = 1;
    (void)snprintf(t->outcome.answer, sizeof t->outcome.answer, "%.200s",
                   t->outcome.ok ? _("the mail was taken") : why.text);
    mailer_stop(&mailer);
    str_finish(&text);
    return rc;
}

static void tell(const struct cli *cli, const struct delivery *d, const struct test *t)
{
    char line[LINE_TEXT];
    if (!cli->json) {
        (void)snprintf(line, sizeof line, "%s: %s: %s\n", d->channel.name, d->channel.target,
                       t->outcome.answer);
        cli_print(line);
        return;
    }
    struct json_object *o = json_object_new_object();
    json_put(o, "channel", json_make_string(d->channel.name));
    json_put(o, "target", json_make_string(d->channel.target));
    json_put(o, "delivery", json_make_string(d->id));
    json_put(o, "ok", json_make_boolean(t->outcome.ok));
    json_put(o, "answer", json_make_string(t->outcome.answer));
    json_write(stdout, o, 0);
}

int channel_test(struct cli *cli, const struct keypair *pair, struct delivery *d)
{
    struct test t = {0};
    post_new_id(d->id);
    int rc =
        d->channel.kind == CHANNEL_MAIL ? by_mail(cli, d, &t) : by_webhook(pair, d, &t, &cli->err);
    if (rc < 0)
        return rc;
    tell(cli, d, &t);
    return t.outcome.ok ? 0
                        : err_set(&cli->err, ERR_FAILURE,
                                  _("the channel did not take the test: %s"), t.outcome.answer);
}
