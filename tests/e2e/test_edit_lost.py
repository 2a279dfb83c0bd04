#!/usr/bin/python3
"""A connection that breaks in the middle of a save: what the program says is what the table holds."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.edits import Edits  # noqa: E402
from support.place import OWNER, Place  # noqa: E402

OK, LOST, CONFLICT = 0, 8, 12

place = tap.keep(Place())
table = Edits(place)
row = table.row
ids = table.ids
edit = table.edit
unchanged = table.unchanged
TWO = ids()[1]


class Relay:
    """A socket folder in front of the server's, that can lose what the server answers to a save."""

    def __init__(self):
        self.folder = process.scratch("vr")
        name = ".s.PGSQL.%d" % place.cluster.port
        self.path, self.to = os.path.join(self.folder, name), os.path.join(place.cluster.host, name)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        os.chmod(self.folder, 0o755)
        os.chmod(self.path, 0o777)
        self.listener.listen(8)
        self.mode, self.saw, self.ends = None, threading.Event(), []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.to)
                self.ends += [client, server]
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source, sink, up):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if up and self.mode and b"vigie.save" in data:
                    self.saw.set()
                    if self.mode == "unsent":
                        break
                if self.saw.is_set() and not up and self.mode == "unanswered":
                    continue
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """Breaks every connection, and behaves from now on."""
        self.mode = None
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.cut()
        self.listener.close()


@contextlib.contextmanager
def through_relay(mode, *argv):
    relay = Relay()
    relay.mode = mode
    child = place.popen(*argv, env={"PGHOST": relay.folder}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert relay.saw.wait(wait.PATIENCE)
        yield relay, child
    finally:
        relay.close()
        if child.poll() is None:
            child.kill()
        child.wait()


@tap.test("the answer of a save is lost after it was committed: the program finds out, and says saved")
def _unanswered():
    with through_relay("unanswered", "set", TWO, "quota-limit=8181", "--json") as (relay, child):
        wait.until(lambda: row(TWO)["openai_limite_quotidienne"] == 8181, what="the save was committed")
        relay.cut()
        relay.saw.clear()
        out, err = child.communicate(timeout=60)
    told = json.loads(out)
    assert child.returncode == OK and told["committed"] and told["counts"]["saved"] == 1, (out, err)
    assert told["rows"][0]["outcome"] == "saved", told
    edit("undo", "--yes")


@tap.test("the connection breaks before a save arrives: nothing was changed, and the program says so")
def _unsent():
    with unchanged():
        with through_relay("unsent", "set", TWO, "quota-limit=8282") as (relay, child):
            relay.mode = None
            relay.saw.clear()
            out, err = child.communicate(timeout=60)
    assert child.returncode == LOST and b"nothing was changed" in err, (out, err)


@tap.test("a save that waits for a lock is killed in the server: nothing was changed, and the program says so")
def _killed():
    with unchanged():
        locker = subprocess.Popen(
            [os.path.join(place.cluster.bin, "psql"), "-X", "-q"], env=place.env(OWNER), stdin=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            locker.stdin.write("BEGIN; SELECT 1 FROM openai_connexion WHERE openai_connexion_id = '%s' FOR UPDATE;\n" % TWO)
            locker.stdin.flush()
            wait.until(lambda: place.super("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") != "0")
            child = place.popen("set", TWO, "quota-limit=8383", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            waits = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'vigie.save'"
            pid = wait.until(lambda: place.super(waits), what="the save waits")
            place.super("SELECT pg_terminate_backend(%s)" % pid.split()[0])
            out, err = child.communicate(timeout=60)
        finally:
            locker.communicate("ROLLBACK;\n", timeout=60)
    assert child.returncode == LOST and b"nothing was changed" in err, (out, err)


@tap.test("two people replace a key: the second one meets the first one's by its fingerprint and overwrites nothing")
def _keys():
    before = place.super("SELECT openai_api_key FROM openai_connexion WHERE openai_connexion_id = '%s'" % TWO)
    first = "sk-proj-typed-by-the-first-not-a-key"
    locker = subprocess.Popen(
        [os.path.join(place.cluster.bin, "psql"), "-X", "-q"], env=place.env(OWNER), stdin=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        locker.stdin.write("BEGIN; UPDATE openai_connexion SET openai_api_key = '%s' WHERE openai_connexion_id = '%s';\n" % (first, TWO))
        locker.stdin.flush()
        wait.until(lambda: place.super("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") != "0")
        path = os.path.join(process.scratch("vk"), "key")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("sk-proj-typed-by-the-second-not-a-key\n")
        child = place.popen("set", TWO, "--key-file", path, "--yes", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait.until(lambda: place.super("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'vigie.save'"),
                   what="the second save waits")
    finally:
        locker.communicate("COMMIT;\n", timeout=60)
    out, err = child.communicate(timeout=60)
    assert child.returncode == CONFLICT, (child.returncode, out, err)
    assert b"sk-proj" not in out + err
    now = place.super("SELECT openai_api_key FROM openai_connexion WHERE openai_connexion_id = '%s'" % TWO)
    assert now == first, "the first one's key was overwritten"
    edit("set", TWO, "--key-file", "-", "--yes", stdin=before + "\n")


tap.main()
