#!/usr/bin/env python3
"""Runs the pgTAP files of this folder on a scratch server and prints one TAP stream.

The migrations are applied as in life: by a role that may create roles and owns the database, and is no superuser.
Arguments choose files by a part of their name.
"""

import glob
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests"))

import adopted  # noqa: E402
import attack  # noqa: E402
import authorise  # noqa: E402
import sessions  # noqa: E402
from support import process  # noqa: E402
from support.cluster import Cluster  # noqa: E402

OWNER = "vigie_owner"
RESULT = re.compile(r"(not )?ok (\d+)(.*)$")
PLAN = re.compile(r"1\.\.(\d+)\s*$")


class Tap:
    """Joins streams of TAP into one with a plan at the end."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, good, text):
        self.count += 1
        self.failed += not good
        print("%sok %d%s" % ("" if good else "not ", self.count, text), flush=True)

    def stream(self, name, text):
        """Passes one file's output on; anything that is neither result nor plan becomes a comment."""
        planned, seen = None, 0
        for line in text.split("\n"):
            found, plan = RESULT.match(line), PLAN.match(line)
            if found:
                seen += 1
                self.result(found.group(1) is None, "%s [%s]" % (found.group(3), name))
            elif plan:
                planned = int(plan.group(1))
            elif line.strip():
                print("# " + line.lstrip("# "))
        return planned, seen

    def finish(self):
        print("1..%d" % self.count, flush=True)
        return 1 if self.failed or not self.count else 0


def migrate(cluster, database):
    """Applies every migration, each in one transaction, as the owner."""
    for path in sorted(glob.glob(os.path.join(ROOT, "data", "sql", "[0-9][0-9][0-9][0-9]_*.sql"))):
        with open(path, encoding="utf-8") as file:
            cluster.psql("BEGIN;\n" + file.read() + "\nCOMMIT;", database, OWNER)


