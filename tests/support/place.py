"""A database ready for the program: a Cluster, the schema by `vigie init`, data and operators.

    place = tap.keep(Place())                      # the demonstration: claire (admin), karim, lea (members)
    done = place.run("list", "--json", user="karim")
    assert done.status == 0 and done.err == ""
    with place.terminal(user="claire") as terminal:
        terminal.wait_for("Connexions")

The program is told by PG* variables where to go. OWNER owns database and schema, may create roles and is no superuser.
"""

import json
import os
import subprocess

from . import process
from .cluster import SUPERUSER, Cluster
from .tmux import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
DEMO = os.path.join(ROOT, "data", "sql", "demo.sql")
PLATFORM = os.path.join(ROOT, "tests", "sql", "platform.sql")
OWNER = "landlord"
ADMIN, KARIM, LEA = "claire", "karim", "lea"
OPERATORS = (ADMIN, KARIM, LEA)
DATABASE = "place"
FRENCH = {"LC_ALL": None, "LANG": "fr_FR.UTF-8"}
TIME_LIMIT = 120


def program():
    """The path of the program under test."""
    return os.environ["VIGIE"]


def environment(home, **more):
    """A clean environment for the program; a value of None removes."""
    return process.clean_env(home, **{"VIGIE_LOCALEDIR": os.environ.get("VIGIE_LOCALEDIR"), **more})


class Done:
    """A program that has ended: status, out, err (text) and raw (the bytes of out)."""

    def __init__(self, argv, status, out, err):
        self.argv, self.status, self.raw = argv, status, out
        self.out = out.decode("utf-8", "backslashreplace")
        self.err = err.decode("utf-8", "backslashreplace")

    def __repr__(self):
        return "%s: status %d\n--- stdout\n%s--- stderr\n%s" % (self.argv, self.status, self.out, self.err)

    def json(self):
        """The output as JSON; the program must have succeeded."""
        assert self.status == 0, self
        return json.loads(self.out)


