#include "config.h"

#include "ui/term.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/rescue.h"
#include "ui/terminfo.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { ESC_WAIT_MS = 15 };

static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

static void write_all(const struct term *t, const char *bytes, size_t len)
{
    while (!t->gone && !t->headless && len > 0) {
        ssize_t n = write(t->fd_out, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

static void set_paste(struct term *t, int on)
{
    if (t->paste)
        write_all(t, on ? paste_on : paste_off, sizeof paste_on - 1);
}

void term_announce(struct term *t, const char *text)
{
    struct str bytes;
    str_init(&bytes, ANNOUNCE_BYTES);
    announce_bytes(&bytes, &t->announce, text);
    write_all(t, str_get(&bytes), bytes.len);
    str_finish(&bytes);
}

static void give_title_back(struct term *t)
{
    struct str bytes;
    str_init(&bytes, ANNOUNCE_BYTES);
    announce_end(&bytes, &t->announce);
    write_all(t, str_get(&bytes), bytes.len);
    str_finish(&bytes);
}

/* What endwin would write, as bytes. */
static size_t last_words(const struct term *t, char out[RESCUE_BYTES_MAX])
{
    const char *cup = terminfo_text("cup");
    const char *csr = terminfo_text("csr");
    size_t at = terminfo_append(out, RESCUE_BYTES_MAX, 0, t->paste ? paste_off : "");
    at = terminfo_append(out, RESCUE_BYTES_MAX, at,
                         csr ? tparm(csr, 0, LINES - 1, 0, 0, 0, 0, 0, 0, 0) : "");
    at = terminfo_append(out, RESCUE_BYTES_MAX, at, terminfo_text("sgr0"));
    at = terminfo_append(out, RESCUE_BYTES_MAX, at, t->theme.colors ? terminfo_text("op") : "");
    at = terminfo_append(out, RESCUE_BYTES_MAX, at,
                         cup ? tparm(cup, LINES - 1, 0, 0, 0, 0, 0, 0, 0, 0) : "");
    at = terminfo_append(out, RESCUE_BYTES_MAX, at, terminfo_text("rmkx"));
    at = terminfo_append(out, RESCUE_BYTES_MAX, at, terminfo_text("cnorm"));
    at = terminfo_append(out, RESCUE_BYTES_MAX, at, terminfo_text("rmcup"));
    return terminfo_append(out, RESCUE_BYTES_MAX, at, "\r\n");
}

static void arm(struct term *t, const char *log_path)
{
    char bytes[RESCUE_BYTES_MAX];
    size_t len = last_words(t, bytes);
    mem_on_exhaustion(rescue_now);
    rescue_arm(t->fd_out, t->has_saved ? &t->saved : NULL, bytes, len, log_path);
}

static void set_modes(struct term *t)
{
    if (!getenv("ESCDELAY"))
        (void)set_escdelay(ESC_WAIT_MS);
    (void)raw();
    (void)noecho();
    (void)nonl();
    (void)intrflush(stdscr, FALSE);
    (void)keypad(t->keys, TRUE);
    (void)typeahead(-1);
    (void)leaveok(stdscr, FALSE);
    (void)curs_set(0);
}

/* curses caught what it should not: signals reach the program through the loop. */
static void release_signals(void)
{
    static const int signals[] = {SIGTSTP, SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)signal(signals[i], SIG_DFL);
}

static int check_type(struct term *t, const struct term_options *options, const char *type,
                      struct err *e)
{
    int rc = terminfo_check(type, t->fd_out, e);
    if (rc == 0 && options->announce)
        rc = announce_here(&t->announce, options->announce, e);
    return rc;
}

int term_start(struct term *t, const struct term_options *options, struct err *e)
{
    memset(t, 0, sizeof *t);
    const char *type = options->type ? options->type : getenv("TERM");
    t->in = options->in ? options->in : stdin;
    t->out = options->out ? options->out : stdout;
    t->fd_in = fileno(t->in);
    t->fd_out = fileno(t->out);
    t->headless = options->headless;
    if (!t->headless && (!isatty(t->fd_in) || !isatty(t->fd_out))) {
        (void)err_set(e, ERR_TERMINAL, "%s",
                      _("The console needs a terminal for its input and its output."));
        return err_cure(e, "%s", _("`vigie list` prints without a screen."));
    }
    int rc = check_type(t, options, type, e);
    if (rc)
        return rc;
    t->has_saved = tcgetattr(t->fd_in, &t->saved) == 0;
    rc = keymap_init(&t->keymap, e);
    if (rc)
        return rc;
    FILE *out = batch_start(&t->batch, t->fd_out);
    t->screen = out ? newterm(type, out, t->in) : NULL;
    t->keys = t->screen ? newpad(1, 1) : NULL;
    if (!t->keys) {
        term_stop(t);
        return terminfo_refuse(e, type);
    }
    release_signals();
    set_modes(t);
    theme_start(&t->theme, options->ascii);
    t->paste = terminfo_text("BE") || terminfo_text("smcup");
    set_paste(t, 1);
    if (!t->headless)
        arm(t, options->log_path);
    term_fit(t);
    return 0;
}

void term_stop(struct term *t)
{
    if (!t->screen) {
        batch_stop(&t->batch);
        return;
    }
    if (t->keys)
        (void)delwin(t->keys);
    if (!t->gone) {
        set_paste(t, 0);
        give_title_back(t);
        (void)endwin();
    }
    rescue_disarm();
    delscreen(t->screen);
    batch_stop(&t->batch);
    if (!t->gone && t->has_saved)
        (void)tcsetattr(t->fd_in, TCSADRAIN, &t->saved);
    t->screen = NULL;
    t->keys = NULL;
}

void term_retake(struct term *t)
{
    char bytes[RESCUE_BYTES_MAX];
    if (t->gone)
        return;
    (void)reset_prog_mode();
    term_fit(t);
    rescue_set_bytes(bytes, last_words(t, bytes));
    rescue_pause(0);
    (void)clearok(curscr, TRUE);
    (void)curs_set(0);
    set_paste(t, 1);
}

/* Whether the program was woken only to end: then the terminal is the shell's, and touching it from
 * the background would stop the program again. */
static int must_end(void)
{
    static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    sigset_t pending;
    (void)sigemptyset(&pending);
    (void)sigpending(&pending);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (sigismember(&pending, ends[i]) == 1)
            return 1;
    return 0;
}

void term_lend(struct term *t)
{
    if (t->gone || t->headless)
        return;
    set_paste(t, 0);
    (void)def_prog_mode();
    (void)endwin();
    rescue_pause(1);
    (void)tcsetattr(t->fd_in, TCSADRAIN, &t->saved);
}

void term_take_back(struct term *t)
{
    if (t->gone || t->headless)
        return;
    (void)refresh();
    term_retake(t);
}

void term_stop_group(void)
{
    sigset_t stop;
    sigset_t before;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTSTP);
    (void)pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    (void)kill(0, SIGTSTP);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void term_suspend(struct term *t)
{
    if (t->headless)
        return;
    term_lend(t);
    term_stop_group();
    if (must_end()) {
        t->gone = 1;
        return;
    }
    term_take_back(t);
}

void term_fit(struct term *t)
{
    struct winsize size;
    if (t->headless || ioctl(t->fd_out, TIOCGWINSZ, &size))
        return;
    if (size.ws_row > 0 && size.ws_col > 0)
        term_resize(t, size.ws_row, size.ws_col);
}

void term_resize(struct term *t, int rows, int cols)
{
    char bytes[RESCUE_BYTES_MAX];
    if (!is_term_resized(rows, cols))
        return;
    (void)resizeterm(rows, cols);
    if (!t->headless)
        rescue_set_bytes(bytes, last_words(t, bytes));
}

void term_size(const struct term *t, int *rows, int *cols)
{
    (void)t;
    *rows = getmaxy(stdscr);
    *cols = getmaxx(stdscr);
}
