#!/usr/bin/python3
"""Probing 10,000 connexions over one HTTP/2 connection against a bare curl_multi loop in the same run: make bench-probes.

nginx serves a fixed body of the size of the real list of models. `vigie watch --once` leases, probes, parses, judges and writes
all of them; its start, its connections to the database and the gate are counted too.
"""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import models  # noqa: E402
from support import process, wait  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.nginx import Nginx  # noqa: E402
from support.stopwatch import Stopwatch, median  # noqa: E402

VIGIE = os.environ["VIGIE"]
BARE = os.path.join(os.environ["VIGIE_BUILD"], "tests", "bench", "bare_curl")
COUNT = int(os.environ.get("BENCH_PROBES", "10000"))
ROUNDS = 5
OWNER, ADMIN = "bench_owner", "bench_admin"
FAILED = []

ROWS = """
INSERT INTO public.organisations (organisation_id, organisation_nom)
SELECT md5('o' || o)::uuid, 'Organisation ' || o FROM generate_series(1, 100) o;
INSERT INTO public.openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte, openai_modeles_autorises)
SELECT md5('c' || n)::uuid, md5('o' || 1 + n %% 100)::uuid, md5('x' || n)::uuid, 'sk-proj-bench-not-a-key-' || n,
       format('ia%%s@o.example', n), '{gpt-4o,gpt-4o-mini,gpt-4.1}'
FROM generate_series(1, %d) n;
SELECT vigie.add_operator('%s', 'Bench', 'Admin', NULL, true, NULL);
ANALYZE;
"""


def report(measure, figure, peer, ratio, ceiling):
    """One line of the table; a ratio above the ceiling is remembered."""
    bad = ceiling is not None and ratio > ceiling
    if bad:
        FAILED.append(measure)
    limit = "" if ceiling is None else "<= %g" % ceiling
    print("%-46s %14s %18s %7.2f  %-7s %s" % (measure, figure, peer, ratio, limit, "TOO MUCH" if bad else ""))
    sys.stdout.flush()


class Bench:
    """The database with its rows, and the endpoint."""

    def __init__(self, cluster, server):
        self.cluster, self.server = cluster, server
        self.place = cluster.env("bench", ADMIN)
        self.env = process.clean_env(process.scratch("vb"), **self.place)
        self.url = ["--openai-url", server.url, "--openai-ca", server.ca]

    def fill(self):
        """The schema by the program's own migrations, then the rows."""
        self.cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
        self.cluster.map_roles(OWNER, ADMIN)
        self.cluster.createdb("bench", OWNER)
        env = process.clean_env("/tmp", **self.cluster.env("bench", OWNER))
        subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
        self.cluster.psql(ROWS % (COUNT, ADMIN), db="bench", user=OWNER)

    def owner(self, sql):
        """A statement as the owner of the database."""
        return self.cluster.psql(sql, db="bench", user=OWNER)

    def all_due(self):
        """As after one period."""
        self.owner("UPDATE vigie.probe SET next_at = now() - interval '1 second'")

    def once(self):
        """Seconds of a whole `vigie watch --once`."""
        began = time.monotonic()
        subprocess.run([VIGIE, "watch", "--once", *self.url], env=self.env, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    def bare(self):
        """Seconds of the bare loop."""
        out = subprocess.run([BARE, self.server.url + "/models", self.server.ca, str(COUNT)], capture_output=True, text=True, check=True)
        return float(out.stdout.split()[0])

    def written(self):
        """How many rows say that their key is valid."""
        return int(self.owner("SELECT count(*) FROM vigie.probe WHERE verdict = 'valid' AND next_at > now()"))


def h2load(server):
    """Seconds that h2load takes for as many requests."""
    out = subprocess.run(
        ["h2load", "-n", str(COUNT), "-c", "1", "-m", "64", server.url + "/models"], capture_output=True, text=True, check=True
    ).stdout
    number, unit = re.search(r"finished in ([\d.]+)(ms|s)", out).groups()
    return float(number) / (1000 if unit == "ms" else 1)


def rounds(bench):
    """The rounds in turn with the bare loop."""
    bench.once()
    ours, bare = [], []
    for _ in range(ROUNDS):
        bench.all_due()
        ours.append(bench.once())
        assert bench.written() == COUNT, "not every row was written"
        bare.append(bench.bare())
    limit = h2load(bench.server)
    report("%d probes, judged and written" % COUNT, "%.2f s" % median(ours), "bare curl %.2f s" % median(bare), median(ours) / median(bare), 1.5)
    report("bare curl loop", "%.2f s" % median(bare), "h2load %.2f s" % limit, median(bare) / limit, None)


def resident_kb(pid):
    """Resident memory of a process."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def memory(bench):
    """A watcher that probes round after round."""
    watcher = process.spawn(
        [VIGIE, "watch", "--probe-every", "5", *bench.url], env=bench.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    sizes = []
    for _ in range(ROUNDS):
        bench.all_due()
        wait.until(lambda: bench.written() == COUNT, 120, "a round to be written", interval=0.2)
        sizes.append(resident_kb(watcher.pid))
    process.end(watcher)
    report("resident memory, last round against second", "%d kB" % sizes[-1], "%d kB" % sizes[1], sizes[-1] / sizes[1], 1.1)


def latency(bench):
    """A cursor key while the console's own worker probes all the time, against one that does not probe."""
    quiet, busy = [], []
    for _ in range(3):
        for into, extra in ((quiet, ["--no-probe"]), (busy, ["--probe-every", "5"])):
            bench.all_due()
            with Stopwatch([VIGIE, *extra, *bench.url], env=bench.place) as watch:
                watch.first_frame(rb"ia\d+@o")
                watch.drain(500)
                into += [press.first for press in watch.presses(["Down", "Up"], 40)]
    report("key latency while probing against idle", "%.2f ms" % median(busy), "%.2f ms" % median(quiet), median(busy) / median(quiet), 2)


def main():
    print("%-46s %14s %18s %7s  %s" % ("measure", "vigie", "peer", "ratio", "ceiling"))
    with Cluster(settings={"shared_buffers": "256MB"}) as cluster, Nginx(models.body(), log=False) as server:
        bench = Bench(cluster, server)
        bench.fill()
        rounds(bench)
        memory(bench)
        latency(bench)
    if FAILED:
        sys.exit("above the ceiling: " + ", ".join(FAILED))


if __name__ == "__main__":
    main()
