#!/usr/bin/python3
"""Ratios at 1,000,000 connexions in 1,000 organisations, each against a peer in the same run: make bench.

Prints a table of measure, figure, peer, ratio and ceiling; the exit status is 1 when a ceiling is passed.
"""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.stopwatch import Stopwatch, median, percentile  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
VIGIE = os.environ["VIGIE"]
STARTS = int(os.environ.get("BENCH_STARTS", "15"))
PRESSES = int(os.environ.get("BENCH_PRESSES", "60"))
IDLE_S = 10
PAUSE_S = 0.05
KEY_STARTS = 9
WITHIN = 25
RESIDENT_KB = 16 * 1024

ADMIN, MEMBER, OWNER = "bench_admin", "bench_member", "bench_owner"
FAILED = []
READY = rb"ia\d+@org"


def report(measure, figure, peer, ratio, ceiling):
    """One line of the table; a ratio above the ceiling is remembered."""
    bad = ceiling is not None and ratio > ceiling
    if bad:
        FAILED.append(measure)
    limit = "" if ceiling is None else "<= %g" % ceiling
    print("%-46s %14s %18s %7.2f  %-7s %s" % (measure, figure, peer, ratio, limit, "TOO MUCH" if bad else ""))
    sys.stdout.flush()


def statements(log):
    """(statement, parameters) of the extended protocol in a server log with log_statement=all."""
    found = []
    pattern = re.compile(
        r"execute <unnamed>: (?P<sql>.*?)(?=\n\d{4}-\d\d-\d\d )\n[^\n]*DETAIL: +(?:[0-9A-Z]{5}: )?parameters: (?P<params>.*?)(?=\n\d{4}-\d\d-\d\d |\Z)",
        re.S,
    )
    for match in pattern.finditer(log):
        params = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", match["params"]))
        found.append((match["sql"], params))
    return found


def with_literals(sql, params):
    """The statement as psql can send it."""
    return re.sub(r"\$(\d+)", lambda m: params[m[1]], sql)


class Subject:
    """One identity on one database: how the console and psql reach it, and the list query that the console sends."""

    def __init__(self, cluster, name, role, env=None, argv=(), before=()):
        self.cluster, self.name, self.role = cluster, name, role
        self.env = dict(cluster.env("bench", role), **(env or {}))
        self.argv = [VIGIE, "--no-probe", *argv]
        self.before = before
        self.queries = []

    def console(self):
        return Stopwatch(self.argv, env=self.env)

    def psql(self, sql, timing=False):
        argv = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        script = "".join(part + ";\n" for part in self.before) + ("\\timing on\n" if timing else "") + sql
        return subprocess.run(
            argv, input=script, env=process.clean_env("/tmp", **self.env), capture_output=True, text=True, check=True
        ).stdout

    def learn(self, keys):
        """Let the console run once with the server logging its statements; keep the list queries, in order."""
        self.cluster.psql("ALTER SYSTEM SET log_statement = 'all'")
        self.cluster.reload()
        start = len(self.cluster.log())
        with self.console() as watch:
            watch.first_frame(READY)
            watch.drain(1500)
            for key in keys:
                watch.press(key)
                watch.drain(700)
        self.cluster.psql("ALTER SYSTEM RESET log_statement")
        self.cluster.reload()
        lists = [with_literals(s, p) for s, p in statements(self.cluster.log()[start:]) if " LIMIT " in s and "ORDER BY" in s]
        self.queries = [sql for sql in lists if "openai_email_compte" in sql]
        assert self.queries, "the console sent no list query"

    def psql_start(self, sql):
        """Milliseconds of a whole psql process that fetches the page."""
        began = time.monotonic()
        subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", *sum((["-c", part] for part in [*self.before, sql]), [])],
            env=process.clean_env("/tmp", **self.env),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return (time.monotonic() - began) * 1000

    def psql_query(self, sql, count=11):
        """Median milliseconds of the query in a running psql, at the pace of a person's keys: neither it nor the console runs warm."""
        out = self.psql(("SELECT pg_sleep(%g);\n%s;\n" % (PAUSE_S, sql)) * (count + 2), timing=True)
        times = [float(t) for t in re.findall(r"^Time: ([\d.]+) ms", out, re.M)]
        return median(times[1::2][-count:])


def first_frames(subject, ceiling):
    """The first frame with rows against a psql process that fetches the same page, started in turn."""
    ours, peer = [], []
    for _ in range(STARTS):
        with subject.console() as watch:
            ours.append(watch.first_frame(READY))
        peer.append(subject.psql_start(subject.queries[0]))
    figure, other = median(ours), median(peer)
    report(subject.name + ": first frame", "%.1f ms" % figure, "psql %.1f ms" % other, figure / other, ceiling)


def edges(subject):
    """End and Home against the same keyset query in a running psql."""
    subject.learn(["End"])
    last = next(sql for sql in reversed(subject.queries))
    with subject.console() as watch:
        watch.first_frame(READY)
        watch.drain(1500)
        end, home = [], []
        for _ in range(11):
            end.append(watch.press("End").last)
            home.append(watch.press("Home").last)
    peer_end, peer_home = subject.psql_query(last), subject.psql_query(subject.queries[0])
    report(subject.name + ": End", "%.1f ms" % median(end), "psql %.1f ms" % peer_end, median(end) / peer_end, 2)
    report(subject.name + ": Home", "%.1f ms" % median(home), "psql %.1f ms" % peer_home, median(home) / peer_home, 2)


