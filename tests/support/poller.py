"""A worker under the hand of a test, on a database with connexions of its own, and an account's costs page by page.

    place = tap.keep(poller.place())
    ids = poller.connexions(place, {"sk-proj-ok-1": "proj_a"})
    with poller.Worker(place, base=service.url, probe=0) as worker:
        worker.start()
        worker.test(ids)
"""

import contextlib
import datetime
import decimal
import http.server
import json
import os
import re
import subprocess
import threading
import urllib.parse

from . import process, tap, wait
from .place import ADMIN, Place

FILL = """
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('00000000-0000-4000-8000-000000000001', 'Une');
SELECT vigie.add_operator('claire', 'Claire', 'V', 'claire@plateforme.example', true, NULL);
"""
ADD = """
SET log_statement = 'none';
DELETE FROM openai_connexion; DELETE FROM vigie.host; DELETE FROM vigie.account; DELETE FROM vigie.recipient;
INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte, openai_project_id)
SELECT '00000000-0000-4000-8000-000000000001', gen_random_uuid(), key, '', project
FROM json_to_recordset('%s') AS r (key text, project text);
"""
DAY = 86400


def place(**options):
    """A database with one organisation and one administrator."""
    return Place(FILL, (ADMIN,), **options)


def french():
    """The variables of a locale in which a comma stands in numbers; the test is skipped where none can be made."""
    folder = process.scratch("vl")
    argv = ["/usr/bin/localedef", "-i", "fr_FR", "-f", "UTF-8", os.path.join(folder, "fr_FR.UTF-8")]
    if not os.path.exists(argv[0]) or subprocess.run(argv, capture_output=True, check=False).returncode:
        tap.skip("localedef cannot make a French locale")
    # glibc's setlocale leaks a few bytes when LOCPATH is set
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return {"LC_ALL": "fr_FR.UTF-8", "LOCPATH": folder, "ASAN_OPTIONS": sanitizer}


def connexions(where, keys):
    """Replace all connexions by one for each key (with its project); their ids by key."""
    pairs = keys.items() if isinstance(keys, dict) else [(key, None) for key in keys]
    rows = json.dumps([{"key": key, "project": project} for key, project in pairs])
    where.super(ADD % rows.replace("'", "''"))
    found = where.cluster.rows("SELECT openai_api_key, openai_connexion_id FROM openai_connexion", where.db)
    return dict(found)


