"""A small producer of TAP (Test Anything Protocol) for tests written in Python.

    from support import tap

    @tap.test("two and two")
    def _():
        assert 2 + 2 == 4

    tap.main()

A test passes when its function returns, fails on any exception, and is skipped by tap.skip().
Arguments of the command line choose tests by a part of their name.
"""

import contextlib
import os
import signal
import sys
import time
import traceback

TESTS = []
HOOKS = []
ATTACHED = []
STACK = contextlib.ExitStack()
TIME_LIMIT = 300


class Skip(Exception):
    """Raised by skip()."""


class TimeLimit(BaseException):
    """Raised inside a test that runs too long; no test catches it by accident."""


def test(name, limit=TIME_LIMIT):
    """Register the decorated function as a test that may run limit seconds."""

    def register(function):
        TESTS.append((name, function, limit))
        return function

    return register


def skip(reason):
    """End the running test as skipped."""
    raise Skip(reason)


def skip_all(reason):
    """End the program: no test of it can run here."""
    print("1..0 # SKIP " + reason)
    sys.exit(0)


def keep(resource):
    """Enter a context that lasts until all tests have run (a server that they share)."""
    return STACK.enter_context(resource)


def attach(title, text):
    """Keep a text (such as the last screen) to show when the running test fails."""
    ATTACHED.append((title, text))


def on_failure(hook):
    """hook() returns (title, text) or None, and is asked when a test fails."""
    HOOKS.append(hook)


def forget(hook):
    """Undo on_failure."""
    if hook in HOOKS:
        HOOKS.remove(hook)


def diag(text):
    """Print comment lines."""
    for line in str(text).split("\n"):
        print("# " + line.replace("\x1b", "\\e").replace("\r", "\\r"))


def _attachments():
    for hook in list(HOOKS):
        with contextlib.suppress(Exception):
            found = hook()
            if found:
                ATTACHED.append(found)
    for title, text in ATTACHED:
        diag("--- %s" % title)
        diag(text.rstrip("\n"))
    if ATTACHED:
        diag("---")


def _alarm(_number, _frame):
    raise TimeLimit("the test took too long")


def _run(number, name, function, limit):
    del ATTACHED[:]
    started = time.monotonic()
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(limit)
    try:
        function()
    except Skip as reason:
        print("ok %d - %s # SKIP %s" % (number, name, reason))
        return True
    except (Exception, TimeLimit) as error:
        signal.alarm(0)
        print("not ok %d - %s" % (number, name))
        diag("%s: %s" % (type(error).__name__, error))
        diag("".join(traceback.format_tb(error.__traceback__)).rstrip())
        _attachments()
        return False
    finally:
        signal.alarm(0)
        sys.stdout.flush()
    print("ok %d - %s" % (number, name))
    if os.environ.get("TAP_TIMES"):
        diag("%.3f s" % (time.monotonic() - started))
    return True


def _terminated(number, _frame):
    sys.exit(128 + number)


def main(argv=None):
    """Run the registered tests in order, print the plan at the end, leave with 0 or 1."""
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace", encoding="utf-8")
    wanted = sys.argv[1:] if argv is None else argv
    chosen = [t for t in TESTS if not wanted or any(w in t[0] for w in wanted)]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminated)
    failed = 0
    with STACK:
        for number, (name, function, limit) in enumerate(chosen, 1):
            failed += not _run(number, name, function, limit)
    if not chosen:
        print("Bail out! no test was chosen")
        sys.exit(1)
    print("1..%d" % len(chosen))
    sys.exit(1 if failed else 0)


def _self_test():
    import subprocess

    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

    def run(script, *argv):
        return subprocess.run(
            [sys.executable, "-c", "from support import tap\n" + script, *argv],
            cwd=here, stdout=subprocess.PIPE, text=True, check=False,
        )

    @test("good, bad, skipped and slow tests are told apart")
    def _kinds():
        done = run(
            "import signal\n"
            "@tap.test('good')\ndef a(): pass\n"
            "@tap.test('bad')\ndef b():\n  tap.attach('screen', 'x' + chr(27))\n  assert 1 == 2, 'sum'\n"
            "@tap.test('other')\ndef c(): tap.skip('not here')\n"
            "@tap.test('slow', limit=1)\ndef d(): signal.pause()\n"
            "tap.main()"
        )
        assert done.returncode == 1
        assert "ok 1 - good\nnot ok 2 - bad\n# AssertionError: sum\n" in done.stdout, done.stdout
        assert "# --- screen\n# x\\e\n" in done.stdout, done.stdout
        assert "ok 3 - other # SKIP not here\nnot ok 4 - slow\n" in done.stdout, done.stdout
        assert done.stdout.endswith("\n1..4\n")

    @test("a name chooses tests, an unknown one fails")
    def _choose():
        script = "@tap.test('one')\ndef a(): pass\n@tap.test('two')\ndef b(): 1/0\ntap.main()"
        assert run(script, "one").stdout == "ok 1 - one\n1..1\n"
        assert run(script, "three").returncode == 1

    @test("kept resources end after the tests")
    def _keep():
        done = run(
            "import contextlib\n"
            "@contextlib.contextmanager\ndef r():\n  yield 1\n  print('# ended')\n"
            "tap.keep(r())\n@tap.test('t')\ndef a(): pass\ntap.main()"
        )
        assert done.stdout == "ok 1 - t\n# ended\n1..1\n", done.stdout

    main()


if __name__ == "__main__":
    _self_test()
