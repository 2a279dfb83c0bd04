#include "config.h"

#include "db/q_provider.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HEX = 2 * PUBLIC_KEY + 1, PARTS = 2, DECIMAL = 10 };

static int64_t number_of(const char *value)
{
    return strtoll(value, NULL, DECIMAL);
}

static void take_cents(struct provider_want *w, const char *value)
{
    int64_t cents = number_of(value);
    w->too_small = cents == -1;
    w->too_large = cents == -2;
    w->cents = cents > 0 ? cents : 0;
}

static void take_differ(struct provider_want *w, const char *value)
{
    for (int i = 0; i < PROVIDER_PART_COUNT; i++)
        if (strcmp(value, provider_part_word((enum provider_part)i)) == 0)
            w->differ |= 1u << i;
}

/* A name that can stand in a body of JSON as it is. */
static int is_plain(const char *value)
{
    for (const char *c = value; *c; c++)
        if (*c <= 0x20 || *c >= 0x7f || *c == '"' || *c == '\\')
            return 0;
    return value[0] != '\0';
}

static void take_model(struct provider_want *w, const char *value)
{
    if (!is_plain(value) || strlen(value) >= PROVIDER_ID || w->models == PROVIDER_MODELS_MAX) {
        w->odd_models++;
        return;
    }
    (void)snprintf(w->model[w->models++], PROVIDER_ID, "%s", value);
}

static void take_mail(struct provider_want *w, const char *value)
{
    size_t used = strlen(w->mails);
    if (!is_plain(value) || strlen(value) > PROVIDER_MAIL || strchr(value, ',') ||
        w->mail_count == PROVIDER_MAILS_MAX)
        return;
    (void)snprintf(w->mails + used, sizeof w->mails - used, "%s%s", used ? "," : "", value);
    w->mail_count++;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void take_alert(struct provider_want *w, const char *value)
{
    if (w->alerts < PROVIDER_ALERTS_MAX)
        w->alert[w->alerts++] = number_of(value);
    qsort(w->alert, (size_t)w->alerts, sizeof w->alert[0], by_number);
}

static void take_number(struct provider_want *w, const char *word, int64_t number)
{
    const struct {
        const char *word;
        int *field;
    } ints[] = {{"connexions", &w->connexions},
                {"rates_applied", &w->rates_applied},
                {"run_total", &w->run_total},
                {"run_verified", &w->run_verified},
                {"run_sent", &w->run_sent}};
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++)
        if (strcmp(word, ints[i].word) == 0)
            *ints[i].field = (int)number;
    if (strcmp(word, "daily") == 0)
        w->daily = number;
    else if (strcmp(word, "applied_at") == 0)
        w->applied_at = number;
    else if (strcmp(word, "run_at") == 0)
        w->run_at = number;
}

static void take_word(struct provider_want *w, const PGresult *res, int row)
{
    static const struct {
        const char *word;
        void (*take)(struct provider_want *w, const char *value);
    } words[] = {{"cents", take_cents},
                 {"differ", take_differ},
                 {"model", take_model},
                 {"mail", take_mail},
                 {"alert", take_alert}};
    const char *word = row_named(res, row, "word");
    const char *value = row_named(res, row, "value");
    if (!word || !value)
        return;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i].word) == 0) {
            words[i].take(w, value);
            return;
        }
    if (strcmp(word, "project") == 0)
        row_copy(w->project, sizeof w->project, res, row, "value");
    else if (strcmp(word, "currency") == 0)
        row_copy(w->currency, sizeof w->currency, res, row, "value");
    else if (strcmp(word, "run_by") == 0)
        row_copy(w->run_by, sizeof w->run_by, res, row, "value");
    else
        take_number(w, word, number_of(value));
}

static struct accounts *read_accounts(const PGresult *res)
{
    struct accounts *all = mem_zero(1, sizeof *all);
    all->len = PQntuples(res);
    all->item = all->len ? mem_zero((size_t)all->len, sizeof *all->item) : NULL;
    for (int i = 0; i < all->len; i++) {
        struct account *a = &all->item[i];
        const char *sealed = row_named(res, i, "sealed");
        row_uuid(a->id, res, i, PQfnumber(res, "account_id"));
        row_copy(a->name, sizeof a->name, res, i, "name");
        /* A key that cannot be sent where it belongs is not opened. */
        if (row_token(a->base_url, sizeof a->base_url, res, i, "base_url") < 0 || !sealed ||
            sodium_hex2bin(a->sealed, sizeof a->sealed, sealed, strlen(sealed), NULL,
                           &a->sealed_len, NULL) < 0)
            a->sealed_len = 0;
    }
    return all;
}

struct asked {
    provider_want_done done;
    void *arg;
    char connexion[UUID_TEXT];
};

static void got(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    struct provider_want *want = NULL;
    struct accounts *accounts = NULL;
    struct err none = {0};
    if (count == PARTS && PQntuples(results[0]) > 0) {
        want = mem_zero(1, sizeof *want);
        memcpy(want->connexion_id, asked->connexion, sizeof want->connexion_id);
        for (int i = 0; i < PQntuples(results[0]); i++)
            take_word(want, results[0], i);
        accounts = read_accounts(results[1]);
    } else if (count == PARTS) {
        (void)err_set(&none, ERR_NOT_FOUND, _("There is no connexion with the id %s."),
                      asked->connexion);
        e = &none;
    }
    asked->done(asked->arg, want, accounts, e);
    free(asked);
}

int q_provider_want(struct session *s, const char *connexion, const unsigned char own[PUBLIC_KEY],
                    provider_want_done done, void *arg, struct err *e)
{
    char hex[KEY_HEX];
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    (void)sodium_bin2hex(hex, sizeof hex, own, PUBLIC_KEY);
    const char *const values[] = {connexion, hex};
    const struct query queries[PARTS] = {{STMT_PROVIDER_WANT, 1, values},
                                         {STMT_PROVIDER_ACCOUNTS, 2, values}};
    struct asked *asked = mem_zero(1, sizeof *asked);
    *asked = (struct asked){.done = done, .arg = arg};
    (void)snprintf(asked->connexion, sizeof asked->connexion, "%s", connexion);
    int rc = session_send(s, TRANSACTION_READ, queries, PARTS, got, asked, e);
    if (rc < 0)
        free(asked);
    return rc;
}
