#!/usr/bin/python3
"""Probes over a real HTTP/2 server: one multiplexed connection, verified TLS, nothing unverified."""

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import h2, poller, process, tap, wait  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.nginx import Nginx  # noqa: E402
from support.watch import AT_ONCE, Watch  # noqa: E402

VIGIE = os.environ["VIGIE"]
OWNER, ADMIN = "vg_owner", "vg_admin"
COUNT = 200
BODY = json.dumps({"object": "list", "data": [{"id": "gpt-4", "object": "model", "created": 1, "owned_by": "openai"}]}).encode()
ROWS = """
INSERT INTO public.organisations (organisation_nom) VALUES ('Réseau');
INSERT INTO public.openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
SELECT organisation_id, gen_random_uuid(), 'sk-proj-not-a-key-' || n, format('ia%%s@reseau.example', n)
FROM public.organisations, generate_series(1, %d) n;
SELECT vigie.add_operator('%s', 'A', 'A', NULL, true, NULL);
"""

cluster = tap.keep(Cluster())
server = tap.keep(Nginx(BODY))


def setup():
    cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
    cluster.map_roles(OWNER, ADMIN)
    cluster.createdb("one", OWNER)
    env = process.clean_env("/tmp", **cluster.env("one", OWNER))
    subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
    cluster.psql(ROWS % (COUNT, ADMIN), db="one", user=OWNER)


def once(ca):
    """One round of the watcher."""
    env = process.clean_env(process.scratch("vh"), **cluster.env("one", ADMIN))
    argv = [VIGIE, "watch", "--once", "--openai-url", server.url, "--openai-ca", ca]
    return subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=False)


def count(where):
    return int(cluster.psql("SELECT count(*) FROM vigie.probe WHERE " + where, db="one", user=OWNER))


@tap.test("two hundred probes travel over one connection of HTTP/2")
def _one_connection():
    done = once(server.ca)
    assert done.returncode == 0, done.stderr
    assert count("verdict = 'valid'") == COUNT, done.stdout[-2000:]
    seen = server.connections()
    assert len(seen) == 1, "connections: %r" % seen
    assert all(protocol == "HTTP/2.0" for protocol in server.protocols()), server.protocols()


@tap.test("an authority that is not trusted gets no key and changes no connexion")
def _untrusted():
    before = server.requests()
    few = "UPDATE public.openai_connexion SET openai_actif = openai_email_compte LIKE 'ia1_@%'"  # each reads all authorities
    cluster.psql(few, db="one", user=OWNER)
    once("/etc/ssl/certs/ca-certificates.crt")
    assert server.requests() == before, "a request arrived over an untrusted connection"
    assert count("verdict = 'valid'") == COUNT
    states = cluster.psql("SELECT DISTINCT openai_statut_connexion FROM public.openai_connexion", db="one", user=OWNER)
    assert states.split() == ["active"], states
    assert re.search(r"\btls\b", cluster.psql("SELECT verdict FROM vigie.host", db="one", user=OWNER))


# what no sound server does ------------------------------------------------------------------------------------------------

MANY = 12  # streams of one connexion's host


def sound(link, streams=None):
    """Answers everything."""
    link.greet(streams=streams)
    for stream in link.requests():
        link.answer(stream)


def goaway(link):
    """The first connection answers three of many streams, says that it took no more, and ends."""
    if link.number > 1:
        return sound(link)
    link.greet()
    streams = list(itertools.islice(link.requests(), MANY))
    for stream in streams[:3]:
        link.answer(stream)
    link.send(h2.frame(h2.GOAWAY, payload=streams[2].to_bytes(4, "big") + bytes(4)))
    return link.wait()


def farewell(link):
    """Each connection takes what came, says that it ends soon, and answers."""
    link.greet()
    first = next(link.requests())
    link.send(h2.frame(h2.GOAWAY, payload=(2**31 - 1).to_bytes(4, "big") + bytes(4)))
    link.answer(first)
    for stream in link.requests():
        link.answer(stream)


def resets(which, error):
    """Some streams of the first connection are reset, all others answered."""
    def play(link):
        link.greet()
        for count, stream in enumerate(link.requests()):
            if link.number == 1 and count in which:
                link.send(h2.frame(h2.RST_STREAM, stream=stream, payload=error.to_bytes(4, "big")))
            else:
                link.answer(stream)
    return play


def one_at_a_time(link):
    """One stream at once; those that came before the other side knew are refused, later ones are a fault of it."""
    link.greet(streams=1)
    told, current = False, None
    for kind, flags, stream, _ in link.frames():
        if kind == h2.SETTINGS and flags & h2.ACK:
            told = True
        elif kind == h2.HEADERS and current is None:
            link.peer.count(link)
            current = stream
        elif kind == h2.HEADERS and told:
            link.peer.faults.append("two streams at once")
            raise ConnectionError
        elif kind == h2.HEADERS:
            link.send(h2.frame(h2.RST_STREAM, stream=stream, payload=h2.REFUSED_STREAM.to_bytes(4, "big")))
        if current is not None and told and link.quiet():
            link.answer(current)
            current = None


def silent(link):
    """A connection that says nothing once a request came."""
    link.greet()
    for _ in link.requests():
        pass


def half(link):
    """Half of an answer."""
    link.greet()
    for stream in link.requests():
        link.send(h2.frame(h2.HEADERS, h2.END_HEADERS, stream, h2.HEAD), h2.frame(h2.DATA, 0, stream, h2.LIST[:20]))


def drip(link):
    """Fast enough not to be called slow, and without an end."""
    link.greet()
    stream = next(link.requests())
    link.send(h2.frame(h2.HEADERS, h2.END_HEADERS, stream, h2.HEAD))
    frames = link.frames()
    while link.quiet(0.2) or next(frames):
        link.send(h2.frame(h2.DATA, 0, stream, b" " * 100))


