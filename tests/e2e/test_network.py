#!/usr/bin/python3
"""What lies between the console and OpenAI: names, ports, proxies. It is judged as our network, and the key stays out of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import h2, poller, process, tap, wait  # noqa: E402
from support.netns import Network, no_port  # noqa: E402
from support.place import program, run  # noqa: E402
from support.proxy import Proxy  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import AT_ONCE, Watch  # noqa: E402

OK, UNDECIDED = 0, 41
COULD_NOT_RESOLVE_PROXY, COULD_NOT_RESOLVE, COULD_NOT_CONNECT = 5, 6, 7
HEAL = "UPDATE vigie.probe SET next_at = now(); DELETE FROM vigie.host"

PLACE = tap.keep(poller.place())
OPENAI = tap.keep(Standin())
PORT = urllib.parse.urlsplit(OPENAI.url).port
AWAY = "https://standin.invalid:%d/v1" % PORT  # a name of its certificate that leads to a proxy only
NETWORK = Network.make()


def at(url, standin=OPENAI):
    """The options that lead to an address with the stand-in's authority."""
    return "--openai-url", url, "--openai-ca", standin.ca


def rows():
    """What the database believes of all connexions, and of the last answer: (verdict, state) and the host's verdicts."""
    sql = "SELECT DISTINCT verdict, openai_statut_connexion FROM vigie.probe JOIN openai_connexion ON openai_connexion_id = connexion_id"
    hosts = PLACE.super("SELECT DISTINCT verdict FROM vigie.host")
    return {tuple(row) for row in PLACE.cluster.rows(sql, PLACE.db)}, set(hosts.split())


def sound(count=4):
    """New connexions that were found sound a moment ago; their ids."""
    ids = poller.connexions(PLACE, ["sk-proj-ok-network%d" % n for n in range(count)])
    assert PLACE.run("watch", "--once", *at(OPENAI.url)).status == OK
    # a round ends when its probes are recorded; what it says of the host may come a moment later
    wait.until(lambda: rows() == ({("valid", "active")}, {"valid"}), what="sound rows and a sound host", show=lambda: str(rows()))
    PLACE.super(HEAL)
    return list(ids.values())


def trial(ident, options, status=UNDECIDED, **more):
    """`vigie test` of one connexion: what it prints."""
    done = PLACE.run("test", ident, "--json", *options, **more)
    assert done.status == status, done
    poller.no_secret(done.out + done.err, [])
    return json.loads(done.out)


def once(argv, **more):
    """One round of a watch; its status."""
    PLACE.super(HEAL)
    done = run([*argv, program(), "watch", "--once"] + more.pop("options"), PLACE.env(**more.pop("env", {})), **more)
    poller.no_secret(done.out + done.err, [])
    return done.status


