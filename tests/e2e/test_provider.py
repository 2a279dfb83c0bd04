#!/usr/bin/python3
"""Limits at OpenAI: planned, applied, read back, interrupted at every call, watched; what is refused and why."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, process, tap, wait  # noqa: E402
from support.standin import Standin  # noqa: E402

ADMIN_KEY = "sk-admin-ok-Provider0Key0abcdef"
PROJECT = "proj_a"
ROOT = "/organization/projects/" + PROJECT
MODELS = ["gpt-4.1", "gpt-4o"]
MAIL = "owner@une.example"
DONE, CONFLICT, REFUSED, PARTIAL, NO_VERDICT = 0, 12, 13, 14, 41
LONG = 900  # for tests that start the program hundreds of times

place = tap.keep(poller.place())
openai = tap.keep(Standin())
ASKS = ("--openai-url", openai.url, "--openai-ca", openai.ca)


def provider(*words, **options):
    """The finished `vigie provider`."""
    return place.run("provider", *words, *ASKS, **options)


def plan(ident):
    """The plan of one connexion, whatever the exit status says of it."""
    return json.loads(provider("plan", ident, "--json").out)[0]


def work(found):
    """What a plan has left to do: (part, kind) each."""
    return [(s["part"], s["kind"]) for s in found["steps"] if s["kind"] not in ("same", "refused")]


def row(**columns):
    """The one connexion, of PROJECT, with these columns beside what most tests ask for; its id."""
    found = sql("SELECT openai_connexion_id FROM openai_connexion")
    ident = found if len(found) == 36 else list(poller.connexions(place, {"sk-proj-ok-1": PROJECT}).values())[0]
    wanted = {
        "openai_project_id": "'%s'" % PROJECT, "openai_limite_cout_mois": "123.459", "openai_limite_quotidienne": "500", "openai_email_compte": "'%s'" % MAIL,
        "openai_modeles_autorises": "'{%s}'" % ",".join(MODELS), **columns,
    }
    pairs = ", ".join("%s = %s" % pair for pair in wanted.items())
    sql("UPDATE openai_connexion SET %s WHERE openai_connexion_id = '%s'" % (pairs, ident))
    sql("DELETE FROM vigie.provider_state; DELETE FROM vigie.provider_run; DELETE FROM vigie.figure")
    return ident


def account(name="org-une", key=ADMIN_KEY):
    """Store an admin key."""
    path = os.path.join(process.scratch("vk"), "key")
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(key + "\n")
    done = place.run("account", "add", name, "--key-file", path)
    assert done.status == 0, done


def fresh(**columns):
    """A connexion, an account, a project at OpenAI without limits; the connexion's id."""
    openai.ctl("fault", "clear")
    ident = row(**columns)
    if sql("SELECT count(*) FROM vigie.sealed_key") == "0":
        account()
    clean()
    return ident


def clean():
    """Take away what tests before set at OpenAI."""
    openai.ctl("project", "set", "id=" + PROJECT)
    for part in ("spend_limit", "model_permissions"):
        assert openai.ask("DELETE", ROOT + "/" + part, ADMIN_KEY).status == 200
    for alert in alerts():
        assert openai.ask("DELETE", ROOT + "/spend_alerts/" + alert["id"], ADMIN_KEY).status == 200
    for model in MODELS:
        post("rate_limits/rl-" + model, {"max_requests_per_1_day": 7})


def get(part):
    """A part of the project as OpenAI tells it; None when there is none."""
    answer = openai.get(ROOT + "/" + part, ADMIN_KEY)
    return answer.json() if answer.status == 200 else None


def post(part, body):
    """Somebody changes something at OpenAI."""
    answer = openai.ask("POST", ROOT + "/" + part, ADMIN_KEY, body=body)
    assert answer.status == 200, answer.body


def alerts():
    """All spend alerts."""
    return get("spend_alerts?limit=100")["data"]


