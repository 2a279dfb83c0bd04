#ifndef VIGIE_OPENAI_JUDGE_H
#define VIGIE_OPENAI_JUDGE_H

#include "model/health.h"
#include "openai/http.h"
#include "openai/models.h"

/* QUESTION_OBJECT: any JSON object. */
enum question { QUESTION_MODELS, QUESTION_COSTS, QUESTION_USAGE, QUESTION_OBJECT };

/* One answer to a verdict, by code before status and never by words (the text "Missing scopes"
 * apart, which has no code); fills the evidence, scrubbed and without anything like a key. A 200
 * whose body is not what the question promises is VERDICT_TROUBLE; a cancelled one is
 * VERDICT_NEVER. now: for Retry-After as a date. The order is that of OpenAI's error guide: no
 * status, 200, money codes, 429, 401/403, 5xx. What is not OpenAI's JSON says nothing about a key:
 * it is VERDICT_TROUBLE, but for 429. */
enum verdict judge(const struct http_answer *answer, enum question question, int64_t now,
                   struct evidence *out);

/* The same for many answers: models holds the list of QUESTION_MODELS afterwards, so that
 * models_words follows without another parse. */
enum verdict judge_with(struct models *models, const struct http_answer *answer,
                        enum question question, int64_t now, struct evidence *out);

/* Seconds that an answer asks to wait: retry-after-ms, then Retry-After in seconds or as an HTTP
 * date; 0 when absent, negative or garbage; rounded up; capped at SCHEDULE_WAIT_MAX_S. NULL is
 * absent. */
int retry_after_s(const char *retry_after, const char *retry_after_ms, int64_t now);

/* Writes text scrubbed, bounded and with each thing like "sk-..." replaced by "sk-…". */
void redact(char *out, size_t size, const char *bytes, size_t len);

#endif
