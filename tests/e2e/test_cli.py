#!/usr/bin/python3
"""The command line on real data: list, show, organisations, init, help, errors and exit statuses."""

import functools
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, shares, tap  # noqa: E402
from support.place import ADMIN, KARIM, LEA, OWNER, ROOT, Place, run  # noqa: E402

OK, FAILURE, USAGE, CONFIG, NOT_FOUND, TERMINAL, SYSTEM, TIMEOUT, DENIED, UNREACHABLE = 0, 1, 2, 3, 4, 5, 6, 9, 11, 20
CLAIMS = ("--identity", "claims", "--user", "ad000000-0000-4000-8000-000000000001")
MANY = 1020  # rows: more than two pages of what the program fetches at once
MONEY = ("openai_cout_actuel_mois", "openai_limite_cout_mois")
TIMES = (
    "openai_date_activation", "openai_derniere_synchro", "openai_reset_quota_at", "openai_created_at", "openai_updated_at",
)

place = tap.keep(Place())


def column_words():
    """The words of the columns, and their SQL names, from the program's own list."""
    with open(os.path.join(ROOT, "src", "model", "column.def"), encoding="utf-8") as file:
        found = re.findall(r'^COLUMN\(\w+, (\w+), "([\w-]+)", .*, (\w+), \d+\)$', file.read(), re.M)
    assert len(found) == 25
    return {word: sql for sql, word, kind in found if kind != "SECRET"}


COLUMNS = column_words()


def many(where, db, user):
    """Rows enough for several pages, with ties and NULLs in every column that may be NULL."""
    nullable = "openai_email_compte = CASE WHEN n %% 5 < 3 THEN NULL WHEN n %% 5 = 3 THEN '' ELSE 'm%%' || n END,"
    place.cluster.psql(
        """
        INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte)
        SELECT overlay(md5(n::text) PLACING '4' FROM 13)::uuid, %s, md5((n %% 9)::text)::uuid, 'test, not a key', 'm' || n %% 97
        FROM generate_series(1, %d) n;
        ALTER TABLE openai_connexion DISABLE TRIGGER USER;
        UPDATE openai_connexion c SET %s
            openai_organisation_id = CASE WHEN n %% 2 = 0 THEN 'org' || n %% 11 END,
            openai_project_id = CASE WHEN n %% 3 = 0 THEN 'proj' || n %% 13 END,
            openai_derniere_erreur = CASE WHEN n %% 50 = 0 THEN 'e' || n END,
            openai_statut_connexion = ('{active,inactive,error,expired,quota_exceeded}'::text[])[1 + n %% 5],
            openai_actif = n %% 3 > 0,
            openai_limite_quotidienne = CASE WHEN n %% 2 = 0 THEN n %% 20 END,
            openai_usage_quotidien = CASE WHEN n %% 4 > 0 THEN n %% 15 END,
            openai_cout_actuel_mois = CASE WHEN n %% 4 < 2 THEN n %% 200 + 0.0001 * (n %% 7) END,
            openai_limite_cout_mois = CASE WHEN n %% 3 = 0 THEN n %% 30 END,
            openai_derniere_synchro = CASE WHEN n %% 2 > 0 THEN '2026-01-01'::timestamptz + n %% 400 * interval '1 s' END,
            openai_reset_quota_at = CASE WHEN n %% 3 = 1 THEN '2026-01-01'::timestamptz + n * interval '1 us' END,
            openai_created_by = CASE WHEN n %% 2 = 0 THEN md5((n %% 3)::text)::uuid END,
            openai_modeles_autorises = CASE n %% 3 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY['m' || n %% 9] END,
            openai_audit_log = CASE WHEN n %% 2 = 0 THEN jsonb_build_object('n', n %% 17) END
        FROM (SELECT openai_connexion_id AS id, row_number() OVER (ORDER BY openai_connexion_id) AS n
              FROM openai_connexion WHERE openai_api_key = 'test, not a key') k
        WHERE k.id = c.openai_connexion_id;
        ALTER TABLE openai_connexion ENABLE TRIGGER USER
        """
        % (where, MANY, nullable.replace("%%", "%") if db == "platform" else ""),
        db,
        user,
    )


