#include "config.h"

#include "standin/tls.h"

#include "base/mem.h"
#include "base/str.h"
#include "standin/files.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEM_MAX = 64 * 1024, SERIAL_LEN = 16 };
static const time_t ten_years = (time_t)3652 * 86400;
static const time_t one_day = 86400;

struct identity {
    gnutls_x509_privkey_t ca_key;
    gnutls_x509_crt_t ca;
    char *key, *chain;
};

static int failed(struct err *e, const char *what, int rc)
{
    return err_set(e, ERR_SYSTEM, "%s: %s", what, gnutls_strerror(rc));
}

static char *pem_of(gnutls_datum_t *datum)
{
    char *text = mem_dup_len((const char *)datum->data, datum->size);
    gnutls_free(datum->data);
    return text;
}

static int make_key(gnutls_x509_privkey_t *key, struct err *e)
{
    int rc = gnutls_x509_privkey_init(key);
    if (rc < 0)
        return failed(e, "key", rc);
    rc = gnutls_x509_privkey_generate(*key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (rc >= 0)
        return 0;
    gnutls_x509_privkey_deinit(*key);
    *key = NULL;
    return failed(e, "key", rc);
}

static int put_basics(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name,
                      time_t from, time_t until)
{
    unsigned char serial[SERIAL_LEN];
    int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    serial[0] &= 0x7f;
    if (rc >= 0)
        rc = gnutls_x509_crt_set_version(crt, 3);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_activation_time(crt, from);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_expiration_time(crt, until);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                           (unsigned)strlen(name));
    return rc >= 0 ? gnutls_x509_crt_set_key(crt, key) : rc;
}

static int make_ca(gnutls_x509_crt_t *crt, gnutls_x509_privkey_t key, struct err *e)
{
    time_t now = time(NULL);
    int rc = gnutls_x509_crt_init(crt);
    if (rc >= 0)
        rc = put_basics(*crt, key, "vigie-standin's own authority", now - one_day, now + ten_years);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_basic_constraints(*crt, 1, 0);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_key_usage(*crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    if (rc >= 0)
        rc = gnutls_x509_crt_sign2(*crt, *crt, key, GNUTLS_DIG_SHA256, 0);
    return rc >= 0 ? 0 : failed(e, "certificate", rc);
}

static int put_names(gnutls_x509_crt_t crt, enum identity_kind kind)
{
    static const unsigned char loopback[] = {127, 0, 0, 1};
    static const char local[] = "localhost";
    static const char proxied[] = "standin.invalid"; /* reached through a proxy only */
    static const char wrong[] = "wrong.invalid";
    if (kind == IDENTITY_WRONG_NAME)
        return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, wrong,
                                                    sizeof wrong - 1, GNUTLS_FSAN_SET);
    int rc = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, local, sizeof local - 1,
                                                  GNUTLS_FSAN_SET);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, loopback,
                                                  sizeof loopback, GNUTLS_FSAN_APPEND);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, proxied,
                                                  sizeof proxied - 1, GNUTLS_FSAN_APPEND);
    return rc;
}

static int make_leaf(const struct identity *i, enum identity_kind kind, gnutls_x509_crt_t crt,
                     gnutls_x509_privkey_t key)
{
    time_t now = time(NULL);
    int expired = kind == IDENTITY_EXPIRED;
    int self = kind == IDENTITY_SELF_SIGNED;
    int rc = put_basics(crt, key, kind == IDENTITY_WRONG_NAME ? "wrong.invalid" : "localhost",
                        now - (expired ? 30 * one_day : one_day),
                        expired ? now - one_day : now + ten_years);
    if (rc >= 0)
        rc = put_names(crt, kind);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (rc >= 0)
        rc = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (rc >= 0)
        rc = gnutls_x509_crt_sign2(crt, self ? crt : i->ca, self ? key : i->ca_key,
                                   GNUTLS_DIG_SHA256, 0);
    return rc;
}

static int put_crt(struct str *out, gnutls_x509_crt_t crt)
{
    gnutls_datum_t datum;
    int rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &datum);
    if (rc < 0)
        return rc;
    (void)str_add_len(out, (const char *)datum.data, datum.size);
    gnutls_free(datum.data);
    return 0;
}

