#!/usr/bin/python3
"""Editing with the real program in a real terminal: forms, plans, conflicts, drafts, $VISUAL; the table is what was typed."""

import contextlib
import json
import os
import re
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.place import Place  # noqa: E402

PLACE = tap.keep(Place())
KEY = "sk-proj-Typed0Into0The0Form0Abcdefghij0123456789"
SAVED = "saved; u undoes it"
# what a person may change, by its column
FIELDS = (
    "openai_email_compte", "openai_api_key", "openai_actif", "openai_statut_connexion", "openai_limite_quotidienne",
    "openai_limite_cout_mois", "openai_modeles_autorises", "organisation_id", "client_type", "client_id",
    "openai_organisation_id", "openai_project_id", "openai_date_activation", "openai_ia_extensions",
)
ENVIRONMENT = {"PGPASSWORD": "Secret0Of0The0Session", "OPENAI_API_KEY": "sk-Secret0Environment", "VISUAL": None, "EDITOR": None}


@contextlib.contextmanager
def console(*argv, armed=True, **options):
    """A console that may write, in a home of its own: no draft of another one is offered."""
    options.setdefault("home", process.make_home(process.scratch("vh")))
    with PLACE.terminal(*(("--write",) if armed else ()), *argv, **{"cols": 100, "rows": 30, **options}) as terminal:
        terminal.wait_for("WRITE" if armed else "READ ONLY")
        terminal.wait_for(re.compile(r"\d+ connexions?"))
        terminal.wait_for("@")
        yield terminal


def row(account):
    """The whole row of an account, by column."""
    text = PLACE.super("SELECT row_to_json(c) FROM openai_connexion c WHERE openai_email_compte = '%s'" % account)
    return json.loads(text) if text else None


def at_account(terminal, account):
    """The list shows this account alone."""
    terminal.press("/", re.compile("^/", re.M))
    terminal.send("C-u")
    terminal.type(account)
    terminal.send("Enter")
    terminal.wait_for("filter: " + account)
    terminal.wait_for(re.compile(r"[▸>] .*\b%s" % re.escape(account[:8])))
    terminal.wait_for(re.compile(r"\b1 connexion\b"))


def form_of(terminal, account):
    """The form of this account's connexion."""
    at_account(terminal, account)
    terminal.press("e", re.compile(r"edit %s" % re.escape(account[:8])))
    terminal.wait_for("field 1/14")


def go(terminal, title):
    """The form's cursor goes to a field by its name."""
    terminal.press("/", "ield")
    terminal.type(title)
    terminal.send("Enter")
    terminal.wait_for(re.compile("[▸>] %s" % re.escape(title)))


def put(terminal, title, text, shows=None):
    """Type a field's new text and take it."""
    go(terminal, title)
    terminal.type(text)
    terminal.wait_for("typing")
    terminal.press("Enter", shows or text)
    terminal.wait_gone("typing")


def save(terminal, wanted=SAVED):
    """Plan and save."""
    terminal.press("C-o", "Enter saves")
    terminal.press("Enter", wanted)


def changed(before, after):
    """The columns of FIELDS that differ."""
    return {name for name in FIELDS if before[name] != after[name]}


@tap.test("a session is read-only until it is armed; then the plan that waited is saved")
def _armed():
    before = row("chat@midi.example")
    with console(armed=False) as terminal:
        form_of(terminal, "chat@midi.example")
        put(terminal, "Requests a day", "321")
        terminal.press("C-o", "read-only session: W lets it write")
        terminal.wait_for("→ 321")
        terminal.press("Enter", "This session is read-only")
        assert row("chat@midi.example")[FIELDS[4]] == before[FIELDS[4]]
        terminal.press("W", "Let this session write?")
        terminal.press("Enter", "WRITE")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", SAVED)
        assert row("chat@midi.example")[FIELDS[4]] == 321
        terminal.press("W", "READ ONLY")
    # what the server itself says to such a session
    plan = [{"op": "update", "id": before["openai_connexion_id"], "set": {"openai_limite_quotidienne": "5"}, "seen": {}}]
    text = "BEGIN READ ONLY; SELECT vigie.save(gen_random_uuid(), 'edit', '%s', true); COMMIT" % json.dumps(plan)
    try:
        PLACE.psql("\\set VERBOSITY verbose\n" + text)
    except AssertionError as error:
        assert "25006" in str(error), error
    else:
        raise AssertionError("a read-only transaction has written")
    assert row("chat@midi.example")[FIELDS[4]] == 321


