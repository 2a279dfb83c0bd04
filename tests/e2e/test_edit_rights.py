#!/usr/bin/python3
"""What a member cannot do, by any command or import: write outside the own organisation."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.edits import Edits, KEY, NO_ID  # noqa: E402
from support.place import KARIM, Place  # noqa: E402

USAGE, NOT_FOUND, DENIED = 2, 4, 11

place = tap.keep(Place())
table = Edits(place)
snapshot = table.snapshot
row = table.row
ids = table.ids
organisation = table.organisation
edit = table.edit
unchanged = table.unchanged


@tap.test("a member writes nothing outside the own organisation, by no command and no import")
def _matrix():
    own = organisation(KARIM)
    inside = ids("organisation_id = '%s'" % own)
    outside = ids("organisation_id <> '%s'" % own)
    foreign, theirs = outside[0], row(outside[0])["organisation_id"]
    edit("set", foreign, "quota-limit=5")
    entry = str(edit("journal", foreign, "--json").json()[0]["entry"])
    needs = ("account=x@y.example", "client=" + NO_ID, "--key-file", "-")
    csv_new = "account,organisation,client,key\nx@y.example,%s,%s,%s\n" % (theirs, NO_ID, KEY)
    refused = (
        (("set", foreign, "quota-limit=6"), None, NOT_FOUND),
        (("set", inside[0], foreign, "quota-limit=6", "--yes"), None, NOT_FOUND),
        (("set", "-o", theirs, "quota-limit=6", "--yes"), None, NOT_FOUND),
        (("set", inside[0], "organisation=" + theirs), None, DENIED),
        (("set", inside[0], "organisation=" + theirs, "client-type=reseau", "quota-limit=1"), None, DENIED),
        (("new", *needs, "organisation=" + theirs), KEY + "\n", DENIED),
        (("new", "--copy", foreign, "account=x@y.example"), None, NOT_FOUND),
        (("new", "--copy", inside[0], "organisation=" + theirs), None, DENIED),
        (("delete", foreign, "--yes"), None, NOT_FOUND),
        (("delete", "-o", theirs, "--yes"), None, NOT_FOUND),
        (("undo", "--yes"), None, NOT_FOUND),
        (("redo", "--yes"), None, NOT_FOUND),
        (("restore", foreign, "quota-limit", entry), None, NOT_FOUND),
        (("import", "-", "--yes"), "id,quota-limit\n%s,6\n" % foreign, USAGE),
        (("import", "-", "--yes"), "id,organisation\n%s,%s\n" % (inside[0], theirs), DENIED),
        (("import", "-", "--yes"), csv_new, DENIED),
        (("import", "-", "--yes"), json.dumps([{"id": foreign, "switch": False}]), USAGE),
    )
    with unchanged():
        for argv, stdin, status in refused:
            done = place.run(*argv, user=KARIM, stdin=stdin)
            assert done.status == status and KEY not in done.out + done.err, (argv, done)
    for table in (edit("export", "--json", user=KARIM).json(), edit("journal", "--json", user=KARIM).json()):
        assert {r["organisation_id"] for r in table} <= {own}, table[:2]
    assert edit("journal", foreign, "--json", user=KARIM).json() == []
    assert [p["organisation_id"] for p in edit("journal", "verify", "--json", user=KARIM).json()] in ([], [own])
    before = snapshot("organisation_id <> '%s'" % own)
    edit("set", "--filter", "", "quota-limit=6", "--yes", user=KARIM)
    edit("delete", "--filter", "", "--yes", user=KARIM)
    assert not ids("organisation_id = '%s'" % own) and snapshot("organisation_id <> '%s'" % own) == before
    edit("undo", "--yes", user=KARIM)
    edit("undo", "--yes", user=KARIM)
    assert ids("organisation_id = '%s'" % own) == inside and snapshot("organisation_id <> '%s'" % own) == before


tap.main()
