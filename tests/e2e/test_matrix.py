#!/usr/bin/python3
"""A member at the command line, against everything that is not of the own organisation: no command and no file writes there.

Each line of the matrix is a command that names something foreign, with how it must end, and the same command with what is one's
own, which must succeed: a refusal for another reason would prove nothing. After each the foreign organisation is as it was:
connexions, clients, people, probes, journal.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap  # noqa: E402
from support.place import ADMIN, KARIM, LEA, Place  # noqa: E402
from support.standin import Standin  # noqa: E402

OK, FAILURE, USAGE, NOT_FOUND, DENIED, CONFLICT, REFUSED, PARTIAL = 0, 1, 2, 4, 11, 12, 13, 14
OURS, THEIRS = "a0000000-0000-4000-8000-000000000000", "b0000000-0000-4000-8000-000000000000"
OWN = ["a100000%d-0000-4000-8000-000000000000" % n for n in range(1, 5)]
FOREIGN = ["b100000%d-0000-4000-8000-000000000000" % n for n in range(1, 5)]
OUR_CLIENT, THEIR_CLIENT = "a2000000-0000-4000-8000-000000000000", "b2000000-0000-4000-8000-000000000000"
SECRETS = ("lune", "sk-proj-ok-b", "Agence Bêta")  # words that stand in the foreign organisation only
FILL = """
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('%(ours)s', 'Réseau Alpha'), ('%(theirs)s', 'Agence Bêta');
INSERT INTO reseau (reseau_id, reseau_nom, organisation_id) VALUES ('%(our_client)s', 'Alpha Nord', '%(ours)s'),
                                                                 ('%(their_client)s', 'Lune', '%(theirs)s');
SELECT vigie.add_operator('claire', 'Claire', 'V', NULL, true, NULL);
SELECT vigie.add_operator('karim', 'Karim', 'V', NULL, false, '%(ours)s');
SELECT vigie.add_operator('lea', 'Léa', 'V', NULL, false, '%(theirs)s');
INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte)
SELECT format('%%s100000%%s-0000-4000-8000-000000000000', side, n)::uuid, o, c, format('sk-proj-ok-%%s%%s', side, n), account || n || '@x.example'
FROM (VALUES ('a', '%(ours)s'::uuid, '%(our_client)s'::uuid, 'alpha'), ('b', '%(theirs)s', '%(their_client)s', 'lune')) AS t (side, o, c, account),
     generate_series(1, 4) n;
""" % {"ours": OURS, "theirs": THEIRS, "our_client": OUR_CLIENT, "their_client": THEIR_CLIENT}
STATE = """
SELECT md5(string_agg(t, E'\\n' ORDER BY t)) FROM (
  SELECT c::text AS t FROM openai_connexion c WHERE organisation_id = '%(theirs)s'
  UNION ALL SELECT o::text FROM organisations o WHERE organisation_id = '%(theirs)s'
  UNION ALL SELECT r::text FROM reseau r WHERE organisation_id = '%(theirs)s'
  UNION ALL SELECT u::text FROM users u
  UNION ALL SELECT a::text FROM vigie.account a
  UNION ALL SELECT p::text FROM vigie.probe p JOIN openai_connexion c ON c.openai_connexion_id = p.connexion_id WHERE organisation_id = '%(theirs)s'
  UNION ALL SELECT f::text FROM vigie.figure f JOIN openai_connexion c ON c.openai_connexion_id = f.connexion_id WHERE organisation_id = '%(theirs)s'
  UNION ALL SELECT j::text FROM vigie.journal j WHERE organisation_id = '%(theirs)s'
) x
""" % {"theirs": THEIRS}

place = tap.keep(Place(FILL))
openai = tap.keep(Standin())
folder = process.scratch("vm")


def foreign():
    """The foreign organisation, to its last byte."""
    return place.super(STATE)


def key(ident):
    """A key as it is stored."""
    return place.super("SELECT openai_api_key FROM openai_connexion WHERE openai_connexion_id = '%s'" % ident)


def file(name, text):
    """A file to import; its path."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def member(*argv, stdin=None, **options):
    """A command of the member; nothing foreign may be told by it."""
    done = place.run(*argv, user=KARIM, stdin=stdin, **options)
    for word in SECRETS:
        if not any(word in str(arg) for arg in argv):
            assert word not in done.out + done.err, ("something foreign is told", word, done)
    return done


