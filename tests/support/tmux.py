"""A terminal for the real program: tmux on a socket of its own, in a clean environment.

    with Terminal(cols=80, rows=24) as terminal:
        terminal.start([program, "demo"])
        terminal.wait_for("Connexions")
        terminal.send("Down", "Enter")

send() takes tmux's names of keys (Enter, Escape, Down, C-c, F1, PPage), type() plain text.
"""

import os
import re
import shutil
import signal
import subprocess

from . import process, tap, wait

CONFIG = """\
set -g status off
set -s escape-time 0
set -g default-terminal tmux-256color
set -g remain-on-exit on
set -g remain-on-exit-format ''
set -g history-limit 0
"""
TARGET = "main"


class Terminal:
    """One pane, driven by keys and read as text."""

    def __init__(
        self, cols=80, rows=24, term="tmux-256color", locale="C.UTF-8", env=None, home=None
    ):
        """env: more variables for the program, None as a value removes one.

        home: the program's home, to be shared by several terminals; else one of its own, removed at the end.
        """
        self.cols, self.rows = cols, rows
        self.directory = process.scratch("vt")
        os.chmod(self.directory, 0o711)
        self.home = home or process.make_home(os.path.join(self.directory, "home"))
        self.env = process.clean_env(self.home, TERM=term, LC_ALL=locale, **(env or {}))
        self.socket = os.path.join(self.directory, "tmux")
        self.last = ""
        self.server = None
        self._start_server()

    def __enter__(self):
        tap.on_failure(self._evidence)
        return self

    def __exit__(self, kind, _error, _trace):
        tap.forget(self._evidence)
        if kind is not None:
            tap.attach(*self._evidence())
        self.close()

    def _evidence(self):
        try:
            return "screen", self.screen()
        except AssertionError:
            return "last screen", self.last

    def _start_server(self):
        config = os.path.join(self.directory, "tmux.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        self.server = process.spawn(
            ["tmux", "-u", "-S", self.socket, "-f", config, "-D"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=process.clean_env(self.home),
        )
        wait.until(lambda: os.path.exists(self.socket), what="the start of tmux", interval=0.005)

    def tmux(self, *argv):
        """Run a tmux command and return what it prints."""
        done = subprocess.run(
            ["tmux", "-u", "-S", self.socket, *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=process.clean_env(self.home),
            timeout=wait.PATIENCE,
            check=False,
        )
        if done.returncode:
            raise AssertionError("tmux %s: %s" % (argv[0], done.stderr.decode().strip()))
        return done.stdout.decode("utf-8", "replace")

    def start(self, argv, env=None, record=None, cwd=None):
        """Run a program in the pane. record: a file that gets every byte written to the terminal."""
        values = {**self.env, **(env or {})}
        command = ["/usr/bin/env", "-i"]
        command += ["%s=%s" % pair for pair in values.items() if pair[1] is not None]
        gate = os.path.join(self.directory, "gate")
        if record:
            if not os.path.exists(gate):
                os.mkfifo(gate)
            command += ["/bin/sh", "-c", 'read -r _ <"$0"; exec "$@"', gate]
        command += list(argv)
        size = ["-x", str(self.cols), "-y", str(self.rows)]
        self.tmux("new-session", "-d", "-s", TARGET, *size, "-c", cwd or self.home, "--", *command)
        if record:
            self.tmux("pipe-pane", "-t", TARGET, "exec cat >'%s'" % record)
            with open(gate, "w", encoding="ascii") as file:
                file.write("go\n")

    def shell(self, env=None):
        """Start an interactive bash with the prompt "$ " (for job control and stty)."""
        self.start(["bash", "--noprofile", "--norc", "-i"], {"PS1": "$ ", **(env or {})})
        self.wait_for("$")

    def send(self, *keys):
        """Press keys, by tmux's names."""
        self.tmux("send-keys", "-t", TARGET, *keys)

    def type(self, text):
        """Type text literally."""
        self.tmux("send-keys", "-t", TARGET, "-l", "--", text)

    def bytes(self, data):
        """Send raw bytes, valid text or not."""
        self.tmux("send-keys", "-t", TARGET, "-H", *("%02x" % byte for byte in data))

    def paste(self, text):
        """Paste as a terminal does, bracketed if the program asked for it."""
        path = os.path.join(self.directory, "paste")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        self.tmux("load-buffer", path)
        self.tmux("paste-buffer", "-p", "-r", "-t", TARGET)

    def screen(self, escapes=False):
        """The screen as text; with escapes: colours as SGR sequences and blanks at line ends kept."""
        more = ["-e", "-N"] if escapes else []
        text = self.tmux("capture-pane", "-p", "-t", TARGET, *more)
        if not escapes:
            self.last = text
        return text

    def lines(self):
        """The screen's lines without trailing blanks."""
        return [line.rstrip() for line in self.screen().split("\n")]

    def matches(self, wanted):
        """What a text (part of the screen) or a compiled regular expression finds now."""
        screen = self.screen()
        if isinstance(wanted, str):
            return wanted in screen
        return wanted.search(screen)

    def _show(self):
        return "the screen was:\n" + self.last

    def wait_for(self, wanted, timeout=wait.PATIENCE):
        """Wait until the screen shows a text or matches a regular expression; returns the match.

        The frame that brought it is then drawn to its end: the screen is read until it stays the same.
        """
        what = getattr(wanted, "pattern", wanted)
        found = wait.until(
            lambda: self.matches(wanted), timeout, "%r on the screen" % what, show=self._show
        )
        wait.settled(self.screen, self.last)
        return found

    def wait_gone(self, wanted, timeout=wait.PATIENCE):
        """Wait until the screen does not show it any more."""
        what = getattr(wanted, "pattern", wanted)
        wait.until(
            lambda: not self.matches(wanted), timeout, "%r to go" % what, show=self._show
        )

    def press(self, key, wanted, timeout=wait.PATIENCE):
        """Press a key and wait for what it brings."""
        self.send(key)
        return self.wait_for(wanted, timeout)

    def format(self, text):
        """Expand one of tmux's formats."""
        return self.tmux("display-message", "-p", "-t", TARGET, text).rstrip("\n")

    def resize(self, cols, rows):
        """Change the size of the terminal."""
        self.cols, self.rows = cols, rows
        self.tmux("resize-window", "-t", TARGET, "-x", str(cols), "-y", str(rows))

    def cursor(self):
        """Column, row and visibility of the cursor, from 0."""
        x, y, flag = self.format("#{cursor_x} #{cursor_y} #{cursor_flag}").split()
        return int(x), int(y), flag == "1"

    def modes(self):
        """What the program left switched on: alternate screen, mouse, keypad, bracketed paste."""
        names = ("alternate_on", "mouse_any_flag", "keypad_flag", "keypad_cursor_flag")
        values = self.format(" ".join("#{%s}" % name for name in names)).split()
        return {name for name, value in zip(names, values) if value == "1"}

    def pid(self):
        """The process started in the pane."""
        return int(self.format("#{pane_pid}"))

    def tty(self):
        """The pane's terminal device."""
        return self.format("#{pane_tty}")

    def dead(self):
        """True once the program has ended."""
        return self.format("#{pane_dead}") == "1"

    def wait_end(self, timeout=wait.PATIENCE):
        """Wait for the end of the program: its exit status, or minus the signal that ended it."""

        def outcome():
            found = self.format("#{pane_dead}/#{pane_dead_status}/#{pane_dead_signal}").split("/")
            if found[0] == "1" and found[1] + found[2]:
                return found
            if found[0] == "1":
                # the device closed; tmux 3.3 now and then misses the child's signal (1 of 20)
                self.server.send_signal(signal.SIGCHLD)
            return None

        found = wait.until(outcome, timeout, "the end of the program", show=self._show_now)
        _, status, number = found
        return -int(number) if number else int(status)

    def _show_now(self):
        return "the screen was:\n" + self.screen()

    def vanish(self):
        """The terminal disappears under the program, as when a line drops; returns the pid."""
        pid = self.pid()
        self.server.kill()
        self.server.wait()
        return pid

    def close(self):
        """End the program and the terminal."""
        if self.server.poll() is None:
            pids = process.children(self.server.pid)
            process.end(self.server)
            for pid in pids:
                process.send_signal(pid, signal.SIGKILL)
            process.wait_gone(pids)
        shutil.rmtree(self.directory, ignore_errors=True)


def _self_test():
    @tap.test("keys go in, text comes out, the exit status is known")
    def _echo():
        with Terminal() as terminal:
            terminal.start(["sh", "-c", 'read -r line; echo "got $line"; exit 3'])
            terminal.type("Enter -é")
            terminal.send("Enter")
            terminal.wait_for("got Enter -é")
            assert terminal.wait_end() == 3
            assert terminal.dead()

    @tap.test("a signal is told from a status")
    def _signal():
        with Terminal() as terminal:
            terminal.start(["sh", "-c", "echo here; read -r _"])
            terminal.wait_for("here")
            os.kill(terminal.pid(), signal.SIGTERM)
            assert terminal.wait_end() == -signal.SIGTERM

    @tap.test("the environment is clean and the size as asked")
    def _environment():
        with Terminal(cols=100, rows=30, term="vt100", locale="C", env={"TZ": "Europe/Paris"}) as terminal:
            terminal.start(["sh", "-c", "stty size; env | sort; read -r _"])
            terminal.wait_for("30 100")
            screen = terminal.wait_for(re.compile("TZ=Europe/Paris(?s:.*)XDG_")) and terminal.screen()
            for line in ("TERM=vt100", "LC_ALL=C", "HOME=" + terminal.home):
                assert line in screen, line
            for name in ("TMUX", "LANG=", "SUDO", "PGHOST"):
                assert name not in screen, name

    @tap.test("a resize reaches the program")
    def _resize():
        with Terminal() as terminal:
            terminal.shell()
            terminal.resize(20, 5)
            terminal.type("stty size")
            terminal.press("Enter", "5 20")

    @tap.test("every byte can be recorded")
    def _record():
        with Terminal() as terminal:
            path = os.path.join(terminal.directory, "bytes")
            terminal.start(["sh", "-c", r"printf '\033[1mbold\033[m\n'; read -r _"], record=path)
            terminal.wait_for("bold")
            wait.until(lambda: open(path, "rb").read(), what="the record")
            with open(path, "rb") as file:
                assert b"\x1b[1mbold\x1b[m" in file.read()
            assert "\x1b[1mbold" in terminal.screen(escapes=True)

    @tap.test("a missing text fails with the screen")
    def _missing():
        with Terminal() as terminal:
            terminal.start(["sh", "-c", "echo present; read -r _"])
            terminal.wait_for("present")
            try:
                terminal.wait_for("absent", timeout=0.1)
            except AssertionError as error:
                assert "'absent'" in str(error) and "present" in str(error)
            else:
                raise AssertionError("absent text was found")

    @tap.test("nothing is left when the terminal closes or vanishes")
    def _left():
        with Terminal() as terminal:
            terminal.start(["sh", "-c", "trap '' HUP TERM; echo here; while :; do read -r _; done"])
            terminal.wait_for("here")
            pid = terminal.pid()
        process.wait_gone([pid])
        with Terminal() as terminal:
            terminal.start(["sh", "-c", "echo here; read -r _"])
            terminal.wait_for("here")
            process.wait_gone([terminal.vanish()])

    tap.main()


if __name__ == "__main__":
    _self_test()
