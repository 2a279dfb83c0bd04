#!/usr/bin/python3
"""Export and import: tables as files, odd texts, and files that mean harm."""

import csv
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.edits import Edits, KEY, NO_ID  # noqa: E402
from support.place import Place  # noqa: E402

USAGE, SYSTEM, LIMIT, PARTIAL = 2, 6, 10, 14

place = tap.keep(Place())
table = Edits(place)
row = table.row
ids = table.ids
of_organisation = table.of_organisation
edit = table.edit
written = table.written
unchanged = table.unchanged
undone = table.undone
ONE = ids()[0]


def table_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@tap.test("export and import: nothing changes, in CSV and JSON, however odd the texts are")
def _round():
    db = "odd"
    odd = ("=1+1", "+33 1", "@SUM(A1)", "-2+3", "'quoted", "''", "a\"b,c;d", " =x", "tab;=cmd|' /C calc'!A0", "ligne,-1", "", "\uff1d1")
    place.clone(db)
    for connexion, text in zip(ids(db=db), odd):
        place.cluster.psql("UPDATE openai_connexion SET openai_project_id = :'text', openai_limite_cout_mois = 12.345, "
                           "openai_modeles_autorises = ARRAY['a b', 'c,d', 'e\"f', ''], openai_ia_extensions = "
                           "jsonb_build_object('x', :'text', 'long', repeat('é', 400), 'n', -1) WHERE openai_connexion_id = :'id'",
                           db, "postgres", {"text": text, "id": connexion})
    comma = edit("export", db=db).out
    rows = table_of(comma)
    assert len(rows) == len(ids(db=db)) and "key" not in rows[0] and "sk-" not in comma
    for cell in (cell for each in rows for cell in each.values()):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d")), cell
    with unchanged(db):
        for text in (comma, edit("export", "--json", db=db).out, edit("export", "--format", "json", db=db).out):
            told = edit("import", written("table", text, 0o644), "--yes", "--json", db=db).json()
            assert told["rows"] == [] and told["unchanged"] == len(rows), told["rows"][:2]
        told = edit("import", "-", "--yes", "--json", db=db, stdin="\ufeff" + comma.replace("\n", "\r\n")).json()
        assert told["rows"] == [], told
    assert len(table_of(edit("export", "-o", "Nord-Habitat", db=db).out)) == len(of_organisation("Nord-Habitat", db))


@tap.test("an import changes what has an id, creates what has none, shows the plan and each refused row")
def _import():
    mine = of_organisation("Nord-Habitat")
    client = row(mine[0])["client_id"]
    head = "id;account;organisation;client;quota-limit;budget-limit;key\n"
    text = head + "".join((
        "%s;%s;;;4 000;12,5;\n" % (mine[0], row(mine[0])["openai_email_compte"]),
        "%s;a@nord.example;Nord-Habitat;%s;ten;;\n" % (mine[1], client),
        "%s;b@nord.example;;;;;\n" % NO_ID,
        ";import@nord.example;Nord-Habitat;%s;10;;%s\n" % (client, KEY),
        ";nokey@nord.example;Nord-Habitat;%s;10;;\n" % client,
        "x;c@nord.example;;;;;\n",
        "%s;short\n" % mine[2],
    ))
    path = written("import.csv", text)
    with unchanged():
        done = place.run("import", path, "--dry-run")
        assert done.status == PARTIAL or done.status == USAGE, done
        assert "line 3" in done.out and "“ten” is not a number" in done.out and KEY not in done.out + done.err, done
        edit("import", path, status=USAGE)
        done = place.run("import", path, "--yes", "--atomic")
        assert done.status == USAGE and "nothing was changed" in done.err, done
    with unchanged():
        told = place.run("import", path, "--yes", "--json")
        assert told.status == PARTIAL, told
        told = json.loads(told.out)
        by_line = {r["line"]: r for r in told["rows"]}
        assert by_line[5]["outcome"] == "saved" and by_line[5]["operation"] == "insert", told
        assert {n for n, r in by_line.items() if r["outcome"] == "refused"} >= {3, 4, 6, 7, 8}, told
        assert row(by_line[5]["openai_connexion_id"])["openai_api_key"] == KEY
        edit("undo", "--yes")
    done = edit("import", written("shared.csv", text, 0o644), "--yes", status=USAGE)
    assert "chmod 600" in done.err and KEY not in done.err, done
    as_json = [{"openai_connexion_id": mine[0], "budget-limit": 12.345, "switch": False, "models": ["o3"], "extensions": {"a": None}}]
    with undone():
        edit("import", "-", stdin=json.dumps(as_json))
        found = row(mine[0])
        assert found["openai_limite_cout_mois"] == 12.345 and found["openai_actif"] is False, found
        assert found["openai_modeles_autorises"] == ["o3"] and found["openai_ia_extensions"] == {"a": None}, found


HOSTILE = (
    ("", "empty"),
    ("id,odd\n", "odd"),
    ("id,account,account\n", "twice"),
    ('id,account\n"x', "line 2: a quote is not closed"),
    ('id,account\n"x"y,z\n', "line 2: text stands behind"),
    ("id," + ",".join(["quota"] * 80) + "\n", "too many cells"),
    ("\x1b[2J,account\n", "\\e[2J"),
    ("account\n\0\n", "no text"),
    ("[" * 500, "not JSON"),
    ("{}", "no list"),
    ("[1]", "no object"),
    ('[{"odd": 1}]', "odd"),
    ('[{"account": "a"', "line 1"),
    ('[{"account": NaN}]', "a kind that its field cannot hold"),
    ('[{"id": "%s", "budget-limit": NaN}]' % ONE, "is not a number"),
    ("account\n" + "a" * 200000 + "\n", "too long"),
)


@tap.test("hostile files are refused with the place, and harm nothing")
def _hostile():
    with unchanged():
        for text, says in HOSTILE:
            done = edit("import", "-", "--yes", stdin=text, status=USAGE)
            assert says in done.err and "\x1b" not in done.err, (text[:40], done)
        edit("import", os.path.join(place.home, "missing"), status=SYSTEM)
        edit("import", place.home, status=SYSTEM)
        twice = "id,quota-limit\n%s,41\n%s,42\n" % (ONE, ONE)
        assert "twice" in edit("import", "-", "--yes", stdin=twice, status=USAGE).err
        many = "account\n" + "x\n" * 100001
        edit("import", "-", "--yes", stdin=many, status=LIMIT)
        done = place.run("import", "-", "--yes", "--json", stdin="account\n\x1b[31mx\n")
        assert done.status == USAGE and "\x1b" not in done.out + done.err, done


tap.main()
