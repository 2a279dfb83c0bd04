#!/usr/bin/python3
"""Alerts in the console: a threshold that is crossed becomes an alert and a counter; it is taken note of, put off, given to somebody; its remedies lead
where it is put right; the board shows the organisations, thresholds are written."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, tap, wait  # noqa: E402
from support.standin import Standin  # noqa: E402

PATIENCE = 60
MAIL = "budget@une.example"

place = tap.keep(poller.place())
openai = tap.keep(Standin())
# nothing is asked of OpenAI by itself for as long as a test lasts: only what a test writes changes
POLLING = ("--openai-url", openai.url, "--openai-ca", openai.ca, "--probe-every", "3600")


def console(*argv, **options):
    """A console of this place."""
    return place.terminal(*POLLING, *argv, **{"cols": 120, "rows": 36, **options})


def one_connexion(cost, limit=100):
    """The only connexion of the place, freshly counted; its id."""
    ids = poller.connexions(place, ["sk-proj-ok-board1"])
    place.super("DELETE FROM vigie.alert")
    place.super(
        "UPDATE openai_connexion SET openai_email_compte = '%s', openai_limite_cout_mois = %d, openai_limite_quotidienne = NULL, openai_modeles_autorises = '{}'" % (MAIL, limit)
    )
    spend(cost)
    return ids["sk-proj-ok-board1"]


def spend(cost):
    """The applications have counted so much this month."""
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = %s, openai_derniere_synchro = now()" % cost)


def sql(what, kind="budget"):
    """A column of the alert of that kind with the highest threshold; "" when there is none."""
    return place.super("SELECT %s FROM vigie.alert WHERE kind = '%s' ORDER BY threshold DESC LIMIT 1" % (what, kind))


def until(condition, what):
    """Wait for a condition of the database."""
    wait.until(condition, timeout=PATIENCE, what=what)


def to_budget(terminal, past=False):
    """The alerts screen, with the cursor on the alert of the budget; past: among those that ask for nobody, too."""
    terminal.press("a", re.compile(r"Alerts.*\n.*\n.*Gravity"), PATIENCE)
    if past:
        terminal.press("A", "those of the past too", PATIENCE)
    terminal.wait_for(re.compile(r"%s +budget" % re.escape(MAIL)), PATIENCE)
    wait.until(lambda: is_on_budget(terminal), timeout=PATIENCE, what="the cursor on the alert of the budget", interval=0.3)


def is_on_budget(terminal):
    """Whether the cursor is there; else it goes a line towards it."""
    lines = terminal.lines()
    cursor = next((i for i, line in enumerate(lines) if line.startswith(" ▸")), None)
    budget = next((i for i, line in enumerate(lines) if re.search(r"%s +budget" % re.escape(MAIL), line)), None)
    if cursor is None or budget is None or cursor == budget:
        return cursor is not None and cursor == budget
    terminal.send("Down" if cursor < budget else "Up")
    return False


@tap.test("a threshold that is crossed becomes an alert, told on every screen, once")
def _raised():
    one_connexion(10)
    with console() as terminal:
        terminal.wait_for(MAIL)
        assert "budget 80 %" not in terminal.screen()
        spend(85)
        terminal.wait_for(re.compile(r"[▲■•] \d+ alerts?"), PATIENCE)
        until(lambda: sql("threshold") == "80", "the alert")
        to_budget(terminal)
        terminal.wait_for("budget: 85.00 $ of 100.00 $ (85 %), over 80 %")
        terminal.wait_for("1 edit")
        spend(86)
        terminal.press("r", "budget 80 %")
        assert place.super("SELECT count(*) FROM vigie.alert WHERE kind = 'budget' AND threshold = 80") == "1"
        terminal.press("Escape", "? help")
        terminal.wait_for(re.compile(r"[▲■•] \d+ alerts?"))


@tap.test("an alert is taken note of, asks again, is put off with a reason, is given to somebody")
def _acts():
    one_connexion(85)
    with console() as terminal:
        until(lambda: sql("threshold") == "80", "the alert")
        to_budget(terminal)
        terminal.send("c")
        until(lambda: sql("acknowledged_at IS NOT NULL") == "t", "the note")
        terminal.press("Escape", re.compile(r"1/1"), PATIENCE)
        to_budget(terminal, past=True)
        terminal.wait_for(re.compile(r"▸ ✓ acknow"), PATIENCE)
        terminal.send("u")
        until(lambda: sql("acknowledged_at IS NULL") == "t", "the alert is open")
        terminal.wait_for(re.compile(r"▸ ▲ warning"), PATIENCE)
        terminal.press("z", "put off for, and why")
        terminal.type("7d")
        terminal.press("Enter", "then why")
        terminal.type(" the client knows")
        terminal.send("Enter")
        until(lambda: sql("snoozed_until > now() + interval '6 days'") == "t", "the snooze")
        terminal.wait_for("the client knows", PATIENCE)
        terminal.press("w", "who looks after it")
        terminal.type("claire")
        terminal.send("Enter")
        terminal.wait_for(re.compile("Looked after +.*[Cc]laire"), PATIENCE)


@tap.test("the keys of remedy run on the alert's connexion, and lead back")
def _remedies():
    one_connexion(97)
    with console() as terminal:
        until(lambda: sql("threshold") == "95", "the alert")
        to_budget(terminal)
        terminal.press("1", re.compile("Cost a month, limit"), PATIENCE)
        terminal.wait_for(MAIL)
        terminal.press("Escape", "? help")
        terminal.wait_for("Quota of the day", PATIENCE)
        terminal.wait_for("budget: 97.00 $ of 100.00 $ (97 %)", PATIENCE)
        terminal.press("Escape", re.compile(r"\n.*Gravity"))
        terminal.press("2", "Health", PATIENCE)
        terminal.wait_for("Verdict", PATIENCE)


@tap.test("the board shows organisations at a glance and opens them")
def _board():
    one_connexion(97)
    with console() as terminal:
        until(lambda: sql("threshold") == "95", "the alert")
        terminal.wait_for(MAIL)
        terminal.press("O", re.compile(r"What asks for somebody"), PATIENCE)
        terminal.wait_for(re.compile(r"[▲■] Une +97%"), PATIENCE)
        terminal.wait_for("budget: 97.00 $", PATIENCE)
        terminal.press("End", re.compile(r"▸[▲■] Une"), PATIENCE)
        terminal.wait_for("1 connexion")
        terminal.press("Enter", re.compile("Connexions ▸ Une"), PATIENCE)


@tap.test("thresholds are written by a session that may write")
def _thresholds():
    ident = one_connexion(10)
    with console() as terminal:
        terminal.wait_for(MAIL)
        terminal.press("B", "This session is read-only")
        terminal.press("W", "Let this session write?")
        terminal.press("Enter", "This session may write now", PATIENCE)
        terminal.press("B", "thresholds of %s: 50,80,95,100 hard=100" % MAIL)
        terminal.send("C-u")
        terminal.type("60,x")
        terminal.press("Enter", "■")
        terminal.send("C-u")
        terminal.type("60,90 hard=never")
        terminal.send("Enter")
        until(lambda: place.super("SELECT count(*) FROM vigie.limit_setting WHERE connexion_id = '%s'" % ident) == "1", "the setting")
        row = place.super("SELECT soft, hard FROM vigie.limit_setting WHERE connexion_id = '%s'" % ident)
        assert "{60,90}" in row and "0" in row, row
        terminal.press("Enter", re.compile(r"Thresholds +60.*90.*its own"), PATIENCE)


tap.main()
