#include "config.h"

#include "cli/locale.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *value(const char *name)
{
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}

/* The first of the variables by which setlocale finds a category. */
static const char *wanted(const char *category)
{
    const char *v = value("LC_ALL");
    if (!v)
        v = value(category);
    return v ? v : value("LANG");
}

static int is_utf8(const char *locale)
{
    const char *codeset = locale ? strchr(locale, '.') : NULL;
    return codeset &&
           (strncasecmp(codeset, ".UTF-8", 6) == 0 || strncasecmp(codeset, ".UTF8", 5) == 0);
}

static void fall_back(void)
{
    char language[32];
    const char *messages = wanted("LC_MESSAGES");
    if (!is_utf8(wanted("LC_CTYPE")) || !setlocale(LC_ALL, "C.UTF-8"))
        return;
    if (!messages || value("LANGUAGE") || strlen(messages) >= sizeof language)
        return;
    (void)snprintf(language, sizeof language, "%.*s", (int)strcspn(messages, ".@"), messages);
    if (strcmp(language, "C") != 0 && strcmp(language, "POSIX") != 0)
        (void)setenv("LANGUAGE", language, 1);
}

void locale_start(void)
{
    const char *folder = value("VIGIE_LOCALEDIR");
    if (!setlocale(LC_ALL, ""))
        fall_back();
    (void)setlocale(LC_NUMERIC, "C");
    (void)bindtextdomain(PACKAGE, folder ? folder : LOCALEDIR);
    (void)bind_textdomain_codeset(PACKAGE, "UTF-8");
    (void)textdomain(PACKAGE);
}
