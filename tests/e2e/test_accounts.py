#!/usr/bin/python3
"""Admin keys inside the console: entered masked, tried, sealed, read by programs that come later, removed, and never seen."""

import contextlib
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, process, tap, wait  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import Watch  # noqa: E402

ADMIN_KEY = "sk-admin-ok-Console0Key0abcdef"
REVOKED = "sk-admin-invalid_api_key-Console0Two0abc"
LATER = "sk-admin-ok-Later0Program0abcdef"
SIGNS = "●"
LOGGING = ("log_statement = 'all'", "log_min_duration_statement = 0", "log_parameter_max_length = -1")

place = tap.keep(poller.place())
openai = tap.keep(Standin())
PLACE_OF = ("--openai-url", openai.url, "--openai-ca", openai.ca)
POLLING = (*PLACE_OF, "--probe-every", "5", "--cost-every", "5")


def console(*argv, **options):
    """A console of this place that asks OpenAI by itself."""
    return place.terminal(*POLLING, *argv, **{"cols": 120, "rows": 36, **options})


def project_of_acme():
    """One connexion of org-acme, and its ledger."""
    ids = poller.connexions(place, {"sk-proj-ok-acc1": "proj_a"})
    place.super("UPDATE openai_connexion SET openai_organisation_id = 'org-acme'")
    openai.ctl("ledger", "clear")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for project, amount in (("proj_a", "3.500000000001"), ("", "0.125")):
        openai.ctl("ledger", "add", *["%s=%s" % pair for pair in (("at", today), ("amount", amount), ("project", project)) if pair[1]])
    return ids


def enter(terminal, name, key, paste=True):
    """Type one half of a key into the masked prompt and paste the other."""
    terminal.wait_for("admin key of %s:" % name)
    half = len(key) // 2 if paste else len(key)
    terminal.type(key[:half])
    terminal.wait_for(re.compile(SIGNS + "{%d}" % half))
    if paste:
        terminal.paste(key[half:])
        terminal.wait_for(re.compile(SIGNS + "{%d}" % len(key)))


def seen_of(pid):
    """Command line and environment of a process and those below."""
    for one in [pid, *process.children(pid)]:
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError), open("/proc/%d/%s" % (one, name), "rb") as file:
                yield file.read().decode("utf-8", "replace")


def files_of(folder):
    """All that a folder holds."""
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError), open(os.path.join(root, name), "rb") as file:
                yield file.read().decode("utf-8", "replace")


@contextlib.contextmanager
def all_logged():
    """The server writes every statement with its parameters; yields a function that returns what it wrote."""
    for setting in LOGGING:
        place.super("ALTER SYSTEM SET " + setting)
    place.cluster.reload()
    before = len(place.cluster.log())
    try:
        yield lambda: place.cluster.log()[before:]
    finally:
        for setting in LOGGING:
            place.super("ALTER SYSTEM RESET " + setting.split()[0])
        place.cluster.reload()


def accounts():
    """What the command says of them, by name."""
    return {one["name"]: one for one in place.json("account", "list")}


@tap.test("an admin key is entered masked, tried, sealed; costs come; nothing shows it; it is replaced and removed")
def _entered():
    project_of_acme()
    seen = []
    record = os.path.join(process.scratch("vr"), "bytes")
    with all_logged() as log, console(start=False) as terminal:
        terminal.start([os.environ["VIGIE"], *POLLING], record=record)
        terminal.wait_for("Connexions")
        terminal.press("A", "org-acme")
        terminal.wait_for("1 organisation without one")
        terminal.wait_for("1 connexion names it")
        terminal.send("Enter")
        enter(terminal, "org-acme", ADMIN_KEY)
        seen += [terminal.screen(), *seen_of(terminal.pid())]
        terminal.press("Enter", "The admin key of org-acme works; it is sealed to 1 program.")
        seen += [terminal.screen(), *seen_of(terminal.pid())]
        wait.until(lambda: place.super("SELECT max(openai_cout_actuel_mois) FROM openai_connexion") == "3.500000000001", what="the cost")
        terminal.wait_for("0.125 $ this month", 30)
        terminal.wait_for("key valid")
        one = accounts()["org-acme"]
        assert one["usable_here"] and one["verdict"] == "valid" and one["costs_at"] and one["recipients_missing"] == 0, one
        terminal.press("L", "an admin key is stored, sealed to 1 programs")
        seen.append(terminal.screen())
        terminal.press("Escape", "Readable here")

        terminal.press("n", "OpenAI organisation:")
        terminal.type("org-other")
        terminal.send("Enter")
        enter(terminal, "org-other", REVOKED)
        terminal.press("Enter", "OpenAI does not tell costs with this key: key revoked (401 invalid_api_key)")
        assert "org-other" not in accounts()
        assert accounts()["org-acme"]["unattributed"] == [{"currency": "usd", "amount": "0.125"}]

        terminal.send("Enter")
        terminal.wait_for("new admin key of org-acme:")
        terminal.type("sk-proj-ok")
        terminal.wait_for("this does not look like an admin key")
        terminal.type(" x")
        terminal.wait_for("no blanks")
        terminal.send("Enter")
        terminal.press("Escape", "Readable here")
        terminal.press("d", "Remove the admin key of org-acme, and what it told?")
        terminal.press("Escape", "Readable here")
        assert "org-acme" in accounts()
        terminal.press("d", "Remove the admin key of org-acme")
        terminal.press("Enter", "The admin key of org-acme is removed.")
        terminal.wait_for("1 organisation without one")
        (one,) = accounts().values()
        assert one["name"] == "org-acme" and not one["has_key"] and one["connexions"] == 1, one
        seen.append(terminal.screen())
        terminal.send("q", "q")
        terminal.wait_end()
        seen += [log(), *files_of(os.path.join(place.home, "state"))]
    with open(record, "rb") as file:
        seen.append(file.read().decode("utf-8", "replace"))
    text = "\n".join(seen)
    assert "vigie.set_account" in text and len(text) > 10000
    for key in (ADMIN_KEY, REVOKED):
        for part in (key, key[-16:], key.encode().hex()):
            assert part not in text, "a key is to be seen"


@tap.test("a program that registers later gets a copy by itself, and can ask for the costs alone then")
def _later():
    project_of_acme()
    pair = os.path.join(process.scratch("vk"), "pair")
    done = place.run("account", "add", "org-acme", "--key-file", "-", stdin=LATER)
    assert done.status == 0, done
    copies = "SELECT count(*) FROM vigie.sealed_key"
    with Watch(place, *PLACE_OF, "--cost-every", "5") as holder:
        holder.wait_for("ready")
        assert place.super(copies) == "1"
        with Watch(place, *PLACE_OF, "--cost-every", "5", "--keypair", pair) as later:
            later.wait_for("ready")
            wait.until(lambda: place.super(copies) == "2", what="a copy", show=lambda: str(holder.lines()[-5:]))
            holder.wait_for("log", says="account org-acme: its key is sealed to 1 more programs")
            holder.end()
            place.super("UPDATE vigie.account SET costs_at = NULL, lease_owner = NULL, lease_until = NULL")
            wait.until(lambda: place.super("SELECT costs_at IS NOT NULL FROM vigie.account") == "t", what="costs", show=lambda: str(later.lines()[-5:]))
    with open(pair, "rb") as file:
        assert LATER.encode() not in file.read()
    place.super("DELETE FROM vigie.account")


@tap.test("a member is told why there is nothing to enter")
def _member():
    place.operator("membre", "Une")
    with console(user="membre") as terminal:
        terminal.wait_for("Connexions")
        terminal.press("A", "for administrators of the platform")


tap.main()
