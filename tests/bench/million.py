#!/usr/bin/python3
"""Lists at 1,000,000 connexions in 1,000 organisations, under row level security, against the owner's own query with an index of
its own, in psql in the same run: make bench.

The statements are those that the program sends, taken from the server's log and run in psql as the operator, an administrator and
a member; the peer fetches the same columns of the same rows as the owner of the tables, whom no policy filters. Then: a page in the
middle of the order, and what keeping the order costs who counts. Prints a table of measure, figure, peer, ratio and ceiling; the
exit status is 1 when a ceiling is passed.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import bench  # noqa: E402
from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.stopwatch import median  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
COUNTS = int(os.environ.get("BENCH_COUNTS", "8000"))
ROWS = 40
ADMIN, MEMBER, OWNER = bench.ADMIN, bench.MEMBER, bench.OWNER
OWN = "md5('organisation 500')::uuid"
PERMILLE = """CASE WHEN c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL THEN
    least(div(greatest(c.openai_cout_actuel_mois, 0) * 1000, c.openai_limite_cout_mois), 9999999) END"""
# What an owner would make for these queries. Names have indexes already.
PEER_INDEXES = """
SET maintenance_work_mem = '256MB';
CREATE INDEX ON public.openai_connexion AS c ((%s) DESC NULLS LAST, openai_connexion_id DESC);
CREATE INDEX ON public.openai_connexion AS c (organisation_id, (%s) DESC NULLS LAST, openai_connexion_id DESC);
CREATE INDEX ON public.openai_connexion USING gin (lower(openai_email_compte) extensions.gin_trgm_ops);
""".replace(" AS c", "") % (PERMILLE.replace("c.", ""), PERMILLE.replace("c.", ""))
ALERTS = """
INSERT INTO vigie.alert (kind, gravity, connexion_id, organisation_id, about, subject, period, threshold, permille, value, limit_value, currency,
                         raised_at, over_at, acknowledged_at, acknowledged_by)
SELECT (ARRAY['budget', 'forecast', 'quota', 'stale'])[1 + n % 4], n % 3, c.id, c.organisation, c.id::text, '', '2026-11', 80, 800, 80, 100, 'usd',
       now() - n * interval '1 second', CASE WHEN n % 3 = 0 THEN now() END, CASE WHEN n % 5 = 0 THEN now() END, CASE WHEN n % 5 = 0 THEN 'x' END
