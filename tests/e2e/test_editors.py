#!/usr/bin/python3
"""Many editors at once, a poller and an application beside them: nothing acknowledged is lost, nothing overwritten unseen, nobody
refused without cause; the journal replays to the table, and no byte of it changes unnoticed.

Three editors are people at `vigie set`, `new`, `delete`, `undo` and `redo`; a fourth sends plans of vigie.save from what it read
a while ago. VIGIE_SEED repeats a run's choices; VIGIE_EDITS is how many changes are acknowledged.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, process, tap, wait  # noqa: E402
from support.history import WATCHED, History, same  # noqa: E402
from support.place import Place  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import Watch  # noqa: E402

SEED = int(os.environ.get("VIGIE_SEED") or time.time())
EDITS = int(os.environ.get("VIGIE_EDITS", "1000"))
PEOPLE = ("anne", "bruno", "clara")
SENDER, APPLICATION = "david", "appli"
ROWS, SAFE, TOGETHER = 8, 2, 6  # rows at the start; of them never deleted; changes between two that all make at once
OK, NOT_FOUND, CONFLICT, REFUSED, PARTIAL = 0, 4, 12, 13, 14
ORGANISATION = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
CLIENTS = ["00000000-0000-4000-9000-00000000000%d" % n for n in range(1, 4)]
FILL = """
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('%(one)s', 'Une'), ('%(two)s', 'Deux');
INSERT INTO reseau (reseau_id, reseau_nom, organisation_id)
SELECT c, 'Réseau ' || n, '%(one)s' FROM unnest('%(clients)s'::uuid[]) WITH ORDINALITY AS t (c, n);
SELECT vigie.add_operator('claire', 'Claire', 'V', NULL, true, NULL);
SELECT vigie.add_operator('anne', 'Anne', 'V', NULL, true, NULL);
SELECT vigie.add_operator(r, r, 'V', NULL, false, '%(one)s') FROM unnest('{bruno,clara,david,appli}'::text[]) r;
""" % {"one": ORGANISATION, "two": OTHER, "clients": "{%s}" % ",".join(CLIENTS)}
ADD = """
INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
SELECT '%s', '%s', format('sk-proj-%%s-e%%s', CASE WHEN n = %d THEN 'invalid_api_key' ELSE 'ok' END, n), format('ia%%s@une.example', n)
FROM generate_series(1, %d) n RETURNING openai_connexion_id
""" % (ORGANISATION, CLIENTS[0], ROWS, ROWS)
FIELDS = {
    "account": lambda r: "ia%d@une.example" % r.randrange(1000),
    "switch": lambda r: r.choice(("yes", "no")),
    "quota-limit": lambda r: r.choice(("none", "0", str(r.randrange(1, 100000)))),
    "budget-limit": lambda r: r.choice(("none", "0", "%d.%04d" % (r.randrange(1000), r.randrange(10000)))),
    "models": lambda r: r.choice(("none", "", ",".join(r.sample(("gpt-4o", "gpt-4o-mini", "gpt-4.1", "o3"), 2)))),
    "client": lambda r: r.choice(CLIENTS),
    "openai-organisation": lambda r: r.choice(("none", "org-%d" % r.randrange(10**6))),
    "project": lambda r: r.choice(("none", "proj_%d" % r.randrange(10**6))),
    "activation": lambda r: "2026-%02d-%02d %02d:00" % (r.randrange(1, 13), r.randrange(1, 29), r.randrange(24)),
    "extensions": lambda r: json.dumps({"n": r.randrange(10**6), "d": "é"}, ensure_ascii=False),
}
COLUMN = {
    "account": "openai_email_compte", "switch": "openai_actif", "quota-limit": "openai_limite_quotidienne",
    "budget-limit": "openai_limite_cout_mois", "models": "openai_modeles_autorises", "client": "client_id",
    "openai-organisation": "openai_organisation_id", "project": "openai_project_id", "activation": "openai_date_activation",
    "extensions": "openai_ia_extensions",
}

place = tap.keep(Place(FILL, ("claire", *PEOPLE, SENDER, APPLICATION)))
openai = tap.keep(Standin())


class Session:
    """A psql that stays connected."""

    def __init__(self, user):
        argv = [os.path.join(place.cluster.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "VERBOSITY=sqlstate", "-v", "ON_ERROR_STOP=0"]
        self.child = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
            env=process.clean_env(place.home, **place.cluster.env(place.db, user)))

    def ask(self, sql):
        """The lines that a statement answers; errors are lines that begin with ERROR."""
        self.child.stdin.write(sql + ";\n\\echo =\n")
        self.child.stdin.flush()
        return [line.rstrip("\n") for line in iter(self.child.stdout.readline, "=\n")]

    def close(self):
        """End it."""
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(wait.PATIENCE)


class Deed:
    """One change that somebody tried: who, how, when, and the rows' outcomes as the program told them."""

    def __init__(self, who, what):
        self.who, self.what, self.batch, self.rows, self.status, self.words = who, what, None, [], None, ""
        self.began, self.ended = time.time(), None

    def end(self, batch, rows, status=0, words=""):
        """What became of it: rows are {id, operation, outcome, changes: {column: {from, to}}, theirs}."""
        self.batch, self.rows, self.status, self.words, self.ended = batch, rows, status, words, time.time()
        return self

    def saved(self):
        """The rows that were acknowledged."""
        return [row for row in self.rows if row["outcome"] == "saved"]

    def __repr__(self):
        return "%s %s: %s %s %s" % (self.who, self.what, self.status, self.words, self.rows)


