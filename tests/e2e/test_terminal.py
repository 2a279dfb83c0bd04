#!/usr/bin/python3
"""The terminal is left as it was found, whatever ends the console, and the console ends when its terminal does."""

import contextlib
import os
import pty
import re
import resource
import select
import signal
import sys
import termios

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from support import process, tap, wait  # noqa: E402
from support.place import Place, program  # noqa: E402

PLACE = tap.keep(Place())
READY = "78 connexions"
TICKS_MAX = 3  # of processor time, from the loss of the terminal to the end
SANITIZED = os.environ.get("VIGIE_SANITIZER", "no") != "no"


def child_of(pid):
    """The program that a shell runs; it may have a helper of its own for the time of its start."""
    found = [c for c in process.children(pid) if process.alive(c)]
    return found[0] if found else 0


@contextlib.contextmanager
def in_shell(keys=(), wanted=READY, argv=(), **options):
    """The console started by a shell in a terminal; gives the terminal and the program's pid."""
    with PLACE.terminal(start=False, **options) as terminal:
        terminal.shell(env={"HISTFILE": None})
        terminal.type("cd; ulimit -c unlimited; clear; stty -g >before; " + " ".join((program(), *argv)))
        terminal.press("Enter", READY)
        for key in keys:
            terminal.send(key)
        terminal.wait_for(wanted)
        yield terminal, child_of(terminal.pid())


def is_clean(terminal):
    """Everything of a terminal that a person would notice is as before."""
    terminal.type("stty -g >after; cmp before after && echo modes=kept")
    terminal.press("Enter", re.compile("^modes=kept", re.M))
    wait.until(lambda: terminal.modes() == set(), what="the end of the modes", show=lambda: str(terminal.modes()))
    assert terminal.cursor()[2], "the cursor is hidden"
    terminal.paste("echo pasted-$((40 + 2))")  # readline asks for brackets of its own
    terminal.press("Enter", re.compile("^pasted-42", re.M))
    assert not [name for name in os.listdir(PLACE.home) if name.startswith("core")], "a core file"


def ends_by(number, keys=(), wanted=READY, status=None, says=None, **options):
    """Send a signal; the shell is back in a clean terminal, the program gone with the status that a shell expects."""
    with in_shell(keys, wanted, **options) as (terminal, pid):
        os.kill(pid, number)
        process.wait_gone([pid])
        terminal.type("echo status=$?=")
        terminal.press("Enter", re.compile("^status=%s=" % (128 + number if status is None else status), re.M))
        if says:
            terminal.wait_for(says)
        is_clean(terminal)


@tap.test("SIGTERM and SIGINT end it as its own quit does")
def _polite():
    ends_by(signal.SIGTERM, status=0)
    ends_by(signal.SIGINT, status=0)


@tap.test("SIGQUIT ends it without a core file")
def _quit():
    ends_by(signal.SIGQUIT, status=0)


@tap.test("SIGHUP from somebody leaves the living terminal clean")
def _hangup():
    ends_by(signal.SIGHUP, status=0)


@tap.test("each signal finds the other screens clean up too: prompt, sheet, too small")
def _screens():
    ends_by(signal.SIGTERM, ("/", "m", "i"), "/mi", status=0)
    ends_by(signal.SIGHUP, (":",), "all keys and commands", status=0)
    ends_by(signal.SIGTERM, ("Enter",), "Quota of the day", status=0)
    with in_shell() as (terminal, pid):
        terminal.resize(20, 5)
        terminal.wait_for("too small")
        os.kill(pid, signal.SIGTERM)
        process.wait_gone([pid])
        terminal.resize(80, 24)
        is_clean(terminal)


@tap.test("a fault gives the terminal back, names the signal and the log, and is reported to the shell")
def _fault():
    if SANITIZED:
        tap.skip("the sanitizer reports the fault in its own way")
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
        ends_by(number, says="vigie: " + number.name)
    ends_by(signal.SIGSEGV, ("/", "m"), "/m", says=re.compile("the log is /"))


@tap.test("SIGABRT gives the terminal back")
def _abort():
    ends_by(signal.SIGABRT, says="vigie: SIGABRT")


@tap.test("a fault on other kinds of terminal")
def _kinds():
    if SANITIZED:
        tap.skip("the sanitizer reports the fault in its own way")
    for term in ("xterm", "vt100", "screen"):
        ends_by(signal.SIGSEGV, says="vigie: SIGSEGV", term=term)
        ends_by(signal.SIGTERM, status=0, term=term)


@tap.test("while it is stopped by Ctrl-Z, SIGTERM and SIGSEGV leave the shell's terminal alone")
def _stopped():
    for number, again in ((signal.SIGTERM, True), (signal.SIGKILL, False)):
        with in_shell() as (terminal, pid):
            terminal.press("C-z", "Stopped")
            os.kill(pid, number)
            if again:
                os.kill(pid, signal.SIGCONT)
            process.wait_gone([pid])
            terminal.send("Enter")
            is_clean(terminal)


@tap.test("after kill -9 no process and no session stays; stty and the shell get the terminal back")
def _kill():
    with in_shell() as (terminal, pid):
        os.kill(pid, signal.SIGKILL)
        process.wait_gone([pid])
        assert "alternate_on" in terminal.modes()
        wait.until(lambda: sessions() == 0, what="the end of the sessions")
        terminal.send("C-j")
        terminal.type("stty sane; tput rmcup; clear")
        terminal.send("C-j")
        terminal.type("echo back-$((1 + 1))")
        terminal.press("Enter", re.compile("^back-2", re.M))


