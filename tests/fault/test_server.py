#!/usr/bin/python3
"""The database freezes, dies, restarts, refuses: the console stays quick, says what it waits for, and comes back by itself."""

import contextlib
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from support import process, tap, wait  # noqa: E402
from support.place import ADMIN, KARIM, OWNER, Place, program  # noqa: E402
from support.stopwatch import Stopwatch, percentile  # noqa: E402

PLACE = tap.keep(Place())
PLACE.super("CHECKPOINT")  # it is to survive being killed
READY = "78 connexions"
KEY_MS = 500  # the answer to a key at the 99th percentile, on a busy machine; what waits for the server waits for seconds
KEYS = ("Down", "?", "q", ":", "Esc", "Up", "/", "Esc", "PgDn", "PgUp")
PRESSES = 100
QUIT_S = 3  # on a busy machine; what waits for the server waits until it thaws
TICKS_MAX = 10  # of processor time in the two seconds or more of an outage
UNREACHABLE, RLS_OFF, NO_USER, PASSWORD = 20, 24, 30, 21
SANITIZED = os.environ.get("VIGIE_SANITIZER", "no") != "no"
MIDI = re.compile(r"filter: org:midi · \d connexions")
WAITING = re.compile(r"database: waiting (\d+) s")
CURSOR = re.compile("^ ?[ ✓]?▸ ?(.*)$", re.M)


@contextlib.contextmanager
def console(*argv, shows=READY, place=PLACE, **options):
    """The console of a person, once its list is there."""
    with place.terminal(*argv, **options) as terminal:
        terminal.wait_for(shows)
        yield terminal


@contextlib.contextmanager
def at_the_third():
    """The console with a filter, the cursor on the third line and the notifications listened for."""
    with console("--filter", "org:midi", shows=MIDI) as terminal:
        terminal.send("L")
        terminal.wait_for("back: connected")
        terminal.press("Escape", MIDI)
        terminal.send("Down", "Down")
        terminal.wait_for("3/5")
        yield terminal


@contextlib.contextmanager
def frozen(place=PLACE):
    """The server is stopped like a process, not shut down."""
    place.cluster.sigstop()
    try:
        yield
    finally:
        place.cluster.sigcont()


def is_as_before(terminal):
    """Filter and cursor were kept and the list is live again."""
    terminal.wait_for("RLS proven")
    terminal.wait_for("3/5")
    terminal.wait_for(MIDI)
    assert "essai@" in CURSOR.search(terminal.screen()).group(1), terminal.screen()
    listens(terminal)


