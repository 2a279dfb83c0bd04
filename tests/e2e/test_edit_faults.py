#!/usr/bin/python3
"""Editing while somebody else writes, with the real program in a real terminal: the table decides."""

import contextlib
import os
import re
import signal
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.pgproxy import PgProxy  # noqa: E402
from support.place import Place  # noqa: E402

PLACE = tap.keep(Place())
ACCOUNT = "chat@midi.example"


def count(where):
    """How many connexions there are."""
    return int(PLACE.super("SELECT count(*) FROM openai_connexion WHERE openai_email_compte = '%s' AND %s" % (ACCOUNT, where)))


def planned(terminal):
    """The plan that deletes the account is on screen."""
    terminal.wait_for("WRITE")
    terminal.wait_for("@")
    terminal.press("/", re.compile("^/", re.M))
    terminal.type(ACCOUNT)
    terminal.send("Enter")
    terminal.wait_for(re.compile(r"\b1 connexion\b"))
    terminal.wait_for("filter: " + ACCOUNT)
    terminal.wait_for(re.compile(r"[▸>] .*\b" + re.escape(ACCOUNT[:8])))
    terminal.press("x", "will be deleted")


@tap.test("a row that somebody changed since it was seen is not deleted; what the poller wrote is no reason")
def _delete():
    with PLACE.terminal("--write", cols=100, rows=30) as terminal:
        planned(terminal)
        terminal.wait_for("Enter deletes")
        PLACE.super("UPDATE openai_connexion SET openai_limite_quotidienne = 4321 WHERE openai_email_compte = '%s'" % ACCOUNT)
        terminal.press("Enter", "4 321")
        assert count("openai_limite_quotidienne = 4321") == 1
    with PLACE.terminal("--write", cols=100, rows=30) as terminal:
        planned(terminal)
        terminal.wait_for("Enter deletes")
        PLACE.super("UPDATE openai_connexion SET openai_usage_quotidien = openai_usage_quotidien + 1,"
                    " openai_derniere_synchro = now() WHERE openai_email_compte = '%s'" % ACCOUNT)
        terminal.press("Enter", "u undoes it")
        assert count("true") == 0

EDITED = "essai@midi.example"
KEY = "sk-proj-Typed0Into0A0Form0That0Dies0123456789"


class Gate(PgProxy):
    """A proxy that lets nobody new in while it is shut, as it is from a cut on."""

    def __init__(self, cluster):
        super().__init__(cluster)
        self.open = threading.Event()
        self.open.set()

    def _converse(self, client):
        self.open.wait()
        super()._converse(client)

    def happened(self):
        self.open.clear()
        super().happened()


def limit():
    """What the table holds."""
    return PLACE.super("SELECT openai_limite_quotidienne FROM openai_connexion WHERE openai_email_compte = '%s'" % EDITED)


@contextlib.contextmanager
def form(*argv, **options):
    """The form of a connexion, in a home of its own."""
    options.setdefault("home", process.make_home(process.scratch("vh")))
    with PLACE.terminal("--write", *argv, cols=100, rows=30, **options) as terminal:
        terminal.wait_for("WRITE")
        terminal.wait_for("@")
        terminal.press("/", re.compile("^/", re.M))
        terminal.type(EDITED)
        terminal.send("Enter")
        terminal.wait_for(re.compile(r"\b1 connexion\b"))
        terminal.wait_for("filter: " + EDITED)
        terminal.wait_for(re.compile(r"[▸>] .*\b" + re.escape(EDITED[:8])))
        terminal.press("e", "field 1/14")
        yield terminal


def at_field(terminal, title):
    """The form's cursor goes to a field by its name."""
    terminal.press("/", "ield")
    terminal.type(title)
    terminal.send("Enter")
    terminal.wait_for(re.compile("[▸>] " + title))


def typed(terminal, number):
    """The form holds another number, and its plan waits."""
    at_field(terminal, "Requests a day")
    terminal.type(number)
    terminal.wait_for("typing")
    terminal.press("C-o", "Enter saves")


@tap.test("cut in the middle of a save: keys are answered while it is found out, then the screen says what the table holds")
def _cut():
    with Gate(PLACE.cluster) as proxy, form(env={"PGHOST": proxy.directory, "PGPORT": "5432"}) as terminal:
        before = limit()
        typed(terminal, "611")
        proxy.cut("client", 2)
        terminal.press("Enter", "finding out whether it was written")
        terminal.press("F1", "keys and commands of")
        terminal.send("Escape")
        terminal.wait_for("finding out whether it was written")
        proxy.open.set()
        terminal.wait_for("Nothing was saved")
        assert limit() == before
        terminal.wait_for("→ 611")
        terminal.press("Enter", "saved; u undoes it")
        assert limit() == "611"
        terminal.press("e", "field 1/14")
        typed(terminal, "622")
        proxy.cut("server", 3)
        terminal.press("Enter", "finding out whether it was written")
        proxy.open.set()
        terminal.wait_for("saved; u undoes it")
        assert limit() == "622" and proxy.cuts == 2