@tap.test("each kind of field: the table holds what was typed, and nothing else changed")
def _each():
    before = row("visites@midi.example")
    record = os.path.join(process.scratch("vr"), "bytes")
    with PLACE.terminal(cols=100, rows=30, start=False) as terminal:
        terminal.start([os.environ["VIGIE"], "--write"], record=record)
        terminal.wait_for("WRITE")
        form_of(terminal, "visites@midi.example")
        put(terminal, "Account", "visites.neuves@midi.example")
        go(terminal, "API key")
        terminal.paste(KEY)
        terminal.wait_for("●" * len(KEY))
        terminal.press("Enter", "(typed)")
        go(terminal, "Switch")
        terminal.press("Space", re.compile("Switch +no"))
        go(terminal, "State")
        terminal.press("Enter", "find:")
        terminal.type("expi")
        terminal.wait_for("1 to choose from")
        terminal.press("Enter", re.compile("State +expired"))
        put(terminal, "Requests a day", "1234", "1 234")
        put(terminal, "Cost a month", "77.1255")
        put(terminal, "Allowed models", "gpt-4o, o9-next")
        put(terminal, "OpenAI organisation", "org-typed")
        go(terminal, "OpenAI project")
        terminal.send("Enter")
        terminal.wait_for("typing")
        terminal.send("C-u")
        terminal.press("Enter", re.compile("OpenAI project +empty"))
        put(terminal, "Activated", "2026-01-31 14:30")
        go(terminal, "AI extensions")
        terminal.type('{"a": [1, 2],')
        terminal.wait_for("not possible")
        terminal.type(' "b": "é"}')
        terminal.wait_gone("not possible")
        terminal.press("C-o", "Enter saves")
        for text in ("→ visites.neuves@", "a new key (not shown)", "yes → no", "→ 1 234", "→ 77.1255", "→ empty", "2026-01-31 14:30"):
            assert text in terminal.screen(), text
        terminal.press("C-o", "UPDATE openai_connexion")
        terminal.wait_for("openai_api_key = …")
        terminal.press("C-o", "Enter saves")
        terminal.press("Enter", SAVED)
        terminal.send("q", "q")
    after = row("visites.neuves@midi.example")
    assert after["openai_api_key"] == KEY
    assert not after["openai_actif"] and after["openai_statut_connexion"] == "expired"
    assert after["openai_limite_quotidienne"] == 1234 and str(after["openai_limite_cout_mois"]) == "77.1255"
    assert after["openai_modeles_autorises"] == ["gpt-4o", "o9-next"]
    assert after["openai_organisation_id"] == "org-typed" and after["openai_project_id"] == ""
    assert after["openai_date_activation"].startswith("2026-01-31T14:30:00"), after["openai_date_activation"]
    assert after["openai_ia_extensions"] == {"a": [1, 2], "b": "é"}
    assert changed(before, after) == set(FIELDS) - {"organisation_id", "client_type", "client_id"}
    with open(record, "rb") as file:
        seen = file.read().decode("utf-8", "replace")
    assert len(seen) > 3000 and KEY not in seen and KEY[-16:] not in seen


