#!/usr/bin/python3
"""The stand-in's faults, each as a client meets it; its start and end; hostile requests that it must survive."""

import ctypes
import gzip
import http.client
import json
import os
import resource
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.parse
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.standin import Standin, program  # noqa: E402

NOW = "2026-11-22T10:00:00Z"
KEY = "sk-proj-ok-x"
MB = 1 << 20
openai = tap.keep(Standin(clock=NOW))
SOUND = openai.get("/models", KEY).body


def fails(kinds, function, *arguments, **options):
    """Call, which must raise one of the kinds; the exception."""
    try:
        got = function(*arguments, **options)
    except kinds as error:
        return error
    raise AssertionError("no fault: %r" % got)


def unbrotli(body, most=MB):
    """What the library of brotli makes of a body; None when it is not whole."""
    text, size = ctypes.create_string_buffer(most), ctypes.c_size_t(most)
    done = ctypes.CDLL("libbrotlidec.so.1").BrotliDecoderDecompress(ctypes.c_size_t(len(body)), body, ctypes.byref(size), text)
    return text.raw[:size.value] if done == 1 else None


def unzstd(body):
    """The same of zstd."""
    text = ctypes.create_string_buffer(MB)
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    size = library.ZSTD_decompress(text, ctypes.c_size_t(MB), body, ctypes.c_size_t(len(body)))
    assert not library.ZSTD_isError(ctypes.c_size_t(size))
    return text.raw[:size]


def models(name, **options):
    """GET /models with a key that chooses a scenario."""
    return openai.get("/models", "sk-proj-%s-x" % name, **options)


# what comes back -------------------------------------------------------------------------------------------------------

@tap.test("Retry-After in each form, and none")
def _():
    forms = {
        "retry_after_none": {}, "retry_after-7": {"retry-after": "7"}, "retry_after_zero": {"retry-after": "0"},
        "retry_after_date-90": {"retry-after": "Sun, 22 Nov 2026 10:01:30 GMT"},
        "retry_after_ms-250": {"retry-after-ms": "250"}, "retry_after_negative": {"retry-after": "-30"},
        "retry_after_huge": {"retry-after": "9" * 20}, "retry_after_garbage": {"retry-after": "soon, perhaps"},
        "should_retry_true": {"x-should-retry": "true"}, "should_retry_false": {"x-should-retry": "false"},
    }
    for name, want in forms.items():
        answer = models(name)
        found = {n: v for n, v in answer.headers.items() if n.startswith("retry-after") or n == "x-should-retry"}
        assert answer.status == 429 and found == want, (name, found)
    assert models("retry_after_503").status == 503


@tap.test("sequences: so many failures, then sound answers; sound answers, then revoked")
def _():
    for name, count, status in (("flaky", 1, 401), ("flaky", 3, 401), ("flaky_key", 2, 401), ("flaky_500", 2, 500),
                                ("flaky_429", 2, 429)):
        key = "sk-proj-%s-%d-%s" % (name, count, name)
        assert [openai.get("/models", key).status for _ in range(count + 2)] == [status] * count + [200, 200]
    fails(ConnectionError, openai.get, "/models", "sk-proj-flaky_reset-1-x")
    assert openai.get("/models", "sk-proj-flaky_reset-1-x").status == 200
    assert [openai.get("/models", "sk-proj-revoked_after-2-x").status for _ in range(4)] == [200, 200, 401, 401]


@tap.test("a redirect leads to another host, which can be chosen")
def _():
    openai.ctl("redirect", "https://thief.invalid/v1/models")
    answer = models("redirect")
    assert answer.status == 301 and answer.headers["location"] == "https://thief.invalid/v1/models"