def paging(subject):
    """PgDn over many pages against the keyset query for the next page."""
    subject.learn(["PgDn"] * 6)
    following = subject.queries[-1]
    with subject.console() as watch:
        watch.first_frame(READY)
        watch.drain(1500)
        pages = [press.last for press in watch.presses("PgDn", PRESSES)]
    peer = subject.psql_query(following)
    report(subject.name + ": PgDn", "%.2f ms" % median(pages), "psql %.1f ms" % peer, median(pages) / peer, 2)
    report(subject.name + ": PgDn, 95th percentile", "%.2f ms" % percentile(pages, 0.95), "", percentile(pages, 0.95) / peer, None)


def cursor_keys(watch, ready, keys):
    """(median milliseconds to the last byte, median bytes) of a cursor key that stays within the screen."""
    watch.first_frame(ready)
    watch.drain(1500)
    answers = watch.presses(keys, WITHIN)
    return median([a.last for a in answers]), median([a.count for a in answers])


def scrolling_keys(watch):
    """Median bytes of a key that scrolls: the screen's height was walked through before."""
    watch.presses("Down", 45)
    return median([a.count for a in watch.presses("Down", WITHIN)])


def make_history(folder, commits=20000):
    """A repository for tig, made by fast-import."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    stream = []
    for n in range(commits):
        stream.append("commit refs/heads/main\ncommitter A <a@b.example> %d +0000\ndata 9\ncommit %02d\n" % (1700000000 + n, n % 100))
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input="".join(stream).encode(), check=True)
    subprocess.run(["git", "-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)


def compare_keys(subject, name, argv, ready, keys, cwd="/"):
    """The same keys in the console and in a peer, started in turn."""
    ours, peers = [], []
    for _ in range(KEY_STARTS):
        with subject.console() as watch:
            ours.append(cursor_keys(watch, READY, keys))
        with Stopwatch(argv, cwd=cwd) as watch:
            peers.append(cursor_keys(watch, ready, keys))
    for what, index, form in (("key to last byte", 0, "%.2f ms"), ("bytes a key", 1, "%d")):
        our, peer = median([o[index] for o in ours]), median([p[index] for p in peers])
        report("%s against %s" % (what, name), form % our, form % peer, our / peer, 1)


def keys(subject):
    """A cursor key: milliseconds and bytes against tig and htop."""
    folder = process.scratch("vg-tig")
    make_history(folder)
    compare_keys(subject, "tig", ["tig"], rb"commit", ["Down"], cwd=folder)
    compare_keys(subject, "htop", ["htop", "-d", "100"], rb"Load", ["Down", "Up"])
    with Stopwatch(["tig"], cwd=folder) as watch:
        watch.first_frame(rb"commit")
        tig = scrolling_keys(watch)
    with subject.console() as watch:
        watch.first_frame(READY)
        watch.drain(1500)
        ours = scrolling_keys(watch)
        report("bytes a key that scrolls against tig", "%d" % ours, "%d" % tig, ours / tig, 1)
        resident = watch.resident_kb()
        watch.drain(2000)
        written, ticks = watch.idle(IDLE_S)
    report("resident memory", "%d kB" % resident, "%d kB" % RESIDENT_KB, resident / RESIDENT_KB, 1)
    report("idle %d s: bytes written" % IDLE_S, "%d" % written, "0", written, 0)
    report("idle %d s: processor ticks" % IDLE_S, "%d" % ticks, "0", ticks, 0)


def our_database(cluster):
    """The program's own schema with the rows, by its own migrations."""
    cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
    cluster.map_roles(OWNER, ADMIN, MEMBER)
    cluster.createdb("bench", OWNER)
    subprocess.run([VIGIE, "init"], env=process.clean_env("/tmp", **cluster.env("bench", OWNER)), check=True, stdout=subprocess.DEVNULL)
    cluster.run_file(os.path.join(HERE, "million.sql"), "bench", OWNER)


def adopted_database(cluster):
    """A platform's own: the policies as they are written there, no index of ours."""
    cluster.createdb("bench")
    cluster.run_file(os.path.join(ROOT, "tests/sql/platform.sql"), "bench")
    cluster.run_file(os.path.join(HERE, "million_platform.sql"), "bench")
    cluster.map_roles("authenticator")


def ours():
    """All measures on our schema."""
    with Cluster(settings={"shared_buffers": "512MB"}) as cluster:
        our_database(cluster)
        for name, role in (("admin", ADMIN), ("member", MEMBER)):
            subject = Subject(cluster, name, role)
            subject.learn([])
            first_frames(subject, 1.5)
            edges(subject)
            paging(subject)
        keys(Subject(cluster, "admin", ADMIN))


def adopted():
    """The member's first page on an adopted database."""
    member = "bb000000-0000-4000-8000-000000000002"
    with Cluster(settings={"shared_buffers": "512MB"}) as cluster:
        adopted_database(cluster)
        subject = Subject(
            cluster,
            "adopted, member",
            "authenticator",
            argv=["--identity", "claims", "--user", member],
            before=[
                "SET ROLE authenticated",
                "SELECT set_config('request.jwt.claims', '{\"sub\": \"%s\"}', false)" % member,
            ],
        )
        subject.learn([])
        first_frames(subject, 3)


def main():
    """Both databases, or the one named."""
    print("%-46s %14s %18s %7s  %s" % ("measure", "vigie", "peer", "ratio", "ceiling"))
    wanted = sys.argv[1:] or ["ours", "adopted"]
    for name, run in (("ours", ours), ("adopted", adopted)):
        if name in wanted:
            run()
    if FAILED:
        print("above the ceiling: " + ", ".join(FAILED))
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