@tap.test("none, 0 and empty are three values")
def _none():
    with console() as terminal:
        form_of(terminal, "annonces@midi.example")
        put(terminal, "Requests a day", "0")
        go(terminal, "Cost a month")
        terminal.press("C-n", re.compile("Cost a month, limit +none"))
        go(terminal, "OpenAI project")
        terminal.press("C-n", re.compile("OpenAI project +none"))
        save(terminal)
    after = row("annonces@midi.example")
    assert after["openai_limite_quotidienne"] == 0 and after["openai_limite_cout_mois"] is None
    assert after["openai_project_id"] is None


@tap.test("a new connexion: organisation and client by search, defaults for the rest")
def _create():
    with console() as terminal:
        terminal.press("n", "4 values are needed")
        put(terminal, "Account", "neuf@horizon.example")
        go(terminal, "API key")
        terminal.paste(KEY + "new")
        terminal.press("Enter", "(typed)")
        go(terminal, "Organisation")
        terminal.press("Enter", "find:")
        terminal.type("horizon")
        terminal.wait_for(re.compile("[▸>] +Réseau Horizon"))
        terminal.press("Enter", re.compile("Organisation +Réseau Horizon"))
        go(terminal, "Client")
        terminal.press("Enter", "find:")
        terminal.wait_for(re.compile("[▸>] +.*Horizon"))
        terminal.press("Enter", re.compile("Client +.*Horizon"))
        terminal.wait_gone("needed")
        terminal.press("C-o", "will be made")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", "1 connexion created")
        terminal.wait_for("79 connexions")
    after = row("neuf@horizon.example")
    assert after["openai_api_key"] == KEY + "new" and after["openai_actif"] and after["openai_statut_connexion"] == "active"
    assert after["openai_modeles_autorises"] == ["gpt-3.5-turbo", "gpt-4"] and after["openai_limite_quotidienne"] is None
    assert PLACE.super("SELECT organisation_nom FROM organisations WHERE organisation_id = '%s'" % after["organisation_id"]) == "Réseau Horizon"


@tap.test("a duplicate has the values and the key of its original, and an identity of its own")
def _duplicate():
    with console() as terminal:
        at_account(terminal, "dinan@emeraude.example")
        terminal.press("D", "as of the original")
        terminal.wait_gone("being fetched")
        put(terminal, "Account", "copie@emeraude.example")
        terminal.press("C-o", "the key of the connexion that it is a copy of")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", "1 connexion created")
    one, two = row("dinan@emeraude.example"), row("copie@emeraude.example")
    assert changed(one, two) <= {"openai_email_compte", "openai_date_activation"}, changed(one, two)
    assert one["openai_connexion_id"] != two["openai_connexion_id"] and two["openai_derniere_synchro"] is None


@tap.test("fifty rows at once, then some of them deleted")
def _bulk():
    ids = "SELECT count(*) FROM openai_connexion WHERE openai_limite_quotidienne = 777"
    with console(rows=60) as terminal:
        terminal.send(*["Space"] * 50)
        terminal.wait_for("50 marked")
        terminal.press("e", "edit 50 connexions")
        terminal.wait_for("(several)")
        put(terminal, "Requests a day", "777")
        terminal.press("C-o", "Enter saves 50 connexions")
        assert terminal.screen().count("→ 777") > 40
        terminal.press("Enter", "50 connexions saved")
        assert PLACE.super(ids) == "50"
        before = int(PLACE.super("SELECT count(*) FROM openai_connexion"))
        terminal.wait_gone("marked")
        terminal.send("g", "Space", "Space", "Space")
        terminal.wait_for("3 marked")
        terminal.press("x", "Enter deletes 3 connexions")
        terminal.press("Escape", "3 marked")
        assert int(PLACE.super("SELECT count(*) FROM openai_connexion")) == before
        terminal.press("x", "Enter deletes 3 connexions")
        terminal.press("Enter", "3 connexions deleted")
        assert int(PLACE.super("SELECT count(*) FROM openai_connexion")) == before - 3
        assert PLACE.super(ids) == "47"


