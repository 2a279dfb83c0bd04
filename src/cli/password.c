#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "secret/guard.h"

int cli_password(struct conn_spec *spec, struct err *e)
{
    struct secret secret;
    secret_init(&secret);
    int rc = secret_ask(&secret, _("Password of the database role: "), e);
    if (rc == 0)
        conn_spec_password(spec, secret.text ? secret.text : "");
    secret_finish(&secret);
    return rc;
}
