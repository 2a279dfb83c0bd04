#include "config.h"

#include "secret/seal.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: this line, then the secret key as hexadecimal digits and a newline. */
static const char head[] = "vigie key pair X25519 1\n";

enum {
    HEAD_LEN = sizeof head - 1,
    SECRET_HEX = 2 * crypto_box_SECRETKEYBYTES,
    FILE_LEN = HEAD_LEN + SECRET_HEX + 1,
    PRIVATE_FILE = 0600,
    PRIVATE_FOLDER = 0700,
    PATH_TEXT = 4096
};

struct keypair {
    unsigned char public_key[crypto_box_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_box_SECRETKEYBYTES];
};

void keypair_close(struct keypair *pair)
{
    sodium_free(pair);
}

const unsigned char *keypair_public(const struct keypair *pair)
{
    return pair->public_key;
}

static int is_no_pair(const char *path, struct err *e)
{
    (void)err_set(e, ERR_SYSTEM, _("%s is no key pair of this program."), path);
    return e ? err_cure(e,
                        _("Move it away: a new one will be made, and admin keys have to be sealed "
                          "to it again."))
             : -(int)ERR_SYSTEM;
}

static int parse(struct keypair *pair, const char text[FILE_LEN], const char *path, struct err *e)
{
    size_t len = 0;
    if (memcmp(text, head, HEAD_LEN) != 0 || text[FILE_LEN - 1] != '\n' ||
        sodium_hex2bin(pair->secret_key, sizeof pair->secret_key, text + HEAD_LEN, SECRET_HEX, NULL,
                       &len, NULL) != 0 ||
        len != sizeof pair->secret_key)
        return is_no_pair(path, e);
    if (crypto_scalarmult_base(pair->public_key, pair->secret_key) != 0)
        return is_no_pair(path, e);
    return 0;
}

static int check_file(int fd, const char *path, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    if (!S_ISREG(st.st_mode) || st.st_size != FILE_LEN)
        return is_no_pair(path, e);
    if (st.st_uid != geteuid())
        return err_set(e, ERR_SYSTEM, _("%s holds a secret and belongs to somebody else."), path);
    if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        (void)err_set(e, ERR_SYSTEM, _("%s holds a secret and others can read it"), path);
        return e ? err_cure(e, "chmod 600 %s", path) : -(int)ERR_SYSTEM;
    }
    return 0;
}

static int read_all(int fd, char *out, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, out + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        len += (size_t)n;
    }
    return 0;
}

static int write_all(int fd, const char *bytes, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = write(fd, bytes + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        len += (size_t)n;
    }
    return 0;
}

/* 1 when there is no file at path. */
static int load(struct keypair *pair, const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT ? 1 : err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    char text[FILE_LEN];
    int rc = check_file(fd, path, e);
    if (rc == 0 && read_all(fd, text, sizeof text) < 0)
        rc = is_no_pair(path, e);
    if (rc == 0)
        rc = parse(pair, text, path, e);
    sodium_memzero(text, sizeof text);
    (void)close(fd);
    return rc;
}

/* Every folder above the file that is missing. */
static int make_folders(const char *path, struct err *e)
{
    char folder[PATH_TEXT];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return err_set(e, ERR_LIMIT, _("The path is too long."));
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, PRIVATE_FOLDER) < 0 && errno != EEXIST)
            return err_errno(e, ERR_SYSTEM, _("cannot make %s"), folder);
        *slash = '/';
    }
    return 0;
}

static int write_pair(int fd, const struct keypair *pair)
{
    char text[FILE_LEN + 1];
    memcpy(text, head, HEAD_LEN);
    (void)sodium_bin2hex(text + HEAD_LEN, SECRET_HEX + 1, pair->secret_key,
                         sizeof pair->secret_key);
    text[FILE_LEN - 1] = '\n';
    int rc = fchmod(fd, PRIVATE_FILE) < 0 || write_all(fd, text, FILE_LEN) < 0 || fsync(fd) < 0;
    sodium_memzero(text, sizeof text);
    return rc ? -1 : 0;
}

/* The whole file appears under its name at once and never in place of another: of two programs one
 * wins, and both read what stands there then. */
static int make(const char *path, struct err *e)
{
    char temporary[PATH_TEXT];
    struct keypair *pair;
    int rc = make_folders(path, e);
    if (rc < 0)
        return rc;
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
        return err_set(e, ERR_LIMIT, _("The path is too long."));
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot make %s"), path);
    pair = sodium_malloc(sizeof *pair);
    if (!pair || crypto_box_keypair(pair->public_key, pair->secret_key) != 0 ||
        write_pair(fd, pair) < 0 || (link(temporary, path) < 0 && errno != EEXIST))
        rc = err_errno(e, ERR_SYSTEM, _("cannot make %s"), path);
    sodium_free(pair);
    (void)close(fd);
    (void)unlink(temporary);
    return rc;
}

int keypair_open(struct keypair **out, const char *path, struct err *e)
{
    *out = NULL;
    if (sodium_init() < 0)
        return err_set(e, ERR_SYSTEM, _("the cryptographic library cannot start"));
    struct keypair *pair = sodium_malloc(sizeof *pair);
    if (!pair)
        return err_errno(e, ERR_SYSTEM, _("no guarded memory"));
    int rc = load(pair, path, e);
    if (rc > 0) {
        rc = make(path, e);
        if (rc == 0)
            rc = load(pair, path, e);
        if (rc > 0)
            rc = err_set(e, ERR_SYSTEM, _("%s was removed while it was made."), path);
    }
    if (rc < 0) {
        keypair_close(pair);
        return rc;
    }
    *out = pair;
    return 0;
}

int seal(const struct secret *secret, const unsigned char recipient[SEAL_PUBLIC],
         unsigned char *out, size_t size, size_t *len, struct err *e)
{
    *len = 0;
    if (secret->len > SECRET_MAX || size < secret->len + SEAL_OVERHEAD)
        return err_set(e, ERR_LIMIT, _("a secret has at most %d bytes and no NUL"), SECRET_MAX);
    if (sodium_init() < 0 ||
        crypto_box_seal(out, (const unsigned char *)secret->text, secret->len, recipient) != 0)
        return err_set(e, ERR_SYSTEM, _("Nothing can be sealed to that public key."));
    *len = secret->len + SEAL_OVERHEAD;
    return 0;
}

int unseal(const struct keypair *pair, const unsigned char *bytes, size_t len, struct secret *out,
           struct err *e)
{
    if (len < SEAL_OVERHEAD || len > SECRET_MAX + SEAL_OVERHEAD)
        return err_set(e, ERR_DENIED, _("What was sealed was changed, or is for somebody else."));
    size_t size = len - SEAL_OVERHEAD;
    unsigned char *plain = sodium_malloc(size + 1);
    if (!plain)
        return err_errno(e, ERR_SYSTEM, _("no guarded memory"));
    int rc =
        crypto_box_seal_open(plain, bytes, len, pair->public_key, pair->secret_key) == 0
            ? secret_set(out, (const char *)plain, size, e)
            : err_set(e, ERR_DENIED, _("What was sealed was changed, or is for somebody else."));
    sodium_free(plain);
    return rc;
}
