"""PgBouncer in transaction mode in front of a Cluster.

    with Bouncer(cluster, {"alice": "secret"}) as bouncer:
        cluster.psql(..., user="alice")  # directly
        bouncer.env(db="one", user="alice")  # through the pool

Clients log in by password (SCRAM) over its Unix socket or 127.0.0.1; towards the server the pool uses the same
name, by peer where the cluster maps it (map_roles), by the same password where the cluster asks for one.
"""

import os
import shutil
import socket
import subprocess

from . import process, tap, wait
from .cluster import Cluster

CONFIG = """\
[databases]
* = host={server} port={server_port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir = {directory}
auth_type = scram-sha-256
auth_file = {directory}/users.txt
admin_users = {admin}
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 50
server_lifetime = 600
logfile = {directory}/bouncer.log
pidfile = {directory}/bouncer.pid
"""
ADMIN = "pool_admin"


class Bouncer:
    """A pool of connections: few to the server, many to the clients."""

    def __init__(self, cluster, passwords, *, mode="transaction", size=1):
        """passwords: what each client role must say. size: server connections per role and database."""
        self.cluster = cluster
        self.passwords = {**passwords, ADMIN: "pool"}
        self.account = process.server_account()
        self.directory = process.scratch("vb", self.account)
        self.host = self.directory
        self.port = process.free_port()
        self.server = None
        values = {
            "server": cluster.directory, "server_port": cluster.port, "port": self.port,
            "directory": self.directory, "mode": mode, "size": size, "admin": ADMIN,
        }
        self.config = self._write("bouncer.ini", CONFIG.format(**values), self.account)
        users = ['"%s" "%s"\n' % (r, p.replace('"', '""')) for r, p in self.passwords.items()]
        self._write("users.txt", "".join(users), self.account)
        passfile = ["*:*:*:%s:%s\n" % pair for pair in self.passwords.items()]
        self.passfile = self._write("pgpass", "".join(passfile), None)

    def _write(self, name, text, account):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            os.chmod(path, 0o600)
            file.write(text)
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)
        return path

    def __enter__(self):
        self.start()
        tap.on_failure(self._log_tail)
        return self

    def __exit__(self, kind, _error, _trace):
        tap.forget(self._log_tail)
        if kind is not None:
            tap.attach(*self._log_tail())
        self.destroy()

    def _log_tail(self):
        return "PgBouncer's log", "\n".join(self.log().splitlines()[-15:])

    def start(self):
        """Start the pool and wait until it accepts connections."""
        program = shutil.which("pgbouncer", path=process.clean_env("/")["PATH"])
        if program is None:
            raise RuntimeError("pgbouncer is not installed")
        self.server = process.spawn(
            [program, "-q", self.config],
            self.account,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=process.clean_env(self.directory),
        )
        wait.until(self._accepts, what="the start of PgBouncer", show=self.log)

    def _accepts(self):
        if self.server.poll() is not None:
            raise AssertionError("PgBouncer ended at its start:\n" + self.log())
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(os.path.join(self.directory, ".s.PGSQL.%d" % self.port)) == 0

    def stop(self):
        """End the pool at once."""
        if self.server is not None:
            process.end(self.server)
            self.server = None

    def destroy(self):
        """End the pool and remove its files."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def env(self, db, user):
        """The variables that lead libpq to the pool."""
        return {
            "PGHOST": self.host, "PGPORT": str(self.port), "PGDATABASE": db, "PGUSER": user,
            "PGPASSFILE": self.passfile,
        }

    def conninfo(self, db, user, host=None):
        """The same as a connection string (the password comes from PGPASSFILE)."""
        return "host=%s port=%d dbname=%s user=%s" % (host or self.host, self.port, db, user)

    def psql(self, sql, db, user):
        """Run statements through the pool: the rows as psql -At prints them."""
        done = subprocess.run(
            [os.path.join(self.cluster.bin, "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=sql,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=process.clean_env(self.directory, **self.env(db, user)),
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stdout.strip())
        return done.stdout.rstrip("\n")

    def server_connections(self, db):
        """How many connections the pool holds to the server for a database."""
        shown = self.psql("SHOW SERVERS", "pgbouncer", ADMIN)
        return sum(line.split("|")[2] == db for line in shown.splitlines())

    def log(self):
        """The pool's log."""
        try:
            path = os.path.join(self.directory, "bouncer.log")
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""


def _self_test():
    def share(cluster):
        cluster.psql("CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN")
        if cluster.auth == "peer":
            cluster.map_roles("alice", "bob")
        else:
            cluster.set_password("alice", "a")
            cluster.set_password("bob", "b")
        with Bouncer(cluster, {"alice": "a", "bob": "b"}) as bouncer:
            for role in ("alice", "bob", "alice"):
                assert bouncer.psql("SELECT session_user", "postgres", role) == role
            first = bouncer.psql("SELECT pg_backend_pid()", "postgres", "alice")
            assert bouncer.psql("SELECT pg_backend_pid()", "postgres", "alice") == first
            assert bouncer.server_connections("postgres") == 2
            pid = bouncer.server.pid
        process.wait_gone([pid])

    @tap.test("two roles share the pool, the server trusts by peer")
    def _peer():
        with Cluster() as cluster:
            share(cluster)

    @tap.test("two roles share the pool, the server asks for passwords")
    def _scram():
        with Cluster(auth="scram") as cluster:
            share(cluster)

    @tap.test("a wrong password is refused")
    def _wrong():
        with Cluster() as cluster, Bouncer(cluster, {"alice": "a"}) as bouncer:
            bouncer._write("pgpass", "*:*:*:alice:b\n", None)
            try:
                bouncer.psql("SELECT 1", "postgres", "alice")
            except AssertionError as error:
                assert "password" in str(error) or "authentication" in str(error), error
            else:
                raise AssertionError("no error")

    tap.main()


if __name__ == "__main__":
    _self_test()
