#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_is_interactive(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

void cli_progress(const struct cli *cli, const char *text)
{
    if (!isatty(STDERR_FILENO))
        return;
    cli_write(stderr, cli->program);
    cli_write(stderr, ": ");
    cli_write(stderr, text);
    cli_write(stderr, "\n");
}

static void show(const char *question, const char *fallback)
{
    cli_write(stderr, question);
    if (fallback && *fallback) {
        cli_write(stderr, " [");
        cli_write(stderr, fallback);
        cli_write(stderr, "]");
    }
    cli_write(stderr, _(": "));
}

int cli_ask(const char *question, const char *fallback, char *out, size_t size, struct err *e)
{
    char *line = NULL;
    size_t cap = 0;
    show(question, fallback);
    ssize_t len = getline(&line, &cap, stdin);
    if (len < 0) {
        free(line);
        cli_write(stderr, "\n");
        return err_set(e, ERR_TERMINAL, _("the input ended before the answer"));
    }
    line[strcspn(line, "\r\n")] = '\0';
    char *text = line + strspn(line, " \t");
    size_t n = strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    int rc = 0;
    char *clean = text_scrub(text, n, size);
    const char *answer = n == 0 && fallback ? fallback : clean;
    if (strlen(answer) >= size)
        rc = err_set(e, ERR_LIMIT, _("the answer is longer than %zu bytes"), size - 1);
    else
        (void)snprintf(out, size, "%s", answer);
    free(clean);
    free(line);
    return rc;
}