class Worker:
    """The program poller_probe, a line at a time."""

    def __init__(self, where, locale=None, **options):
        """locale: variables; options: those of the program's command set."""
        home = process.scratch("vp")
        self.log_path = os.path.join(home, "log")
        self.lock = threading.Lock()
        program = os.path.join(os.environ["VIGIE_BUILD"], "tests", "fault", "poller_probe")
        self.child = subprocess.Popen(
            [program, where.cluster.conninfo(where.db, ADMIN), self.log_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=process.clean_env(home, **{**where.cluster.env(where.db, ADMIN), **(locale or {})}),
        )
        if locale:
            self.expect("point", ",")
        self.running = False
        for name, value in {"keypair": os.path.join(home, "pair"), **options}.items():
            self.expect("set %s %s" % (name, value), "set")

    def __enter__(self):
        tap.on_failure(self._log_tail)
        return self

    def __exit__(self, kind, *_):
        tap.forget(self._log_tail)
        if kind is not None:
            tap.attach(*self._log_tail())
        self.child.stdin.close()
        try:
            status = self.child.wait(wait.PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            status = self.child.wait()
        self.child.stdout.close()
        if kind is None:
            assert status == 0, "the probe ended with %d" % status

    def _log_tail(self):
        return "the worker's log", "\n".join(self.log().splitlines()[-15:])

    def log(self):
        """What the program logged."""
        try:
            with open(self.log_path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def ask(self, line):
        """One command and its answer. Any thread."""
        with self.lock:
            self.child.stdin.write(line + "\n")
            self.child.stdin.flush()
            return self.child.stdout.readline().rstrip("\n")

    def expect(self, line, start):
        """The answer must begin so."""
        said = self.ask(line)
        assert said.startswith(start), "%s: %s" % (line.split(" ", 1)[0], said)
        return said

    def start(self):
        """Start the worker's thread."""
        self.expect("start", "started")
        self.running = True

    def stop(self, most_ms=4000):
        """End it; how many milliseconds that took, at most most_ms."""
        took = int(self.expect("stop", "stopped").split()[1])
        self.running = False
        assert took <= most_ms, "the worker took %d ms to end" % took
        assert "left behind" not in self.log(), "the thread did not end"
        return took

    def event(self, kind, timeout=wait.PATIENCE):
        """The next event of a kind, or None."""
        said = self.ask("event %s %d" % (kind, timeout * 1000))
        return None if said == "none" else json.loads(said)

    def stats(self):
        """The worker's counters."""
        return json.loads(self.ask("stats"))

    def test(self, ids, timeout=wait.PATIENCE):
        """Have connexions tested; what was seen of each: {id: health}."""
        job = int(self.expect("test " + " ".join(ids), "job").split()[1])
        seen = {}
        while True:
            event = self.event("tested", timeout)
            assert event, "the test does not end: %s" % sorted(seen)
            if event["job"] != job:
                continue
            seen.update((health["id"], health) for health in event["health"])
            if event["tested"] == event["total"]:
                return seen

    def recorded(self, rows, timeout=wait.PATIENCE):
        """Wait until so many results are in the database."""
        wait.until(lambda: self.stats()["records"] >= rows, timeout, "%d results" % rows, show=lambda: str(self.stats()))

    def account(self, name, key, base="-", by_key=0):
        """An admin key for this program."""
        self.expect("account %s %s %d %s" % (name, base, by_key, key), "account")

    def polled(self, times, timeout=wait.PATIENCE):
        """Wait until costs were read so often (failures count)."""
        wait.until(lambda: self.stats()["cost_polls"] >= times, timeout, "%d polls of costs" % times, show=self.log)


def utc(year, month, day, hour=0, minute=0, second=0):
    """UTC seconds."""
    when = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
    return int(when.timestamp())


class Account:
    """What OpenAI would tell of one organisation: costs in buckets of a day, a few on each page.

    rows: (day's start, project or None, amount as it stands in the JSON, currency, key or None)
    """

    def __init__(self, days_a_page=31):
        self.lock = threading.Lock()
        self.days = days_a_page
        self.forget()

    def forget(self):
        """As new."""
        self.rows, self.usage = [], {}
        self.asked = []  # (path, query) of each request
        self.seen = []  # (key, headers) of each request
        self.hook = None  # hook(path, query, page number) before each answer
        self.refuse = None  # refuse(path, query): (status, body[, headers]) or None
        self.keys = {}  # {key: (status, body[, headers])}
        self.gates = {}  # {key: an event that its answers wait for}
        self.inside = 0  # requests at this time

    def __enter__(self):
        account = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                """Nothing."""

            def do_GET(self):
                """Any path."""
                status, body, *more = account.answer(self.path, dict(self.headers))
                raw = body.encode()
                self.send_response(status)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                with contextlib.suppress(OSError):  # who asked may have gone
                    self.end_headers()
                    self.wfile.write(raw)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/v1" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        for gate in self.gates.values():
            gate.set()
        self.server.shutdown()
        self.server.server_close()

    def add(self, day, project, amount, currency="usd", key=None):
        """One row; a str is sent as a JSON string, anything else as a number in its own digits."""
        text = json.dumps(amount) if isinstance(amount, str) else format(amount, "f")
        self.rows.append((day, project, text, currency, key))

    def answer(self, path, headers):
        """Status, body and perhaps headers for a request."""
        url = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(url.query))
        key = headers["Authorization"].split(" ", 1)[1]
        with self.lock:
            self.asked.append((url.path, query))
            self.seen.append((key, headers))
            self.inside += 1
        page = int(re.sub(r"\D", "", query.get("page", "")) or 0)
        if self.hook:
            self.hook(url.path, query, page)
        if key in self.gates:
            self.gates[key].wait(60)
        with self.lock:
            self.inside -= 1
        if key in self.keys:
            return self.keys[key]
        refused = self.refuse and self.refuse(url.path, query)
        if refused:
            return refused
        if url.path.endswith("/organization/costs"):
            return 200, self.costs(query, page)
        if "/organization/usage/" in url.path:
            return 200, self.requests(url.path, query)
        return 200, '{"object":"list","data":[{"id":"gpt-4","object":"model","created":1,"owned_by":"x"}]}'

    def costs(self, query, page):
        """A page of costs."""
        by_key = "api_key_id" in str(query)
        start = int(query["start_time"]) + page * self.days * DAY
        end = int(query.get("end_time", start + 400 * DAY))
        days = range(start, min(start + self.days * DAY, end), DAY)
        with self.lock:
            buckets = ",".join(
                '{"object":"bucket","start_time":%d,"end_time":%d,"results":[%s]}'
                % (day, day + DAY, ",".join(cost_row(row, by_key) for row in self.rows if row[0] == day))
                for day in days
            )
        more = start + self.days * DAY < end
        return '{"object":"page","data":[%s],"has_more":%s,"next_page":%s}' % (
            buckets, "true" if more else "false", '"page_%d"' % (page + 1) if more else "null",
        )

    def requests(self, path, query):
        """A page of usage: self.usage is {kind: {project: requests}}."""
        rows = ",".join(
            '{"object":"organization.usage.result","num_model_requests":%s,"project_id":%s}' % (count, json.dumps(project))
            for project, count in self.usage.get(path.rsplit("/", 1)[1], {}).items()
        )
        start = int(query["start_time"])
        return '{"object":"page","data":[{"object":"bucket","start_time":%d,"end_time":%d,"results":[%s]}],' % (
            start, start + DAY, rows,
        ) + '"has_more":false,"next_page":null}'

    def count(self, key):
        """How often a key was seen."""
        with self.lock:
            return sum(one == key for one, _ in self.seen)

    def month(self, first, after):
        """The exact sums of a period by (project, currency), rounded as the store rounds each day's row."""
        daily = {}
        for day, project, amount, currency, _ in self.rows:
            if first <= day < after:
                place_of = (day, project or "", currency)
                with decimal.localcontext() as context:
                    context.prec = 9000
                    daily[place_of] = daily.get(place_of, 0) + decimal.Decimal(amount.strip('"'))
        sums = {}
        for (_, project, currency), amount in daily.items():
            with decimal.localcontext() as context:
                context.prec = 9000
                rounded = amount.quantize(decimal.Decimal("1e-12"), decimal.ROUND_HALF_UP)
                sums[project, currency] = sums.get((project, currency), 0) + rounded
        return sums


def error(code, kind="invalid_request_error", message="no"):
    """The body of a refusal."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def cost_row(row, by_key):
    """A result as the API writes it."""
    _, project, amount, currency, key = row
    return (
        '{"object":"organization.costs.result","amount":{"value":%s,"currency":"%s"},"line_item":null,'
        '"project_id":%s,"api_key_id":%s}'
        % (amount, currency, json.dumps(project), json.dumps(key if by_key else None))
    )


def stored(where, first, after):
    """The sums that the database holds of a period, by (project, currency)."""
    sql = "SELECT project, currency, trim_scale(sum(amount)) FROM vigie.cost_day WHERE day >= '%s' AND day < '%s' GROUP BY 1, 2"
    days = [datetime.datetime.fromtimestamp(at, datetime.timezone.utc).date() for at in (first, after)]
    return {(project, currency): decimal.Decimal(text) for project, currency, text in where.cluster.rows(sql % tuple(days), where.db)}


def no_secret(text, keys):
    """None of the keys stands in the text, nor anything else that looks like one."""
    for key in keys:
        assert key not in text, "a key is told"
    found = re.search(r"sk-[A-Za-z0-9_-]{8,}", text)
    assert not found, "something like a key is told: %s…" % found.group(0)[:8]
