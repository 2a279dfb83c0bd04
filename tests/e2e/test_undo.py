#!/usr/bin/python3
"""Journal, timeline, restore, undo and redo in the console: everything that was done is taken back, and done again."""

import contextlib
import json
import os
import re
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap, wait  # noqa: E402
from support.place import KARIM, Place  # noqa: E402

AUDIT = "'{openai_created_at,openai_created_by,openai_updated_at,openai_updated_by,openai_audit_log}'::text[]"
DUMP = "SELECT coalesce(jsonb_agg(to_jsonb(c) - %s ORDER BY openai_connexion_id), '[]') FROM openai_connexion c" % AUDIT
ROWS = 50
KEY = "sk-proj-undo-0123456789abcdefghij"
# each kind of field, by a value that differs from what the demonstration has
FIELDS = (
    ("account", "undo@essai.example"),
    ("organisation", "SELECT organisation_id FROM organisations WHERE organisation_nom = 'Nord-Habitat'"),
    ("client-type", "agence_independante"),
    ("client", "SELECT agence_indep_id FROM agence_independante ORDER BY 1 LIMIT 1"),
    ("switch", "no"),
    ("state", "error"),
    ("quota-limit", "none"),
    ("quota-limit", "0"),
    ("budget-limit", "12.3456"),
    ("models", "gpt-5,gpt-4o"),
    ("openai-organisation", "org-Undo0"),
    ("project", ""),
    ("activation", "2026-01-31 14:30"),
    ("extensions", '{"tags": ["é", 1]}'),
)

place = tap.keep(Place())


@contextlib.contextmanager
def console(*argv, write=True, shows="connexions", **options):
    """The console of a person who may write, once its list is there."""
    argv = (*(("--write",) if write else ()), "--no-probe", *argv)
    with place.terminal(*argv, **{"cols": 120, "rows": 36, **options}) as terminal:
        terminal.wait_for(shows)
        if write:
            terminal.wait_for("WRITE")
        yield terminal


def dump():
    """The table without the audit fields."""
    return json.loads(place.super(DUMP))


def value(column, row):
    """A value as text."""
    return place.super("SELECT %s FROM openai_connexion WHERE openai_connexion_id = '%s'" % (column, row))


def first_row():
    """The account and id of a connexion that the tests may change, and that has a client of its own organisation."""
    found = place.super(
        "SELECT openai_email_compte || ' ' || openai_connexion_id FROM openai_connexion c WHERE openai_limite_quotidienne > 0"
        " AND openai_limite_cout_mois > 0 AND openai_actif AND openai_statut_connexion = 'active' ORDER BY 1 LIMIT 1"
    )
    return found.split()


def command(terminal, line):
    """Type a line into the palette."""
    terminal.press(":", re.compile(r"^:", re.M))
    terminal.type(line)
    terminal.send("Enter")


def show_only(terminal, account):
    """Narrow the list to one account."""
    terminal.send("g", "/")
    terminal.send("C-u")
    terminal.type('"%s"' % account)
    terminal.send("Enter")
    terminal.wait_for(re.compile("filter: .%s. · 1 connexion" % re.escape(account)))
    terminal.wait_for(re.compile("▸ .* %s@" % re.escape(account.split("@")[0])))


def save(terminal, said):
    """Enter on a plan."""
    terminal.wait_for(re.compile(r"Enter (saves|deletes)"))
    terminal.press("Enter", said)


def undo(terminal, key="u"):
    """Undo (or redo) the last edit."""
    terminal.send(key)
    terminal.wait_for("undo: " if key == "u" else "redo: ")
    terminal.wait_for("Enter undoes it" if key == "u" else "Enter does it again")
    terminal.press("Enter", "Undone: " if key == "u" else "Done again: ")
    terminal.wait_gone("Enter undoes it" if key == "u" else "Enter does it again")


def entries(where="true"):
    return int(place.super("SELECT count(*) FROM vigie.journal WHERE " + where))


def edit_each_field(terminal, account):
    """One save for each kind of field of one row; returns how many there were."""
    show_only(terminal, account)
    for word, text in FIELDS:
        command(terminal, "set %s=%s" % (word, place.super(text) if text.startswith("SELECT") else text))
        save(terminal, "1 connexion saved")
        if word == "account":
            show_only(terminal, text)
    return len(FIELDS)


def choose(terminal, field, text):
    """Go down to a field and take the only line of its list that has a text."""
    while not terminal.matches(re.compile("▸ " + field)):
        at = int(terminal.matches(re.compile(r"field (\d+)/14")).group(1))
        terminal.press("Down", "field %d/14" % (at + 1))
    terminal.press("Enter", "find:")
    terminal.type(text)
    terminal.wait_for("1 to choose from")
    terminal.send("Enter")
    terminal.wait_gone("find:")