@tap.test("switch, the last edit again, one field from the list")
def _quick():
    with console() as terminal:
        at_account(terminal, "accueil@lefevre.example")
        terminal.press("-", "yes → no")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", SAVED)
        assert not row("accueil@lefevre.example")["openai_actif"]
        at_account(terminal, "cabinet@lefevre.example")
        terminal.press(".", "yes → no")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", SAVED)
        assert not row("cabinet@lefevre.example")["openai_actif"]
        terminal.press("=", re.compile("^:set ", re.M))
        terminal.send("C-u")
        terminal.type("set quota-limit=55")
        terminal.press("Enter", "→ 55")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", SAVED)
        assert row("cabinet@lefevre.example")["openai_limite_quotidienne"] == 55


@tap.test("somebody else changed the same field: mine, theirs or the original, and no silent overwriting")
def _conflict():
    account = "notaire@lefevre.example"
    other = "UPDATE openai_connexion SET openai_limite_quotidienne = %d WHERE openai_email_compte = '" + account + "'"
    for key, wanted in (("m", 901), ("t", 400), ("o", None)):
        PLACE.psql(other % 300)
        with console() as terminal:
            form_of(terminal, account)
            put(terminal, "Requests a day", "901")
            PLACE.psql(other % 400)
            terminal.wait_for("changed meanwhile")
            terminal.press("C-o", "1 field was changed meanwhile")
            screen = terminal.screen()
            for text in (r"mine +901", r"theirs +400", r"original +300"):
                assert re.search(text, screen), text
            terminal.press(key, "all chosen")
            terminal.send("Enter")
            if key == "t":
                wait.until(lambda t=terminal: not t.matches("all chosen"), what="the end of the dialog")
            else:
                terminal.wait_for("Enter saves")
                terminal.press("Enter", SAVED)
        assert row(account)["openai_limite_quotidienne"] == (wanted or 300), key


def editor(folder, body):
    """A program that plays an editor: $1 is the file."""
    path = os.path.join(folder, "editor.sh")
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + body)
    return "sh '%s' with\\ blanks" % path


@tap.test("$VISUAL: private file, clean environment, terminal given back, text judged, nothing left behind")
def _visual():
    folder = process.scratch("ve")
    told = os.path.join(folder, "told")
    body = """
test "$1" = "with blanks" || exit 9
shift
{ stat -c '%%a %%n' "$1" "$(dirname "$1")"; env; ls /proc/self/fd; stty -a; cat "$1"; } >'%s'
printf '{\\n  "from": "editor \\351",\\n  "n": 1\\n}\\n' | iconv -f latin1 -t utf-8 >"$1.new" && cp "$1" "$1~" && mv "$1.new" "$1"
""" % told
    with console(env={**ENVIRONMENT, "VISUAL": editor(folder, body), "TMPDIR": "/nowhere"}) as terminal:
        form_of(terminal, "direction@emeraude.example")
        go(terminal, "AI extensions")
        terminal.press("C-e", re.compile('"from": "editor é"'))
        with open(told, encoding="utf-8", errors="replace") as file:
            text = file.read()
        modes = dict(reversed(line.split(" ", 1)) for line in text.split("\n")[:2])
        path = next(name for name in modes if name.endswith(".json"))
        assert modes[path] == "600" and modes[os.path.dirname(path)] == "700", modes
        assert not os.path.exists(os.path.dirname(path)), "something is left"
        assert "Secret0" not in text and "PGPASSWORD" not in text and " icanon" in text and " echo " in text, text
        save(terminal)
    assert row("direction@emeraude.example")["openai_ia_extensions"] == {"from": "editor é", "n": 1}


@tap.test("$VISUAL that fails, or leaves what is no JSON: the field keeps its text, and says why")
def _visual_bad():
    folder = process.scratch("ve")
    for body, why in (("exit 3", "status 3"), ("exit 127", "cannot be run"), ("kill -9 $$", "status 137|was ended"),
                      ('shift; head -c 70000 /dev/zero | tr "\\0" x >"$1"', "longer than"), ('shift; rm "$1"', "cannot be read"),
                      ('shift; rm "$1"; ln -s /etc/passwd "$1"', "cannot be read"), ("shift; printf '{oops' >\"$1\"", "Not JSON")):
        with console(env={"VISUAL": editor(folder, body)}) as terminal:
            form_of(terminal, "rennes@emeraude.example")
            go(terminal, "AI extensions")
            terminal.press("C-e", re.compile(why))
            assert "root:x" not in terminal.screen()


