#ifndef VIGIE_STANDIN_RAW_PART_H
#define VIGIE_STANDIN_RAW_PART_H

#include "standin/server.h"

#include <gnutls/gnutls.h>

/* One connection to a misbehaving port; session is shaken hands with, or NULL. */
struct raw_link {
    const struct server *server;
    int fd;
    gnutls_session_t session;
};

/* What each kind of raw.def does with a connection; the caller closes it. */
void raw_answer(const struct raw_link *link);
void raw_goaway(const struct raw_link *link);
void raw_rst_stream(const struct raw_link *link);
void raw_not_tls(const struct raw_link *link);
void raw_tls_cut(const struct raw_link *link);
void raw_silent(const struct raw_link *link);
void raw_reset(const struct raw_link *link);

#endif