def sessions():
    """Connections of operators to the database."""
    return int(PLACE.cluster.psql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'claire'"))


def ticks(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


class Pty:
    """The console on a pseudo-terminal of its own, as leader of its session or not."""

    def __init__(self, leads=True, keep=False):
        """keep: hold the program's end open as a shell would, so that it can be looked at afterwards."""
        self.master, slave = pty.openpty()
        self.slave = slave if keep else -1
        termios.tcsetwinsize(slave, (24, 80))
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                if leads:
                    os.close(os.open(os.ttyname(slave), os.O_RDWR))
                for fd in (0, 1, 2):
                    os.dup2(slave, fd)
                os.closerange(3, 64)
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                os.chdir(PLACE.home)
                os.execve(program(), [program()], PLACE.env(TERM="xterm-256color"))
            finally:
                os._exit(127)
        if not keep:
            os.close(slave)
        self.seen = b""

    def read_until(self, text):
        """Read what the program writes until the text has come."""

        def come():
            self.seen += os.read(self.master, 65536)
            return text in self.seen

        wait.until(come, what=text)

    def read_to_end(self):
        """Read what is left when the program has ended; its exit status."""
        status, _ = self.end()
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 65536)
        return status

    def close(self):
        """The line drops."""
        os.close(self.master)
        self.master = -1

    def end(self):
        """Wait for the end: (exit status or minus the signal, ticks of processor time since before)."""
        status = []

        def ended():
            pid, code, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                status.append((os.waitstatus_to_exitcode(code), usage))
            return pid

        wait.until(ended, what="the end of the program")
        code, usage = status[0]
        return code, (usage.ru_utime + usage.ru_stime) * os.sysconf("SC_CLK_TCK")

    def drop(self):
        """End it whatever happens."""
        process.send_signal(self.pid, signal.SIGKILL)
        for end in (self.master, self.slave):
            if end >= 0:
                os.close(end)


def vanish(leads, keys=b""):
    """The terminal goes; returns the exit status and the ticks that the end took."""
    line = Pty(leads)
    try:
        line.read_until(b"connexions")
        line.read_until("78".encode())
        if keys:
            os.write(line.master, keys)
        before = ticks(line.pid)
        line.close()
        status, used = line.end()
        return status, used - before
    finally:
        line.drop()


def left_on(data):
    """Private modes that were switched and not switched back, of those that are off (or on: 7, 25) in a shell."""
    modes = {}
    for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", data):
        for number in numbers.split(b";"):
            modes[int(number)] = switch == b"h"
    return [number for number, on in modes.items() if on != (number in (7, 25))]


FAULTS = () if SANITIZED else (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)


@tap.test("each mode of the terminal and of its line that was switched is switched back, without a shell's help")
def _modes():
    for number in (0, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, *FAULTS):
        line = Pty(leads=False, keep=True)
        try:
            before = termios.tcgetattr(line.master)
            line.read_until(b"connexions")
            assert set(left_on(line.seen)) >= {1049, 2004, 25}, left_on(line.seen)
            assert termios.tcgetattr(line.master) != before
            if number:
                os.kill(line.pid, number)
            else:
                os.write(line.master, b"q")
            line.read_until(b"\x1b[?1049l")
            status = line.read_to_end()
            assert status == (-number if number in (*FAULTS, signal.SIGABRT) else 0), (number, status)
            assert not left_on(line.seen), (number, left_on(line.seen))
            assert termios.tcgetattr(line.master) == before, (number, before, termios.tcgetattr(line.master))
        finally:
            line.drop()


@tap.test("a terminal that vanishes ends it at once, without spinning")
def _vanished():
    for leads in (True, False):
        for keys in (b"", b"/mi", b"\x1b[", b"j" * 500):
            status, used = vanish(leads, keys)
            assert status in (5, -signal.SIGHUP), (leads, keys, status)
            assert SANITIZED or used <= TICKS_MAX, (leads, keys, used)
    wait.until(lambda: sessions() == 0, what="the end of the sessions")


@tap.test("a terminal that vanishes while the database is silent ends it as well")
def _vanished_silent():
    line = Pty()
    try:
        line.read_until(b"connexions")
        PLACE.cluster.sigstop()
        os.write(line.master, b"r")
        before = ticks(line.pid)
        line.close()
        status, used = line.end()
        assert status in (5, -signal.SIGHUP) and (SANITIZED or used - before <= TICKS_MAX), (status, used - before)
    finally:
        PLACE.cluster.sigcont()
        line.drop()


@tap.test("a tmux that is killed takes the console with it")
def _tmux_gone():
    with PLACE.terminal() as terminal:
        terminal.wait_for(READY)
        process.wait_gone([terminal.vanish()])
    wait.until(lambda: sessions() == 0, what="the end of the sessions")


@tap.test("a line that takes no more bytes does not keep it from ending")
def _blocked():
    line = Pty()
    try:
        line.read_until(b"connexions")
        for _ in range(40):  # nobody reads what these draw
            os.write(line.master, b"?q\x0c")
        os.kill(line.pid, signal.SIGTERM)
        os.kill(line.pid, signal.SIGHUP)
        line.close()
        line.end()
    finally:
        line.drop()


tap.main()