def both(own, theirs):
    """A command with what is foreign, and with what is one's own."""
    return theirs, own


def row(ident, extra=""):
    """An exported row of CSV that changes a limit."""
    return "id,quota-limit%s\n%s,77%s\n" % (",organisation" if extra else "", ident, "," + extra if extra else "")


SET = "quota-limit=77"
NEW = ("account=x@alpha.example", "--key-file", "-", "--yes")
TOUCH = lambda who: ("set", who, SET)  # noqa: E731
# name, (command with foreign things, how it may end), command with one's own (None: no such)
MATRIX = [
    ("set: a row", ("set", FOREIGN[0], SET), {NOT_FOUND}, ("set", OWN[0], SET)),
    ("set: the beginning of an id", ("set", FOREIGN[0][:8], SET), {NOT_FOUND}, ("set", OWN[0][:8], "quota-limit=78")),
    ("set: an own row and a foreign one", ("set", OWN[0], FOREIGN[0], SET, "--yes"), {NOT_FOUND}, ("set", OWN[0], OWN[1], SET, "--yes")),
    ("set: all or none of both", ("set", OWN[0], FOREIGN[0], SET, "--yes", "--atomic"), {NOT_FOUND},
     ("set", OWN[0], OWN[1], "quota-limit=79", "--yes", "--atomic")),
    ("set: a filter", ("set", "--filter", "lune", SET, "--yes"), {NOT_FOUND}, ("set", "--filter", "alpha", SET, "--yes")),
    ("set: an organisation by name", ("set", "-o", "Agence Bêta", SET, "--yes"), {NOT_FOUND}, ("set", "-o", "Réseau Alpha", "quota-limit=80", "--yes")),
    ("set: an organisation by id", ("set", "-o", THEIRS, SET, "--yes"), {NOT_FOUND}, ("set", "-o", OURS, "quota-limit=81", "--yes")),
    ("set: a move to another organisation", ("set", OWN[1], "organisation=" + THEIRS), {DENIED, USAGE}, ("set", OWN[1], "organisation=" + OURS)),
    ("set: a move by name", ("set", OWN[1], "organisation=Agence Bêta"), {NOT_FOUND}, ("set", OWN[1], "organisation=Réseau Alpha")),
    ("set: a move of all rows", ("set", "--filter", "", "organisation=" + THEIRS, "--yes"), {DENIED, USAGE}, None),
    ("set: a client by name", ("set", OWN[1], "client=Lune"), {NOT_FOUND}, ("set", OWN[1], "client=Alpha Nord")),
    ("set: row and organisation", ("set", FOREIGN[1], "organisation=" + OURS), {NOT_FOUND}, None),
    ("set: a key", ("set", FOREIGN[0], "--key-file", "-"), {NOT_FOUND}, ("set", OWN[0], "--key-file", "-")),
    ("new: in another organisation", ("new", "organisation=" + THEIRS, "client=" + THEIR_CLIENT, *NEW), {DENIED},
     ("new", "organisation=" + OURS, "client=" + OUR_CLIENT, *NEW)),
    ("new: in another organisation, own client", ("new", "organisation=" + THEIRS, "client=" + OUR_CLIENT, *NEW), {DENIED}, None),
    ("new: in another organisation by name", ("new", "organisation=Agence Bêta", "client=" + THEIR_CLIENT, *NEW), {NOT_FOUND},
     ("new", "organisation=Réseau Alpha", "client=Alpha Nord", *NEW)),
    ("new: a copy of a foreign row", ("new", "--copy", FOREIGN[0]), {NOT_FOUND}, ("new", "--copy", OWN[0])),
    ("new: an own row's copy for others", ("new", "--copy", OWN[0], "organisation=" + THEIRS), {DENIED}, None),
    ("delete: a row", ("delete", FOREIGN[0], "--yes"), {NOT_FOUND}, None),
    ("delete: an own row and a foreign one", ("delete", OWN[3], FOREIGN[0], "--yes"), {NOT_FOUND}, None),
    ("delete: a filter", ("delete", "--filter", "lune", "--yes"), {NOT_FOUND}, None),
    ("delete: an organisation", ("delete", "-o", THEIRS, "--yes"), {NOT_FOUND}, None),
    ("journal: a row", ("journal", FOREIGN[0]), {OK, NOT_FOUND}, ("journal", OWN[0])),
    ("journal: an organisation", ("journal", "-o", THEIRS), {OK}, ("journal", "-o", OURS)),
    ("journal: everything", ("journal", "--json"), {OK}, None),
    ("journal: a person", ("journal", "--person", "lea", "--json"), {OK}, None),
    ("journal: verify an organisation", ("journal", "verify", "-o", THEIRS), {OK}, ("journal", "verify", "-o", OURS)),
    ("restore: a row", ("restore", FOREIGN[0], "quota-limit", "5"), {NOT_FOUND}, None),
    ("restore: a foreign entry's number", ("restore", OWN[2], "quota-limit", "5"), {NOT_FOUND}, None),
    ("export: an organisation", ("export", "-o", THEIRS), {OK}, ("export", "-o", OURS)),
    ("show: a row", ("show", FOREIGN[0]), {NOT_FOUND}, ("show", OWN[0])),
    ("test: a row", ("test", FOREIGN[0], "--openai-url", "{url}", "--openai-ca", "{ca}"), {NOT_FOUND},
     ("test", OWN[0], "--openai-url", "{url}", "--openai-ca", "{ca}")),
    ("account: a company's admin key", ("account", "add", "x", "--key-file", "-"), {DENIED, FAILURE, NOT_FOUND, 7}, None),
    ("init: the schema", ("init",), set(range(50)), None),
    ("adopt: the schema", ("adopt", "--yes"), set(range(1, 50)), None),
    ("setup: another organisation", ("setup", "--name", "Autre", "--operator", "karim", "--email", "k@alpha.example", "--account", "a@b.example",
                                     "--key-file", "-"), set(range(1, 50)), None),
]
IMPORTS = [
    ("a foreign row", "csv", row(FOREIGN[0]), {NOT_FOUND, USAGE, PARTIAL}, row(OWN[0])),
    ("a foreign row among own ones", "csv", row(OWN[0]).replace(",77", ",70") + "%s,77\n" % FOREIGN[0], {NOT_FOUND, USAGE, PARTIAL}, None),
    ("a move", "csv", row(OWN[2], THEIRS), {DENIED, USAGE}, row(OWN[2], OURS)),
    ("a new row for others", "csv", "account,organisation,client-type,client\nx@x.example,%s,reseau,%s\n" % (THEIRS, THEIR_CLIENT),
     {DENIED, USAGE, REFUSED}, None),
    ("a foreign row", "json", json.dumps([{"openai_connexion_id": FOREIGN[0], "openai_limite_quotidienne": 77}]), {NOT_FOUND, USAGE, PARTIAL},
     json.dumps([{"openai_connexion_id": OWN[0], "openai_limite_quotidienne": 76}])),
    ("a move", "json", json.dumps([{"openai_connexion_id": OWN[2], "organisation_id": THEIRS}]), {DENIED, USAGE}, None),
    ("a new row with a foreign id", "json", json.dumps([{"openai_connexion_id": FOREIGN[0], "organisation_id": OURS, "client_id": OUR_CLIENT,
                                                         "openai_email_compte": "x@alpha.example"}]), {NOT_FOUND, USAGE, PARTIAL}, None),
]


