#include "config.h"

#include "db/session_part.h"

#include "base/i18n.h"
#include "db/conninfo.h"

#include <stdio.h>
#include <string.h>

int session_server_version(const struct session *s)
{
    return PQserverVersion(s->conn);
}

const char *session_server_text(const struct session *s)
{
    const char *text = PQparameterStatus(s->conn, "server_version");
    return text ? text : "";
}

int session_backend_pid(const struct session *s)
{
    return PQbackendPID(s->conn);
}

const char *session_host(const struct session *s)
{
    const char *host = PQhost(s->conn);
    return host ? host : "";
}

int session_needs_password(const struct session *s)
{
    return s->conn && PQconnectionNeedsPassword(s->conn);
}

static int is_socket(const struct session *s)
{
    const char *host = session_host(s);
    return host[0] == '/' || host[0] == '@';
}

static int is_loopback(const struct session *s)
{
    const char *address = PQhostaddr(s->conn);
    return address && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0);
}

static int is_verified(const struct session *s)
{
    PQconninfoOption *used = PQconninfo(s->conn);
    int verified = strcmp(conninfo_value(used, "sslmode"), "verify-full") == 0;
    PQconninfoFree(used);
    return verified;
}

int session_transport_ok(const struct session *s)
{
    return is_socket(s) || is_loopback(s) || PQgssEncInUse(s->conn) ||
           (PQsslInUse(s->conn) && is_verified(s));
}

void session_transport(const struct session *s, char *buf, size_t size)
{
    if (is_socket(s)) {
        (void)snprintf(buf, size, "%s", _("Unix socket"));
        return;
    }
    if (PQsslInUse(s->conn)) {
        const char *protocol = PQsslAttribute(s->conn, "protocol");
        (void)snprintf(buf, size,
                       is_verified(s)
                           ? _("%s, certificate and name verified")
                           : _("%s, certificate not verified (sslmode=verify-full does)"),
                       protocol ? protocol : "TLS");
        return;
    }
    if (PQgssEncInUse(s->conn)) {
        (void)snprintf(buf, size, "%s", _("GSSAPI, both sides proven"));
        return;
    }
    (void)snprintf(buf, size, "%s",
                   is_loopback(s) ? _("TCP on this host, not encrypted") : _("TCP, not encrypted"));
}
