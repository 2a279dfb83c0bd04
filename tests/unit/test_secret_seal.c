#include "config.h"

#include "secret/seal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_TEXT = 128, RACERS = 8, BOX_TEXT = 4096 };

static struct err err;
static char folder[PATH_TEXT];
static char path[2 * PATH_TEXT];

static void in_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/vigie-seal-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a/b/key", folder);
}

static void remove_folder(void)
{
    static const char *const parts[] = {"a/b/key", "a/b", "a", ""};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char part[2 * PATH_TEXT];
        (void)snprintf(part, sizeof part, "%s/%s", folder, parts[i]);
        (void)remove(part);
    }
}

TestSuite(seal, .init = in_folder, .fini = remove_folder);

static struct keypair *open_pair(void)
{
    struct keypair *pair = NULL;
    cr_assert_eq(keypair_open(&pair, path, &err), 0, "%s", err.text);
    return pair;
}

static size_t seal_text(const char *text, const unsigned char *recipient, unsigned char *out)
{
    struct secret s;
    size_t len = 0;
    secret_init(&s);
    cr_assert_eq(secret_set(&s, text, strlen(text), &err), 0);
    cr_assert_eq(seal(&s, recipient, out, BOX_TEXT, &len, &err), 0, "%s", err.text);
    secret_finish(&s);
    return len;
}

Test(seal, the_pair_is_made_once_and_private)
{
    struct stat st;
    struct keypair *first = open_pair();
    struct keypair *again = open_pair();
    cr_assert_arr_eq(keypair_public(first), keypair_public(again), SEAL_PUBLIC);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0600);
    path[strlen(folder) + 2] = '\0'; /* the folder a */
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0700);
    keypair_close(first);
    keypair_close(again);
    keypair_close(NULL);
}

Test(seal, only_the_recipient_opens_it)
{
    unsigned char box[BOX_TEXT];
    struct secret s;
    secret_init(&s);
    struct keypair *mine = open_pair();
    size_t len = seal_text("sk-admin-test", keypair_public(mine), box);
    cr_assert_eq(len, strlen("sk-admin-test") + SEAL_OVERHEAD);
    cr_assert_null(memmem(box, len, "sk-admin", 8));
    cr_assert_eq(unseal(mine, box, len, &s, &err), 0, "%s", err.text);
    cr_assert_str_eq(s.text, "sk-admin-test");

    cr_assert_eq(unlink(path), 0);
    struct keypair *other = open_pair();
    cr_assert_eq(unseal(other, box, len, &s, &err), -ERR_DENIED);
    keypair_close(mine);
    keypair_close(other);
    secret_finish(&s);
}

Test(seal, a_changed_box_is_refused)
{
    unsigned char box[BOX_TEXT];
    struct secret s;
    secret_init(&s);
    struct keypair *pair = open_pair();
    size_t len = seal_text("sk-admin-test", keypair_public(pair), box);
    for (size_t i = 0; i < len; i++) {
        box[i] ^= 1;
        cr_assert_eq(unseal(pair, box, len, &s, &err), -ERR_DENIED, "byte %zu", i);
        box[i] ^= 1;
    }
    for (size_t cut = 0; cut < len; cut++)
        cr_assert_eq(unseal(pair, box, cut, &s, &err), -ERR_DENIED, "%zu bytes", cut);
    cr_assert_null(s.text);
    keypair_close(pair);
}

Test(seal, bounds)
{
    unsigned char box[BOX_TEXT];
    char big[SECRET_MAX];
    size_t len = 1;
    struct secret s;
    secret_init(&s);
    struct keypair *pair = open_pair();
    memset(big, 'x', sizeof big);
    cr_assert_eq(secret_set(&s, big, sizeof big, &err), 0);
    cr_assert_eq(seal(&s, keypair_public(pair), box, sizeof box, &len, &err), -ERR_LIMIT);
    cr_assert_eq(len, 0);
    cr_assert_eq(secret_set(&s, big, sizeof box - SEAL_OVERHEAD, &err), 0);
    cr_assert_eq(seal(&s, keypair_public(pair), box, sizeof box, &len, &err), 0);
    cr_assert_eq(len, sizeof box);
    keypair_close(pair);
    secret_finish(&s);
}

static void write_file(const char *text, size_t len, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, len), (ssize_t)len);
    cr_assert_eq(fchmod(fd, mode), 0);
    (void)close(fd);
}

Test(seal, a_file_for_other_eyes_is_refused_with_a_cure)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    struct keypair *pair = open_pair();
    keypair_close(pair);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        cr_assert_eq(chmod(path, modes[i]), 0);
        cr_assert_eq(keypair_open(&pair, path, &err), -ERR_SYSTEM, "mode %o", modes[i]);
        cr_assert_null(pair);
        cr_assert_not_null(strstr(err.cure, "chmod 600"), "%s", err.cure);
    }
}

Test(seal, what_is_no_pair_is_refused_and_left_alone)
{
    char text[256];
    struct stat st;
    struct keypair *pair = open_pair();
    keypair_close(pair);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    size_t len = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    for (size_t i = 0; i < len; i++) {
        char kept = text[i];
        text[i] = '~';
        write_file(text, len, 0600);
        cr_assert_eq(keypair_open(&pair, path, &err), -ERR_SYSTEM, "byte %zu", i);
        cr_assert_null(strstr(err.text, "~~"));
        text[i] = kept;
    }
    write_file(text, len - 1, 0600);
    cr_assert_eq(keypair_open(&pair, path, &err), -ERR_SYSTEM);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_size, (off_t)len - 1, "a broken file is not replaced");
    cr_assert_neq(err.cure[0], '\0');
}

Test(seal, a_fifo_does_not_hang)
{
    struct keypair *pair = open_pair();
    keypair_close(pair);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_eq(keypair_open(&pair, path, &err), -ERR_SYSTEM);
}

/* Many programs start at once: each has the same pair in the end. */
Test(seal, a_race_has_one_winner)
{
    int said[2];
    unsigned char key[RACERS][SEAL_PUBLIC];
    cr_assert_eq(pipe(said), 0);
    for (int i = 0; i < RACERS; i++)
        if (fork() == 0) {
            struct keypair *pair = NULL;
            if (keypair_open(&pair, path, &err) == 0 &&
                write(said[1], keypair_public(pair), SEAL_PUBLIC) == SEAL_PUBLIC)
                _exit(0);
            _exit(1);
        }
    for (int i = 0; i < RACERS; i++) {
        int status = 1;
        cr_assert(wait(&status) > 0);
        cr_assert_eq(status, 0);
        cr_assert_eq(read(said[0], key[i], SEAL_PUBLIC), SEAL_PUBLIC);
        cr_assert_arr_eq(key[i], key[0], SEAL_PUBLIC);
    }
    (void)close(said[0]);
    (void)close(said[1]);
}