def days():
    """Requests per day by model, where they are told."""
    found = get("rate_limits?limit=100")["data"]
    return {one["model"]: one["max_requests_per_1_day"] for one in found if "max_requests_per_1_day" in one}


def mails(cents, prefix="[vigie]", to=MAIL):
    """The body of a spend alert."""
    channel = {"type": "email", "recipients": [to], "subject_prefix": prefix}
    return {"threshold_amount": cents, "currency": "USD", "interval": "month", "notification_channel": channel}


def whole(cents=12345, steps=(6172, 9876, 11728, 12345)):
    """Fail unless the project has exactly what the connexion asks for, each once."""
    assert get("spend_limit")["threshold_amount"] == cents
    permissions = get("model_permissions")
    assert permissions["mode"] == "allow_list" and sorted(permissions["model_ids"]) == sorted(MODELS), permissions
    assert {days()[model] for model in MODELS} == {500}, days()
    ours = [one for one in alerts() if one["notification_channel"]["subject_prefix"] == "[vigie]"]
    assert sorted(one["threshold_amount"] for one in ours) == sorted(steps), ours
    assert all(one["notification_channel"]["recipients"] == [MAIL] for one in ours), ours


def sql(text):
    """A value."""
    return place.super(text)


def writes():
    """The requests so far that change something."""
    return [line for line in openai.journal() if line["method"] != "GET"]


# plan and apply --------------------------------------------------------------------------------------------------------

@tap.test("the difference is shown, applied on a yes, read back, and then there is none; others' alerts stay")
def _apply():
    ident = fresh()
    post("spend_alerts", mails(777, "finance"))
    found = plan(ident)
    assert found["account"] == "org-une" and found["project"] == PROJECT and not found["fault"], found
    assert work(found) == [("models", "create"), ("spend_limit", "create"), ("rate_limits", "change"),
                           ("rate_limits", "change"), *[("spend_alerts", "create")] * 4], found
    assert [s["want"] for s in found["steps"] if s["part"] == "spend_limit"] == ["123.45 USD a month"], found
    done = provider("apply", ident)
    assert done.status == 2 and "--yes" in done.err, done
    openai.ctl("journal", "clear")
    assert not writes()
    done = provider("apply", ident, "--yes", "--json")
    assert done.status == DONE, done
    assert {s["state"] for s in json.loads(done.out)[0]["steps"]} == {"verified"}, done
    assert len(writes()) == 8, writes()
    whole()
    assert [one["threshold_amount"] for one in alerts() if one["notification_channel"]["subject_prefix"] == "finance"] == [777]
    again = plan(ident)
    assert work(again) == [] and again["applied_at"] and not again["drift"] and not again["interrupted"], again
    openai.ctl("journal", "clear")
    assert provider("apply", ident).status == DONE
    assert not writes(), writes()
    text = provider("plan", ident)
    assert text.status == 0 and "123.45 USD a month" in text.out and ADMIN_KEY not in text.out + text.err, text
    assert ADMIN_KEY not in sql("SELECT string_agg(r::text, '') FROM vigie.provider_run r")


@tap.test("what is changed in the row is changed there, what is none is taken away, and that is shown as dangerous")
def _change():
    ident = fresh()
    assert provider("apply", ident, "--yes").status == DONE
    sql("UPDATE openai_connexion SET openai_limite_cout_mois = 200, openai_modeles_autorises = '{gpt-4o}'")
    found = plan(ident)
    assert ("spend_limit", "change") in work(found) and ("models", "change") in work(found), found
    assert work(found).count(("spend_alerts", "create")) == 4 and work(found).count(("spend_alerts", "remove")) == 4, found
    assert provider("apply", ident, "--yes").status == DONE
    assert get("spend_limit")["threshold_amount"] == 20000 and get("model_permissions")["model_ids"] == ["gpt-4o"]
    assert sorted(one["threshold_amount"] for one in alerts()) == [10000, 16000, 19000, 20000]
    sql("UPDATE openai_connexion SET openai_limite_cout_mois = NULL")
    found = plan(ident)
    step = [s for s in found["steps"] if s["part"] == "spend_limit"][0]
    assert step["kind"] == "remove" and step["danger"] and step["have"] == "200.00 USD a month", step
    assert provider("apply", ident, "--yes").status == DONE
    assert get("spend_limit") is None and alerts() == []


