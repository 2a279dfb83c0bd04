#include "config.h"

#include "openai/judge.h"

#include "openai/body.h"

#include <string.h>

enum { ERROR_BODY_MAX = 64 * 1024 };

/* What an error body says. */
struct fault {
    int is_json;
    char code[EVIDENCE_CODE], type[EVIDENCE_CODE];
};

/* Statuses that a code counts under. */
static int any(int status)
{
    (void)status;
    return 1;
}

static int access_refused(int status)
{
    return status == 401 || status == 403;
}

static int refused(int status)
{
    return status >= 400 && status < 500;
}

static const struct {
    const char *word;
    int (*counts)(int status);
    enum verdict verdict;
} codes[] = {
#define ANY any
#define ACCESS access_refused
#define REFUSED refused
#define CODE(word, where, verdict) {word, where, VERDICT_##verdict},
#include "openai/code.def"
#undef CODE
#undef REFUSED
#undef ACCESS
#undef ANY
};

/* VERDICT_NEVER when the word tells nothing. */
static enum verdict by_code(const char *word, int status)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(codes[i].word, word) == 0 && codes[i].counts(status))
            return codes[i].verdict;
    return VERDICT_NEVER;
}

static int reached(const struct http_answer *a)
{
    return a->sent || a->tls_ms >= 0 || a->first_ms >= 0 || a->status > 0;
}

/* No whole answer: a stream that broke after the request was sent is OpenAI's, before it ours. */
static enum verdict by_curl(const struct http_answer *a)
{
    switch (a->curl) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return VERDICT_NETWORK;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
        return VERDICT_TLS;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return VERDICT_SETTINGS;
    case CURLE_GOT_NOTHING:
        return VERDICT_TROUBLE;
    default:
        return reached(a) ? VERDICT_TROUBLE : VERDICT_NETWORK;
    }
}

static void put_text(char *out, size_t size, struct json_object *text)
{
    if (json_object_is_type(text, json_type_string))
        redact(out, size, json_object_get_string(text), (size_t)json_object_get_string_len(text));
}

/* {"error": {"message", "type", "code"}}, or the message alone as a string. */
static void read_fault(const struct http_answer *a, struct fault *fault, struct evidence *out)
{
    struct json_object *root = a->len <= ERROR_BODY_MAX ? body_parse(a->body, a->len) : NULL;
    struct json_object *error = body_member(root, "error");
    int is_object = json_object_is_type(error, json_type_object);
    fault->is_json = is_object || json_object_is_type(error, json_type_string);
    put_text(out->message, sizeof out->message, is_object ? body_member(error, "message") : error);
    put_text(fault->code, sizeof fault->code, body_member(error, "code"));
    put_text(fault->type, sizeof fault->type, body_member(error, "type"));
    memcpy(out->code, fault->code[0] ? fault->code : fault->type, sizeof out->code);
    json_object_put(root);
    if (!fault->is_json)
        redact(out->message, sizeof out->message, a->content_type, strlen(a->content_type));
}

static enum verdict by_status(const struct http_answer *a, const struct fault *fault,
                              const struct evidence *out)
{
    if (a->status == 429)
        return VERDICT_RATE_LIMITED;
    if (a->status == 407 || a->status == 511)
        return VERDICT_NETWORK;
    if (!fault->is_json || a->status < 400 || a->status == 408 || a->status >= 500)
        return VERDICT_TROUBLE;
    if (access_refused(a->status) && strcasestr(out->message, "missing scopes"))
        return VERDICT_LIMITED;
    return VERDICT_SETTINGS;
}

static enum verdict by_fault(const struct http_answer *a, struct evidence *out)
{
    struct fault fault = {0};
    read_fault(a, &fault, out);
    if (a->status < 400)
        return VERDICT_TROUBLE;
    enum verdict verdict = by_code(fault.code, a->status);
    if (verdict == VERDICT_NEVER)
        verdict = by_code(fault.type, a->status);
    return verdict != VERDICT_NEVER ? verdict : by_status(a, &fault, out);
}

/* Buckets: what is inside is for costs.h. */
static int is_page(const char *body, size_t len)
{
    struct json_object *root = body_parse(body, len);
    int good = json_object_is_type(body_member(root, "data"), json_type_array);
    json_object_put(root);
    return good;
}

static int is_object(const char *body, size_t len)
{
    struct json_object *root = body_parse(body, len);
    int good = json_object_is_type(root, json_type_object);
    json_object_put(root);
    return good;
}

static int is_promised(struct models *models, const struct http_answer *a, enum question question)
{
    if (question == QUESTION_MODELS)
        return models_read(models, a->body, a->len) == 0;
    if (question == QUESTION_OBJECT)
        return is_object(a->body, a->len);
    return is_page(a->body, a->len);
}

static void put_evidence(const struct http_answer *a, int64_t now, struct evidence *out)
{
    *out = (struct evidence){
        .http = a->status,
        .curl = a->curl,
        .dns_ms = a->dns_ms,
        .connect_ms = a->connect_ms,
        .tls_ms = a->tls_ms,
        .first_ms = a->first_ms,
        .total_ms = a->total_ms,
        .retry_after_s =
            a->status == 200 ? 0 : retry_after_s(a->retry_after, a->retry_after_ms, now),
    };
    if (a->request_id[0])
        redact(out->request_id, sizeof out->request_id, a->request_id, strlen(a->request_id));
    redact(out->host, sizeof out->host, a->host, strlen(a->host));
}

enum verdict judge_with(struct models *models, const struct http_answer *answer,
                        enum question question, int64_t now, struct evidence *out)
{
    put_evidence(answer, now, out);
    if (answer->cancelled)
        return VERDICT_NEVER;
    if (answer->curl != CURLE_OK) {
        redact(out->message, sizeof out->message, answer->error, strlen(answer->error));
        return by_curl(answer);
    }
    if (answer->status == 200 && is_promised(models, answer, question))
        return VERDICT_VALID;
    return by_fault(answer, out);
}

enum verdict judge(const struct http_answer *answer, enum question question, int64_t now,
                   struct evidence *out)
{
    struct models *models = models_create();
    enum verdict verdict = judge_with(models, answer, question, now, out);
    models_destroy(models);
    return verdict;
}