class Editor:
    """Somebody who makes random changes, one after the other."""

    def __init__(self, world, number, name):
        self.world, self.name = world, name
        self.random = random.Random("%d %d" % (SEED, number))

    def run(self):
        """Until enough is acknowledged; every now and then all change the same field of the same row."""
        try:
            while not self.world.over:
                for _ in range(TOGETHER):
                    self.note(self.change())
                self.world.barrier.wait(60)
                ident, word = self.world.target
                self.note(self.set([ident], {word: FIELDS[word](self.random)}))
                self.world.barrier.wait(60)
        except BaseException as error:  # noqa: B902  every thread's failure is the test's
            self.world.failures.append((self.name, repr(error)))
            self.world.barrier.abort()
            raise

    def note(self, deed):
        """Remember what was tried."""
        if deed:
            self.world.add(deed)

    def fields(self):
        """One field, sometimes two, with new values."""
        words = self.random.sample(sorted(FIELDS), self.random.choice((1, 1, 1, 2)))
        return {word: FIELDS[word](self.random) for word in words}


class Person(Editor):
    """At the program's command line."""

    def change(self):
        """One random command."""
        kind = self.random.choices(("set", "several", "key", "undo", "redo", "delete", "new"), (60, 6, 4, 12, 4, 6, 8))[0]
        alive = self.world.alive()
        if kind == "set":
            return self.set([self.random.choice(alive)], self.fields())
        if kind == "several":
            return self.set(self.random.sample(alive, min(3, len(alive))), self.fields())
        if kind == "key":
            return self.command("set", self.random.choice(alive), "--key-file", "-", stdin="sk-proj-ok-%s-e0\n" % uuid.UUID(int=self.random.getrandbits(128)).hex)
        if kind in ("undo", "redo"):
            return self.command(kind)
        if kind == "delete" and len(alive) > ROWS:
            return self.command("delete", self.random.choice(alive[SAFE:]))
        return self.new(self.random.choice(alive))

    def set(self, ids, values):
        """Fields of some rows."""
        return self.command("set", *ids, *("%s=%s" % pair for pair in values.items()))

    def new(self, copied):
        """A new row: a copy, or one with a key of its own."""
        if self.random.random() < 0.5:
            return self.command("new", "--copy", copied, "account=copy%d@une.example" % self.random.randrange(10**6))
        return self.command("new", "account=new@une.example", "client=" + CLIENTS[0], "organisation=" + ORGANISATION,
                            "--key-file", "-", stdin="sk-proj-ok-n%d-e0\n" % self.random.randrange(10**9))

    def command(self, *argv, stdin=None):
        """Run it; None when there was nothing to do."""
        deed = Deed(self.name, argv)
        done = place.run(*argv, "--yes", "--json", user=self.name, stdin=stdin)
        told = json.loads(done.out) if done.out.startswith("{") else {"rows": [], "batch": None, "committed": False}
        rows = []
        for row in told["rows"]:
            rows.append({"id": row.get("openai_connexion_id"), "operation": row.get("operation", argv[0]), "outcome": row.get("outcome", "unsent"),
                         "changes": row.get("changes", {}), "theirs": row.get("theirs"), "words": row.get("reason")})
        if done.status == NOT_FOUND and argv[0] in ("undo", "redo"):
            return None
        return deed.end(told["batch"] if told["committed"] else None, rows, done.status, done.err)