@functools.lru_cache(maxsize=None)
def big():
    """A copy of the demonstration and a platform, both with many rows; made when first needed."""
    place.clone("many")
    many("(SELECT organisation_id FROM organisations WHERE organisation_nom = 'Nord-Habitat')", "many", OWNER)
    place.cluster.psql("SELECT vigie.refill_lists()", "many", OWNER)  # the platform has no such lists: there the rows are sorted
    place.platform()
    many("'a0000000-0000-4000-8000-000000000000'", "platform", "postgres")
    return (("many", ADMIN, ()), ("platform", "authenticator", CLAIMS))


def ids(rows):
    """The identifiers of rows of JSON."""
    return [row["openai_connexion_id"] for row in rows]


def found(*filters, user=ADMIN):
    """Identifiers that a filter finds."""
    return set(ids(place.json("list", "--filter", " ".join(filters), user=user)))


def truth(condition):
    """The same by SQL, as the owner whom no policy filters; c is the connexion, o its organisation."""
    sql = "SELECT c.openai_connexion_id FROM openai_connexion c JOIN organisations o USING (organisation_id) WHERE "
    return set(place.owner(sql + condition).split())


def permille(cost, limit):
    return "floor(1000.0 * c.%s / nullif(c.%s, 0))" % (cost, limit)


BUDGET = permille("openai_cout_actuel_mois", "openai_limite_cout_mois")
QUOTA = permille("openai_usage_quotidien", "openai_limite_quotidienne")
CLIENT = (
    "EXISTS (SELECT FROM (SELECT reseau_id AS a, client_id AS b, reseau_nom AS nom FROM reseau UNION ALL"
    " SELECT reseau_agence_id, client_id, reseau_agence_nom FROM reseau_agence UNION ALL"
    " SELECT agence_indep_id, client_id, agence_indep_nom FROM agence_independante) k"
    " WHERE c.client_id IN (k.a, k.b) AND k.nom ILIKE '%{}%')"
)
FILTERS = [
    ("state:error,expired", "c.openai_statut_connexion IN ('error', 'expired')"),
    ("state:quota_exceeded", "c.openai_statut_connexion = 'quota_exceeded'"),
    ("budget:>80", BUDGET + " > 800"),
    ("budget:>=100", BUDGET + " >= 1000"),
    ("budget:<10%", BUDGET + " < 100"),
    ("budget:<=37.7", BUDGET + " <= 377"),
    ("budget:=100", BUDGET + " = 1000"),
    ("budget:>50 budget:<90", BUDGET + " BETWEEN 501 AND 899"),
    ("quota:>80", QUOTA + " > 800"),
    ("quota:>=100", QUOTA + " >= 1000"),
    ("quota:<1", QUOTA + " < 10"),
    ("quota:=0", QUOTA + " = 0"),
    ("org:midi", "o.organisation_nom ILIKE '%midi%'"),
    ("org:ÉMERAUDE", "o.organisation_nom ILIKE '%émeraude%'"),
    ('org:"trois riv"', "o.organisation_nom ILIKE '%trois riv%'"),
    ("org:東京", "o.organisation_nom LIKE '%東京%'"),
    ("client:lille", CLIENT.format("lille")),
    ("client:agence", CLIENT.format("agence")),
    ("model:gpt-5", "array_to_string(c.openai_modeles_autorises, ' ') LIKE '%gpt-5%'"),
    ("active", "c.openai_actif"),
    ("inactive", "NOT c.openai_actif"),
    ("proj_demo_011", "c.openai_project_id = 'proj_demo_011'"),
    ("HORIZON.example", "c.openai_email_compte LIKE '%horizon.example'"),
    ("siege inactive", "false"),
    ("opale quota:>80 active", "o.organisation_nom LIKE '%Opale%' AND c.openai_actif AND " + QUOTA + " > 800"),
    ('"%" state:active', "false"),
]


