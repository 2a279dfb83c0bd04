#include "config.h"

#include "model/proof.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { SERVER_MIN = 140000 };

static const struct {
    const char *word;
    enum err_code error;
    const char *title;
    const char *refusal;
    const char *cure;
} checks[CHECK_COUNT] = {
#define CHECK(id, word, error, title, refusal, cure) {word, ERR_##error, title, refusal, cure},
#include "model/gate.def"
#undef CHECK
};

/* Whether the facts of a check are good; only asked when what it rests on has passed. */
static int is_good(const struct proof *p, enum check check)
{
    switch (check) {
    case CHECK_SERVER:
        return p->server_version >= SERVER_MIN;
    case CHECK_TABLE:
        return p->table_readable;
    case CHECK_SUPERUSER:
        return !p->superuser;
    case CHECK_BYPASSRLS:
        return !p->bypassrls;
    case CHECK_OWNER:
        return !p->owner;
    case CHECK_RLS:
        return p->rls_on;
    case CHECK_FILTERED:
        return p->rls_active;
    case CHECK_IDENTITY:
        return p->functions_usable;
    case CHECK_USER:
        return p->user_id[0] != '\0';
    case CHECK_SCOPE:
        return p->admin || p->organisation_id[0] != '\0';
    case CHECK_FORGERY:
        return !p->forgeable;
    case CHECK_ESCALATION:
        return !p->escalable;
    case CHECK_KEY_HIDDEN:
        return !p->key_readable;
    case CHECK_TRANSPORT:
        return p->transport_ok;
    case CHECK_COUNT:
        break;
    }
    return 0;
}

/* The check without which another one's facts say nothing; itself when there is none. The server
 * comes before all of them. */
static enum check rests_on(enum check check)
{
    switch (check) {
    case CHECK_OWNER:
    case CHECK_RLS:
    case CHECK_FILTERED:
    case CHECK_KEY_HIDDEN:
        return CHECK_TABLE;
    case CHECK_USER:
    case CHECK_FORGERY:
        return CHECK_IDENTITY;
    case CHECK_SCOPE:
        return CHECK_USER;
    case CHECK_IDENTITY: /* no function of the database runs in a superuser's session */
        return CHECK_SUPERUSER;
    default:
        return CHECK_SERVER;
    }
}

static enum outcome judge(const struct proof *p, enum check check)
{
    enum outcome before = check == CHECK_SERVER ? OUTCOME_PASS : p->outcome[rests_on(check)];
    if (before != OUTCOME_PASS)
        return OUTCOME_SKIPPED;
    if (is_good(p, check))
        return OUTCOME_PASS;
    return checks[check].error == ERR_OK ? OUTCOME_WARN : OUTCOME_FAIL;
}

int proof_judge(struct proof *p, struct err *e)
{
    int refusal = -1;
    for (int i = 0; i < CHECK_COUNT; i++) {
        p->outcome[i] = judge(p, (enum check)i);
        if (p->outcome[i] == OUTCOME_FAIL && refusal < 0)
            refusal = i;
    }
    if (refusal < 0)
        return 0;
    char sentence[ERR_TEXT_MAX];
    check_sentence(p, (enum check)refusal, sentence, sizeof sentence);
    (void)err_set(e, checks[refusal].error, "%s", sentence);
    (void)err_cure(e, "%s", check_cure((enum check)refusal));
    return -(int)checks[refusal].error;
}

static const char *either(const char *a, const char *b)
{
    return a[0] ? a : b[0] ? b : "?";
}

/* What stands for %s in the sentence of a check. */
static const char *subject(const struct proof *p, enum check check)
{
    switch (check) {
    case CHECK_SERVER:
        return either(p->server_text, "");
    case CHECK_SCOPE:
        return either(p->user_name, p->user_id);
    case CHECK_USER:
    case CHECK_ESCALATION:
        return either(p->login, p->role);
    case CHECK_TRANSPORT:
        return either(p->host, "");
    default:
        return either(p->role, p->login);
    }
}

void check_sentence(const struct proof *p, enum check check, char *buf, size_t size)
{
    enum outcome outcome = p->outcome[check];
    if (size > 0)
        buf[0] = '\0';
    if (size == 0 || (outcome != OUTCOME_FAIL && outcome != OUTCOME_WARN))
        return;
    const char *sentence = _(checks[check].refusal);
    const char *mark = strstr(sentence, "%s");
    if (mark)
        (void)snprintf(buf, size, "%.*s%s%s", (int)(mark - sentence), sentence, subject(p, check),
                       mark + 2);
    else
        (void)snprintf(buf, size, "%s", sentence);
}

const char *check_name(enum check check)
{
    return checks[check].word;
}

const char *check_title(enum check check)
{
    return _(checks[check].title);
}

const char *check_cure(enum check check)
{
    return _(checks[check].cure);
}

enum err_code check_error(enum check check)
{
    return checks[check].error;
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_SKIPPED] = "skipped",
        [OUTCOME_PASS] = "pass",
        [OUTCOME_WARN] = "warn",
        [OUTCOME_FAIL] = "fail",
    };
    return names[outcome];
}
