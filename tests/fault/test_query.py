#!/usr/bin/python3
"""The questions of the program to a real server: every order in both directions over every ugliness, filters, sums."""

import atexit
import contextlib
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from probe import Probe  # noqa: E402
from support import tap  # noqa: E402
from support.cluster import Cluster  # noqa: E402

PLATFORM = os.path.join(HERE, "..", "sql", "platform.sql")
MESS = os.path.join(HERE, "mess.sql")
MIGRATIONS = os.path.join(HERE, "..", "..", "data", "sql", "0*.sql")
COLUMNS = os.path.join(HERE, "..", "..", "src", "model", "column.def")
ADMIN = "ad000000-0000-4000-8000-000000000001"
ALAIN = "aa000000-0000-4000-8000-000000000001"
SERVER = contextlib.ExitStack()
atexit.register(SERVER.close)


class Shared:
    """One server for all tests of this file."""

    cluster = None


def cluster():
    """The server, made by the first test that needs it."""
    if Shared.cluster is None:
        made = SERVER.enter_context(Cluster(roles=("authenticator", "app")))
        made.createdb("platform")
        made.run_file(PLATFORM, "platform")
        made.run_file(MESS, "platform")
        Shared.cluster = made
    return Shared.cluster


@contextlib.contextmanager
def asking(user=ADMIN):
    """A probe with a proven session of this user."""
    conninfo = cluster().conninfo("platform", "authenticator")
    with Probe("query_probe", conninfo, user, "authenticated") as probe:
        said = probe.answer()
        assert said.startswith("open "), said
        yield probe, said


def columns():
    """Word, name and kind of every column that can be sorted by."""
    with open(COLUMNS, encoding="utf-8") as file:
        found = re.findall(r'^COLUMN\(\w+, (\w+), "([\w-]+)", N_\("[^"]*"\), (\w+)', file.read(), re.M)
    assert len(found) == 25
    return [(word, name, kind) for name, word, kind in found if kind != "SECRET"]


# Thousandths of a limit, as the gauges show them; -1 without a limit or a figure.
PERMILLE = {
    "openai_usage_quotidien":
        "CASE WHEN c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien IS NOT NULL"
        " THEN least(greatest(c.openai_usage_quotidien, 0)::bigint * 1000 / c.openai_limite_quotidienne, 9999999) ELSE -1 END",
    "openai_cout_actuel_mois":
        "CASE WHEN c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL"
        " THEN least(div(greatest(least(c.openai_cout_actuel_mois, 1e18), 0) * 1000,"
        " least(c.openai_limite_cout_mois, 1e18)), 9999999) ELSE -1 END",
}


def order_of(name, kind, descending):
    """What the order of a column means, in SQL: what has no limit comes last both ways."""
    way = " DESC" if descending else ""
    if name in PERMILLE:
        last = [] if descending else ["(%s) < 0" % PERMILLE[name]]
        return ", ".join([*last, "(%s)%s" % (PERMILLE[name], way), "c.openai_connexion_id" + way])
    keys = ["left(c.%s::text, 300)" % name if kind in ("LIST", "JSON") else "c." + name]
    if name == "organisation_id":
        keys = ["o.organisation_nom", "o.organisation_id", "c.openai_email_compte"]
    return ", ".join(key + way for key in [*keys, "c.openai_connexion_id"])


def expected(name, kind, descending, where="true"):
    return cluster().psql(
        "SELECT string_agg(c.openai_connexion_id::text, ' ' ORDER BY %s) FROM openai_connexion c"
        " JOIN organisations o USING (organisation_id) WHERE %s" % (order_of(name, kind, descending), where),
        "platform",
    )


@tap.test("every statement can be prepared and has as many parameters as the list says")
def _statements():
    cluster().createdb("own")
    for path in sorted(glob.glob(MIGRATIONS)):
        cluster().run_file(path, "own")
    cluster().psql("SELECT vigie.add_operator('app', 'A', 'B', 'c@d.example', true, NULL)", "own")
    with Probe("query_probe", cluster().conninfo("own", "app")) as probe:
        assert probe.answer().startswith("open clients=1"), "the gate"
        said = probe.ask("statements")
    assert len(set(re.fullmatch(r"(\d+) of (\d+)", said).groups())) == 1, said


@tap.test("every order, ascending and descending, forward and backward")
def _orders():
    with asking() as (probe, _said):
        for word, name, kind in columns():
            for sign in ("", "-"):
                want = expected(name, kind, sign == "-") + " end"
                for rows in (7, 1000):
                    said = probe.ask("walk %d %s%s" % (rows, sign, word))
                    assert said == want, "%s%s by %d: %.2000s" % (sign, word, rows, said)


@tap.test("a filtered order is the order of what the filter shows", 180)
def _filtered():
    where = "c.openai_actif AND c.openai_statut_connexion IN ('active', 'error')"
    with asking() as (probe, _said):
        for word, name, kind in columns():
            for sign in ("", "-"):
                said = probe.ask("walk 7 %s%s active state:active,error" % (sign, word))
                assert said == expected(name, kind, sign == "-", where) + " end", "%s%s: %.2000s" % (sign, word, said)


@tap.test("a member's order holds the own organisation alone")
def _member():
    where = "c.organisation_id = 'a0000000-0000-4000-8000-000000000000'"
    with asking(ALAIN) as (probe, said):
        assert said.endswith("organisation=Réseau Alpha"), said
        for word, name, kind in columns():
            said = probe.ask("walk 7 " + word)
            assert said == expected(name, kind, False, where) + " end", "%s: %.2000s" % (word, said)
        assert probe.ask("sheet b1000001-0000-4000-8000-000000000000") == "nothing"


