#ifndef VIGIE_MODEL_ACCOUNT_H
#define VIGIE_MODEL_ACCOUNT_H

#include "model/health.h"

/* OpenAI organisations and their admin keys, as a screen shows them: nothing of a key is in here.
 */

enum { ACCOUNT_NAME = 96, ACCOUNT_URL = 1024, ACCOUNT_AMOUNT = 96 };

struct account_known {
    char name[ACCOUNT_NAME]; /* the person's, or OpenAI's id where there is no key yet */
    char base_url[ACCOUNT_URL];
    int has_key;        /* 0: only connexions name it, and no costs come for them */
    int64_t connexions; /* in sight, of one without a key */
    int usable;         /* the key is sealed to this program too */
    int missing;        /* recipients who have no copy yet */
    int by_key;
    int64_t by_key_refused_at;  /* 0: it was not */
    int64_t costs_at, usage_at; /* last success, 0 never */
    int64_t failed_at;          /* of the last poll when that failed, else 0 */
    enum verdict verdict;       /* of the last poll */
    struct evidence evidence;
};

/* Money that no project carries, of the current UTC month, per account and currency: decimal text.
 */
struct unattributed {
    char account[ACCOUNT_NAME];
    char currency[8];
    char amount[ACCOUNT_AMOUNT];
};

/* Those with a key first, each part by name. */
struct account_list {
    struct account_known *item; /* owned */
    int len;
    struct unattributed *sum; /* owned; by account, then currency */
    int sums;
};

struct account_list *account_list_create(int len, int sums);
void account_list_destroy(struct account_list *list); /* accepts NULL */

/* What came of an admin key that a person entered or removed. */
struct account_outcome {
    char name[ACCOUNT_NAME];
    int removed;          /* else it was entered */
    int stored;           /* 0: OpenAI refuses the key, and nothing was changed */
    int copies;           /* programs that it was sealed to */
    enum verdict verdict; /* of the question that the key was tried with */
    struct evidence evidence;
};

/* Whether text can be sent as a key at all. */
enum key_shape {
    KEY_SHAPE_FINE,
    KEY_SHAPE_ODD,   /* can be sent, but does not begin as admin keys do */
    KEY_SHAPE_EMPTY, /* the rest cannot be sent */
    KEY_SHAPE_CHARACTERS
};
enum key_shape key_shape(const char *text);
/* What is wrong with it, translated; "" for a fine one. */
const char *key_shape_words(enum key_shape shape);

#endif
