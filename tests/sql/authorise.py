"""A quota under 64 clients at once: exactly as many grants as it has, also when the server is killed in the middle.

Each client is a psql that asks over and over and prints each answer: what it printed was committed before. After a crash more
may be counted than was acknowledged (an answer can be lost on its way), never less, and the rest of the quota is given to
the next callers to the last one.
"""

import os
import subprocess

from support import process, wait
from support.cluster import Cluster

CLIENTS, QUOTA, LONG = 64, 2000, 5000
SPARE = 20
OWNER, MEMBER, DATABASE = "vigie_owner", "vigie_authorised", "limits"
ORGANISATION = "aaaaaaaa-0000-4000-8000-000000000000"
WHOLE, CRASHED = ("a100000%d-0000-4000-8000-000000000000" % n for n in (1, 2))
SETUP = """
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('%(o)s', 'A');
INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte, openai_limite_quotidienne)
VALUES ('%(one)s', '%(o)s', gen_random_uuid(), 'sk-test-not-a-key', 'a@test.example', %(quota)d),
       ('%(two)s', '%(o)s', gen_random_uuid(), 'sk-test-not-a-key', 'a@test.example', %(long)d);
SELECT vigie.add_operator('%(member)s', 'M', 'M', 'm@test.example', false, '%(o)s');
""" % {"o": ORGANISATION, "one": WHOLE, "two": CRASHED, "quota": QUOTA, "long": LONG, "member": MEMBER}


class Clients:
    """Callers of vigie.autoriser, each a session of its own."""

    def __init__(self, cluster, connexion, quota):
        self.calls = quota // CLIENTS + SPARE
        env = process.clean_env(cluster.directory, **cluster.env(DATABASE, MEMBER))
        script = "SELECT allowed, reason FROM vigie.autoriser('%s', 'gpt-4', 0.001);\n" % connexion * self.calls
        path = os.path.join(cluster.directory, "calls.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        os.chmod(path, 0o644)
        argv = [os.path.join(cluster.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", path]
        self.children = [subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                          text=True, cwd="/", env=env) for _ in range(CLIENTS)]

    def answers(self):
        """Every line that any of them printed, once all have ended."""
        return [line for child in self.children for line in child.communicate()[0].splitlines()]


def migrated():
    """Commits are durable: what a client was told survives the server's death."""
    cluster = Cluster(roles=(OWNER, MEMBER), settings={"synchronous_commit": "on", "wal_writer_delay": "10s"})
    cluster.start()
    cluster.psql('CREATE ROLE "%s" LOGIN CREATEROLE' % OWNER)
    cluster.createdb(DATABASE, OWNER)
    return cluster


def counted(cluster, connexion):
    """What stands in the row."""
    return int(cluster.psql("SELECT coalesce(openai_usage_quotidien, 0) FROM openai_connexion WHERE openai_connexion_id = '%s'" % connexion, DATABASE))


def whole(tap, cluster):
    """Without a crash."""
    clients = Clients(cluster, WHOLE, QUOTA)
    answers = clients.answers()
    granted = answers.count("t|")
    refused = answers.count("f|quota")
    tap.result(granted == QUOTA and refused == CLIENTS * clients.calls - QUOTA and counted(cluster, WHOLE) == QUOTA,
               " - %d clients at once: %d grants of %d, %d refusals [authorise]" % (CLIENTS, granted, QUOTA, refused))
    state = cluster.psql(
        "SELECT concat_ws(' ', c.openai_statut_connexion, b.cause, b.value, b.limit_value, b.until = vigie.next_day(now()), trim_scale(c.openai_cout_actuel_mois),"
        " (SELECT string_agg(concat_ws(' ', j.kind, j.user_id, j.after ->> 'openai_statut_connexion'), ';') FROM vigie.journal j"
        "  WHERE j.connexion_id = c.openai_connexion_id AND j.action = 'update'))"
        " FROM openai_connexion c JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id WHERE c.openai_connexion_id = '%s'" % WHOLE, DATABASE)
    wanted = "quota_exceeded quota %d %d t %g limit quota_exceeded" % (QUOTA, QUOTA, QUOTA / 1000)
    tap.result(state == wanted, " - the state says so, and the journal once: %s [authorise]" % state)


def crashed(tap, cluster):
    """The server dies when a part is given."""
    clients = Clients(cluster, CRASHED, LONG)
    wait.until(lambda: counted(cluster, CRASHED) > 0, what="the first grants")
    cluster.kill9()
    before = clients.answers().count("t|")
    cluster.start()
    found = counted(cluster, CRASHED)
    tap.result(0 < before <= found <= LONG and found - before <= CLIENTS,
               " - killed in the middle: %d acknowledged, %d counted [authorise]" % (before, found))
    after = Clients(cluster, CRASHED, LONG).answers().count("t|")
    tap.result(after == LONG - found and counted(cluster, CRASHED) == LONG,
               " - the rest is given to the last one: %d after %d, of %d [authorise]" % (after, found, LONG))


def run(tap, migrate):
    """migrate(cluster, database) applies the migrations as the owner of the database."""
    with migrated() as cluster:
        migrate(cluster, DATABASE)
        cluster.psql(SETUP, DATABASE, OWNER)
        # a quota is a day's: the clock may not pass midnight between its first grant and its last one
        seconds = float(cluster.psql("SELECT extract(epoch FROM vigie.next_day(now()) - now())", DATABASE))
        if seconds < 300:
            for _ in range(4):
                tap.result(True, " - the UTC day is about to end # SKIP [authorise]")
            return
        whole(tap, cluster)
        crashed(tap, cluster)
