#ifndef VIGIE_CLI_HEALTH_TEXT_H
#define VIGIE_CLI_HEALTH_TEXT_H

#include "base/str.h"
#include "cli/print.h"
#include "model/health.h"

/* What probes and accounts know, in words for people, translated. now is the present instant. */

enum print_role verdict_role(enum verdict verdict);

/* "3 m ago", "in 40 s"; "-" when at is 0. */
void text_age(struct str *out, int64_t at, int64_t now);
/* "2026-11-22 14:45 CET (3 m ago)"; "-" when at is 0. */
void text_when(struct str *out, int64_t at, int64_t now);

/* "HTTP 401, invalid_api_key, request req_1: Incorrect API key …" in one line. */
void text_evidence(struct str *out, const struct evidence *v);
/* "12 ms (median of 30: 14 ms)"; "-" when nothing was measured. */
void text_latency(struct str *out, const struct health *h);
/* Fields for a sheet, label columns wide; h and f may be NULL. */
void health_print(const struct print *print, int label, const struct health *h, int64_t now);
void figures_print(const struct print *print, int label, const struct figures *f);

enum { HEALTH_TEXT_MAX = 4096 };

#endif
