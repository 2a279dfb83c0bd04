#ifndef VIGIE_OPENAI_SIGNIN_H
#define VIGIE_OPENAI_SIGNIN_H

#include "model/connexion.h"
#include "openai/http.h"

/* Signing in at a platform's auth server, as Supabase Auth does it: POST
 * URL/token?grant_type=password with e-mail and password, later grant_type=refresh_token; the
 * answer's access token (a JWT) says who the user is (sub), as which database role (role) and until
 * when (exp). Its signature is the platform's business: the token came over verified TLS from the
 * server that made it. The password is never kept, the access token is dropped as soon as it was
 * read. One thread at a time. */

enum {
    SIGNIN_URL_MAX = 1024,
    SIGNIN_WORD_MAX = 256,
    SIGNIN_TOKEN_MAX = 1024,
    SIGNIN_ROLE_MAX = 64
};

struct signin {
    char url[SIGNIN_URL_MAX];       /* "https://PROJECT.supabase.co/auth/v1"; "": nobody signs in */
    char api_key[SIGNIN_TOKEN_MAX]; /* the platform's public key, sent as apikey; "" for none */
    char email[SIGNIN_WORD_MAX];
    char ca_file[SIGNIN_URL_MAX];       /* "": the system's authorities */
    char password_file[SIGNIN_URL_MAX]; /* read again when the refresh is refused; "" for none */
    char refresh[SIGNIN_TOKEN_MAX];     /* wiped by signin_finish */
    char user[UUID_TEXT];               /* sub; "" before the first sign-in */
    char role[SIGNIN_ROLE_MAX];
    int64_t signed_at, expires_at; /* UTC seconds */
};

/* Wipes what is secret. */
void signin_finish(struct signin *s);

/* Called once, from http_step: e->code is ERR_OK when s holds who the user is; ERR_PASSWORD: the
 * server refuses (wrong password, the sign-in has ended); ERR_DENIED: the answer names another user
 * than before, or no user at all; ERR_UNREACHABLE: it did not tell. */
typedef void (*signin_done)(void *arg, struct err *e);

struct signin_call;
/* Asks with the password, or with the refresh token when password is NULL. One call at a time for a
 * signin; *out is freed by signin_call_destroy, after done or to give it up. */
int signin_ask(struct http *http, struct signin *s, const char *password, signin_done done,
               void *arg, struct signin_call **out, struct err *e);
void signin_call_destroy(struct http *http, struct signin_call *call);

/* The same, waiting for the answer: for the start of the program. */
int signin_run(struct signin *s, const char *password, struct err *e);

/* When it should be renewed: UTC seconds; four fifths of its life. */
int64_t signin_renew_at(const struct signin *s);

/* Reads an answer's body. 0, or the error as above. For the tests. */
int signin_read(struct signin *s, int status, const char *body, size_t len, int64_t now,
                struct err *e);

#endif
