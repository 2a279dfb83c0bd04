#include "config.h"

#include "db/sqlstate.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *state;
    enum err_code code;
    int show;
    const char *sentence;
    const char *cure;
} list[] = {
#define SQLSTATE(state, code, show, sentence, cure) {state, ERR_##code, show, sentence, cure},
#include "db/sqlstate.def"
#undef SQLSTATE
};

static size_t find(const char *sqlstate)
{
    size_t i = 0;
    while (strncmp(sqlstate, list[i].state, strlen(list[i].state)) != 0)
        i++;
    return i;
}

void sqlstate_clean(char out[SERVER_TEXT_MAX], const char *text)
{
    char *clean = text_scrub(text, strcspn(text, "\n"), SERVER_TEXT_MAX - 1);
    log_redact(clean);
    (void)snprintf(out, SERVER_TEXT_MAX, "%s", clean);
    free(clean);
}

int sqlstate_error(struct err *e, const char *sqlstate, const char *message)
{
    size_t i = find(sqlstate);
    char said[SERVER_TEXT_MAX] = "";
    if (list[i].show && message)
        sqlstate_clean(said, message);
    int rc = said[0] ? err_set(e, list[i].code, "%s (%s: %s)", _(list[i].sentence), sqlstate, said)
                     : err_set(e, list[i].code, "%s (%s)", _(list[i].sentence), sqlstate);
    if (e && list[i].cure[0])
        (void)err_cure(e, "%s", _(list[i].cure));
    return rc;
}

int sqlstate_result(struct err *e, const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    if (state && strlen(state) == SQLSTATE_TEXT - 1)
        return sqlstate_error(e, state, PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
    return err_set(e, ERR_LOST, _("The connection to the database broke."));
}

static int is_sqlstate(const char *text)
{
    for (int i = 0; i < SQLSTATE_TEXT - 1; i++)
        if (!isdigit((unsigned char)text[i]) && !(text[i] >= 'A' && text[i] <= 'Z'))
            return 0;
    return text[SQLSTATE_TEXT - 1] == ':';
}

const char *sqlstate_find(const char *text, char sqlstate[SQLSTATE_TEXT])
{
    const char *found = NULL;
    for (const char *at = text; (at = strstr(at, ":  ")); at++) {
        if (!is_sqlstate(at + 3))
            continue;
        (void)snprintf(sqlstate, SQLSTATE_TEXT, "%s", at + 3);
        found = at + 3 + SQLSTATE_TEXT;
        while (*found == ' ')
            found++;
    }
    return found;
}

/* The last line that libpq says about an attempt: with several hosts, the last host's. */
static const char *last_attempt(const char *text)
{
    const char *found = text;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += line != text || *line == '\n';
        if (*line && *line != '\t')
            found = line;
    }
    return found;
}

int sqlstate_connection(struct err *e, const PGconn *conn, const char *fatal, int starting)
{
    char state[SQLSTATE_TEXT] = "";
    char said[SERVER_TEXT_MAX];
    const char *text = PQerrorMessage(conn);
    const char *message = sqlstate_find(text, state);
    if (!message && fatal[0])
        return sqlstate_error(e, fatal, NULL);
    /* Without the privilege to connect to the database the login is refused as much. */
    if (message)
        return sqlstate_error(e, starting && strcmp(state, "42501") == 0 ? "28000" : state,
                              message);
    if (!starting)
        return err_set(e, ERR_LOST, _("The connection to the database broke."));
    if (PQconnectionNeedsPassword(conn)) {
        (void)err_set(e, ERR_PASSWORD, _("The server wants a password."));
        return e ? err_cure(e, _("Put it into ~/.pgpass, or log in with a certificate."))
                 : -(int)ERR_PASSWORD;
    }
    sqlstate_clean(said, last_attempt(text));
    (void)err_set(e, ERR_UNREACHABLE, _("The database server cannot be reached: %s"), said);
    return e ? err_cure(e, _("Check host and port of the connection, and that the server runs."))
             : -(int)ERR_UNREACHABLE;
}
