#!/usr/bin/python3
"""The worker without a screen: readiness, metrics, lines, its end whatever hangs; many programs at one work."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, process, tap, wait  # noqa: E402
from support.place import ADMIN, run  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import AT_ONCE, SLOW, Watch, metrics  # noqa: E402

OK, USAGE, SUPERUSER_REFUSED, BYPASS_REFUSED, UNDECIDED = 0, 2, 25, 26, 41
MANY = 1000
PERIOD = 15

place = tap.keep(poller.place())
openai = tap.keep(Standin())
PLACE_OF = ("--openai-url", openai.url, "--openai-ca", openai.ca)


def watching(*argv, **options):
    """A watch of this place that asks the stand-in."""
    return Watch(place, *PLACE_OF, *argv, **options)


def listen(name):
    """A socket as the service manager has it; "@" makes an abstract one."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    link.bind("\0" + name[1:] if name.startswith("@") else name)
    return link


def hear(link, word, timeout=wait.PATIENCE):
    """Receive until a message holds the word; all messages so far."""
    said = []
    deadline = time.monotonic() + timeout
    while not any(word in one for one in said):
        link.settimeout(max(0.001, deadline - time.monotonic()))
        said.append(link.recv(4096).decode())
    return said


@tap.test("a watch tells the service manager that it is ready and alive, Prometheus its figures, and what happens line by line")
def _service():
    ids = poller.connexions(place, {"sk-proj-ok-w1": None, "sk-proj-ok-w2": None, "sk-proj-invalid_api_key-w3": None})
    folder = process.scratch("vn")
    for name, address in ((os.path.join(folder, "notify"), "127.0.0.1:0"), ("@vigie-test-%d" % os.getpid(), os.path.join(folder, "m"))):
        place.super("DELETE FROM vigie.probe")
        env = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"}
        with listen(name) as link, watching("--probe-every", "5", "--confirm", "1", "--metrics", address, env=env) as watch:
            begun = time.monotonic()
            said = hear(link, "READY=1")
            assert watch.wait_for("ready") and "READY=1" in said[-1]
            assert sum("WATCHDOG=1" in one for one in said) <= 2 + 2 * (time.monotonic() - begun), said
            where = watch.wait_for("start")["metrics"]
            assert address.startswith("/") or re.fullmatch(r"127\.0\.0\.1:[1-9]\d+", where)
            wait.until(lambda: metrics(where)["vigie_records_total"] >= 3, what="three results")
            figures = metrics(where)
            assert figures["vigie_up"] == 1 and figures['vigie_verdicts_total{verdict="revoked"}'] >= 1, figures
            assert figures['vigie_verdicts_total{verdict="valid"}'] >= 2 and figures["vigie_record_failures_total"] == 0
            line = watch.wait_for("verdict", to="revoked")
            assert line["openai_connexion_id"] == ids["sk-proj-invalid_api_key-w3"] and line["from"] == "never", line
            assert line["evidence"]["http"] == 401 and line["evidence"]["code"] == "invalid_api_key" and line["level"] == "warn"
            hear(link, "WATCHDOG=1")
            hear(link, "WATCHDOG=1")
            status, took = watch.end()
            assert status == OK and took < AT_ONCE, (status, took)
            hear(link, "STOPPING=1")
            assert watch.lines()[-1]["event"] == "stop" and watch.lines()[-1]["why"] == "SIGTERM"
            for line in watch.lines():
                assert {"time", "level", "event"} <= set(line) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])
        assert not os.path.exists(os.path.join(folder, "m"))
    assert place.super("SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL") == "0"


@tap.test("an address that others reach is refused, a busy one too, and a stale socket file is taken over")
def _addresses():
    folder = process.scratch("vn")
    for address in ("0.0.0.0:0", "192.0.2.1:80", "example.com:80", "127.0.0.1", "127.0.0.1:99999", "[::]:0", "x" * 300):
        done = place.run("watch", *PLACE_OF, "--metrics", address)
        assert done.status == USAGE and "machine" in done.err, (address, done)
    with socket.socket() as busy, socket.socket(socket.AF_UNIX) as stale:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = place.run("watch", *PLACE_OF, "--metrics", "127.0.0.1:%d" % busy.getsockname()[1])
        assert done.status != OK and "in use" in done.err, done
        path = os.path.join(folder, "m")
        stale.bind(path)
        stale.close()
        with watching("--metrics", path) as watch:
            watch.wait_for("ready")
            assert metrics(path)["vigie_up"] == 1
            other = place.run("watch", *PLACE_OF, "--metrics", path)
            assert other.status != OK and metrics(path)["vigie_up"] == 1, other
            assert watch.end()[0] == OK
    for bad in (("--probe-every", "4"), ("--confirm", "0"), ("--cost-every", "x"), ("--lease", "39"), ("--openai-url", "http://example.com/v1")):
        done = place.run("watch", *PLACE_OF, *bad)
        assert done.status == USAGE and bad[0][2:] in done.err, (bad, done)


