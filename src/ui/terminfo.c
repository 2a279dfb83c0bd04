#include "config.h"

#include "ui/terminfo.h"

#include "base/i18n.h"

#include <curses.h>
#include <string.h>
#include <term.h>

static int cure(struct err *e)
{
    return err_cure(e, "%s",
                    _("Set TERM to what the terminal is, for example TERM=xterm-256color or "
                      "TERM=vt100; `vigie list` "
                      "prints without a screen."));
}

int terminfo_refuse(struct err *e, const char *type)
{
    (void)err_set(e, ERR_TERMINAL, _("A terminal of the kind “%.60s” cannot show the console."),
                  type);
    return cure(e);
}

const char *terminfo_text(const char *name)
{
    const char *value = tigetstr(name);
    return value && value != (const char *)-1 ? value : NULL;
}

int terminfo_check(const char *type, int fd, struct err *e)
{
    int status = 0;
    if (!type || !*type) {
        (void)err_set(e, ERR_TERMINAL, "%s",
                      _("TERM is not set: the kind of terminal is not known."));
        return cure(e);
    }
    if (setupterm(type, fd, &status) == ERR) {
        if (status < 0)
            (void)err_set(
                e, ERR_TERMINAL,
                _("There is no terminal database to look “%.60s” up in (package ncurses-base)."),
                type);
        else
            (void)err_set(e, ERR_TERMINAL, _("The kind of terminal “%.60s” is not known here."),
                          type);
        return cure(e);
    }
    int usable = terminfo_text("cup") != NULL;
    (void)del_curterm(cur_term);
    return usable ? 0 : terminfo_refuse(e, type);
}

size_t terminfo_append(char *out, size_t size, size_t at, const char *text)
{
    while (text && *text) {
        if (text[0] == '$' && text[1] == '<') {
            const char *end = strchr(text, '>');
            if (!end)
                break;
            text = end + 1;
            continue;
        }
        if (at < size)
            out[at++] = *text;
        text++;
    }
    return at;
}
