#!/usr/bin/python3
"""The gate: who is refused, in which words and with which status; what a session that sets claims by hand gains."""

import functools
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.fakepg import FakePg  # noqa: E402
from support.place import ADMIN, FRENCH, KARIM, LEA, OWNER, Place  # noqa: E402

CLAIMS = ("--identity", "claims", "--user")
ADELE, ALAIN, BEATRICE, CYRIL, NOBODY = (
    part + "000000-0000-4000-8000-000000000001" for part in ("ad", "aa", "bb", "cc", "dd")
)
SENTENCE_MIN = 20


class Case:
    """Somebody who is refused: where from, with which status, by which check of the proof (None: no connection)."""

    def __init__(self, name, status, check=None, user=KARIM, db=None, env=None, argv=(), fake=None):
        self.name, self.status, self.check = name, status, check
        self.user, self.db, self.env, self.argv, self.fake = user, db, env or {}, argv, fake


CASES = [
    Case("a superuser", 25, "superuser", user="postgres"),
    Case("the owner", 27, "owner", user=OWNER),
    Case("a member of the owner", 27, "owner", user="heir"),
    Case("a role with BYPASSRLS", 26, "bypassrls", user="passer"),
    Case("row level security off", 24, "rls", db="open"),
    Case("row_security off in the session", 28, "filtered", env={"PGOPTIONS": "-c row_security=off"}),
    Case("no user behind the role", 30, "user", user="stranger"),
    Case("a user without organisation or role", 31, "scope", user="drifter"),
    Case("no table", 23, "table", db="postgres"),
    Case("a table that may not be read", 23, "table", user="outsider"),
    Case("a table of which a column may not be read", 23, "table", user="peeper"),
    Case("auth.uid() that may not be called", 29, "identity", db="mute"),
    Case("auth.uid() that fails", 29, "identity", db="broken"),
    Case("a server too old", 22, "server", fake="ready"),
    Case("a wrong password", 21, env={"PGPASSWORD": "wrong"}),
    Case("no password", 21, env={"PGPASSFILE": "/nonexistent"}),
    Case("a database that does not exist", 20, db="nowhere"),
    Case("a closed port", 20, env={"PGHOST": "127.0.0.1", "PGPORT": str(process.free_port())}),
    Case("a missing socket", 20, env={"PGHOST": "/nonexistent"}),
    Case("a server that hangs up", 20, fake="close"),
    Case("a server that speaks nonsense", 20, fake="garbage"),
    Case("a server that says nothing", 20, fake="silent", argv=("--timeout", "1")),
    Case("claims of a user without organisation", 31, "scope", "authenticator", "platform", argv=(*CLAIMS, CYRIL)),
    Case("claims of a user who does not exist", 31, "scope", "authenticator", "platform", argv=(*CLAIMS, NOBODY)),
    Case(
        "claims with a role that bypasses", 26, "bypassrls", "authenticator", "platform",
        argv=(*CLAIMS, ADELE, "--role", "service_role"),
    ),
    Case(
        "claims with a role that cannot be taken", 29, None, "authenticator", "platform",
        argv=(*CLAIMS, ADELE, "--role", "postgres"),
    ),
]
QUICK = [case for case in CASES if case.fake != "silent"]

place = tap.keep(Place(auth="scram", tcp=True))


def prepare():
    """Everybody and everything that the cases need."""
    place.set_password("postgres")
    for name, attributes, group in (
        ("heir", "LOGIN", OWNER + ", vigie_operator"),
        ("passer", "LOGIN BYPASSRLS", "vigie_operator"),
        ("stranger", "LOGIN", "vigie_operator"),
        ("outsider", "LOGIN", None),
        ("peeper", "LOGIN", None),
    ):
        place.role(name, attributes)
        if group:
            place.super("GRANT %s TO %s" % (group, name))
    place.clone("open", "ALTER TABLE openai_connexion DISABLE ROW LEVEL SECURITY")
    place.clone("mute", "REVOKE EXECUTE ON FUNCTION auth.uid() FROM vigie_operator")
    place.clone(
        "broken",
        "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT ('x' || 1/0)::uuid $$",
    )
    place.owner("GRANT CONNECT ON DATABASE %s TO outsider, peeper" % place.db)
    place.super("GRANT USAGE ON SCHEMA public, auth TO outsider, peeper")
    place.owner("GRANT SELECT (openai_connexion_id, organisation_id) ON openai_connexion TO peeper")
    drifter = place.operator("drifter", "Nord-Habitat")
    place.owner("UPDATE users SET users_organisation_id = NULL WHERE users_auth_id = '%s'" % drifter)
    place.platform()