@tap.test("each key of the filter language finds what SQL finds")
def _filters():
    everything = truth("true")
    assert found() == everything and len(everything) >= 60
    some = 0
    for text, condition in FILTERS:
        expected = truth(condition)
        got = found(text)
        assert got == expected, (text, len(got), len(expected))
        some += 0 < len(expected) < len(everything)
    assert some >= len(FILTERS) - 2
    start = sorted(everything)[0][:8]
    assert found(start) == truth("c.openai_connexion_id::text LIKE '%s%%'" % start)


@tap.test("a filter that cannot be understood says which term is wrong")
def _bad_filters():
    for text, says in (
        ("stat:error", 'Did you mean "state:"'),
        ("state:eror", 'Did you mean "error"'),
        ("budget:80", "comparison"),
        ("quota:>x", "comparison"),
        ("active inactive", "nothing"),
        ('"open', "quote"),
        ("org:", "value"),
        ("x" * 600, "longer"),
        ("\x1b[31m:x", "no key"),
    ):
        done = place.run("list", "--filter", text)
        assert done.status == USAGE and done.out == "" and says in done.err, (text, done)
        assert "\x1b" not in done.err


@tap.test("--organisation takes an id, a name or an unambiguous part of one")
def _organisation():
    expected = truth("o.organisation_nom = 'Réseau Horizon'")
    (organisation,) = {row["organisation_id"] for row in place.json("list", "-o", "Réseau Horizon")}
    for name in ("Réseau Horizon", "horizon", organisation, organisation.upper()):
        assert set(ids(place.json("list", "-o", name))) == expected, name
    done = place.run("list", "-o", "réseau")
    assert done.status == USAGE and "Réseau" in done.err, done
    assert place.run("list", "-o", "no such").status == NOT_FOUND
    assert place.json("list", "-o", "Val Perdu") == []
    assert place.json("list", "-o", organisation, user=LEA) == []
    assert place.run("list", "-o", "horizon", user=LEA).status == NOT_FOUND


def sort_value(row, word):
    """What the rows are ordered by; None where the order is not told by the JSON."""
    value = row["organisation_nom" if word == "organisation" else COLUMNS[word]]
    if COLUMNS[word] in MONEY and value is not None:
        return Decimal(value)
    return None if isinstance(value, (list, dict)) else value


@tap.test("sorted by every column, both ways, over several pages: the same rows, in order, reversed")
def _sorts():
    for db, user, argv in big():
        everything = None
        for word in COLUMNS if db == "many" else ("account", "organisation", "models", "budget"):
            up = place.json("list", *argv, "--sort", word, user=user, db=db)
            down = place.run("list", *argv, "--sort=-" + word, "--columns", "id", user=user, db=db)
            everything = everything or sorted(ids(up))
            assert sorted(ids(up)) == everything and len(set(everything)) == len(everything), (db, word)
            if word in shares.COLUMNS:
                shares.check(up, down.out.split()[1:], word)
                continue
            assert down.out.split()[1:] == ids(up)[::-1], (db, word)
            values = [value for value in (sort_value(row, word) for row in up) if value is not None]
            assert values == sorted(values), (db, word)
            if word in ("created-by", "quota-limit", "budget-limit", "reset", "error"):
                nulls = [row[COLUMNS[word]] is None for row in up]
                assert any(nulls) and nulls == sorted(nulls), (db, word, "NULL comes last")
        assert len(everything) > MANY


@tap.test("--limit gives the first rows of the order, across pages too")
def _limit():
    for db, user, argv in big():
        order = ("--sort", "-quota")
        whole = ids(place.json("list", *argv, *order, user=user, db=db))
        for limit in (1, 499, 500, 501, 1001, MANY * 2):
            rows = ids(place.json("list", *argv, *order, "--limit", str(limit), user=user, db=db))
            assert rows == whole[:limit], (db, limit)
    for bad in ("0", "-1", "x", "", "1.5", "99999999999999999999"):
        done = place.run("list", "--limit", bad)
        assert done.status == USAGE and "limit" in done.err, done