@tap.test("$VISUAL is an editor of the whole screen: stopped, continued, resized, hung up")
def _visual_screen():
    folder = process.scratch("ve")
    path = os.path.join(folder, "there")
    with console(env={"VISUAL": editor(folder, "shift; echo $$ >'%s'; printf 'EDITING'; read -r line; printf '[%%s]' \"$line\" >\"$1\"" % path)}) as terminal:
        form_of(terminal, "rennes@emeraude.example")
        go(terminal, "AI extensions")
        terminal.press("C-e", "EDITING")
        PLACE.psql("UPDATE openai_connexion SET openai_project_id = 'proj_meanwhile' WHERE openai_email_compte = 'rennes@emeraude.example'")
        terminal.resize(90, 25)
        terminal.type("1, 2")
        terminal.press("Enter", re.compile(r"AI extensions +\[1, 2\]"))
        terminal.wait_for("proj_meanwhile")
        os.remove(path)
        terminal.press("C-e", "EDITING")
        wait.until(lambda: os.path.exists(path) and open(path, encoding="ascii").read().strip(), what="the editor")
        with open(path, encoding="ascii") as file:
            child = int(file.read())
        program = terminal.vanish()
        process.wait_gone([program, child])


@tap.test("$VISUAL stopped by C-z gives the shell back; fg goes on with the editor, then with the form")
def _visual_stopped():
    folder = process.scratch("ve")
    body = "shift; printf 'EDITING'; kill -TSTP 0; printf '[7, 8]' >\"$1\""
    environment = {"VISUAL": editor(folder, body), "HISTFILE": "/dev/null"}
    with PLACE.terminal(cols=100, rows=30, start=False, env=environment, home=process.make_home(process.scratch("vh"))) as terminal:
        terminal.shell()
        terminal.type("'%s' --write" % os.environ["VIGIE"])
        terminal.press("Enter", re.compile(r"\d+ connexions"))
        form_of(terminal, "rennes@emeraude.example")
        go(terminal, "AI extensions")
        terminal.press("C-e", re.compile(r"EDITING(?s:.*)Stopped"))
        terminal.type("echo a$((40+2))b")
        terminal.press("Enter", "a42b")
        terminal.type("fg")
        terminal.press("Enter", re.compile(r"AI extensions +\[7, 8\]"))
        terminal.press("C-x", re.compile("hrow"))
        terminal.press("Enter", "filter: rennes")
        terminal.send("C-c")
        terminal.wait_for(re.compile(r"\$ *$", re.M))


@tap.test("a paste of 100 kB is refused whole; one of 60 kB is taken, saved, and its keys are no commands")
def _paste():
    with console() as terminal:
        form_of(terminal, "essai@midi.example")
        go(terminal, "AI extensions")
        terminal.paste(json.dumps({"x": "q" * 100000}))
        terminal.wait_for("too long")
        assert "nothing changed yet" in terminal.screen()
        value = {"lines": ["line %d q :quit" % i for i in range(2500)]}
        text = json.dumps(value, indent=1)
        assert 50000 < len(text) < 65000, len(text)
        terminal.paste(text)
        terminal.wait_for('"line 2499 q :quit"')
        save(terminal)
    assert row("essai@midi.example")["openai_ia_extensions"] == value


