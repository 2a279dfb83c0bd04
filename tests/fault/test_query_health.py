#!/usr/bin/python3
"""Health, leases and costs: the program's questions to a real server, and many sessions at the same work."""

import atexit
import contextlib
import datetime
import glob
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from probe import Probe  # noqa: E402
from support import process, tap, wait  # noqa: E402
from support.cluster import Cluster  # noqa: E402

MIGRATIONS = os.path.join(HERE, "..", "..", "data", "sql", "0*.sql")
PLATFORM = os.path.join(HERE, "..", "sql", "platform.sql")
VERDICTS = os.path.join(HERE, "..", "..", "src", "model", "verdict.def")
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
MONTH = TODAY.replace(day=1)
ROWS = 240
SERVER = contextlib.ExitStack()
atexit.register(SERVER.close)


class Shared:
    """One server for all tests of this file."""

    cluster = None


def cluster():
    """The server, made by the first test that needs it."""
    if Shared.cluster is None:
        Shared.cluster = SERVER.enter_context(Cluster(roles=("admin", "member", "authenticator"), log_statements=True))
    return Shared.cluster


def fresh(name, rows=ROWS):
    """A migrated database: two organisations, an administrator, a member of the first, and connexions in turn in both."""
    made = cluster()
    made.createdb(name)
    for path in sorted(glob.glob(MIGRATIONS)):
        made.run_file(path, name)
    made.psql(
        "SET log_statement = 'none';"
        "INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('%s', 'One'), ('%s', 'Two');"
        % (organisation(1), organisation(2))
        + "SELECT vigie.add_operator('admin', 'A', 'A', 'a@x.example', true, NULL);"
        "SELECT vigie.add_operator('member', 'M', 'M', 'm@x.example', false, '%s');" % organisation(1)
        + "INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key,"
        " openai_email_compte, openai_project_id) SELECT ('cccccccc-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,"
        " ('aaaaaaaa-0000-4000-8000-' || lpad((1 + n %% 2)::text, 12, '0'))::uuid, gen_random_uuid(),"
        " 'sk-test-' || n, n || '@x.example', 'proj_' || n / 2 FROM generate_series(0, %d) n" % (rows - 1),
        name,
    )
    return name


def organisation(n):
    return "aaaaaaaa-0000-4000-8000-%012d" % n


def connexion(n):
    return "cccccccc-0000-4000-8000-%012d" % n


@contextlib.contextmanager
def asking(db, user="admin"):
    """A probe with a proven session of this user."""
    with Probe("query_health_probe", cluster().conninfo(db, user)) as probe:
        said = probe.answer()
        assert said == "open health=1", said
        yield probe


def expect(probe, line, *parts):
    """Asks and finds each part in the answer."""
    said = probe.ask(line)
    for part in parts:
        assert part in said, "%s\nsaid %.3000s\nwithout %s" % (line, said, part)
    return said


GATE = 4711
THROUGH = "DO 'BEGIN PERFORM pg_advisory_lock_shared(%d); END';\n" % GATE


def at_gate(db, granted):
    """How many hold the gate, or wait at it."""
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %d AND granted = %s"
    return int(cluster().psql(sql % (GATE, granted), db))