def fault_of(ident):
    """Why there is no plan, and the exit status."""
    done = provider("plan", ident, "--json")
    return json.loads(done.out)[0]["fault"], done.status


def refusals(ident):
    """Part and reason of what a plan refuses."""
    return {s["part"]: s["why"] for s in plan(ident)["steps"] if s["kind"] == "refused"}


@tap.test("the empty list, a cent that is none, another currency, rows that do not agree: refused, with the cure")
def _refused():
    ident = fresh(openai_modeles_autorises="'{}'")
    found = refusals(ident)
    assert set(found) == {"models", "rate_limits"} and "every model" in found["models"], found
    assert provider("plan", ident).status == PARTIAL
    assert provider("apply", ident, "--yes").status == PARTIAL and get("model_permissions") is None
    assert get("spend_limit")["threshold_amount"] == 12345
    ident = fresh(openai_modeles_autorises="NULL", openai_limite_cout_mois="0.009", openai_limite_quotidienne="NULL")
    found = refusals(ident)
    assert set(found) == {"models", "spend_limit", "spend_alerts"} and "one cent" in found["spend_limit"], found
    assert provider("apply", ident, "--yes").status == REFUSED and get("spend_limit") is None
    ident = fresh()
    sql("INSERT INTO vigie.figure (connexion_id, cost_source, cost_currency) VALUES ('%s', 'openai', 'eur')" % ident)
    assert "another currency" in refusals(ident)["spend_limit"]
    ident = fresh(openai_email_compte="''")
    assert set(refusals(ident)) == {"spend_alerts"}
    ident = fresh()
    sql("INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte, openai_project_id,"
        " openai_limite_cout_mois, openai_limite_quotidienne, openai_modeles_autorises)"
        " SELECT organisation_id, gen_random_uuid(), 'sk-proj-ok-2', 'b@une.example', openai_project_id, 50, 500,"
        " openai_modeles_autorises FROM openai_connexion")
    found = refusals(ident)
    assert set(found) == {"spend_limit", "spend_alerts"} and found["spend_limit"].startswith("2 connexions"), found
    sql("UPDATE openai_connexion SET openai_limite_cout_mois = 50")
    assert refusals(ident) == {}
    wanted = [s["want"] for s in plan(ident)["steps"] if s["part"] == "spend_alerts"][0]
    assert "b@une.example,owner@une.example" in wanted, wanted


@tap.test("no project, an unknown or archived one, no account, a key without scopes or refused: one sentence each")
def _no_plan():
    ident = fresh(openai_project_id="NULL")
    why, status = fault_of(ident)
    assert "names no OpenAI project" in why and status == REFUSED, why
    ident = fresh(openai_project_id="'proj/../x'")
    assert "not one of OpenAI's" in fault_of(ident)[0]
    openai.ctl("project", "set", "id=proj_old", "archived=1")
    ident = fresh(openai_project_id="'proj_old'")
    assert "archived" in fault_of(ident)[0]
    ident = fresh()
    openai.ctl("fault", ROOT, "missing_scopes_403")
    assert "api.management.read" in fault_of(ident)[0]
    ident = fresh()
    openai.ctl("fault", ROOT, "invalid_api_key")
    why, status = fault_of(ident)
    assert "refuses the admin key of org-une" in why and status == REFUSED, why
    openai.ctl("fault", "clear")
    openai.ctl("fault", ROOT, "bad_gateway")
    why, status = fault_of(ident)
    assert "in trouble (HTTP 502" in why and status == NO_VERDICT, why
    ident = fresh()
    openai.ctl("token", "set", "token=sk-admin-other-1", "kind=admin", "organization=org-other")
    sql("DELETE FROM vigie.account")
    assert "no admin key" in fault_of(ident)[0]
    account()
    sql("DELETE FROM vigie.sealed_key")
    assert "not sealed to this program" in fault_of(ident)[0]


