"""The stand-in for OpenAI, for one test program.

    with Standin(clock="2026-11-22T10:00:00Z") as openai:
        openai.ctl("ledger", "add", "at=2026-11-01", "amount=1.25", "project=proj_a")
        answer = openai.get("/models", "sk-proj-ok-1")
        assert answer.status == 200 and openai.journal()[-1]["path"] == "/v1/models"

A key tells by itself what is played on it ("sk-proj-rate_limit-1", "sk-admin-amount_34-1"); ctl() changes the rest. The
program is VIGIE_STANDIN, or the one beside VIGIE.
"""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import urllib.parse

from . import process, tap, wait


def program():
    """The path of vigie-standin."""
    named = os.environ.get("VIGIE_STANDIN")
    if named:
        return named
    return os.path.join(os.path.dirname(os.environ["VIGIE"]), "vigie-standin")


class Answer:
    """What came back: status, headers (lower case), body (bytes)."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self, **options):
        """The body as JSON."""
        return json.loads(self.body, **options)

    def error(self):
        """The member "error" of the body."""
        return self.json()["error"]


class Standin:
    """A stand-in on 127.0.0.1 with a scratch folder of its own."""

    def __init__(self, *, world=None, clock=None, demo=False, plain=False, options=(), prefix=()):
        """world: a dict, written to a file first (see world_read in the program). clock: where time stands still.

        prefix: a command that runs it (and becomes it).
        """
        self.directory = process.scratch("vs")
        self.server = None
        self.ready = {}
        self.options, self.prefix = list(options), list(prefix)
        if world is not None:
            path = os.path.join(self.directory, "world.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(world, file)
            self.options += ["--world", path]
        self.options += ["--clock", str(clock)] if clock is not None else []
        self.options += ["--demo"] if demo else []
        self.options += ["--plain"] if plain else []
        self.log_path = os.path.join(self.directory, "log")

    def __enter__(self):
        self.start()
        tap.on_failure(self._log_tail)
        return self

    def __exit__(self, kind, _error, _trace):
        tap.forget(self._log_tail)
        status = self.stop()
        words = self._log_tail()
        self.destroy()
        if kind is None and status:
            tap.attach(*words)
            raise AssertionError("the stand-in ended with %d:\n%s" % (status, words[1]))

    def _log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return "the stand-in's words", "\n".join(file.read().splitlines()[-15:])

    def start(self):
        """Start it and wait until it is ready."""
        with open(self.log_path, "ab") as log:
            self.server = process.spawn(
                [*self.prefix, program(), "serve", "--dir", self.directory, *self.options],
                stdout=log,
                stderr=log,
                env=process.clean_env(self.directory),
            )
        wait.until(self._is_ready, what="the start of the stand-in", show=lambda: self._log_tail()[1])

    def _is_ready(self):
        if self.server.poll() is not None:
            raise AssertionError("the stand-in ended at its start:\n" + self._log_tail()[1])
        try:
            with open(os.path.join(self.directory, "ready"), encoding="utf-8") as file:
                self.ready = json.load(file)
        except FileNotFoundError:
            return False
        return self.ready["pid"] == self.server.pid

    def stop(self):
        """End it by its pid; its exit status."""
        if self.server is None:
            return None
        process.end(self.server)
        status, self.server = self.server.returncode, None
        return status

    def destroy(self):
        """End it and remove its files."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def url(self):
        """The base address, with /v1."""
        return self.ready["url"]

    @property
    def ca(self):
        """The file of its certificate authority; None when plain."""
        return self.ready["ca"]

    @property
    def faults(self):
        """Addresses that misbehave below HTTP, by name."""
        return self.ready["faults"]

    def context(self):
        """A TLS context that trusts its authority; None when plain."""
        return ssl.create_default_context(cafile=self.ca) if self.ca else None

    def run(self, *words, stdin=None):
        """The finished `vigie-standin ctl`."""
        return subprocess.run(
            [program(), "ctl", "--dir", self.directory, *words],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=process.clean_env(self.directory),
            check=False,
        )

    def ctl(self, *words):
        """Run a command, which must succeed: its outcome. A dict or a list among the words goes as JSON."""
        text = json.dumps(words)
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(os.path.join(self.directory, "ctl"))
            link.sendall(text.encode())
            link.shutdown(socket.SHUT_WR)
            outcome = json.loads(b"".join(iter(lambda: link.recv(1 << 16), b"")))
        assert "error" not in outcome, (words, outcome)
        return outcome

    def journal(self, since=0):
        """The requests so far, as dicts."""
        return self.ctl("journal", "get", str(since))

    def connect(self, timeout=wait.PATIENCE):
        """A connection of http.client."""
        parts = urllib.parse.urlsplit(self.url)
        if self.ca:
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=self.context())
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def ask(self, method, path, key=None, *, body=None, headers=None, connection=None, timeout=wait.PATIENCE):
        """One request; path begins behind /v1 unless it names another root with "//"."""
        link = connection or self.connect(timeout)
        send = dict(headers or {})
        if key is not None:
            send["Authorization"] = "Bearer " + key
        if body is not None:
            send["Content-Type"] = "application/json"
            body = json.dumps(body)
        try:
            link.request(method, path[1:] if path.startswith("//") else "/v1" + path, body, send)
            got = link.getresponse()
            return Answer(got.status, {n.lower(): v for n, v in got.getheaders()}, got.read())
        finally:
            if connection is None:
                link.close()

    def get(self, path, key=None, query=None, **options):
        """GET with parameters: a list of pairs, or a dict."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.ask("GET", path, key, **options)


def _self_test():
    @tap.test("it starts, answers, is told things, remembers and ends")
    def _():
        with Standin(clock=1000) as standin:
            assert standin.get("/models", "sk-proj-ok-1").status == 200
            standin.ctl("scenario", "sk-proj-ok-1", "no_credit")
            assert standin.get("/models", "sk-proj-ok-1").status == 429
            assert [line["status"] for line in standin.journal()] == [200, 429]
            pid = standin.server.pid
            assert standin.stop() == 0
        process.wait_gone([pid])

    tap.main()


if __name__ == "__main__":
    _self_test()