def run(argv, env, stdin=None, timeout=TIME_LIMIT, **options):
    """Run a program to its end without a terminal; stdin is text. Other streams may be given as for Popen."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    done = subprocess.run(
        argv, input=(stdin or "").encode(), env=env, cwd="/", timeout=timeout, check=False, **options
    )
    return Done(argv[1:], done.returncode, done.stdout or b"", done.stderr or b"")


class Place:
    """A cluster with a migrated database; as a context it lasts as long as the block."""

    def __init__(self, sql=None, operators=OPERATORS, **options):
        """sql: statements of the owner in place of the demonstration, "" for none; operators: roles that may log in.

        options: those of Cluster.
        """
        self.operators = list(operators)
        self.sql = sql
        self.cluster = Cluster(roles=(OWNER, *operators), **options)
        self.home = process.make_home(process.scratch("vh"))
        self.db = DATABASE

    def __enter__(self):
        self.cluster.__enter__()
        try:
            self.cluster.psql("CREATE ROLE %s LOGIN CREATEROLE" % OWNER)
            if self.cluster.auth == "scram":
                self.set_password(OWNER)
            self.migrate(self.db)
            self._fill()
        except BaseException:
            self.cluster.destroy()
            raise
        return self

    def __exit__(self, *error):
        self.cluster.__exit__(*error)

    def _fill(self):
        if self.sql is None:
            with open(DEMO, encoding="utf-8") as file:
                self.owner("BEGIN;\n%s\nCOMMIT;" % file.read())
        elif self.sql:
            self.owner(self.sql)
        if self.cluster.auth == "scram":
            for role in self.operators:
                self.set_password(role)

    def migrate(self, db):
        """Create a database with the schema, as its owner would."""
        self.cluster.createdb(db, OWNER)
        done = self.run("init", user=OWNER, db=db)
        assert done.status == 0, done

    def clone(self, db, sql=""):
        """Create another database with the same content, then changed by statements of the owner."""
        self.cluster.psql('CREATE DATABASE "%s" OWNER %s TEMPLATE "%s"' % (db, OWNER, self.db))
        if sql:
            self.owner(sql, db)

    def platform(self, db="platform"):
        """Create the database of an existing platform (tests/sql/platform.sql), entered as "authenticator"."""
        self.cluster.createdb(db)
        self.cluster.run_file(PLATFORM, db)
        self._admit("authenticator")

    def set_password(self, role):
        """Give a role the password that env() will know."""
        self.cluster.set_password(role, "of-" + role)

    def role(self, name, attributes="LOGIN"):
        """Create a role that may log in here."""
        self.cluster.psql('CREATE ROLE "%s" %s' % (name, attributes))
        self._admit(name)

    def operator(self, name, organisation=None):
        """Let the owner make an operator: a member of the organisation of that name, else an administrator."""
        sql = (
            "SELECT vigie.add_operator(:'role', :'role', NULL, NULL, :'place' = '', "
            "(SELECT organisation_id FROM organisations WHERE organisation_nom = :'place'))"
        )
        values = {"role": name, "place": organisation or ""}
        user_id = self.cluster.psql(sql, self.db, OWNER, values)
        self._admit(name)
        return user_id

    def _admit(self, role):
        if self.cluster.auth == "scram":
            self.set_password(role)
        else:
            self.cluster.map_roles(role)

    def owner(self, sql, db=None):
        """Statements as the owner."""
        return self.cluster.psql(sql, db or self.db, OWNER)

    def super(self, sql, db=None):
        """Statements as the server's superuser, whom no policy stops."""
        return self.cluster.psql(sql, db or self.db, SUPERUSER)

    def psql(self, sql, user=ADMIN, db=None):
        """Statements as an operator."""
        return self.cluster.psql(sql, db or self.db, user)

    def env(self, user=ADMIN, db=None, **more):
        """The environment that leads the program here as somebody."""
        return environment(self.home, **{**self.cluster.env(db or self.db, user), **more})

    def run(self, *argv, user=ADMIN, db=None, env=None, **options):
        """Run a command of the program as an operator; env: more variables, None removes."""
        return run([program(), *argv], self.env(user, db, **(env or {})), **options)

    def json(self, *argv, **options):
        """What a command prints with --json."""
        return self.run(*argv, "--json", **options).json()

    def popen(self, *argv, user=ADMIN, db=None, env=None, **options):
        """Start the program; the caller waits for it."""
        return subprocess.Popen(
            [program(), *argv], env=self.env(user, db, **(env or {})), cwd="/", stdin=subprocess.DEVNULL, **options
        )

    def terminal(self, *argv, user=ADMIN, db=None, env=None, start=True, **options):
        """A Terminal (options: its own) in which the console runs as an operator."""
        values = {**self.cluster.env(db or self.db, user), **(env or {})}
        values.setdefault("VIGIE_LOCALEDIR", os.environ.get("VIGIE_LOCALEDIR"))
        if "LC_ALL" in values:
            options["locale"] = values.pop("LC_ALL")
        terminal = Terminal(home=options.pop("home", self.home), env=values, **options)
        if start:
            terminal.start([program(), *argv])
        return terminal


if __name__ == "__main__":
    from . import tap

    @tap.test("the demonstration is there, migrated by the program, and belongs to no superuser")
    def _demo():
        with Place() as place:
            assert int(place.psql("SELECT count(*) FROM openai_connexion")) >= 60
            assert 0 < int(place.psql("SELECT count(*) FROM openai_connexion", KARIM)) < 60
            assert place.owner("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "f"
            assert place.run("version").status == 0

    @tap.test("an existing platform stands beside it, a fixture in place of the demonstration")
    def _platform():
        with Place(sql="CREATE TABLE fixture()", operators=()) as place:
            place.platform()
            assert place.super("SELECT count(*) FROM openai_connexion", "platform") == "5"
            assert place.owner("SELECT count(*) FROM fixture") == "0"

    @tap.test("with passwords")
    def _scram():
        with Place(auth="scram", tcp=True) as place:
            assert int(place.psql("SELECT count(*) FROM openai_connexion", KARIM)) > 0

    tap.main()