def listens(terminal):
    """A change made elsewhere appears without a key, once the second connection is back as well."""
    backends = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'claire' AND query <> ''"
    wait.until(lambda: int(PLACE.super(backends)) >= 2, what="both connections")
    limit = int(PLACE.psql("SELECT openai_limite_quotidienne FROM openai_connexion WHERE openai_email_compte = 'annonces@midi.example'"))
    wanted = 300 if limit != 300 else 600

    def follows():
        PLACE.psql("UPDATE openai_connexion SET openai_limite_quotidienne = %d WHERE openai_email_compte = 'annonces@midi.example'" % wanted)
        return terminal.matches(re.compile(r"annonces@.* %d %%" % (171 * 100 // wanted)))

    wait.until(follows, what="the change", interval=0.3, show=terminal.screen)


def sessions(place=PLACE, user=ADMIN):
    return int(place.super("SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'" % user))


def ticks(pid):
    """Clock ticks of processor time that a process has used."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def terminate(place=PLACE, user=ADMIN):
    """End the person's sessions, as an administrator would."""
    place.super("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'" % user)


@tap.test("with the server frozen every key is answered, 99 of 100 within %d ms" % KEY_MS)
def _quick():
    if SANITIZED:
        tap.skip("a sanitizer slows everything down")
    with Stopwatch([program(), "--no-probe"], env=PLACE.cluster.env(PLACE.db, ADMIN), rows=24, cols=80) as watch:
        watch.first_frame(READY.encode())
        watch.drain(200)
        with frozen():
            watch.press("r", 200)
            answers = watch.presses(KEYS, PRESSES, warmup=len(KEYS))
        assert len(answers) == PRESSES, "%d of %d keys were answered" % (len(answers), PRESSES)
        slow = percentile([answer.first for answer in answers], 0.99)
        assert slow < KEY_MS, "%.1f ms" % slow
        tap.diag("p99 %.1f ms to the first byte" % slow)


@tap.test("with the server frozen it says what it waits for and since when; SIGCONT lets it go on")
def _says():
    with at_the_third() as terminal:
        with frozen():
            terminal.send("r")
            since = int(terminal.wait_for(WAITING).group(1))
            wait.until(lambda: int(terminal.wait_for(WAITING).group(1)) > since, what="the seconds to go on", show=terminal.screen)
            terminal.press("?", "keys and commands of")
            terminal.press("Escape", "database: waiting")
            terminal.send("Enter")
            terminal.wait_for("Quota of the day")
            terminal.press("Escape", MIDI)
        terminal.wait_gone("waiting")
        is_as_before(terminal)


@tap.test("a server that stays frozen is given up after the time allowed, tried again, and found when it goes on")
def _given_up():
    with console("--timeout", "1", "--filter", "org:midi", shows=MIDI) as terminal:
        with frozen():
            terminal.send("Down", "Down", "r")
            terminal.wait_for("not connected")
            terminal.wait_for(re.compile("next attempt in [1-9] s — data of .* — connection|connecting again, [1-9] s… — data of"))
            assert "annonces@" in terminal.screen()
        terminal.wait_for("Connected again")
        is_as_before(terminal)


@tap.test("with the server frozen q and Ctrl-C leave at once")
def _leave():
    for key in ("q", "C-c"):
        with console() as terminal:
            with frozen():
                terminal.send("r", "G")
                terminal.wait_for(WAITING)
                pid = terminal.pid()
                start = time.monotonic()
                terminal.send(key)
                process.wait_gone([pid])
                took = time.monotonic() - start
            assert terminal.wait_end() == 0
            assert SANITIZED or took < QUIT_S, "%.2f s" % took
    wait.until(lambda: sessions() == 0, what="the end of the sessions")


@tap.test("a start against a frozen server ends by itself and by Ctrl-C")
def _start_frozen():
    with frozen():
        done = PLACE.run("list", "--timeout", "1")
        assert done.status == UNREACHABLE and "does not answer" in done.err, done
        with PLACE.terminal(start=False) as terminal:
            terminal.shell()
            terminal.type(program())
            terminal.send("Enter")
            pid = wait.until(lambda: process.children(terminal.pid()), what="the program")
            wait.until(lambda: "do_poll" in waiting_in(pid[0]) or process.state(pid[0]) == "S", what="its wait")
            terminal.send("C-c")
            process.wait_gone(pid, 2)


def waiting_in(pid):
    try:
        with open("/proc/%d/wchan" % pid, encoding="ascii") as file:
            return file.read()
    except OSError:
        return ""


@tap.test("kill -9 of the server and a start: it comes back by itself, filter and cursor kept")
def _killed():
    with at_the_third() as terminal:
        PLACE.cluster.kill9()
        terminal.wait_for("not connected")
        before = ticks(terminal.pid())
        terminal.wait_for(re.compile("next attempt in [2-9] s — data of"))
        used = ticks(terminal.pid()) - before
        assert SANITIZED or used < TICKS_MAX, "%d ticks while it waited for the server" % used
        terminal.press("Up", "2/5")
        terminal.press("Down", "3/5")
        terminal.press("Enter", "Quota of the day")
        terminal.press("Escape", "3/5")
        PLACE.cluster.start()
        terminal.wait_for("Connected again")
        is_as_before(terminal)


@tap.test("a filter typed and an order chosen while there is no server hold when it is back")
def _typed_without():
    with at_the_third() as terminal:
        PLACE.cluster.kill9()
        terminal.wait_for("not connected")
        terminal.send("/", "C-u")
        terminal.type("org:nord")
        terminal.send("Enter")
        terminal.wait_for("filter: org:nord")
        terminal.send("S")
        PLACE.cluster.start()
        terminal.wait_for("Connected again")
        terminal.wait_for("7 connexions")
        terminal.wait_for(re.compile("Organisation ?▾"))
        wanted = PLACE.super("""SELECT openai_email_compte FROM openai_connexion JOIN organisations USING (organisation_id)
            WHERE organisation_nom ILIKE '%nord%' ORDER BY 1 DESC LIMIT 1""")
        first = terminal.wait_for(re.compile(r"^.*Organisation ?▾.*\n(.*)", re.M)).group(1)
        assert wanted.split("@")[0] + "@" in first and "@midi" not in terminal.screen(), terminal.screen()
        terminal.wait_for("1/7")


@tap.test("at the end of a long list too: an order chosen without a server is asked for from its start")
def _order_without():
    with console(cols=120) as terminal:
        terminal.press("G", "78/78")
        PLACE.cluster.kill9()
        terminal.wait_for("not connected")
        terminal.send(":")
        terminal.type("sort budget-limit")
        terminal.send("Enter")
        PLACE.cluster.start()
        terminal.wait_for("Connected again")
        terminal.wait_for(" 1/78")
        assert "by Cost a month, limit" in terminal.screen(), terminal.screen()
        terminal.press("End", "78/78")


@tap.test("a restart, a terminated session, and r in between")
def _restart():
    with at_the_third() as terminal:
        PLACE.cluster.restart()
        terminal.wait_for("Connected again")
        is_as_before(terminal)
        terminate()
        terminal.wait_for("Connected again")
        terminal.wait_for("3/5")
        took = []
        while not took or took[-1] > 2:
            assert len(took) < 5, "r did not connect at once: %s" % took
            PLACE.cluster.stop()
            terminal.wait_for(re.compile("next attempt in [4-9] s"))
            PLACE.cluster.start()
            start = time.monotonic()
            terminal.press("r", "Connected again")
            took.append(time.monotonic() - start)
        is_as_before(terminal)


@tap.test("a server that is down at the start: exit status and words, on a pipe and on a terminal")
def _down():
    PLACE.cluster.stop()
    try:
        for argv in ((), ("list",), ("doctor", "--json")):
            with PLACE.terminal(*argv, cols=120) as terminal:
                terminal.wait_for("cannot be reached" if argv != ("doctor", "--json") else "unreachable")
                assert terminal.wait_end() == UNREACHABLE
        done = PLACE.run("list")
        assert done.status == UNREACHABLE and "cannot be reached" in done.err and "→" in done.err, done
    finally:
        PLACE.cluster.start()


@tap.test("row level security switched off and a new connection: refused, and no row stays on the screen")
def _rls_off():
    with at_the_third() as terminal:
        PLACE.owner("ALTER TABLE openai_connexion DISABLE ROW LEVEL SECURITY")
        try:
            terminate()
            terminal.wait_for("Row level security is off")
            screen = terminal.screen()
            assert "refused" in screen and "@midi" not in screen and "RLS proven" not in screen, screen
            terminal.press("i", "failed")
            terminal.press("Escape", "Row level security is off")
            terminal.send("L")
            terminal.wait_for("Row level security is off")
            terminal.send("Escape")
            done = PLACE.run("list")
            assert done.status == RLS_OFF and done.out == "", done
        finally:
            PLACE.owner("ALTER TABLE openai_connexion ENABLE ROW LEVEL SECURITY")
        terminal.press("r", "RLS proven")
        terminal.wait_for(MIDI)
        listens(terminal)


@tap.test("row level security switched off under a living session of a member: no foreign row comes")
def _rls_off_member():
    own = PLACE.psql("SELECT count(*) FROM openai_connexion", KARIM)
    with console(user=KARIM, shows=own + " connexions") as terminal:
        PLACE.owner("ALTER TABLE openai_connexion DISABLE ROW LEVEL SECURITY")
        try:
            PLACE.psql("UPDATE openai_connexion SET openai_project_id = 'proj_seen' WHERE openai_email_compte = 'api@horizon.example'")
            terminal.send("r")
            terminal.press("Enter", "Quota of the day")
            terminal.press("Escape", own + " connexions")
            terminal.press("r", own + " connexions")
            terminal.press("o", "1 organisation ")
            terminal.press("Escape", "Connexions ▸ Réseau Horizon")
            screen = terminal.screen()
            assert screen.count("@ho") > 5 and "midi" not in screen and "tokyo" not in screen, screen
        finally:
            PLACE.owner("ALTER TABLE openai_connexion ENABLE ROW LEVEL SECURITY")


@tap.test("an operator who is one no more: refused, back when it is one again")
def _no_operator():
    with at_the_third() as terminal:
        PLACE.super("CREATE TABLE was AS SELECT * FROM vigie.operator WHERE role_name = 'claire'; DELETE FROM vigie.operator WHERE role_name = 'claire'")
        try:
            terminate()
            terminal.wait_for("No user stands behind the role claire")
            assert "@midi" not in terminal.screen()
            assert PLACE.run("list").status == NO_USER
        finally:
            PLACE.super("INSERT INTO vigie.operator SELECT * FROM was; DROP TABLE was")
        terminal.press("r", "RLS proven")
        terminal.wait_for(MIDI)


@tap.test("a password changed meanwhile: refused once, not tried again and again; r after the cure")
def _password():
    with Place(auth="scram") as place:
        with console(place=place) as terminal:
            place.super("ALTER ROLE claire PASSWORD 'another'")
            terminate(place)
            terminal.wait_for("refused: ")
            terminal.wait_for("wrong password")
            assert "@" not in "".join(terminal.lines()[2:]), terminal.screen()
            before = place.cluster.log().count("password authentication failed")
            assert 1 <= before <= 2, before
            terminal.press("?", "keys and commands of")
            terminal.press("Escape", "refused")
            done = place.run("list")
            assert done.status == PASSWORD, done
            place.set_password(ADMIN)
            terminal.press("r", "RLS proven")
            terminal.wait_for(READY)
            # that command's, and of two connections the second may have come later
            assert before + 1 <= place.cluster.log().count("password authentication failed") <= 3


@tap.test("a lock on the table: the statement is given up by the server, the connection kept, the list fetched afterwards")
def _locked():
    with console("--timeout", "5", "--filter", "org:midi", shows=MIDI) as terminal:
        backend = PLACE.super("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity WHERE usename = 'claire'")
        psql = subprocess.Popen(
            [os.path.join(PLACE.cluster.bin, "psql"), "-XqAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=process.clean_env(PLACE.home, **PLACE.cluster.env(PLACE.db, OWNER)),
        )
        try:
            psql.stdin.write("BEGIN; LOCK TABLE openai_connexion IN ACCESS EXCLUSIVE MODE; SELECT 'locked';\n")
            psql.stdin.flush()
            assert psql.stdout.readline() == "locked\n"
            terminal.send("r")
            terminal.wait_for(WAITING)
            terminal.wait_for("57014")
            assert "RLS proven" in terminal.screen() and "annonces@" in terminal.screen(), terminal.screen()
        finally:
            psql.communicate("ROLLBACK;\n\\q\n")
        PLACE.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 180 WHERE openai_email_compte = 'annonces@midi.example'")
        terminal.press("r", "95 %!")
        assert backend == PLACE.super("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity WHERE usename = 'claire'")


tap.main()