@tap.test("the line drops in the middle of a form: the draft is offered again, but for the key")
def _draft():
    home = process.make_home(process.scratch("vh"))
    with console(home=home) as terminal:
        form_of(terminal, "essai@midi.example")
        put(terminal, "OpenAI organisation", "org-kept")
        go(terminal, "API key")
        terminal.paste(KEY)
        terminal.press("Enter", "(typed)")
        go(terminal, "OpenAI project")
        terminal.type("proj_half")
        terminal.wait_for("proj_half")
        process.wait_gone([terminal.vanish()])
    for root, _, names in os.walk(home):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                assert KEY.encode() not in file.read(), path
            assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0 or "draft" not in path, path
    with PLACE.terminal("--write", home=home, cols=100, rows=30) as terminal:
        terminal.wait_for("An earlier session left a form unfinished")
        terminal.press("Enter", "edit essai@midi")
        terminal.wait_for(re.compile("OpenAI organisation +org-kept"))
        terminal.wait_for(re.compile("OpenAI project +proj_half"))
        terminal.wait_for("is never kept on disk")
        go(terminal, "API key")
        terminal.send("C-r")
        terminal.wait_gone("is never kept on disk")
        save(terminal)
    after = row("essai@midi.example")
    assert after["openai_organisation_id"] == "org-kept" and after["openai_project_id"] == "proj_half"
    with console(home=home) as terminal:
        assert "unfinished" not in terminal.screen()


@tap.test("Esc keeps what was typed and says so; C-x throws it away, asked once")
def _left():
    before = row("ia@rivieres.example")
    with console() as terminal:
        form_of(terminal, "ia@rivieres.example")
        put(terminal, "Requests a day", "4242", "4 242")
        terminal.press("Escape", "What you typed is kept")
        terminal.press("e", "What you typed before is back")
        terminal.wait_for("4 242")
        terminal.send("C-x")
        terminal.wait_for(re.compile("hrow"))
        terminal.send("Enter")
        terminal.wait_gone("field 5/14")
        terminal.press("e", "nothing changed yet")
    assert row("ia@rivieres.example") == before


def everything():
    """All rows but for who wrote them when, and what the journal left in them."""
    left_out = ("openai_created_at", "openai_created_by", "openai_updated_at", "openai_updated_by", "openai_audit_log")
    text = PLACE.super("SELECT json_agg(c ORDER BY openai_connexion_id) FROM openai_connexion c")
    return [{name: value for name, value in one.items() if name not in left_out} for one in json.loads(text)]


@tap.test("create, edit, switch, bulk of fifty and delete are undone one after the other: the table is as it was")
def _undone():
    before = everything()
    with console("--no-probe", rows=60) as terminal:
        at_account(terminal, "dinan@emeraude.example")
        terminal.press("D", "as of the original")
        terminal.wait_gone("being fetched")
        put(terminal, "Account", "undone@emeraude.example")
        save(terminal, "1 connexion created")
        form_of(terminal, "chat@midi.example")
        put(terminal, "Requests a day", "99")
        go(terminal, "API key")
        terminal.paste(KEY + "undone")
        terminal.press("Enter", "(typed)")
        save(terminal)
        terminal.press("-", "yes → no")
        terminal.wait_for("Enter saves")
        terminal.press("Enter", SAVED)
        terminal.press("Escape", re.compile(r"\d\d connexions"))
        terminal.send("g")
        terminal.send(*["Space"] * 50)
        terminal.wait_for("50 marked")
        terminal.press("e", "edit 50 connexions")
        put(terminal, "Requests a day", "888")
        save(terminal, "50 connexions saved")
        terminal.wait_gone("marked")
        terminal.send("g", "Space", "Space", "Space")
        terminal.press("x", "Enter deletes 3 connexions")
        terminal.press("Enter", "3 connexions deleted")
        assert everything() != before
        for number in ("3 connexions", "50 connexions", "1 connexion", "1 connexion", "1 connexion"):
            terminal.press("u", "Enter undoes")
            terminal.press("Enter", "Undone: " + number)
            terminal.wait_gone("Undone")
    after = everything()
    assert after == before, [(a, b) for a, b in zip(after, before) if a != b][:3]


tap.main()
