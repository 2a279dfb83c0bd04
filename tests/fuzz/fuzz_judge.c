/* Any answer: a status, what curl said, a question, lines for the headers and the body. Whatever
 * comes, a verdict of the list, evidence that is clean and bounded and holds nothing like a key,
 * and a wait within its cap; an error alone never makes a key good. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"
#include "openai/judge.h"

#include <string.h>

enum { HEAD = 4, LINES = 4, LINE = 128 };

/* Takes a line off the input. */
static void take_line(const uint8_t **data, size_t *size, char out[LINE])
{
    const uint8_t *end = memchr(*data, '\n', *size);
    size_t len = end ? (size_t)(end - *data) : *size;
    size_t fit = len < LINE ? len : LINE - 1;
    memcpy(out, *data, fit);
    out[fit] = '\0';
    *data += len + (end != NULL);
    *size -= len + (end != NULL);
}

static void is_clean(const char *text, size_t size)
{
    int32_t cp = 0;
    PROMISE(memchr(text, '\0', size));
    for (int n; (n = text_decode(text, &cp)) > 0; text += n) {
        PROMISE(cp >= 0 && !text_is_harmful(cp));
        PROMISE(strncasecmp(text, "sk-", 3) != 0 || strncmp(text + 3, "…", 3) == 0 ||
                strlen(text) <= 5);
    }
}

static void is_evidence(const struct evidence *e)
{
    is_clean(e->code, sizeof e->code);
    is_clean(e->request_id, sizeof e->request_id);
    is_clean(e->message, sizeof e->message);
    is_clean(e->host, sizeof e->host);
    PROMISE(e->retry_after_s >= 0 && e->retry_after_s <= SCHEDULE_WAIT_MAX_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct evidence e;
    char line[LINES][LINE];
    if (size < HEAD)
        return 0;
    struct http_answer a = {.status = data[0] * 4 + data[1] % 4, .curl = data[2] % 100};
    enum question question = (enum question)(data[3] % 3);
    a.sent = data[3] / 3 % 2;
    a.dns_ms = a.connect_ms = a.tls_ms = a.first_ms = a.total_ms = a.sent - 1;
    data += HEAD;
    size -= HEAD;
    for (int i = 0; i < LINES; i++)
        take_line(&data, &size, line[i]);
    char *body = malloc(size + 1);
    PROMISE(body);
    memcpy(body, data, size);
    body[size] = '\0';
    a.body = body;
    a.len = size;
    a.retry_after = line[0];
    a.retry_after_ms = line[1];
    a.request_id = line[2];
    a.content_type = line[3];
    a.organization = a.project = a.date = a.location = a.should_retry = "";
    memcpy(a.error, line[3], LINE);
    memcpy(a.host, line[2], LINE);
    enum verdict v = judge(&a, question, 784111777, &e);
    PROMISE(v > VERDICT_NEVER && v < VERDICT_COUNT);
    PROMISE(v != VERDICT_VALID || (a.status == 200 && a.curl == 0));
    PROMISE(v != VERDICT_LIMITED || a.status == 401 || a.status == 403);
    PROMISE(v != VERDICT_REVOKED || ((a.status == 401 || a.status == 403) && a.curl == 0));
    is_evidence(&e);
    free(body);
    return 0;
}
