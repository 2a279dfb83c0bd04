"""Programs of the project driven a line at a time."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, wait  # noqa: E402


class Probe:
    """A child that answers each line with a line and must end well."""

    def __init__(self, name, *argv):
        program = os.path.join(os.environ["VIGIE_BUILD"], "tests", "fault", name)
        home = process.scratch("vp")
        self.child = subprocess.Popen(
            [program, *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=process.clean_env(home, LC_ALL="C.UTF-8"),
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.child.stdin.close()
        try:
            status = self.child.wait(wait.PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            status = self.child.wait()
        self.child.stdout.close()
        if kind is None:
            assert status == 0, "the probe ended with %d" % status

    def post(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def answer(self):
        return self.child.stdout.readline().rstrip("\n")

    def ask(self, line):
        self.post(line)
        return self.answer()