def run_file(cluster, database, path):
    """psql's output on one test file, as the superuser, and its exit status."""
    done = subprocess.run(
        [os.path.join(cluster.bin, "psql"), "-X", "-q", "-A", "-t", "-f", path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env=process.clean_env(cluster.directory, **cluster.env(database)),
        timeout=120,
        check=False,
    )
    return done.stdout, done.returncode


def notifications(cluster, database, statement):
    """How many notifications without payload a committed statement sends: psql prints them as they come."""
    text = cluster.psql("LISTEN vigie;\nBEGIN;\n%s;\nCOMMIT;\nSELECT 1;" % statement, database)
    return text.count('Asynchronous notification "vigie" received')


def check_notifications(tap, cluster, database):
    """Which changes wake the consoles: only committed transactions notify, so pgTAP's rollback cannot see it."""
    insert = (
        "INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)"
        " SELECT organisation_id, gen_random_uuid(), 'sk-test-not-a-key', 'x@test.example'"
        " FROM organisations, generate_series(1, 3)"
    )
    cluster.psql("INSERT INTO organisations (organisation_nom) VALUES ('N')", database)
    for expected, what, statement in (
        (1, "an INSERT of three rows notifies once, without payload", insert),
        (1, "a person's change notifies", "UPDATE openai_connexion SET openai_actif = false"),
        (1, "a new state notifies", "UPDATE openai_connexion SET openai_statut_connexion = 'error'"),
        (0, "counters do not notify", "UPDATE openai_connexion SET openai_usage_quotidien = 5,"
            " openai_cout_actuel_mois = 1, openai_derniere_synchro = now(), openai_reset_quota_at = now(),"
            " openai_derniere_erreur = 'x'"),
        (0, "the same state again does not notify",
            "UPDATE openai_connexion SET openai_statut_connexion = 'error'"),
        *console_changes(cluster, database),
    ):
        found = notifications(cluster, database, statement)
        tap.result(found == expected, " - %s [notify]" % what)
        if found != expected:
            print("# have %d, want %d" % (found, expected))


def console_changes(cluster, database):
    """What the pollers write, and which of it is news."""
    cluster.psql("SELECT vigie.add_operator('notifier', 'N', 'N', 'n@test.example', true, NULL)", database)
    admin = "SET LOCAL SESSION AUTHORIZATION notifier; "
    result = (
        admin + "SELECT vigie.record('w', (SELECT json_agg(json_build_object('id', (l.probe).connexion_id, 'verdict', '%s',"
        " 'checked_at', %d, 'due_s', 0)) FROM vigie.lease('w', 10, 60) l))"
    )
    host = admin + "SELECT vigie.record_host('{\"host\": \"h\", \"verdict\": \"%s\", \"failing\": %d}')"
    key = "decode(repeat('aa', 32), 'hex')"
    costs = (
        admin + "SELECT vigie.lease_accounts('w', " + key + ", 1, 60); SELECT vigie.replace_costs('w', (SELECT account_id FROM"
        " vigie.account), current_date, current_date, 'usd', json_build_array(json_build_object('day', current_date,"
        " 'project', 'p1', 'currency', 'usd', 'amount', '%s')), '{\"verdict\": \"valid\"}')"
    )
    again = "UPDATE vigie.account SET costs_at = NULL; "
    return (
        (1, "switched on, with a project", "UPDATE openai_connexion SET openai_actif = true, openai_project_id = 'p1'"),
        (0, "enrolment does not notify", admin + "SELECT vigie.enrol()"),
        (0, "a lease does not notify", admin + "SELECT vigie.lease('w', 10, 60); SELECT vigie.release('w')"),
        (1, "new verdicts of three rows notify once", result % ("valid", 1)),
        (0, "the same verdict at another time does not notify", result % ("valid", 2)),
        (1, "another verdict notifies", result % ("revoked", 3)),
        (0, "a host that is well does not notify", host % ("valid", 0)),
        (1, "a host that fails notifies", host % ("network", 3)),
        (0, "a host that goes on failing does not notify", host % ("network", 4)),
        (1, "a host that recovers notifies", host % ("valid", 0)),
        (1, "a new account notifies", admin + "SELECT vigie.add_recipient(" + key + ", 'n'::text); SELECT vigie.set_account('n', '', false,"
            " json_build_array(json_build_object('recipient', repeat('aa', 32), 'sealed', repeat('00', 64))))"),
        (1, "another cost notifies", costs % "1.5"),
        (0, "the same cost at another time does not notify", again + costs % "1.50"),
        (1, "a cost that changed notifies", again + costs % "1.51"),
    )


def check_files(tap, cluster, names):
    """Every chosen test file, each in a database as the migrations leave it."""
    for path in sorted(glob.glob(os.path.join(HERE, "[0-9]*.sql"))):
        name = os.path.basename(path)
        if names and not any(part in name for part in names):
            continue
        text, status = run_file(cluster, "migrated", path)
        planned, seen = tap.stream(name, text)
        tap.result(
            status == 0 and planned == seen,
            " - runs to its end: planned %s, ran %d, status %d [%s]" % (planned, seen, status, name),
        )


def check_platform(tap, cluster, database):
    """The stand-in for a platform's existing database loads, and isolates by claims as a real one does."""
    with open(os.path.join(HERE, "platform.sql"), encoding="utf-8") as file:
        cluster.psql("BEGIN;\n" + file.read() + "\nCOMMIT;", database)
    for expected, claims in (
        ("5", '{"sub": "ad000000-0000-4000-8000-000000000001"}'),
        ("3", '{"sub": "aa000000-0000-4000-8000-000000000001"}'),
        ("2", '{"sub": "bb000000-0000-4000-8000-000000000001"}'),
        ("0", '{"sub": "cc000000-0000-4000-8000-000000000001"}'),
        ("0", '{"sub": "dd000000-0000-4000-8000-000000000001"}'),
        ("0", ""),
    ):
        found = cluster.psql(
            "BEGIN; SET LOCAL SESSION AUTHORIZATION authenticator; SET LOCAL ROLE authenticated;"
            " SET LOCAL request.jwt.claims = '%s'; SELECT count(*) FROM openai_connexion; COMMIT" % claims,
            database,
        )
        tap.result(found == expected, " - %s rows with claims '%s' [platform.sql]" % (expected, claims))
        if found != expected:
            print("# have %s" % found)


def main(names):
    tap = Tap()
    with Cluster(roles=(OWNER,)) as cluster:
        cluster.psql('CREATE ROLE "%s" LOGIN CREATEROLE' % OWNER)
        for database, owner in (("migrated", OWNER), ("platform", "postgres")):
            cluster.createdb(database, owner)
        migrate(cluster, "migrated")
        check_files(tap, cluster, names)
        if not names:
            check_platform(tap, cluster, "platform")
            check_notifications(tap, cluster, "migrated")
        if not names or "adopted" in names:
            if names:
                check_platform(tap, cluster, "platform")
            adopted.run(tap, cluster, "platform")
        if not names or "sessions" in names:
            sessions.run(tap, cluster, "migrated")
        if not names or "attack" in names:
            attack.run(tap, cluster, "migrated")
    if not names or "authorise" in names:
        authorise.run(tap, migrate)
    return tap.finish()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
