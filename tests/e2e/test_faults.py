#!/usr/bin/python3
"""Every answer and every fault that the stand-in can play: the verdict, the calm of the row, the end in the middle of it."""

import decimal
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, tap, wait  # noqa: E402
from support.poller import DAY, Worker, connexions, stored, utc  # noqa: E402
from support.standin import Standin  # noqa: E402

PLACE = tap.keep(poller.place())
OPENAI = tap.keep(Standin())
OCTOBER, NOVEMBER = utc(2026, 10, 1), utc(2026, 11, 1)

EXPECTED = {
    "valid": "ok revoked_after gzip br deflate zstd duplicate_keys many_models long_headers",
    # a connection that was kept and breaks at once is tried again, a new one is not
    "valid trouble": "flaky_reset keepalive_close",
    "limited": "missing_scopes missing_scopes_401 missing_scopes_403 missing_scopes_bare missing_scopes_bare_403 flaky",
    "revoked": "invalid_api_key flaky_key hostile_headers nul_bytes esc_bytes",
    "closed": "account_deactivated",
    "no-credit": "no_credit insufficient_quota insufficient_quota_null billing_not_active",
    "spend-limit": "billing_hard_limit org_spend project_spend usage_limit",
    "rate-limited": "rate_limit rate_limit_tokens slow_down retry_after_none retry_after retry_after_date retry_after_ms "
                    "retry_after_zero retry_after_negative retry_after_huge retry_after_garbage should_retry_true "
                    "should_retry_false flaky_429",
    "settings": "mismatched_organization mismatched_project ip_not_allowed not_a_member model_not_found no_such_organization "
                "project_archived",
    "region": "region",
    "trouble": "request_timeout server_error overloaded error_200 bad_gateway gateway_timeout cloudflare_520 cloudflare_521 "
               "cloudflare_522 cloudflare_523 cloudflare_524 cloudflare_525 cloudflare_526 blocked_403 html_200 no_content empty_200 empty_401 empty_500 redirect retry_after_503 flaky_500 "
               "truncated_json wrong_length short_length chunk_cut big_body gzip_bomb gzip_bad br_bomb br_cut br_bad many_encodings unknown_encoding bom deep_nesting "
               "invalid_utf8 nan not_json wrong_type nul_raw delay delay_body slow endless stall silent reset_before reset_after "
               "half_close",
}
VERDICT = {name: verdict for verdict, names in EXPECTED.items() for name in names.split()}
WAITS = {"retry_after": 2, "retry_after_date": 2, "retry_after_ms": 2, "retry_after_huge": 3600, "retry_after_503": 2}
ADDRESSES = {
    "expired": {"tls"}, "wrong-name": {"tls"}, "self-signed": {"tls"}, "old-tls": {"tls"}, "not-tls": {"tls"},
    "tls-cut": {"tls"}, "reset": {"tls", "network"}, "refused": {"network"}, "silent": {"network"},
    "goaway": {"trouble"}, "rst-stream": {"trouble"},
}
# what an admin key's page of costs says; the rows that a scenario adds on each day, as (project, currency): amount
COSTS = {
    "amount_string": {}, "amount_missing": {}, "amount_number": {}, "amount_mixed": {}, "amount_34": {}, "extra_fields": {},
    "amount_zero": {("proj_extra", "usd"): "0"}, "amount_tiny": {("proj_extra", "usd"): "0"}, "amount_negative": {("proj_extra", "usd"): "-1.25"},
    "two_currencies": {("proj_extra", "eur"): "1"}, "null_project": {("", "usd"): "0.5"},
}
BAD_COSTS = ["amount_nan", "amount_nan_text", "amount_1e400", "amount_comma", "amount_long", "repeated_cursor",
             "missing_cursor", "endless_pages", "truncated_json", "bad_gateway", "invalid_api_key"]

