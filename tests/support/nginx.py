"""nginx with TLS and HTTP/2 on loopback, answering /v1/models with a fixed body.

    with Nginx(body) as server:
        server.url    # https://127.0.0.1:PORT/v1
        server.ca     # the authority's certificate
"""

import os
import socket
import subprocess

from . import process, wait

CONFIG = """
worker_processes 1;
pid nginx.pid;
error_log error.log;
daemon off;
%(user)s
events { worker_connections 512; }
http {
    log_format seen '$connection $server_protocol';
    access_log access.log seen;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    keepalive_requests 10000000;
    http2_max_concurrent_streams 256;
    default_type application/json;
    server {
        listen 127.0.0.1:%(port)d ssl http2;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        root www;
        location = /v1/models { try_files /models.json =404; add_header x-request-id req_bench; }
    }
}
"""


def _openssl(folder, *argv):
    subprocess.run(["openssl", *argv], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificates(folder):
    """ca.pem, server.pem and server.key for 127.0.0.1 and localhost."""
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl(folder, "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=test authority",
             "-addext", "basicConstraints=critical,CA:TRUE")
    _openssl(folder, "req", *new, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "names"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    _openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
             "-out", "server.pem", "-days", "30", "-extfile", "names")


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Nginx:
    """One server; it ends with the block."""

    def __init__(self, body, log=True):
        self.folder = process.scratch("vn")
        self.port = process.free_port()
        self.url = "https://127.0.0.1:%d/v1" % self.port
        self.ca = os.path.join(self.folder, "ca.pem")
        os.makedirs(os.path.join(self.folder, "www"))
        os.makedirs(os.path.join(self.folder, "tmp"))
        with open(os.path.join(self.folder, "www", "models.json"), "wb") as file:
            file.write(body)
        certificates(self.folder)
        config = CONFIG.replace("access_log access.log seen", "access_log access.log seen" if log else "access_log off") % {"port": self.port, "user": "user root;" if os.geteuid() == 0 else ""}
        with open(os.path.join(self.folder, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(config)
        self.server = None

    def __enter__(self):
        self.server = process.spawn(
            ["/usr/sbin/nginx", "-p", self.folder, "-c", "nginx.conf", "-e", "error.log"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait.until(lambda: _listens(self.port) or self.server.poll() is not None)
        if self.server.poll() is not None:
            with open(os.path.join(self.folder, "error.log"), encoding="utf-8") as file:
                raise RuntimeError("nginx ended: " + file.read())
        return self

    def __exit__(self, *_):
        process.end(self.server)

    def _seen(self):
        with open(os.path.join(self.folder, "access.log"), encoding="ascii") as file:
            return [line.split() for line in file]

    def requests(self):
        """How many requests were answered."""
        return len(self._seen())

    def connections(self):
        """The serial numbers of the connections that carried requests."""
        return sorted({number for number, _ in self._seen()})

    def protocols(self):
        """The protocols that were spoken."""
        return sorted({protocol for _, protocol in self._seen()})
