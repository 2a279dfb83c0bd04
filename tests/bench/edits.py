#!/usr/bin/python3
"""One field of 10,000 connexions changed by `vigie set` against the same UPDATE in psql in the same run: make bench-edits.

Both write as the same administrator, through the same policies and triggers (journal and openai_audit_log included). vigie's time
is that of the whole command: its start, the gate, reading every row, the plan, what became of each row. Then: that it is one
transaction, that progress is told and Ctrl-C leaves nothing, and what the journal's triggers cost who only writes measures.
"""

import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.stopwatch import median  # noqa: E402

VIGIE = os.environ["VIGIE"]
COUNT = int(os.environ.get("BENCH_EDITS", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
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
"""
MEASURES = "UPDATE openai_connexion SET openai_derniere_synchro = clock_timestamp(), openai_usage_quotidien = coalesce(openai_usage_quotidien, 0) + 1"
OWN_TRIGGERS = "SELECT string_agg(format('ALTER TABLE openai_connexion %s TRIGGER %%I', tgname), '; ') FROM pg_trigger " \
               "WHERE tgrelid = 'public.openai_connexion'::regclass AND tgname ~ 'vigie'"


def report(measure, figure, peer, ratio, ceiling):
    """One line of the table; a ratio above the ceiling is remembered."""
    bad = ceiling is not None and ratio > ceiling
    if bad:
        FAILED.append(measure)
    limit = "" if ceiling is None else "<= %g" % ceiling
    print("%-46s %14s %18s %7.2f  %-7s %s" % (measure, figure, peer, ratio, limit, "TOO MUCH" if bad else ""))
    sys.stdout.flush()


class Bench:
    """The database with its rows."""

    def __init__(self, cluster):
        self.cluster, self.value = cluster, 0
        self.env = process.clean_env(process.scratch("vb"), **cluster.env("bench", ADMIN))
        self.psql_argv = [os.path.join(cluster.bin, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c"]

    def fill(self):
        """The schema by the program's own migrations, then the rows."""
        self.cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
        self.cluster.map_roles(OWNER, ADMIN)
        self.cluster.createdb("bench", OWNER)
        env = process.clean_env("/tmp", **self.cluster.env("bench", OWNER))
        subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
        self.owner(ROWS % (COUNT, ADMIN))
        self.tidy()

    def owner(self, sql):
        """A statement as the owner of the database."""
        return self.cluster.psql(sql, db="bench", user=OWNER)

    def tidy(self):
        """Every round finds a table and a journal without dead rows, and nothing left to be written."""
        self.cluster.psql("VACUUM ANALYZE", db="bench")
        self.cluster.psql("CHECKPOINT")

    def next(self):
        """A value that no row has."""
        self.value += 1
        return self.value

    def there(self, value):
        """How many rows have it."""
        return int(self.owner("SELECT count(*) FROM openai_connexion WHERE openai_limite_quotidienne = %d" % value))

    def ours(self):
        """Seconds of the whole command; every row must have been changed, in one transaction."""
        value = self.next()
        began = time.monotonic()
        subprocess.run([VIGIE, "set", "--filter", "", "quota-limit=%d" % value, "--yes"], env=self.env, check=True, stdout=subprocess.DEVNULL)
        took = time.monotonic() - began
        assert self.there(value) == COUNT, "not every row was changed"
        # places in the journal are given when the transaction ends: one xmin is one transaction
        entries = ("SELECT count(*), count(DISTINCT batch), count(DISTINCT xmin::text) FROM vigie.journal "
                   "WHERE after ->> 'openai_limite_quotidienne' = '%d'" % value)
        assert self.owner(entries) == "%d|1|1" % COUNT, self.owner(entries)
        return took

    def psql(self):
        """Seconds of psql with the same change."""
        value = self.next()
        began = time.monotonic()
        subprocess.run([*self.psql_argv, "UPDATE openai_connexion SET openai_limite_quotidienne = %d" % value], env=self.env, check=True)
        took = time.monotonic() - began
        assert self.there(value) == COUNT
        return took

    def measures(self, word):
        """Seconds of an UPDATE of measures in every row, with the console's triggers or without."""
        self.owner(self.owner(OWN_TRIGGERS % word))
        self.tidy()
        began = time.monotonic()
        self.owner(MEASURES)
        took = time.monotonic() - began
        self.owner(self.owner(OWN_TRIGGERS % "ENABLE"))
        return took


def bulk(bench):
    """The rounds in turn with psql."""
    ours, psql = [], []
    for _ in range(ROUNDS):
        bench.tidy()
        psql.append(bench.psql())
        bench.tidy()
        ours.append(bench.ours())
    report("%d rows changed, one transaction" % COUNT, "%.2f s" % median(ours), "psql UPDATE %.2f s" % median(psql), median(ours) / median(psql), 2)
    assert subprocess.run([VIGIE, "journal", "verify"], env=bench.env, stdout=subprocess.DEVNULL, check=False).returncode == 0
    return median(ours)


def read_until(master, pattern):
    """The text of a terminal until the pattern stands in it, or its end."""
    text = b""
    while not re.search(pattern, text):
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    return text


def cancel(bench):
    """Progress is told; Ctrl-C in the middle: nothing is changed, and the program says so within a moment."""
    value, master, slave = bench.next(), *os.openpty()
    child = process.spawn([VIGIE, "set", "--filter", "", "quota-limit=%d" % value, "--yes"], env=bench.env, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    said = read_until(master, rb"[1-9]\d{3} of %d " % COUNT)
    assert re.search(rb"\d+ of %d " % COUNT, said), said
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    said += read_until(master, rb"$never^")
    status = child.wait()
    took = time.monotonic() - began
    os.close(master)
    assert status != 0, "it went on"
    assert bench.there(value) == 0, "a part was changed"
    assert bench.owner("SELECT count(*) FROM vigie.journal WHERE after ->> 'openai_limite_quotidienne' = '%d'" % value) == "0"
    assert bench.owner("SELECT count(*) FROM pg_stat_activity WHERE usename = '%s' AND state <> 'idle'" % ADMIN) == "0", "it goes on at the server"
    print("# cancelled after %s: status %d, %s" % (said.split(b"\r\n")[0].decode(), status, said.strip().split(b"\r\n")[-1].decode()))
    report("Ctrl-C in the middle, to its end", "%.2f s" % took, "limit 1 s", took, 1)


def triggers(bench):
    """What the journal costs a program that only measures."""
    with_them, without = [], []
    bench.measures("DISABLE")
    for _ in range(ROUNDS):
        with_them.append(bench.measures("ENABLE"))
        without.append(bench.measures("DISABLE"))
    report("%d rows, measures only" % COUNT, "%.2f s" % median(with_them), "no journal %.2f s" % median(without), median(with_them) / median(without), 1.2)


def main():
    print("%-46s %14s %18s %7s  %s" % ("measure", "vigie", "peer", "ratio", "ceiling"))
    with Cluster(settings={"shared_buffers": "256MB"}) as cluster:
        bench = Bench(cluster)
        bench.fill()
        bulk(bench)
        cancel(bench)
        triggers(bench)
    if FAILED:
        sys.exit("above the ceiling: " + ", ".join(FAILED))


if __name__ == "__main__":
    main()
