"""What only two sessions at once can show: waiting edits, chains of the journal, lost answers, and what the log holds."""

import json
import os
import subprocess
import threading

from support import process, wait

SETUP = """
DELETE FROM openai_connexion;
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('%(a)s', 'A'), ('%(b)s', 'B');
INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte)
VALUES ('%(a1)s', '%(a)s', gen_random_uuid(), 'sk-test-1', 'start'), ('%(a2)s', '%(a)s', gen_random_uuid(), 'sk-test-2', 'start'),
       ('%(b1)s', '%(b)s', gen_random_uuid(), 'sk-test-3', 'start'), ('%(b2)s', '%(b)s', gen_random_uuid(), 'sk-test-4', 'start');
SELECT vigie.add_operator('editor', 'E', 'E', 'e@test.example', true, NULL);
"""
NAMES = {name: "%s-0000-4000-8000-000000000000" % (digits * 4) for name, digits in
         (("a", "aa"), ("b", "bb"), ("a1", "a1"), ("a2", "a2"), ("b1", "b1"), ("b2", "b2"))}


class Session:
    """One psql as the operator, that runs what it is sent one after the other."""

    def __init__(self, cluster, database):
        self.cluster, self.database = cluster, database
        self.child = subprocess.Popen(
            [os.path.join(cluster.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "VERBOSITY=sqlstate"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
            env=process.clean_env(cluster.directory, **cluster.env(database)))
        self.lines, self.reader = [], None
        self.pid = self.ask("SELECT pg_backend_pid()")
        self.ask("SET SESSION AUTHORIZATION editor")

    def send(self, statement):
        self.lines = []
        self.child.stdin.write(statement + ";\n\\echo ---\n")
        self.child.stdin.flush()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.child.stdout:
            if line == "---\n":
                return
            self.lines.append(line.rstrip("\n"))

    def answer(self):
        self.reader.join(30)
        if self.reader.is_alive():
            raise AssertionError("no answer within 30 seconds")
        return "\n".join(self.lines).strip()

    def ask(self, statement):
        self.send(statement)
        return self.answer()

    def wait_for_lock(self):
        """Until the server says that this session waits for another."""
        wait.until(lambda: self.cluster.psql("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s" % self.pid,
                                             self.database) == "Lock", what="the session to wait for a lock")

    def end(self):
        self.child.stdin.close()
        self.child.wait(wait.PATIENCE)


def save(number, *items):
    """A statement that saves a plan and returns one line of outcomes."""
    return ("SELECT string_agg(concat_ws(' ', outcome, columns, theirs), '; ' ORDER BY at) FROM"
            " vigie.save('00000000-0000-4000-8000-%012d', 'edit', '%s', false)" % (number, json.dumps(items)))


def change(name, value, seen="start", op="update"):
    item = {"op": op, "id": NAMES[name], "seen": {"openai_email_compte": seen}}
    if op == "update":
        item["set"] = {"openai_email_compte": value}
    return item


def plain(name, assignment="openai_email_compte = 'theirs'"):
    return "UPDATE openai_connexion SET %s WHERE openai_connexion_id = '%s'" % (assignment, NAMES[name])


def check(tap, good, text, shown=""):
    tap.result(good, " - %s [sessions]" % text)
    if not good:
        print("# %s" % shown)


def check_waiting(tap, one, two):
    """An edit that waited for somebody else's looks at the row again."""
    for number, (other, expected, text) in enumerate((
        (plain("a1"), 'conflict {openai_email_compte} {"openai_email_compte": "theirs"}', "changed while it waited"),
        (plain("a1", "openai_usage_quotidien = 7, openai_derniere_synchro = now()"), "saved", "a program wrote while it waited"),
        (plain("a1", "openai_project_id = 'p'"), "saved", "another field was changed while it waited"),
        ("DELETE FROM openai_connexion WHERE openai_connexion_id = '%s'" % NAMES["a1"], "gone", "deleted while it waited"),
    )):
        if number in (1, 2):
            two.ask(plain("a1", "openai_email_compte = 'start'"))
        one.ask("BEGIN")
        one.ask(other)
        two.send(save(100 + number, change("a1", "mine")))
        two.wait_for_lock()
        one.ask("COMMIT")
        found = two.answer()
        check(tap, found == expected, text, found)


def check_order(tap, one, two, three):
    """A plan locks its rows in the order of their identifiers, whatever its own."""
    one.ask("BEGIN")
    one.ask("SELECT openai_connexion_id FROM openai_connexion WHERE openai_connexion_id = '%s' FOR UPDATE" % NAMES["a2"])
    two.send(save(200, change("b2", "x"), change("a2", "x")))
    two.wait_for_lock()
    found = three.ask("SELECT openai_email_compte FROM openai_connexion WHERE openai_connexion_id = '%s' FOR UPDATE NOWAIT" % NAMES["b2"])
    check(tap, found == "start", "while it waits for the first row the second is free", found)
    one.ask("COMMIT")
    found = two.answer()
    check(tap, found == "saved; saved", "then it gets both", found)


def check_chains(tap, cluster, database, one, two):
    """Writers of one organisation wait for each other only while they commit, and never in a circle."""
    one.ask("BEGIN")
    one.ask(plain("b1", "openai_project_id = 'slow'"))
    found = two.ask(plain("b2", "openai_project_id = 'fast'"))
    check(tap, found == "", "an edit waits for no other of its organisation", found)
    two.ask("BEGIN")
    two.ask(plain("b2", "openai_project_id = 'two'"))
    one.ask(plain("a2", "openai_project_id = 'one'"))
    one.send("COMMIT")
    two.send("COMMIT")
    found = one.answer() + two.answer()
    check(tap, found == "", "two organisations in opposite order: no deadlock", found)
    found = cluster.psql("SELECT string_agg(after ->> 'openai_project_id', ' ' ORDER BY seq) FROM vigie.journal"
                         " WHERE organisation_id = '%s' AND after ? 'openai_project_id' AND action = 'update'" % NAMES["b"], database)
    check(tap, found in ("fast slow two", "fast two slow"), "the chain has the order of the commits", found)
    found = one.ask("SELECT count(*), max(bad_seq) FROM vigie.journal_verify(NULL)")
    check(tap, found.endswith("|0"), "and is whole", found)


def check_lost_answer(tap, one, two):
    """Who asks for a batch waits while it runs, and hears the truth."""
    for number, end, expected in ((300, "COMMIT", '{"rows": 1, "written": 1}'), (301, "ROLLBACK", "none")):
        one.ask("BEGIN")
        one.ask(save(number, change("b1", "lost %d" % number, "start" if number == 300 else "lost 300")))
        two.send("SELECT coalesce((to_jsonb(r) - 'kind' - 'results')::text, 'none')"
                 " FROM vigie.batch_result('00000000-0000-4000-8000-%012d') r" % number)
        two.wait_for_lock()
        one.ask(end)
        found = two.answer()
        check(tap, found.replace(" ", "") == expected.replace(" ", ""), "asked for while it runs, then %s" % end, found)
    found = one.ask(save(301, change("b1", "late", "lost 300")))
    check(tap, "55000" in found, "a batch that was struck out does not come later", found)


def check_log(tap, cluster, database, one):
    """The server's log holds every statement with its parameters, and still no key."""
    cluster.psql("ALTER DATABASE \"%s\" SET log_statement = 'all'" % database, database)
    session = Session(cluster, database)
    pad = session.ask("SELECT id || ' ' || pad FROM vigie.pad(1)").split()
    key = b"sk-proj-never-to-be-seen"
    hidden = bytes(a ^ b for a, b in zip(key.ljust(512, b"\0"), bytes.fromhex(pad[1]))).hex()
    item = {"op": "update", "id": NAMES["b1"], "set": {"openai_api_key": {"pad": pad[0], "x": hidden}}}
    cluster.psql("ALTER TABLE openai_connexion ADD CONSTRAINT other CHECK (openai_api_key NOT LIKE 'sk-proj-never%')", database)
    found = session.ask(save(400, item).replace("columns, theirs", "rule, message"))
    check(tap, found.startswith("refused other"), "a key is refused by a rule", found)
    session.end()
    cluster.psql("ALTER DATABASE \"%s\" RESET log_statement; ALTER TABLE openai_connexion DROP CONSTRAINT other" % database, database)
    log = cluster.log()
    check(tap, "vigie.save" in log and key.decode() not in log and key.hex() not in log, "the log shows the save and not the key")


def run(tap, cluster, database):
    """All of it, in a database as the migrations leave it; TAP lines go to tap."""
    cluster.psql(SETUP % NAMES, database)
    sessions = [Session(cluster, database) for _ in range(3)]
    one, two, three = sessions
    check_waiting(tap, one, two)
    check_order(tap, one, two, three)
    check_chains(tap, cluster, database, one, two)
    check_lost_answer(tap, one, two)
    check_log(tap, cluster, database, one)
    for session in sessions:
        session.end()