def create(terminal):
    """A new connexion from an empty form."""
    terminal.press("n", "new connexion")
    terminal.wait_for("needed")
    terminal.type("neuf@essai.example")
    terminal.send("Tab")
    terminal.type(KEY)
    terminal.send("Tab")
    terminal.wait_for("(typed)")
    choose(terminal, "Organisation", "midi")
    choose(terminal, "Kind of client", "independent")
    choose(terminal, "Client", "midi")
    terminal.send("C-o")
    save(terminal, "1 connexion created")


def edit_key(terminal, account):
    """Another key, typed into the form."""
    show_only(terminal, account)
    terminal.press("e", re.compile("field 1/14"))
    terminal.send("Tab")
    terminal.type(KEY + "-two")
    terminal.send("Tab")
    terminal.wait_for("(typed)")
    terminal.send("C-o")
    save(terminal, "1 connexion saved")


def bulk(terminal):
    """One field of many rows at once."""
    terminal.wait_for(re.compile("^ 80 connexions", re.M))
    terminal.send("g")
    for _ in range(ROWS):
        terminal.send("Space")
    terminal.wait_for(re.compile("%d marked" % ROWS))
    command(terminal, "set budget-limit=777.25")
    save(terminal, "%d connexions saved" % ROWS)


def delete_some(terminal):
    """Delete three marked rows."""
    terminal.send("g")
    for _ in range(3):
        terminal.send("Space")
    terminal.press("x", "Enter deletes")
    terminal.press("Enter", "3 connexions deleted")


def duplicate(terminal, account):
    """A copy, with the key of its model."""
    show_only(terminal, account)
    terminal.press("D", "fields changed")
    terminal.send("C-o")
    save(terminal, "1 connexion created")


@tap.test("each kind of edit, undone in order: the table is as it was but for the audit fields; then everything again")
def _all():
    before = dump()
    account, row = first_row()
    key = value("openai_api_key", row)
    with console() as terminal:
        terminal.wait_for("78 connexions")
        steps = edit_each_field(terminal, account)
        edit_key(terminal, "undo@essai.example")
        assert value("openai_api_key", row) == KEY + "-two"
        duplicate(terminal, "undo@essai.example")
        terminal.send("Escape")
        create(terminal)
        bulk(terminal)
        delete_some(terminal)
        steps += 5
        after = dump()
        assert len(after) == len(before) - 3 + 2, len(after)
        assert sum(1 for one in after if one["openai_limite_cout_mois"] == 777.25) >= ROWS - 3
        for _ in range(steps):
            undo(terminal)
        assert dump() == before
        assert value("openai_api_key", row) == key
        terminal.press("u", "no edit of yours to undo")
        for _ in range(steps):
            undo(terminal, "C-r")
        assert dump() == after
        terminal.press("C-r", "nothing to do again")
        for _ in range(steps):
            undo(terminal)
        assert dump() == before


@tap.test("an undo that meets what somebody else changed says so and overwrites nothing")
def _conflict():
    account, row = first_row()
    with console() as terminal:
        show_only(terminal, account)
        command(terminal, "set quota-limit=4321")
        save(terminal, "1 connexion saved")
        place.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 999 WHERE openai_connexion_id = '%s'" % row)
        terminal.press("u", "somebody changed the same since then")
        terminal.send("Enter")
        terminal.wait_for(re.compile("changed meanwhile|Somebody else changed"))
        assert value("openai_limite_quotidienne", row) == "999"
        terminal.send("Escape")


@tap.test("a read-only session undoes nothing and says how to let it write")
def _read_only():
    with console(write=False) as terminal:
        terminal.press("u", "read-only: W lets it write")


@tap.test("a field is put back from the journal, as a plan like any other; so is a key that nobody sees")
def _restore():
    account, row = first_row()
    was = value("openai_limite_cout_mois", row)
    secret = value("openai_api_key", row)
    with console() as terminal:
        show_only(terminal, account)
        command(terminal, "set budget-limit=4")
        save(terminal, "1 connexion saved")
        terminal.press("T", "Timeline")
        terminal.wait_for("Cost a month, limit")
        terminal.press("Enter", "Before")
        terminal.press("R", "Enter saves")
        assert "4.00" in terminal.screen()
        terminal.press("Enter", "1 connexion saved")
        assert value("openai_limite_cout_mois", row) == was
        terminal.press("Escape", "restored")
    assert entries("kind = 'restore'") == 1
    with console() as terminal:
        edit_key(terminal, account)
        assert value("openai_api_key", row) == KEY + "-two"
        terminal.press("T", "Timeline")
        terminal.wait_for(re.compile("API key [0-9a-f]{8} → [0-9a-f]{8}"))
        terminal.press("Enter", re.compile("API key +sha256:[0-9a-f]{16} +sha256:[0-9a-f]{16}"))
        terminal.press("R", "the key that it had")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", "1 connexion saved")
        assert value("openai_api_key", row) == secret
    written = place.super("SELECT string_agg(concat(before, after), ' ') FROM vigie.journal")
    assert "sha256:" in written and secret not in written and KEY not in written


