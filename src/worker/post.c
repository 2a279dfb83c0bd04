#include "config.h"

#include "worker/post.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "db/row_health.h"
#include "openai/judge.h"
#include "secret/hmac.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_TEXT = HMAC_HEX + 8, STAMP_TEXT = 24, UUID_BYTES = 16, WORDS_MAX = ALERT_WORDS };
enum { HTTP_OK = 200, HTTP_MOVED = 300, HTTP_WRONG = 400, HTTP_TIMEOUT = 408, HTTP_EARLY = 425 };
enum { HTTP_CALM = 429, HTTP_TROUBLE = 500, REST_MAX_S = 3600 };

int post_pack(struct secret *out, const char *url, const struct secret *secret, struct err *e)
{
    char text[SECRET_MAX + 1];
    int loopback = 0;
    int rc = http_check_url(url, &loopback, e);
    if (rc < 0)
        return rc;
    if (secret->len < CHANNEL_SECRET_MIN || secret->len > CHANNEL_SECRET_MAX)
        return err_set(e, ERR_LIMIT,
                       _("The secret of a webhook has from %d to %d bytes: so it signs well."),
                       CHANNEL_SECRET_MIN, CHANNEL_SECRET_MAX);
    int len = snprintf(text, sizeof text, "%s\n%s", url, secret->text);
    rc = secret_set(out, text, (size_t)len, e);
    secret_wipe(text, sizeof text);
    return rc;
}

/* "" is null. */
static void given(struct str *out, const char *key, const char *text)
{
    json_text(out, key, text[0] ? text : NULL);
}

static void alert_json(struct str *out, const struct alert *a, const char *kind, const char *words)
{
    char at[CLOCK_TEXT_MAX];
    clock_iso(at, a->raised_at);
    given(out, "id", a->id);
    json_text(out, "kind", kind);
    json_text(out, "gravity", gravity_word(a->gravity));
    given(out, "organisation", a->organisation);
    given(out, "subject", a->subject);
    given(out, "period", a->period);
    if (a->threshold > 0)
        json_number(out, "threshold", a->threshold);
    else
        json_text(out, "threshold", NULL);
    given(out, "value", a->value);
    given(out, "limit", a->limit);
    given(out, "currency", a->currency);
    json_text(out, "words", words);
    json_text(out, "raised_at", at);
}

static void test_json(struct str *out, const struct channel *channel)
{
    char words[WORDS_MAX];
    struct alert a = {.gravity = GRAVITY_INFO, .raised_at = clock_now()};
    (void)snprintf(words, sizeof words, _("This is a test of the channel %s; nothing is wrong."),
                   channel->name);
    (void)snprintf(a.organisation, sizeof a.organisation, "%s", channel->organisation);
    (void)snprintf(a.subject, sizeof a.subject, "%s", channel->name);
    alert_json(out, &a, "test", words);
}

void post_body(struct str *out, const char *delivery, const struct alert *alert,
               const struct channel *channel)
{
    char words[WORDS_MAX];
    (void)str_add_char(out, '{');
    json_number(out, "version", 1);
    json_text(out, "delivery", delivery);
    (void)str_add(out, "\"alert\":{");
    if (alert) {
        alert_words(words, alert);
        alert_json(out, alert, alert_word(alert->kind), words);
    } else {
        test_json(out, channel);
    }
    json_close(out, '}');
    (void)str_add_char(out, '}');
}

/* The URL in front, the secret behind: both in packed. */
static int unpack(const struct delivery *d, const struct keypair *pair, struct secret *packed,
                  char **key, struct err *e)
{
    int loopback = 0;
    if (!pair || d->sealed_len == 0)
        return err_set(e, ERR_DENIED, "%s",
                       _("The channel is not sealed to this program yet: another one that holds it "
                         "will do so."));
    int rc = unseal(pair, d->sealed, d->sealed_len, packed, e);
    if (rc < 0)
        return rc;
    *key = strchr(packed->text, '\n');
    if (!*key)
        return err_set(e, ERR_DENIED, "%s", _("What is sealed of the channel cannot be read."));
    *(*key)++ = '\0';
    rc = http_check_url(packed->text, &loopback, e);
    if (rc == 0 && loopback && !d->channel.by_admin)
        rc = err_set(e, ERR_DENIED, "%s",
                     _("A webhook to this machine itself is for administrators to make."));
    return rc;
}