# which test covers what: the rows of OpenAI's errors, then the faults that a stand-in has to play. A word is a scenario, an
# address of a fault, or "file: the start of a test's name".
COVER = {
    "401 invalid_api_key": "invalid_api_key revoked_after flaky_key",
    "401 account_deactivated": "account_deactivated",
    "401 mismatched_organization, mismatched_project": "mismatched_organization mismatched_project",
    "401 missing scopes, once good again": "missing_scopes missing_scopes_401 flaky",
    "401 not published: address, membership": "ip_not_allowed not_a_member",
    "403 missing scopes, an object or a bare string": "missing_scopes_403 missing_scopes_bare missing_scopes_bare_403",
    "403 unsupported_country_region_territory": "region",
    "404 model_not_found": "model_not_found",
    "400 no such organization": "no_such_organization",
    "400 billing_hard_limit_reached": "billing_hard_limit",
    "400 project_archived": "project_archived",
    "429 rate_limit_exceeded": "rate_limit rate_limit_tokens flaky_429",
    "429 slow_down": "slow_down",
    "429 credit_balance_exhausted": "no_credit",
    "429 spend and usage limits": "org_spend project_spend usage_limit",
    "429 insufficient_quota, older forms": "insufficient_quota insufficient_quota_null",
    "429 billing_not_active": "billing_not_active",
    "408, 500, 503": "request_timeout server_error overloaded flaky_500",
    "502, 504, 520 to 526": "bad_gateway gateway_timeout cloudflare_520 cloudflare_521 cloudflare_522 cloudflare_523 cloudflare_524 "
                            "cloudflare_525 cloudflare_526",
    "HTML, nothing, 200 that is an error, 204": "blocked_403 html_200 error_200 no_content empty_200 empty_401 empty_500",
    "301 to another host": "redirect",
    "Retry-After in each form": "retry_after_none retry_after retry_after_date retry_after_ms retry_after_zero retry_after_negative "
                                "retry_after_huge retry_after_garbage retry_after_503 should_retry_true should_retry_false",
    "a sound answer": "ok",
    "costs: notations": "amount_string amount_number amount_mixed amount_34 amount_zero amount_tiny amount_negative amount_missing "
                        "extra_fields amount_nan amount_nan_text amount_1e400 amount_comma amount_long",
    "costs: currencies, no project": "two_currencies null_project",
    "costs: loops of pages": "repeated_cursor missing_cursor endless_pages",
    "costs: late rows, grouping by key": ["test_faults: late rows replace"],
    "costs: months that turn, counts beyond 32 bits": ["test_costs: the month turns", "test_costs: use of the day"],
    "body: cut, of a wrong length, in chunks, huge": "truncated_json wrong_length short_length chunk_cut big_body many_models",
    "body: gzip, brotli, deflate, zstd": "gzip br deflate zstd",
    "body: bombs, encodings that are none": "gzip_bomb br_bomb gzip_bad br_bad br_cut unknown_encoding many_encodings",
    "body: marks, bytes, depth, doubles, types": "bom nul_bytes nul_raw esc_bytes deep_nesting duplicate_keys invalid_utf8 nan not_json "
                                                 "wrong_type",
    "headers: long, hostile": "long_headers hostile_headers",
    "time: before accept and in TLS": "address:silent",
    "time: before headers, before the body, byte by byte, never": "delay delay_body slow endless stall silent",
    "time: total and low speed are told apart": ["test_faults: an answer that creeps", "test_http2: HTTP/2 that breaks: each fault"],
    "connection: refused, reset, half closed, closed between requests": "address:refused address:reset reset_before reset_after half_close "
                                                                        "flaky_reset keepalive_close",
    "connection: no port is left": ["test_network: no local port is left"],
    "TLS: expired, wrong name, self-signed, old, none, cut": "address:expired address:wrong-name address:self-signed address:old-tls "
                                                             "address:not-tls address:tls-cut",
    "TLS: an authority that nobody trusts": ["test_http2: an authority that is not trusted"],
    "HTTP/2: GOAWAY, RST_STREAM": "address:goaway address:rst-stream",
    "HTTP/2: many streams, limits, frozen, floods, noise": ["test_http2: HTTP/2 that breaks: each fault", "test_http2: HTTP/2 that breaks: the end"],
    "HTTP/1.1 in place of it": "ok",
    "names: unknown, failing, silent; a black hole": ["test_network: a name that does not exist", "test_network: a name server"],
    "proxies": ["test_network: a proxy by the usual variables", "test_network: a proxy that refuses"],
    "the status page, each indicator": ["test_standin: the status page"],
    "the end in the middle of it": ["test_faults: the end in the middle", "test_watch: whatever hangs"],
    "nothing billable": ["test_faults: the journal", "test_network: the journal"],
}
ELSEWHERE = {"late_rows", "no_key_grouping", "month_roll", "huge_counts"}  # scenarios that only the tests named above play


