"""The other side of a webhook, as a process of its own that can be killed and comes back on the same port.

    with Receiver() as receiver:
        place.run("channel", "add", "desk", "webhook", receiver.url, ...)
        receiver.wait_for(1)
        receiver.kill(); receiver.start()

Each request that it acknowledges is a line of JSON in its log, written before the answer goes out: {"by": its process, "path", "headers",
"body", "status"}. What it answers stands in a file: a status, then optional header lines.
"""

import json
import os
import signal
import socket
import subprocess
import sys

if __package__:
    from . import process, wait

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = "127.0.0.1"


def serve(port, log, answer):
    """The process."""
    import http.server
    import threading

    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        """Answers as the file says."""

        protocol_version = "HTTP/1.1"

        def do_POST(self):
            """One delivery."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            with open(answer, encoding="utf-8") as file:
                status, *headers = file.read().splitlines()
            line = json.dumps({
                "by": os.getpid(), "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()},
                "body": body.decode("utf-8"), "status": int(status),
            })
            with lock:
                file = os.open(log, os.O_WRONLY | os.O_APPEND)
                os.write(file, line.encode() + b"\n")
                os.close(file)
            self.send_response_only(int(status))
            for header in headers:
                self.send_header(*header.split(": ", 1))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self):
            """Nothing asks so."""
            self.send_error(405)

        def log_message(self, *_):
            """Is the test's."""

    class Server(http.server.ThreadingHTTPServer):
        """Many connections at once."""

        request_queue_size = 128
        daemon_threads = True

    Server((HOST, port), Handler).serve_forever()


class Receiver:
    """Starts with the context and ends with it."""

    def __init__(self):
        self.folder = process.scratch("vrx")
        self.log, self.file = os.path.join(self.folder, "log"), os.path.join(self.folder, "answer")
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.child = None
        with open(self.log, "w", encoding="utf-8"):
            pass
        self.answer(204)

    @property
    def url(self):
        """Where it listens."""
        return "http://%s:%d/hook/s3cr3t-path" % (HOST, self.port)

    def answer(self, status, *headers):
        """What it says from now on."""
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write("\n".join([str(status), *headers]))
        os.rename(self.file + ".new", self.file)

    def _listens(self):
        assert self.child.poll() is None, "the receiver ended"
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def start(self):
        """Comes (back)."""
        self.child = subprocess.Popen([sys.executable, os.path.abspath(__file__), str(self.port), self.log, self.file])
        wait.until(self._listens, what="the receiver")

    def kill(self):
        """As a power cut does."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def seen(self):
        """All that it acknowledged, oldest first; body and alert parsed."""
        with open(self.log, encoding="utf-8") as file:
            found = [json.loads(line) for line in file.read().splitlines(keepends=True) if line.endswith("\n")]
        for one in found:
            one["json"] = json.loads(one["body"])
            one["delivery"] = one["headers"]["x-vigie-delivery"]
        return found

    def count(self):
        """How many lines there are."""
        with open(self.log, "rb") as file:
            return file.read().count(b"\n")

    def wait_for(self, number, timeout=None):
        """Until so many requests were acknowledged; all of them."""
        wait.until(lambda: self.count() >= number, timeout or wait.PATIENCE, "%d requests" % number, show=lambda: str(self.count()))
        return self.seen()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        process.end(self.child)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])