@contextlib.contextmanager
def slow_to_let_in():
    """The server comes back, and each new connection waits a second: that of the lists and that of the saves stand one after the other."""
    PLACE.cluster.settings["post_auth_delay"] = "1"
    PLACE.cluster.restart()
    try:
        yield
    finally:
        del PLACE.cluster.settings["post_auth_delay"]
        PLACE.cluster.restart()


def may_save(terminal):
    """The plan waits for Enter. Until then nobody is told to press W, which would make the session read-only."""
    screen = terminal.screen()
    assert "W lets it write" not in screen, screen
    return re.search("[▸>] Enter saves", screen)


@tap.test("the server restarts under a half-typed form: the text is still there, and is saved")
def _restart():
    with form() as terminal:
        at_field(terminal, "Requests a day")
        terminal.type("633")
        terminal.wait_for("typing")
        with slow_to_let_in():
            terminal.wait_for("633")
            terminal.press("C-o", "→ 633")
            wait.until(lambda: may_save(terminal), what="the plan that may be saved", show=terminal.screen)
            terminal.press("Enter", "saved; u undoes it")
    assert limit() == "633"


def kept(home):
    """Everything in the files of a home."""
    found = b""
    for root, _, names in os.walk(home):
        for name in names:
            with contextlib.suppress(FileNotFoundError), open(os.path.join(root, name), "rb") as file:
                found += file.read()
    return found


@tap.test("killed in a form: the draft is offered again, the key is nowhere on disk and asked for again")
def _killed():
    home = process.make_home(process.scratch("vh"))
    with form(home=home) as terminal:
        at_field(terminal, "API key")
        terminal.paste(KEY)
        terminal.press("Enter", "(typed)")
        at_field(terminal, "OpenAI organisation")
        terminal.type("org-killed")
        terminal.press("Enter", "2 fields changed")
        wait.until(lambda: b"org-killed" in kept(home), what="the draft on disk")
        os.kill(terminal.pid(), signal.SIGKILL)
        terminal.wait_end()
    assert KEY.encode() not in kept(home), "the key is on disk"
    with PLACE.terminal("--write", home=home, cols=100, rows=30) as terminal:
        terminal.wait_for("An earlier session left a form unfinished")
        terminal.press("Enter", "edit essai@midi")
        terminal.wait_for(re.compile("OpenAI organisation +org-killed"))
        terminal.wait_for("is never kept on disk")



@tap.test("a member, by any key of the console, changes nothing of another organisation")
def _member():
    digest = "SELECT md5(string_agg(c::text, ',' ORDER BY openai_connexion_id)) FROM openai_connexion c JOIN organisations o USING (organisation_id)" \
             " WHERE organisation_nom <> 'Réseau Horizon'"
    midi = PLACE.super("SELECT organisation_id FROM organisations WHERE organisation_nom = 'Agence du Midi'")
    before, rows = PLACE.super(digest), PLACE.super("SELECT count(*) FROM openai_connexion")
    for command in ("set organisation=" + midi, "set client=" + midi):
        home = process.make_home(process.scratch("vh"))
        with PLACE.terminal("--write", user="karim", cols=110, rows=32, home=home) as terminal:
            terminal.wait_for("WRITE")
            terminal.wait_for("vienne@")
            terminal.press(":", re.compile("^:", re.M))
            terminal.type(command)
            terminal.send("Enter")
            terminal.wait_for(re.compile("Enter saves|not allowed|belong|cannot"))
            terminal.send("Enter")
            terminal.wait_for(re.compile("not allowed|belong|cannot|saved"))
    with PLACE.terminal("--write", user="karim", cols=110, rows=32, home=process.make_home(process.scratch("vh"))) as terminal:
        terminal.wait_for("vienne@")
        terminal.wait_for("WRITE")
        terminal.press("u", re.compile("no edit of yours|Enter undoes"))
        terminal.send("Escape")
        terminal.press(":", re.compile("^:", re.M))
        terminal.type("organisation Agence du Midi")
        terminal.send("Enter")
        terminal.wait_for(re.compile("No organisation in sight|being fetched"))
    assert PLACE.super(digest) == before, "rows of others changed"
    assert PLACE.super("SELECT count(*) FROM openai_connexion") == rows
    assert PLACE.super("SELECT count(*) FROM openai_connexion WHERE organisation_id = '%s' AND openai_updated_by IN"
                       " (SELECT user_id FROM vigie.operator WHERE role_name = 'karim')" % midi) == "0"


tap.main()
