/* Runs a fuzz target over files and folders of inputs without a fuzzer, for `make check`: prints
 * TAP, one line a file; a broken promise of the target ends the program. With no operand it takes
 * the target's own folder below $srcdir/tests/fuzz/corpus. */
#include "config.h"

#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum { INPUT_MAX = 1 << 16, PATH_BYTES = 4096 };

static int number;
static int failures;

static void say(int good, const char *name)
{
    (void)printf("%sok %d - %s\n", good ? "" : "not ", ++number, name);
    (void)fflush(stdout);
    failures += !good;
}

static void run_file(const char *path)
{
    uint8_t *data = malloc(INPUT_MAX);
    FILE *f = fopen(path, "rb");
    if (data && f) {
        size_t size = fread(data, 1, INPUT_MAX, f);
        uint8_t *exact = malloc(size ? size : 1); /* so that a read past the end is seen */
        if (exact) {
            memcpy(exact, data, size);
            (void)LLVMFuzzerTestOneInput(exact, size);
            free(exact);
        }
    }
    say(data && f, path);
    if (f)
        (void)fclose(f);
    free(data);
}

static void run_folder(const char *path)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, alphasort);
    say(n > 2, path);
    for (int i = 0; i < n; i++) {
        char file[PATH_BYTES];
        if (names[i]->d_name[0] != '.') {
            (void)snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
            run_file(file);
        }
        free(names[i]);
    }
    free(names);
}

static void run_own(const char *program)
{
    char path[PATH_BYTES];
    const char *top = getenv("srcdir");
    const char *name = strrchr(program, '_');
    (void)snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", top ? top : ".",
                   name ? name + 1 : program);
    run_folder(path);
}

int main(int argc, char **argv)
{
    struct stat st;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    say(1, "the empty input");
    if (argc < 2)
        run_own(argv[0]);
    for (int i = 1; i < argc; i++) {
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            run_folder(argv[i]);
        else
            run_file(argv[i]);
    }
    (void)printf("1..%d\n", number);
    return failures > 0;
}
