"""A scratch PostgreSQL (14 or newer) on a Unix socket, for one test program.

    with Cluster(roles=("app",)) as cluster:
        cluster.createdb("one")
        cluster.psql("SELECT 1", db="one")

As root the server runs as user postgres; the test itself, root and postgres may connect as the superuser
and as every role named in map_roles(), by peer authentication: no password exists unless auth="scram".
"""

import glob
import os
import pwd
import re
import shutil
import signal
import subprocess

from . import process, tap, wait

MINIMUM = 14
SUPERUSER = "postgres"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
    "unix_socket_permissions": "0777",
}


class SqlError(AssertionError):
    """A statement failed; text is what psql printed, sqlstate its five characters."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text
        match = re.search(r"(?:ERROR|FATAL): +([0-9A-Z]{5}):", text)
        self.sqlstate = match.group(1) if match else None


def bindir():
    """The folder of the newest server that is new enough."""
    folders = []
    config = shutil.which("pg_config")
    if config:
        found = subprocess.run(
            [config, "--bindir"], stdout=subprocess.PIPE, text=True, check=False
        )
        folders.append(found.stdout.strip())
    debian = glob.glob("/usr/lib/postgresql/*/bin")
    folders += sorted(debian, key=lambda path: int(path.split("/")[-2]), reverse=True)
    for folder in folders:
        server = os.path.join(folder, "postgres")
        if os.access(server, os.X_OK) and os.access(os.path.join(folder, "initdb"), os.X_OK):
            said = subprocess.run([server, "--version"], stdout=subprocess.PIPE, text=True, check=True)
            if int(re.search(r"(\d+)", said.stdout).group(1)) >= MINIMUM:
                return folder
    raise RuntimeError("no PostgreSQL server %d or newer: install postgresql-15" % MINIMUM)


class Cluster:
    """A server of its own, with its data and socket in a short folder under /tmp."""

    def __init__(self, *, auth="peer", tcp=False, log_statements=False, roles=(), settings=None):
        """auth: "peer", or "scram" for every role but the superuser. tcp: also listen on 127.0.0.1."""
        self.auth = auth
        self.account = process.server_account()
        self.directory = process.scratch("vg", self.account)
        self.data = os.path.join(self.directory, "data")
        self.host = self.directory
        self.tcp = tcp
        self.port = process.free_port() if tcp else 5432
        self.log_path = os.path.join(self.directory, "server.log")
        self.passwords = {}
        self.roles = [SUPERUSER, *roles]
        self.settings = dict(SETTINGS, unix_socket_directories=self.directory)
        self.settings["listen_addresses"] = "127.0.0.1" if tcp else ""
        if log_statements:
            self.settings["log_statement"] = "all"
        self.settings.update(settings or {})
        self.bin = bindir()
        self.server = None
        self._initdb()

    def __enter__(self):
        if self.server is None:
            self.start()
        tap.on_failure(self._log_tail)
        return self

    def __exit__(self, kind, _error, _trace):
        tap.forget(self._log_tail)
        if kind is not None:
            tap.attach(*self._log_tail())
        self.destroy()

    def _log_tail(self):
        return "server log", "\n".join(self.log().splitlines()[-15:])

    def _program(self, name):
        return os.path.join(self.bin, name)

    def _initdb(self):
        argv = [self._program("initdb"), "-D", self.data, "-U", SUPERUSER, "--no-sync"]
        argv += ["--auth-local=peer", "--auth-host=scram-sha-256", "-E", "UTF8"]
        argv += ["--locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=process.clean_env(self.directory),
            check=False,
            **process.account_options(self.account),
        )
        if done.returncode:
            raise RuntimeError("initdb failed:\n" + done.stdout)
        self._write_hba()
        self._write_ident()

    def _write(self, name, lines):
        path = os.path.join(self.data, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        os.chmod(path, 0o600)

    def _write_hba(self):
        others = "peer map=tests" if self.auth == "peer" else "scram-sha-256"
        lines = ["local all %s peer map=tests" % SUPERUSER, "local all all " + others]
        if self.tcp:
            lines.append("host all all 127.0.0.1/32 scram-sha-256")
        self._write("pg_hba.conf", lines)

    def _write_ident(self):
        people = {pwd.getpwuid(os.geteuid()).pw_name, "root", "postgres"}
        self._write(
            "pg_ident.conf",
            ['tests %s "%s"' % (who, role) for who in sorted(people) for role in self.roles],
        )

    def start(self, timeout=wait.PATIENCE):
        """Start the server and wait until it accepts connections."""
        argv = [self._program("postgres"), "-D", self.data, "-p", str(self.port)]
        for name, value in self.settings.items():
            argv += ["-c", "%s=%s" % (name, value)]
        with open(self.log_path, "ab") as log:
            self.server = process.spawn(
                argv,
                self.account,
                signal.SIGQUIT,
                stdout=log,
                stderr=log,
                env=process.clean_env(self.directory),
            )
        wait.until(self._ready, timeout, "the server's start", show=self.log)

    def _ready(self):
        if self.server.poll() is not None:
            raise AssertionError("the server ended at its start:\n" + self.log())
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
                lines = file.read().split("\n")
        except FileNotFoundError:
            return False
        return lines[0] == str(self.server.pid) and len(lines) > 7 and lines[7].strip() == "ready"

    def processes(self):
        """The server's pid and those of its living children."""
        return [self.server.pid, *filter(process.alive, process.children(self.server.pid))]

    def _each(self, number):
        pids = self.processes()
        for pid in pids:
            process.send_signal(pid, number)
        return pids

    def stop(self, number=signal.SIGINT):
        """Shut down: fast by default."""
        if self.server is None:
            return
        if self.server.poll() is None:
            self._each(signal.SIGCONT)
            process.end(self.server, (number, signal.SIGQUIT, signal.SIGKILL))
        self.server = None

    def restart(self):
        """Stop and start again."""
        self.stop()
        self.start()

    def kill9(self):
        """Kill every process of the server at once, as a power cut would."""
        self.sigstop()
        pids = self._each(signal.SIGKILL)
        self.server.wait()
        self.server = None
        process.wait_gone(pids)

    def sigstop(self):
        """Freeze the server: connections stay open and nothing answers."""
        # the parent first, so that it makes no more children
        for _ in range(2):
            pids = self._each(signal.SIGSTOP)
            wait.until(lambda: all(process.state(pid) in "TXZ" for pid in pids), what="the freeze")

    def sigcont(self):
        """Let a frozen server go on."""
        self._each(signal.SIGCONT)

    def reload(self):
        """Have the configuration files read again and wait until they were."""
        before = self.psql("SELECT pg_conf_load_time()")
        process.send_signal(self.server.pid, signal.SIGHUP)
        wait.until(lambda: self.psql("SELECT pg_conf_load_time()") != before, what="the reload")

    def destroy(self):
        """Stop the server and remove its files."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def map_roles(self, *roles):
        """Allow the test to connect as these roles as well."""
        self.roles += [role for role in roles if role not in self.roles]
        self._write_ident()
        if self.server is not None:
            self.reload()

    def set_password(self, role, password):
        """Give a role a password (auth="scram"); psql() and env() then use it from a file."""
        self.psql("SET log_statement = 'none'; ALTER ROLE \"%s\" PASSWORD '%s'" % (role, password))
        self.passwords[role] = password
        escaped = {r: p.replace("\\", "\\\\").replace(":", "\\:") for r, p in self.passwords.items()}
        path = os.path.join(self.directory, "pgpass")
        with open(path, "w", encoding="utf-8") as file:
            os.chmod(path, 0o600)
            file.writelines("*:*:*:%s:%s\n" % pair for pair in escaped.items())

    def env(self, db="postgres", user=SUPERUSER):
        """The variables that lead libpq to this server."""
        found = {"PGHOST": self.host, "PGPORT": str(self.port), "PGDATABASE": db, "PGUSER": user}
        if self.passwords:
            found["PGPASSFILE"] = os.path.join(self.directory, "pgpass")
        return found

    def conninfo(self, db="postgres", user=SUPERUSER, host=None):
        """The same as a connection string."""
        return "host=%s port=%d dbname=%s user=%s" % (host or self.host, self.port, db, user)

    def psql(self, sql, db="postgres", user=SUPERUSER, variables=None):
        """Run statements; the rows as psql -At prints them. SqlError when one fails."""
        argv = [self._program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        argv += ["-v", "VERBOSITY=verbose", "-f", "-"]
        for name, value in (variables or {}).items():
            argv += ["-v", "%s=%s" % (name, value)]
        done = subprocess.run(
            argv,
            input=sql,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env=process.clean_env(self.directory, **self.env(db, user)),
            check=False,
        )
        if done.returncode:
            raise SqlError(done.stderr.strip())
        return done.stdout.rstrip("\n")

    def rows(self, sql, db="postgres", user=SUPERUSER):
        """The rows of one query as lists of text."""
        text = self.psql("\\pset fieldsep '\\037'\n\\pset recordsep '\\036'\n" + sql, db, user)
        return [row.split("\037") for row in text.split("\036")] if text else []

    def run_file(self, path, db="postgres", user=SUPERUSER):
        """Run a file of SQL."""
        with open(path, encoding="utf-8") as file:
            return self.psql(file.read(), db, user)

    def createdb(self, name, owner=SUPERUSER):
        """Create an empty database."""
        self.psql('CREATE DATABASE "%s" OWNER "%s" TEMPLATE template0' % (name, owner))

    def log(self):
        """The server's log."""
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""


