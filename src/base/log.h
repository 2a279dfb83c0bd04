#ifndef VIGIE_BASE_LOG_H
#define VIGIE_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

enum { LOG_LINE_MAX = 400, LOG_RING = 512 };

struct log_line {
    int64_t at;
    enum log_level level;
    char text[LOG_LINE_MAX];
};

/* Lines go to a ring in memory, read by the log screen, and to a file when one is open (append,
 * 0600); never to the terminal. Text is scrubbed and whatever looks like a key or a pass word is
 * masked. Any thread. */
int log_open(const char *path);
void log_close(void);
void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Copies the newest lines, oldest first, at most max of them; returns how many. */
size_t log_copy(struct log_line *out, size_t max);

/* Number of lines written since the start: tells whether a copy is stale. */
uint64_t log_count(void);

/* Masks what looks like a secret, in place: sk-…, password=…, PASSWORD '…', "api_key": "…", Bearer
 * …, postgresql://user:…@. */
void log_redact(char *text);

const char *log_level_name(enum log_level level);

#endif
