#!/usr/bin/python3
"""Keys: one tested now, what is known of them, admin keys and costs, and none of them ever seen."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, process, tap, wait  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import Watch, metrics  # noqa: E402

OK, USAGE, NOT_FOUND, LIMIT, DENIED, REFUSED, UNDECIDED = 0, 2, 4, 10, 11, 40, 41
ADMIN_KEY = "sk-admin-ok-watch0admin"

place = tap.keep(poller.place())
openai = tap.keep(Standin())
PLACE_OF = ("--openai-url", openai.url, "--openai-ca", openai.ca)


def watching(*argv, **options):
    """A watch of this place that asks the stand-in."""
    return Watch(place, *PLACE_OF, *argv, **options)


def tested(operand, *argv):
    """What `vigie test` says as JSON, and how it ended."""
    done = place.run("test", operand, *PLACE_OF, *argv, "--json")
    return json.loads(done.out), done.status


@tap.test("test probes one connexion now, tells times, transcript and verdict, and records it as a probe does")
def _test():
    cases = {
        "sk-proj-ok-t1": ("valid", OK), "sk-proj-missing_scopes_403-t2": ("limited", OK),
        "sk-proj-invalid_api_key-t3": ("revoked", REFUSED), "sk-proj-account_deactivated-t4": ("closed", REFUSED),
        "sk-proj-no_credit-t5": ("no-credit", REFUSED), "sk-proj-project_spend-t6": ("spend-limit", REFUSED),
        "sk-proj-rate_limit-t7": ("rate-limited", UNDECIDED), "sk-proj-server_error-t8": ("trouble", UNDECIDED),
        "sk-proj-region-t9": ("region", UNDECIDED), "sk-proj-reset_before-t10": ("trouble", UNDECIDED),
        "sk-admin-ok-t11": ("valid", OK),
    }
    ids = poller.connexions(place, cases)
    for key, (verdict, status) in cases.items():
        found, ended = tested(ids[key])
        assert (found["verdict"], ended) == (verdict, status), (key, found, ended)
        times = [found["evidence"][name] for name in ("connect_ms", "tls_ms", "first_ms", "total_ms")]
        assert found["request"][0].startswith("GET /v1/") and "Authorization: Bearer sk-…" in found["request"], found
        if found["evidence"]["http"]:
            assert None not in times and times == sorted(times), (key, times)
            assert found["response"][0].endswith(" %d" % found["evidence"]["http"]) and found["protocol"].startswith("HTTP/")
        assert bool(found["body"]) == (status != OK and found["evidence"]["http"] is not None), (key, found)
        poller.no_secret(json.dumps(found), [key])
        row = place.super("SELECT checked_at IS NOT NULL, lease_owner IS NULL FROM vigie.probe WHERE connexion_id = '%s'" % ids[key])
        assert row == "t|t", (key, row)
    found, _ = tested(ids["sk-proj-invalid_api_key-t3"])
    assert found["health"]["candidate"] == "revoked" and found["health"]["failures"] == 2 and not found["changed"], found
    assert tested(ids["sk-proj-invalid_api_key-t3"])[0]["changed"]
    assert place.json("show", ids["sk-proj-invalid_api_key-t3"])["openai_statut_connexion"] == "expired"
    text = place.run("test", ids["sk-proj-ok-t1"][:13], *PLACE_OF)
    for word in ("key valid", "TCP", "TLS", "First byte", "Total", "> GET /v1/models", "< HTTP/", "x-request-id"):
        assert text.status == OK and word in text.out, (word, text)
    refused = place.run("test", ids["sk-proj-no_credit-t5"], *PLACE_OF)
    assert refused.status == REFUSED and "out of credit" in refused.err and "credit_balance_exhausted" in refused.out, refused
    assert place.run("test", "ffffffff-ffff-4fff-8fff-ffffffffffff", *PLACE_OF).status == NOT_FOUND
    place.super(
        "UPDATE vigie.probe SET lease_owner = 'another', lease_until = now() + interval '1 hour' WHERE connexion_id = '%s'"
        % ids["sk-proj-ok-t1"]
    )
    held = place.run("test", ids["sk-proj-ok-t1"], *PLACE_OF)
    assert held.status == LIMIT and "another program" in held.err, held
    for fault, verdict in (("expired", "tls"), ("wrong-name", "tls"), ("self-signed", "tls"), ("refused", "network")):
        found, ended = tested(ids["sk-proj-missing_scopes_403-t2"], "--openai-url", openai.faults[fault])
        assert (found["verdict"], ended) == (verdict, UNDECIDED), (fault, found)
    for request in openai.journal():
        assert not request["key_in_url"] and not request["billable"], request


@tap.test("health and show tell what the probes know")
def _health():
    ids = poller.connexions(place, ["sk-proj-ok-e1", "sk-proj-invalid_api_key-e2"])
    never = place.json("health")
    assert {row["verdict"] for row in never} == {"never"} and all(row["checked_at"] is None for row in never)
    with watching("--probe-every", "5", "--confirm", "2") as watch:
        watch.wait_for("verdict", to="valid")
        watch.wait_for("suspect", to="revoked")
        watch.wait_for("verdict", to="revoked")
        watch.end()
    rows = {row["openai_connexion_id"]: row for row in place.json("health")}
    good, bad = rows[ids["sk-proj-ok-e1"]], rows[ids["sk-proj-invalid_api_key-e2"]]
    assert good["verdict"] == "valid" and good["latency_ms"] and good["since"] and good["next_at"] > good["checked_at"], good
    assert bad["verdict"] == "revoked" and bad["evidence"]["code"] == "invalid_api_key" and bad["effect"] == "own", bad
    text = place.run("health")
    assert text.status == OK and "key revoked" in text.out and " ms" in text.out and len(text.out.splitlines()) == 3, text
    assert len(place.json("health", "-n", "1")) == 1 and len(place.json("health", "-f", "state:expired")) == 1
    assert place.json("health", "-f", "zzzz") == []
    sheet = place.json("show", ids["sk-proj-invalid_api_key-e2"])
    assert sheet["health"]["verdict"] == "revoked" and sheet["openai_derniere_erreur"].startswith("key revoked (401")
    text = place.run("show", ids["sk-proj-invalid_api_key-e2"])
    assert "OpenAI does not know the key" in text.out and "Evidence" in text.out, text


def forget_accounts():
    place.super("DELETE FROM vigie.account")


def account(*argv, **options):
    """Run `vigie account`."""
    return place.run("account", *argv, **options)


@tap.test("admin keys are taken from a file, a command, the input or the terminal, and sealed before they leave")
def _account():
    poller.connexions(place, {"sk-proj-ok-a1": "proj_a"})
    folder = process.scratch("vk")
    path = os.path.join(folder, "key")
    with open(path, "w", encoding="ascii") as file:
        file.write(ADMIN_KEY + "\nnot this line\n")
    done = account("add", "acme", "--key-file", path)
    assert done.status != OK and "chmod 600" in done.err, done
    os.chmod(path, 0o600)
    for argv, stdin in (
        (("--key-file", path), None), (("--key-file", "-"), ADMIN_KEY), (("--key-command", "cat '%s'" % path), None),
        (("--key-command", "yes " + ADMIN_KEY), None),
    ):
        forget_accounts()
        done = account("add", "acme", *argv, stdin=stdin)
        assert done.status == OK and done.out == "" == done.err, (argv, done)
        (one,) = place.json("account", "list")
        assert one["name"] == "acme" and one["usable_here"] and one["costs_at"] is None and not one["by_key"], one
    with place.terminal("account", "add", "typed", "--by-key", "--base-url", openai.url, cols=120) as terminal:
        terminal.wait_for("Admin key")
        terminal.type(ADMIN_KEY)
        terminal.send("Enter")
        assert terminal.wait_end() == OK
        assert ADMIN_KEY not in terminal.screen()
    typed = {one["name"]: one for one in place.json("account", "list")}["typed"]
    assert typed["by_key"] and typed["base_url"] == openai.url, typed
    text = account("list")
    assert text.status == OK and "acme" in text.out and "typed" in text.out, text
    environ = "env >&2; printf %s" % ADMIN_KEY
    done = account("add", "clean", "--key-command", environ)
    assert done.status == OK and "PGHOST" not in done.err and "PATH=" in done.err, done
    for argv, says in (
        (("--key-command", "exit 3"), "failed"), (("--key-command", "echo"), "no key"), (("--key-command", "echo 'a b'"), "blanks"),
        (("--key-command", "true", "--key-file", path), "not both"), (("--base-url", "http://example.com", "--key-file", path), "http"),
        ((), "terminal"),
    ):
        done = account("add", "bad", *argv)
        assert done.status != OK and says in done.err, (argv, done)
    done = account("add", "project", "--key-file", "-", stdin="sk-proj-ok-wrong-kind")
    assert done.status == OK and "does not look like an admin key" in done.err, done
    assert account("remove", "project").status == OK and account("remove", "project").status == NOT_FOUND
    for argv in (("add",), ("remove",), ("adds", "x"), ("add", "x\x1b"), ("list", "extra", "more")):
        assert account(*argv).status == USAGE, argv
    assert "project" not in [one["name"] for one in place.json("account", "list")]
    sealed = place.super("SELECT string_agg(s::text, ' ') FROM vigie.sealed_key s")
    assert ADMIN_KEY not in sealed and ADMIN_KEY.encode().hex() not in sealed
    pair = os.path.join(place.home, "config", "vigie", "keypair")
    assert os.stat(pair).st_mode & 0o777 == 0o600
    forget_accounts()


@tap.test("costs come from the admin key to the last digit, with source, age, days and what no project carries")
def _costs():
    ids = poller.connexions(place, {"sk-proj-ok-c1": "proj_a", "sk-proj-ok-c2": "proj_b", "sk-proj-ok-c3": "proj_b", "sk-proj-ok-c4": None})
    today = time.strftime("%Y-%m-%d", time.gmtime())
    first = today[:8] + "01"
    for day, project, amount in ((first, "proj_a", "1.000000000001"), (today, "proj_a", "2.5"), (today, "proj_b", "7.25"), (today, "", "0.125")):
        openai.ctl("ledger", "add", *("%s=%s" % pair for pair in (("at", day), ("amount", amount), ("project", project)) if pair[1]))
    assert {row["month_to_date"] for row in place.json("costs")["connexions"]} == {None}
    assert "no source" in place.run("costs").out
    assert account("add", "acme", "--key-file", "-", stdin=ADMIN_KEY).status == OK
    done = place.run("watch", *PLACE_OF, "--once")
    assert done.status == OK and json.loads(done.out.splitlines()[-1])["cost_polls"] == 1, done
    said = place.json("costs")
    rows = {row["openai_connexion_id"]: row for row in said["connexions"]}
    assert Decimal(rows[ids["sk-proj-ok-c1"]]["month_to_date"]) == Decimal("3.500000000001"), rows
    shared = [rows[ids[key]] for key in ("sk-proj-ok-c2", "sk-proj-ok-c3")]
    assert {row["figures"]["cost_shared_by"] for row in shared} == {2} and {Decimal(row["month_to_date"]) for row in shared} == {Decimal("7.25")}
    figures = rows[ids["sk-proj-ok-c1"]]["figures"]
    days = {day["day"]: Decimal(day["amount"]) for day in figures["days"]}
    assert figures["cost_source"] == "openai" and figures["cost_at"] and figures["currency"] == "usd", figures
    assert days[today] >= Decimal("2.5") and sum(days.values()) == Decimal("3.500000000001"), days
    assert rows[ids["sk-proj-ok-c4"]]["month_to_date"] is None
    (left,) = said["unattributed"]
    assert left["account"] == "acme" and Decimal(left["amount"]) == Decimal("0.125"), left
    text = place.run("costs")
    assert "3.500000000001 usd" in text.out and "not of any project, account acme: 0.125 usd" in text.out, text
    sheet = place.run("show", ids["sk-proj-ok-c2"])
    assert "OpenAI's costs" in sheet.out and "shared by 2 connexions" in sheet.out and "Costs by day" in sheet.out, sheet
    (one,) = place.json("account", "list")
    assert one["verdict"] == "valid" and one["costs_at"], one
    place.operator("stranger", "Une")
    done = account("add", "mine", "--key-file", "-", stdin=ADMIN_KEY, user="stranger")
    assert done.status == DENIED, done
    openai.ctl("ledger", "clear")
    forget_accounts()


class Eyes:
    """Collects what is to be seen of a program and its children while it runs."""

    def __init__(self):
        self.seen = []

    def look(self, pid):
        """Command line and environment of a process and those below."""
        for one in [pid, *process.children(pid)]:
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError), open("/proc/%d/%s" % (one, name), "rb") as file:
                    self.seen.append(file.read().decode("utf-8", "replace"))

    def done(self, done):
        """A program's output."""
        self.seen += [done.out, done.err]

    def files(self, folder):
        """All that a folder holds."""
        for root, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError), open(os.path.join(root, name), "rb") as file:
                    self.seen.append(file.read().decode("utf-8", "replace"))


