"""A proxy of PostgreSQL's protocol on a Unix socket, that breaks the connection of a save where a test wants it.

    with PgProxy(cluster) as proxy:
        run([program, proxy.conninfo("db", "user")])
        proxy.cut("client", 2)      # the next save: its first two messages pass, then both ends are closed
        proxy.cut("server", 3)      # the whole save passes, and three messages of the answer; the server goes on
        proxy.cut("hold", 2)        # as "client", but nothing is closed before the client gives up
        proxy.cuts                  # how many happened
"""

import contextlib
import os
import select
import shutil
import socket
import struct
import threading

from . import process

SAVE = b"vigie.save("
HEAD = 5


class PgProxy:
    """Leads to a Cluster."""

    def __init__(self, cluster, mark=SAVE):
        self.cluster, self.mark = cluster, mark
        self.target = os.path.join(cluster.host, ".s.PGSQL.%d" % cluster.port)
        self.directory = process.scratch("vx")
        self.plan, self.cuts, self.seen = None, 0, bytearray()
        self.lock = threading.Lock()
        self.links = []

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(self.directory, ".s.PGSQL.5432"))
        self.listener.listen(16)
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def close(self):
        """No further connection, and those that stand are broken."""
        for sock in [self.listener, *self.links]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def conninfo(self, db, user):
        """The way here as a connection string."""
        return "host=%s port=5432 dbname=%s user=%s" % (self.directory, db, user)

    def cut(self, where, count):
        """What happens to the next save."""
        with self.lock:
            self.plan = (where, count)

    def happened(self):
        """Called by a connection that is about to break."""
        self.cuts += 1

    def _take_plan(self):
        with self.lock:
            plan, self.plan = self.plan, None
        return plan

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client):
        with contextlib.suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.target)
            self.links += [client, server]
            Link(self, client, server).run()


class Link:
    """One connection."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.from_client, self.from_server = b"", b""
        self.started = False
        self.plan, self.count = None, 0

    def run(self):
        while True:
            for source in select.select([self.client, self.server], [], [])[0]:
                got = source.recv(65536)
                if not got:
                    return
                if source is self.client:
                    self.proxy.seen += got
                    self.from_client += got
                    alive = self._pass_client()
                else:
                    self.from_server += got
                    alive = self._pass_server()
                if not alive:
                    return

    @staticmethod
    def _split(data, typed=True):
        """The first message and the rest, or None."""
        head = HEAD if typed else HEAD - 1
        if len(data) < head:
            return None, data
        size = struct.unpack("!I", data[head - 4 : head])[0] + head - 4
        return (data[:size], data[size:]) if len(data) >= size else (None, data)

    def _pass_client(self):
        while True:
            message, self.from_client = self._split(self.from_client, self.started)
            if message is None:
                return True
            if self.started and self.plan is None and message[:1] == b"P" and self.proxy.mark in message:
                self.plan = self.proxy._take_plan()
                self.count = 0
            self.started = True
            if self.plan and self.plan[0] in ("client", "hold"):
                if self.count >= self.plan[1]:
                    self.proxy.happened()
                    return self._hold() if self.plan[0] == "hold" else False
                self.count += 1
            self.server.sendall(message)

    def _pass_server(self):
        while True:
            message, self.from_server = self._split(self.from_server)
            if message is None:
                return True
            if self.plan and self.plan[0] == "server":
                if self.count >= self.plan[1]:
                    self.client.sendall(message[: len(message) // 2])
                    self.proxy.happened()
                    return self._drain()
                self.count += 1
            self.client.sendall(message)

    def _hold(self):
        """Until the client has had enough."""
        while self.client.recv(65536):
            pass
        return False

    def _drain(self):
        """The client is gone; the server gets the rest of what it said, and is heard to the end of the transaction."""
        self.client.shutdown(socket.SHUT_RDWR)
        if self.from_client:
            self.server.sendall(self.from_client)
        heard = b""
        while not heard.endswith(b"Z\0\0\0\5I"):
            got = self.server.recv(65536)
            if not got:
                break
            heard = (heard + got)[-64:]
        return False