int identity_make(const struct identity *i, enum identity_kind kind, char **key, char **chain,
                  struct err *e)
{
    gnutls_x509_privkey_t made = NULL;
    gnutls_x509_crt_t crt = NULL;
    gnutls_datum_t datum = {0};
    struct str text;
    str_init(&text, PEM_MAX);
    int rc = make_key(&made, e);
    if (rc)
        return rc;
    rc = gnutls_x509_crt_init(&crt);
    if (rc >= 0)
        rc = make_leaf(i, kind, crt, made);
    if (rc >= 0)
        rc = put_crt(&text, crt);
    if (rc >= 0 && kind != IDENTITY_SELF_SIGNED)
        rc = put_crt(&text, i->ca);
    if (rc >= 0)
        rc = gnutls_x509_privkey_export2(made, GNUTLS_X509_FMT_PEM, &datum);
    if (rc >= 0) {
        *key = pem_of(&datum);
        *chain = str_take(&text);
    }
    str_finish(&text);
    if (crt)
        gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(made);
    return rc >= 0 ? 0 : failed(e, "certificate", rc);
}

/* The authority of the folder: 0, or -1 when there is none that can be used. */
static int read_ca(struct identity *i, const char *crt_path, const char *key_path)
{
    struct str crt = {0};
    struct str key = {0};
    int rc = -1;
    str_init(&crt, PEM_MAX);
    str_init(&key, PEM_MAX);
    if (file_read(crt_path, &crt) == 0 && file_read(key_path, &key) == 0) {
        gnutls_datum_t c = {(unsigned char *)crt.data, (unsigned)crt.len};
        gnutls_datum_t k = {(unsigned char *)key.data, (unsigned)key.len};
        if (gnutls_x509_crt_init(&i->ca) >= 0 && gnutls_x509_privkey_init(&i->ca_key) >= 0 &&
            gnutls_x509_crt_import(i->ca, &c, GNUTLS_X509_FMT_PEM) >= 0 &&
            gnutls_x509_privkey_import(i->ca_key, &k, GNUTLS_X509_FMT_PEM) >= 0 &&
            gnutls_x509_crt_get_expiration_time(i->ca) > time(NULL) + one_day)
            rc = 0;
    }
    str_finish(&crt);
    str_finish(&key);
    return rc;
}

static void drop_ca(struct identity *i)
{
    if (i->ca)
        gnutls_x509_crt_deinit(i->ca);
    if (i->ca_key)
        gnutls_x509_privkey_deinit(i->ca_key);
    i->ca = NULL;
    i->ca_key = NULL;
}

static int write_ca(const struct identity *i, const char *crt_path, const char *key_path,
                    struct err *e)
{
    gnutls_datum_t crt;
    gnutls_datum_t key;
    int rc = gnutls_x509_crt_export2(i->ca, GNUTLS_X509_FMT_PEM, &crt);
    if (rc < 0)
        return failed(e, crt_path, rc);
    rc = gnutls_x509_privkey_export2(i->ca_key, GNUTLS_X509_FMT_PEM, &key);
    if (rc < 0) {
        gnutls_free(crt.data);
        return failed(e, key_path, rc);
    }
    rc = file_write(key_path, (const char *)key.data, key.size, 0600, e);
    if (rc == 0)
        rc = file_write(crt_path, (const char *)crt.data, crt.size, 0644, e);
    gnutls_free(crt.data);
    gnutls_free(key.data);
    return rc;
}

int identity_create(struct identity **out, const char *dir, struct err *e)
{
    char crt_path[PATH_TEXT_MAX];
    char key_path[PATH_TEXT_MAX];
    struct identity *i = mem_zero(1, sizeof *i);
    int rc = file_path(crt_path, dir, "ca.pem", e);
    if (rc == 0)
        rc = file_path(key_path, dir, "ca-key.pem", e);
    if (rc == 0 && read_ca(i, crt_path, key_path)) {
        drop_ca(i);
        rc = make_key(&i->ca_key, e);
        if (rc == 0)
            rc = make_ca(&i->ca, i->ca_key, e);
        if (rc == 0)
            rc = write_ca(i, crt_path, key_path, e);
    }
    if (rc == 0)
        rc = identity_make(i, IDENTITY_GOOD, &i->key, &i->chain, e);
    if (rc) {
        identity_destroy(i);
        return rc;
    }
    *out = i;
    return 0;
}

void identity_destroy(struct identity *i)
{
    if (!i)
        return;
    drop_ca(i);
    free(i->key);
    free(i->chain);
    free(i);
}

const char *identity_key(const struct identity *i)
{
    return i->key;
}

const char *identity_chain(const struct identity *i)
{
    return i->chain;
}