def waited_for(path):
    """The writer's end of a named pipe, once somebody opens it to read; else None."""
    with contextlib.suppress(OSError):
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    return None


@tap.test("no key that was used is found in lines, logs, command lines, environments, the server's log, screens or a core")
def _secrets():
    keys = ["sk-proj-ok-Secret0One0abcdef", "sk-proj-invalid_api_key-Secret0Two0abcdef", "sk-proj-esc_bytes-Secret0Three0abc"]
    ids = poller.connexions(place, {key: "proj_s" for key in keys})
    place.super("ALTER SYSTEM SET log_statement = 'all'")
    place.super("ALTER SYSTEM SET log_min_duration_statement = 0")
    place.super("ALTER SYSTEM SET log_parameter_max_length = -1")
    place.cluster.reload()
    before = len(place.cluster.log())
    eyes = Eyes()
    folder = process.scratch("vk")
    path = os.path.join(folder, "admin")
    with open(path, "w", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(ADMIN_KEY)
    gate = os.path.join(folder, "gate")
    os.mkfifo(gate)
    command = "cat '%s'; read -r _ <'%s'" % (path, gate)
    adding = place.popen("account", "add", "acme", "--key-command", command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    go = wait.until(lambda: eyes.look(adding.pid) or waited_for(gate), what="the key to be told")
    eyes.look(adding.pid)
    os.write(go, b"go\n")
    os.close(go)
    while adding.poll() is None:
        eyes.look(adding.pid)
    eyes.seen.append(adding.stdout.read().decode())
    adding.stdout.close()
    assert adding.returncode == OK, eyes.seen[-1]
    watch = watching("--probe-every", "5", "--cost-every", "5", "--confirm", "1", "--metrics", "127.0.0.1:0")
    with watch, contextlib.ExitStack() as later:
        where = watch.wait_for("start")["metrics"]
        # a second program would compete for both
        wait.until(lambda: metrics(where)["vigie_cost_polls_total"] > 0 and metrics(where)["vigie_records_total"] >= 3, 90, "work")
        terminal = later.enter_context(place.terminal(*PLACE_OF, "--probe-every", "5", cols=200, rows=50))
        eyes.look(watch.child.pid)
        terminal.wait_for("Connexions")
        for key in ("Enter", "Escape", "?", "Escape"):
            terminal.send(key)
            eyes.seen.append(terminal.screen())
        for one in ids.values():
            eyes.done(place.run("test", one, *PLACE_OF))
            eyes.done(place.run("test", one, *PLACE_OF, "--json"))
        for command in (("health",), ("costs",), ("account", "list")):
            eyes.done(place.run(*command))
            eyes.done(place.run(*command, "--json"))
        eyes.done(place.run("show", ids[keys[1]], "--json"))
        terminal.wait_for("Connexions")
        eyes.seen.append(terminal.screen())
        watch.child.send_signal(signal.SIGSEGV)
        watch.child.wait(wait.PATIENCE)
        eyes.seen.append(watch.child.stderr.read().decode())
        eyes.files(watch.folder)
    terminal.close()
    eyes.files(os.path.join(place.home, "state"))
    with open("/proc/sys/kernel/core_pattern", encoding="ascii") as file:
        pattern = file.read().strip()
    if not pattern.startswith("|"):
        assert not [name for name in os.listdir("/") if name.startswith("core")], "a core was written"
    log = place.cluster.log()[before:]
    for name in ("log_statement", "log_min_duration_statement", "log_parameter_max_length"):
        place.super("ALTER SYSTEM RESET " + name)
    place.cluster.reload()
    assert "vigie.lease" in log and "vigie." in log and len(log) > 10000
    text = "\n".join([*eyes.seen, log])
    for key in [*keys, ADMIN_KEY]:
        assert key not in text, "a key is to be seen"
        assert key[-16:] not in text, "the end of a key is to be seen"
    assert not re.search(r"sk-(proj|admin)-\w{3,}[\w-]*Secret", text)
    place.super("DELETE FROM vigie.account")


tap.main()