def places(argv):
    """The stand-in's address where it is wanted."""
    return [str(word).replace("{url}", openai.url).replace("{ca}", openai.ca) for word in argv]


def register(name, theirs, ends, own):
    """One line of the matrix."""

    @tap.test(name)
    def _():
        before, ours = foreign(), place.super("SELECT count(*) FROM openai_connexion WHERE organisation_id = '%s'" % OURS)
        stdin = "sk-proj-ok-typed%d\n" % abs(hash(name)) if "-" in theirs else None
        for more in ((), ("--json",)) if "--json" not in theirs and theirs[0] not in ("init", "adopt", "setup", "account", "export") else ((),):
            done = member(*places(theirs), *more, stdin=stdin)
            assert done.status in ends, (ends, done)
            assert foreign() == before, "the foreign organisation changed"
        left = place.super("SELECT count(*) FROM openai_connexion WHERE organisation_id = '%s'" % OURS)
        assert left == ours, "own rows came or went: %s, %s" % (ours, left)
        if own:
            done = member(*places(own), stdin=stdin)
            assert done.status == OK, ("with one's own it works", done)
            assert foreign() == before, "the foreign organisation changed by an own command"


def register_import(name, kind, theirs, ends, own):
    """The same for a file."""

    @tap.test("import %s: %s" % (kind, name))
    def _():
        before = foreign()
        options = ("--format", kind, "--yes")
        for more in ((), ("--atomic",)):
            done = member("import", file("theirs", theirs), *options, *more)
            assert done.status in ends, (ends, done)
            assert foreign() == before, "the foreign organisation changed"
        done = member("import", "-", *options, stdin=theirs)
        assert done.status in {*ends, USAGE} and foreign() == before, done
        if own:
            done = member("import", file("own", own), *options)
            assert done.status == OK and foreign() == before, done