@tap.test("--columns and --sort know their columns, and never the key")
def _columns():
    done = place.run("list", "--columns", "budget-limit,account,state", "-n", "3")
    assert done.status == OK and done.out.splitlines()[0].split("  ")[0] == "Cost a month, limit", done
    assert len(done.out.splitlines()) == 4
    done = place.run("list", "--columns", ",".join(COLUMNS))
    assert done.status == OK and len(done.out.splitlines()) == 1 + len(truth("true"))
    for option in ("--columns", "--sort"):
        done = place.run("list", option, "acount")
        assert done.status == USAGE and 'Did you mean "account"' in done.err, done
        assert "key" not in re.split(r"\W+", place.run("list", option, "zzzz").err)
        for word in ("key", "openai_api_key"):
            assert place.run("list", option, word).status == USAGE


@tap.test("--json prints every column but the key: money as exact text, NULL as null, times in UTC")
def _json():
    names = list(COLUMNS.values())
    casts = ["c." + name for name in names if name not in MONEY + TIMES] + ["c.%s::text" % name for name in MONEY]
    casts += ["to_char(c.%s, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS %s" % (name, name) for name in TIMES]
    sql = "SET TimeZone = 'UTC'; SELECT row_to_json(r) FROM (SELECT %s FROM openai_connexion c) r" % ", ".join(casts)
    expected = {row["openai_connexion_id"]: row for row in map(json.loads, place.owner(sql).split("\n"))}
    rows = place.json("list")
    nulls = set()
    assert len(rows) == len(expected)
    for row in rows:
        wanted = expected[row["openai_connexion_id"]]
        assert "openai_api_key" not in row
        for name in names:
            value = row[name]
            nulls |= {name} if value is None else set()
            assert value == wanted[name], (name, value, wanted[name])
        assert all(row[name] is None or isinstance(row[name], str) for name in MONEY)
    assert {"openai_cout_actuel_mois", "openai_limite_cout_mois", "openai_limite_quotidienne"} <= nulls
    assert {row["client_link"] for row in rows} == {"found", "elsewhere", "missing"}
    states = {row[gauge]["state"] for row in rows for gauge in ("budget", "quota")}
    assert states == {"ok", "high", "over", "no-limit", "zero-limit", "no-figure"}, states
    assert json.loads(place.run("list", "--json", "-f", "false-friend").out) == []


@tap.test("a member sees the own rows and nothing else, by list, show and organisations")
def _member():
    for user, name in ((KARIM, "Réseau Horizon"), (LEA, "Agence du Midi")):
        own = truth("o.organisation_nom = '%s'" % name)
        assert set(ids(place.json("list", user=user))) == own
        assert found("state:active", user=user) == own & truth("c.openai_statut_connexion = 'active'")
        foreign = sorted(truth("true") - own)[0]
        assert place.run("show", foreign, user=user).status == NOT_FOUND
        assert place.run("show", foreign[:8], user=user).status == NOT_FOUND
        assert [one["organisation_nom"] for one in place.json("organisations", user=user)] == [name]


@tap.test("show finds by id, start of an id or account, and says when it cannot")
def _show():
    wanted = next(row for row in place.json("list") if row["openai_email_compte"] == "ia@midi.example")
    one = wanted["openai_connexion_id"]
    for text in (one, one.upper(), one[:8], one[:13].upper(), "ia@midi.example"):
        assert place.json("show", text)["openai_connexion_id"] == one, text
    sheet = place.run("show", one)
    lines = sheet.out.splitlines()
    assert sheet.status == OK and len(lines) >= 25 + 5 and "Next probe" in sheet.out and "never shown" in sheet.out, sheet
    assert set(COLUMNS.values()) <= set(place.json("show", one))
    for text in ("00000000-0000-4000-8000-000000000000", "nobody@nowhere.example", "midi.example", "zzzz", "\x1b[2J", ""):
        done = place.run("show", text)
        assert done.status == NOT_FOUND and done.out == "" and "\x1b" not in done.err, (text, done)
    db, user, argv = big()[1]
    done = place.run("show", "contact@beta.example", *argv, user=user, db=db)
    assert done.status == USAGE and "b1000001" in done.err and "b1000002" in done.err, done


