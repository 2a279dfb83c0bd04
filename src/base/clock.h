#ifndef VIGIE_BASE_CLOCK_H
#define VIGIE_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* The only source of time. Instants are seconds since the epoch, UTC; durations are milliseconds of
 * a clock that never jumps. Any thread. */
int64_t clock_now(void);
int64_t clock_mono_ms(void);

/* For tests: clock_now answers this instant until called with a negative one. */
void clock_set(int64_t now);

enum { CLOCK_TEXT_MAX = 64 };

/* "2026-11-22T13:45:00Z"; buf has CLOCK_TEXT_MAX bytes. */
void clock_iso(char buf[CLOCK_TEXT_MAX], int64_t at);

/* "2026-11-22 14:45 CET": the person's time zone, named. */
void clock_local(char buf[CLOCK_TEXT_MAX], int64_t at);

/* Reads "YYYY-MM-DDTHH:MM:SS[.ffffff]Z" of the years 0001 to 9999, strictly; the fraction is
 * dropped. Returns 0, or -1 when it is not one. */
int clock_parse_iso(const char *text, int64_t *at);

/* Starts of the UTC day and month that contain an instant, and of the ones that follow. */
int64_t clock_day_start(int64_t at);
int64_t clock_day_next(int64_t at);
int64_t clock_month_start(int64_t at);
int64_t clock_month_next(int64_t at);

#endif
