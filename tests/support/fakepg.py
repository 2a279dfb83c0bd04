"""A counterfeit PostgreSQL server: just enough of the version 3 protocol to say what a test wants.

    with FakePg(version="13.4") as server:
        run([program, server.conninfo()])

mode "ready" logs every client in and answers each statement with an error; "silent" accepts and never answers;
"close" hangs up after the start-up message; "garbage" answers with bytes that are no protocol.
"""

import os
import shutil
import socket
import struct
import threading

from . import process, tap, wait

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102
GARBAGE = b"\x7fELF\x00\xff\xff\xff\xff" * 64


def message(kind, payload=b""):
    """One message of the protocol."""
    return kind + struct.pack("!I", len(payload) + 4) + payload


def strings(*values):
    """Values as the protocol's C strings."""
    return b"".join(value.encode() + b"\0" for value in values)


def error(sqlstate, text, severity="ERROR"):
    """An ErrorResponse."""
    return message(b"E", strings("S" + severity, "V" + severity, "C" + sqlstate, "M" + text) + b"\0")


READY = message(b"Z", b"I")


class FakePg:
    """A server on a Unix socket of its own and on a port of 127.0.0.1."""

    def __init__(self, version="13.4", mode="ready", parameters=None):
        """parameters: more ParameterStatus values to announce."""
        self.mode = mode
        self.parameters = {
            "server_version": version,
            "server_encoding": "UTF8",
            "client_encoding": "UTF8",
            "DateStyle": "ISO, MDY",
            "integer_datetimes": "on",
            "standard_conforming_strings": "on",
            **(parameters or {}),
        }
        self.directory = process.scratch("vf")
        self.host = self.directory
        self.statements = []
        self.started = []
        self.listeners = []
        self.clients = []
        self.port = 0

    def __enter__(self):
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        local = socket.socket(socket.AF_UNIX)
        local.bind(os.path.join(self.directory, ".s.PGSQL.%d" % self.port))
        local.listen()
        self.listeners = [tcp, local]
        for listener in self.listeners:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_error):
        for sock in self.listeners + self.clients:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def env(self, db="postgres", user="nobody"):
        """The variables that lead libpq here."""
        return {"PGHOST": self.host, "PGPORT": str(self.port), "PGDATABASE": db, "PGUSER": user}

    def conninfo(self, db="postgres", user="nobody"):
        """The same as a connection string."""
        return "host=%s port=%d dbname=%s user=%s" % (self.host, self.port, db, user)

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client.makefile("rb") as source:
                if self._greet(client, source):
                    self._answer(client, source)
        except (OSError, ValueError, struct.error):
            pass
        finally:
            if self.mode != "silent":
                client.close()

    def _greet(self, client, source):
        """Read start-up messages until the session may begin; False when there will be none."""
        while True:
            length, code = struct.unpack("!II", source.read(8))
            body = source.read(length - 8)
            if code in (SSL_REQUEST, GSS_REQUEST) and self.mode == "ready":
                client.sendall(b"N")
                continue
            break
        if code == CANCEL_REQUEST or self.mode == "close":
            return False
        if self.mode == "garbage":
            client.sendall(GARBAGE)
            return False
        self.started.append(dict(zip(*[iter(body.decode("utf-8", "replace").split("\0"))] * 2)))
        if self.mode == "silent":
            return False
        client.sendall(
            message(b"R", struct.pack("!I", 0))
            + b"".join(message(b"S", strings(*pair)) for pair in self.parameters.items())
            + message(b"K", struct.pack("!II", os.getpid(), 42))
            + READY
        )
        return True

    def _answer(self, client, source):
        refusal = error("0A000", "this server is a counterfeit")
        failed = False
        while True:
            kind, length = source.read(1), source.read(4)
            if kind in (b"", b"X") or not length:
                return
            body = source.read(struct.unpack("!I", length)[0] - 4)
            if kind in b"QP":
                part = 0 if kind == b"Q" else 1
                self.statements.append(body.decode("utf-8", "replace").split("\0")[part])
            if kind == b"Q":
                client.sendall(refusal + READY)
            elif kind == b"S":
                client.sendall(READY)
                failed = False
            elif not failed:
                client.sendall(refusal)
                failed = True


def _self_test():
    import subprocess

    def psql(server, *argv, **env):
        return subprocess.run(
            ["psql", "-X", *argv],
            env=process.clean_env("/nowhere", **server.env(), **env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=wait.PATIENCE,
            check=False,
        )

    @tap.test("psql believes the version and is refused every statement")
    def _ready():
        with FakePg("13.4") as server:
            said = psql(server, "-Atc", r"\echo :SERVER_VERSION_NUM")
            assert said.stdout == "130004\n", said.stdout
            said = psql(server, "-c", "SELECT 1")
            assert "counterfeit" in said.stdout and said.returncode == 1, said.stdout
            assert server.statements == ["SELECT 1"]
            assert server.started[0]["user"] == "nobody"

    @tap.test("a client that insists on TLS is told there is none")
    def _tls():
        with FakePg() as server:
            server.host = "127.0.0.1"
            said = psql(server, "-c", "SELECT 1", PGSSLMODE="require")
            assert "does not support SSL" in said.stdout, said.stdout

    @tap.test("it hangs up, speaks nonsense or says nothing")
    def _rude():
        with FakePg(mode="close") as server:
            assert "closed the connection" in psql(server, "-c", "SELECT 1").stdout
        with FakePg(mode="garbage") as server:
            assert psql(server, "-c", "SELECT 1").returncode == 2
        with FakePg(mode="silent") as server:
            said = psql(server, "-c", "SELECT 1", PGCONNECT_TIMEOUT="2")
            assert "timeout expired" in said.stdout, said.stdout

    tap.main()


if __name__ == "__main__":
    _self_test()