@tap.test("a project that another program holds is left alone")
def _held():
    ident = fresh()
    sql("INSERT INTO vigie.provider_run (project, started_by, lease_until) VALUES ('%s', 'karim@elsewhere 1', now() + interval '1 min')" % PROJECT)
    done = provider("apply", ident, "--yes", "--json")
    assert done.status == REFUSED and "karim@elsewhere" in json.loads(done.out)[0]["fault"], done
    assert get("spend_limit") is None


# interruptions ---------------------------------------------------------------------------------------------------------

def calls_of_apply(which=None):
    """The requests of a whole apply, the plan that it shows included: their numbers; which: only of these methods."""
    ident = fresh()
    openai.ctl("journal", "clear")
    assert provider("apply", ident, "--yes").status == DONE
    methods = [line["method"] for line in openai.journal()]
    assert methods.count("POST") == 8 and methods.count("DELETE") == 0, methods
    return [n + 1 for n, method in enumerate(methods) if which is None or method in which]


def settled(ident):
    """After an interruption: what the plan tells is what is there; applying again completes, and nothing is there twice."""
    sql("UPDATE vigie.provider_run SET lease_until = least(lease_until, clock_timestamp())")
    told = plan(ident)
    assert not told["fault"], told
    left = work(told)
    seen = {
        "models": get("model_permissions") is None, "spend_limit": get("spend_limit") is None,
        "rate_limits": sum(days().get(model) != 500 for model in MODELS), "spend_alerts": 4 - len(alerts()),
    }
    for part, expected in seen.items():
        assert sum(one == part for one, _ in left) == int(expected), (part, told, seen)
    assert not [one for one in left if one[1] == "remove"], told
    done = provider("apply", ident, "--yes")
    assert done.status == DONE, done
    whole()
    assert sql("SELECT ended_at IS NOT NULL FROM vigie.provider_run") == "t"
    assert sql("SELECT count(*) FROM vigie.drifting()") == "0"
    return told


FAULTS = {
    "cut before the request is done": ("reset_before", "undone", None),
    "cut after the request was done": ("reset_before", "done", None),
    "cut behind the headers": ("reset_after", "done", ("POST",)),
    "a server error, undone": ("server_error", "undone", ("POST",)),
    "a server error, though it was done": ("server_error", "done", ("POST",)),
    "a page of the edge": ("bad_gateway", "undone", ("POST",)),
    "too fast, for good": ("retry_after_huge", "undone", None),
}


def register_fault(name, scenario, carried, which):
    """Each call of an apply fails in this way once; then the plan is right and applying again completes."""

    @tap.test("an apply interrupted at each call in turn: " + name, limit=LONG)
    def _():
        for number in calls_of_apply(which):
            ident = fresh()
            openai.ctl("journal", "clear")
            openai.ctl("fault", "at", str(number), "/organization/", scenario, carried)
            done = provider("apply", ident, "--yes", "--json")
            assert done.status in (DONE, PARTIAL, NO_VERDICT), (number, done)
            reached = [line for line in openai.journal() if line["scenario"] == scenario]
            assert len(reached) == 1, (number, openai.journal())
            states = {step["state"] for step in json.loads(done.out)[0]["steps"]}
            assert "sent" not in states, (number, done)
            openai.ctl("fault", "clear")
            settled(ident)


for title, fault in FAULTS.items():
    register_fault(title, *fault)


@tap.test("429 with Retry-After at each call that changes something: waited for, and done once", limit=LONG)
def _retry():
    for number in calls_of_apply(("POST",)):
        ident = fresh()
        openai.ctl("fault", "at", str(number), "/organization/", "retry_after-1")
        done = provider("apply", ident, "--yes")
        assert done.status == DONE, (number, done)
        whole()