SUMS = """
SELECT json_build_object('organisation_nom', o.organisation_nom, 'connexions', count(c.*), 'active', count(c.*) FILTER (WHERE openai_actif),
    'over', count(c.*) FILTER (WHERE openai_limite_cout_mois > 0 AND openai_cout_actuel_mois >= openai_limite_cout_mois
                               OR openai_limite_quotidienne > 0 AND openai_usage_quotidien >= openai_limite_quotidienne),
    'troubled', count(c.*) FILTER (WHERE openai_actif AND openai_statut_connexion <> 'active'),
    'cost', coalesce(sum(openai_cout_actuel_mois), 0)::text,
    'limit', coalesce(sum(openai_limite_cout_mois) FILTER (WHERE openai_limite_cout_mois > 0), 0)::text)
FROM organisations o LEFT JOIN openai_connexion c USING (organisation_id) GROUP BY o.organisation_id ORDER BY 1::text
"""


@tap.test("the totals of organisations are the sums of SQL, to the last digit")
def _totals():
    expected = {row["organisation_nom"]: row for row in map(json.loads, place.owner(SUMS).split("\n"))}
    printed = place.json("organisations")
    assert {one["organisation_nom"] for one in printed} == set(expected)
    for one in printed:
        wanted, totals = expected[one["organisation_nom"]], one["totals"]
        for name in ("connexions", "active", "over", "troubled"):
            assert totals[name] == wanted[name], (one, wanted)
        for name in ("cost", "limit"):
            assert isinstance(totals[name], str) and Decimal(totals[name]) == Decimal(wanted[name]), (one, wanted)
    done = place.run("organisations")
    assert done.status == OK and len(done.out.splitlines()) == 1 + len(expected)


def checksums(db):
    return place.owner("SELECT number, checksum FROM vigie.migration ORDER BY number", db)