for line in MATRIX:
    register(*line)
for line in IMPORTS:
    register_import(*line)


@tap.test("a filter that is empty is all that the member sees, and no more")
def _all():
    before = foreign()
    done = member("set", "--filter", "", "budget-limit=5", "--yes")
    assert done.status == OK and foreign() == before, done
    assert place.super("SELECT count(*) FROM openai_connexion WHERE openai_limite_cout_mois = 5 AND organisation_id <> '%s'" % OURS) == "0"
    assert place.super("SELECT count(*) FROM openai_connexion WHERE openai_limite_cout_mois IS DISTINCT FROM 5 AND organisation_id = '%s'" % OURS) == "0"


@tap.test("an own row with a foreign client: refused or warned of, and nothing there changes")
def _client():
    before = foreign()
    done = member("set", OWN[1], "client=" + THEIR_CLIENT)
    assert foreign() == before
    assert done.status != OK or "organisation" in done.out + done.err, done
    place.run("set", OWN[1], "client=" + OUR_CLIENT, user=KARIM)


@tap.test("a key that names a foreign row's key is no key")
def _named_key():
    before, was = foreign(), key(OWN[1])
    for text in ("vigie-key:copy:" + FOREIGN[0], "vigie-key:former:sha256:0123456789abcdef"):
        done = member("set", OWN[1], "--key-file", "-", stdin=text + "\n")
        assert done.status != OK and key(OWN[1]) == was and foreign() == before, done
        done = member("new", "client=" + OUR_CLIENT, "account=k@alpha.example", "--key-file", "-", stdin=text + "\n")
        assert done.status != OK and foreign() == before, done


