#!/usr/bin/python3
"""The worker's probes: how a state changes and how it does not, leases, the loss of the database, tests that a person asks for."""

import contextlib
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, tap, wait  # noqa: E402
from support.poller import Account, Worker, connexions  # noqa: E402

PLACE = tap.keep(poller.place(log_statements=True))
PROJECT = ["sk-proj-key-%d-not-a-key" % n for n in range(1, 9)]
ONE, TWO, THREE = PROJECT[:3]
FEW = PROJECT[:4]  # as many connections as go to a host that speaks no HTTP/2
REVOKED = 401, poller.error("invalid_api_key", message="Incorrect API key provided: " + ONE)
TROUBLE = 500, poller.error(None, "server_error")
OPENAI = tap.keep(Account())


def fresh(keys=(ONE,)):
    """New connexions and an OpenAI that is content with everything."""
    for gate in OPENAI.gates.values():
        gate.set()
    wait.until(lambda: OPENAI.inside == 0, what="the end of earlier requests")
    OPENAI.forget()
    return connexions(PLACE, keys)


def worker(**options):
    """A worker that asks OPENAI; probe=1: by itself, each second."""
    return Worker(PLACE, base=OPENAI.url, **{"probe": 0, "period": 1, "confirm": 3, "calm": 1, **options})


def row(ident, columns="openai_statut_connexion, coalesce(openai_derniere_erreur, '')"):
    """Columns of a connexion."""
    return PLACE.cluster.rows("SELECT %s FROM openai_connexion WHERE openai_connexion_id = '%s'" % (columns, ident), PLACE.db)[0]


def recorded(ident):
    """How many answers stand in the database for a connexion."""
    return int(PLACE.super("SELECT cardinality(latencies) FROM vigie.probe WHERE connexion_id = '%s'" % ident) or 0)


def leases():
    """How many connexions somebody holds."""
    return int(PLACE.super("SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL"))


def unleased():
    """Wait until nobody holds anything: what was found is written."""
    wait.until(lambda: leases() == 0, what="the results in the database")


@tap.test("a revoked key turns its row after exactly three probes and recovers after one")
def _revoked():
    ident = fresh()[ONE]
    with worker() as w:
        w.start()
        seen = []
        for step in [None, REVOKED, REVOKED, REVOKED, REVOKED, None, REVOKED]:
            OPENAI.keys = {ONE: step} if step else {}
            w.test([ident])
            unleased()
            seen.append(row(ident)[0])
            assert (row(ident)[1] == "key revoked (401 invalid_api_key)") == bool(step), row(ident)
        assert seen == ["active", "active", "active", "expired", "expired", "active", "active"], seen
        w.stop()
        poller.no_secret(w.log(), PROJECT)


@tap.test("by schedule too: the third refusal turns the row, not the second, and one answer brings it back")
def _schedule():
    ident = fresh()[ONE]
    with worker(probe=1) as w:
        w.start()
        w.recorded(1)
        before = OPENAI.count(ONE)
        gate = OPENAI.gates[ONE] = threading.Event()
        OPENAI.keys = {ONE: REVOKED}
        # one answer at a time: each is written before the next
        for n, status in enumerate(["active", "active", "expired"], 1):
            wait.until(lambda n=n: OPENAI.count(ONE) == before + n, what="refusal %d" % n,
                       show=lambda: PLACE.super("SELECT now(), p FROM vigie.probe p") + str(w.stats()))
            OPENAI.gates[ONE] = threading.Event()
            gate.set()
            gate = OPENAI.gates[ONE]
            wait.until(lambda n=n: refusals(ident) >= n, what="what refusal %d left" % n)
            assert row(ident)[0] == status, (n, row(ident))
        OPENAI.keys = {}
        gate.set()
        wait.until(lambda: row(ident) == ["active", ""], what="the recovery")
        w.stop()


def refusals(ident):
    """How many refusals in a row the database knows; 3 when they are confirmed."""
    sql = "SELECT verdict, failures FROM vigie.probe WHERE connexion_id = '%s'" % ident
    verdict, failures = PLACE.cluster.rows(sql, PLACE.db)[0]
    return 3 if verdict == "revoked" else int(failures)


@tap.test("one bad answer of any kind flips nothing")
def _one_bad():
    bad = [REVOKED, TROUBLE, (403, poller.error(None, message="Missing scopes: api.model.read")), (429, poller.error("insufficient_quota")),
           (401, poller.error("account_deactivated")), (401, poller.error("mismatched_organization")), (200, "nonsense"), (404, "")]
    idents = fresh(PROJECT)
    ids = [idents[key] for key in PROJECT]
    with worker() as w:
        w.start()
        w.test(ids)
        OPENAI.keys = dict(zip(PROJECT, bad))
        w.test(ids)
        unleased()
        states = PLACE.super("SELECT DISTINCT openai_statut_connexion FROM openai_connexion")
        verdicts = PLACE.super("SELECT DISTINCT verdict FROM vigie.probe")
        assert (states, verdicts) == ("active", "valid"), (states, verdicts)
        w.stop()