static int send_signed(struct http *h, const struct delivery *d, int test, const char *url,
                       const char *key, http_done done, void *arg, struct err *e)
{
    char mac[HMAC_HEX];
    char signature[SIGNATURE_TEXT];
    char stamp[STAMP_TEXT];
    struct str body;
    str_init(&body, POST_BODY_MAX);
    post_body(&body, d->id, test ? NULL : &d->alert, &d->channel);
    (void)snprintf(stamp, sizeof stamp, "%lld", (long long)clock_now());
    hmac_sha256(mac, key, strlen(key), stamp, str_get(&body), '.');
    (void)snprintf(signature, sizeof signature, "sha256=%s", mac);
    const struct http_header extra[HTTP_EXTRA] = {{"X-Vigie-Delivery: ", d->id},
                                                  {"X-Vigie-Timestamp: ", stamp},
                                                  {"X-Vigie-Signature: ", signature}};
    const struct http_request request = {
        .url = url, .json = str_get(&body), .extra = extra, .elsewhere = 1};
    int rc = http_send(h, &request, done, arg, e);
    str_finish(&body);
    return rc;
}

int post_send(struct http *h, const struct keypair *pair, const struct delivery *d, int test,
              http_done done, void *arg, struct err *e)
{
    struct secret packed;
    char *key = NULL;
    secret_init(&packed);
    int rc = unpack(d, pair, &packed, &key, e);
    if (rc == 0 && key)
        rc = send_signed(h, d, test, packed.text, key, done, arg, e);
    secret_finish(&packed);
    return rc;
}

static int is_absent(int status)
{
    return status >= HTTP_TROUBLE || status == HTTP_TIMEOUT || status == HTTP_EARLY ||
           status == HTTP_CALM;
}

void post_judge(const struct http_answer *answer, int64_t now, struct delivered *out)
{
    int whole = answer->curl == CURLE_OK;
    out->ok = whole && answer->status >= HTTP_OK && answer->status < HTTP_MOVED;
    out->absent = !out->ok && (!whole || is_absent(answer->status));
    int rest = out->absent && whole ? retry_after_s(answer->retry_after, "", now) : 0;
    out->rest_s = rest < 0 ? 0 : rest < REST_MAX_S ? rest : REST_MAX_S;
    if (!whole) {
        char *clean = text_scrub(answer->error, strlen(answer->error), CHANNEL_ANSWER - 1);
        (void)snprintf(out->answer, sizeof out->answer, "%s", clean);
        free(clean);
    } else if (answer->status >= HTTP_MOVED && answer->status < HTTP_WRONG) {
        (void)snprintf(out->answer, sizeof out->answer,
                       _("HTTP %d: it sends elsewhere, which is not followed"), answer->status);
    } else {
        (void)snprintf(out->answer, sizeof out->answer, _("HTTP %d in %d ms"), answer->status,
                       answer->total_ms);
    }
}

/* Version 4 of RFC 4122. */
void post_new_id(char out[UUID_TEXT])
{
    enum { VERSION_AT = 6, VARIANT_AT = 8 };
    unsigned char b[UUID_BYTES];
    size_t n = 0;
    arc4random_buf(b, sizeof b);
    b[VERSION_AT] = (unsigned char)((b[VERSION_AT] & 0x0f) | 0x40);
    b[VARIANT_AT] = (unsigned char)((b[VARIANT_AT] & 0x3f) | 0x80);
    for (size_t i = 0; i < UUID_BYTES; i++) {
        int dash = i == 4 || i == 6 || i == 8 || i == 10;
        n += (size_t)snprintf(out + n, UUID_TEXT - n, "%s%02x", dash ? "-" : "", b[i]);
    }
}