prepare()


def attempt(case, command, env=None, runner=place.run):
    """A command as the one who is refused; runner(arguments, user, db, env)."""
    more = {**case.env, **(env or {})}
    if case.fake is None:
        return runner(*command, *case.argv, user=case.user, db=case.db, env=more)
    with FakePg("13.4", mode=case.fake) as server:
        return runner(*command, *case.argv, env={**server.env(), **more})


def plain(text):
    """A text without the address of a counterfeit server, which differs from one attempt to the next."""
    return re.sub(r"/tmp/vf\w+(?:/\.s\.PGSQL\.\d+)?", "FAKE", text)


def sentence(done):
    """The sentence and the cure of a refusal on stderr."""
    match = re.fullmatch(r"vigie: ([^\n]+)\n(?:  [→>] ([^\n]+)\n)?", plain(done.err))
    assert match and len(match[1]) > SENTENCE_MIN, done
    return match[1], match[2]


@functools.lru_cache(maxsize=None)
def refused(case, french=False):
    """What `vigie list` says to somebody who must be refused: sentence and cure."""
    done = attempt(case, ["list"], FRENCH if french else None)
    assert done.status == case.status, done
    assert done.out == "", done
    return sentence(done)


@tap.test("every refusal has a status, a sentence and a cure, in English and in French")
def _sentences():
    seen = {}
    for case in CASES:
        english, cure = refused(case)
        french, french_cure = refused(case, True)
        assert english != french, (case.name, english)
        assert cure and french_cure and cure != french_cure, (case.name, cure, french_cure)
        generic = english.replace(case.user, "%s")
        other = seen.setdefault(generic, case.status)
        assert other == case.status, (case.name, "says the same as status %d" % other, english)
    assert {25, 26, 27, 24, 28, 30, 31, 23, 29, 22, 21, 20} == set(seen.values())


@tap.test("every refusal in ASCII where the locale is C")
def _ascii():
    for case in QUICK:
        done = attempt(case, ["list"], {"LC_ALL": "C"})
        assert done.status == case.status and done.err.isascii(), done
        assert "\n  > " in done.err, done


@tap.test("doctor tells the same refusals, with the same status, check by check")
def _doctor():
    for case in QUICK:
        english, cure = refused(case)
        done = attempt(case, ["doctor"], FRENCH)
        assert done.status == case.status, (case.name, done)
        assert refused(case, True)[0] in plain(done.err), (case.name, done)
        done = attempt(case, ["doctor"])
        assert done.status == case.status, (case.name, done)
        assert english in plain(done.err), (case.name, done)
        if case.check:
            assert english in done.out and cure in done.out, (case.name, done)
            assert "(exit status %d)" % case.status in done.out, (case.name, done)


@tap.test("doctor --json names the check that failed, its sentence, cure and status")
def _doctor_json():
    for case in QUICK:
        english, cure = refused(case)
        done = attempt(case, ["doctor", "--json"])
        assert done.status == case.status and english in plain(done.err), (case.name, done)
        proof = json.loads(plain(done.out))
        expected = {"says": english, "cure": cure, "exit_status": case.status}
        assert proof["proven"] is False, proof
        assert expected.items() <= proof["refusal"].items(), (case.name, proof["refusal"])
        if case.check:
            failed = [one for one in proof["checks"] if one["outcome"] == "fail"]
            assert failed[0]["check"] == case.check, (case.name, failed)
            assert expected.items() <= failed[0].items(), (case.name, failed[0])


def console(*argv, user=KARIM, db=None, env=None):
    """Start the console and follow it to its end: status, screen and every byte written."""
    with place.terminal(user=user, db=db, env=env, start=False, cols=300) as terminal:
        terminal.start([os.environ["VIGIE"], *argv], record=os.path.join(terminal.directory, "bytes"))
        status = terminal.wait_end()
        path = os.path.join(terminal.directory, "bytes")
        wait.until(lambda: os.path.exists(path) and os.path.getsize(path), what="the record")
        with open(path, "rb") as file:
            return status, terminal.screen(), file.read(), terminal.modes()


@tap.test("the console refuses with the same sentence, before it takes the screen")
def _console():
    for case in CASES:
        if case.name == "no password":
            continue  # asked for on a terminal: the next test
        english, cure = refused(case)
        status, screen, record, modes = attempt(case, [], runner=console)
        assert status == case.status, (case.name, status, screen)
        assert "vigie: " + english in plain(screen) and cure in screen, (case.name, english, screen)
        assert b"\x1b" not in record and not modes, (case.name, record)