@tap.test("people's inactive is left alone, and a state of error heals")
def _words():
    idents = fresh((ONE, TWO))
    PLACE.super("UPDATE openai_connexion SET openai_statut_connexion = CASE openai_api_key WHEN '%s' THEN 'inactive' ELSE 'error' END" % ONE)
    with worker() as w:
        w.start()
        w.test(idents.values())
        unleased()
        assert row(idents[ONE])[0] == "inactive" and row(idents[TWO])[0] == "active"
        w.stop()


@tap.test("what all connexions share is said once for the host and changes no row")
def _shared():
    idents = fresh((ONE, TWO, THREE))
    with worker() as w:
        w.start()
        w.test(idents.values())
        OPENAI.keys = dict.fromkeys(idents, TROUBLE)
        w.test(idents.values())
        sql = "SELECT verdict FROM vigie.host"
        wait.until(lambda: PLACE.super(sql) == "trouble", what="the host's trouble")
        unleased()
        assert PLACE.super("SELECT DISTINCT verdict FROM vigie.probe") == "valid"
        assert all(row(ident) == ["active", ""] for ident in idents.values())
        OPENAI.keys = {}
        w.test([idents[ONE]])
        wait.until(lambda: PLACE.super(sql) == "valid", what="the end of the host's trouble")
        w.stop()


@tap.test("a host that asks to wait is asked one question at a time until it answers")
def _calm():
    idents = fresh(PROJECT)
    with worker(probe=1, period=2) as w:
        OPENAI.keys = dict.fromkeys(PROJECT, (429, poller.error("rate_limit_exceeded"), {"Retry-After": "1"}))
        w.start()
        w.recorded(len(PROJECT))
        OPENAI.gates = {key: threading.Event() for key in PROJECT}
        wait.until(lambda: w.stats()["leased"] == len(PROJECT), what="the next round's leases")
        wait.until(lambda: OPENAI.inside == 1, what="the question")
        assert w.stats()["in_flight"] == 1, w.stats()
        w.stop()
    assert all(row(ident)[0] == "active" for ident in idents.values())


@tap.test("headers of organisation and project go with old keys only; another project in the answer is told")
def _headers():
    legacy = "sk-oldkeyofauser00000not0a0key"
    idents = fresh((ONE, legacy))
    PLACE.super("UPDATE openai_connexion SET openai_organisation_id = 'org-ours', openai_project_id = 'proj_ours'")
    answer = 200, '{"object":"list","data":[]}', {"openai-organization": "org-ours", "openai-project": "proj_theirs"}
    OPENAI.keys = {ONE: answer}
    with worker() as w:
        w.start()
        seen = w.test(idents.values())
        sent = {key: (headers.get("OpenAI-Organization"), headers.get("OpenAI-Project")) for key, headers in OPENAI.seen}
        assert sent == {ONE: (None, None), legacy: ("org-ours", "proj_ours")}, sent
        assert "proj_theirs" in seen[idents[ONE]]["message"], seen[idents[ONE]]
        w.stop()


@tap.test("a row's own base URL; one that no key may go to is a matter of settings")
def _base_url():
    idents = fresh((ONE, TWO))
    PLACE.super("UPDATE openai_connexion SET openai_ia_extensions = jsonb_build_object('base_url', CASE openai_api_key WHEN '%s' "
                "THEN 'http://far.example/v1' ELSE '%s' END)" % (ONE, OPENAI.url))
    with Worker(PLACE, probe=0, base="https://127.0.0.1:1/v1") as w:
        w.start()
        seen = w.test(idents.values())
        assert seen[idents[ONE]]["seen"] == "settings" and seen[idents[TWO]]["seen"] == "valid", seen
        assert OPENAI.count(ONE) == 0 and OPENAI.count(TWO) == 1
        w.stop()


@tap.test("another owner's lease is respected, and taken over when it ends")
def _leases():
    idents = fresh((ONE, TWO))
    with worker(probe=1) as w:
        PLACE.super("INSERT INTO vigie.probe (connexion_id, lease_owner, lease_until) "
                    "SELECT openai_connexion_id, 'somebody else', now() + interval '2 s' FROM openai_connexion WHERE openai_api_key = '%s'" % ONE)
        w.start()
        w.recorded(1)
        assert OPENAI.count(ONE) == 0 and OPENAI.count(TWO) >= 1
        assert PLACE.super("SELECT lease_owner FROM vigie.probe WHERE connexion_id = '%s'" % idents[ONE]) == "somebody else"
        wait.until(lambda: OPENAI.count(ONE) > 0, what="the takeover")
        assert PLACE.super("SELECT count(*) FROM vigie.probe WHERE lease_owner = 'somebody else'") == "0"
        w.stop()