def after(*frames, endless=False):
    """Bytes behind the first request, perhaps over and over."""
    def play(link):
        link.greet()
        next(link.requests())
        link.send(*(one for one in frames))
        while endless:
            link.send(frames[-1])
        link.wait()
    return play


def no_preface(text):
    """Something else than SETTINGS at first."""
    def play(link):
        link.send(text)
        link.wait()
    return play


LONG = h2.field(b"x-long", b"h" * 120) * 100
INDEXED = b"\x40\x01a\x7f\xa1\x1e" + b"b" * 4000  # remembered by the other side, then named again by one byte
PLAYS = {
    "sound": (sound, {"valid"}, MANY),
    "goaway among many streams": (goaway, {"valid"}, MANY),
    "goaway that lets all end": (farewell, {"valid"}, MANY),
    "a refused stream": (resets({1, 4}, h2.REFUSED_STREAM), {"valid"}, MANY),
    "a stream error": (resets({3}, h2.INTERNAL_ERROR), {"valid", "trouble"}, MANY),
    "one stream at a time": (one_at_a_time, {"valid"}, MANY),
    "frozen": (silent, {"trouble"}, 2),
    "frozen in an answer": (half, {"trouble"}, 2),
    "too slow to end": (drip, {"trouble"}, 1),
    "endless headers": (after(h2.frame(h2.HEADERS, 0, 1, h2.HEAD), h2.frame(h2.CONTINUATION, 0, 1, LONG), endless=True), {"trouble"}, 1),
    "headers that grow": (after(h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.HEAD + INDEXED + b"\xbe" * 12000)), {"trouble"}, 1),
    "no HTTP/2": (no_preface(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"), {"trouble"}, 1),
    "no settings": (no_preface(h2.frame(h2.PING, payload=bytes(8))), {"trouble"}, 1),
    "noise": (no_preface(bytes(range(256)) * 100), {"trouble"}, 1),
    "a frame too long": (after(h2.frame(h2.DATA, 0, 1, bytes(20000))), {"trouble"}, 1),
    "a push": (after(h2.frame(h2.PUSH_PROMISE, h2.END_HEADERS, 1, bytes((0, 0, 0, 2)) + h2.HEAD)), {"trouble"}, 1),
    "body without an end": (after(h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.HEAD), h2.frame(h2.DATA, 0, 1, b" " * 16000), endless=True),
                            {"trouble"}, 1),
    "pings without an end": (after(h2.frame(h2.PING, payload=bytes(8)), endless=True), {"trouble"}, 1),
}
DEAF = ("no HTTP/2", "no settings", "noise")  # they do not read what is asked
place = tap.keep(poller.place())


def peers():
    """All of them, by name."""
    stack = contextlib.ExitStack()
    return stack, {name: stack.enter_context(h2.Peer(play)) for name, (play, _, _) in PLAYS.items()}


@tap.test("HTTP/2 that breaks: each fault has its verdict, one stream does not disturb the others, no row flips")
def _faults():
    stack, playing = peers()
    with stack:
        ids = poller.connexions(place, ["sk-proj-h2-%s-%d" % (number, n) for number, (_, _, many) in enumerate(PLAYS.values()) for n in range(many)])
        names = {ident: list(PLAYS)[int(key.split("-")[3])] for key, ident in ids.items()}
        for name, peer in playing.items():
            place.super("UPDATE openai_connexion SET openai_ia_extensions = jsonb_build_object('base_url', '%s') "
                        "WHERE openai_api_key LIKE 'sk-proj-h2-%d-%%'" % (peer.url, list(PLAYS).index(name)))
        with poller.Worker(place, ca=os.path.join(h2.authority(), "ca.pem"), probe=0, calm=1) as w:
            w.start()
            seen = {}
            for good in (True, False):  # those that send without an end leave little of the processor to this program's others
                some = [ident for ident in ids.values() if ("valid" in PLAYS[names[ident]][1]) == good]
                for ident, health in w.test(some).items():
                    seen.setdefault(names[ident], []).append(health)
            w.stop()
            poller.no_secret(w.log(), list(ids))
        wrong = {name: [(health["seen"], health["curl"], health["message"]) for health in found] for name, found in seen.items()
                 if {health["seen"] for health in found} != PLAYS[name][1]}
        assert not wrong, wrong
        broken = [health for health in seen["a stream error"] if health["seen"] == "trouble"]
        assert len(broken) == 1, broken
        assert set(playing["sound"].streams) == {1} and set(playing["a stream error"].streams) == {1}, "one connection each"
        again = playing["goaway among many streams"].streams
        assert again[:MANY] == [1] * MANY and len(again) == 2 * MANY - 3 and 1 not in again[MANY:], again
        assert len(playing["a refused stream"].streams) > MANY, playing["a refused stream"].streams
        assert not playing["one stream at a time"].faults, playing["one stream at a time"].faults
        assert "timed out" in seen["too slow to end"][0]["message"], seen["too slow to end"]
        assert place.super("SELECT DISTINCT openai_statut_connexion FROM openai_connexion") == "active"


@tap.test("HTTP/2 that breaks: the end in the middle of it, within a second")
def _end():
    stack, playing = peers()
    with stack:
        for name, peer in playing.items():
            poller.connexions(place, ["sk-proj-h2-end-%d" % n for n in range(3)])
            with Watch(place, "--openai-url", peer.url, "--openai-ca", peer.ca, "--probe-every", "5") as watch:
                wait.until(lambda: peer.streams or peer.links and name in DEAF, what="a request: " + name)
                status, took = watch.end()
                assert status == 0 and took < AT_ONCE, (name, status, took)


setup()
tap.main()
