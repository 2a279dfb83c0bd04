#include "config.h"

#include "conf/paths.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char out[PATH_TEXT];
static struct err err;

static void environment(const char *home, const char *config, const char *state)
{
    (void)setenv("HOME", home, 1);
    (void)setenv("XDG_CONFIG_HOME", config, 1);
    (void)setenv("XDG_STATE_HOME", state, 1);
}

Test(paths, xdg_places)
{
    environment("/home/c/", "", "");
    cr_assert_eq(paths_config(out, &err), 0);
    cr_assert_str_eq(out, "/home/c/.config/vigie/vigie.conf");
    cr_assert_eq(paths_state(out, &err), 0);
    cr_assert_str_eq(out, geteuid() == 0 ? "/var/lib/vigie" : "/home/c/.local/state/vigie");
    environment("/home/c", "/etc/x/", "/srv//");
    cr_assert_eq(paths_config(out, &err), 0);
    cr_assert_str_eq(out, "/etc/x/vigie/vigie.conf");
    cr_assert_eq(paths_state(out, &err), 0);
    cr_assert_str_eq(out, "/srv/vigie");
}

Test(paths, relative_places_do_not_count)
{
    environment("/home/c", "etc", "state");
    cr_assert_eq(paths_config(out, &err), 0);
    cr_assert_str_eq(out, "/home/c/.config/vigie/vigie.conf");
    environment("home", "", "");
    cr_assert_eq(paths_config(out, &err), -ERR_CONFIG);
}

Test(paths, too_long)
{
    static char home[PATH_TEXT + 1];
    memset(home, 'x', sizeof home - 1);
    home[0] = '/';
    environment(home, "", home);
    cr_assert_eq(paths_config(out, &err), -ERR_LIMIT);
    cr_assert_eq(paths_state(out, &err), -ERR_LIMIT);
}

Test(paths, folders_are_made_for_the_person_alone)
{
    char base[] = "/tmp/vigie-paths-XXXXXX";
    char path[PATH_TEXT];
    struct stat st;
    cr_assert(mkdtemp(base));
    environment("/home/c", "", base);
    cr_assert_eq(paths_log(out, &err), 0, "%s", err.text);
    (void)snprintf(path, sizeof path, "%s/vigie/log/vigie.log", base);
    cr_assert_str_eq(out, path);
    (void)snprintf(path, sizeof path, "%s/vigie/log", base);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0700);
    cr_assert_eq(paths_make(path, &err), 0);
    (void)snprintf(path, sizeof path, "%s/vigie/log/file", base);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    cr_assert(fd >= 0);
    (void)close(fd);
    cr_assert_eq(paths_make(path, &err), -ERR_SYSTEM);
    cr_assert_eq(paths_make("relative", &err), -ERR_LIMIT);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/vigie/log", base);
    (void)rmdir(path);
    (void)snprintf(path, sizeof path, "%s/vigie", base);
    (void)rmdir(path);
    (void)rmdir(base);
}