def token(name, kind="proj"):
    """The key that plays a scenario."""
    return "sk-%s-%s" % (kind, name)


def key_of(ids):
    """Names of scenarios by id."""
    return {ident: key.split("-", 2)[2].removeprefix("ok-") for key, ident in ids.items()}


def worker(**options):
    """A worker that asks the stand-in."""
    return Worker(PLACE, **{"base": OPENAI.url, "ca": OPENAI.ca, "probe": 0, "calm": 1, **options})


def recorded(ids):
    """What the database believes of connexions: (verdict, state, failures) by scenario."""
    names = key_of(ids)
    sql = ("SELECT connexion_id, verdict, openai_statut_connexion, failures FROM vigie.probe JOIN openai_connexion "
           "ON openai_connexion_id = connexion_id WHERE lease_owner IS NULL")
    rows = wait.until(lambda: (found := PLACE.cluster.rows(sql, PLACE.db)) and len(found) == len(ids) and found, what="the results")
    return {names[ident]: (verdict, state, int(failures)) for ident, verdict, state, failures in rows}


@tap.test("each answer and fault has its verdict, and none flips a sound row")
def _verdicts():
    played = {scenario["name"]: scenario["group"].lower() for scenario in OPENAI.ctl("scenarios")}
    forgotten = [name for name, group in played.items() if group != "costs" and name not in VERDICT]
    assert not forgotten, "no verdict is expected of %s" % forgotten
    ids = connexions(PLACE, [token("ok-" + name) for name in VERDICT])  # sound until they are told otherwise
    names = key_of(ids)
    sequences = {scenario["name"] for scenario in OPENAI.ctl("scenarios") if scenario["group"] == "sequence"}
    with worker() as w:
        w.start()
        assert {health["seen"] for health in w.test(ids.values()).values()} == {"valid"}
        for key, ident in ids.items():  # the second request of a key is the one that fails
            OPENAI.ctl("scenario", key, names[ident] + ("-2" if names[ident] in sequences - {"revoked_after"} else ""))
        seen = {names[ident]: health for ident, health in w.test(ids.values()).items()}
        wrong = {name: health["seen"] for name, health in seen.items() if health["seen"] not in VERDICT[name].split()}
        assert not wrong and len(seen) == len(VERDICT), wrong
        waits = {name: health["retry_after"] for name, health in seen.items() if health["retry_after"]}
        waits["retry_after_date"] += waits["retry_after_date"] == 1  # a date is whole seconds: one may have passed
        assert waits == WAITS, waits
        assert all(ord(char) >= 0x20 for health in seen.values() for char in health["message"] + health["code"])
        poller.no_secret(str([(health["message"], health["code"], health["models"]) for health in seen.values()]), [])
        confirmed = recorded(ids)
        kept = {name: confirmed[name] for name in names.values() if seen[name]["seen"] not in ("valid", "limited")}
        flipped = {name: row for name, row in kept.items() if row[:2] != ("valid", "active") or row[2] > 1}
        assert not flipped and len(kept) > len(VERDICT) / 2, flipped
        for key in ids:
            OPENAI.ctl("scenario", key, "ok")
        assert {health["seen"] for health in w.test(ids.values()).values()} == {"valid"}
        assert set(recorded(ids).values()) == {("valid", "active", 0)}
        w.stop()
        poller.no_secret(w.log(), [])
    states = PLACE.super("SELECT DISTINCT openai_statut_connexion FROM openai_connexion")
    assert states == "active", states


@tap.test("the table says of each row which test covers it, and each scenario has a row")
def _cover():
    here = os.path.dirname(os.path.abspath(__file__))
    covered = set()
    for row, words in COVER.items():
        for word in words if isinstance(words, list) else words.split():
            program, _, title = word.partition(": ")
            if title:
                with open(os.path.join(here, program + ".py"), encoding="utf-8") as file:
                    assert '("' + title in file.read(), (row, word)
            elif word.startswith("address:"):
                assert word.partition(":")[2] in ADDRESSES, (row, word)
            else:
                assert word in VERDICT or word in COSTS or word in BAD_COSTS, (row, word)
            covered.add(word)
    played = {scenario["name"] for scenario in OPENAI.ctl("scenarios")} - ELSEWHERE
    assert not played - covered, played - covered
    assert {"address:" + name for name in OPENAI.faults} <= covered, OPENAI.faults


