#!/usr/bin/python3
"""The command line of editing: set, new, delete, undo, redo, restore and the journal."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap, wait  # noqa: E402
from support.edits import Edits, KEY, NO_ID  # noqa: E402
from support.place import ADMIN, FRENCH, LEA, Place  # noqa: E402

USAGE, NOT_FOUND, SYSTEM, CONFLICT, REFUSED, PARTIAL, BROKEN = 2, 4, 6, 12, 13, 14, 15

place = tap.keep(Place())
table = Edits(place)
snapshot = table.snapshot
row = table.row
ids = table.ids
of_organisation = table.of_organisation
organisation = table.organisation
edit = table.edit
written = table.written
unchanged = table.unchanged
undone = table.undone
ONE, TWO = ids()[:2]

FIELDS = (
    ("account", "autre@midi.example", "openai_email_compte", "autre@midi.example"),
    ("switch", "non", "openai_actif", False),
    ("state", "inactive", "openai_statut_connexion", "inactive"),
    ("quota-limit", "12 345", "openai_limite_quotidienne", 12345),
    ("quota-limit", "none", "openai_limite_quotidienne", None),
    ("quota-limit", "0", "openai_limite_quotidienne", 0),
    ("budget-limit", "1 234,5678", "openai_limite_cout_mois", 1234.5678),
    ("budget-limit", "none", "openai_limite_cout_mois", None),
    ("models", "gpt-4o, o3 ,gpt-4o", "openai_modeles_autorises", ["gpt-4o", "o3"]),
    ("models", "", "openai_modeles_autorises", []),
    ("models", "none", "openai_modeles_autorises", None),
    ("client-type", "Independent Agency", "client_type", "agence_independante"),
    ("client", NO_ID, "client_id", NO_ID),
    ("openai-organisation", "org-été", "openai_organisation_id", "org-été"),
    ("openai-organisation", "none", "openai_organisation_id", None),
    ("project", "", "openai_project_id", ""),
    ("openai_project_id", "proj_x'; DROP TABLE x; --", "openai_project_id", "proj_x'; DROP TABLE x; --"),
    ("activation", "2024-02-29 12:30", "openai_date_activation", "2024-02-29T12:30:00+00:00"),
    ("extensions", ' {"a": [1, 2.50, "é"]} ', "openai_ia_extensions", {"a": [1, 2.5, "é"]}),
    ("extensions", "none", "openai_ia_extensions", None),
)


@tap.test("each kind of field is set, in words and as JSON, and taken back")
def _fields():
    for number, (word, typed, column, value) in enumerate(FIELDS):
        before = row(ONE)
        assert before[column] != value, "the table of this test says nothing about %s" % word
        with undone():
            if number % 2:
                told = edit("set", ONE, "%s=%s" % (word, typed), "--json").json()
                assert told["committed"] and told["counts"]["saved"] == 1 and told["batch"], told
                assert told["rows"][0]["outcome"] == "saved" and list(told["rows"][0]["changes"]) == [column], told
            else:
                done = edit("set", ONE, "%s=%s" % (word, typed))
                assert "→" in done.out and "saved" in done.out and ONE in done.out and done.err == "", done
            assert row(ONE) == {**before, column: value}, (word, typed)


@tap.test("several fields at once are one change; what is there already is said to be")
def _several():
    with undone():
        edit("set", ONE, "quota-limit=7", "budget-limit=8,5", "project=proj_seven")
        found = row(ONE)
        assert (found["openai_limite_quotidienne"], found["openai_limite_cout_mois"], found["openai_project_id"]) == (7, 8.5, "proj_seven")
    with unchanged():
        done = edit("set", ONE, "quota-limit=%s" % row(ONE)["openai_limite_quotidienne"])
        assert "nothing to change" in done.out, done


@tap.test("a dry run shows the plan in words, as JSON and as SQL, and writes nothing")
def _dry():
    with unchanged():
        words = edit("set", ONE, "quota-limit=3", "-N")
        assert "→ 3" in words.out and "Nothing was changed." in words.out, words
        plan = edit("set", ONE, "quota-limit=3", "--dry-run", "--json").json()
        assert plan["dry_run"] and not plan["committed"] and plan["rows"][0]["changes"]["openai_limite_quotidienne"]["to"] == 3, plan
        sql = edit("set", ONE, "quota-limit=3", "project=o'b", "--dry-run", "--sql", "--key-file", "-", stdin=KEY + "\n")
        assert "UPDATE public.openai_connexion" in sql.out and "'o''b'" in sql.out and ":'openai_api_key'" in sql.out, sql
        assert KEY not in sql.out + sql.err, sql
        statement = sql.out.replace("Nothing was changed.\n", "").replace("COMMIT", "ROLLBACK")
        place.cluster.psql(statement, place.db, ADMIN, {"openai_api_key": "x"})
        assert "delete" in edit("delete", ONE, "--dry-run").out


@tap.test("several connexions: the plan, a yes, one transaction; no yes, nothing done")
def _bulk():
    some = of_organisation("Nord-Habitat")
    assert len(some) > 2
    with unchanged():
        done = edit("set", "--organisation", "Nord-Habitat", "quota-limit=77", status=USAGE)
        assert "--yes" in done.err and done.out.count("→ 77") == len(some), done
        edit("set", *some, "quota-limit=77", status=USAGE)
        edit("set", "quota-limit=77", status=USAGE)
        edit("set", ONE, "--filter", "", "quota-limit=77", status=USAGE)
        edit("set", "--filter", "nothing-has-this", "quota-limit=77", "--yes", status=NOT_FOUND)
    with undone():
        done = edit("set", "--filter", "", "-o", "Nord-Habitat", "quota-limit=77", "project=proj_all", "--yes")
        assert "saved: %d" % len(some) in done.out, done
        changed = snapshot("openai_limite_quotidienne = 77 AND openai_project_id = 'proj_all'")
        assert {r["openai_connexion_id"] for r in changed} == set(some)
        batches = place.super("SELECT count(DISTINCT batch) FROM vigie.journal WHERE after->>'openai_project_id' = 'proj_all'")
        assert batches == "1", batches
    with undone():
        edit("redo", "--yes")
        assert len(snapshot("openai_limite_quotidienne = 77")) == len(some)


@tap.test("a filter of the configuration file chooses nothing to change")
def _configured():
    folder = os.path.join(place.home, ".config", "vigie")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "config")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[vigie]\nfilter = active\n")
    try:
        with unchanged():
            edit("delete", "--yes", "--config", path, status=USAGE)
            edit("set", "quota-limit=1", "--yes", "--config", path, status=USAGE)
    finally:
        os.remove(path)


@tap.test("a rule of the database refuses one row: the others are saved, or none with --atomic")
def _partial():
    db = "ruled"
    some = of_organisation("Nord-Habitat")
    place.clone(db, "ALTER TABLE openai_connexion ADD CONSTRAINT cap CHECK (openai_limite_quotidienne < 5000 OR "
                    "openai_connexion_id <> '%s') NOT VALID" % some[0])
    with unchanged(db):
        done = edit("set", some[0], "quota-limit=9000", status=REFUSED, db=db)
        assert "cap" in done.err, done
        told = place.run("set", *some, "quota-limit=9000", "--yes", "--atomic", "--json", db=db)
        assert told.status in (PARTIAL, REFUSED), told
        told = json.loads(told.out)
        assert not told["committed"] and told["counts"]["saved"] == 0 and told["counts"]["refused"] == 1, told
    told = place.run("set", *some, "quota-limit=9000", "--yes", "--json", db=db)
    assert told.status == PARTIAL, told
    told = json.loads(told.out)
    assert told["counts"]["saved"] == len(some) - 1 and told["counts"]["refused"] == 1, told
    refused = [r for r in told["rows"] if r["outcome"] == "refused"]
    assert refused[0]["openai_connexion_id"] == some[0] and refused[0]["rule"] == "cap" and refused[0]["reason"], told
    words = place.run("set", *some, "quota-limit=9001", "--yes", db=db, env=FRENCH)
    assert words.status == PARTIAL and some[0] in words.out and "cap" in words.out, words


@tap.test("a key comes from a file or a command, is never shown, and undo brings the old one back")
def _key():
    log = len(place.cluster.log())
    private, shared = written("key", KEY + "\n"), written("shared-key", KEY + "\n", 0o644)
    for argv, stdin in (
        (("--key-file", "-"), KEY + "\n"), (("--key-file", private), None), (("--key-command", "echo " + KEY), None),
    ):
        with undone():
            done = edit("set", ONE, *argv, stdin=stdin)
            assert KEY not in done.out + done.err and "(set)" in done.out, done
            assert row(ONE)["openai_api_key"] == KEY
            told = edit("journal", ONE, "--json", "-n", "1")
            assert KEY not in told.out and told.json()[0]["changes"]["openai_api_key"]["to"].startswith("sha256:"), told
    with unchanged():
        for argv in (("key=" + KEY,), ("openai_api_key=" + KEY,)):
            done = edit("set", ONE, *argv, status=USAGE)
            assert KEY not in done.out + done.err and "--key-file" in done.err, done
        assert KEY not in edit("set", ONE, "--key-file", shared, status=SYSTEM).err
        edit("set", ONE, "--key-file", "-", stdin="\n", status=USAGE)
        edit("set", ONE, "--key-file", private, "--key-command", "echo x", status=USAGE)
        edit("set", ONE, "key=none", status=USAGE)
    warned = edit("set", ONE, "--key-file", "-", "-N", stdin="odd key\n")
    assert "no blanks" in warned.out and "odd key" not in warned.out, warned
    same = row(TWO)["openai_api_key"]
    warned = edit("set", ONE, "--key-file", "-", "-N", stdin=same + "\n")
    assert "same key" in warned.out and same not in warned.out, warned
    assert KEY not in place.cluster.log()[log:]


@tap.test("a new connexion, with names in place of ids; what it needs; a duplicate with its key")
def _new():
    needs = ("organisation=Nord-Habitat", "account=neuf@nord.example")
    client = row(of_organisation("Nord-Habitat")[0])["client_id"]
    with undone():
        told = edit("new", *needs, "client=" + client, "budget-limit=10", "--key-file", "-", "--json", stdin=KEY + "\n").json()
        made = told["rows"][0]
        assert made["operation"] == "insert" and made["outcome"] == "saved" and KEY not in json.dumps(told), told
        found = row(made["openai_connexion_id"])
        assert found["openai_api_key"] == KEY and found["openai_limite_cout_mois"] == 10 and found["openai_actif"], found
        assert found["openai_modeles_autorises"] == ["gpt-3.5-turbo", "gpt-4"], found
    with unchanged():
        done = edit("new", *needs, "--key-file", "-", stdin=KEY + "\n", status=USAGE)
        assert "Client: A value is needed" in done.err, done
        done = edit("new", *needs, "client=" + client, status=USAGE)
        assert "API key" in done.err, done
        edit("new", "organisation=Nowhere", "account=a@b.example", status=NOT_FOUND)
        edit("new", "--copy", NO_ID, status=NOT_FOUND)
    with undone():
        done = edit("new", "--copy", ONE, "account=double@midi.example", "quota-limit=none")
        assert "that of the connexion copied" in done.out, done
        made = snapshot("openai_email_compte = 'double@midi.example'")[0]
        was = row(ONE)
        for column in ("openai_api_key", "client_id", "organisation_id", "openai_modeles_autorises", "openai_ia_extensions"):
            assert made[column] == was[column], column
        assert made["openai_limite_quotidienne"] is None and made["openai_derniere_synchro"] is None, made


@tap.test("a client is found by its name among those of the organisation")
def _client():
    found = json.loads(place.super(
        "SELECT json_agg(json_build_array(openai_connexion_id, agence_indep_nom, c.client_id)) FROM openai_connexion c "
        "JOIN agence_independante a ON a.agence_indep_id = c.client_id OR a.client_id = c.client_id "
        "WHERE c.client_type = 'agence_independante'"))
    connexion, name, client = found[0]
    edit("set", connexion, "client=" + NO_ID)
    done = edit("set", connexion, "client=" + name)
    assert row(connexion)["client_id"] in (client, place.super(
        "SELECT agence_indep_id FROM agence_independante WHERE agence_indep_nom = '%s'" % name.replace("'", "''"))), done
    edit("set", connexion, "client=Nobody at all", status=NOT_FOUND)
    warned = edit("set", connexion, "client=" + NO_ID, "-N")
    assert "another organisation" in warned.out, warned


@tap.test("deletes want a yes, and come back with key and measures")
def _delete():
    some = of_organisation("Nord-Habitat")
    with unchanged():
        edit("delete", ONE, status=USAGE)
        edit("delete", status=USAGE)
        edit("delete", NO_ID, "--yes", status=NOT_FOUND)
        edit("delete", ONE, NO_ID, "--yes", status=NOT_FOUND)
    with undone():
        edit("delete", ONE, "--yes")
        assert not snapshot("openai_connexion_id = '%s'" % ONE)
    with undone():
        told = edit("delete", "--filter", "", "-o", "Nord-Habitat", "--yes", "--json").json()
        assert told["counts"]["saved"] == len(some) and not of_organisation("Nord-Habitat"), told


@tap.test("fifty rows and more are deleted only when their number is typed")
def _number():
    db = "numbered"
    place.clone(db)
    many = len(ids(db=db))
    assert many > 50
    with place.terminal("delete", "--filter", "", db=db) as terminal:
        terminal.wait_for("Type the number %d" % many)
        terminal.type("yes")
        terminal.send("Enter")
        terminal.wait_end()
    assert len(ids(db=db)) == many
    with place.terminal("delete", "--filter", "", db=db) as terminal:
        terminal.wait_for("Type the number %d" % many)
        terminal.type(str(many))
        terminal.send("Enter")
        wait.until(lambda: not ids(db=db), what="the rows are gone")
        terminal.wait_end()
    before = snapshot(db=place.db)
    edit("undo", "--yes", db=db)
    assert len(ids(db=db)) == many and snapshot(db=db) == before


@tap.test("somebody else is faster: nothing is overwritten, and what stands there is shown")
def _conflict():
    limit = row(ONE)["openai_limite_quotidienne"]
    with undone():
        with place.terminal("set", ONE, TWO, "quota-limit=4321") as terminal:
            terminal.wait_for("Type yes")
            place.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 1111 WHERE openai_connexion_id = '%s'" % ONE)
            terminal.type("yes")
            terminal.send("Enter")
            terminal.wait_for("changed meanwhile")
            terminal.wait_for("1 111")
            assert terminal.wait_end() == PARTIAL
        assert row(ONE)["openai_limite_quotidienne"] == 1111 and row(TWO)["openai_limite_quotidienne"] == 4321
        edit("undo", "--yes")
        place.psql("UPDATE openai_connexion SET openai_limite_quotidienne = %s WHERE openai_connexion_id = '%s'" % (limit, ONE))
        edit("set", ONE, "quota-limit=301")
        place.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 5 WHERE openai_connexion_id = '%s'" % ONE)
        done = edit("undo", "--yes", status=CONFLICT)
        assert "overwritten" in done.err and row(ONE)["openai_limite_quotidienne"] == 5, done
        place.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 301 WHERE openai_connexion_id = '%s'" % ONE)


@tap.test("undo and redo tell what they touch, go back step by step, and end with a sentence")
def _undo():
    user = LEA
    own = ids("organisation_id = '%s'" % organisation(user))[0]
    done = edit("undo", user=user, status=NOT_FOUND)
    assert "nothing to take back" in done.err, done
    edit("redo", user=user, status=NOT_FOUND)
    first = row(own)
    edit("set", own, "quota-limit=11", user=user)
    edit("set", own, "quota-limit=22", user=user)
    with unchanged():
        done = edit("undo", "--dry-run", user=user)
        assert "22 → 11" in done.out and "Nothing was changed" in done.out, done
        told = edit("undo", "--dry-run", "--json", user=user).json()
        assert told["connexions"] == 1 and not told["committed"] and told["dry_run"], told
    edit("undo", user=user)
    assert row(own)["openai_limite_quotidienne"] == 11
    edit("undo", user=user)
    assert row(own) == first
    told = edit("redo", "--json", user=user).json()
    assert told["committed"] and told["counts"]["saved"] == 1 and row(own)["openai_limite_quotidienne"] == 11, told
    edit("undo", user=user)
    assert row(own) == first


@tap.test("the journal in words, as JSON and as lines; by person, field, period and number")
def _journal():
    edit("set", TWO, "quota-limit=55", "project=proj_j1")
    edit("set", TWO, "quota-limit=56")
    edit("undo")
    words = edit("journal", TWO)
    assert "55 → 56" in words.out and "56 → 55" in words.out and "claire" in words.out and "undo" in words.out, words
    every = edit("journal", TWO, "--json").json()
    assert [e["kind"] for e in every[:3]] == ["undo", "edit", "edit"], every[:3]
    assert every[1]["changes"] == {"openai_limite_quotidienne": {"from": 55, "to": 56}} and every[1]["login"] == ADMIN, every[1]
    lines = edit("journal", TWO, "--lines").out.splitlines()
    assert [json.loads(line) for line in lines] == every
    assert len(edit("journal", "--json", "-n", "2").json()) == 2
    only = edit("journal", TWO, "--field", "project", "--json").json()
    assert only and all("openai_project_id" in e["changes"] for e in only), only
    assert edit("journal", TWO, "--person", "claire", "--json").json() == every
    assert edit("journal", TWO, "--person", "nobody at all", "--json").json() == []
    assert "no such entry" in edit("journal", TWO, "--person", "nobody at all").out
    assert edit("journal", TWO, "--since", "today", "--until", "today", "--json").json() == every
    assert edit("journal", TWO, "--until", "2020-01-01", "--json").json() == []
    assert edit("journal", TWO, "--since", every[1]["at"][:19] + "Z", "--json").json()[-1]["at"] >= every[1]["at"][:19]
    for argv, says in ((("--field", "odd"), "odd"), (("--since", "31/12/2026"), "31/12/2026"), (("--limit", "0"), "limit")):
        done = edit("journal", *argv, status=USAGE)
        assert says in done.err, done
    whole = edit("journal", "--lines").out.splitlines()
    assert len(whole) == int(place.super("SELECT count(*) FROM vigie.journal"))


@tap.test("verify: all as it was written, until the owner alters one entry")
def _verify():
    done = edit("journal", "verify")
    assert "as they were written" in done.out or "as it was written" in done.out, done
    db = "altered"
    place.clone(db)
    edit("set", ONE, "quota-limit=12", db=db)
    edit("set", ONE, "quota-limit=13", db=db)
    assert all(p["good"] for p in edit("journal", "verify", "--json", db=db).json())
    place.super("ALTER TABLE vigie.journal DISABLE TRIGGER USER; "
                "UPDATE vigie.journal SET after = '{\"openai_limite_quotidienne\": \"99\"}' WHERE connexion_id = '%s' AND after @> "
                "'{\"openai_limite_quotidienne\": \"12\"}'" % ONE, db)
    done = edit("journal", "verify", db=db, status=BROKEN)
    assert "not what was written" in done.err and "entry" in done.out, done
    told = place.run("journal", "verify", "--json", db=db)
    bad = [p for p in json.loads(told.out) if not p["good"]]
    assert told.status == BROKEN and len(bad) == 1 and bad[0]["reason"] == "hash", told


@tap.test("one field goes back to what it was before an entry; a key too")
def _restore():
    old_key = row(TWO)["openai_api_key"]
    edit("set", TWO, "quota-limit=61", "project=proj_r1")
    edit("set", TWO, "quota-limit=62", "--key-file", "-", stdin=KEY + "\n")
    edit("set", TWO, "quota-limit=63")
    entry = str(edit("journal", TWO, "--json").json()[1]["entry"])
    with unchanged():
        done = edit("restore", TWO, "quota-limit", entry, "-N")
        assert "63 → 61" in done.out, done
        edit("restore", TWO, "project", entry, status=NOT_FOUND)
        edit("restore", TWO, "quota-limit", "999999", status=NOT_FOUND)
        edit("restore", TWO, "quota-limit", "x", status=USAGE)
        edit("restore", TWO, "created", entry, status=USAGE)
    edit("restore", TWO, "quota-limit", "#" + entry)
    assert row(TWO)["openai_limite_quotidienne"] == 61 and row(TWO)["openai_project_id"] == "proj_r1"
    done = edit("restore", TWO, "key", entry)
    assert row(TWO)["openai_api_key"] == old_key and old_key not in done.out, done
    assert edit("journal", TWO, "--json", "-n", "1").json()[0]["kind"] == "restore"


@tap.test("wrong use is told with what to do")
def _usage():
    with unchanged():
        for argv, says in (
            (("set", ONE), "FIELD=VALUE"),
            (("set", ONE, "qota-limit=3"), "quota-limit"),
            (("set", ONE, "frob=3"), "The fields are"),
            (("set", ONE, "created=2020-01-01"), "created"),
            (("set", ONE, "quota-limit=1", "quota-limit=2"), "twice"),
            (("set", ONE, "quota-limit=1", "TWO"), "TWO"),
            (("new", "quota-limit"), "quota-limit"),
            (("restore", ONE), "operands"),
            (("export", "--format", "xml"), "csv or json"),
            (("journal", "--sql"), "--sql"),
            (("delete", ONE, "--key-file", "x"), "--key-file"),
        ):
            done = edit(*argv, status=USAGE)
            assert says in done.err and done.out == "", done
        edit("set", "zzzz", "quota-limit=1", status=NOT_FOUND)


tap.main()