def _self_test():
    @tap.test("a server starts, answers as mapped roles and is gone afterwards")
    def _life():
        with Cluster(log_statements=True) as cluster:
            cluster.psql("CREATE ROLE app LOGIN")
            try:
                cluster.psql("SELECT 1", user="app")
            except SqlError as error:
                assert "Peer authentication failed" in error.text, error
            else:
                raise AssertionError("app could connect before it was mapped")
            cluster.map_roles("app")
            cluster.createdb("one", owner="app")
            assert cluster.psql("SELECT current_user", "one", "app") == "app"
            assert cluster.rows("VALUES ('a', 'b|c'), ('d', E'e\\nf')") == [["a", "b|c"], ["d", "e\nf"]]
            assert "CREATE ROLE app" in cluster.log()
            pids, folder = cluster.processes(), cluster.directory
        process.wait_gone(pids)
        assert not os.path.exists(folder)

    @tap.test("an error carries its SQLSTATE")
    def _error():
        with Cluster() as cluster:
            try:
                cluster.psql("SELECT 1/0")
            except SqlError as error:
                assert error.sqlstate == "22012", error
            else:
                raise AssertionError("no error")

    @tap.test("it survives a kill, a freeze and a restart")
    def _faults():
        with Cluster() as cluster:
            cluster.psql("CREATE TABLE t(a int); INSERT INTO t VALUES (7)")
            cluster.psql("CHECKPOINT")
            cluster.kill9()
            cluster.start()
            assert cluster.psql("SELECT a FROM t") == "7"
            client = subprocess.Popen(
                [os.path.join(cluster.bin, "psql"), "-XAtc", "SELECT 8"],
                env=process.clean_env(cluster.directory, **cluster.env()),
                stdout=subprocess.PIPE,
            )
            client.wait()
            assert client.stdout.read() == b"8\n"
            client.stdout.close()
            cluster.sigstop()
            states = [process.state(pid) for pid in cluster.processes()]
            assert set(states) == {"T"}, states
            cluster.sigcont()
            cluster.restart()
            assert cluster.psql("SELECT a FROM t") == "7"
            cluster.sigstop()

    @tap.test("passwords and TCP")
    def _scram():
        with Cluster(auth="scram", tcp=True) as cluster:
            cluster.psql("CREATE ROLE app LOGIN")
            cluster.set_password("app", "it's:a\\secret".replace("'", ""))
            assert cluster.psql("SELECT current_user", user="app") == "app"
            cluster.host = "127.0.0.1"
            assert cluster.psql("SELECT inet_server_port()", user="app") == str(cluster.port)

    tap.main()


if __name__ == "__main__":
    _self_test()