@tap.test("TLS that cannot be trusted, connections that break, names that do not exist")
def _addresses():
    urls = {**OPENAI.faults, "no such name": "https://nowhere.invalid/v1", "clear text": "http://192.0.2.1/v1"}
    expected = {**ADDRESSES, "no such name": {"network"}, "clear text": {"settings"}}
    assert set(OPENAI.faults) == set(ADDRESSES), OPENAI.faults
    ids = connexions(PLACE, ["sk-proj-ok-%d" % n for n in range(len(urls))])
    which = dict(zip(ids.values(), urls))
    for ident, name in which.items():
        PLACE.super("UPDATE openai_connexion SET openai_ia_extensions = jsonb_build_object('base_url', '%s') "
                    "WHERE openai_connexion_id = '%s'" % (urls[name], ident))
    with worker() as w:
        w.start()
        seen = {which[ident]: health for ident, health in w.test(ids.values()).items()}
        wrong = {name: (health["seen"], health["curl"], health["message"]) for name, health in seen.items()
                 if health["seen"] not in expected[name]}
        assert not wrong, wrong
        w.stop()
    assert PLACE.super("SELECT DISTINCT openai_statut_connexion FROM openai_connexion") == "active"


@tap.test("an answer that creeps is told from one that takes too long")
def _slow():
    ids = connexions(PLACE, [token("slow")])
    with worker() as w:
        w.start()
        (health,) = w.test(ids.values()).values()
        assert health["seen"] == "trouble" and "too slow" in health["message"], health
        w.stop()


@tap.test("a redirect is not followed: the key stays with its host")
def _redirect():
    ids = connexions(PLACE, [token("redirect")])
    with Standin() as other, worker() as w:
        OPENAI.ctl("redirect", other.url + "/models")
        w.start()
        w.test(ids.values())
        w.stop()
        assert other.journal() == [], "the other host was asked"


@tap.test("the end in the middle of each answer and fault, within a second", limit=240)
def _stop():
    slowest = 0
    for name in VERDICT:
        connexions(PLACE, [token(name)])
        OPENAI.ctl("journal", "clear")
        with worker(probe=1, period=1) as w:
            w.start()
            wait.until(OPENAI.journal, what="the request of " + name)
            slowest = max(slowest, w.stop())
        held = PLACE.super("SELECT count(*) FROM vigie.probe WHERE lease_owner IS NOT NULL")
        assert held == "0", "%s: a lease was kept" % name
    for name, url in {**OPENAI.faults, "black hole": "https://192.0.2.1/v1"}.items():
        connexions(PLACE, ["sk-proj-ok-1"])
        with worker(probe=1, period=1, base=url) as w:
            w.start()
            wait.until(lambda: w.stats()["leased"] or w.stats()["probes"], what="a probe of " + name)
            slowest = max(slowest, w.stop())
    tap.diag("the slowest end took %d ms" % slowest)


@tap.test("a key revoked there turns the row after exactly three probes, and recovers after one")
def _revoked():
    key = "sk-proj-ok-77"
    ident = connexions(PLACE, [key])[key]
    sql = "SELECT openai_statut_connexion FROM openai_connexion"
    with worker() as w:
        w.start()
        seen = []
        for step in ["ok", "revoke", "again", "again", "again", "restore"]:
            if step in ("revoke", "restore"):
                OPENAI.ctl("token", step, key)
            w.test([ident])
            wait.until(lambda: PLACE.super("SELECT lease_owner IS NULL FROM vigie.probe") == "t", what="the result")
            seen.append(PLACE.super(sql))
        assert seen == ["active", "active", "active", "expired", "expired", "active"], seen
        w.stop()