def together(db, user, scripts):
    """Runs each script in a session of its own, all at once: none begins before all stand at the gate; what they printed."""
    made = cluster()
    argv = [os.path.join(made.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    env = process.clean_env(made.directory, **made.env(db, user))
    children = [
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        for _ in scripts
    ]
    holder = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=env)
    holder.stdin.write("SELECT pg_advisory_lock(%d);\n" % GATE)
    holder.stdin.flush()
    wait.until(lambda: at_gate(db, True) == 1, what="the gate to be shut")
    for child, script in zip(children, scripts):
        child.stdin.write(THROUGH + script)
        child.stdin.flush()
    wait.until(lambda: at_gate(db, False) == len(scripts), what="all to stand at the gate")
    holder.communicate()
    for child in children:
        child.stdin.close()
        child.stdin = None
    done = [child.communicate(timeout=90) for child in children]
    for child, (_text, error) in zip(children, done):
        assert child.returncode == 0, error
    return [text for text, _error in done]


@tap.test("the words of a verdict are the program's")
def _verdicts():
    fresh("words", 1)
    with open(VERDICTS, encoding="utf-8") as file:
        words = re.findall(r'^VERDICT\(\w+, "([\w-]+)"', file.read(), re.M)
    text = cluster().psql(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = 'vigie.verdict'::regtype AND contype = 'c'", "words"
    )
    assert re.findall(r"'([\w-]+)'", text) == words, (text, words)


@tap.test("a lease brings what a probe needs, a result goes in and comes back")
def _round():
    fresh("round", 4)
    set_up = (
        ("openai_ia_extensions = '{\"base_url\": \"https://eu.example/v1\"}', openai_organisation_id = 'org-x'", 0),
        ("openai_api_key = 'sk-admin-test', openai_modeles_autorises = NULL", 1),
        ("openai_api_key = E'sk-test \\n', openai_statut_connexion = 'inactive'", 2),
        ("openai_api_key = repeat('x', 512)", 3),
    )
    for change, n in set_up:
        cluster().psql(
            "SET log_statement = 'none'; UPDATE openai_connexion SET %s WHERE openai_connexion_id = '%s'" % (change, connexion(n)),
            "round",
        )
    with asking("round") as probe:
        expect(probe, "lease w 10 60", "0 due=-1")
        expect(probe, "enrol", "ok")
        said = expect(
            probe, "lease w 10 60", "4 due=-1",
            "[%s key=sk-test-0 base=https://eu.example/v1 organisation=org-x project=proj_0 status=active"
            " models={gpt-3.5-turbo,gpt-4} admin=0]" % connexion(0),
            "[%s key=sk-admin-test base= organisation= project=proj_0 status=active models=- admin=1]" % connexion(1),
            "[%s key= base= organisation= project=proj_1 status=inactive" % connexion(2),
            "[%s key= base= organisation=" % connexion(3),
        )
        assert "xxx" not in said, said
        expect(probe, "health " + connexion(0), "verdict=never", "owner=w ", "age=-1", "end")
        expect(probe, "record w revoked expired 401 0 300 h\\é\"\x7f\u202e", "ok")
        expect(
            probe, "health " + connexion(0), "verdict=revoked candidate=never failures=2 calm=1 age=0", "owner= ",
            "http=200", "total=129", "latency=30:129", "host=api.example:443", "message=h\\é\"\\x7f\\u{202e} ",
        )
        expect(probe, "lease w 10 60", "0 due=300")
        row = "SELECT concat_ws(' ', openai_statut_connexion, openai_derniere_erreur, openai_derniere_synchro > now() - interval '1 minute')"
        row += " FROM openai_connexion WHERE openai_connexion_id = '%s'"
        assert cluster().psql(row % connexion(0), "round") == "expired 401 t"
        assert cluster().psql(row % connexion(2), "round") == "inactive 401 t"
        expect(probe, "take w 60 %s %s" % (connexion(0), connexion(1)), "2 due=-1")
        expect(probe, "record w valid active - 0 300 bad\xc3", "ok")
        assert cluster().psql(row % connexion(0), "round") == "active t"
        expect(probe, "host api.example network", "ok")
        expect(probe, "health " + connexion(1), "verdict=valid", "host api.example=network failing=3 curl=7")
        cluster().psql("UPDATE vigie.host SET recorded_at = now() - interval '2 hours'", "round")
        assert "api.example=network" not in probe.ask("health " + connexion(1)), "an old word is no news"
        expect(probe, "take w 60 " + connexion(0), "1 ")
        expect(probe, "release w", "ok")
        expect(probe, "health " + connexion(0), "owner= ")
        expect(probe, "lease - 10 60", "0 ")
        expect(probe, "lease w 10 4000", "err database")


@tap.test("a base URL that cannot be one takes the key away")
def _base():
    fresh("base", 4)
    for n, url in enumerate(("https://a b/", "https://x/\\u0001", "https://x/" + "y" * 1014, "https://x/" + "y" * 1013)):
        cluster().psql(
            "UPDATE openai_connexion SET openai_ia_extensions = '%s' WHERE openai_connexion_id = '%s'"
            % (json.dumps({"base_url": url}).replace("\\\\", "\\"), connexion(n)),
            "base",
        )
    with asking("base") as probe:
        expect(probe, "enrol", "ok")
        said = expect(probe, "lease w 10 60", "4 due=")
        keys = dict(re.findall(r"\[\S+-0*(\d) key=(\S*)", said.replace("-000000000000 ", "-0000000000000 ")))
        assert [bool(keys[str(n)]) for n in range(4)] == [False, False, False, True], said


@tap.test("many programs at once lease every connexion once")
def _leases():
    fresh("leases")
    cluster().psql("SELECT vigie.enrol()", "leases", "admin")
    scripts = [
        "SELECT (probe).connexion_id FROM vigie.lease('w%d', 7, 60);\n" % n * 60 for n in range(6)
    ]
    taken = [text.split() for text in together("leases", "admin", scripts)]
    everything = [row for rows in taken for row in rows]
    assert len(everything) == ROWS and len(set(everything)) == ROWS, [len(rows) for rows in taken]
    assert sum(1 for rows in taken if rows) > 1, "one program had it all: nothing was tried"
    # all of them die: one lease time later another has everything
    cluster().psql("UPDATE vigie.probe SET lease_until = now()", "leases")
    assert cluster().psql("SELECT count(*) FROM vigie.lease('heir', 1000, 60)", "leases", "admin") == str(ROWS)


@tap.test("many programs enrol at once")
def _enrol():
    fresh("enrol")
    made = together("enrol", "admin", ["SELECT vigie.enrol();\n"] * 6)
    assert sum(map(int, made)) == ROWS, made


@tap.test("applications that count at once lose nothing, while costs and results are written")
def _count():
    fresh("counts", 40)
    db = "counts"
    cluster().psql("SELECT vigie.enrol()", db, "admin")
    calls = "".join(
        "SELECT usage_quotidien FROM vigie.compter_usage('%s', 3, 0.01);\n" % connexion(n % 20 * 2 + 1) for n in range(200)
    )
    back = "".join(
        "SELECT usage_quotidien FROM vigie.compter_usage('%s', 3, 0.01);\n" % connexion(39 - n % 20 * 2) for n in range(200)
    )
    # odd connexions are of the second organisation, so the administrator counts
    records = "".join(
        "SELECT vigie.record('w', (SELECT json_agg(json_build_object('id', (probe).connexion_id, 'verdict', 'valid',"
        " 'checked_at', 1, 'due_s', 0)) FROM vigie.lease('w', 40, 60)));\n"
        for _ in range(40)
    )
    with asking(db) as probe:
        expect(probe, "recipient A a", "ok")
        expect(probe, "account acme - 0 A", "ok")
    costs = "".join(
        "SELECT vigie.lease_accounts('c', decode('%s', 'hex'), 1, 60) IS NULL;\n" % ("41" * 32)
        + "SELECT vigie.replace_costs('c', (SELECT account_id FROM vigie.account), '%s', '%s', 'usd',"
        " (SELECT json_agg(json_build_object('day', '%s', 'project', 'proj_' || p, 'currency', 'usd', 'amount', %d + p))"
        " FROM generate_series(0, 19) p WHERE p %% 2 = 0), '{\"verdict\": \"valid\"}');\n" % (MONTH, TODAY, TODAY, n)
        for n in range(20)
    )
    together(db, "admin", [calls, back, calls, back, records, records, costs])
    uses = set(cluster().psql("SELECT openai_usage_quotidien FROM openai_connexion WHERE openai_usage_quotidien > 0", db).split())
    assert uses == {"120"}, uses
    counted = cluster().psql("SELECT DISTINCT trim_scale(cost_counted) FROM vigie.figure WHERE cost_counted > 0", db)
    assert counted == "0.4", counted
    # where OpenAI's costs are not known the row has what was counted
    rows = cluster().psql(
        "SELECT DISTINCT trim_scale(openai_cout_actuel_mois) FROM openai_connexion c JOIN vigie.figure USING (openai_connexion_id)"
        .replace("USING (openai_connexion_id)", "f ON f.connexion_id = c.openai_connexion_id")
        + " WHERE cost_source = 'applications'",
        db,
    )
    assert rows == "0.4", rows


@tap.test("the sums of months and the heights of days are the database's, to the last decimal")
def _months():
    fresh("months", 2)
    last = MONTH - datetime.timedelta(days=1)
    first = last.replace(day=1)
    told = [(last, "0.1"), (last, "0.2"), (first, "0.000000000001"), (first, "999999999999999999.3"), (MONTH, "-0.000000000001")]
    with asking("months") as probe:
        for line in ("recipient A ada", "account acme - 0 A", "lease_accounts w A 60 60"):
            probe.ask(line)
        rows = " ".join("%s,proj_0,,usd,%s" % pair for pair in told)
        expect(probe, "costs w %s %s usd %s" % (first, TODAY, rows), "ok")
        said = probe.ask("sums " + connexion(0)).split()
        assert said[:2] == ["%s=999999999999999999.600000000001" % str(last)[:7], "%s=-0.000000000001" % str(MONTH)[:7]], said
        assert said[2:5] == [str(first)[5:] + ":1000", str(last)[5:] + ":0", str(MONTH)[5:] + ":-1"], said


@tap.test("accounts, costs and use by the program's questions")
def _costs():
    fresh("costs", 6)
    with asking("costs") as probe:
        expect(probe, "accounts A", ".")
        for line in ("recipient A ada", "recipient B bea", "account acme https://x.example/v1 1 A"):
            expect(probe, line, "ok")
        assert probe.ask("recipients") == "AB."
        expect(probe, "accounts A", "[acme url=https://x.example/v1 by_key=1 refused=0 costs=0 usage=0 verdict=never", "sealed=50A missing=1]")
        expect(probe, "account acme - 0 AB", "ok")
        expect(probe, "accounts B", "[acme url= by_key=0", "sealed=50B missing=0]")
        expect(probe, "lease_accounts w C 60 60", ".")
        expect(probe, "lease_accounts w A 60 60", "[acme", "sealed=50A")
        assert probe.ask("lease_accounts v B 60 60") == "."
        day = TODAY.isoformat()
        expect(
            probe,
            "costs w %s %s usd %s" % (MONTH, TODAY, " ".join(
                day + "," + row for row in ("proj_0,,usd,1.50", "proj_1,k,usd,0E-6176", "proj_1,k2,usd,-0.3", ",,usd,0.25", "proj_1,,eur,7"))),
            "ok",
        )
        expect(probe, "usage w %s %s,proj_1,,,9999999999 %s,proj_0,,,7" % (day, day, day), "ok")
        assert probe.ask("figures " + connexion(0)) == "cost=openai shared=2 currency=usd use=openai clamped=0 fresh=1 %s:1.5" % day
        assert probe.ask("figures " + connexion(2)) == "cost=openai shared=2 currency=usd use=openai clamped=1 fresh=1 %s:-0.3" % day
        assert probe.ask("figures " + connexion(4)) == "cost= shared=0 currency= use= clamped=0 fresh=0"
        assert probe.ask("unattributed") == "acme:usd:0.25 ."
        assert probe.ask("sums " + connexion(0)) == "%s=1.5 %s:1000 left=0.25 of=acme" % (day[:7], day[5:])
        assert probe.ask("sums " + connexion(2)) == "%s=-0.3 %s:-1 left=0.25 of=acme" % (day[:7], day[5:])
        assert probe.ask("sums " + connexion(4)) == "left= of="
        expect(probe, "failed w rate-limited slow_down", "ok")
        expect(probe, "accounts A", "refused=1 costs=1 usage=1 verdict=rate-limited code=slow_down")
        expect(probe, "forget nothing", "err not-found")
        expect(probe, "forget acme", "ok")
        assert probe.ask("accounts A") == "."
    with asking("costs", "member") as probe:
        assert probe.ask("accounts A") == "."
        for line in ("recipient C c", "recipients", "account mine - 0 A", "forget acme", "lease_accounts w A 60 60"):
            expect(probe, line, "err denied")


@tap.test("connexions of one project count once in sums")
def _sums():
    fresh("sums", 8)
    cluster().psql("UPDATE openai_connexion SET openai_limite_cout_mois = 10", "sums")
    with asking("sums") as probe:
        assert probe.ask("totals ") == "8 0 80 0 exact=1"
        for line in ("recipient A ada", "account acme - 0 A"):
            expect(probe, line, "ok")
        expect(probe, "lease_accounts w A 60 60", "[acme")
        rows = " ".join("%s,proj_%d,,usd,%d" % (TODAY, n, 4 + n) for n in range(4))
        expect(probe, "costs w %s %s usd %s" % (MONTH, TODAY, rows), "ok")
        # 4 + 5 + 6 + 7, each shown twice
        assert probe.ask("totals ") == "8 22 80 275 exact=1", probe.ask("totals ")
        assert probe.ask("totals active") == "8 22 80 275 exact=1"
        # one in each organisation: there each counts whole
        assert probe.ask("organisations") == "One=22:550 Two=22:550 ", probe.ask("organisations")
        cluster().psql(
            "UPDATE openai_connexion SET organisation_id = '%s' WHERE openai_project_id = 'proj_0'" % organisation(1), "sums")
        assert probe.ask("organisations") == "One=22:440 Two=18:600 ", probe.ask("organisations")
        # only one of the two is shown: nothing to take off
        cluster().psql("UPDATE openai_connexion SET openai_actif = false WHERE openai_connexion_id = '%s'" % connexion(0), "sums")
        assert probe.ask("totals inactive") == "1 4 10 400 exact=1", probe.ask("totals inactive")
        cluster().psql("UPDATE openai_connexion SET openai_limite_cout_mois = NULL WHERE openai_connexion_id = '%s'" % connexion(0), "sums")
        assert probe.ask("totals ") == "8 22 70 314 exact=1", probe.ask("totals ")
    with asking("sums", "member") as probe:
        assert probe.ask("totals ") == "5 22 40 550 exact=1", probe.ask("totals ")


@tap.test("a database without these tables answers with nothing and refuses the rest")
def _without():
    made = cluster()
    made.createdb("platform")
    made.run_file(PLATFORM, "platform")
    admin = "ad000000-0000-4000-8000-000000000001"
    with Probe("query_health_probe", made.conninfo("platform", "authenticator"), admin, "authenticated") as probe:
        assert probe.answer() == "open health=0"
        assert probe.ask("health " + connexion(0)) == "end"
        assert probe.ask("figures " + connexion(0)) == "nothing"
        assert probe.ask("unattributed") == "."
        for line in ("enrol", "lease w 1 60", "take w 60 " + connexion(0), "release w", "host h tls", "accounts A", "recipients",
                     "lease_accounts w A 60 60", "recipient A a", "account x - 0 A", "forget x"):
            expect(probe, line, "err database This database has no tables for health and costs")
        assert probe.ask("totals ").endswith("exact=1")


@tap.test("no key was sent to the server, whatever it logs")
def _log():
    log = cluster().log()
    assert "vigie.lease" in log, "the log tells nothing"
    assert "sk-test" not in log and "sk-admin" not in log


tap.main()
