#include "config.h"

#include "openai/http_part.h"

#include "base/i18n.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* IPv4 127/8, ::1 and the name that curl itself takes for them. */
static int is_loopback(const char *host)
{
    struct in_addr four;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return 1;
    return inet_pton(AF_INET, host, &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
}

/* What curl would forgive, one slash or three, is not forgiven where a key is to go. */
static int is_plain(const char *url)
{
    size_t scheme = strncasecmp(url, "https", 5) == 0 ? 5 : 4;
    if (strncasecmp(url, "http", 4) != 0 || strncmp(url + scheme, "://", 3) != 0 ||
        url[scheme + 3] == '/' || strlen(url) >= HTTP_URL_MAX)
        return 0;
    for (; *url; url++)
        if (*url <= 0x20 || *url >= 0x7f || *url == '\\')
            return 0;
    return 1;
}

static const char *refusal(CURLU *u, const char *url, int base, struct target *out)
{
    char *scheme = NULL;
    char *host = NULL;
    char *port = NULL;
    const char *why = NULL;
    if (curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK) {
        why = _("it is not a URL, or it names a user");
        goto out;
    }
    out->loopback = is_loopback(host);
    int n = snprintf(out->host, sizeof out->host, "%s:%s", host, port);
    if (strcmp(scheme, "https") != 0 && !(strcmp(scheme, "http") == 0 && out->loopback))
        why = _("a key travels over https only, or over http to this machine itself");
    else if (n < 0 || (size_t)n >= sizeof out->host || strcmp(port, "0") == 0)
        why = _("its host or port is out of bounds");
    else if (strchr(url, '#') || (base && strchr(url, '?')))
        why = _("it has a query or a fragment");
out:
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return why;
}

int http_target(const char *url, int base, struct target *out, struct err *e)
{
    if (!is_plain(url))
        return err_set(
            e, ERR_USAGE, _("This URL cannot be asked: %s"),
            _("it is no http or https, too long or holds other bytes than printable ASCII"));
    CURLU *u = curl_url();
    if (!u)
        return err_set(e, ERR_SYSTEM, _("No memory for a request"));
    const char *why = refusal(u, url, base, out);
    curl_url_cleanup(u);
    return why ? err_set(e, ERR_USAGE, _("This URL cannot be asked: %s"), why) : 0;
}

int http_check_base(const char *url, struct err *e)
{
    struct target target;
    return http_target(url, 1, &target, e);
}

int http_check_url(const char *url, int *loopback, struct err *e)
{
    struct target target = {0};
    int rc = http_target(url, 0, &target, e);
    *loopback = target.loopback;
    return rc;
}