@tap.test("undo and redo take back one's own, never what others did, nor what was moved away since")
def _undo():
    other = place.run("set", FOREIGN[2], "quota-limit=5", user=LEA)
    assert other.status == OK and place.run("set", OWN[2], "quota-limit=6", user=ADMIN).status == OK
    assert member("set", OWN[3], "quota-limit=9").status == OK
    before, mine = foreign(), place.super("SELECT openai_limite_quotidienne FROM openai_connexion WHERE openai_connexion_id = '%s'" % OWN[2])
    assert member("undo", "--yes").status == OK and foreign() == before
    assert mine == place.super("SELECT openai_limite_quotidienne FROM openai_connexion WHERE openai_connexion_id = '%s'" % OWN[2]) == "6"
    assert member("redo", "--yes").status == OK and foreign() == before
    # moved to the others by an administrator
    assert place.run("set", OWN[3], "organisation=" + THEIRS, user=ADMIN).status == OK
    before = foreign()
    done = member("undo", "--yes", "--json")
    assert done.status in (NOT_FOUND, CONFLICT, DENIED) and foreign() == before, done
    assert json.loads(done.out)["rows"][0]["outcome"] == "hidden", done
    for command in (("set", OWN[3], "quota-limit=1"), ("delete", OWN[3], "--yes"), ("new", "--copy", OWN[3])):
        assert member(*command).status == NOT_FOUND and foreign() == before


@tap.test("restore puts nothing back to where the row was before it came here")
def _restore():
    assert place.run("set", FOREIGN[3], "organisation=" + OURS, "client=" + OUR_CLIENT, user=ADMIN).status == OK
    before = foreign()
    history = place.json("journal", FOREIGN[3], user=KARIM)
    entries = [entry for entry in history if "organisation_id" in json.dumps(entry)]
    assert entries, history
    number = next(str(entry[name]) for entry in entries for name in ("seq", "entry", "number") if name in entry)
    done = place.run("restore", FOREIGN[3], "organisation", number, user=KARIM)
    assert done.status in (DENIED, USAGE), done
    assert foreign() == before
    done = place.run("restore", FOREIGN[3], "client", number, user=KARIM)
    where = place.super("SELECT organisation_id FROM openai_connexion WHERE openai_connexion_id = '%s'" % FOREIGN[3])
    assert where == OURS, done


@tap.test("settings that a member sends with the connection change nothing of that")
def _settings():
    before = foreign()
    admin = place.super("SELECT user_id FROM vigie.operator WHERE role_name = 'claire'")
    claims = json.dumps({"sub": admin, "role": "authenticated"}).replace(" ", "")
    tries = [
        ({"PGOPTIONS": "-c request.jwt.claims=" + claims}, ()),
        ({"PGOPTIONS": "-c request.jwt.claim.sub=" + admin}, ()),
        ({"PGOPTIONS": "-c row_security=off"}, ()),
        ({"PGOPTIONS": "-c role=claire"}, ()),
        ({"PGOPTIONS": "-c vigie.kind=probe -c vigie.batch=" + admin}, ()),
        ({}, ("--identity", "claims", "--user", admin)),
        ({}, ("--identity", "claims", "--user", admin, "--role", "landlord")),
    ]
    for env, options in tries:
        for command in (("set", FOREIGN[0], SET), ("set", "--filter", "", "quota-limit=99", "--yes"), ("delete", FOREIGN[0], "--yes")):
            done = place.run(*command, *options, user=KARIM, env=env)
            assert foreign() == before, (env, options, done)
            assert done.status != OK or command[1] == "--filter", done


@tap.test("a member's watch and probes write to own rows only")
def _watch():
    before = foreign()
    done = place.run("watch", "--once", "--openai-url", openai.url, "--openai-ca", openai.ca, user=KARIM)
    assert done.status == OK, done
    assert foreign() == before
    assert int(place.super("SELECT count(*) FROM openai_connexion WHERE openai_derniere_synchro IS NOT NULL AND organisation_id = '%s'" % OURS)) > 0


if __name__ == "__main__":
    tap.main()