@tap.test("the journal names people, programs and probes; a filter narrows it, Esc takes it away")
def _filter():
    _, row = first_row()
    place.super(
        "BEGIN; SELECT set_config('vigie.kind', 'probe', true); INSERT INTO vigie.journal_probe VALUES (pg_current_xact_id());"
        " UPDATE openai_connexion SET openai_statut_connexion = 'expired'"
        " WHERE openai_connexion_id = '%s'; DELETE FROM vigie.journal_probe; COMMIT" % row
    )
    with console(write=False) as terminal:
        terminal.press("J", "Journal")
        terminal.wait_for(re.compile(r"\bprobe +\S+ +State active → "))
        terminal.press("/", re.compile(r"^/", re.M))
        terminal.type("field:state kind")
        terminal.send("C-u")
        terminal.type("field:sta")
        terminal.press("Tab", "/field:state")
        terminal.press("Enter", "/ field:state")
        wait.until(lambda: "Cost a month" not in terminal.screen(), what="the filter", show=terminal.screen)
        terminal.press("Escape", "Cost a month")
        command(terminal, "filter-journal when:now")
        terminal.wait_for('no key "when:"')
        terminal.send("q")
        terminal.wait_for("78 connexions")


@tap.test("a member sees, verifies and undoes only what is of the own organisation and the own hand")
def _member():
    own = int(place.psql("SELECT count(*) FROM vigie.journal", KARIM))
    assert 0 < own < entries()
    with console(user=KARIM) as terminal:
        terminal.press("u", "no edit of yours to undo")
        terminal.press("J", "Journal")
        terminal.wait_for(re.compile(r" 1/%d$" % own, re.M))
        terminal.press("v", "The journal is whole")
        terminal.wait_for("in the chain of 1 organisation")


@tap.test("the form leads to the timeline of its row and back, and what was typed is still there")
def _from_form():
    account = place.super(
        "SELECT openai_email_compte FROM openai_connexion WHERE openai_connexion_id ="
        " (SELECT connexion_id FROM vigie.journal WHERE kind = 'restore' LIMIT 1)"
    )
    with console() as terminal:
        show_only(terminal, account)
        terminal.press("e", "field 1/14")
        terminal.type("x")
        terminal.send("Tab")
        terminal.wait_for("1 field changed")
        terminal.press("F4", "Timeline")
        terminal.wait_for("Cost a month, limit")
        terminal.press("Escape", "1 field changed")
        terminal.press("C-x", "Throw away what was typed?")
        terminal.press("Enter", "is thrown away")


@tap.test("the journal goes into a new file, mode 0600, the same as the command line prints it; never over another")
def _export():
    path = os.path.join(place.home, "journal.jsonl")
    with console(write=False) as terminal:
        terminal.press("J", "Journal")
        command(terminal, "export-journal " + path)
        terminal.wait_for(re.compile(r"entr(y is|ies are) in"))
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        assert lines == place.json("journal"), len(lines)
        assert len(lines) == entries()
        command(terminal, "export-journal " + path)
        terminal.wait_for("is there already")


@tap.test("verify finds the journal whole, and each byte that the owner changes behind its back")
def _verify():
    with console(write=False) as terminal:
        terminal.press("J", "Journal")
        terminal.press("v", "The journal is whole")
        place.owner("ALTER TABLE vigie.journal DISABLE TRIGGER journal_refuse")
        place.owner(
            "UPDATE vigie.journal SET account = overlay(account PLACING 'X' FROM 2 FOR 1) WHERE (organisation_id, seq) ="
            " (SELECT organisation_id, seq FROM vigie.journal WHERE account <> '' ORDER BY at DESC LIMIT 1)"
        )
        place.owner("ALTER TABLE vigie.journal ENABLE TRIGGER journal_refuse")
        terminal.press("v", "was changed after it was written")
        terminal.wait_for("1 chain is broken")


tap.main()
