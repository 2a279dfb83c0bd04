"""Measures a terminal program from the terminal's side of the line.

    with Stopwatch([program], rows=40, cols=120) as watch:
        milliseconds = watch.first_frame(b"ready")
        for press in watch.presses("Down", 50): ...

All times are milliseconds. An answer ends at the last byte before the line is quiet for QUIET_MS.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from . import process

QUIET_MS = 40
KEYS = {
    "Down": b"\x1bOB",
    "Up": b"\x1bOA",
    "Home": b"\x1bOH",
    "End": b"\x1bOF",
    "PgDn": b"\x1b[6~",
    "PgUp": b"\x1b[5~",
    "Enter": b"\r",
    "Esc": b"\x1b",
}


class Press:
    """One key and its answer: milliseconds to the first and the last byte, and how many bytes."""

    def __init__(self, first, last, count):
        self.first, self.last, self.count = first, last, count


def median(values):
    """The middle value."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else float("nan")


def percentile(values, share):
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Stopwatch:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, argv, rows=40, cols=120, env=None, cwd="/"):
        self.argv, self.cwd = argv, cwd
        self.size = (rows, cols)
        home = process.scratch("vs")
        self.env = process.clean_env(home, TERM="xterm-256color", LC_ALL="C.UTF-8", **(env or {}))
        self.pid, self.fd, self.started = 0, -1, 0.0
        self.seen = b""

    def __enter__(self):
        rows, cols = self.size
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
                os.chdir(self.cwd)
                os.execvpe(self.argv[0], self.argv, self.env)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        return self

    def __exit__(self, *_):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _read(self, limit_ms):
        """Bytes that come within the limit, b"" when none do."""
        ready, _, _ = select.select([self.fd], [], [], limit_ms / 1000)
        if not ready:
            return b""
        try:
            return os.read(self.fd, 65536)
        except OSError:
            return b""

    def drain(self, quiet_ms=QUIET_MS):
        """Read until the line is quiet."""
        while self._read(quiet_ms):
            pass

    def first_frame(self, ready, limit_s=60):
        """Milliseconds from the start until what matches the pattern was written."""
        end = self.started + limit_s
        while time.monotonic() < end:
            self.seen += self._read(1000)
            if re.search(ready, self.seen):
                return (time.monotonic() - self.started) * 1000
        raise AssertionError("%r never came; last: %r" % (ready, self.seen[-400:]))

    def press(self, key, limit_ms=3000):
        """Send a key; how it was answered, None when nothing came."""
        sent = time.monotonic()
        os.write(self.fd, KEYS.get(key, key.encode()))
        first = last = None
        count = 0
        while True:
            data = self._read(limit_ms if first is None else QUIET_MS)
            if not data:
                break
            last = time.monotonic()
            first = first or last
            count += len(data)
        return Press((first - sent) * 1000, (last - sent) * 1000, count) if first else None

    def presses(self, keys, count, warmup=5):
        """The answers to so many presses of the keys in turn; those without an answer are left out."""
        keys = [keys] if isinstance(keys, str) else keys
        answers = [self.press(keys[i % len(keys)]) for i in range(warmup + count)]
        return [answer for answer in answers[warmup:] if answer]

    def cpu_ticks(self):
        """Clock ticks of processor time used so far."""
        with open("/proc/%d/stat" % self.pid, encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def resident_kb(self):
        """Resident memory."""
        with open("/proc/%d/status" % self.pid, encoding="ascii") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1])

    def idle(self, seconds):
        """(bytes written, ticks used) while nothing happens."""
        ticks, count, end = self.cpu_ticks(), 0, time.monotonic() + seconds
        while time.monotonic() < end:
            count += len(self._read((end - time.monotonic()) * 1000))
        return count, self.cpu_ticks() - ticks