@tap.test("faults on paths: counted, for one key, for all, on the status page, forgotten")
def _():
    with Standin(clock=NOW) as standin:
        standin.ctl("fault", "/models", "server_error", "2")
        assert [standin.get("/models", KEY).status for _ in range(3)] == [500, 500, 200]
        standin.ctl("fault", "/v1/organization/costs", "rate_limit", "1", "sk-admin-ok-b")
        path = "/organization/costs?start_time=1"
        assert [standin.get(path, key).status for key in ("sk-admin-ok-a", "sk-admin-ok-b", "sk-admin-ok-b")] == [
            200, 429, 200]
        standin.ctl("fault", "/", "bad_gateway")
        assert standin.get("/models", "unknown").status == standin.ask("GET", "//api/v2/status.json").status == 502
        assert standin.ctl("fault", "list")[-1]["left"] == -1
        standin.ctl("fault", "clear")
        assert standin.get("/models", KEY).status == 200


# bodies ----------------------------------------------------------------------------------------------------------------

@tap.test("bodies: cut, of a wrong length, in chunks without an end")
def _():
    assert models("truncated_json").body == SOUND[: len(SOUND) // 2]
    assert fails(http.client.IncompleteRead, models, "wrong_length").partial == SOUND
    assert models("short_length").body == SOUND[: len(SOUND) // 2]
    fails(http.client.IncompleteRead, models, "chunk_cut")


@tap.test("bodies: huge, compressed, a bomb, an encoding that is none")
def _():
    big = models("big_body-3").body
    assert len(big) == 3 * MB + len(SOUND) and json.loads(big) == json.loads(SOUND)
    answer = models("gzip")
    assert answer.headers["content-encoding"] == "gzip" and gzip.decompress(answer.body) == SOUND
    bomb = models("gzip_bomb-100")
    text = zlib.decompressobj(31).decompress(bomb.body)
    assert len(bomb.body) < MB and len(text) > 99 * MB and text.startswith(b'{"object":"list","data":[   ')
    assert models("gzip_bad").headers["content-encoding"] == "gzip" and models("gzip_bad").body == SOUND
    assert models("unknown_encoding").headers["content-encoding"] == "x-standin"
    assert models("br_bad").headers["content-encoding"] == "br" and models("br_bad").body == SOUND
    assert models("many_encodings").headers["content-encoding"].count(",") == 7


@tap.test("bodies: brotli, deflate and zstd as their own libraries read them; half of one, and a bomb")
def _():
    for encoding, decode in (("br", unbrotli), ("deflate", zlib.decompress), ("zstd", unzstd)):
        answer = models(encoding)
        assert answer.headers["content-encoding"] == encoding and answer.body != SOUND and decode(answer.body) == SOUND, encoding
    half = models("br_cut")
    assert half.headers["content-encoding"] == "br" and models("br").body.startswith(half.body) and unbrotli(half.body) is None
    bomb = models("br_bomb-100")
    assert bomb.headers["content-encoding"] == "br" and len(bomb.body) < 2000
    text = unbrotli(bomb.body + b"\3", 101 * MB)
    assert len(text) > 99 * MB and text.startswith(b'{"object":"list","data":[   ') and not text[25:].strip()


@tap.test("bodies: marks, bytes and values that a parser must withstand")
def _():
    assert models("bom").body == b"\xef\xbb\xbf" + SOUND
    assert models("deep_nesting-5000").body.count(b"[") == 5000
    assert models("duplicate_keys").body.count(b'"data":') == 2
    assert b"\xff\xfe" in models("invalid_utf8").body
    assert b":NaN," in models("nan").body and b":1e400," in models("nan").body
    assert models("not_json").body == b"It works!\n" and models("wrong_type").json()["data"] == {"id": "gpt-4o"}
    assert len(models("many_models").json()["data"]) > 5000


@tap.test("hostile words: NUL, escape sequences, a key in a message, long and hostile headers")
def _():
    assert "abc\0def" in models("nul_bytes").error()["message"]
    assert b"abc\0def" in models("nul_raw").body
    message = models("esc_bytes").error()["message"]
    for part in ("\x1b[2J", "\x1b]0;owned\x07", "\u202e", "\x9b", "\r\n", "sk-proj-AbCdEfGhIjKlMnOp"):
        assert part in message, part
    with raw_link() as link:
        link.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-proj-long_headers-x\r\n\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += link.recv(1 << 16)
        assert len(head.partition(b"\r\n\r\n")[0]) > 9000
    hostile = models("hostile_headers")
    assert hostile.headers["x-request-id"].startswith("req_\x1b[2J\x1b]0;owned\x07")


def raw_link(standin=None):
    """A TLS connection, for requests that http.client would not write."""
    standin = standin or openai
    parts = urllib.parse.urlsplit(standin.url)
    plain = socket.create_connection((parts.hostname, parts.port), timeout=wait.PATIENCE)
    return standin.context().wrap_socket(plain, server_hostname=parts.hostname) if standin.ca else plain


# time and connections ----------------------------------------------------------------------------------------------------

@tap.test("time: a delay in front, between headers and body, byte by byte")
def _():
    for name, least in (("delay-300", 0.3), ("delay_body-300", 0.3), ("slow-1", 0.001 * len(SOUND))):
        started = time.monotonic()
        assert models(name).body == SOUND
        assert time.monotonic() - started >= least, name
    link = openai.connect()
    link.request("GET", "/v1/models", headers={"Authorization": "Bearer sk-proj-delay_body-60000-x"})
    assert link.getresponse().status == 200, "the headers do not wait"
    link.close()


@tap.test("time: no answer, half of one, one without an end")
def _():
    fails(TimeoutError, models, "silent", timeout=0.3)
    fails(TimeoutError, models, "delay", timeout=0.3)
    fails(TimeoutError, models, "stall", timeout=0.3)
    link = openai.connect()
    link.request("GET", "/v1/models", headers={"Authorization": "Bearer sk-proj-endless-x"})
    assert len(link.getresponse().read(30 * MB)) == 30 * MB
    link.close()


@tap.test("connections: reset before and behind the headers, half closed, closed between requests")
def _():
    fails((ConnectionResetError, http.client.RemoteDisconnected), models, "reset_before")
    fails((ConnectionResetError, http.client.IncompleteRead, ssl.SSLError), models, "reset_after")
    fails((http.client.RemoteDisconnected, ssl.SSLError), models, "half_close")
    link = openai.connect()
    assert openai.get("/models", "sk-proj-keepalive_close-x", connection=link).status == 200
    fails(ConnectionError, openai.get, "/models", "sk-proj-keepalive_close-x", connection=link)
    link.close()
    link = openai.connect()
    assert [openai.get("/models", KEY, connection=link).status for _ in range(3)] == [200] * 3
    assert len({line["connection"] for line in openai.journal()[-3:]}) == 1
    link.close()


def at(name, timeout=wait.PATIENCE):
    """Ask the address of a fault, trusting the stand-in's authority."""
    parts = urllib.parse.urlsplit(openai.faults[name])
    link = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=openai.context())
    try:
        link.request("GET", "/v1/models")
        return link.getresponse().status
    finally:
        link.close()


@tap.test("TLS: expired, for another name, signed by itself, too old, none, cut")
def _():
    words = {"expired": "expired", "wrong-name": "mismatch", "self-signed": "self-signed"}
    for name, word in words.items():
        assert word in str(fails(ssl.SSLCertVerificationError, at, name)), name
    for name in ("old-tls", "not-tls", "tls-cut"):
        fails((ssl.SSLError, ConnectionError), at, name)


@tap.test("below TLS: refused, reset, silent")
def _():
    fails(ConnectionRefusedError, at, "refused")
    fails((ConnectionError, ssl.SSLError), at, "reset")
    fails(TimeoutError, at, "silent", 1)


def h2(name, *frames):
    """What an HTTP/2 client gets: types and payloads of frames."""
    parts = urllib.parse.urlsplit(openai.faults[name])
    context = openai.context()
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((parts.hostname, parts.port), timeout=wait.PATIENCE) as plain:
        with context.wrap_socket(plain, server_hostname=parts.hostname) as link:
            assert link.selected_alpn_protocol() == "h2"
            got = link.makefile("rb")
            try:
                link.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"".join(frames))
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                pass
            for _ in range(2):
                head = got.read(9)
                yield head[3], got.read(int.from_bytes(head[:3], "big"))