@tap.test("a watch that finds nothing due is ready at once")
def _nothing_due():
    poller.connexions(place, {"sk-proj-ok-n1": None})
    with watching() as watch:
        watch.wait_for("verdict", to="valid")
        wait.until(lambda: place.super("SELECT count(*) FROM vigie.probe WHERE next_at > now() AND lease_owner IS NULL") == "1", what="the record")
        with watching() as second:
            second.wait_for("link", state="ready")
            since = time.monotonic()
            second.wait_for("ready")
            assert time.monotonic() - since < 2 * AT_ONCE, "it waited for work"


@tap.test("a lease is as long as the option says")
def _lease():
    for seconds in (40, 600):
        ids = poller.connexions(place, {"sk-proj-silent-l1": None})
        with watching("--lease", str(seconds), "--openai-url", openai.faults["silent"]):
            left = "SELECT round(extract(epoch FROM lease_until - now())) FROM vigie.probe WHERE lease_until > now()"
            found = int(wait.until(lambda: place.super(left), what="a lease of %s" % ids))
            assert seconds - 15 <= found <= seconds, (seconds, found)


HANGS = ("silent", "delay-30000", "delay_body-30000", "slow-1000", "stall", "endless")


@tap.test("whatever hangs, a watch ends within a second and gives its work back")
def _hangs():
    faults = [(name, ()) for name in HANGS]
    faults += [("ok", ("--openai-url", openai.faults[name])) for name in ("silent", "tls-cut", "reset")]
    for name, more in faults:
        poller.connexions(place, ["sk-proj-%s-h%d" % (name, n) for n in range(3)])
        with watching("--metrics", "127.0.0.1:0", *more) as watch:
            where = watch.wait_for("start")["metrics"]
            wait.until(lambda: sum(metrics(where)[key] for key in ("vigie_probes_in_flight", "vigie_probes_total")), what="work: " + name)
            status, took = watch.end()
            assert status == OK and took < AT_ONCE, (name, status, took)
        left = place.super("SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL")
        assert left == "0", (name, left)


@tap.test("a watch survives a restart of the database, and is refused with a sentence where isolation is not proven")
def _database():
    poller.connexions(place, ["sk-proj-ok-d1"])
    with watching("--probe-every", "5") as watch:
        watch.wait_for("verdict", to="valid")
        place.cluster.restart()
        watch.wait_for("link", state="waiting")
        ready = len(watch.lines("link"))
        wait.until(lambda: watch.lines("link")[-1]["state"] == "ready", what="the connection again")
        assert ready >= 2
        before = len(openai.journal())
        wait.until(lambda: len(openai.journal()) > before, what="a probe after the restart")
        place.super("ALTER ROLE %s BYPASSRLS" % ADMIN)
        try:
            place.cluster.restart()
            assert watch.child.wait(40) == BYPASS_REFUSED
        finally:
            place.super("ALTER ROLE %s NOBYPASSRLS" % ADMIN)
        assert "has BYPASSRLS" in watch.child.stderr.read().decode()
    done = place.run("watch", *PLACE_OF, user="postgres")
    assert done.status == SUPERUSER_REFUSED and done.out == "", done


@tap.test("who does not read the lines does not stop the watch")
def _unread():
    poller.connexions(place, ["sk-proj-ok-u%d" % n for n in range(400)])
    child = place.popen("watch", *PLACE_OF, "--probe-every", "5", "--metrics", "127.0.0.1:0", stdout=subprocess.PIPE)
    try:
        where = json.loads(child.stdout.readline())["metrics"]
        wait.until(lambda: metrics(where)["vigie_lines_dropped_total"] > 0, what="lines that are dropped")
        assert metrics(where)["vigie_probes_total"] >= 100
        started = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.wait(wait.PATIENCE) == OK and time.monotonic() - started < AT_ONCE
    finally:
        process.end(child)
        child.stdout.close()