@tap.test("a connexion that is switched off is not asked; a new one is, soon")
def _switch():
    fresh((ONE, TWO))
    PLACE.super("UPDATE openai_connexion SET openai_actif = false WHERE openai_api_key = '%s'" % ONE)
    with worker(probe=1) as w:
        w.start()
        w.recorded(2)
        assert OPENAI.count(ONE) == 0
        PLACE.super("UPDATE openai_connexion SET openai_actif = true WHERE openai_api_key = '%s'" % ONE)
        wait.until(lambda: OPENAI.count(ONE) > 0, what="the probe of what was switched on")
        w.stop()


@tap.test("the database goes away during a probe: what was found is written when it is back")
def _lost():
    idents = fresh((ONE, TWO))
    gate = OPENAI.gates[ONE] = threading.Event()
    with worker() as w:
        w.start()
        assert w.event("link")["link"] == 1
        w.expect("test " + idents[ONE], "job")
        wait.until(lambda: OPENAI.count(ONE) == 1, what="the request")
        OPENAI.keys = {ONE: REVOKED}
        PLACE.super("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'claire'")
        gate.set()
        wait.until(lambda: refusals(idents[ONE]) == 1, what="the result")
        assert OPENAI.count(ONE) == 1, "asked again"
        unleased()
        w.stop()


@tap.test("a row that the table refuses does not cost the others their results")
def _poison():
    idents = fresh(PROJECT)
    refuse = "ALTER TABLE openai_connexion ADD CONSTRAINT no_error CHECK (openai_api_key <> '%s' OR openai_derniere_erreur IS NULL)"
    PLACE.super(refuse % TWO)
    try:
        OPENAI.keys = dict.fromkeys(PROJECT, REVOKED)
        with worker() as w:
            w.start()
            w.test(idents.values())
            unleased()
            assert PLACE.super("SELECT DISTINCT candidate, failures FROM vigie.probe") == "revoked|1"
            errors = PLACE.super("SELECT count(*) FROM openai_connexion WHERE openai_derniere_erreur LIKE 'key revoked%'")
            assert errors == str(len(PROJECT) - 1), errors
            assert w.stats()["record_failures"] > 0
            w.stop()
    finally:
        PLACE.super("ALTER TABLE openai_connexion DROP CONSTRAINT no_error")


@tap.test("a test that is stopped ends at once and gives its leases back")
def _halt():
    idents = fresh(FEW)
    with worker() as w:
        w.start()
        w.test(idents.values())  # the host is known to speak HTTP/1.1 from here on
        OPENAI.gates = {key: threading.Event() for key in FEW[1:]}
        w.expect("test " + " ".join(idents.values()), "job")
        wait.until(lambda: len(OPENAI.seen) == 2 * len(FEW), what="all requests")
        wait.until(lambda: (w.event("tested") or {}).get("tested") == 1, what="the one answer")
        assert w.ask("halt").startswith("job")
        last = w.event("tested")
        assert last["tested"] == last["total"] == 1, last
        unleased()
        assert recorded(idents[ONE]) == 2 and recorded(idents[TWO]) == 1
        w.stop()


@contextlib.contextmanager
def outstanding():
    """A worker with probes under way that nobody answers."""
    fresh(FEW)
    with worker(probe=1) as w:
        w.start()
        w.recorded(len(FEW))  # the host is known to speak HTTP/1.1 from here on
        OPENAI.gates = {key: threading.Event() for key in FEW}
        wait.until(lambda: OPENAI.inside == len(FEW), what="all requests")
        yield w


@tap.test("the end while answers are outstanding: at once, and others may go on")
def _stop():
    with outstanding() as w:
        assert leases() == len(FEW)
        w.stop()
        assert leases() == 0


@tap.test("the end while the database is frozen")
def _frozen():
    with outstanding() as w:
        PLACE.cluster.sigstop()
        try:
            w.stop()
        finally:
            PLACE.cluster.sigcont()


@tap.test("no key in any URL, log line, statement of the server or error of a row")
def _secret():
    idents = fresh((ONE, TWO))
    before = len(PLACE.cluster.log())
    OPENAI.keys = {ONE: REVOKED}
    with worker() as w:
        w.start()
        said = json.dumps(w.test(idents.values()))
        unleased()
        w.stop()
        poller.no_secret(said, PROJECT)
        poller.no_secret(w.log(), PROJECT)
    assert not any("sk-" in str(asked) for asked in OPENAI.asked), "a key in a URL"
    assert {path for path, _ in OPENAI.asked} == {"/v1/models"}
    found = PLACE.super("SELECT string_agg(p::text, '') FROM vigie.probe p") + str([row(ident) for ident in idents.values()])
    poller.no_secret(found, PROJECT)
    program = [line for line in PLACE.cluster.log()[before:].splitlines() if "claire@" in line]
    assert program and not any(key in line for line in program for key in PROJECT), "the server's log has a key"


if __name__ == "__main__":
    tap.main()
