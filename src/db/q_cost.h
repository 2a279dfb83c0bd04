#ifndef VIGIE_DB_Q_COST_H
#define VIGIE_DB_Q_COST_H

#include "db/q_poll.h"
#include "model/account.h"

/* Admin keys and what they tell: accounts (one per OpenAI organisation), costs per project and day,
 * usage of the day. For administrators of the platform only: others get ERR_DENIED, or empty lists.
 * A session without session_health refuses all of it (ERR_DATABASE). */

enum { SEALED_MAX = 4096, PUBLIC_KEY = 32 };

/* An OpenAI organisation with an admin key. The key is sealed to each recipient (secret/seal.h)
 * before it leaves the process that entered it: the server and its log only see sealed bytes. */
struct account {
    char id[UUID_TEXT];
    char name[ACCOUNT_NAME];    /* the person's name for it */
    char base_url[ACCOUNT_URL]; /* "" for the default */
    int by_key;                 /* group_by=api_key_id is to be tried */
    int64_t by_key_refused_at;  /* 400 came: not again for a day; 0 never */
    int64_t costs_at, usage_at; /* last success; 0 never */
    int64_t failed_at;          /* of the last poll when that failed, else 0 */
    struct evidence evidence;   /* of the last poll */
    enum verdict verdict;
    unsigned char sealed[SEALED_MAX]; /* for this program's recipient */
    size_t sealed_len;                /* 0: not sealed to us */
    int recipients_missing;           /* recipients whom a holder may seal it to as well */
};

struct accounts {
    struct account *item; /* owned */
    int len;
};
void accounts_destroy(struct accounts *accounts); /* accepts NULL */

/* The callee takes accounts, which is NULL only when e says why. */
typedef void (*accounts_done)(void *arg, struct accounts *accounts, struct err *e);
/* All accounts, without leases: for screens and the command line. recipient: our public key. */
int q_accounts(struct session *s, const unsigned char recipient[PUBLIC_KEY], accounts_done done,
               void *arg, struct err *e);
/* Leases the accounts that are due and sealed to us: period_s after the last costs; after a failure
 * not before a rest of a minute (or period_s), twice as long with each failure up to about an hour,
 * nor before the evidence's retry_after_s. */
int q_accounts_lease(struct session *s, const char *owner,
                     const unsigned char recipient[PUBLIC_KEY], int period_s, int lease_s,
                     accounts_done done, void *arg, struct err *e);

/* Registers this program's public key under the operator's identity. */
int q_recipient_add(struct session *s, const unsigned char recipient[PUBLIC_KEY], const char *name,
                    poll_done done, void *arg, struct err *e);
/* The recipients to seal to: count * PUBLIC_KEY bytes, borrowed within done. */
typedef void (*recipients_done)(void *arg, const unsigned char *keys, int count, struct err *e);
int q_recipients(struct session *s, recipients_done done, void *arg, struct err *e);

/* Makes or replaces an account and its sealed copies, one per recipient, in one transaction; it is
 * due at once. At most a thousand copies. */
struct sealed {
    unsigned char recipient[PUBLIC_KEY];
    unsigned char bytes[SEALED_MAX];
    size_t len;
};
int q_account_set(struct session *s, const char *name, const char *base_url, int by_key,
                  const struct sealed *sealed, int count, poll_done done, void *arg, struct err *e);
/* A recipient who lacks a copy of a key that is sealed to us. */
struct copy_missing {
    char account_id[UUID_TEXT];
    char name[ACCOUNT_NAME];
    unsigned char sealed[SEALED_MAX]; /* for us */
    size_t sealed_len;
    unsigned char recipient[PUBLIC_KEY];
};
/* Ordered by account; rows are borrowed within done. */
typedef void (*copies_done)(void *arg, const struct copy_missing *rows, int count, struct err *e);
int q_copies_missing(struct session *s, const unsigned char own[PUBLIC_KEY], copies_done done,
                     void *arg, struct err *e);
/* Copies of the key of held for recipients who lack one. Those whom another program has served
 * meanwhile are left as they are; nothing is done when the key was replaced. */
int q_copies_add(struct session *s, const unsigned char own[PUBLIC_KEY],
                 const struct copy_missing *held, const struct sealed *sealed, int count,
                 poll_done done, void *arg, struct err *e);

/* All that a screen shows of accounts: those with a key, those that could have one, and what no
 * project carries. own: our public key, NULL when there is none. The callee of done takes list,
 * which is NULL only when e says why. */
typedef void (*account_list_done)(void *arg, struct account_list *list, struct err *e);
int q_account_list(struct session *s, const unsigned char *own, account_list_done done, void *arg,
                   struct err *e);

/* ERR_NOT_FOUND through done when there is none. */
int q_account_remove(struct session *s, const char *name, poll_done done, void *arg, struct err *e);

/* Rows of one account's poll; amounts are decimal text, checked (openai/costs.h). */
struct cost_row {
    const char *day;     /* YYYY-MM-DD */
    const char *project; /* "" : not attributed */
    const char *key;     /* "" unless grouped by key */
    const char *currency;
    const char *amount;
};
/* Replaces all costs of the account from the first to the last day (YYYY-MM-DD, inclusive) by rows
 * (added up per day, project, key and currency), then sets openai_cout_actuel_mois of each
 * connexion of these projects to its project's sum of the current UTC month in currency, source and
 * sharing with it, keeps verdict, evidence and by_key_refused_at of account, and gives the lease
 * back. A project that the account told of before and no longer does costs 0. Nothing is done when
 * the lease is somebody else's meanwhile. At most 200000 rows. One transaction. */
int q_costs_replace(struct session *s, const char *owner, const struct account *account,
                    const char *first, const char *last, const char *currency,
                    const struct cost_row *rows, int count, poll_done done, void *arg,
                    struct err *e);

/* Requests per project of the UTC day (YYYY-MM-DD): sets openai_usage_quotidien, clamped to the
 * column and said so, and openai_reset_quota_at, where the applications do not count themselves and
 * day is the server's today. rows: project and amount. Needs no lease, unless another has it; gives
 * it back. */
int q_usage_replace(struct session *s, const char *owner, const struct account *account,
                    const char *day, const struct cost_row *rows, int count, poll_done done,
                    void *arg, struct err *e);

/* What the last poll found when it failed (verdict, evidence), or that by_key was refused; gives
 * the lease back. */
int q_account_failed(struct session *s, const char *owner, const struct account *account,
                     poll_done done, void *arg, struct err *e);

/* rows are borrowed within done. A database without the tables has none. */
typedef void (*unattributed_done)(void *arg, const struct unattributed *rows, int count,
                                  struct err *e);
int q_unattributed(struct session *s, unattributed_done done, void *arg, struct err *e);

#endif