FILTERS = (
    ("alpha", "c.openai_email_compte ILIKE '%alpha%' OR o.organisation_nom ILIKE '%alpha%' OR k.nom ILIKE '%alpha%'"),
    ("50%", "c.openai_project_id LIKE '50\\%'"),
    ("a_b", "c.openai_project_id LIKE 'a\\_b'"),
    ("a\\b", "false"),
    ("b\\c", "c.openai_email_compte LIKE '%b\\\\c%'"),
    ("ünï", "c.openai_email_compte = 'Ünï'"),
    ("長長", "c.openai_project_id LIKE '%長%'"),
    ("a1000001-", "c.openai_connexion_id = 'a1000001-0000-4000-8000-000000000000'"),
    ("alpha zz", "(o.organisation_nom ILIKE '%alpha%' OR k.nom ILIKE '%alpha%') AND c.openai_email_compte = 'zz'"),
    ("org:bêta", "o.organisation_nom ILIKE '%bêta%'"),
    ("client:centre", "k.nom ILIKE '%centre%'"),
    ("model:GPT-4", "EXISTS (SELECT FROM unnest(c.openai_modeles_autorises) m WHERE m ILIKE '%gpt-4%')"),
    ("inactive", "NOT c.openai_actif"),
    ("quota:>=100", "c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien >= c.openai_limite_quotidienne"),
    ("quota:<100", "c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien < c.openai_limite_quotidienne"),
    # 99.9999999999999999999 of 100 is not 100 %
    ("budget:>=100", "c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL AND least(c.openai_cout_actuel_mois, 1e18)"
     " >= least(c.openai_limite_cout_mois, 1e18)"),
    ("budget:<100", "c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL AND least(c.openai_cout_actuel_mois, 1e18)"
     " < least(c.openai_limite_cout_mois, 1e18)"),
)
CLIENT = """ LEFT JOIN LATERAL (
    SELECT nom FROM (
        SELECT 'reseau', reseau_id, reseau_nom FROM reseau
        UNION SELECT 'reseau', client_id, reseau_nom FROM reseau
        UNION SELECT 'reseau_agence', reseau_agence_id, reseau_agence_nom FROM reseau_agence
        UNION SELECT 'reseau_agence', client_id, reseau_agence_nom FROM reseau_agence
        UNION SELECT 'agence_independante', agence_indep_id, agence_indep_nom FROM agence_independante
    ) x (kind, id, nom) WHERE x.kind = c.client_type AND x.id = c.client_id LIMIT 1) k ON true"""


def matching(where):
    return cluster().psql(
        "SELECT string_agg(c.openai_connexion_id::text, ' ' ORDER BY c.openai_connexion_id) FROM openai_connexion c"
        " JOIN organisations o USING (organisation_id)" + CLIENT + " WHERE " + where,
        "platform",
    )


@tap.test("the filter language means what it says")
def _filters():
    with asking() as (probe, _said):
        for text, where in FILTERS:
            want = matching(where)
            said = probe.ask("walk 100 id " + text)
            assert said == (want + " end").lstrip(), "%s: %.1500s\nwant %.1500s" % (text, said, want)


@tap.test("sums add up what the filter shows, without NaN, infinity and absurdity")
def _totals():
    query = (
        "SELECT count(*), count(DISTINCT organisation_id), count(*) FILTER (WHERE openai_actif),"
        " trim_scale(coalesce(sum(openai_cout_actuel_mois) FILTER (WHERE abs(openai_cout_actuel_mois) <= 1e18), 0))"
        " FROM openai_connexion WHERE "
    )
    with asking() as (probe, _said):
        for text, where in (("", "true"), ("inactive", "NOT openai_actif"), ("no-such-word", "false")):
            want = cluster().rows(query + where, "platform")[0]
            said = probe.ask("totals " + text).split()
            assert said[:3] == want[:3] and said[5] == want[3] and said[-1] == "exact=1", (text, said, want)
        said = probe.ask("organisations")
        assert "Sans connexion=0:0 " in said, said


@tap.test("a sheet has its client by either identifier, and never the key")
def _sheets():
    with asking() as (probe, _said):
        for row, want in (
            ("a1000001-0000-4000-8000-000000000000", "Réseau Alpha|Alpha|0|400|246|ia@alpha.example|{gpt-4o}|12.3456|-"),
            ("a1000002-0000-4000-8000-000000000000", "Réseau Alpha|Alpha|0|-1|-1||{}|-|-"),
            ("b1000002-0000-4000-8000-000000000000",
             "Agence Bêta|Alpha Centre|1|-1|-1|contact@beta.example|{gpt-3.5-turbo,gpt-4}|0.0000|-"),
            ("b1000001-0000-4000-8000-000000000000", "Agence Bêta|-|2|1800|1249|contact@beta.example|-|99.9900|-"),
            ("00000000-0000-4000-8000-000000000000", "nothing"),
        ):
            assert probe.ask("sheet " + row) == want, probe.ask("sheet " + row)


@tap.test("where the tables of clients are missing all goes on without their names")
def _bare():
    cluster().psql("ALTER TABLE reseau RENAME TO hidden", "platform")
    try:
        with asking() as (probe, said):
            assert "clients=0" in said, said
            for word, name, kind in columns():
                assert probe.ask("walk 50 -" + word) == expected(name, kind, True) + " end", word
            assert probe.ask("walk 50 id client:alpha") == "end"
            assert probe.ask("sheet a1000001-0000-4000-8000-000000000000").startswith("Réseau Alpha|-|2|")
            assert probe.ask("totals active").endswith("exact=1")
    finally:
        cluster().psql("ALTER TABLE hidden RENAME TO reseau", "platform")


if __name__ == "__main__":
    tap.main()