@tap.test("one round: each connexion that is on, costs too, and the status says whether all went")
def _once():
    ids = poller.connexions(place, ["sk-proj-ok-o1", "sk-proj-no_credit-o2", "sk-proj-ok-o3"])
    place.super("UPDATE openai_connexion SET openai_actif = false WHERE openai_connexion_id = '%s'" % ids["sk-proj-ok-o3"])
    openai.ctl("journal", "clear")
    done = place.run("watch", *PLACE_OF, "--once")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == OK and lines[-1]["event"] == "round" and lines[-1]["probed"] == 2 == lines[-1]["written"], done
    assert sorted(line["token"] for line in openai.journal()) == ["sk-proj-no_credit-o2", "sk-proj-ok-o1"]
    poller.connexions(place, ["sk-proj-ok-o1", "sk-proj-server_error-o4"])
    done = place.run("watch", *PLACE_OF, "--once")
    assert done.status == UNDECIDED and "1 connexions" in done.err, done
    done = place.run("watch", *PLACE_OF, "--once", "--openai-url", "http://127.0.0.1:9/v1")
    assert done.status == UNDECIDED, done
    poller.connexions(place, [])
    assert place.run("watch", *PLACE_OF, "--once").status == OK


def times_of(journal):
    """Milliseconds of each request, by key."""
    times = {}
    for request in journal:
        times.setdefault(request["token"], []).append(request["mono_ms"])
    return times


@tap.test("three consoles and two watches on 1,000 connexions: each asked once a period, and a dead one's work is taken over", limit=300)
def _together():
    if SLOW:
        tap.skip("too slow under a sanitizer")
    keys = ["sk-proj-ok-m%04d" % n for n in range(MANY)]
    ids = poller.connexions(place, keys)
    openai.ctl("journal", "clear")
    options = ("--probe-every", str(PERIOD))
    with contextlib.ExitStack() as stack:
        watches = [stack.enter_context(watching(*options)) for _ in range(2)]
        for _ in range(3):
            console = stack.enter_context(place.terminal(*PLACE_OF, *options))
            console.wait_for("Connexions")
        wait.until(lambda: len(times_of(openai.journal())) == MANY, 120, "the first round")
        first = times_of(openai.journal())
        start = min(min(times) for times in first.values())
        wait.until(lambda: min(map(len, times_of(openai.journal()).values())) >= 2, 150, "the second round", interval=1)
        journal = openai.journal()
        gaps = [b - a for times in times_of(journal).values() for a, b in zip(times, times[1:])]
        # ten percent of jitter, and a second of the clock in whole seconds
        assert min(gaps) >= (PERIOD * 0.9 - 1) * 1000, min(gaps)
        assert max(times[0] for times in times_of(journal).values()) - start < PERIOD * 1000
        assert not [one for one in journal if one["billable"] or one["key_in_url"]]
        owners = place.super("SELECT count(DISTINCT lease_owner) FROM vigie.probe WHERE lease_owner IS NOT NULL")
        assert int(owners) <= 5
        openai.ctl("fault", "/v1/models", "delay-60000")
        dead = watches[0].child
        held = "SELECT connexion_id FROM vigie.probe WHERE lease_owner LIKE '%%@%% %d %%'" % dead.pid
        wait.until(lambda: len(place.super(held).split()) >= 20, 60, "work in the hands of a watch", interval=0.1)
        dead.kill()
        dead.wait()
        killed = time.monotonic()
        orphans = place.super(held).split()
        assert len(orphans) >= 20, len(orphans)
        until = place.super("SELECT ceil(extract(epoch FROM max(lease_until) - now())) FROM vigie.probe WHERE lease_owner LIKE '%%@%% %d %%'" % dead.pid)
        assert int(until) <= 60, until
        openai.ctl("fault", "clear")
        number = openai.journal()[-1]["number"]
        of = {one: key for key, one in ids.items()}
        wanted = {of[one] for one in orphans}
        wait.until(
            lambda: wanted <= {one["token"] for one in openai.journal(number)}, 120, "the dead one's work", interval=0.5,
        )
        # the lease, and the longest wait of the others between two looks for work
        assert time.monotonic() - killed <= 60 + 15 + AT_ONCE
        wait.until(lambda: not place.super(held), what="the end of the dead one's leases")


@tap.test("the service's unit is sound and well confined")
def _unit():
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        tap.skip("systemd-analyze is not here")
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "vigie-watch.service")
    folder = process.scratch("vu")
    unit = os.path.join(folder, "vigie-watch.service")
    with open(here, encoding="utf-8") as source, open(unit, "w", encoding="utf-8") as target:
        target.write(re.sub(r"^(ExecStart=)/usr/bin/vigie", r"\1/bin/true", source.read(), flags=re.M).replace("man:vigie(1)", ""))
    done = run([analyze, "verify", "--man=no", unit], process.clean_env(folder))
    assert done.status == OK and done.err == "", done
    done = run([analyze, "security", "--offline=true", "--threshold=20", unit], process.clean_env(folder))
    assert done.status == OK, done.out[-400:]


tap.main()
