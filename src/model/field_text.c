#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/field_part.h"

#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 200, EMAIL_MAX = 254, LOCAL_MAX = 64 };

int field_is_harmless(const char *text)
{
    size_t len = strlen(text);
    char *clean = text_scrub(text, len, len);
    int same = strcmp(clean, text) == 0;
    mem_wipe(clean, strlen(clean));
    free(clean);
    return same;
}

static int has_blank(const char *text)
{
    return strpbrk(text, " \t\n\r\v\f") || strstr(text, "\u00a0") || strstr(text, "\u202f") ||
           strstr(text, "\u2009");
}

static int is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return 0;
    return 1;
}

static int starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum field_grade shape_of_id(const struct check *c)
{
    const char *prefix = c->field == FIELD_OF_PROJECT ? "proj_" : "org-";
    if (c->len == 0)
        return FIELD_FINE;
    if (has_blank(c->text) || !is_ascii(c->text))
        return check_warn(
            c, _("OpenAI's ids have no blanks and no characters outside ASCII: look again."));
    if (!starts(c->text, prefix))
        return check_warn(c, _("OpenAI's ids of this kind begin with %s: look again."), prefix);
    return FIELD_FINE;
}

enum field_grade check_text(const struct check *c)
{
    if (c->len > ID_MAX)
        return check_bad(c, _("That is too long: %d bytes are the most."), ID_MAX);
    if (!field_is_harmless(c->text))
        return check_bad(c, _("The text holds characters that cannot be shown; type it anew."));
    enum field_grade grade = check_take(c, c->text);
    return grade == FIELD_FINE ? shape_of_id(c) : grade;
}

static int is_host(const char *host)
{
    size_t len = strlen(host);
    return len > 0 && !strchr(host, '@') && strchr(host, '.') && host[0] != '.' && host[0] != '-' &&
           host[len - 1] != '.' && host[len - 1] != '-' && !strstr(host, "..") &&
           !strpbrk(host, "()<>[]:;,\\\"/");
}

static int is_mailbox(const char *text, size_t len)
{
    return len > 0 && len <= LOCAL_MAX && text[0] != '.' && text[len - 1] != '.' &&
           strcspn(text, "()<>[]:;,\\\"") >= len;
}

enum field_grade check_email(const struct check *c)
{
    char quote[CHECK_QUOTE];
    const char *at = strchr(c->text, '@');
    if (!field_is_harmless(c->text))
        return check_bad(c, _("The text holds characters that cannot be shown; type it anew."));
    if (c->len > EMAIL_MAX)
        return check_bad(c, _("That is too long: %d bytes are the most."), EMAIL_MAX);
    if (!at || has_blank(c->text) || !is_mailbox(c->text, (size_t)(at - c->text)) ||
        !is_host(at + 1))
        return check_bad(c, _("“%s” is not an e-mail address: name@domain.example is wanted."),
                         check_quote(c, quote));
    return check_take(c, c->text);
}

static int has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return *text != '\t';
    return 0;
}

static enum field_grade shape_of_key(const struct check *c)
{
    if (has_blank(c->text) || !is_ascii(c->text))
        return check_warn(c, _("An OpenAI key has no blanks and no characters outside ASCII: this "
                               "one cannot be used; look again."));
    if (starts(c->text, "sk-admin-"))
        return check_warn(c, _("This is an admin key: applications cannot use it for models."));
    if (!starts(c->text, "sk-"))
        return check_warn(c, _("OpenAI's keys begin with sk-; this one does not: look again."));
    return FIELD_FINE;
}

/* No sentence may quote what was typed. */
enum field_grade check_secret(const struct check *c)
{
    if (c->len >= KEY_TEXT_MAX)
        return check_bad(c, _("That is too long for a key: %d bytes are the most."),
                         KEY_TEXT_MAX - 1);
    if (has_control(c->text) || !field_is_harmless(c->text))
        return check_bad(c, _("The key holds characters that cannot be shown; paste it anew."));
    enum field_grade grade = check_take(c, c->text);
    if (grade == FIELD_FINE)
        grade = shape_of_key(c);
    if (grade == FIELD_FINE && c->facts->key_elsewhere > 0)
        return check_warn(c,
                          ngettext("%d other connexion has the same key.",
                                   "%d other connexions have the same key.",
                                   (unsigned long)c->facts->key_elsewhere),
                          c->facts->key_elsewhere);
    return grade;
}
