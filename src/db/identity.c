#include "config.h"

#include "db/session_part.h"

#include "base/i18n.h"

#include <json-c/json.h>
#include <sodium.h>
#include <stdio.h>

enum { CLAIMS_MAX = 1024, NUMBER_TEXT = 16, UUID_BYTES = 16 };

void identity_claims(struct str *out, const char *user, const char *role)
{
    struct json_object *claims = json_object_new_object();
    json_object_object_add(claims, "sub", json_object_new_string(user));
    if (role)
        json_object_object_add(claims, "role", json_object_new_string(role));
    (void)str_add(out, json_object_to_json_string_ext(claims, JSON_C_TO_STRING_PLAIN));
    json_object_put(claims);
}

void identity_stranger(char out[STRANGER_TEXT])
{
    unsigned char b[UUID_BYTES];
    randombytes_buf(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    (void)snprintf(out, STRANGER_TEXT,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                   b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                   b[14], b[15]);
}

/* The server gives up a little before we do: its answer keeps the connection. */
static int server_timeout(int timeout_ms)
{
    int ms = timeout_ms - timeout_ms / 10;
    return ms > 0 ? ms : 1;
}

int identity_send(struct session *s, enum transaction kind, struct err *e)
{
    int claims = s->spec.identity == IDENTITY_CLAIMS;
    int forged = kind == TRANSACTION_FORGE;
    const char *user = forged ? s->stranger : claims ? s->spec.claims_user : NULL;
    enum stmt stmt = claims ? STMT_ENTER_CLAIMS : forged ? STMT_ENTER_FORGED : STMT_ENTER;
    char timeout[NUMBER_TEXT];
    struct str json;
    str_init(&json, CLAIMS_MAX);
    if (user)
        identity_claims(&json, user, claims ? s->spec.claims_role : NULL);
    (void)snprintf(timeout, sizeof timeout, "%d", server_timeout(s->spec.timeout_ms));
    int writes = kind == TRANSACTION_WRITE || (kind == TRANSACTION_EDIT && s->armed);
    const char *const values[] = {writes ? NULL : "on", timeout, str_get(&json), user,
                                  s->spec.claims_role};
    int ok =
        PQsendQueryParams(s->conn, stmt_text(stmt), stmt_params(stmt), NULL, values, NULL, NULL, 0);
    str_finish(&json);
    return ok ? 0 : err_set(e, ERR_LOST, _("The connection to the database broke."));
}