@tap.test("admin keys are probed by a small question about costs")
def _admin():
    ids = connexions(PLACE, [token(name, "admin") for name in ["ok", "invalid_api_key", "amount_nan", "amount_zero"]])
    names = key_of(ids)
    OPENAI.ctl("journal", "clear")
    with worker() as w:
        w.start()
        seen = {names[ident]: health["seen"] for ident, health in w.test(ids.values()).items()}
        assert seen == {"ok": "valid", "invalid_api_key": "revoked", "amount_nan": "trouble", "amount_zero": "valid"}, seen
        w.stop()
    assert {line["path"] for line in OPENAI.journal()} == {"/v1/organization/costs"}


def read_costs(name, by_key=0):
    """Have the costs of October read with the admin key of a scenario; the worker's counters."""
    with worker(cost_period=1) as w:
        w.expect("clock %d" % (NOVEMBER - 3600), "clock")
        w.account("acme", token(name, "admin"), by_key=by_key)
        w.start()
        w.polled(1)
        counters = w.stats()
        w.stop()
        poller.no_secret(w.log(), [])
        return counters


@tap.test("costs equal the ledger in each notation; what is no page of costs changes nothing")
def _costs():
    OPENAI.ctl("clock", "set", str(NOVEMBER - 3600))
    amounts = ["12.50", "0.0036275", "0.000000000001", "-3.3", "0.0042"]
    for n in range(31):
        for project in ("proj_a", "proj_b"):
            OPENAI.ctl("ledger", "add", {"at": OCTOBER + n * DAY + 60, "amount": amounts[n % 5], "project": project})
    sums = {(project, "usd"): decimal.Decimal(amounts[0]) * 7 + sum(map(decimal.Decimal, amounts[1:])) * 6 for project in ("proj_a", "proj_b")}
    for name, extra in COSTS.items():
        connexions(PLACE, {"sk-proj-a": "proj_a"})
        assert read_costs(name)["cost_failures"] == 0, name
        told = {**sums, **{place: decimal.Decimal(amount) * 31 for place, amount in extra.items()}}
        assert stored(PLACE, OCTOBER, NOVEMBER) == told, (name, stored(PLACE, OCTOBER, NOVEMBER), told)
    before = stored(PLACE, OCTOBER, NOVEMBER)
    for name in BAD_COSTS:
        assert read_costs(name)["cost_failures"] == 1, name
        assert stored(PLACE, OCTOBER, NOVEMBER) == before, name
    OPENAI.ctl("clock", "run")


@tap.test("late rows replace what was known; grouping by key falls back")
def _late():
    OPENAI.ctl("clock", "set", str(NOVEMBER - 3600))
    OPENAI.ctl("ledger", "clear")
    OPENAI.ctl("ledger", "add", {"at": OCTOBER + DAY, "amount": "5", "project": "proj_a"})
    connexions(PLACE, {"sk-proj-a": "proj_a"})
    with worker(cost_period=1) as w:
        w.expect("clock %d" % (NOVEMBER - 3600), "clock")
        w.account("acme", token("late_rows", "admin"))
        w.start()
        w.polled(4)
        w.stop()
    readings = sum(line["path"].endswith("/costs") and line["token"].startswith("sk-admin-late") for line in OPENAI.journal())
    late = stored(PLACE, OCTOBER, NOVEMBER)["proj_extra", "usd"]
    assert late <= decimal.Decimal("0.010000000001") * (readings - 1) and late >= decimal.Decimal("0.010000000001") * 3, (late, readings)
    connexions(PLACE, {"sk-proj-a": "proj_a"})
    OPENAI.ctl("journal", "clear")
    assert read_costs("no_key_grouping", by_key=1)["cost_failures"] == 0
    assert stored(PLACE, OCTOBER, NOVEMBER) == {("proj_a", "usd"): decimal.Decimal(5)}
    OPENAI.ctl("clock", "run")


@tap.test("the journal: nothing that costs, no key in a URL, nothing but questions")
def _journal():
    counted = OPENAI.ctl("journal", "count")
    lines = OPENAI.journal()
    assert lines and counted["billable"] == 0, counted
    assert not any(line["key_in_url"] or "sk-" in line["query"] for line in lines)
    assert {line["method"] for line in lines} == {"GET"}
    paths = {line["path"] for line in lines}
    assert all(path in ("/v1/models", "/v1/organization/costs") or path.startswith("/v1/organization/usage/") for path in paths), paths


if __name__ == "__main__":
    tap.main()