@tap.test("init: a dry run changes nothing, the second run has nothing to do, checksums are the files'")
def _init():
    place.cluster.createdb("fresh", OWNER)
    dry = place.json("init", "--dry-run", user=OWNER, db="fresh")
    assert {one["state"] for one in dry} == {"pending"} and [one["number"] for one in dry] == list(range(1, len(dry) + 1))
    assert place.owner("SELECT count(*) FROM pg_namespace WHERE nspname = 'vigie'", "fresh") == "0"
    done = place.run("init", "--dry-run", user=OWNER, db="fresh")
    assert done.status == OK and "Nothing was changed" in done.out, done
    made = place.json("init", user=OWNER, db="fresh")
    assert {one["state"] for one in made} == {"done"}
    for one in made:
        with open(os.path.join(ROOT, "data", "sql", one["name"] + ".sql"), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == one["checksum"], one
    before = checksums("fresh")
    assert {one["state"] for one in place.json("init", user=OWNER, db="fresh")} == {"applied"}
    assert checksums("fresh") == before == checksums(place.db)
    assert place.run("init", user=OWNER, db="fresh").status == OK


@tap.test("init refuses a changed checksum, a newer database, a foreign table and whoever does not own")
def _init_refuses():
    def refuse(says):
        for argv in (("init",), ("init", "--dry-run")):
            done = place.run(*argv, user=OWNER, db="refused")
            assert done.status == FAILURE and says in done.err and "nothing was changed" in done.err, (argv, done)

    place.cluster.createdb("refused", OWNER)
    place.owner("CREATE TABLE openai_connexion (mine int); INSERT INTO openai_connexion VALUES (7)", "refused")
    refuse("did not make")
    assert place.owner("SELECT mine FROM openai_connexion", "refused") == "7"
    assert place.owner("SELECT count(*) FROM pg_namespace WHERE nspname IN ('vigie', 'auth')", "refused") == "0"
    place.owner("DROP TABLE openai_connexion", "refused")
    done = place.run("init", user=KARIM, db="refused")
    assert done.status == DENIED and "permission denied" in done.err, done
    assert place.owner("SELECT count(*) FROM pg_namespace WHERE nspname IN ('vigie', 'auth')", "refused") == "0"
    assert place.run("init", user=OWNER, db="refused").status == OK
    place.owner("UPDATE vigie.migration SET checksum = repeat('0', 64) WHERE number = 2", "refused")
    refuse("0002_platform")
    place.owner("UPDATE vigie.migration SET checksum = repeat('0', 64), number = 99 WHERE number = 2", "refused")
    refuse("migration 99")
    assert place.run("init", user=OWNER, db="nowhere").status == UNREACHABLE


@tap.test("several inits at once apply every migration once")
def _init_together():
    place.cluster.createdb("together", OWNER)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    children = [place.popen("init", "--json", user=OWNER, db="together", **pipes) for _ in range(4)]
    said = [(child.communicate(timeout=60), child.returncode) for child in children]
    assert all(status == OK for _, status in said), said
    done = [one["number"] for (out, _), _ in said for one in json.loads(out) if one["state"] == "done"]
    assert sorted(done) == list(range(1, len(done) + 1)), done
    assert checksums("together") == checksums(place.db)


@tap.test("connections: string, URI, service, place of the configuration file, -U")
def _connections():
    cluster = place.cluster
    home = process.make_home(process.scratch("vc"))
    nothing = {"PGHOST": None, "PGPORT": None, "PGDATABASE": None, "PGUSER": None}
    env = {**nothing, "HOME": home, "XDG_CONFIG_HOME": home, "PGSERVICEFILE": os.path.join(home, "services")}
    string = cluster.conninfo(place.db, KARIM)
    with open(env["PGSERVICEFILE"], "w", encoding="ascii") as file:
        file.write("[here]\n" + string.replace(" ", "\n") + "\n")
    os.makedirs(os.path.join(home, "vigie"))
    path = os.path.join(home, "vigie", "vigie.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[vigie]\nconnection = %s\nsort = -budget\n[place prod]\nconnection = %s\nusername = lea\n" % (string, string))
    os.chmod(path, 0o600)
    own = {user: set(ids(place.json("list", user=user))) for user in (KARIM, LEA)}
    uri = "postgresql://%s@/%s?host=%s&port=%d" % (KARIM, place.db, cluster.host, cluster.port)
    for argv, user in (
        ((string,), KARIM), ((uri,), KARIM), (("service=here",), KARIM), ((), KARIM), (("@prod",), LEA),
        ((string, "-U", LEA), LEA), (("-U", LEA), LEA), (("@prod", "-U", KARIM), KARIM),
    ):
        assert set(ids(place.json("list", *argv, env=env))) == own[user], argv
    permilles = [shares.permille(row, "budget") for row in place.json("list", env=env)]
    assert permilles == sorted(permilles, reverse=True) and permilles[0] > 0
    for argv, status in (
        (("@nowhere",), CONFIG), (("host=a b",), USAGE), (("dbname=x dbname",), USAGE), (("prod",), USAGE),
        (("--config", "/nonexistent/file"), CONFIG),
    ):
        done = place.run("list", *argv, env=env)
        assert done.status == status and done.err.startswith("vigie: "), (argv, done)
    with open(path, "a", encoding="utf-8") as file:
        file.write("colour = blue\n")
    done = place.run("list", env=env)
    assert done.status == CONFIG and "vigie.conf" in done.err and "10" not in done.out, done


@tap.test("version and help: every subcommand, its options, the exit statuses")
def _help():
    with open(os.path.join(ROOT, "src", "cli", "cli.def"), encoding="utf-8") as file:
        commands = re.findall(r'^CLI\(\w+, "(\w+)"', file.read(), re.M)
    assert len(commands) >= 11
    version = place.run("version")
    assert re.fullmatch(r"(\S+ \S+\n)+", version.out) and version.out.startswith("vigie "), version
    assert place.json("version")["vigie"] == version.out.split()[1]
    assert place.run("--version").out == version.out and place.run("-V").out == version.out
    whole = place.run("help")
    assert whole.out == place.run("--help").out and whole.status == OK
    for command in commands:
        done = place.run("help", command)
        assert done.status == OK and done.err == "", done
        assert done.out.startswith("Usage: vigie %s" % command) and "no-scope" in done.out, done
        for option in ("--help", "-h"):
            said = place.run(command, option)
            assert said.out == (whole if command == "console" else done).out and said.status == OK, (command, said)
        assert command in whole.out
    assert "--filter" in place.run("help", "list").out and "--filter" not in place.run("help", "show").out


@tap.test("a wrong command line ends with status 2, says what is wrong and what was probably meant")
def _usage():
    for argv, says in (
        (("lst",), "Did you mean `vigie list`"),
        (("organizations",), "organisations"),
        (("frobnicate",), "help"),
        (("list", "--jsn"), "--json"),
        (("list", "-Z"), "-Z"),
        (("list", "--filter"), "needs a value"),
        (("list", "--json=yes"), "takes no value"),
        (("show",), "operands"),
        (("account", "lst"), "account list"),
        (("watch", "--filter", "x"), "--filter"),
        (("test", "a", "dbname=b", "c"), "operands"),
        (("show", "a", "dbname=b", "c"), "operands"),
        (("show", "ia@midi.example", "--limit", "3"), "--limit"),
        (("list", "--identity", "magic"), "magic"),
        (("list", "--identity", "claims"), "--user"),
        (("list", "--identity", "claims", "--user", "me"), "UUID"),
        (("list", "--user", "00000000-0000-4000-8000-000000000000"), "claims"),
        (("list", "--timeout", "0"), "timeout"),
        (("local", "frob"), "frob"),
        (("help", "lst"), "list"),
        (("list", "\x1b]0;title\x07"), "names no connection"),
    ):
        done = place.run(*argv)
        assert done.status == USAGE and done.out == "" and says in done.err, (argv, done)
        assert done.err.startswith("vigie: ") and not re.search("[\x00-\x09\x0b-\x1f\x7f]", done.err), done
    assert place.run().status == TERMINAL


@tap.test("what is waited for has a deadline")
def _deadline():
    argv = [os.path.join(place.cluster.bin, "psql"), "-XqAt"]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=place.env(OWNER)
    ) as other:
        other.stdin.write("BEGIN; LOCK TABLE openai_connexion; SELECT 'locked';\n")
        other.stdin.flush()
        assert other.stdout.readline() == "locked\n"
        done = place.run("list", "--timeout", "1")
        assert done.status == TIMEOUT and done.out == "" and "--timeout" in done.err, done
        other.stdin.close()