@contextlib.contextmanager
def watch(argv, options, **more):
    """A watch that is killed at the end, should it still live."""
    child = subprocess.Popen([*argv, program(), "watch", "--probe-every", "5", *options], env=PLACE.env(**more.pop("env", {})),
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        yield child
    finally:
        process.end(child)


def ends(child):
    """SIGTERM ends it at once and leaves no lease."""
    started = time.monotonic()
    child.send_signal(signal.SIGTERM)
    status = child.wait(wait.PATIENCE)
    assert status == OK and time.monotonic() - started < AT_ONCE, (status, time.monotonic() - started)
    assert PLACE.super("SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL") == "0"


# ports ------------------------------------------------------------------------------------------------------------------

def judged_ours(ident, options, argv=(), **more):
    """A test, a round and a watch that can reach nobody: our network, and no row changes."""
    done = run([*argv, program(), "test", ident, "--json", *options], PLACE.env(), **more)
    told = json.loads(done.out)
    assert done.status == UNDECIDED and told["verdict"] == "network", told
    assert once(argv, options=list(options), **more) == UNDECIDED
    assert rows() == ({("valid", "active")}, {"network"}), rows()
    since = PLACE.super(HEAL + "; SELECT now()")
    with watch(argv, options, **more) as child:
        begun = "SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL OR checked_at > '%s'" % since
        wait.until(lambda: PLACE.super(begun) != "0", what="a probe")
        ends(child)
    return told


@tap.test("no local port is left: our network, and sound again as soon as there is one")
def _ports():
    ident = sound()[0]
    told = judged_ours(ident, at(OPENAI.url), preexec_fn=no_port)
    assert told["evidence"]["curl"] == COULD_NOT_CONNECT, told
    assert once([], options=list(at(OPENAI.url))) == OK and rows() == ({("valid", "active")}, {"valid"})
    if not NETWORK:
        tap.diag("no namespace here: the kernel's own exhaustion was not played")
        return
    with NETWORK, Standin(prefix=NETWORK.prefix) as near:
        assert once(NETWORK.prefix, options=list(at(near.url, near))) == OK, rows()
        NETWORK.tell("hold")
        told = judged_ours(ident, at(near.url, near), NETWORK.prefix)
        assert told["evidence"]["curl"] == COULD_NOT_CONNECT and told["evidence"]["message"], told
        NETWORK.tell("release")
        assert once(NETWORK.prefix, options=list(at(near.url, near))) == OK and rows() == ({("valid", "active")}, {"valid"})


# names ------------------------------------------------------------------------------------------------------------------

@tap.test("a name that does not exist: our network, said by a test, a round and a watch")
def _name():
    ident = sound()[0]
    told = judged_ours(ident, at("https://nowhere.invalid/v1"))
    assert told["evidence"]["curl"] == COULD_NOT_RESOLVE and "nowhere.invalid" in told["transfer"], told
    assert told["evidence"]["connect_ms"] is None and told["evidence"]["tls_ms"] is None
    with Watch(PLACE, *at("https://nowhere.invalid/v1"), "--probe-every", "5") as watching:
        assert "network" in str(watching.wait_for("host", to="network"))
        assert watching.end()[0] == OK
    judged_ours(ident, at("https://api.openai.com/v1"), preexec_fn=no_port)  # the name server cannot be reached either


@tap.test("a name server that does not know, fails, refuses, babbles or is silent; an address where nobody is")
def _names():
    names = ["unknown", "failing", "refused", "noise", "silent", "hole"]
    sound(3 * len(names))
    if not NETWORK:
        tap.diag("no namespace here: only an address where nobody is")
        judged_ours(PLACE.super("SELECT min(openai_connexion_id::text) FROM openai_connexion"), at("https://192.0.2.1/v1"))
        return
    curl = {"unknown": {6}, "failing": {6}, "refused": {6}, "noise": {6, 28}, "silent": {28}, "hole": {28}}
    with NETWORK:
        for number, name in enumerate(names * 3):
            PLACE.super("UPDATE openai_connexion SET openai_ia_extensions = jsonb_build_object('base_url', 'https://%s.example/v1') "
                        "WHERE openai_api_key = 'sk-proj-ok-network%d'" % (name, number))
        assert once(NETWORK.prefix, options=["--openai-ca", OPENAI.ca]) == UNDECIDED
        assert rows() == ({("valid", "active")}, {"network"}), rows()
        found = PLACE.cluster.rows("SELECT DISTINCT (evidence).host, (evidence).curl FROM vigie.probe", PLACE.db)
        told = {(host.split(".")[0], int(code)) for host, code in found}
        assert {name for name, _ in told} == set(names) and all(code in curl[name] for name, code in told), told
        assert set(names) <= set(NETWORK.asked())
        for name in ("silent", "hole"):
            before = NETWORK.asked().count(name)
            PLACE.super(HEAL)
            with watch(NETWORK.prefix, ["--openai-ca", OPENAI.ca]) as child:
                wait.until(lambda: NETWORK.asked().count(name) > before, what="the question for " + name)
                ends(child)


# proxies ----------------------------------------------------------------------------------------------------------------

@tap.test("a proxy by the usual variables carries what is asked and reads no key; no_proxy and loopback go around it")
def _proxy():
    idents = sound()
    OPENAI.ctl("journal", "clear")
    with Proxy("127.0.0.1", PORT) as proxy:
        for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            told = trial(idents[0], at(AWAY), OK, env={variable: proxy.url})
            assert told["verdict"] == "valid" and told["evidence"]["tls_ms"] is not None, told
        assert once([], options=list(at(AWAY)), env={"https_proxy": proxy.url}) == OK
        assert rows() == ({("valid", "active")}, {"valid"})
        assert len(OPENAI.journal()) == 4 + len(idents) and len(proxy.heads) >= 5
        assert all(head.startswith("CONNECT standin.invalid:%d HTTP/1.1\r\n" % PORT) for head in proxy.heads), proxy.heads
        named = proxy.url.replace("//", "//someone:of-the-proxy@")
        assert trial(idents[0], at(AWAY), OK, env={"https_proxy": named})["verdict"] == "valid"
        assert "\r\nProxy-Authorization: Basic " in proxy.heads[-1]
        assert not any("proxy-authorization" in str(line).lower() for line in OPENAI.journal())
        assert not any(word in head.lower() for head in proxy.heads for word in ("\r\nauthorization", "openai-", "bearer"))
        assert len(proxy.seen) > 5000 and b"sk-" not in proxy.seen and b"Bearer" not in proxy.seen and b"/v1/models" not in proxy.seen
        asked = len(proxy.heads)
        for around in ("standin.invalid", ".invalid", "*"):
            told = trial(idents[0], at(AWAY), env={"https_proxy": proxy.url, "no_proxy": around})
            assert told["verdict"] == "network" and told["evidence"]["curl"] == COULD_NOT_RESOLVE, told
        assert trial(idents[0], at(OPENAI.url), OK, env={"https_proxy": proxy.url, "all_proxy": proxy.url})["verdict"] == "valid"
        assert len(proxy.heads) == asked, "the proxy was asked"


def status(line):
    """A proxy that says no."""
    return {"answer": b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % line, "then": "close"}


BROKEN = {
    "wants a password": (status(b"407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x"), "network"),
    "refuses": (status(b"403 Forbidden"), "network"), "fails": (status(b"502 Bad Gateway"), "network"),
    "redirects": (status(b"302 Found\r\nLocation: https://127.0.0.1:%d/" % PORT), "network"),
    "hangs up": ({"answer": b"", "then": "close"}, "network"), "babbles": ({"answer": b"220 mail\r\n", "then": "close"}, "network"),
    "drowns": ({"answer": b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300000, "then": "close"}, "network"),
    "is silent": ({"answer": None}, "network"), "opens and is silent": ({"then": "hang"}, "network"),
    "opens and closes": ({"then": "close"}, "tls"), "cuts": ({"then": "cut"}, "tls"),
    "listens in": ({"then": "listen", "chain": h2.authority()}, "tls"),
}


@tap.test("a proxy that refuses, wants a password, breaks or listens in gets no key and changes no row")
def _broken():
    ident = sound(2)[0]
    OPENAI.ctl("journal", "clear")
    for name, (options, verdict) in BROKEN.items():
        with Proxy("127.0.0.1", PORT, **options) as proxy:
            env = {"https_proxy": proxy.url}
            told = trial(ident, at(AWAY), env=env)
            assert told["verdict"] == verdict and proxy.heads, (name, told)
            PLACE.super(HEAL)
            with watch([], at(AWAY), env=env) as child:
                wait.until(lambda: len(proxy.heads) > 1, what="a question to the proxy that " + name)
                ends(child)
            assert b"sk-" not in proxy.seen + proxy.read and b"Bearer" not in proxy.seen + proxy.read, name
            assert not any("authorization" in head.lower() for head in proxy.heads), name
    for proxy, curl in (("http://127.0.0.1:%d" % process.free_port(), COULD_NOT_CONNECT), ("http://proxy.invalid:3128", COULD_NOT_RESOLVE_PROXY)):
        told = trial(ident, at(AWAY), env={"https_proxy": proxy})
        assert told["verdict"] == "network" and told["evidence"]["curl"] == curl, told
    assert rows()[0] == {("valid", "active")}, rows()
    assert OPENAI.journal() == [], "a request came through"


@tap.test("the journal: nothing that costs was asked for")
def _journal():
    sound()
    counted = OPENAI.ctl("journal", "count")
    assert counted["billable"] == 0 and {line["path"] for line in OPENAI.journal()} == {"/v1/models"}


if __name__ == "__main__":
    tap.main()