@tap.test("a password that the server wants is asked for on the terminal and never shown")
def _password():
    def ask(answer, wanted, status):
        with place.terminal(user=LEA, env={"PGPASSFILE": "/nonexistent"}, start=False) as terminal:
            path = os.path.join(terminal.directory, "bytes")
            terminal.start([os.environ["VIGIE"]], record=path)
            terminal.wait_for("Password")
            terminal.send(*answer)
            if wanted:
                terminal.wait_for(wanted)
            if status == 0:
                terminal.send("q")
            assert terminal.wait_end() == status, terminal.screen()
            with open(path, "rb") as file:
                return file.read()

    assert b"of-lea" not in ask(["of-lea", "Enter"], "ia@midi.example", 0)
    assert b"of-tim" not in ask(["of-tim", "Enter"], "wrong password", 21)
    ask(["C-c"], None, -2)


NO_VARIABLES = {name: None for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSFILE")}


@tap.test("a password in a connection string works, is told in no error and leaves the list of processes")
def _string():
    def string(password, host=place.cluster.host, port=place.cluster.port):
        return "host=%s port=%d dbname=%s user=lea password=%s" % (host, port, place.db, password)

    assert len(place.json("list", string("of-lea"), env=NO_VARIABLES)) == 5
    for text, status in (
        (string("of-tim"), 21), (string("'of-tim"), 2), (string("of-tim nonsense=1"), 2), (string("of-tim", port=1), 20),
        ("postgresql://lea:of-tim@[bad/place", 2), ("postgresql://lea:of-tim@127.0.0.1:1/x?y=z", 2),
    ):
        for command in (["list", text], ["doctor", "--json", text], [text]):
            if command == [text] and status == 21:
                continue  # the console: no terminal here
            done = place.run(*command, env=NO_VARIABLES)
            assert done.status == (5 if command == [text] else status), (command, done)
            assert "of-tim" not in done.out + done.err, (command, done)
    with FakePg(mode="silent") as server:
        child = place.popen("list", string("of-tim", server.host, server.port), env=NO_VARIABLES)
        wait.until(lambda: server.started, what="the connection")
        with open("/proc/%d/cmdline" % child.pid, "rb") as file:
            assert b"of-tim" not in file.read()
        process.end(child)


@tap.test("of several hosts the first that serves is taken, past closed and silent ones")
def _hosts():
    cluster, closed = place.cluster, process.free_port()
    with FakePg(mode="silent") as silent:
        for hosts, ports in (
            ("/nonexistent," + cluster.host, str(cluster.port)),
            ("127.0.0.1,127.0.0.1", "%d,%d" % (closed, cluster.port)),
            ("127.0.0.1,127.0.0.1", "%d,%d" % (silent.port, cluster.port)),
            (cluster.host + ",/nonexistent", "%d,1" % cluster.port),
        ):
            env = {"PGHOST": hosts, "PGPORT": ports, "PGTARGETSESSIONATTRS": "read-write"}
            assert accounts(LEA, "--timeout", "2", env=env)[1] == {"Agence du Midi"}, hosts


def accounts(user, *argv, db=None, env=None):
    """The accounts and organisations that somebody sees."""
    rows = place.json("list", *argv, user=user, db=db, env=env)
    return {row["openai_connexion_id"] for row in rows}, {row["organisation_nom"] for row in rows}


def check(proof, name):
    """One check of a proof."""
    return next(one for one in proof["checks"] if one["check"] == name)


@tap.test("operators in mode role are proven, each in the own scope, and cannot forge an identity")
def _proven():
    for user, admin in ((ADMIN, True), (KARIM, False), (LEA, False)):
        proof = place.json("doctor", user=user)
        assert proof["proven"] is True and proof["admin"] is admin, proof
        assert proof["identity"] == "role" and proof["login"] == user, proof
        assert [one["check"] for one in proof["checks"] if one["outcome"] != "pass"] == [], proof
        text = place.run("doctor", user=user)
        assert text.status == 0 and text.err == "", text
    assert accounts(KARIM)[1] == {"Réseau Horizon"} and accounts(LEA)[1] == {"Agence du Midi"}
    assert len(accounts(ADMIN)[1]) > 10


@tap.test("claims set by hand in a role session gain nothing")
def _by_hand():
    admin = place.owner("SELECT user_id FROM vigie.operator WHERE role_name = '%s'" % ADMIN)
    own = accounts(KARIM)
    claims = json.dumps({"sub": admin, "role": "service_role"}, separators=(",", ":"))
    options = "-c request.jwt.claims=%s -c request.jwt.claim.sub=%s" % (claims, admin)
    assert accounts(KARIM, env={"PGOPTIONS": options}) == own
    place.super(
        "ALTER ROLE {0} SET request.jwt.claims = '{1}'; ALTER ROLE {0} SET request.jwt.claim.sub = '{2}'".format(
            KARIM, claims, admin
        )
    )
    try:
        assert place.psql("SELECT current_setting('request.jwt.claim.sub')", KARIM) == admin
        assert accounts(KARIM) == own
        proof = place.json("doctor", user=KARIM)
        assert proof["user_id"] != admin and proof["admin"] is False, proof
        assert check(proof, "forgery")["outcome"] == "pass", proof
        foreign = (accounts(ADMIN)[0] - own[0]).pop()
        assert place.run("show", foreign, user=KARIM).status == 4
    finally:
        place.super("ALTER ROLE %s RESET ALL" % KARIM)


@tap.test("the mode claims on a database that identifies by role gains nothing")
def _claims_on_role():
    admin = place.owner("SELECT user_id FROM vigie.operator WHERE role_name = '%s'" % ADMIN)
    done = accounts(KARIM, *CLAIMS, admin, "--role", "vigie_operator")
    assert done == accounts(KARIM)


@tap.test("a role that may become one that bypasses is warned about")
def _escalation():
    place.operator("climber", "Nord-Habitat")
    place.super("ALTER ROLE climber NOINHERIT; GRANT %s TO climber; GRANT vigie_operator TO climber" % OWNER)
    place.super(
        "GRANT CONNECT ON DATABASE {0} TO climber; GRANT USAGE ON SCHEMA public, auth TO climber;"
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, auth TO climber;"
        "GRANT SELECT ON openai_connexion, organisations, users TO climber".format(place.db)
    )
    proof = place.json("doctor", user="climber")
    found = check(proof, "escalation")
    assert proof["proven"] is True and found["outcome"] == "warn" and found["cure"], proof
    assert check(proof, "key-hidden")["outcome"] == "warn", proof
    assert accounts("climber")[1] == {"Nord-Habitat"}


@tap.test("claims: an administrator sees all, a member the own rows, and the proof says asserted")
def _claims():
    seen = {}
    for user, admin in ((ADELE, True), (ALAIN, False), (BEATRICE, False)):
        argv = (*CLAIMS, user)
        seen[user] = accounts("authenticator", *argv, db="platform")
        proof = place.json("doctor", *argv, user="authenticator", db="platform")
        assert proof["proven"] is True and proof["admin"] is admin, proof
        assert (proof["identity"], proof["user_id"]) == ("claims", user), proof
        assert (proof["login"], proof["role"]) == ("authenticator", "authenticated"), proof
        found = check(proof, "forgery")
        assert found["outcome"] == "warn" and found["says"] and found["cure"], proof
        text = place.run("doctor", *argv, user="authenticator", db="platform")
        assert text.status == 0 and found["says"] in text.out, text
    assert seen[ALAIN][1] == {"Réseau Alpha"} and len(seen[ALAIN][0]) == 3
    assert seen[BEATRICE][1] == {"Agence Bêta"} and len(seen[BEATRICE][0]) == 2
    assert seen[ADELE][0] == seen[ALAIN][0] | seen[BEATRICE][0]
    foreign = seen[BEATRICE][0].pop()
    done = place.run("show", foreign, *CLAIMS, ALAIN, user="authenticator", db="platform")
    assert done.status == 4, done


@tap.test("claims: the console says for the whole session that the identity is asserted by this host")
def _banner():
    for locale, header, words in (
        ("C.UTF-8", "asserted", "isolation rests on trust"),
        (None, "déclarée", "confiance"),
    ):
        env = {} if locale else FRENCH
        argv = (*CLAIMS, ALAIN)
        with place.terminal(*argv, user="authenticator", db="platform", env=env, cols=160) as terminal:
            terminal.wait_for("ia@alpha.example")
            for key in ("?", "Escape", "Enter"):
                screen = terminal.wait_for(re.compile(re.escape(header))) and terminal.screen()
                assert words in screen, screen
                terminal.send(key)
            terminal.send("C-c")
            assert terminal.wait_end() == 0


@tap.test("the console of an operator says that isolation is proven")
def _header():
    with place.terminal(user=LEA) as terminal:
        terminal.wait_for("ia@midi.example")
        terminal.wait_for("RLS proven")
        assert "horizon" not in terminal.screen()


tap.main()
