#!/usr/bin/python3
"""How far the forecast of the month's end is from what the month then cost: make bench.

Months of synthetic projects (fixed seeds) are replayed day by day, at noon, into vigie.cost_day of a real database as OpenAI
would have told them by then; the program's own functions bring the rows into line (vigie.apply_costs) and foretell
(vigie.forecasts_at). Beside it stands the naive rule: what was spent, over the part of the month that is gone. The rate is the
higher one of 24 hours and 7 days, so it errs on the high side by intent: the second table shows what that buys, overruns
foretold in time, and what it costs, warnings of months that stayed within their limit. Then: silence where history is thin.
"""

import calendar
import datetime
import os
import random
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402
from support.stopwatch import median  # noqa: E402

VIGIE = os.environ["VIGIE"]
SERIES = int(os.environ.get("BENCH_SERIES", "12"))  # projects of a shape
MANY = int(os.environ.get("BENCH_FORECASTS", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
OWNER, ADMIN = "bench_owner", "bench_admin"
MONTHS = ((2026, 2), (2026, 4), (2026, 7))  # 28, 30 and 31 days
DAYS = (5, 10, 15, 20, 25)
BEFORE = 30  # days of history in front of a month
FAILED = []
FILL = """
INSERT INTO public.organisations (organisation_id, organisation_nom) VALUES (md5('o')::uuid, 'Organisation');
SELECT vigie.add_operator('%s', 'Bench', 'Admin', NULL, true, NULL);
INSERT INTO vigie.account (account_id, name) VALUES (md5('a')::uuid, 'bench');
CREATE SCHEMA bench;
CREATE TABLE bench.truth (project text, day date, amount numeric, late integer, PRIMARY KEY (project, day));
CREATE TABLE bench.told (project text, at timestamptz, basis text, month_end numeric, permille integer, spent numeric);
"""
CONNEXIONS = """
INSERT INTO public.openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte, openai_project_id, openai_limite_cout_mois)
SELECT md5(p)::uuid, md5('o')::uuid, md5('x' || p)::uuid, 'sk-proj-bench-not-a-key', '', p, l FROM (VALUES %s) v (p, l);
"""
# What OpenAI tells at an instant: today's hours so far; of a late project, three fifths of a day on that day, the rest in two days.
TELL = """
DELETE FROM vigie.cost_day;
INSERT INTO vigie.cost_day (account_id, project, key, day, currency, amount)
SELECT md5('a')::uuid, t.project, '', t.day, 'usd',
       trim_scale(round(t.amount * CASE WHEN t.day = d.today THEN 0.5 ELSE 1 END
             * CASE WHEN t.late = 0 OR t.day < d.today - 2 THEN 1 WHEN t.day = d.today - 2 THEN 0.97 WHEN t.day = d.today - 1 THEN 0.85 ELSE 0.6 END, 6))
FROM bench.truth t CROSS JOIN (SELECT '%(at)s'::timestamptz AS at, ('%(at)s'::timestamptz AT TIME ZONE 'UTC')::date AS today) d
WHERE t.day <= d.today AND t.day > d.today - 70;
ANALYZE vigie.cost_day;
SELECT vigie.apply_costs(md5('a')::uuid, 'usd', '%(at)s');
"""
KEEP = """
INSERT INTO bench.told SELECT c.openai_project_id, '%(at)s', f.basis, f.month_end, f.permille, c.openai_cout_actuel_mois
FROM vigie.forecasts_at('%(at)s') f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id;
"""


def steady(rng, day, _first):
    """The same each day, give or take a tenth."""
    return max(0.0, rng.gauss(1, 0.1))


def weekly(rng, day, _first):
    """Offices: a tenth at weekends."""
    return max(0.0, rng.gauss(1, 0.15)) * (0.1 if day.weekday() >= 5 else 1)


def growing(rng, day, first):
    """Three per cent more each day."""
    return max(0.0, rng.gauss(1, 0.1)) * 1.03 ** (day - first).days


def burst(rng, day, _first):
    """Quiet, but on one day in twelve five times as much."""
    return max(0.0, rng.gauss(1, 0.2)) * (5 if rng.random() < 1 / 12 else 1)


def late(rng, day, _first):
    """As the office, and OpenAI tells late."""
    return weekly(rng, day, _first)


SHAPES = {"steady": steady, "weekday/weekend": weekly, "growing": growing, "burst": burst, "late rows": late}


class Series:
    """A project with its days, in one month with its history."""

    def __init__(self, shape, number, year, month):
        self.name = "%s-%d-%d-%d" % (shape.replace("/", "").replace(" ", ""), year, month, number)
        self.shape, self.first = shape, datetime.date(year, month, 1)
        self.length = calendar.monthrange(year, month)[1]
        rng = random.Random(self.name)
        scale = 10 ** rng.uniform(-1, 2)
        begin = self.first - datetime.timedelta(days=BEFORE)
        self.days = {}
        for n in range(BEFORE + self.length):
            day = begin + datetime.timedelta(days=n)
            self.days[day] = round(scale * SHAPES[shape](rng, day, begin), 6)
        self.truth = sum(amount for day, amount in self.days.items() if day >= self.first)
        # every other one ends a sixth above its limit, the others a sixth below
        self.over = number % 2 == 0
        self.limit = round(self.truth / (7 / 6 if self.over else 5 / 6), 2)


class Bench:
    """The database."""

    def __init__(self, cluster):
        self.cluster = cluster

    def fill(self):
        """The schema by the program's own migrations."""
        self.cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
        self.cluster.map_roles(OWNER, ADMIN)
        self.cluster.createdb("bench", OWNER)
        env = process.clean_env("/tmp", **self.cluster.env("bench", OWNER))
        subprocess.run([VIGIE, "init"], env=env, check=True, stdout=subprocess.DEVNULL)
        self.owner(FILL % ADMIN)
        self.owner("GRANT USAGE ON SCHEMA bench TO %s; GRANT ALL ON ALL TABLES IN SCHEMA bench TO %s" % (ADMIN, ADMIN))

    def owner(self, sql):
        """Statements as the owner of the database."""
        return self.cluster.psql(sql, db="bench", user=OWNER)

    def operator(self, sql):
        """Statements as an administrator of the platform."""
        return self.cluster.psql(sql, db="bench", user=ADMIN)

    def load(self, series):
        """Forget the projects of before and take these."""
        self.owner("DELETE FROM vigie.cost_day; DELETE FROM public.openai_connexion; DELETE FROM bench.truth; DELETE FROM bench.told")
        self.owner(CONNEXIONS % ",".join("('%s', %s::numeric)" % (one.name, one.limit) for one in series))
        rows = ",".join("('%s', date '%s', %s, %d)" % (one.name, day, amount, one.shape == "late rows") for one in series for day, amount in one.days.items())
        self.owner("INSERT INTO bench.truth VALUES " + rows + "; ANALYZE")

    def replay(self, at):
        """What was told and foretold at an instant: {project: (basis, month's end or None, permille or None, spent)}."""
        self.owner(TELL % {"at": at})
        self.operator(KEEP % {"at": at})
        rows = self.cluster.rows("SELECT project, basis, coalesce(month_end::text, ''), coalesce(permille::text, ''), spent FROM bench.told WHERE at = '%s'" % at, "bench")
        return {p: (basis, float(end) if end else None, int(permille) if permille else None, float(spent)) for p, basis, end, permille, spent in rows}


def quantile(values, part):
    """The value that so much of them lies below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def replay(bench):
    """Errors by (shape, day): ours and the naive rule's; when each overrun was foretold first, and false warnings."""
    errors, warned = {}, []
    for year, month in MONTHS:
        series = [Series(shape, n, year, month) for shape in SHAPES for n in range(SERIES)]
        bench.load(series)
        first_warning = {}
        for day in range(1, series[0].length + 1):
            said = bench.replay("%d-%02d-%02dT12:00:00Z" % (year, month, day))
            for one in series:
                basis, end, permille, spent = said[one.name]
                assert basis in ("day", "week") and end is not None, (one.name, day, basis)
                naive = spent / (day - 0.5) * one.length
                if day in DAYS:
                    ours, theirs = errors.setdefault((one.shape, day), ([], []))
                    ours.append(abs(end - one.truth) / one.truth)
                    theirs.append(abs(naive - one.truth) / one.truth)
                seen = first_warning.setdefault(one.name, [None, None])
                for which, over in enumerate((permille >= 1000, naive >= one.limit)):
                    if over and seen[which] is None:
                        seen[which] = day
        warned += [(one, first_warning[one.name]) for one in series]
    return errors, warned


def print_errors(errors):
    """The table of errors, per cent of the truth."""
    print("%-18s %-9s" % ("error of month's end", "rule") + "".join("%16s" % ("day %d" % day) for day in DAYS))
    print("%-28s" % "" + "".join("%16s" % "median / 90 %" for _ in DAYS))
    for shape in SHAPES:
        for which, rule in enumerate(("vigie", "naive")):
            cells = [errors[shape, day][which] for day in DAYS]
            print("%-18s %-9s" % (shape if which == 0 else "", rule) + "".join("%7.1f / %5.1f %%" % (100 * median(c), 100 * quantile(c, 0.9)) for c in cells))
    sys.stdout.flush()


def print_warnings(warned):
    """What the cautious rate buys and costs."""
    print("%-18s %-9s %22s %22s %22s" % ("warnings", "rule", "overruns by day 10", "overruns by day 15", "of months within"))
    for shape in SHAPES:
        over = [days for one, days in warned if one.shape == shape and one.over]
        under = [days for one, days in warned if one.shape == shape and not one.over]
        for which, rule in enumerate(("vigie", "naive")):
            counts = [sum(days[which] is not None and days[which] <= until for days in over) for until in (10, 15)]
            false = sum(days[which] is not None for days in under)
            print("%-18s %-9s %15d of %3d %15d of %3d %15d of %3d" % (shape if which == 0 else "", rule, counts[0], len(over), counts[1], len(over), false, len(under)))
    sys.stdout.flush()


def check(measure, figure, ceiling):
    """One line; a figure above the ceiling is remembered."""
    bad = figure > ceiling
    if bad:
        FAILED.append(measure)
    print("%-60s %8.2f  <= %-6g %s" % (measure, figure, ceiling, "TOO MUCH" if bad else ""))
    sys.stdout.flush()


def silence(bench):
    """Histories too thin for a number: new projects, a day alone, an old figure, no figure."""
    at = datetime.datetime(2026, 4, 10, 12, tzinfo=datetime.timezone.utc)
    today, cases = at.date(), {}

    def days(*ago):
        return {today - datetime.timedelta(days=n): 5 for n in ago}

    cases["first hours"] = days(0)
    cases["second day"] = days(0, 1)
    cases["two days and a half"] = days(0, 1, 2)
    cases["a day alone behind a week of nothing"] = days(0, 20, 25, 30)
    cases["the third day, then nothing"] = days(2)
    series = []
    for name, known in cases.items():
        one = Series("steady", 0, 2026, 4)
        one.name, one.days, one.limit = name, known, 100
        series.append(one)
    bench.load(series)
    numbers = silent = 0
    for name, (basis, end, permille, _) in sorted(bench.replay(at.isoformat()).items()):
        numbers += end is not None or permille is not None
        silent += basis == "thin"
        print("# %-40s %s" % (name, "not enough history" if basis == "thin" else "%s: %s" % (basis, end)))
    bench.replay((at + datetime.timedelta(days=4)).isoformat())  # told, then nobody asked for two days
    sql = "SELECT count(*) FILTER (WHERE month_end IS NOT NULL), count(*) FILTER (WHERE basis = 'thin') FROM vigie.forecasts_at('%s')"
    stale = bench.operator(sql % (at + datetime.timedelta(days=6, minutes=1)).isoformat()).split("|")
    bench.owner("DELETE FROM vigie.cost_day; UPDATE vigie.figure SET cost_source = '', cost_account = NULL")
    nobody = bench.operator(sql % at.isoformat()).split("|")
    numbers += int(stale[0]) + int(nobody[0])
    check("numbers told where history is thin (%d cases)" % (len(cases) + 2 * len(cases)), numbers, 0)
    check("cases that are not called thin", len(cases) - silent + len(cases) - int(stale[1]), 0)


def speed(bench):
    """All forecasts of many connexions at once, against the bare sum over the same days by the owner."""
    bench.owner("DELETE FROM vigie.cost_day; DELETE FROM public.openai_connexion")
    bench.owner(CONNEXIONS.replace("(VALUES %s) v (p, l)", "(SELECT 'p' || n AS p, 100::numeric AS l FROM generate_series(1, %d) n) v") % MANY)
    bench.owner(
        "INSERT INTO vigie.cost_day SELECT md5('a')::uuid, 'p' || n, '', d::date, 'usd', 1 + n %% 7 FROM generate_series(1, %d) n,"
        " generate_series('2026-02-10'::timestamp, '2026-04-10', '1 day') d" % MANY
    )
    bench.owner("SELECT vigie.apply_costs(md5('a')::uuid, 'usd', '2026-04-10T12:00Z')")
    bench.cluster.psql("VACUUM ANALYZE", db="bench")
    ours = "SELECT count(month_end) FROM vigie.forecasts_at('2026-04-10T12:00Z')"
    bare = "SELECT count(*) FROM (SELECT account_id, project, currency, sum(amount) FROM vigie.cost_day WHERE day BETWEEN '2026-04-03' AND '2026-04-10' GROUP BY 1, 2, 3) s"
    assert bench.operator(ours) == str(MANY) == bench.owner(bare)
    took = {ours: [], bare: []}
    for _ in range(ROUNDS):
        for sql, run in ((ours, bench.operator), (bare, bench.owner)):
            began = time.monotonic()
            run(sql)
            took[sql].append(time.monotonic() - began)
    print("# %d forecasts at once: %.2f s; the bare sum of 8 days by the owner: %.2f s" % (MANY, median(took[ours]), median(took[bare])))
    check("%d forecasts against the bare sum" % MANY, median(took[ours]) / median(took[bare]), 12)


def main():
    with Cluster(settings={"shared_buffers": "256MB"}) as cluster:
        bench = Bench(cluster)
        bench.fill()
        errors, warned = replay(bench)
        print_errors(errors)
        print_warnings(warned)
        check("steady: median error in per cent on day 15", 100 * median(errors["steady", 15][0]), 10)
        check("growing: median error against the naive rule, day 15", median(errors["growing", 15][0]) / median(errors["growing", 15][1]), 1)
        silence(bench)
        speed(bench)
    if FAILED:
        sys.exit("above the ceiling: " + ", ".join(FAILED))


if __name__ == "__main__":
    main()
