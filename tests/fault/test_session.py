#!/usr/bin/python3
"""A session of the program and a server that refuses, freezes, dies, is behind a pooler or tells lies."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from probe import Probe as Program  # noqa: E402
from support import process, tap, wait  # noqa: E402
from support.bouncer import Bouncer  # noqa: E402
from support.cluster import Cluster  # noqa: E402

PLATFORM = os.path.join(HERE, "..", "sql", "platform.sql")
ALAIN = "aa000000-0000-4000-8000-000000000001"
BEATRICE = "bb000000-0000-4000-8000-000000000001"
ADVISORY = "x'7669676965'::bigint"
BUSY_MS = 2000


def Probe(conninfo):
    """The program's session, driven a line at a time."""
    return Program("session_probe", conninfo)


@contextlib.contextmanager
def platform():
    """A server with an adopted platform."""
    with Cluster(roles=("authenticator",)) as cluster:
        cluster.createdb("platform")
        cluster.run_file(PLATFORM, "platform")
        cluster.psql("CHECKPOINT")  # what a kill must not undo
        yield cluster


@contextlib.contextmanager
def session(cluster, user=ALAIN, timeout=2000, **conn):
    """A probe with a proven session."""
    with Probe(cluster.conninfo("platform", "authenticator", **conn)) as probe:
        probe.ask("identity %s authenticated" % user)
        probe.ask("timeout %d" % timeout)
        said = probe.ask("open")
        assert "refusal=ok" in said, said
        yield probe


def expect_error(said, word, most_ms, least_ms=0):
    """An answer is this error, within this time and what a busy machine adds."""
    fields = said.split(" ", 3)
    assert fields[:2] == ["err", word], said
    assert least_ms <= int(fields[2]) <= most_ms + BUSY_MS, said
    return fields[3]


@contextlib.contextmanager
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


