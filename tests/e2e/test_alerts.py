#!/usr/bin/python3
"""Alerts: many programs look at once and each alert is raised once; what people do with them at the command line."""

import concurrent.futures
import json
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap, wait  # noqa: E402
from support.place import ADMIN, ROOT, Place  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import Watch  # noqa: E402

OK, USAGE, NOT_FOUND, REFUSED = 0, 2, 4, 13
MEMBER, OTHER = "mona", "otto"
SESSIONS, ROWS = 12, 100
PATIENCE = 60
FILL = """
INSERT INTO organisations (organisation_nom) VALUES ('Une'), ('Autre');
SELECT vigie.add_operator('claire', 'Claire', 'V', 'claire@plateforme.example', true, NULL);
SELECT vigie.add_operator('mona', 'Mona', 'M', 'mona@une.example', false, (SELECT organisation_id FROM organisations WHERE organisation_nom = 'Une'));
SELECT vigie.add_operator('otto', 'Otto', 'O', 'otto@autre.example', false, (SELECT organisation_id FROM organisations WHERE organisation_nom = 'Autre'));
"""
# The applications count: what they spend is in the row.
ROWS_OF = """
DELETE FROM openai_connexion; DELETE FROM vigie.alert; DELETE FROM vigie.host;
INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte, openai_limite_cout_mois,
                              openai_modeles_autorises)
SELECT (SELECT organisation_id FROM organisations WHERE organisation_nom = 'Une'), gen_random_uuid(), 'sk-proj-ok-' || n, 'n' || n || '@une.example', 100, NULL
FROM generate_series(1, %d) n;
INSERT INTO vigie.figure (connexion_id, cost_source, cost_at, cost_month)
SELECT openai_connexion_id, 'applications', now(), date_trunc('month', now() AT TIME ZONE 'UTC')::date FROM openai_connexion;
"""

place = tap.keep(Place(FILL, (ADMIN, MEMBER, OTHER)))
openai = tap.keep(Standin())
PLACE_OF = ("--openai-url", openai.url, "--openai-ca", openai.ca)


def spend(amount, rows=""):
    """Every connexion has cost so much this month."""
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = %s%s" % (amount, rows))


def number(condition):
    """How many alerts there are."""
    return int(place.super("SELECT count(*) FROM vigie.alert WHERE kind = 'budget' AND NOT recorded AND " + condition))


def told(threshold, rows, epoch=0):
    """Wait until a threshold was raised of so many connexions."""
    which = "threshold = %d AND epoch = %d" % (threshold, epoch)
    wait.until(lambda: number(which) == rows, 2 * PATIENCE, "%d alerts at %d %%" % (rows, threshold), show=lambda: str(number(which)))


class Lookers:
    """Sessions that look for alerts as fast as they can, and what each of them raised."""

    def __init__(self, logins):
        self.stop = threading.Event()
        self.pool = concurrent.futures.ThreadPoolExecutor(len(logins))
        self.work = [self.pool.submit(self.look, login) for login in logins]

    def look(self, login):
        """One session after the other of five looks each."""
        raised = looks = 0
        while not self.stop.is_set():
            said = place.psql("SELECT vigie.watch_alerts();" * 5, login).split()
            looks += len(said)
            raised += sum(int(n) for n in said if int(n) > 0)
        return raised, looks

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.pool.shutdown()

    def end(self):
        """How many all of them raised."""
        self.stop.set()
        found = [one.result(PATIENCE) for one in self.work]
        assert all(looks for _, looks in found), found
        return sum(raised for raised, _ in found)


@tap.test("a dozen sessions and a watch cross four thresholds on many connexions: each alert once; a changed limit raises exactly one more")
def _once():
    place.super(ROWS_OF % ROWS)
    with Watch(place, *PLACE_OF) as watch, Lookers([ADMIN] * (SESSIONS - 4) + [MEMBER] * 4) as lookers:
        watch.wait_for("ready")
        for cost, threshold in ((50, 50), (80, 80), (95.5, 95), (100, 100)):
            spend(cost)
            told(threshold, ROWS)
        spend(20)
        wait.until(lambda: number("over_at IS NULL") == 0, PATIENCE, "the end of all")
        spend(99)
        wait.until(lambda: number("over_at IS NULL AND threshold = 95") == ROWS, PATIENCE, "the same again")
        assert number("true") == 4 * ROWS, number("true")
        place.super("UPDATE openai_connexion SET openai_limite_cout_mois = 120")
        told(80, ROWS, epoch=1)
        # a jump over three, while they look
        spend(120)
        told(100, ROWS, epoch=1)
        lookers.end()
        watch.end()
    assert number("true") == 6 * ROWS, number("true")
    assert number("below = 1 AND epoch = 1") == 2 * ROWS
    assert place.psql("SELECT vigie.watch_alerts()") == "0", "a restart raises nothing"
    assert place.psql("SELECT vigie.watch_alerts()", MEMBER) == "0"
    assert place.psql("SELECT vigie.watch_alerts()", OTHER) == "0"


