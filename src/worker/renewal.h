#ifndef VIGIE_WORKER_RENEWAL_H
#define VIGIE_WORKER_RENEWAL_H

#include "worker/side.h"
#include "openai/signin.h"

/* Keeps a sign-in alive on the worker thread: renews it in time, and when that fails until its end
 * tells so, that no transaction goes out under an identity that has ended. */
struct renewal {
    struct signin s; /* s.url "": nobody signed in, nothing is done */
    struct http *http;
    struct signin_call *call;
    int64_t retry_ms; /* mono instant before which nothing is tried again */
    int attempt;
    int with_password; /* the call under way answers a person */
    int refused;       /* the refresh token is worth nothing any more */
    int ended;         /* the identity must not be used */
    int news;          /* ended, or there again, since the flag was cleared */
    struct err err;    /* why */
};

/* Copies from; NULL: nobody signed in. */
void renewal_init(struct renewal *r, const struct signin *from);
void renewal_finish(struct renewal *r);
void renewal_step(struct renewal *r, int64_t mono_ms);
/* Mono instant by which renewal_step must be called; -1 for none. */
int64_t renewal_deadline(const struct renewal *r, int64_t mono_ms);
/* A person gave the password; the text is the caller's to wipe. The outcome is news. */
void renewal_password(struct renewal *r, const char *password);

/* Puts the news into effect: closes the connections of an identity that has ended, or lets them
 * connect as what the server says now. */
void renewal_apply(struct renewal *r, struct conn_spec *spec, struct side *const *sides, int len);

#endif