@contextlib.contextmanager
def saying(reply):
    """A port that answers each connection with these bytes and hangs up."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4)
        threading.Thread(target=hang_up, args=(listener, reply), daemon=True).start()
        yield listener.getsockname()[1]


def hang_up(listener, reply):
    with contextlib.suppress(OSError):
        while True:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(reply)


@tap.test("nobody listens: unreachable, at once")
def _refused():
    with Probe("host=127.0.0.1 port=%d user=x dbname=x" % process.free_port()) as probe:
        expect_error(probe.ask("open"), "unreachable", 1000)
    with Probe("host=/nonexistent user=x dbname=x") as probe:
        expect_error(probe.ask("open"), "unreachable", 1000)


@tap.test("a host that says nothing: unreachable, when its time is over")
def _silent():
    with silent_port() as port, Probe("host=127.0.0.1 port=%d user=x dbname=x" % port) as probe:
        probe.ask("timeout 1200")
        expect_error(probe.ask("open"), "unreachable", 2000, 1100)


@tap.test("an unreadable connection string is not repeated: it can hold a password")
def _usage():
    with Probe("host=x password=two hunter2") as probe:
        text = expect_error(probe.ask("open"), "usage", 500)
        assert "hunter2" not in text, text


@tap.test("of several hosts those that are silent, refuse or hang up are left out, and read-only ones")
def _hosts():
    with platform() as cluster, silent_port() as port, saying(b"") as rude:
        hosts = "127.0.0.1,127.0.0.1,127.0.0.1,%s" % cluster.host
        ports = "%d,%d,%d,%d" % (port, process.free_port(), rude, cluster.port)
        given = "host=%s port=%s dbname=platform user=authenticator target_session_attrs=read-write"
        with Probe(given % (hosts, ports)) as probe:
            probe.ask("identity %s authenticated" % ALAIN)
            probe.ask("timeout 6000")
            said = probe.ask("open")
            assert "host=" + cluster.host in said and "refusal=ok" in said, said
        cluster.psql("ALTER ROLE authenticator SET default_transaction_read_only = on")
        with Probe(given % (cluster.host, cluster.port)) as probe:
            expect_error(probe.ask("open"), "unreachable", 1500)


@tap.test("passwords: none, wrong, right")
def _password():
    with Cluster(auth="scram") as cluster:
        cluster.psql("CREATE ROLE app LOGIN; ALTER ROLE app PASSWORD 'right'")
        with Probe(cluster.conninfo(user="app")) as probe:
            assert "wants a password" in expect_error(probe.ask("open"), "password", 1500)
            probe.ask("password wrong")
            assert "wrong password" in expect_error(probe.ask("open"), "password", 1500)
            probe.ask("password right")
            assert probe.ask("open").startswith("open app "), "the right password"
            probe.ask("connect " + cluster.conninfo("nowhere", "app"))
            assert "no such database" in expect_error(probe.ask("open"), "unreachable", 1500)
        cluster.psql("ALTER ROLE app CONNECTION LIMIT 0")
        with Probe(cluster.conninfo(user="app")) as probe:
            probe.ask("password right")
            assert "too many connections" in expect_error(probe.ask("open"), "unreachable", 1500)


@tap.test("a frozen server: timeout after the deadline, not before")
def _frozen():
    with platform() as cluster, session(cluster, timeout=1500) as probe:
        assert probe.ask("user").startswith("ok " + ALAIN)
        cluster.sigstop()
        expect_error(probe.ask("user"), "timeout", 1800, 1450)
        expect_error(probe.ask("user"), "lost", 100)
        cluster.sigcont()
        said = probe.ask("open")
        assert "refusal=ok" in said, said
        assert probe.ask("user").startswith("ok " + ALAIN)


@tap.test("a server killed in the middle of a statement: lost")
def _killed():
    with platform() as cluster, session(cluster, timeout=20000) as probe:
        holder = hold(cluster)
        probe.post("lock")
        wait.until(lambda: waiting(cluster), what="the wait for the lock")
        cluster.kill9()
        expect_error(probe.answer(), "lost", 20000)
        process.end(holder)
        cluster.start()
        said = probe.ask("open")
        assert "refusal=ok" in said, said


@tap.test("an administrator's word is told: shutdown while idle, and during a statement")
def _shutdown():
    with platform() as cluster, session(cluster, timeout=20000) as probe:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'authenticator'"
        cluster.psql(end)
        wait.until(lambda: not backends(cluster), what="the end of the session")
        text = expect_error(probe.ask("user"), "lost", 1000)
        assert "57P01" in text, text
        probe.ask("open")
        holder = hold(cluster)
        probe.post("lock")
        wait.until(lambda: waiting(cluster), what="the wait for the lock")
        cluster.psql(end)
        text = expect_error(probe.answer(), "lost", 20000)
        assert "57P01" in text, text
        process.end(holder)


def backends(cluster):
    return int(cluster.psql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'authenticator'"))


def waiting(cluster):
    return cluster.psql("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "1"


def hold(cluster):
    """A psql that holds the advisory lock until it is ended."""
    child = subprocess.Popen(
        [os.path.join(cluster.bin, "psql"), "-XAtq"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=process.clean_env(cluster.directory, **cluster.env("platform")),
    )
    child.stdin.write("SELECT pg_advisory_lock(%s) IS NULL;\n" % ADVISORY)
    child.stdin.flush()
    assert child.stdout.readline() == "f\n"
    return child


@tap.test("the server gives up before the program does, and the session lives on")
def _statement_timeout():
    with platform() as cluster, session(cluster, timeout=5000) as probe:
        holder = hold(cluster)
        said = probe.ask("lock").split()
        assert said[0] == "timeout" and said[2] == "ready" and 4400 <= int(said[1]) < 5000, said
        assert probe.ask("user").startswith("ok " + ALAIN)
        process.end(holder)


@tap.test("an error stays in its own transaction")
def _isolation():
    with platform() as cluster, session(cluster) as probe:
        assert probe.ask("three") == "ok %s | database | ok %s" % (ALAIN, ALAIN)
        assert probe.ask("three") == "ok %s | database | ok %s" % (ALAIN, ALAIN)


@tap.test("a failure that comes only with the end of the transaction fails the transaction, and no other")
def _deferred():
    with platform() as cluster:
        cluster.psql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE check_violation; END $$;"
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON organisations DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse();",
            "platform",
        )
        with session(cluster, "ad000000-0000-4000-8000-000000000001") as probe:
            said = probe.ask("deferred").split()
            assert said[0] == "database" and said[2] == "ready", said
            assert probe.ask("user").startswith("ok ad")
            assert cluster.psql("SELECT count(*) FROM organisations WHERE organisation_nom = 'deferred'", "platform") == "0"
            cluster.psql("DROP TRIGGER late ON organisations", "platform")
            assert probe.ask("deferred").startswith("ok")
            assert cluster.psql("SELECT count(*) FROM organisations WHERE organisation_nom = 'deferred'", "platform") == "1"


@tap.test("a transaction that reads cannot write")
def _read_only():
    with platform() as cluster, session(cluster, "ad000000-0000-4000-8000-000000000001") as probe:
        assert probe.ask("write").startswith("denied ")
        assert cluster.psql("SELECT count(*) FROM organisations WHERE organisation_nom = 'written'", "platform") == "0"


@tap.test("an asserted identity leaves nothing behind")
def _claims():
    with platform() as cluster, session(cluster) as probe:
        assert probe.ask("user").startswith("ok " + ALAIN)
        left = probe.ask(
            "raw SELECT current_setting('request.jwt.claims', true), current_setting('request.jwt.claim.sub', true),"
            " current_setting('role'), current_user, current_setting('transaction_read_only')"
        )
        assert left == "[] [] [none] [authenticator] [off]", left


@tap.test("notifications wake an idle session")
def _notify():
    with platform() as cluster, session(cluster, timeout=5000) as probe:
        assert probe.ask("listen").startswith("ok")
        cluster.psql("NOTIFY vigie", "platform")
        assert probe.ask("notified") == "notified"


@tap.test("through PgBouncer in transaction mode two identities on one connection see their own rows alone")
def _bouncer():
    with platform() as cluster, Bouncer(cluster, {"authenticator": "secret"}) as bouncer:
        conninfo = "host=%s port=%d dbname=platform user=authenticator password=secret" % (bouncer.host, bouncer.port)
        with Probe(conninfo) as one, Probe(conninfo) as two:
            for probe, user in ((one, ALAIN), (two, BEATRICE)):
                probe.ask("identity %s authenticated" % user)
                said = probe.ask("open")
                assert "pooler=1" in said and "refusal=ok" in said, said
            for _ in range(20):
                for probe in (one, two):
                    probe.post("rows")
                    probe.post("three")
                said = [one.answer(), two.answer(), one.answer(), two.answer()]
                assert said[0] == "rows 3" + 3 * " Réseau Alpha", said
                assert said[1] == "rows 2" + 2 * " Agence Bêta", said
                assert said[2] == "ok %s | database | ok %s" % (ALAIN, ALAIN), said
                assert said[3] == "ok %s | database | ok %s" % (BEATRICE, BEATRICE), said
            assert backends(cluster) == 1


@tap.test("what is no PostgreSQL is unreachable, and its words are harmless")
def _stranger():
    replies = (
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"E\0\0\0\x40SFATAL\0C28P01\0M\x1b[31mred\xff\x07\0\0" + b"\0" * 64,
        b"R\0\0\0\x08\0\0\0\x63",
        b"\0" * 4096,
        b"",
    )
    for reply in replies:
        with saying(reply) as port:
            with Probe("host=127.0.0.1 port=%d user=x dbname=x sslmode=disable gssencmode=disable" % port) as probe:
                probe.ask("timeout 1500")
                said = probe.ask("open")
                assert said.split()[1] in ("unreachable", "password"), (reply, said)
                assert said.isprintable(), said


@tap.test("connecting does not wait longer than asked while the server is frozen")
def _frozen_connect():
    with platform() as cluster:
        cluster.sigstop()
        with Probe(cluster.conninfo("platform", "authenticator")) as probe:
            probe.ask("timeout 1000")
            begun = time.monotonic()
            expect_error(probe.ask("open"), "unreachable", 1500, 900)
            assert time.monotonic() - begun < 1.5 + BUSY_MS / 1000
        cluster.sigcont()


if __name__ == "__main__":
    tap.main()
