"""HTTP/2 over TLS on loopback in raw frames, for what no sound server does.

    def play(link):                       # one connection, in a thread of its own
        for stream in link.requests():
            link.answer(stream)

    with Peer(play) as peer:
        peer.url, peer.ca                 # https://127.0.0.1:PORT/v1 and the authority's certificate
"""

import contextlib
import functools
import os
import select
import socket
import ssl
import threading

from . import process
from .nginx import certificates

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
INTERNAL_ERROR, REFUSED_STREAM = 2, 7
MAX_CONCURRENT_STREAMS = 3
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
LIST = b'{"object":"list","data":[{"id":"gpt-4","object":"model","created":1,"owned_by":"openai"}]}'
HEAD = b"\x88\x0f\x10\x10application/json"  # :status 200 and a content type


@functools.lru_cache(None)
def authority():
    """A folder with ca.pem, server.pem and server.key."""
    folder = process.scratch("v2")
    certificates(folder)
    return folder


def frame(kind, flags=0, stream=0, payload=b""):
    """One frame."""
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def field(name, value):
    """A header that the other side need not remember."""
    return b"\0" + bytes((len(name),)) + name + bytes((len(value),)) + value


def settings(**values):
    """The frame SETTINGS; streams: how many at once."""
    streams = values.get("streams")
    return frame(SETTINGS, payload=b"" if streams is None else bytes((0, MAX_CONCURRENT_STREAMS)) + streams.to_bytes(4, "big"))


class Link:
    """One connection: number counts from 1 at its peer."""

    def __init__(self, peer, plain, number):
        self.peer, self.number = peer, number
        self.sock = peer.context.wrap_socket(plain, server_side=True)
        self.rest = b""

    def send(self, *frames):
        """Send bytes."""
        self.sock.sendall(b"".join(frames))

    def _read(self, size):
        while len(self.rest) < size:
            got = self.sock.recv(1 << 16)
            if not got:
                raise ConnectionError("the other side left")
            self.rest += got
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def greet(self, **values):
        """Read the preface and send SETTINGS."""
        assert self._read(len(PREFACE)) == PREFACE
        self.send(settings(**values))

    def frames(self):
        """Type, flags, stream and payload of what comes; SETTINGS are acknowledged."""
        while True:
            head = self._read(9)
            payload = self._read(int.from_bytes(head[:3], "big"))
            if head[3] == SETTINGS and not head[4] & ACK:
                self.send(frame(SETTINGS, ACK))
            yield head[3], head[4], int.from_bytes(head[5:9], "big"), payload

    def requests(self):
        """The streams that are opened, as they come."""
        for kind, _, stream, _ in self.frames():
            if kind == HEADERS:
                self.peer.count(self)
                yield stream

    def quiet(self, seconds=0.05):
        """Whether nothing more comes for a moment."""
        return not self.rest and not self.sock.pending() and not select.select([self.sock], [], [], seconds)[0]

    def answer(self, stream, body=LIST):
        """A sound answer."""
        self.send(frame(HEADERS, END_HEADERS, stream, HEAD + field(b"x-request-id", b"req_h2")), frame(DATA, END_STREAM, stream, body))

    def wait(self):
        """Read until the other side leaves."""
        for _ in self.frames():
            pass


class Peer:
    """One port that plays one thing."""

    def __init__(self, play):
        self.play = play
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(authority(), "server.pem"), os.path.join(authority(), "server.key"))
        self.context.set_alpn_protocols(["h2"])
        self.ca = os.path.join(authority(), "ca.pem")
        self.lock = threading.Lock()
        self.links, self.streams = 0, []  # the link of each request
        self.faults = []  # what the other side did wrong, in words

    def count(self, link):
        """A request came on a link."""
        with self.lock:
            self.streams.append(link.number)

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = "https://127.0.0.1:%d/v1" % self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                self.links += 1
                threading.Thread(target=self._converse, args=(plain, self.links), daemon=True).start()

    def _converse(self, plain, number):
        with contextlib.suppress(OSError, ssl.SSLError), plain:
            link = Link(self, plain, number)
            with link.sock:
                self.play(link)
