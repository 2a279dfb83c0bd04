/* Any text as an amount: a number keeps its digits, everything else comes back as it is, no buffer
 * is passed. The first byte sets the size of the buffer. */
#include "config.h"

#include "fuzz.h"

#include "model/gauge.h"

#include <string.h>

static int is_decimal(const char *text)
{
    text += *text == '-';
    size_t whole = strspn(text, "0123456789");
    text += whole;
    if (whole > 0 && *text == '.') {
        size_t fraction = strspn(text + 1, "0123456789");
        whole = fraction;
        text += 1 + fraction;
    }
    return whole > 0 && *text == '\0';
}

/* The digits and mark of what was shown must be those of the amount, less leading zeros and what is
 * cut behind. */
static void same_digits(const char *shown, const char *amount)
{
    amount += *amount == '-';
    shown += *shown == '-';
    while (amount[0] == '0' && amount[1] >= '0' && amount[1] <= '9')
        amount++;
    for (; *shown; shown++) {
        if (*shown == ' ')
            continue;
        if (*amount)
            PROMISE(*shown == *amount++);
        else
            PROMISE(*shown == '0' || *shown == '.');
    }
}

static void tried(const char *text, size_t size, void (*format)(char *, size_t, const char *))
{
    char buf[300];
    memset(buf, 'Z', sizeof buf);
    format(buf, size, text);
    PROMISE(buf[size] == 'Z');
    if (size == 0)
        return;
    PROMISE(memchr(buf, '\0', size));
    size_t len = strlen(buf);
    if (!is_decimal(text))
        PROMISE(strncmp(buf, text, len) == 0);
    else if (len > 0 && buf[len - 1] != '~')
        same_digits(buf, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *text = malloc(size);
    PROMISE(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    tried(text, data[0], money_format);
    tried(text, data[0], money_exact);
    char count[MONEY_TEXT_MAX];
    count_text_format(count, sizeof count, text);
    PROMISE(memchr(count, '\0', sizeof count));
    free(text);
    return 0;
}
