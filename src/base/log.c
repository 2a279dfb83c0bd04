#include "config.h"

#include "base/log.h"

#include "base/clock.h"
#include "base/text.h"

#include <ctype.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct log_line ring[LOG_RING];
static uint64_t written;
static FILE *file;

static const char *const names[] = {"error", "warn", "info", "debug"};

const char *log_level_name(enum log_level level)
{
    return names[level];
}

int log_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "a");
    if (!f) {
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    log_close();
    (void)pthread_mutex_lock(&lock);
    file = f;
    (void)pthread_mutex_unlock(&lock);
    return 0;
}

void log_close(void)
{
    (void)pthread_mutex_lock(&lock);
    if (file)
        (void)fclose(file);
    file = NULL;
    (void)pthread_mutex_unlock(&lock);
}

enum { KEY_MIN = 16 };

static size_t key_len(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '-' || p[n] == '_')
        n++;
    return n;
}

/* Behind "sk-" whatever could be a key; inside a word ("task-force") only what is as long as one.
 */
static void mask_keys(char *text)
{
    for (char *p = text; (p = strstr(p, "sk-")); p += 3) {
        size_t n = key_len(p + 3);
        if (p == text || !isalnum((unsigned char)p[-1]) || n >= KEY_MIN)
            memset(p + 3, '*', n);
    }
}

static void mask_urls(char *text)
{
    for (char *p = text; (p = strstr(p, "://")); p += 3) {
        char *at = p + 3 + strcspn(p + 3, "/ @");
        char *colon = strchr(p + 3, ':');
        if (*at == '@' && colon && colon < at)
            memset(colon + 1, '*', (size_t)(at - colon - 1));
    }
}

static void mask_quoted(char *p)
{
    char quote = *p++;
    for (; *p && *p != quote; p++) {
        if (*p == '\\' && p[1])
            *p++ = '*';
        *p = '*';
    }
}

/* The value behind a label and its "=", ":" or blanks; a bare word after a blank alone is a
 * sentence, not a value. */
static void mask_value(char *p)
{
    char *mark = p + strspn(p, " \"'");
    int assigned = *mark == '=' || *mark == ':';
    if (assigned)
        p = mark + 1;
    p += strspn(p, " ");
    if (*p == '\'' || *p == '"')
        mask_quoted(p);
    else if (assigned)
        memset(p, '*', strcspn(p, " &\"',;"));
}

void log_redact(char *text)
{
    static const char *const labels[] = {"password", "passwd", "api_key", "apikey", "secret"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        for (char *p = text; (p = strcasestr(p, labels[i]));) {
            p += strlen(labels[i]);
            mask_value(p);
        }
    for (char *p = text; (p = strcasestr(p, "bearer "));) {
        p += strlen("bearer ");
        memset(p, '*', strcspn(p, " \"',;"));
    }
    mask_keys(text);
    mask_urls(text);
}

static void to_file(const struct log_line *line)
{
    char at[CLOCK_TEXT_MAX];
    if (!file)
        return;
    clock_iso(at, line->at);
    if (fprintf(file, "%s %-5s %s\n", at, names[line->level], line->text) < 0 || fflush(file)) {
        (void)fclose(file);
        file = NULL;
    }
}

void log_write(enum log_level level, const char *fmt, ...)
{
    char raw[LOG_LINE_MAX * 2];
    struct log_line line = {.at = clock_now(), .level = level};
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof raw, fmt, args);
    va_end(args);
    if (n < 0)
        return;
    log_redact(raw);
    char *clean = text_scrub(raw, strlen(raw), sizeof line.text - 1);
    (void)snprintf(line.text, sizeof line.text, "%s", clean);
    free(clean);
    (void)pthread_mutex_lock(&lock);
    ring[written % LOG_RING] = line;
    written++;
    to_file(&line);
    (void)pthread_mutex_unlock(&lock);
}

size_t log_copy(struct log_line *out, size_t max)
{
    (void)pthread_mutex_lock(&lock);
    uint64_t have = written < LOG_RING ? written : LOG_RING;
    uint64_t n = have < max ? have : max;
    for (uint64_t i = 0; i < n; i++)
        out[i] = ring[(written - n + i) % LOG_RING];
    (void)pthread_mutex_unlock(&lock);
    return (size_t)n;
}

uint64_t log_count(void)
{
    (void)pthread_mutex_lock(&lock);
    uint64_t n = written;
    (void)pthread_mutex_unlock(&lock);
    return n;
}
