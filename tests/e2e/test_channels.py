#!/usr/bin/python3
"""Channels: what is raised is delivered once, whoever delivers it and whatever dies in between; and the check of monitoring systems."""

import email
import email.policy
import hashlib
import hmac
import os
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.place import ADMIN, Place  # noqa: E402
from support.receiver import Receiver  # noqa: E402
from support.standin import Standin  # noqa: E402
from support.watch import Watch, metrics  # noqa: E402

OK, FAILURE, USAGE, NOT_FOUND, LIMIT, DENIED = 0, 1, 2, 4, 10, 11
MEMBER, OTHER = "mona", "otto"
CONSOLES, WATCHES, ROWS = 10, 2, 500
SECRET = "a-secret-of-the-desk-0123456789"
PATIENCE = 120
FILL = """
INSERT INTO organisations (organisation_nom) VALUES ('Une'), ('Autre');
SELECT vigie.add_operator('claire', 'Claire', 'V', 'claire@plateforme.example', true, NULL);
SELECT vigie.add_operator('mona', 'Mona', 'M', 'mona@une.example', false, (SELECT organisation_id FROM organisations WHERE organisation_nom = 'Une'));
SELECT vigie.add_operator('otto', 'Otto', 'O', 'otto@autre.example', false, (SELECT organisation_id FROM organisations WHERE organisation_nom = 'Autre'));
"""
ROWS_OF = """
DELETE FROM vigie.channel; DELETE FROM openai_connexion; DELETE FROM vigie.alert; DELETE FROM vigie.host;
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


def secret_file(text=SECRET):
    """A file that only its owner reads."""
    path = os.path.join(place.home, "secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def add(name, *argv, user=ADMIN, **options):
    """A channel whose secret comes from a file."""
    return place.run("channel", "add", name, *argv, "--secret-file", secret_file(), user=user, **options)


def channel(name, user=ADMIN):
    """One of the list."""
    return {one["name"]: one for one in place.json("channel", "list", user=user)}[name]


def spend(amount):
    """Every connexion has cost so much this month, and programs are told to look."""
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = %s; SELECT pg_notify('vigie', '')" % amount)


def raised(condition="true"):
    """How many alerts there are."""
    return int(place.super("SELECT count(*) FROM vigie.alert WHERE kind = 'budget' AND NOT recorded AND " + condition))


def told(threshold, epoch=0):
    """Wait until a threshold was raised of every connexion."""
    which = "threshold = %d AND epoch = %d" % (threshold, epoch)
    wait.until(lambda: raised(which) == ROWS, PATIENCE, "%d alerts at %d %%" % (ROWS, threshold), show=lambda: str(raised(which)))


def signed(one, secret=SECRET):
    """Whether a delivery was signed with the secret, over exactly these bytes."""
    headers = one["headers"]
    text = headers["x-vigie-timestamp"] + "." + one["body"]
    return headers["x-vigie-signature"] == "sha256=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@tap.test("a webhook is tested at the command line: signed, and neither its address nor its secret is anywhere to be read")
def _webhook():
    place.super(ROWS_OF % 1)
    with Receiver() as receiver:
        done = add("desk", "webhook", receiver.url)
        assert done.status == OK, done
        done = place.run("channel", "test", "desk")
        assert done.status == OK and "HTTP 204" in done.out, done
        one, = receiver.seen()
        assert signed(one) and not signed(one, "another-secret-0123456789"), one
        assert one["headers"]["content-type"] == "application/json" and "authorization" not in one["headers"]
        assert one["json"]["version"] == 1 and one["json"]["delivery"] == one["delivery"], one
        assert one["json"]["alert"]["kind"] == "test" and "desk" in one["json"]["alert"]["words"], one
        receiver.answer(500)
        done = place.run("channel", "test", "desk")
        assert done.status == FAILURE and "HTTP 500" in done.err, done
        receiver.answer(302, "Location: http://127.0.0.1:1/")
        done = place.run("channel", "test", "desk")
        assert done.status == FAILURE and "302" in done.err and receiver.count() == 3, done
        receiver.kill()
        done = place.run("channel", "test", "desk")
        assert done.status == FAILURE, done
        listed = place.run("channel", "list").out + place.run("channel", "list", "--json").out + done.out + done.err
        assert "s3cr3t" not in listed and SECRET not in listed and "127.0.0.1:%d" % receiver.port in listed, listed
    dump = place.super("SELECT string_agg(t::text, '') FROM vigie.channel t") + place.super("SELECT string_agg(encode(sealed, 'escape'), '') FROM vigie.channel_secret")
    assert "s3cr3t" not in dump and SECRET not in dump
    # over TLS, the authority of the stand-in is nobody to a webhook, whatever --openai-ca says
    done = add("tls", "webhook", openai.url)
    assert done.status == OK, done
    done = place.run("channel", "test", "tls")
    assert done.status == FAILURE and "certificate" in done.err, done


@tap.test("what names a user, travels in clear, signs badly or is nobody's to make is refused")
def _refused():
    for url, status in (("https://me:pw@hooks.example/x", USAGE), ("http://hooks.example/x", USAGE), ("ftp://hooks.example/", USAGE)):
        done = add("bad", "webhook", url)
        assert done.status == status and "pw" not in done.err, done
    done = place.run("channel", "add", "bad", "webhook", "https://hooks.example/", "--secret-file", secret_file("short"))
    assert done.status == LIMIT, done
    for address in ("nobody", "a@b\nBcc: c@d", "-oX@d", "a b@c", "a@b,c@d"):
        done = place.run("channel", "add", "bad", "mail", address)
        assert done.status == USAGE, done
    assert place.run("channel", "add", "bad", "pigeon", "a@b").status == USAGE
    assert place.run("channel", "add", "bad", "mail", "a@b.example", "--kind", "budget,nonsense").status == USAGE
    assert place.run("channel", "remove", "bad").status == NOT_FOUND
    assert all(one["name"] != "bad" for one in place.json("channel", "list"))


@tap.test("members see, test and remove the channels of their organisation, and no others")
def _members():
    place.super(ROWS_OF % 1)
    assert place.run("channel", "add", "all", "mail", "all@plateforme.example").status == OK
    assert place.run("channel", "add", "own", "mail", "own@une.example", "--kind", "budget", "--gravity", "warning", user=MEMBER).status == OK
    assert [one["name"] for one in place.json("channel", "list", user=MEMBER)] == ["own"]
    assert place.json("channel", "list", user=OTHER) == []
    own = channel("own")
    assert (own["organisation_nom"], own["kinds"], own["gravity"], own["made_by"]) == ("Une", ["budget"], "warning", "Mona M"), own
    for name, user in (("own", OTHER), ("all", MEMBER), (own["id"], OTHER)):
        assert place.run("channel", "remove", name, user=user).status == NOT_FOUND
        assert place.run("channel", "test", name, user=user).status == NOT_FOUND
    assert place.run("channel", "add", "x", "mail", "x@y.example", "-o", "Autre", user=MEMBER).status != OK
    # a webhook into the machine on which an administrator's watch runs is not theirs to make
    with Receiver() as receiver:
        own_pair = ("--keypair", os.path.join(place.home, "of-mona"))
        assert add("inside", "webhook", receiver.url, *own_pair, user=MEMBER).status == OK
        done = place.run("channel", "test", "inside", *own_pair, user=MEMBER)
        assert done.status == DENIED and receiver.count() == 0, done
    assert place.run("channel", "remove", "own", user=MEMBER).status == OK


def mailer(folder, status=0):
    """A program that takes mails: each into a file of its own, written whole."""
    path = os.path.join(folder, "mailer")
    with open(path, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\ncat > "%s/$$.new"\nprintf "%%s\\n" "$@" > "%s/$$.argv"\nmv "%s/$$.new" "%s/$$.mail"\nexit %d\n' % (folder, folder, folder, folder, status))
    os.chmod(path, stat.S_IRWXU)
    return path


def mails(folder):
    """What it took."""
    found = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".mail"):
            with open(os.path.join(folder, name), "rb") as file:
                found.append(email.message_from_bytes(file.read(), policy=email.policy.default))
    return found


@tap.test("many alerts of one turn travel in one mail, which no text of theirs can add a header to")
def _mail():
    folder = process.scratch("vml")
    command = mailer(folder) + " -t -i"
    place.super(ROWS_OF % 5)
    place.super("UPDATE openai_connexion SET openai_email_compte = E'é\\nBcc: x@y' WHERE openai_email_compte = 'n1@une.example'")
    assert place.run("channel", "add", "post", "mail", "desk@plateforme.example", "--kind", "budget").status == OK
    done = place.run("channel", "test", "post", "--sendmail", command)
    assert done.status == OK, done
    one, = mails(folder)
    assert (one["To"], one["Subject"]) == ("desk@plateforme.example", "vigie: test of the channel post"), one
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = 96")
    with Watch(place, *PLACE_OF, "--sendmail", command) as watch:
        watch.wait_for("ready")
        wait.until(lambda: channel("post")["delivered"] == 5, PATIENCE, "five deliveries", show=lambda: str(channel("post")))
        watch.end()
    digest = [one for one in mails(folder) if "5 alerts" in one["Subject"]]
    assert len(digest) == 1 and len(mails(folder)) == 2, [one["Subject"] for one in mails(folder)]
    text = digest[0].get_content()
    assert set(digest[0].keys()) == {"To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "X-Vigie-Delivery"}
    assert text.count("over 95 %") == 5 and "n2@une.example" in text and "é\\nBcc: x@y" in text, text
    # one alert: what it is about stands in the subject, in words of the RFC, however long or odd it is
    place.super("DELETE FROM vigie.alert WHERE subject NOT LIKE 'é%'; UPDATE vigie.outbox SET delivered_at = NULL")
    with Watch(place, *PLACE_OF, "--sendmail", command) as watch:
        wait.until(lambda: len(mails(folder)) >= 3, PATIENCE, "the mail of one")
        watch.end()
    single = [one for one in mails(folder) if "é\\nBcc" in one["Subject"]]
    assert len(single) == 1 and single[0]["Bcc"] is None, [one.items() for one in mails(folder)]
    # one that cannot take them is said
    done = place.run("channel", "test", "post", "--sendmail", mailer(folder, 75))
    assert done.status == FAILURE and "75" in done.err, done
    assert place.run("channel", "test", "post", "--sendmail", "/nonexistent/sendmail").status == USAGE


@tap.test("what the other side refuses comes again under the same id, is told, and counted")
def _retry():
    place.super(ROWS_OF % 1)
    with Receiver() as receiver:
        assert add("desk", "webhook", receiver.url, "--kind", "budget").status == OK
        receiver.answer(503, "Retry-After: 1")
        place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = 81")
        with Watch(place, *PLACE_OF, "--metrics", "127.0.0.1:0") as watch:
            address = watch.wait_for("start")["metrics"]
            receiver.wait_for(1)
            wait.until(lambda: channel("desk")["answer"], PATIENCE, "the answer in the list")
            assert channel("desk")["waiting"] == 1 and "HTTP 503" in channel("desk")["answer"], channel("desk")
            receiver.answer(200)
            wait.until(lambda: channel("desk")["delivered"] == 1, PATIENCE, "the delivery", show=lambda: str(channel("desk")))
            found = metrics(address)
            assert found["vigie_deliveries_total"] == 1 and found["vigie_delivery_failures_total"] >= 1, found
            wait.until(lambda: metrics(address).get('vigie_alerts{gravity="warning"}') == 1, PATIENCE, "the alert in the figures",
                       show=lambda: str(metrics(address)))
            watch.end()
        seen = receiver.seen()
        assert len({one["delivery"] for one in seen}) == 1 and len(seen) >= 2 and all(signed(one) for one in seen), seen
        alert = seen[0]["json"]["alert"]
        assert (alert["kind"], alert["threshold"], alert["value"], alert["limit"], alert["organisation"], alert["subject"]) == (
            "budget", 80, "81", "100", "Une", "n1@une.example"), alert
        assert "sk-" not in seen[0]["body"]
    place.super("UPDATE vigie.outbox SET delivered_at = NULL, attempts = 15, next_at = now()")
    with Watch(place, *PLACE_OF) as watch:
        wait.until(lambda: channel("desk")["given_up"] == 1, PATIENCE, "that it is given up", show=lambda: str(channel("desk")))
        watch.end()
        assert any("given up" in str(line) for line in watch.lines()), watch.lines()


@tap.test("the check says in one line and its status what is open, and that it does not know")
def _check():
    place.super(ROWS_OF % 2)
    place.super("UPDATE vigie.alert_turn SET looked_at = NULL")
    done = place.run("check")
    assert done.status == 3 and done.out.startswith("VIGIE UNKNOWN - "), done
    place.psql("SELECT vigie.watch_alerts()")
    done = place.run("check")
    assert done.status == 0 and done.out.startswith("VIGIE OK - ") and done.out.count("\n") == 1 and " | critical=0 warning=0 " in done.out, done
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = 81")
    place.psql("SELECT vigie.watch_alerts()")
    done = place.run("check")
    assert done.status == 1 and done.out.startswith("VIGIE WARNING - ") and " warning=2 " in done.out, done
    assert place.run("check", "--critical", "warning").status == 2
    assert place.run("check", "--warning", "none").status == 0
    assert place.run("check", user=OTHER).status in (0, 3)
    assert place.run("check", "--json").status == 1 and '"status":1' in place.run("check", "--json").out.replace(" ", "")
    done = place.run("check", "--warning", "dire")
    assert done.status == 3 and done.out.startswith("VIGIE UNKNOWN - ") and done.err == "", done
    place.super("UPDATE vigie.alert_turn SET looked_at = now() - interval '1 day'")
    assert place.run("check").status == 3
    done = place.run("check", env={"PGHOST": "/nonexistent"})
    assert done.status == 3 and done.out.startswith("VIGIE UNKNOWN - "), done


@tap.test("ten consoles and two watches cross four thresholds on 500 connexions: one alert, one delivery each, through a kill of the "
          "receiver; and one more after the limit was raised", limit=400)
def _once():
    place.super(ROWS_OF % ROWS)
    consoles, watches = [], []
    with Receiver() as receiver:
        try:
            assert add("desk", "webhook", receiver.url, "--kind", "budget").status == OK
            for _ in range(WATCHES):
                watches.append(Watch(place, *PLACE_OF).__enter__())
            for _ in range(CONSOLES):
                consoles.append(place.terminal(*PLACE_OF, "--probe-every", "300"))
            for console in consoles:
                console.wait_for("@une.example")
            for watch in watches:
                watch.wait_for("ready")
            # one step after the other raises each of the four
            spend(50)
            told(50)
            receiver.wait_for(ROWS // 5)
            receiver.kill()
            spend(80)
            told(80)
            wait.until(lambda: channel("desk")["waiting"] >= ROWS and channel("desk")["rests_until"], PATIENCE, "the channel's rest")
            before = {one["delivery"] for one in receiver.seen()}
            receiver.start()
            for cost, threshold in ((95.5, 95), (100, 100)):
                spend(cost)
                told(threshold)
            done(receiver, 4 * ROWS)
            # another limit arms them again: 83 % of it is over 80 %
            place.super("UPDATE openai_connexion SET openai_limite_cout_mois = 120")
            told(80, epoch=1)
            done(receiver, 5 * ROWS)
            for console in consoles:
                console.wait_for("@une.example")
        finally:
            for console in consoles:
                console.close()
            for watch in watches:
                watch.__exit__(*sys.exc_info())
        seen = receiver.seen()
    assert raised() == 5 * ROWS, raised()
    count(seen, before)


def done(receiver, number):
    """Until all is delivered: what the database says and what the receiver saw."""
    wait.until(lambda: channel("desk")["delivered"] == number, PATIENCE, "%d deliveries" % number, show=lambda: str(channel("desk")))
    wait.until(lambda: len({one["delivery"] for one in receiver.seen()}) == number, PATIENCE, "%d ids" % number)


def count(seen, before):
    """One delivery of each alert; again only what was under way when the receiver was killed, under the same id."""
    of_alert = {}
    for one in seen:
        assert signed(one), one
        of_alert.setdefault(one["json"]["alert"]["id"], set()).add(one["delivery"])
    assert len(of_alert) == 5 * ROWS, len(of_alert)
    assert all(len(ids) == 1 for ids in of_alert.values())
    assert {(one["json"]["alert"]["subject"], one["json"]["alert"]["threshold"]) for one in seen} == {
        ("n%d@une.example" % n, threshold) for n in range(1, ROWS + 1) for threshold in (50, 80, 95, 100)}
    times = {}
    for one in seen:
        times[one["delivery"]] = times.get(one["delivery"], 0) + 1
    twice = {name for name, n in times.items() if n > 1}
    assert twice <= before, "duplicates that no kill explains: %d" % len(twice - before)
    tap.diag("%d requests, %d alerts, %d of them again after the kill" % (len(seen), len(of_alert), len(twice)))


tap.main()
