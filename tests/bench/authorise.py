#!/usr/bin/python3
"""vigie.autoriser as a member against the bare counting UPDATE by the table's owner, in the same run: make bench-authorise.

pgbench, prepared statements, durable commits. Over 1,000 connexions with a quota, a budget and a list of models, each call reserves
a cost; the UPDATE adds 1 and the same cost to the same rows. Then both on one row. Rounds in turn, the best of each: what else the
machine does takes from either at random.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402

VIGIE = os.environ["VIGIE"]
ROWS = 1000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
CLIENTS, HOT_CLIENTS = 16, 64
FLOOR = 0.7
OWNER, MEMBER, ADMIN = "bench_owner", "bench_member", "bench_admin"
FAILED = []
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "128MB", "max_connections": "150"}
SETUP = """
INSERT INTO public.organisations (organisation_id, organisation_nom)
SELECT md5('o' || o)::uuid, 'Organisation ' || o FROM generate_series(1, 10) o;
INSERT INTO public.openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte,
                                     openai_modeles_autorises, openai_limite_quotidienne, openai_limite_cout_mois)
SELECT md5('c' || n)::uuid, md5('o1')::uuid, md5('x' || n)::uuid, 'sk-proj-bench-not-a-key-' || n, format('ia%%s@o.example', n),
       '{gpt-4o,gpt-4o-mini,gpt-4.1}', 1000000000, 1000000 FROM generate_series(1, %d) n;
SELECT vigie.add_operator('%s', 'Bench', 'Member', NULL, false, md5('o1')::uuid);
SELECT vigie.add_operator('%s', 'Bench', 'Admin', NULL, true, NULL);
""" % (ROWS, MEMBER, ADMIN)
BARE = ("UPDATE openai_connexion SET openai_usage_quotidien = coalesce(openai_usage_quotidien, 0) + 1,"
        " openai_cout_actuel_mois = coalesce(openai_cout_actuel_mois, 0) + 0.001 WHERE openai_connexion_id = md5('c' || :n)::uuid;")
CALL = "SELECT allowed, reason FROM vigie.autoriser(md5('c' || :n)::uuid, 'gpt-4o', 0.001);"


def report(measure, figure, peer, ratio, floor):
    """One line of the table; a ratio below the floor is remembered."""
    bad = floor is not None and ratio < floor
    if bad:
        FAILED.append(measure)
    limit = "" if floor is None else ">= %g" % floor
    print("%-46s %14s %18s %7.2f  %-7s %s" % (measure, figure, peer, ratio, limit, "TOO LITTLE" if bad else ""))
    sys.stdout.flush()


class Bench:
    """The database, and pgbench on it."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
        self.cluster.map_roles(OWNER, MEMBER, ADMIN)
        self.cluster.createdb("bench", OWNER)
        env = process.clean_env("/tmp", **self.cluster.env("bench", OWNER))
        subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
        self.cluster.psql(SETUP, "bench", OWNER)
        self.cluster.psql("VACUUM ANALYZE", "bench")

    def script(self, name, statement, rows):
        path = os.path.join(self.cluster.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\\set n random(1, %d)\n%s\n" % (rows, statement))
        os.chmod(path, 0o644)
        return path

    def run(self, login, path, clients):
        """Transactions a second."""
        done = subprocess.run(
            [os.path.join(self.cluster.bin, "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(SECONDS), "-f", path],
            env=process.clean_env("/tmp", **self.cluster.env("bench", login)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if done.returncode or not found:
            sys.exit("pgbench failed:\n" + done.stdout)
        return float(found.group(1))

    def counted(self):
        return int(self.cluster.psql("SELECT sum(openai_usage_quotidien) FROM openai_connexion", "bench"))


def compare(bench, measure, rows, clients, login, floor):
    """Rounds in turn; the ratio is that of the best ones."""
    bare, call = bench.script("bare.sql", BARE, rows), bench.script("call.sql", CALL, rows)
    bench.run(login, call, clients)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(bench.run(OWNER, bare, clients))
        ours.append(bench.run(login, call, clients))
    report(measure, "%.0f /s" % max(ours), "UPDATE %.0f /s" % max(theirs), max(ours) / max(theirs), floor)


def main():
    print("%-46s %14s %18s %7s  %s" % ("measure", "vigie", "peer", "ratio", "floor"))
    with Cluster(settings=SETTINGS) as cluster:
        bench = Bench(cluster)
        compare(bench, "vigie.autoriser, %d connexions, a member" % ROWS, ROWS, CLIENTS, MEMBER, FLOOR)
        compare(bench, "the same, an administrator", ROWS, CLIENTS, ADMIN, None)
        compare(bench, "one connexion, %d clients, a member" % HOT_CLIENTS, 1, HOT_CLIENTS, MEMBER, None)
        assert bench.counted() > 0
    if FAILED:
        sys.exit("below the floor: " + ", ".join(FAILED))


if __name__ == "__main__":
    main()
