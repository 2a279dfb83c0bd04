#!/usr/bin/python3
"""Through PgBouncer in transaction mode with one connection to the server: nobody sees another's rows, nothing remains."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap, wait  # noqa: E402
from support.bouncer import Bouncer  # noqa: E402
from support.cluster import SUPERUSER  # noqa: E402
from support.place import ADMIN, KARIM, LEA, OPERATORS, Place  # noqa: E402

LOGIN = "authenticator"
PLATFORM = "platform"
PEOPLE = {
    "ad000000-0000-4000-8000-000000000001": {"Réseau Alpha", "Agence Bêta"},
    "aa000000-0000-4000-8000-000000000001": {"Réseau Alpha"},
    "bb000000-0000-4000-8000-000000000001": {"Agence Bêta"},
}
ADELE, ALAIN, BEATRICE = PEOPLE
NOBODY = "dd000000-0000-4000-8000-000000000001"
ROUNDS = 12
SETTINGS = (
    "SELECT pg_backend_pid(), session_user, current_user, coalesce(current_setting('request.jwt.claims', true), ''),"
    " coalesce(current_setting('request.jwt.claim.sub', true), ''), current_setting('statement_timeout'),"
    " current_setting('transaction_read_only'), current_setting('DateStyle'), current_setting('role')"
)

place = tap.keep(Place())
place.platform()
bouncer = tap.keep(Bouncer(place.cluster, {name: "of-" + name for name in (*OPERATORS, LOGIN)}, size=1))


def through(user, db=None, **more):
    """The variables that lead through the pool."""
    return {**bouncer.env(db or place.db, user), **more}


def claims(user):
    return ("--identity", "claims", "--user", user)


def listed(user, *argv, db=None):
    """Organisations of the rows that somebody sees through the pool, and the number of rows."""
    rows = place.json("list", *argv, env=through(user, db))
    return {row["organisation_nom"] for row in rows}, len(rows)


@tap.test("operators in turn see the own rows, and the pool is noticed")
def _in_turn():
    expected = {}
    for user in (ADMIN, KARIM, LEA):
        rows = place.json("list", user=user)
        expected[user] = {row["organisation_nom"] for row in rows}, len(rows)
    assert expected[KARIM][0] == {"Réseau Horizon"} and expected[LEA][0] == {"Agence du Midi"}
    for _ in range(ROUNDS // 2):
        for user in (KARIM, LEA, ADMIN):
            assert listed(user) == expected[user], user
    for host in (bouncer.host, "127.0.0.1"):
        proof = place.json("doctor", env=through(KARIM, PGHOST=host))
        assert proof["proven"] is True and proof["login"] == KARIM and proof["admin"] is False, proof
        assert proof["pooler"] is True, proof
    assert place.json("doctor", user=KARIM)["pooler"] is False


@tap.test("claims: users in turn on one connection see the own rows")
def _claims_in_turn():
    before = bouncer.psql(SETTINGS, PLATFORM, LOGIN)
    for number in range(ROUNDS):
        user = (ALAIN, BEATRICE, ADELE, BEATRICE)[number % 4]
        names, rows = listed(LOGIN, *claims(user), db=PLATFORM)
        assert names == PEOPLE[user] and rows == {ALAIN: 3, BEATRICE: 2, ADELE: 5}[user], (user, names)
        done = place.run("list", *claims(NOBODY), env=through(LOGIN, PLATFORM))
        assert done.status == 31 and done.out == "", done
    assert bouncer.server_connections(PLATFORM) == 1
    after = bouncer.psql(SETTINGS, PLATFORM, LOGIN)
    assert after == before, "the session is as it was: same process, no role, no claims, no settings: %s" % after
    nobody = "BEGIN; SET LOCAL ROLE authenticated; SELECT auth.uid() IS NULL; COMMIT"
    assert bouncer.psql(nobody, PLATFORM, LOGIN) == "t"


@tap.test("claims: users at the same time on one connection see the own rows")
def _claims_together():
    people = [ALAIN, BEATRICE, ADELE] * 3
    argv = ("list", "--json")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    children = [place.popen(*argv, *claims(user), env=through(LOGIN, PLATFORM), **pipes) for user in people]
    for user, child in zip(people, children):
        out, err = child.communicate(timeout=wait.PATIENCE)
        assert child.returncode == 0, err
        assert {row["organisation_nom"] for row in json.loads(out)} == PEOPLE[user], user
    assert bouncer.server_connections(PLATFORM) == 1


@tap.test("consoles of two users share the connection, and a change appears by the timer")
def _consoles():
    def console(user):
        return place.terminal("--refresh", "1", *claims(user), env=through(LOGIN, PLATFORM), cols=120)

    def rename(account):
        place.super(
            "UPDATE openai_connexion SET openai_email_compte = '%s@' || CASE openai_statut_connexion"
            " WHEN 'active' THEN 'alpha' ELSE 'beta' END WHERE openai_statut_connexion IN ('active', 'expired')" % account,
            PLATFORM,
        )

    rename("first")
    with console(ALAIN) as one, console(BEATRICE) as two:
        one.wait_for("first@alpha")
        two.wait_for("first@beta")
        assert bouncer.server_connections(PLATFORM) == 1
        for account in ("second", "third"):
            rename(account)
            one.wait_for(account + "@alpha")
            two.wait_for(account + "@beta")
            assert "beta" not in one.screen() and "Bêta" not in one.screen()
            assert "alpha" not in two.screen() and "Alpha" not in two.screen()
        for terminal in (one, two):
            terminal.send("q")
            assert terminal.wait_end() == 0


@tap.test("a console in mode role works through the pool, and survives its restart")
def _restart():
    with place.terminal("--refresh", "1", env=through(LEA), cols=120) as terminal:
        terminal.wait_for("ia@midi.example")
        terminal.wait_for("RLS proven")
        place.owner("UPDATE openai_connexion SET openai_email_compte = 'changed@midi.example' WHERE openai_email_compte = 'ia@midi.example'")
        terminal.wait_for("changed@midi.example")
        bouncer.stop()
        terminal.wait_for("not connected")
        place.owner("UPDATE openai_connexion SET openai_email_compte = 'again@midi.example' WHERE openai_email_compte LIKE 'changed@%'")
        bouncer.start()
        terminal.wait_for("again@midi.example")
        terminal.wait_for("RLS proven")
        terminal.send("q")
        assert terminal.wait_end() == 0


@tap.test("edits through the pool: saved, undone and journalled under the right name; a foreign row stays out of reach")
def _edits():
    rows = {row["organisation_nom"]: row["openai_connexion_id"] for row in place.json("list", user=ADMIN)}
    own, foreign = rows["Réseau Horizon"], rows["Agence du Midi"]
    limit = "SELECT openai_limite_quotidienne FROM openai_connexion WHERE openai_connexion_id = '%s'"
    before = place.super(limit % own), place.super(limit % foreign)
    done = place.run("set", own, "quota-limit=4711", "--yes", env=through(KARIM))
    assert done.status == 0 and place.super(limit % own) == "4711", done
    assert place.run("list", env=through(LEA)).status == 0
    done = place.run("set", foreign, "quota-limit=4712", "--yes", env=through(KARIM))
    assert done.status == 4 and place.super(limit % foreign) == before[1], done
    assert place.run("undo", "--yes", env=through(LEA)).status != 0, "somebody else's edit"
    done = place.run("undo", "--yes", env=through(KARIM))
    assert done.status == 0 and place.super(limit % own) == before[0], done
    logins = place.super("SELECT string_agg(DISTINCT login::text, ',') FROM vigie.journal WHERE connexion_id = '%s'" % own)
    assert logins == KARIM, logins


@tap.test("claims: edits of an adopted platform through the pool are each person's own")
def _claims_edits():
    assert place.run("adopt", "--yes", user=SUPERUSER, db=PLATFORM).status == 0
    own, foreign = "a1000001-0000-4000-8000-000000000000", "b1000001-0000-4000-8000-000000000000"
    env = through(LOGIN, PLATFORM)
    for user in (ALAIN, ADELE, ALAIN):
        done = place.run("set", own, "quota-limit=%d" % (100 + len(user) + (user == ADELE)), "--yes", *claims(user), env=env)
        assert done.status == 0, done
        assert place.run("list", *claims(BEATRICE), env=env).status == 0
    assert place.run("set", foreign, "quota-limit=7", "--yes", *claims(ALAIN), env=env).status == 4
    told = place.super("SELECT string_agg(user_id::text, ',' ORDER BY seq) FROM vigie.journal WHERE action = 'update'", PLATFORM)
    assert told.split(",") == [ALAIN, ADELE, ALAIN], told
    assert place.run("undo", "--yes", *claims(BEATRICE), env=env).status != 0
    assert place.run("undo", "--yes", *claims(ALAIN), env=env).status == 0


tap.main()