class Sender(Editor):
    """At the functions of the database, with what was read a while ago."""

    def __init__(self, world, number, name):
        super().__init__(world, number, name)
        self.session, self.view, self.age = Session(name), {}, 0

    def look(self):
        """Read all rows again, after some changes."""
        if self.age == 0:
            values = ", ".join("'%s', %s" % (column, column + "::text" if column != "openai_actif" else "left(openai_actif::text, 1)")
                               for column in WATCHED if column not in ("openai_api_key", "openai_date_activation"))
            lines = self.session.ask("SELECT json_build_object('id', openai_connexion_id, 'openai_date_activation', "
                                     "vigie.utc(openai_date_activation), %s) FROM openai_connexion" % values)
            self.view = {row["id"]: row for row in map(json.loads, lines)}
        self.age = (self.age + 1) % 5

    def change(self):
        """A plan of one or a few rows."""
        self.look()
        ids = self.random.sample(sorted(self.view), self.random.choice((1, 1, 1, 2)))
        return self.set(ids, self.fields())

    def set(self, ids, values):
        """Send a plan."""
        ids = sorted(ident for ident in ids if ident in self.view)
        plan = []
        for ident in ids:
            new = {COLUMN[word]: text_of(word, value) for word, value in values.items()}
            plan.append({"op": "update", "id": ident, "set": new, "seen": {column: self.view[ident][column] for column in new}})
        deed, batch = Deed(self.name, plan), str(uuid.UUID(int=self.random.getrandbits(128)))
        if not plan:
            return None
        lines = self.session.ask("SELECT row_to_json(s) FROM vigie.save('%s', 'edit', '%s', false) s" % (batch, json.dumps(plan).replace("'", "''")))
        assert all(line.startswith("{") for line in lines), lines
        rows = []
        for told, item in zip(map(json.loads, lines), plan):
            changes = {column: {"from": item["seen"][column], "to": item["set"][column]} for column in item["set"]
                       if item["seen"][column] != item["set"][column]}
            rows.append({"id": item["id"], "operation": "update", "outcome": told["outcome"], "changes": changes, "theirs": told["theirs"],
                         "words": told["message"], "texts": True})
            if told["outcome"] == "saved":
                self.view[item["id"]].update(item["set"])
        return deed.end(batch, rows)


def text_of(word, value):
    """PostgreSQL's text of a value of the command line."""
    if value == "none":
        return None
    if word == "switch":
        return "t" if value == "yes" else "f"
    if word == "models":
        return "{%s}" % value
    if word == "activation":
        return value.replace(" ", "T") + ":00.000000Z"
    return value