FROM (SELECT openai_connexion_id AS id, organisation_id AS organisation, row_number() OVER () AS n FROM public.openai_connexion) c;
ANALYZE vigie.alert;
"""


class Lists:
    """The database, the statements that the program sends, and the time that psql takes for one."""

    def __init__(self, cluster):
        self.cluster = cluster

    def program(self, role, *argv):
        env = process.clean_env("/tmp", **self.cluster.env("bench", role))
        subprocess.run([bench.VIGIE, *argv], env=env, stdout=subprocess.DEVNULL, check=True)

    def sent(self, role, part, *argv):
        """The last statement with that part which the program sends, its values written in."""
        self.cluster.psql("ALTER SYSTEM SET log_statement = 'all'")
        self.cluster.reload()
        start = len(self.cluster.log())
        self.program(role, *argv)
        self.cluster.psql("ALTER SYSTEM RESET log_statement")
        self.cluster.reload()
        found = [bench.with_literals(s, p) for s, p in bench.statements(self.cluster.log()[start:]) if part in s]
        assert found, "the program sent no such statement: " + part
        return found[-1]

    def times(self, role, sql, count, setting=""):
        script = setting + "\\timing on\n\\o /dev/null\n" + (sql + ";\n") * (count + 1)
        env = process.clean_env("/tmp", **self.cluster.env("bench", role))
        out = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"], input=script, env=env,
                             capture_output=True, text=True, check=True).stdout
        return [float(t) for t in re.findall(r"^Time: ([\d.]+) ms", out, re.M)][1:]

    def compare(self, measure, role, ours, peer, ceiling, peer_role=OWNER, setting=""):
        """Medians of turns, so that a busy machine is busy for both."""
        figures, others = [], []
        for _ in range(ROUNDS):
            figures += self.times(role, ours, 2)
            others += self.times(peer_role, peer, 2, setting)
        figure, other = median(figures), median(others)
        bench.report(measure, "%.2f ms" % figure, "owner %.2f ms" % other, figure / other, ceiling)


def owners(sql, rows):
    """The program's query of a page with the owner's query in the place of the one that finds the rows."""
    match = re.search(r"(SELECT c\.openai_connexion_id, c\.organisation_id.*?) FROM \(.*\) (p JOIN public\.openai_connexion c ON .*)$", sql, re.S)
    return "%s FROM (%s) %s" % (match.group(1), rows, match.group(2))


def by_budget(lists, name, role, scope):
    first = lists.sent(role, "vigie.rank r", "list", "--sort=-budget", "-n", str(ROWS))
    rows = "SELECT c.openai_connexion_id AS id, %s AS s FROM public.openai_connexion c WHERE %s ORDER BY %s DESC NULLS LAST," \
           " c.openai_connexion_id DESC LIMIT %d" % (PERMILLE, scope, PERMILLE, ROWS + 1)
    lists.compare(name + ": by budget, first page", role, first, owners(first, rows), 2)
    low = lists.sent(role, "vigie.rank r", "list", "--sort", "budget", "-n", str(ROWS))
    rows = "SELECT c.openai_connexion_id AS id, %s AS s FROM public.openai_connexion c WHERE %s AND %s IS NOT NULL ORDER BY %s NULLS FIRST," \
           " c.openai_connexion_id LIMIT %d" % (PERMILLE, scope, PERMILLE, PERMILLE, ROWS + 1)
    lists.compare(name + ": by budget, the least first", role, low, owners(low, rows), 2)


def middle(lists):
    """A page whose anchor is in the middle of the order against the first one."""
    first = lists.sent(ADMIN, "vigie.rank r", "list", "--sort=-budget", "-n", str(ROWS))
    at, place = lists.cluster.rows("SELECT permille, connexion_id FROM vigie.rank WHERE kind = 'b' ORDER BY permille DESC, connexion_id DESC"
                                   " OFFSET 500000 LIMIT 1", "bench", OWNER)[0]
    later = re.sub(r"\(NULL::uuid IS NULL OR \(r\.permille, r\.connexion_id\) <= \(NULL::integer, NULL\)\)",
                   "(r.permille, r.connexion_id) <= (%s, '%s'::uuid)" % (at, place), first)
    assert later != first, first
    lists.compare("admin: by budget, page after 500,000 rows", ADMIN, later, first, 2, ADMIN)


def search(lists, name, role, scope, words):
    for what, word in words:
        ours = lists.sent(role, "vigie.search", "list", "--filter", '"%s"' % word, "-n", str(ROWS))
        like = "LIKE '%%%s%%'" % word
        ids = " UNION ".join([
            "SELECT c.openai_connexion_id FROM public.openai_connexion c WHERE lower(c.openai_email_compte) %s AND %s" % (like, scope),
            "SELECT c.openai_connexion_id FROM public.openai_connexion c WHERE c.organisation_id IN"
            " (SELECT o.organisation_id FROM public.organisations o WHERE lower(o.organisation_nom) %s) AND %s" % (like, scope),
            "SELECT c.openai_connexion_id FROM public.openai_connexion c WHERE (c.client_type, c.client_id) IN"
            " (SELECT 'reseau', k.reseau_id FROM public.reseau k WHERE lower(k.reseau_nom) %s"
            " UNION ALL SELECT 'reseau_agence', k.reseau_agence_id FROM public.reseau_agence k WHERE lower(k.reseau_agence_nom) %s"
            " UNION ALL SELECT 'agence_independante', k.agence_indep_id FROM public.agence_independante k"
            " WHERE lower(k.agence_indep_nom) %s) AND %s" % (like, like, like, scope)])
        order = "s1, s2, s3, id"
        rows = "SELECT c.openai_connexion_id AS id, o.organisation_nom AS s1, o.organisation_id AS s2, c.openai_email_compte AS s3" \
               " FROM (%s) f JOIN public.openai_connexion c ON c.openai_connexion_id = f.openai_connexion_id" \
               " JOIN public.organisations o ON o.organisation_id = c.organisation_id ORDER BY %s LIMIT %d" % (ids, order, ROWS + 1)
        lists.compare("%s: search, %s" % (name, what), role, ours, owners(ours, rows), 3,
                      setting="SET enable_seqscan = off;\n")  # the planner takes the indexes for it in some runs and not in others


def alerts(lists, name, role, scope):
    ours = lists.sent(role, "vigie.alerts(", "alerts")
    columns = re.search(r"SELECT (.*) FROM vigie\.alerts\(", ours, re.S).group(1)
    most = re.search(r"vigie\.alerts\([^)]*?'(\d+)'::integer", ours).group(1)
    peer = "SELECT %s FROM (SELECT a AS alert, o.organisation_nom, 'open' AS status, coalesce(c.openai_email_compte, a.subject) AS subject" \
           " FROM vigie.alert a LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id" \
           " LEFT JOIN public.organisations o ON o.organisation_id = c.organisation_id" \
           " WHERE NOT a.recorded AND a.over_at IS NULL AND a.acknowledged_at IS NULL AND coalesce(a.snoozed_until <= now(), true) AND %s" \
           " ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC LIMIT %s) l" % (columns, scope.replace("c.", "a."), most)
    lists.compare(name + ": alerts, first page", role, ours, peer, 2)


def processor_ms(pid):
    """What a server's process has had of the processor: on a busy machine more telling than the clock."""
    with open("/proc/%s/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Counter:
    """A session of the owner that counts, an UPDATE and a COMMIT for each."""

    def __init__(self, cluster):
        env = process.clean_env("/tmp", **cluster.env("bench", OWNER))
        argv = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        self.psql = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self.pid = self.ask("SELECT pg_backend_pid()")

    def ask(self, sql):
        self.psql.stdin.write(sql + ";\n\\echo done\n")
        self.psql.stdin.flush()
        lines = []
        while not lines or lines[-1] != "done":
            line = self.psql.stdout.readline()
            assert line, "psql ended"
            lines.append(line.rstrip("\n"))
        return lines[0]

    def microseconds(self, change):
        before = processor_ms(self.pid)
        self.ask("DO $$ BEGIN FOR n IN 1..%d LOOP UPDATE public.openai_connexion SET %s"
                 " WHERE openai_connexion_id = md5('connexion ' || 1 + n * 7919 %% 100000)::uuid; COMMIT; END LOOP; END $$" % (COUNTS, change))
        return (processor_ms(self.pid) - before) * 1000 / COUNTS


def counting(lists):
    """A counting UPDATE with the order kept and without: microseconds of the server's processor."""
    counter = Counter(lists.cluster)
    trigger = "ALTER TABLE public.openai_connexion %s TRIGGER vigie_lists_update"
    for what, change in (("requests", "openai_usage_quotidien = coalesce(openai_usage_quotidien, 0) + 1"),
                         ("costs", "openai_cout_actuel_mois = openai_cout_actuel_mois + 0.002")):
        kept, bare = [], []
        for _ in range(3):
            counter.ask(trigger % "ENABLE ALWAYS")
            kept.append(counter.microseconds(change))
            counter.ask(trigger % "DISABLE")
            bare.append(counter.microseconds(change))
        bench.report("counting %s, the order kept" % what, "%.1f us" % median(kept), "not kept %.1f us" % median(bare),
                     median(kept) / median(bare), None)
    counter.psql.stdin.close()
    counter.psql.wait()
    lists.cluster.psql("SELECT vigie.refill_lists(); VACUUM ANALYZE vigie.rank, public.openai_connexion", "bench", OWNER)


def main():
    print("%-46s %14s %18s %7s  %s" % ("measure", "vigie", "peer", "ratio", "ceiling"))
    with Cluster(settings={"shared_buffers": "512MB"}) as cluster:
        bench.our_database(cluster)
        lists = Lists(cluster)
        counting(lists)
        cluster.psql(PEER_INDEXES + ALERTS, "bench", OWNER)
        cluster.psql("VACUUM ANALYZE public.openai_connexion, vigie.alert", "bench", OWNER)
        for name, role, scope, words in (
            ("admin", ADMIN, "true", (("e-mail", "ia777@"), ("organisation", "isation 0777"), ("client", "agence 5 du réseau 77"))),
            ("member", MEMBER, "c.organisation_id = " + OWN, (("e-mail", "ia77"), ("organisation", "isation 0500"), ("client", "agence 5 du"))),
        ):
            by_budget(lists, name, role, scope)
            search(lists, name, role, scope, words)
            alerts(lists, name, role, scope)
        middle(lists)
    if bench.FAILED:
        print("above the ceiling: " + ", ".join(bench.FAILED))
    return 1 if bench.FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