@tap.test("HTTP/2: GOAWAY at once, a stream that is reset")
def _():
    assert list(h2("goaway"))[1][0] == 7
    headers = b"\x00\x00\x03\x01\x05\x00\x00\x00\x01\x82\x86\x84"
    assert list(h2("rst-stream", b"\0\0\0\4\0\0\0\0\0", headers))[1] == (3, b"\0\0\0\2")


# start and end -----------------------------------------------------------------------------------------------------------

@tap.test("a folder of its own: ready, secrets for the owner only, the authority kept, one at a time")
def _():
    with Standin() as standin:
        assert set(standin.ready) >= {"pid", "url", "ca", "ctl", "faults"}
        assert stat.S_IMODE(os.stat(os.path.join(standin.directory, "ca-key.pem")).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.join(standin.directory, "ctl")).st_mode) == 0o600
        second = subprocess.run([program(), "serve", "--dir", standin.directory], stdout=subprocess.PIPE, text=True,
                                check=False, timeout=wait.PATIENCE)
        assert (second.returncode, second.stdout) == (0, "already running\n")
        with open(standin.ca, encoding="ascii") as file:
            authority = file.read()
        assert standin.stop() == 0 and not os.path.exists(os.path.join(standin.directory, "ready"))
        standin.start()
        with open(standin.ca, encoding="ascii") as file:
            assert file.read() == authority
        assert standin.get("/models", KEY).status == 200
    made = os.path.join(process.scratch("vs"), "new")
    child = process.spawn([program(), "serve", "--dir", made, "--plain"], stdout=subprocess.PIPE)
    line = json.loads(child.stdout.readline())
    assert line["url"].startswith("http://127.0.0.1:") and line["ca"] is None
    assert stat.S_IMODE(os.stat(made).st_mode) == 0o700
    process.end(child)
    child.stdout.close()


