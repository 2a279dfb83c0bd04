"""Waiting for a condition, never for a time: the only place of the tests that may sleep."""

import time

# A wait ends with its condition: this is only for machines that are far too busy.
PATIENCE = 60.0


def until(condition, timeout=PATIENCE, what="the condition", interval=0.02, show=None):
    """Call condition() until it returns something true and return that.

    After timeout seconds AssertionError tells what was awaited, with the text of show().
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            detail = "\n" + show() if show else ""
            raise AssertionError("waited %.1f s for %s%s" % (timeout, what, detail))
        time.sleep(interval)


def settled(read, value, times=5, interval=0.01):
    """Read until it tells the same twice; what never does (a clock) is let go after some times."""
    for _ in range(times):
        time.sleep(interval)
        before, value = value, read()
        if value == before:
            return True
    return False


if __name__ == "__main__":
    from . import tap

    @tap.test("until returns the first true value")
    def _true():
        values = iter([0, "", "found"])
        assert until(lambda: next(values), interval=0.001) == "found"

    @tap.test("until says what was missing and shows it")
    def _false():
        try:
            until(lambda: False, 0.01, "a miracle", show=lambda: "nothing here")
        except AssertionError as error:
            assert "a miracle" in str(error) and "nothing here" in str(error)
        else:
            raise AssertionError("no error")

    @tap.test("settled reads until nothing changes, and not for ever")
    def _settled():
        values = iter([1, 2, 2, 3])
        assert settled(lambda: next(values), 0, interval=0.001) and next(values) == 3
        numbers = iter(range(100))
        assert not settled(lambda: next(numbers), -1, interval=0.001)

    tap.main()
