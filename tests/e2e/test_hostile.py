#!/usr/bin/python3
"""Texts of others that would like to command the terminal: none of their bytes arrives, and no line leaves its grid."""

import ctypes
import fcntl
import json
import locale
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from support import process, tap, wait  # noqa: E402
from support.place import ADMIN, OWNER, ROOT, Place, program  # noqa: E402

LONG = "long " + "abcdefghi " * 1000
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HOSTILE = {
    "csi": "a\x1b[66;66Hb\x1b[?9876hc\x1b[2Jd",
    "osc": "a\x1b]52;c;aGFjaw==\x07b\x1b]0;title\x1b\\c",
    "dcs": "a\x1bP+q544e\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d\x1bXsos\x1b\\",
    "reset": "a\x1bcb\x1b[!pc\x1b[6nd\x1b[21te",
    "c1": "a\x9b66;66Hb\x9d52;c;aGFjaw==\x9cc\x90d\x85e\x84f\x8dg",
    "c0": "a\x01\x02\x05\x06\x07b\x08\x08c\x0b\x0cd\x0e\x0fe\x11\x13\x18\x1a\x1c\x1d\x1e\x1f",
    "del": "a\x7f\x7f\x7fb",
    "lines": "a\nLINE\r\nc\td\rOVER",
    "bidi": "a\u202eb\u202dc\u2066d\u2067e\u2068f\u2069g\u202ah\u202bi\u202cj\u200ek\u200fl\u061cm",
    "unseen": "a\u200bb\u2060c\ufeffd\u00ade\u2028f\u2029g\u180eh\U000e0041i\ufff9j",
    "marks": "e" + "\u0301" * 60 + "x" + "\u20dd" * 30 + "\u0489" * 20,
    "first-mark": "\u0301\u0302\u0303 starts with marks",
    "cjk": "東京不動産ネットワーク株式会社" * 3,
    "arabic": "شبكة المدينة العقارية والاستثمار",
    "emoji": FAMILY + "\U0001f1eb\U0001f1f7\U0001f44d\U0001f3fd\u2764\ufe0f\U0001f9d1\u200d\U0001f680",
    "odd-width": "\ufdfd\u1100\u1161\u11a8\u3164\uffa0\u115f\u2e3b\U0001242b",
    "no-character": "a\ufffeb\uffffc\U0010ffffd\ue000e\ufdd0f\U000f0000g\u0378h",
    "replacement": "a\ufffd\ufffdb \u00c3\u00a9 &#27;[2J \\e[2J \\033[2J %s%n%d",
    "long": LONG,
    "long-wide": "漢" * 5000,
    "long-marks": ("e" + "\u0301") * 3000,
}
# what may never be written, as bytes of a UTF-8 terminal
INJECTED = [
    sequence.encode()
    for sequence in (
        "\x1b[66;66H", "\x1b[?9876h", "\x1b[2Jd", "\x1b]", "\x07", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1bc", "\x1b[!p",
        "\x1b[6n", "\x1b[21t", "\x0b", "\x0c", "\x05", "\x1a", "\x18", "\x7f", "\nLINE", "\rOVER", "\x0eOVER",
    )
]
# what the program itself may write on an xterm: colours, places, erasing, scrolling, its modes
OWN = re.compile(
    rb"\x1b\[[0-9;]*[mHJKCDABGdXPLM@rSTb]|\x1b\[\?(?:1|7|12|25|1049|2004)(?:;(?:25|12))?[hl]|\x1b\[4l|\x1b\[2[23];0;0t"
    rb"|\x1b\(B|\x1b[=>M78]"
)
DATABASE = "ba\x1b[66;66Hse\x9b\u202e"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def seed():
    """For each text an organisation, a client and a connexion that say it in every column that holds text."""
    deep = '{"a":' * 50 + "1" + "}" * 50
    many = json.dumps({"key %d" % n: "value \x1b[66;66H\x9b\u202e" * 3 for n in range(600)}, ensure_ascii=False)
    sql = ["SELECT vigie.add_operator('claire', %s, %s, 'c@x.example', true, NULL);" % (quoted(HOSTILE["csi"]), quoted(HOSTILE["c1"] + "\u202e"))]
    # a platform's own table may have none of these
    sql += ["ALTER TABLE organisations DROP CONSTRAINT organisations_organisation_statut_%s_check;" % what for what in ("compte", "paiement")]
    for name, text in HOSTILE.items():
        value, ident = quoted(text), "md5('%s')::uuid" % name
        sql.append("INSERT INTO organisations (organisation_id, organisation_nom, organisation_statut_compte, organisation_statut_paiement)"
                   " VALUES (%s, %s, %s, %s);" % (ident, value, value, value))
        sql.append("INSERT INTO reseau (reseau_id, reseau_nom, organisation_id) VALUES (%s, %s, %s);" % (ident, value, ident))
        for state, kind in (("'active'", "'reseau'"), (value, value)):
            audit = quoted(many if name == "csi" else deep if name == "osc" else json.dumps({text: [text, {"x": text}]}, ensure_ascii=False))
            sql.append(
                "INSERT INTO openai_connexion (organisation_id, client_type, client_id, openai_api_key, openai_email_compte,"
                " openai_organisation_id, openai_project_id, openai_statut_connexion, openai_derniere_erreur, openai_modeles_autorises,"
                " openai_audit_log, openai_ia_extensions, openai_limite_quotidienne, openai_usage_quotidien)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, array_fill(%s::text, ARRAY[%d]), %s, %s, 100, 42);"
                % (ident, kind, ident, value, value, value, value, state, value, value, 300 if name == "csi" else 3, audit, audit)
            )
    return "\n".join(sql)


def place():
    made = Place(sql=seed(), operators=(ADMIN,))
    made.db = DATABASE
    return made


PLACE = tap.keep(place())
ROWS = 2 * len(HOSTILE)


# A read may end in the middle of a sequence or of a character of the program's own.
UNFINISHED = re.compile(
    rb"(?:\x1b[\[(]?[0-9;?]*|[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)


def suspicious(data, ascii_only=False, terminal=True):
    """The first thing in bytes that the program should not have written, None when there is none."""
    for sequence in INJECTED:
        if sequence in data:
            return sequence
    if terminal:
        data = UNFINISHED.sub(b"", data)
    rest = OWN.sub(b"", data) if terminal else data
    blank = b"\r\n\b\t" if terminal else b"\n"
    for match in re.finditer(rb"[\x00-\x1f\x7f]", rest):
        if match.group() not in blank:
            return rest[max(0, match.start() - 20):match.end() + 20]
    text = rest.decode("ascii" if ascii_only else "utf-8")  # nothing invalid, and no C1 byte on its own
    for char in text:
        if ord(char) > 0x7e and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs") and char not in "\u200c\u200d":
            return "U+%04X in %r" % (ord(char), text[max(0, text.find(char) - 20):][:60])
    return None


class Wire:
    """The program on a pseudo-terminal; everything that it writes is kept in data."""

    def __init__(self, *argv, rows=50, cols=200, env=None):
        environment = PLACE.env(TERM="xterm-256color", **(env or {}))
        self.data, self.mark = b"", 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
                os.chdir("/")
                os.execve(program(), [program(), *argv], environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        process.send_signal(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self, seconds):
        """Whether something came in time; an end of the program raises EOFError."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        if not got:
            raise EOFError
        self.data += got
        return True

    def wait(self, pattern, seconds=wait.PATIENCE):
        """Read until the pattern came behind the mark."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.data[self.mark:], re.S):
            left = end - time.monotonic()
            if left <= 0 or not self.read(left):
                raise AssertionError("%r never came; last: %r" % (pattern, self.data[self.mark:][-600:]))

    def to_end(self):
        """Everything until the program ends."""
        try:
            while self.read(wait.PATIENCE):
                pass
        except EOFError:
            pass
        return self.data

    def show(self, keys, wanted):
        """Press keys and have the whole screen written again until it holds what is wanted, then its bottom line."""
        self.mark = len(self.data)
        os.write(self.fd, keys)
        self.wait(wanted)
        self.mark = len(self.data)
        os.write(self.fd, b"\x0c")
        self.wait(rb"\x1b\[H\x1b\[2J.*\x1b\[50(?:;\d+)?[Hd]")


def words():
    with open(os.path.join(ROOT, "src", "model", "column.def"), encoding="utf-8") as file:
        return [word for word in re.findall(r'^COLUMN\(\w+, \w+, "([^"]+)"', file.read(), re.M) if word != "key"]


def walk(wire):
    """Every screen, with everything hostile on it."""
    wire.wait(rb"%d.{0,9}connexions" % ROWS)
    for word in words():
        wire.show(b":columns %s\r" % word.encode(), rb"\x1b")
    wire.show(b":columns organisation,account,state,error,client,models,quota\r", rb"Last error")
    wire.show(b"G", rb"\x1b")
    wire.show(b"g", rb"\x1b")
    wire.show(b"\r", rb"Quota of the day")
    for _ in range(ROWS - 1):
        for key in (b"\x1b[6~", b"G", b"g"):
            wire.show(key, rb"")
        wire.show(b"n", rb"")
    wire.show(b"n", rb"last connexion")
    wire.show(b"q", rb"\x1b")
    wire.show(b"o", rb"Cost")
    wire.show(b"\r", rb"connexion")
    wire.show(b"i", rb"passed")
    wire.show(b"L", rb"what the program")
    wire.show(b"?", rb"keys and commands")
    wire.show(b"qqq0:organisation a", rb"organisation a")
    wire.show(b"\x15organisation \xe6\x9d\xb1\xe4\xba\xac\r", rb"\x1b")
    wire.show(b"/\x1b[200~paste\x1b[66;66H\xc2\x9b\xe2\x80\xae\xff\xfe\n\x07\x1b[201~", rb"paste")
    wire.show(b"\x1b", rb"\x1b")


@tap.test("no injected byte reaches the terminal from any screen")
def _screens():
    with Wire() as wire:
        walk(wire)
        assert len(wire.data) > 200000, len(wire.data)
        found = suspicious(wire.data)
        assert not found, found
        for shown in (rb"\e[66;66H", rb"\x9b66", rb"\u{202e}", rb"\x7f", rb"\n", rb"\x07"):
            assert shown in wire.data, shown


@tap.test("nor in a C locale, where everything is ASCII")
def _ascii():
    with Wire(env={"LC_ALL": "C"}) as wire:
        wire.wait(rb"%d.{0,9}connexions" % ROWS)
        for word in words():
            wire.show(b":columns %s\r" % word.encode(), rb"\x1b")
        wire.show(b"\r", rb"Quota of the day")
        for _ in range(ROWS - 1):
            wire.show(b"n", rb"")
        wire.show(b"qo", rb"Cost")
        found = suspicious(wire.data, ascii_only=True)
        assert not found, found


@tap.test("nor from an error or a notice of the server, on the screen and in the log file")
def _error():
    text = quoted(HOSTILE["csi"] + HOSTILE["osc"] + HOSTILE["c1"] + HOSTILE["bidi"] + "\n" + LONG)
    body = PLACE.super("SELECT pg_get_functiondef('public.is_admin_presenca(uuid)'::regprocedure)")
    with Wire() as wire:
        wire.wait(rb"%d.{0,9}connexions" % ROWS)
        try:
            PLACE.owner("""CREATE OR REPLACE FUNCTION public.is_admin_presenca(user_uuid uuid) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN RAISE NOTICE '%%', %s; RAISE EXCEPTION '%%', %s; END $$""" % (text, text))
            wire.show(b"r", rb"P0001")
            wire.show(b"L", rb"what the program")
            wire.wait(rb"P0001")
        finally:
            PLACE.owner(body)
        found = suspicious(wire.data)
        assert not found, found
    with open(os.path.join(PLACE.home, "state", "vigie", "log", "vigie.log"), "rb") as file:
        written = file.read()
    assert b"P0001" in written, written
    found = suspicious(written, terminal=False)
    assert not found, found


@tap.test("bytes that are no UTF-8 are refused with a reason, on the screen and on a pipe")
def _invalid():
    PLACE.cluster.psql("CREATE DATABASE bytes OWNER %s TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'" % OWNER)
    assert PLACE.run("init", user=OWNER, db="bytes").status == 0
    PLACE.owner("""SET client_encoding = 'SQL_ASCII'; SELECT vigie.add_operator('claire', 'C', 'C', 'c@x.example', true, NULL);
        INSERT INTO organisations (organisation_nom) VALUES (E'bad \\xff\\xfe\\x9b66;66H \\xc3');
        INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
        SELECT organisation_id, gen_random_uuid(), 'k', E'mail \\xff\\x9b\\xc3(' FROM organisations""", "bytes")
    done = PLACE.run("list", db="bytes")
    assert done.status == 7 and "22021" in done.err and not suspicious((done.out + done.err).encode(), terminal=False), done
    with Wire(env={"PGDATABASE": "bytes"}) as wire:
        wire.wait(rb"22021")
        wire.show(b"L", rb"what the program")
        assert not suspicious(wire.data), suspicious(wire.data)


@tap.test("nor from the command line's own words")
def _arguments():
    with Wire("--label", HOSTILE["csi"] + HOSTILE["c1"], "--filter", "zebra") as wire:
        wire.wait(rb"no connexion here")
        wire.show(b"i", rb"passed")
        assert not suspicious(wire.data), suspicious(wire.data)
    for argv in (("--filter", HOSTILE["csi"]), ("--sort", HOSTILE["osc"]), ("--organisation", HOSTILE["c1"] + "x"), (HOSTILE["csi"],),
                 ("show", HOSTILE["osc"]), ("--columns", HOSTILE["csi"]), ("--" + HOSTILE["csi"],), ("help", HOSTILE["c1"])):
        with Wire(*argv) as wire:
            if argv[0] in SAID:
                wire.wait(SAID[argv[0]])
            else:
                wire.to_end()
            assert len(wire.data) > 20 and not suspicious(wire.data), (argv, suspicious(wire.data), wire.data[-300:])


SAID = {"--organisation": rb"No organisation in sight", "--filter": rb"no connexion here"}


def width(text):
    """Columns of a text on a terminal."""
    return sum(max(0, LIBC.wcwidth(ord(char))) for char in text)


locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
LIBC = ctypes.CDLL(None)


def grid(terminal, rows):
    """The columns at which the state's sign and the gauge's end stand in the lines of the list."""
    lines = terminal.screen().split("\n")[3:rows - 1]
    lines = [line for line in lines if " ● active" in line]
    return {(width(line[:line.index("● active")]), width(line[:line.find(" 42 %")])) for line in lines}, len(lines)


@tap.test("the lists keep their grid whatever stands in a cell")
def _grid():
    for cols, rows in ((80, 24), (120, 36), (200, 50), (41, 30)):
        with PLACE.terminal("--filter", "state:active", "--columns", "organisation,account,state,quota", cols=cols, rows=rows) as terminal:
            terminal.wait_for(re.compile("%d connexions" % len(HOSTILE)))
            places, count = grid(terminal, rows)
            assert len(places) == 1 and count == min(len(HOSTILE), rows - 4), (cols, places, count, terminal.screen())
            lines = terminal.screen().split("\n")
            state = next(width(line[:line.index("State")]) for line in lines if "State" in line)
            assert places.pop()[0] == state, terminal.screen()
            assert (cols < 80 or "filter" in lines[1]) and "help" in lines[rows - 1], lines
            assert all(width(line) <= cols for line in lines), [line for line in lines if width(line) > cols]
            terminal.press("G", re.compile("%d/%d" % (len(HOSTILE), len(HOSTILE))))
            places, count = grid(terminal, rows)
            assert len(places) == 1 and count > 0, (cols, places, terminal.screen())
            terminal.press("o", re.compile(r"%d organisations[\s\S]* 2 " % len(HOSTILE) if cols >= 80 else "%d organisations" % len(HOSTILE)))
            zeros = {width(line[:line.index(" 2 ")]) for line in terminal.screen().split("\n")[3:rows - 1] if " 2 " in line}
            assert cols < 80 or len(zeros) == 1, (zeros, terminal.screen())


@tap.test("sheets scroll through the longest texts, from the first line to the last")
def _sheets():
    with PLACE.terminal("--filter", "state:active long", cols=80, rows=24) as terminal:
        terminal.wait_for(re.compile("[1-9] connexion"))
        terminal.press("Enter", "Last error")
        found = terminal.wait_for(re.compile(r"1-20/(\d{4})"))
        last = found.group(1)
        terminal.press("G", "/" + last)
        terminal.wait_for(re.compile(r"\d+-%s/%s" % (last, last)))
        assert all(width(line) <= 80 for line in terminal.screen().split("\n"))


@tap.test("list, show, organisations and doctor print no injected byte, as text on a pipe and on a terminal")
def _print():
    ids = PLACE.psql("SELECT openai_connexion_id FROM openai_connexion").split("\n")
    commands = [("list", "--columns", ",".join(words())), ("list",), ("organisations",), ("doctor",)]
    commands += [("show", one) for one in ids[::4]]
    for argv in commands:
        for env in ({}, {"LC_ALL": "C"}):
            done = PLACE.run(*argv, env=env)
            assert done.status == 0 and len(done.raw) > 200, done
            assert not suspicious(done.raw, bool(env), False), (argv, suspicious(done.raw, bool(env), False))
    for argv in commands[:5]:
        with Wire(*argv) as wire:
            data = wire.to_end()
            assert len(data) > 200 and not suspicious(data), (argv, suspicious(data))


@tap.test("JSON is valid, complete and free of control bytes")
def _json():
    for argv in (("list",), ("organisations",), ("doctor",)):
        done = PLACE.run(*argv, "--json")
        assert done.status == 0 and not suspicious(done.raw, terminal=False), (argv, suspicious(done.raw, terminal=False))
        json.loads(done.out)
    rows = json.loads(PLACE.run("list", "--json").out)
    assert len(rows) == ROWS and not any("openai_api_key" in row for row in rows)
    kept = {row["openai_email_compte"] for row in rows}
    for name in ("cjk", "arabic", "replacement"):
        assert HOSTILE[name] in kept, name
    one = rows[0]["openai_connexion_id"]
    assert json.loads(PLACE.run("show", one, "--json").out)["openai_connexion_id"] == one


tap.main()
