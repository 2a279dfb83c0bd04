#include <criterion/criterion.h>

#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_S = 120 };

static struct plain_test *first;
static struct plain_suite *suites;
static int failed;

void plain_suite(struct plain_suite *suite)
{
    suite->next = suites;
    suites = suite;
}

static const struct plain_options *common(const struct plain_test *test)
{
    static const struct plain_options none;
    for (const struct plain_suite *s = suites; s; s = s->next)
        if (strcmp(s->name, test->suite) == 0)
            return &s->options;
    return &none;
}

void plain_register(struct plain_test *test)
{
    test->next = first;
    first = test;
}

void plain_check(int holds, int fatal, const char *file, int line, const char *what,
                 const char *fmt, ...)
{
    if (holds)
        return;
    va_list args;
    va_start(args, fmt);
    printf("# %s:%d: %s:", file, line, what);
    vprintf(fmt, args);
    printf("\n");
    va_end(args);
    failed = 1;
    if (fatal) {
        fflush(stdout);
        exit(1);
    }
}

static int run(const struct plain_test *test)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(LIMIT_S);
        if (common(test)->init)
            common(test)->init();
        if (test->options.init)
            test->options.init();
        test->body();
        if (test->options.fini)
            test->options.fini();
        if (common(test)->fini)
            common(test)->fini();
        exit(failed);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return 0;
    if (test->options.signal)
        return WIFSIGNALED(status) && WTERMSIG(status) == test->options.signal;
    return WIFEXITED(status) && WEXITSTATUS(status) == test->options.exit_code;
}

int main(void)
{
    int number = 0;
    int bad = 0;
    for (const struct plain_test *test = first; test; test = test->next) {
        if (test->options.disabled)
            continue;
        int good = run(test);
        bad += !good;
        printf("%s %d - %s::%s\n", good ? "ok" : "not ok", ++number, test->suite, test->name);
    }
    printf("1..%d\n", number);
    return bad > 0;
}
