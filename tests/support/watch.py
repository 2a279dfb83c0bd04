"""A `vigie watch` under the eyes of a test: its lines, its figures, its end.

    with Watch(place, "--probe-every", "5") as watch:
        watch.wait_for("verdict", to="valid")
        status, took = watch.end()
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time

from . import process, tap, wait
from .place import ADMIN

SLOW = os.environ.get("VIGIE_SANITIZER", "no") != "no"
AT_ONCE = 8.0 if SLOW else 4.0  # seconds that an end may take on a busy machine: what it must not wait for takes longer


def lines_of(path):
    """The lines of JSON that a watch has written so far."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().splitlines(keepends=True) if line.endswith("\n")]


class Watch:
    """A `vigie watch` with its lines in a file."""

    def __init__(self, where, *argv, env=None, user=ADMIN):
        self.folder = process.scratch("vw")
        self.path = os.path.join(self.folder, "lines")
        self.where, self.argv, self.env, self.user = where, argv, env or {}, user
        self.child = None

    def __enter__(self):
        with open(self.path, "wb") as out:
            self.child = self.where.popen(
                "watch", *self.argv, user=self.user, env=self.env, stdout=out, stderr=subprocess.PIPE,
            )
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            with open(self.path, encoding="utf-8") as file:
                tap.attach("the watch's lines", "".join(file.readlines()[-15:]))
        process.end(self.child)
        self.child.stderr.close()

    def lines(self, event=None):
        """What it wrote so far, of one kind."""
        return [line for line in lines_of(self.path) if event in (None, line["event"])]

    def wait_for(self, event, timeout=wait.PATIENCE, **values):
        """The first line of a kind with these values."""
        def found():
            fits = [line for line in self.lines(event) if values.items() <= line.items()]
            return fits and fits[0]

        return wait.until(found, timeout, "a line %s %s" % (event, values), show=lambda: str(self.lines()[-5:]))

    def end(self, number=signal.SIGTERM):
        """Ask it to end: its status and the seconds that it took."""
        started = time.monotonic()
        self.child.send_signal(number)
        status = self.child.wait(wait.PATIENCE)
        return status, time.monotonic() - started


def metrics(address):
    """What Prometheus would read: {name with labels: number}."""
    if address.startswith("/"):
        link = http.client.HTTPConnection("localhost", timeout=wait.PATIENCE)
        link.sock = socket.socket(socket.AF_UNIX)
        link.sock.connect(address)
    else:
        link = http.client.HTTPConnection(address, timeout=wait.PATIENCE)
    link.request("GET", "/metrics")
    answer = link.getresponse()
    assert answer.status == 200 and answer.getheader("Content-Type").startswith("text/plain; version=0.0.4")
    text = answer.read().decode()
    link.close()
    named = set(re.findall(r"^# TYPE (\w+) (?:counter|gauge)$", text, re.M))
    found = dict(re.findall(r'^([\w{}="-]+) (-?\d+)$', text, re.M))
    assert {name.split("{")[0] for name in found} == named, text
    return {name: int(value) for name, value in found.items()}
