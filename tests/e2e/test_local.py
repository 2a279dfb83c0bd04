#!/usr/bin/python3
"""The private PostgreSQL, as root and as an ordinary user: made, started, killed, moved aside, destroyed."""

import contextlib
import glob
import json
import os
import pwd
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.cluster import bindir  # noqa: E402
from support.tmux import Terminal  # noqa: E402

VIGIE = os.environ["VIGIE"]
USAGE, SYSTEM = 2, 6
FILE_LIMIT = 1 << 20


class Home:
    """A place of its own for the state, and the program run there as somebody."""

    def __init__(self, person=None, deep=""):
        """person: an account to become, None for oneself. deep: more path below the scratch folder."""
        self.person = person
        self.base = process.scratch("vl", person)
        os.chmod(self.base, 0o755)
        self.program = shutil.copy(VIGIE, os.path.join(self.base, "program"))
        self.state = os.path.join(self.base, deep) if deep else self.base
        self.env = process.clean_env(self.base, XDG_STATE_HOME=self.state, LC_ALL="C.UTF-8")
        self.root = os.path.join(self.state, "vigie", "postgresql")
        # who owns the server: the person, or postgres for root
        self.server = person or process.server_account() or pwd.getpwuid(os.geteuid())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run("local", "destroy", "--yes")
        shutil.rmtree(self.base, ignore_errors=True)

    def popen(self, *argv, **options):
        return subprocess.Popen(
            [self.program, *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
            cwd="/",
            **process.account_options(self.person),
            **options,
        )

    def run(self, *argv, **options):
        """The finished program, with its status in returncode."""
        with self.popen(*argv, **options) as child:
            out, err = child.communicate(timeout=90)
            return subprocess.CompletedProcess(argv, child.returncode, out, err)

    def local(self, action, *more):
        """`vigie local ACTION --json`, which must succeed."""
        done = self.run("local", action, "--json", *more)
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def psql(self, sql, role="vigie_owner"):
        connection = self.local("status")["connection"]
        done = subprocess.run(
            [os.path.join(bindir(), "psql"), "-XAtq", "-d", connection + " dbname=postgres user=" + role, "-c", sql],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.env,
            cwd="/",
            check=False,
            **process.account_options(self.person),
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def unfinished(self):
        """Clusters that are being made, or were left half made."""
        return glob.glob(self.path("data.new-*"))

    def write(self, path, text):
        """A file of the server's account."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        if os.geteuid() == 0:
            os.chown(path, self.server.pw_uid, self.server.pw_gid)
        os.chmod(path, 0o600)


def people():
    """Oneself, and as root an ordinary user too."""
    yield "", None
    if os.geteuid() == 0:
        yield " (ordinary user)", pwd.getpwnam("nobody")


def each(name):
    """Register the decorated function once for every kind of person."""

    def register(function):
        for suffix, person in people():
            tap.test(name + suffix)(lambda person=person: function(person))

    return register


@each("asking about nothing makes nothing")
def _absent(person):
    with Home(person) as home:
        assert home.local("status")["state"] == "absent"
        assert home.local("stop")["state"] == "absent"
        assert home.local("destroy")["state"] == "absent"
        assert not os.path.exists(os.path.join(home.state, "vigie"))
        done = home.run("list")
        assert done.returncode == 20 and "setup" in done.stderr, done
        assert not os.path.exists(home.root)


@each("a new cluster is private: own folder, socket only, no trust, checksums")
def _private(person):
    with Home(person) as home:
        said = home.local("start")
        assert said["state"] == "running" and said["pid"] > 1, said
        assert said["account"] == home.server.pw_name
        for folder in (home.root, home.path("data"), home.path("s")):
            found = os.stat(folder)
            assert stat.S_IMODE(found.st_mode) & 0o077 == 0, folder
            assert found.st_uid == home.server.pw_uid, folder
        assert os.stat("/proc/%d" % said["pid"]).st_uid == home.server.pw_uid
        assert home.psql("SHOW listen_addresses") == ""
        assert home.psql("SHOW data_checksums") == "on"
        assert home.psql("SHOW server_encoding") == "UTF8"
        with open(home.path("data", "pg_hba.conf"), encoding="utf-8") as file:
            assert file.read() == "local all all peer map=vigie\n"
        roles = home.psql(
            "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname LIKE 'vigie%' ORDER BY 1"
        )
        assert roles == "vigie_owner|f|t|f\nvigie_root|t|t|t", roles
        assert home.local("start")["pid"] == said["pid"]
        assert home.local("stop")["state"] == "stopped"
        process.wait_gone([said["pid"]])


@each("programs that start at once share one server")
def _together(person):
    with Home(person) as home:
        for _ in range(2):  # first to make it, then to start it
            children = [home.popen("local", "start", "--json") for _ in range(4)]
            said = []
            for child in children:
                out, err = child.communicate(timeout=90)
                assert child.returncode == 0, err
                said.append(json.loads(out))
            assert len({one["pid"] for one in said}) == 1, said
            assert all(one["state"] == "running" for one in said)
            home.local("stop")


@each("a server killed with -9 comes back with its data")
def _killed(person):
    with Home(person) as home:
        pid = home.local("start")["pid"]
        home.psql("CREATE DATABASE kept")
        os.kill(pid, signal.SIGKILL)
        process.wait_gone([pid])
        said = home.local("start")
        assert said["state"] == "running" and said["pid"] != pid
        assert home.psql("SELECT datname FROM pg_database WHERE datname = 'kept'") == "kept"


@each("a pid file whose pid belongs to another process now is stale")
def _stale(person):
    with Home(person) as home:
        home.local("start")
        home.local("stop")
        other = process.spawn(["sleep", "600"], home.server if os.geteuid() == 0 else None)
        try:
            text = "%d\n%s\n1700000000\n5483\n%s\n\n        1         1\nready   \n"
            home.write(home.path("data", "postmaster.pid"), text % (other.pid, home.path("data"), home.path("s")))
            home.write(home.path("s", ".s.PGSQL.5483.lock"), "%d\n" % other.pid)
            assert home.local("status")["state"] == "stopped"
            said = home.local("start")
            assert said["state"] == "running" and said["pid"] != other.pid
            assert process.alive(other.pid)
            assert home.local("stop")["state"] == "stopped"
            assert process.alive(other.pid)
        finally:
            process.end(other)


@each("a creation that was interrupted starts over")
def _interrupted(person):
    with Home(person) as home:
        child = home.popen("local", "start")
        wait.until(lambda: home.unfinished(), what="the creation", interval=0.002)
        child.kill()
        child.communicate()
        assert home.local("status")["state"] == "absent"
        assert home.local("start")["state"] == "running"
        home.local("stop")
        home.local("destroy", "--yes")
        assert not os.path.exists(home.root)


@each("a creation that fails says why and leaves nothing half made")
def _fails(person):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))

    with Home(person) as home:
        done = home.run("local", "start", preexec_fn=small)
        assert done.returncode == SYSTEM, done
        assert "vigie: " in done.stderr and "→" in done.stderr, done.stderr
        assert not os.path.exists(home.path("data")) and not home.unfinished()
        assert home.local("start")["state"] == "running"


@each("a long path gets a short socket, again when the short folder is gone")
def _long(person):
    with Home(person, deep="x" * 100) as home:
        connection = home.local("start")["connection"]
        assert "host='/tmp/vigie-" in connection, connection
        folder = connection.split("host='")[1].split("'")[0]
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert home.psql("SELECT 1") == "1"
        home.local("stop")
        shutil.rmtree(folder)
        again = home.local("start")["connection"].split("host='")[1].split("'")[0]
        assert again != folder and home.psql("SELECT 1") == "1"
        home.local("destroy", "--yes")
        assert not os.path.exists(again)


@tap.test("a short folder that somebody else could enter is not used again")
def _foreign_folder():
    with Home(deep="x" * 100) as home:
        connection = home.local("start")["connection"]
        folder = connection.split("host='")[1].split("'")[0]
        home.local("stop")
        os.chmod(folder, 0o755)
        assert folder not in home.local("start")["connection"]
        shutil.rmtree(folder)


@tap.test("a folder that the server's account cannot reach is named with its cure")
def _unreachable():
    if os.geteuid() != 0:
        tap.skip("needs root")
    with Home() as home:
        os.chmod(home.base, 0o700)
        done = home.run("local", "start")
        assert done.returncode == SYSTEM and "postgres" in done.stderr, done
        assert "XDG_STATE_HOME" in done.stderr, done
        os.chmod(home.base, 0o755)


@each("destroying needs a word: --yes without a terminal")
def _destroy(person):
    with Home(person) as home:
        pid = home.local("start")["pid"]
        done = home.run("local", "destroy")
        assert done.returncode == USAGE and "--yes" in done.stderr, done
        assert home.local("status")["pid"] == pid
        assert home.local("destroy", "--yes")["state"] == "absent"
        process.wait_gone([pid])
        assert not os.path.exists(home.root)


def answer(home, text, says):
    """`vigie local destroy` on a terminal, answered; returns the exit status."""
    with Terminal(cols=120, env={"XDG_STATE_HOME": home.state}) as terminal:
        terminal.start([home.program, "local", "destroy"])
        terminal.wait_for("Type vigie")
        terminal.type(text)
        terminal.send("Enter")
        terminal.wait_for(says)
        return terminal.wait_end()


@tap.test("on a terminal, destroying asks for the typed name")
def _typed():
    with Home() as home:
        home.local("start")
        answer(home, "yes", "nothing was removed")
        assert home.local("status")["state"] == "running"
        answer(home, "vigie", "absent")
        assert home.local("status")["state"] == "absent"


@each("nobody's variables reach the server or its connection")
def _environment(person):
    with Home(person) as home:
        home.env.update(PGDATA="/nowhere", PGUSER="nobody", PGOPTIONS="-c work_mem=1", LC_ALL="C", TZ="Asia/Tokyo")
        home.env.update(LD_BIND_NOW="1", PGPORT="1")
        pid = home.local("start")["pid"]
        with contextlib.suppress(PermissionError), open("/proc/%d/environ" % pid, encoding="utf-8") as file:
            names = {one.split("=")[0] for one in file.read().split("\0")}
            assert not names & {"PGUSER", "PGOPTIONS", "PGPORT", "TZ", "LD_BIND_NOW"}, names


KEY = "sk-e2e-0123456789abcdef"


def server_log(home):
    with open(home.path("server.log"), encoding="utf-8") as file:
        return file.read()


@each("the first steps by options: organisation, operator, connexion")
def _setup(person):
    with Home(person) as home:
        file = os.path.join(home.base, "key")
        with open(file, "w", encoding="utf-8") as key:
            key.write(KEY + "\n")
        if person:
            os.chown(file, person.pw_uid, person.pw_gid)
        steps = ["setup", "--name", "Réseau Horizon", "--operator", "claire", "--account", "ia@horizon.example"]
        os.chmod(file, 0o644)
        done = home.run(*steps, "--key-file", file)
        assert done.returncode == SYSTEM and "chmod 600" in done.stderr, done
        assert home.psql("SELECT 1 FROM pg_roles WHERE rolname = 'claire'") == ""
        os.chmod(file, 0o600)
        done = home.run(*steps, "--key-file", file)
        assert done.returncode == 0 and "vigie -U claire" in done.stdout, done
        assert KEY not in done.stdout + done.stderr
        rows = json.loads(home.run("list", "--json").stdout)
        assert len(rows) == 1 and "ia@horizon.example" in json.dumps(rows), rows
        assert KEY not in json.dumps(rows) and KEY not in server_log(home)
        home.run("setup", "--name", "Autre", "--operator", "karim")
        done = home.run("list")
        assert done.returncode == 30 and "-U claire" in done.stderr and "-U karim" in done.stderr, done
        done = home.run("list", "-U", "claire", "--json")
        assert len(json.loads(done.stdout)) == 1, done
        done = home.run("setup", "--name", "Autre", "--operator", "karim")
        assert done.returncode == 7 and "karim" in done.stderr, done
        done = home.run("setup", "--name", "Autre", "--operator", 'a"b')
        assert done.returncode == USAGE, done
        done = home.run("list", "-U", "vigie_nobody")
        assert done.returncode == 21 and "operators" in done.stderr, done


@tap.test("the first steps on a terminal ask for what is missing, and do not show the key")
def _asked():
    with Home() as home, Terminal(cols=100, env={"XDG_STATE_HOME": home.state}) as terminal:
        terminal.start([home.program, "setup", "--name", "Agence du Midi"])
        terminal.wait_for("Login role")
        terminal.type("lea")
        terminal.send("Enter")
        terminal.wait_for("E-mail of the operator")
        terminal.send("Enter")
        terminal.wait_for("OpenAI account")
        terminal.type("ia@midi.example")
        terminal.send("Enter")
        terminal.wait_for("API key")
        terminal.type(KEY)
        terminal.send("Enter")
        terminal.wait_for("Continue with: vigie -U lea")
        assert KEY not in terminal.screen(), terminal.screen()
        assert terminal.wait_end() == 0
        assert "ia@midi.example" in home.run("list").stdout
        assert KEY not in server_log(home)


@each("the demonstration is made at its first use, whoever comes first, and again on demand")
def _demo(person):
    with Home(person) as home:
        for argv in (["demo", "list", "--json"], ["demo", "reset"]):
            children = [home.popen("demo", "list", "--json"), home.popen(*argv)]
            outs = [child.communicate(timeout=90) for child in children]
            assert [child.returncode for child in children][1] == 0, outs
        everything = json.loads(home.run("demo", "list", "--json").stdout)
        assert len(everything) >= 60, len(everything)
        for member in ("karim", "lea"):
            some = json.loads(home.run("demo", "list", "--json", "-U", member).stdout)
            assert 0 < len(some) < len(everything), member
        done = home.run("list")
        assert done.returncode == 30, done  # the person's own database is another one
        done = home.run("demo", "list", "host=x")
        assert done.returncode == USAGE, done


@tap.test("a password on the command line is hidden from the list of processes")
def _hidden():
    with Home() as home, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        where = "host=127.0.0.1 port=%d user=a password=geheim" % deaf.getsockname()[1]
        child = home.popen("list", where)
        try:
            deaf.settimeout(10)
            line, _ = deaf.accept()
            with line, open("/proc/%d/cmdline" % child.pid, encoding="utf-8") as file:
                words = file.read().replace("\0", " ")
                assert "geheim" not in words and "list" in words, words
        finally:
            process.end(child)
            child.communicate()


@tap.test("places of the configuration file, and what wins over what")
def _places():
    with Home() as home:
        folder = os.path.join(home.base, "config", "vigie")
        os.makedirs(folder)
        path = os.path.join(folder, "vigie.conf")

        def refused(text, argv, status, says):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o600)
            done = home.run(*argv)
            assert done.returncode == status and says in done.stderr, done

        place = "[vigie]\nidentity = claims\n[place far]\nconnection = host=/nowhere/at/all\n"
        refused(place, ["list", "@far"], 20, "/nowhere/at/all")
        refused(place, ["list", "host=/nowhere/else"], 20, "/nowhere/else")
        refused(place, ["list", "@near"], 3, "[place near]")
        refused("[vigie]\nsrt = a\n", ["list"], 3, "vigie.conf:2: ")
        home.env["PGHOST"] = "/nowhere/by/variable"
        refused("", ["list"], 20, "/nowhere/by/variable")


tap.main()
