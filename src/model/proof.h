#ifndef VIGIE_MODEL_PROOF_H
#define VIGIE_MODEL_PROOF_H

#include "base/err.h"
#include "model/connexion.h"

enum check {
#define CHECK(id, word, error, title, refusal, cure) CHECK_##id,
#include "model/gate.def"
#undef CHECK
    CHECK_COUNT
};

enum outcome { OUTCOME_SKIPPED, OUTCOME_PASS, OUTCOME_WARN, OUTCOME_FAIL };

enum { NAME_TEXT = 256 };

/* What the gate found out about one session, as values: filled by db/gate, judged by proof_judge,
 * shown for the whole session. */
struct proof {
    /* facts */
    int server_version; /* 150020 */
    char server_text[32];
    int table_readable, superuser, bypassrls, owner, rls_on, rls_active, functions_usable,
        forgeable, escalable, key_readable;
    char login[NAME_TEXT]; /* session_user */
    char role[NAME_TEXT];  /* current_user in the transactions */
    char database[NAME_TEXT];
    char user_id[UUID_TEXT];   /* auth.uid(); "" when none */
    char user_name[NAME_TEXT]; /* first and last name, else e-mail, else "" */
    int admin;
    char organisation_id[UUID_TEXT]; /* get_user_organisation_id; "" when none */
    char organisation_nom[NAME_TEXT];
    int pooler; /* a pooler stands between: notifications do not arrive */
    int quiet;  /* no trigger of the table announces a change: there are no notifications */
    char host[NAME_TEXT];
    int transport_ok; /* Unix socket, loopback, or TLS with sslmode=verify-full */
    int asserted;     /* identity mode claims: the user is asserted by this host */
    /* judgement */
    enum outcome outcome[CHECK_COUNT];
};

/* Judges the facts: fills outcome of every check (skipped where the one it rests on did not pass);
 * returns 0 when the session may be used, else the first refusal with its sentence and cure. */
int proof_judge(struct proof *p, struct err *e);

const char *check_name(enum check check);  /* word for JSON: "rls" */
const char *check_title(enum check check); /* translated */
/* The sentence of a failed or warned check with its role, user or version filled in; translated.
 * Empty when it passed. */
void check_sentence(const struct proof *p, enum check check, char *buf, size_t size);
const char *check_cure(enum check check); /* translated */
/* 0 for a check that only warns. */
enum err_code check_error(enum check check);
const char *outcome_name(enum outcome outcome);

#endif