@tap.test("the text of a key appears nowhere: no output, no file of the program, no statement that reads it")
def _key():
    keys = place.owner("SELECT openai_api_key FROM openai_connexion").split("\n")
    place.super("ALTER SYSTEM SET log_statement = 'all'")
    place.cluster.reload()
    one = place.json("list", "-n", "1")[0]["openai_connexion_id"]
    outputs = [
        place.run("list"), place.run("list", "--json"), place.run("list", "--columns", ",".join(COLUMNS)),
        place.run("organisations", "--json"), place.run("doctor"), place.run("doctor", "--json"),
        place.run("show", one), place.run("show", one, "--json"), place.run("show", keys[0]),
    ]
    with place.terminal(cols=200, rows=60) as terminal:
        terminal.wait_for("etoile@etoile.example")
        terminal.press("Enter", "API key")
        screen = terminal.screen()
        terminal.send("C-c")
        terminal.wait_end()
    place.super("ALTER SYSTEM RESET log_statement")
    place.cluster.reload()
    said = screen + "".join(done.out + done.err.replace(keys[0], "") for done in outputs)
    for folder, _, files in os.walk(place.home):
        for name in files:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                said += file.read()
    assert not [key for key in keys if key in said], "a key was printed"
    assert found("not-a-key") == set() and found("sk-proj") == set()
    log = place.cluster.log()
    sent = re.findall(r"@place LOG:  execute <unnamed>: (.*)", log)
    assert len(sent) > 20
    reads = [text for text in sent if "openai_api_key" in text.replace("= 'openai_api_key'", "")]
    assert not reads, reads[:1]