@tap.test("it ends at once whatever hangs")
def _():
    with Standin() as standin:
        names = ("silent", "delay", "delay_body", "slow", "endless", "stall", "half_close", "gzip_bomb-5000")

        def ask(name):
            try:
                standin.get("/models", "sk-proj-%s-x" % name)
            except (OSError, http.client.HTTPException):
                pass

        threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in names]
        for thread in threads:
            thread.start()
        wait.until(lambda: len(standin.journal()) == len(names), what="all requests to be under way")
        started = time.monotonic()
        assert standin.stop() == 0
        assert time.monotonic() - started < 5
        for thread in threads:
            thread.join(wait.PATIENCE)


@tap.test("it leaves when nobody asks for so long, and when it is interrupted")
def _():
    with Standin(options=["--idle-exit", "1"]) as standin:
        assert standin.server.wait(10) == 0
    with Standin() as standin:
        standin.server.send_signal(signal.SIGINT)
        assert standin.server.wait(10) == 0


@tap.test("the command line: mistakes are told, ctl takes words, pairs, JSON and lines")
def _():
    for words in (["serve"], ["dance", "--dir", "x"], ["serve", "--dir", "x", "--port", "99999"], ["ctl", "--dir", "x"],
                  ["serve", "--dir", "x", "--bogus"]):
        done = subprocess.run([program(), *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 2 and "vigie-standin" in done.stderr, words
    scratch = process.scratch("vs")
    done = subprocess.run([program(), "ctl", "--dir", scratch, "help"], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 20 and "nothing serves here" in done.stderr
    for options in (["--clock", "yesterday"], ["--world", "/nonexistent"]):
        done = subprocess.run([program(), "serve", "--dir", scratch, *options], stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode not in (0, 2) or "--clock" in done.stderr, options
    assert openai.run("bogus").returncode == 1 and "no such command" in openai.run("bogus").stderr
    assert openai.run("ledger", "add", "at=2026-11-02", "amount=1.5", "project=proj_cli").returncode == 0
    assert openai.run("ledger", "add", '{"at": "2026-11-02", "amount": "0.25", "project": "proj_cli"}').returncode == 0
    lines = 'ledger add at=2026-11-02 amount=0.125 project=proj_cli\n["clock", "get"]\n'
    assert json.loads(openai.run("-", stdin=lines).stdout.splitlines()[1])["frozen"] is True
    assert openai.ctl("ledger", "sum", "2026-11-01", "2026-12-01", "proj_cli") == {"sum": "1.875"}
    assert openai.ask("POST", "//__ctl", body=["clock", "get"]).json()["text"] == NOW
    assert openai.ask("POST", "//__ctl", body=["bogus"]).status == 400
    assert openai.ask("GET", "//__ctl").status == 405


# hostile clients -----------------------------------------------------------------------------------------------------------

HOSTILE = [
    b"\r\n\r\n", b"GET\r\n\r\n", b"\0" * 5000, b"GET / HTTP/9.9\r\n\r\n", b"A" * 200000,
    b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + b"k" * 30000 + b"\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: \r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\x1b[2J\r\n\r\n",
    b"GET /v1/" + b"../" * 500 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/organization/costs?" + b"&".join(b"p%d=1" % n for n in range(2000)) + b" HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: Bearer sk-admin-ok-x\r\n\r\n",
    b"GET /v1/organization/costs?start_time=1&project_ids%5B%5D=%00%ff&%5B%5D=&group_by=%25s%25n HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: Bearer sk-admin-ok-x\r\n\r\n",
    b"GET /v1/organization/costs?start_time=253402300799&limit=180 HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: Bearer sk-admin-ok-x\r\n\r\n",
    b"POST /__ctl HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n[",
    b"POST /__ctl HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n[[[[",
    b"POST /__ctl HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n[{\"a\":1},[1],{}]",
    b"POST /v1/organization/spend_limit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-admin-ok-x\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
]


@tap.test("hostile requests: it answers or closes, lives on, and stays small")
def _():
    with Standin(clock=NOW) as standin:
        for text in HOSTILE:
            with raw_link(standin) as link:
                try:
                    link.sendall(text)
                    link.unwrap().close()
                except (OSError, ssl.SSLError):
                    pass
            assert standin.get("/models", KEY).status == 200, text[:80]
        body = b"x" * (3 * MB)
        link = standin.connect()
        fails_or_413 = None
        try:
            link.request("POST", "/v1/organization/spend_limit", body, {"Authorization": "Bearer sk-admin-ok-x"})
            fails_or_413 = link.getresponse().status
        except OSError:
            pass
        assert fails_or_413 in (None, 413)
        link.close()
        for word in ([], [1], [None], ["token"], ["token", "set"], ["token", "set", 5], ["ledger", "add", [[]]],
                     ["clock", "advance", "9" * 30], ["clock", "set", "0000-00-00"], ["models", "set", {}],
                     ["world", "add", {"tokens": 5}], ["fault", "/", "nothing"], ["journal", "get", "x"] * 50, {}):
            assert standin.ask("POST", "//__ctl", body=word).status in (200, 400), word
        assert standin.get("/models", KEY).status == 200
        with open("/proc/%d/status" % standin.server.pid, encoding="ascii") as file:
            kilobytes = int(file.read().partition("VmRSS:")[2].split()[0])
        assert kilobytes < 200000 or "ASAN_OPTIONS" in os.environ or resource.getpagesize() != 4096, kilobytes


@tap.test("many clients at once get their own answers")
def _():
    with Standin(clock=NOW) as standin:
        wrong = []

        def ask(number):
            link = standin.connect()
            for _ in range(20):
                name, status = (("ok", 200), ("no_credit", 429), ("region", 403))[number % 3]
                if standin.get("/models", "sk-proj-%s-%d" % (name, number), connection=link).status != status:
                    wrong.append(number)
            link.close()

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = standin.journal()
        assert not wrong and len(lines) == 240 and len({line["request_id"] for line in lines}) == 240


tap.main()
