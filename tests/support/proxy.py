"""A proxy on loopback that keeps every byte it reads, for the tests of https_proxy.

    with Proxy("127.0.0.1", port) as proxy:          # whatever is asked for leads there
        env = {"https_proxy": proxy.url}
        proxy.heads, proxy.seen                      # the requests to it; all that a listener on the line would have
"""

import contextlib
import select
import socket
import ssl
import threading


class Proxy:
    """Answers CONNECT as it is told to."""

    def __init__(self, host, port, answer=b"HTTP/1.1 200 Connected\r\n\r\n", then="tunnel", chain=None):
        """then: "tunnel", "close" (behind the answer), "hang", "cut" (a part of the tunnel's first bytes) or "listen" (TLS of its own,
        by the folder chain); no answer: None."""
        self.target, self.answer, self.then, self.chain = (host, port), answer, then, chain
        self.heads, self.seen, self.read = [], bytearray(), bytearray()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % self.port
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client):
        head = b""
        with contextlib.suppress(OSError, ssl.SSLError), client:
            while b"\r\n\r\n" not in head:
                got = client.recv(65536)
                if not got:
                    return
                head += got
                self.seen += got
            self.heads.append(head.decode("latin-1"))
            if self.answer is not None:
                client.sendall(self.answer)
            if self.answer is None or self.then == "hang":
                while got := client.recv(65536):
                    self.seen += got
            elif self.then == "listen":
                self._listen(client)
            elif self.then != "close":
                with socket.create_connection(self.target) as server:
                    self._pump(client, server)

    def _listen(self, client):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain + "/server.pem", self.chain + "/server.key")
        with context.wrap_socket(client, server_side=True) as link:
            self.read += link.recv(65536)

    def _pump(self, client, server):
        while True:
            ready = select.select([client, server], [], [])[0]
            for source, sink in ((client, server), (server, client)):
                if source not in ready:
                    continue
                got = source.recv(65536)
                if not got:
                    return
                self.seen += got
                if self.then == "cut" and source is server:
                    client.sendall(got[: len(got) // 2])
                    return
                sink.sendall(got)