HOSTILE = "E'x\\x1b[31m\\x1b]0;t\\x07\\r\\x7f' || chr(133) || chr(155) || chr(8238) || chr(8295) || repeat('é', 5000)"


@tap.test("what the database holds cannot command a terminal, in any column of any command")
def _hostile():
    texts = ("client_type", "email_compte", "organisation_id", "project_id", "statut_connexion", "derniere_erreur")
    names = [name if name == "client_type" else "openai_" + name for name in texts]
    place.clone(
        "hostile",
        "UPDATE openai_connexion SET %s, openai_modeles_autorises = ARRAY[%s], openai_audit_log = jsonb_build_object('x', %s);"
        "UPDATE organisations SET organisation_nom = %s, organisation_statut_compte = NULL; UPDATE reseau SET reseau_nom = %s;"
        % (", ".join("%s = %s" % (name, HOSTILE) for name in names), *[HOSTILE] * 4),
    )
    one = place.json("list", "-n", "1", db="hostile")[0]["openai_connexion_id"]
    for argv in (("list", "--columns", ",".join(COLUMNS)), ("show", one), ("organisations",), ("doctor",)):
        for more in ((), ("--json",)):
            for env in ({}, {"LC_ALL": "C"}):
                done = place.run(*argv, *more, db="hostile", env=env)
                assert done.status == OK and len(done.out) > 100, done
                raw = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.out)
                assert not raw, (argv, more, env, raw)
                if more:
                    json.loads(done.out)


@tap.test("who stops reading ends the program quietly")
def _closed():
    db, user, argv = big()[0]
    for restore, more in ((True, ()), (True, ("--json",)), (False, ())):  # SIGPIPE as usual, or ignored
        child = place.popen(
            "list", *argv, *more, "--columns", ",".join(COLUMNS), user=user, db=db,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, restore_signals=restore,
        )
        assert child.stdout.readline()
        child.stdout.close()
        error = child.stderr.read()
        child.stderr.close()
        status = child.wait(60)
        if restore:
            assert error == b"" and status == -signal.SIGPIPE, (more, status, error)
        else:
            assert error.count(b"\n") == 1 and status == SYSTEM, (status, error)


@tap.test("output that cannot be written is a failure")
def _full():
    for argv in (("list",), ("list", "--json"), ("show", "ia@midi.example"), ("organisations",), ("version",), ("help",), ("doctor",)):
        with open("/dev/full", "wb") as full:
            done = run([os.environ["VIGIE"], *argv], place.env(), stdout=full)
        assert done.status == SYSTEM and done.err.count("\n") <= 2 and "No space" in done.err, (argv, done)


@tap.test("a program without standard descriptors harms no file")
def _descriptors():
    def close():
        for number in (0, 1, 2):
            os.close(number)

    done = subprocess.run(
        [os.environ["VIGIE"], "list"], env=place.env(), cwd="/", preexec_fn=close, timeout=60, check=False
    )
    assert done.returncode in (OK, SYSTEM), done


tap.main()