@tap.test("what a dozen sessions say that they raised is what there is")
def _told():
    place.super(ROWS_OF % ROWS)
    with Lookers([ADMIN] * (SESSIONS // 2) + [MEMBER] * (SESSIONS // 2)) as lookers:
        spend(60)
        told(50, ROWS)
        spend(97)
        told(95, ROWS)
        found = lookers.end()
    assert found == int(place.super("SELECT count(*) FROM vigie.alert WHERE NOT recorded")), found


def alerts(*argv, user=ADMIN):
    """The list as JSON."""
    return place.json("alerts", *argv, user=user)


@tap.test("one round of a watch raises what probes and limits tell, and tells of it at the command line")
def _round():
    place.super(ROWS_OF % 2)
    place.super("UPDATE openai_connexion SET openai_api_key = 'sk-proj-invalid_api_key-1' WHERE openai_email_compte = 'n1@une.example'")
    spend(96.10, " WHERE openai_email_compte = 'n2@une.example'")
    done = place.run("watch", *PLACE_OF, "--once", "--confirm", "1")
    assert done.status in (OK,), done
    found = {one["kind"]: one for one in alerts()}
    assert set(found) == {"budget", "key-revoked"}, found
    budget = found["budget"]
    assert (budget["gravity"], budget["status"], budget["threshold"], budget["below"], budget["permille"]) == ("warning", "open", 95, 2, 961), budget
    assert (budget["value"], budget["limit"], budget["subject"], budget["organisation_nom"]) == ("96.1", "100", "n2@une.example", "Une"), budget
    assert budget["says"] == "budget: 96.10 $ of 100.00 $ (96 %), over 95 % and 2 lower thresholds", budget
    assert found["key-revoked"]["says"] == "key revoked" and found["key-revoked"]["gravity"] == "critical"
    text = place.run("alerts")
    assert text.status == OK and budget["says"] in text.out and budget["id"][:8] in text.out, text
    assert "1 critical, 1 warnings, 0 notes; 0 acknowledged, 0 snoozed" in text.out, text
    assert text.out.index("key revoked") < text.out.index("budget:"), "the gravest first"
    again = place.run("watch", *PLACE_OF, "--once", "--confirm", "1")
    assert again.status == OK and len(alerts("--all")) == 2, again


@tap.test("a watch finds by itself that a limit was lowered and raised again, with a member's sight of the own organisation alone")
def _watching():
    place.super(ROWS_OF % 2)
    spend(60)
    with Watch(place, *PLACE_OF, user=MEMBER) as watch:
        watch.wait_for("ready")
        told(50, 2)
        place.super("UPDATE openai_connexion SET openai_limite_cout_mois = 61 WHERE openai_email_compte = 'n1@une.example'")
        told(95, 1, epoch=1)
        assert {one["status"] for one in alerts("--all") if one["limit"] == "100" and one["subject"] == "n1@une.example"} == {"over"}
        place.super("UPDATE openai_connexion SET openai_limite_cout_mois = 1000 WHERE openai_email_compte = 'n1@une.example'")
        wait.until(lambda: number("over_at IS NULL") == 1, 2 * PATIENCE, "the end of one")
        watch.end()


@tap.test("alerts are filtered, taken note of, put off, assigned, and only by who sees them")
def _people():
    place.super(ROWS_OF % 3)
    spend(85)
    spend(100, " WHERE openai_email_compte = 'n3@une.example'")
    assert place.psql("SELECT vigie.watch_alerts()", MEMBER) == "3"
    mine = alerts(user=MEMBER)
    assert [one["gravity"] for one in mine] == ["critical", "warning", "warning"] and mine == alerts(), mine
    assert alerts(user=OTHER) == []
    first, second = mine[0], mine[1]
    for argv, expected in (
        (("--kind", "budget"), 3), (("--kind", "quota"), 0), (("--gravity", "critical"), 1), (("--gravity", "info"), 3), (("-o", "Une"), 3),
        (("-o", "Autre"), 0), (("--connexion", first["connexion_id"]), 1), (("--connexion", "n1@une.example"), 1), (("-n", "2"), 2),
    ):
        assert len(alerts(*argv)) == expected, argv
    for argv in (("ack", first["id"]), ("assign", first["id"], "x"), ("reopen", first["id"]), ("snooze", first["id"], "--for", "1h", "--reason", "x")):
        done = place.run("alerts", *argv, user=OTHER)
        assert done.status == NOT_FOUND and done.out == "", done

    assert place.run("alerts", "ack", first["id"][:8], user=MEMBER).status == OK
    assert [one["id"] for one in alerts()] == [one["id"] for one in mine[1:]]
    one = next(one for one in alerts("--all") if one["id"] == first["id"])
    assert (one["status"], one["acknowledged_by"]) == ("acknowledged", "Mona M"), one
    assert place.run("alerts", "reopen", first["id"]).status == OK and len(alerts()) == 3

    done = place.run("alerts", "snooze", second["id"], "--for", "90m", "--reason", "being paid")
    assert done.status == OK, done
    one = next(one for one in alerts("--all") if one["id"] == second["id"])
    assert (one["status"], one["reason"], one["snoozed_by"]) == ("snoozed", "being paid", "Claire V") and len(alerts()) == 2, one
    assert "being paid" in place.run("alerts", "--all").out
    place.super("UPDATE vigie.alert SET snoozed_until = now() WHERE snoozed_until IS NOT NULL")
    assert len(alerts()) == 3, "a snooze that ended is open again"

    assert place.run("alerts", "assign", second["id"], "mona@une.example").status == OK
    assert [one["assigned_to"] for one in alerts() if one["id"] == second["id"]] == ["mona@une.example"]
    assert place.run("alerts", "assign", second["id"]).status == OK
    assert not any(one["assigned_to"] for one in alerts())


@tap.test("what cannot be done with an alert is refused with the reason")
def _refusals():
    place.super(ROWS_OF % 1)
    spend(100)
    place.psql("SELECT vigie.watch_alerts()")
    one = alerts()[0]["id"]
    for status, word, argv in (
        (USAGE, "reason", ("snooze", one, "--for", "1h")),
        (USAGE, "--for", ("snooze", one, "--reason", "x")),
        (USAGE, "--for", ("snooze", one, "--reason", "x", "--for", "1h", "--until", "2099-01-01")),
        (USAGE, "soon", ("snooze", one, "--reason", "x", "--for", "soon")),
        (REFUSED, "instant to come", ("snooze", one, "--reason", "x", "--until", "2020-01-01")),
        (REFUSED, "instant to come", ("snooze", one, "--reason", "x", "--for", "100w")),
        (REFUSED, "reason", ("snooze", one, "--reason", " ", "--for", "1h")),
        (NOT_FOUND, "no alert", ("ack", "ffffffff-ffff")),
        (NOT_FOUND, "no such alert", ("ack", "ffffffff-ffff-4fff-8fff-ffffffffffff")),
        (USAGE, "which alert", ("ack",)),
        (USAGE, "acknowledge", ("acknowledge", one)),
        (USAGE, "budget", ("--kind", "budgets")),
        (USAGE, "critical", ("--gravity", "criticla")),
    ):
        done = place.run("alerts", *argv)
        assert done.status == status and word in done.err and done.out == "", done
    assert [alert["status"] for alert in alerts()] == ["open"]


@tap.test("the board tells every organisation, the worst first, with its alerts and its share")
def _board():
    place.super(ROWS_OF % 2)
    spend(100, " WHERE openai_email_compte = 'n1@une.example'")
    place.psql("SELECT vigie.watch_alerts()")
    board = place.json("overview")
    assert [one["organisation_nom"] for one in board["organisations"]] == ["Une", "Autre"], board
    une = board["organisations"][0]
    assert (une["connexions"], une["cost"], une["limit"], une["budget_permille"], une["worst"]) == (2, "100", "200", 500, "critical"), une
    assert une["alerts"] == board["alerts"] and une["alerts"]["critical"] == 1, board
    assert [one["organisation_nom"] for one in place.json("overview", user=OTHER)["organisations"]] == ["Autre"]
    text = place.run("overview")
    assert text.status == OK and "1 critical" in text.out and re.search(r"Une +1 +0 +0 ", text.out), text


@tap.test("the program and the database have the same kinds of alerts")
def _kinds():
    with open(os.path.join(ROOT, "src", "model", "alert.def"), encoding="utf-8") as file:
        words = re.findall(r'^ALERT\(\w+, "([a-z-]+)"', file.read(), re.M)
    rule = place.super("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = 'vigie.alert_kind'::regtype")
    assert len(words) == 15 and sorted(words) == sorted(re.findall(r"'([a-z-]+)'", rule)), (words, rule)
    for word in words:
        done = place.run("alerts", "--json", "--kind", word)
        assert done.status == OK and isinstance(json.loads(done.out), list), done


if __name__ == "__main__":
    tap.main()