class World:
    """What the editors share."""

    def __init__(self):
        self.lock, self.deeds, self.failures, self.over, self.target, self.acknowledged = threading.Lock(), [], [], False, None, 0
        self.ids = place.owner(ADD).split("\n")
        self.random = random.Random(SEED)
        self.barrier = threading.Barrier(len(PEOPLE) + 1, self.meet)
        self.counted = dict.fromkeys(self.ids, 0)

    def meet(self):
        """Between two rounds: whether it is enough, and what all change next."""
        self.over = self.acknowledged >= EDITS
        self.target = self.random.choice(self.ids[:SAFE]), self.random.choice(sorted(FIELDS))

    def add(self, deed):
        """Remember a deed and which rows there are after it."""
        with self.lock:
            self.deeds.append(deed)
            self.acknowledged += len(deed.saved())

    def alive(self):
        """Rows that somebody may choose: those of the start, and new ones, some of them deleted meanwhile."""
        with self.lock:
            ids = list(self.ids)
            for deed in self.deeds[-60:]:
                ids += [row["id"] for row in deed.saved() if row["operation"] in ("insert", "new") and row["id"] not in ids]
        return ids

    def application(self):
        """Counts requests on all rows of the start, until the editors have ended."""
        session, turn = Session(APPLICATION), random.Random(SEED + 7)
        try:
            while not self.over and not self.failures:
                ident = turn.choice(self.ids)
                if not session.ask("SELECT usage_quotidien FROM vigie.compter_usage('%s', 3, 0.0001)" % ident)[0].startswith("ERROR"):
                    self.counted[ident] += 3
        finally:
            session.close()

    def run(self):
        """Everybody at once."""
        editors = [Person(self, n, name) for n, name in enumerate(PEOPLE)] + [Sender(self, len(PEOPLE), SENDER)]
        threads = [threading.Thread(target=editor.run) for editor in editors] + [threading.Thread(target=self.application)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        editors[-1].session.close()
        assert not self.failures, self.failures


WORLD = World()


@tap.test("%d changes by three people and a program, beside a poller and an application (seed %d)" % (EDITS, SEED), limit=900)
def _edits():
    tap.diag("VIGIE_SEED=%d" % SEED)
    with Watch(place, "--openai-url", openai.url, "--openai-ca", openai.ca, "--probe-every", "5", "--confirm", "1", user="claire") as watch:
        watch.wait_for("ready")
        WORLD.run()
        status, _ = watch.end()
        assert status == OK
        verdicts = [line for line in watch.lines() if line["event"] == "verdict"]
        assert any(line["to"] == "revoked" for line in verdicts), "the poller found nothing"
    kinds = {}
    for deed in WORLD.deeds:
        for row in deed.rows:
            key = "%s %s" % (row["operation"], row["outcome"])
            kinds[key] = kinds.get(key, 0) + 1
    tap.diag("%d commands, %s" % (len(WORLD.deeds), json.dumps(kinds, sort_keys=True)))
    assert sum(len(deed.saved()) for deed in WORLD.deeds) >= EDITS
    assert any("conflict" in key for key in kinds), "nobody met anybody"


@tap.test("every acknowledged change stands in the journal as it was told, upon what its editor had seen")
def _acknowledged():
    history = History(place)
    known = {None}
    for deed in WORLD.deeds:
        for row in deed.saved():
            known.add(deed.batch)
            entries = history.written(deed.batch, row["id"])
            assert len(entries) == 1 and entries[0]["login"] == deed.who, (deed, entries)
            told_by_journal(deed, row, entries[0])
    strangers = [entry for entry in history.entries if entry["batch"] not in known]
    assert not strangers, ("changed without a word to anybody", strangers)
    assert not any(entry["batch"] is None and entry["kind"] != "probe" and entry["action"] != "insert" for entry in history.entries)


def told_by_journal(deed, row, entry):
    """What was acknowledged is what was recorded: the same fields, from what was seen to what was wanted."""
    action = {"new": "insert", "delete": "delete", "insert": "insert", "update": "update"}.get(row["operation"])
    assert action in (None, entry["action"]), (deed, entry)
    for column, change in row["changes"].items():
        if column == "openai_api_key":  # written, never seen
            assert column in entry["after"], (deed, entry)
            continue
        equal = (lambda _, told, text: told == text) if row.get("texts") and column != "openai_ia_extensions" else lambda c, told, text: same(c, json_of(c, told), text)
        assert equal(column, change["to"], entry["after"][column]), (column, change, entry)
        if entry["action"] == "update":
            assert equal(column, change["from"], entry["before"][column]), ("overwritten unseen", column, change, entry)
    if entry["action"] == "update" and row["changes"]:
        assert set(entry["after"]) == set(row["changes"]), (deed, entry)


def json_of(column, told):
    """A JSON column's text is read."""
    return json.loads(told) if column == "openai_ia_extensions" and isinstance(told, str) else told


@tap.test("whoever was refused met another value of the same field, written by another person; no poller and no count ever refuses anybody")
def _refused():
    history = History(place)
    conflicts = 0
    for deed in WORLD.deeds:
        for row in deed.rows:
            if row["outcome"] == "conflict":
                conflicts += 1
                for column, theirs in (row["theirs"] or {}).items():
                    met(history, deed, row, column, theirs)
                assert row["theirs"], deed
            elif row["outcome"] == "gone":
                assert any(entry["action"] == "delete" and entry["at"] <= deed.ended for entry in history.of(row["id"])), deed
            elif row["outcome"] == "refused":  # a copy of what was deleted meanwhile has no key
                assert deed.what[:2] == ("new", "--copy") and "openai_api_key" not in row["changes"], deed
                assert any(entry["action"] == "delete" and entry["at"] <= deed.ended for entry in history.of(deed.what[2])), deed
            else:
                assert row["outcome"] in ("saved", "same", "unsent"), deed
        if not deed.rows and deed.status != OK:
            assert deed.status == NOT_FOUND and "undo" not in deed.what, deed
            gone = [entry for word in deed.what for entry in history.of(word) if entry["action"] == "delete"]
            assert gone, deed
        if deed.who in PEOPLE and any(row["outcome"] not in ("saved", "same") for row in deed.rows):
            refused = any(row["outcome"] == "refused" for row in deed.rows)
            assert deed.status in (NOT_FOUND, CONFLICT, PARTIAL, *((REFUSED,) if refused else ())), deed
    tap.diag("%d conflicts, each with its cause" % conflicts)


def met(history, deed, row, column, theirs):
    """The value that was in the way: there, by another save, after the one that the editor had seen."""
    assert column in WATCHED, (column, deed)
    if column == "openai_api_key":  # whose value is never told
        assert theirs in (None, True) and len({entry["batch"] for _, entry in history.values(row["id"], column)} - {deed.batch}) > 1, deed
        return
    told = json_of(column, theirs) if column == "openai_ia_extensions" else theirs
    values = history.values(row["id"], column)

    def is_it(text, value):
        return text == value if row.get("texts") and column != "openai_ia_extensions" else same(column, json_of(column, value), text)

    writers = [n for n, (text, entry) in enumerate(values) if is_it(text, told) and entry["at"] <= deed.ended]
    assert writers, ("a value that nobody wrote", column, theirs, deed)
    assert any(values[n][1]["batch"] != deed.batch and values[n][1]["kind"] != "probe" for n in writers), ("a probe's", deed)
    if column in row["changes"]:
        seen = row["changes"][column]["from"]
        assert not is_it(values[writers[-1]][0], seen), ("a false conflict", column, seen, theirs, deed)
        before = [n for n, (text, _) in enumerate(values) if is_it(text, seen)]
        assert before and before[0] < writers[-1], ("never seen", column, seen, deed)


@tap.test("the journal replays to every row as it is, and is content with itself")
def _replay():
    History(place).replay()
    for user in ("claire", "bruno"):
        done = place.run("journal", "verify", user=user)
        assert done.status == OK, done
    assert all(proof["good"] for proof in place.json("journal", "verify", user="claire"))


@tap.test("no count of the application was lost under the edits")
def _counted():
    sql = "SELECT openai_usage_quotidien FROM openai_connexion WHERE openai_connexion_id = '%s' AND openai_reset_quota_at > now()"
    for ident in WORLD.ids[:SAFE]:
        found = place.super(sql % ident)
        if not found:
            tap.skip("midnight in UTC passed")
        assert int(found) == WORLD.counted[ident] > 0, (found, WORLD.counted[ident])


# What somebody with the owner's rights may do -------------------------------------------------------------------------

# Each byte of each column of some entries changed in turn, each time in a subtransaction that is given up. What is not
# representable (no text, no JSON, refused by a CHECK) or is the same value after all is no change.
BYTES = """
SET SESSION AUTHORIZATION DEFAULT;
ALTER TABLE vigie.journal DISABLE TRIGGER journal_refuse;
CREATE TEMP TABLE tried (seq bigint, col text, place integer, reason text);
GRANT ALL ON tried TO claire;
DO $do$
DECLARE
    j vigie.journal%%ROWTYPE;
    col record;
    old text;
    new text;
    raw bytea;
    changed boolean;
    verdict text;
BEGIN
    FOR j IN SELECT * FROM vigie.journal x WHERE x.organisation_id = '%(org)s' AND x.seq IN (%(rows)s) LOOP
        FOR col IN SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
                   WHERE a.attrelid = 'vigie.journal'::regclass AND a.attnum > 0 LOOP
            old := to_jsonb(j) ->> col.name;
            CASE WHEN old IS NULL THEN CONTINUE;
                 WHEN col.type = 'uuid' THEN raw := decode(replace(old, '-', ''), 'hex');
                 WHEN col.type = 'bigint' THEN raw := int8send(old::bigint);
                 WHEN col.type = 'timestamp with time zone' THEN raw := timestamptz_send(old::timestamptz);
                 WHEN col.type = 'bytea' THEN raw := old::bytea;
                 ELSE raw := convert_to(old, 'UTF8'); END CASE;
            FOR i IN 0 .. octet_length(raw) - 1 LOOP
                verdict := 'none';
                BEGIN
                    raw := set_byte(raw, i, get_byte(raw, i) # 1);
                    CASE WHEN col.type = 'uuid' THEN new := encode(raw, 'hex')::uuid::text;
                         WHEN col.type = 'bigint' THEN new := ('x' || encode(raw, 'hex'))::bit(64)::bigint::text;
                         WHEN col.type = 'timestamp with time zone'
                             THEN new := (timestamptz '2000-01-01 00:00Z' + ('x' || encode(raw, 'hex'))::bit(64)::bigint * interval '1 us')::text;
                         WHEN col.type = 'bytea' THEN new := raw::text;
                         ELSE new := convert_from(raw, 'UTF8'); END CASE;
                    EXECUTE format('UPDATE vigie.journal SET %%1$I = $1::%%2$s WHERE organisation_id = $2 AND seq = $3 '
                                   'AND %%1$I IS DISTINCT FROM $1::%%2$s', col.name, col.type) USING new, j.organisation_id, j.seq;
                    GET DIAGNOSTICS changed = ROW_COUNT;
                    IF changed THEN
                        SET LOCAL SESSION AUTHORIZATION claire;
                        SELECT coalesce(string_agg(v.reason, ','), '') INTO verdict FROM vigie.journal_verify('%(org)s') v WHERE v.reason <> '';
                        RESET SESSION AUTHORIZATION;
                    END IF;
                    RAISE EXCEPTION USING ERRCODE = 'VT001';
                EXCEPTION WHEN SQLSTATE 'VT001' THEN NULL;
                          WHEN data_exception OR check_violation OR unique_violation THEN NULL;
                END;
                raw := set_byte(raw, i, get_byte(raw, i) # 1);
                INSERT INTO tried VALUES (j.seq, col.name, i, verdict);
            END LOOP;
        END LOOP;
    END LOOP;
END
$do$;
ALTER TABLE vigie.journal ENABLE TRIGGER journal_refuse;
SELECT col, count(*), count(*) FILTER (WHERE reason <> 'none'), count(*) FILTER (WHERE reason = '') FROM tried GROUP BY col ORDER BY col;
"""


def short_chain():
    """A chain of a dozen entries, by the program."""
    made = place.json("new", "account=x@deux.example", "organisation=" + OTHER, "client=" + CLIENTS[0], "--key-file", "-", "--yes",
                      user="anne", stdin="sk-proj-ok-deux-1\n")
    ident = made["rows"][0]["openai_connexion_id"]
    for limit in range(1, 5):
        assert place.run("set", ident, "quota-limit=%d" % limit, "account=é%d@deux.example" % limit, user="anne").status == OK
    assert place.run("undo", "--yes", user="anne").status == OK
    assert place.run("delete", ident, "--yes", user="anne").status == OK
    assert place.run("undo", "--yes", user="anne").status == OK
    assert place.run("journal", "verify", user="anne").status == OK
    found = place.cluster.rows("SELECT seq, action FROM vigie.journal WHERE organisation_id = '%s' ORDER BY seq" % OTHER, place.db)
    return [(int(seq), action) for seq, action in found]


@tap.test("each single byte of each column of entries of every kind: a change is found", limit=300)
def _bytes():
    chain = short_chain()
    some = {action: seq for seq, action in chain}
    rows = sorted({chain[0][0], chain[-1][0], *some.values()})
    lines = place.super(BYTES % {"org": OTHER, "rows": ", ".join(map(str, rows))}).split("\n")
    found = {col: (int(tried), int(changed), int(missed)) for col, tried, changed, missed in (line.split("|") for line in lines)}
    tap.diag(json.dumps(found))
    assert not any(missed for _, _, missed in found.values()), found
    columns = {"organisation_id", "seq", "at", "batch", "kind", "connexion_id", "account", "user_id", "login", "role",
               "application", "before", "after", "previous", "hash"}
    assert columns <= set(found), columns - set(found)
    assert all(changed > 0 for col, (_, changed, _) in found.items() if col in columns), found
    for col in ("organisation_id", "seq", "at", "batch", "connexion_id", "user_id", "previous", "hash"):
        assert found[col][0] - found[col][1] <= (2 * len(rows) if col == "seq" else 0), (col, found[col])
    assert place.run("journal", "verify", user="claire").status == OK, "the attempts left something"


TAMPER = {
    "a removed entry": "DELETE FROM vigie.journal WHERE organisation_id = '%(org)s' AND seq = 3",
    "the first entry removed": "DELETE FROM vigie.journal WHERE organisation_id = '%(org)s' AND seq = 1",
    "a removed tail": "DELETE FROM vigie.journal WHERE organisation_id = '%(org)s' AND seq > %(last)d - 2",
    "all removed": "DELETE FROM vigie.journal WHERE organisation_id = '%(org)s'",
    "a swapped pair": "UPDATE vigie.journal SET seq = -seq + 1000 WHERE organisation_id = '%(org)s' AND seq IN (2, 3); "
                      "UPDATE vigie.journal SET seq = CASE seq WHEN 998 THEN 3 ELSE 2 END WHERE organisation_id = '%(org)s' AND seq > 900",
    "an invented entry": "INSERT INTO vigie.journal SELECT organisation_id, seq + 1, at, batch, kind, connexion_id, account, action, user_id, "
                         "login, role, address, application, before, after, hash, hash FROM vigie.journal "
                         "WHERE organisation_id = '%(org)s' AND seq = %(last)d",
    "a head that was set back": "DELETE FROM vigie.journal WHERE organisation_id = '%(org)s' AND seq = %(last)d; "
                                "UPDATE vigie.journal_head SET seq = %(last)d - 1 WHERE organisation_id = '%(org)s'",
    "another author with the old hash": "UPDATE vigie.journal SET user_id = NULL WHERE organisation_id = '%(org)s' AND seq = 2",
}
SAVE = "CREATE TABLE kept AS TABLE vigie.journal; CREATE TABLE kept_head AS TABLE vigie.journal_head"
BACK = ("DELETE FROM vigie.journal; INSERT INTO vigie.journal SELECT * FROM kept; DELETE FROM vigie.journal_head; "
        "INSERT INTO vigie.journal_head SELECT * FROM kept_head")


@tap.test("entries removed, swapped, invented, a chain cut short: `journal verify` names the organisation and leaves with 15")
def _tampered():
    last = int(place.super("SELECT max(seq) FROM vigie.journal WHERE organisation_id = '%s'" % OTHER))
    place.super(SAVE)
    off, on = ("ALTER TABLE vigie.journal %s TRIGGER journal_refuse" % word for word in ("DISABLE", "ENABLE"))
    for name, sql in TAMPER.items():
        place.super("%s; %s; %s" % (off, sql % {"org": OTHER, "last": last}, on))
        done = place.run("journal", "verify", user="claire")
        place.super("%s; %s; %s" % (off, BACK, on))
        assert done.status == 15 and "Deux" in done.out and "Une: " in done.out, (name, done)
        assert place.run("journal", "verify", user="claire").status == OK, name
    for user, sql in (("landlord", "UPDATE vigie.journal SET kind = NULL"), ("landlord", "DELETE FROM vigie.journal"),
                      ("landlord", "TRUNCATE vigie.journal"), ("claire", "DELETE FROM vigie.journal")):
        try:
            place.psql(sql, user)
        except AssertionError as error:
            assert error.sqlstate == "42501", error
        else:
            raise AssertionError("%s could: %s" % (user, sql))


if __name__ == "__main__":
    tap.main()