@tap.test("no answer in time to a call that adds something, whether it was done or not: read back, and done once", limit=LONG)
def _silent():
    last = calls_of_apply(("POST",))[-1]
    for carried in ("done", "undone"):
        ident = fresh()
        openai.ctl("fault", "at", str(last), "/organization/", "silent", carried)
        done = provider("apply", ident, "--yes", "--json")
        state = json.loads(done.out)[0]["steps"][-1]["state"]
        assert (done.status, state) == ((DONE, "verified") if carried == "done" else (PARTIAL, "failed")), done
        openai.ctl("fault", "clear")
        settled(ident)


@tap.test("killed at each call in turn, before it is done and after: the plan says so, applying again completes", limit=LONG)
def _killed():
    calls, changes = calls_of_apply(), calls_of_apply(("POST",))
    told = []
    for number in calls:
        for carried in ("done", "undone") if number in changes else ("undone",):
            ident = fresh()
            openai.ctl("journal", "clear")
            openai.ctl("fault", "at", str(number), "/organization/", "silent", carried)
            child = place.popen("provider", "apply", ident, "--yes", *ASKS)
            wait.until(lambda: [line for line in openai.journal() if line["scenario"] == "silent"], 60, "the call")
            child.kill()
            child.wait()
            openai.ctl("fault", "clear")
            told.append(settled(ident)["interrupted"])
    assert len([one for one in told if one]) > 2 * len(changes), told


# drift -----------------------------------------------------------------------------------------------------------------

@tap.test("somebody changes a limit at OpenAI: the watch finds it, names it, tells it once it is mended")
def _drift():
    ident = fresh()
    assert provider("apply", ident, "--yes").status == DONE
    assert provider("drift", ident).status == DONE
    post("spend_limit", {"threshold_amount": 999999, "currency": "USD", "interval": "month"})
    post("rate_limits/rl-gpt-4o-mini", {"max_requests_per_1_day": 3})  # of a model that is nobody's
    done = provider("drift", ident, "--json")
    one = json.loads(done.out)[0]
    assert done.status == CONFLICT and one["drift"] and one["drifted"] == "spend_limit" and one["drift_since"], done
    assert sql("SELECT connexion_id || ' ' || detail FROM vigie.drifting()") == ident + " spend_limit"
    assert provider("apply", ident, "--yes").status == DONE
    assert sql("SELECT count(*) FROM vigie.drifting()") == "0"
    whole()


@tap.test("the same from the console: the plan, a yes, each step read back")
def _console():
    fresh()
    with place.terminal(*ASKS, "--probe-every", "3600", cols=150, rows=36) as terminal:
        terminal.wait_for(MAIL)
        terminal.press("W", "Let this session write")
        terminal.press("Enter", "may write now")
        terminal.press("P", "123.45 USD a month")
        terminal.press("Enter", "Enter applies")
        terminal.press("Enter", "8 changes are verified")
    whole()


@tap.test("a watcher looks at what was applied an hour ago, and finds what somebody changed there since")
def _watch():
    ident = fresh()
    assert provider("apply", ident, "--yes").status == DONE
    assert openai.ask("DELETE", ROOT + "/model_permissions", ADMIN_KEY).status == 200
    found = "SELECT detail FROM vigie.drifting()"
    watcher = place.popen("watch", *ASKS, "--probe-every", "3600", stdout=subprocess.DEVNULL)
    try:
        wait.until(lambda: place.super("SELECT count(*) FROM pg_stat_activity WHERE usename = 'claire'") != "0", 60, "the watcher")
        assert sql(found) == ""
        sql("UPDATE vigie.provider_state SET applied_at = applied_at - interval '2 hours', checked_at = checked_at - interval '2 hours';"
            " NOTIFY vigie")
        wait.until(lambda: sql(found) == "models", 60, "the drift")
        assert sql("SELECT lease_owner IS NULL FROM vigie.provider_state") == "t"
    finally:
        process.end(watcher)


tap.main()
