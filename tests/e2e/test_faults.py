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
    "valid": "ok revoked_after gzip duplicate_keys many_models long_headers",
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
    "trouble": "request_timeout server_error overloaded error_200 bad_gateway gateway_timeout cloudflare_520 cloudflare_522 "
               "cloudflare_526 blocked_403 html_200 no_content empty_200 empty_401 empty_500 redirect retry_after_503 flaky_500 "
               "truncated_json wrong_length short_length chunk_cut big_body gzip_bomb gzip_bad unknown_encoding bom deep_nesting "
               "invalid_utf8 nan not_json wrong_type nul_raw delay delay_body slow endless stall silent reset_before reset_after "
               "half_close",
}
VERDICT = {name: verdict for verdict, names in EXPECTED.items() for name in names.split()}
WAITS = {"retry_after": 2, "retry_after_date": 2, "retry_after_ms": 2, "retry_after_huge": 3600, "retry_after_503": 2}
HANGS = ["delay", "delay_body", "slow", "endless", "stall", "silent", "reset_before", "reset_after", "half_close", "gzip_bomb",
         "big_body", "chunk_cut", "bad_gateway", "invalid_api_key", "retry_after_huge", "ok"]
ADDRESSES = {
    "expired": {"tls"}, "wrong-name": {"tls"}, "self-signed": {"tls"}, "old-tls": {"tls"}, "not-tls": {"tls"},
    "tls-cut": {"tls", "network"}, "reset": {"tls", "network"}, "refused": {"network"}, "silent": {"network"},
    "goaway": {"trouble"}, "rst-stream": {"trouble"},
}
# what an admin key's page of costs says; the rows that a scenario adds on each day, as (project, currency): amount
COSTS = {
    "amount_string": {}, "amount_number": {}, "amount_mixed": {}, "amount_34": {}, "extra_fields": {},
    "amount_zero": {("proj_extra", "usd"): "0"}, "amount_tiny": {("proj_extra", "usd"): "0"}, "amount_negative": {("proj_extra", "usd"): "-1.25"},
    "two_currencies": {("proj_extra", "eur"): "1"}, "null_project": {("", "usd"): "0.5"},
}
BAD_COSTS = ["amount_nan", "amount_nan_text", "amount_1e400", "amount_comma", "amount_long", "repeated_cursor",
             "missing_cursor", "endless_pages", "truncated_json", "bad_gateway", "invalid_api_key"]


def token(name, kind="proj"):
    """The key that plays a scenario."""
    return "sk-%s-%s" % (kind, name)


def key_of(ids):
    """Names of scenarios by id."""
    return {ident: key.split("-", 2)[2] for key, ident in ids.items()}


def worker(**options):
    """A worker that asks the stand-in."""
    return Worker(PLACE, **{"base": OPENAI.url, "ca": OPENAI.ca, "probe": 0, "calm": 1, **options})


@tap.test("each answer and fault has its verdict, and none flips a sound row")
def _verdicts():
    played = {scenario["name"]: scenario["group"].lower() for scenario in OPENAI.ctl("scenarios")}
    forgotten = [name for name, group in played.items() if group != "costs" and name not in VERDICT]
    assert not forgotten, "no verdict is expected of %s" % forgotten
    ids = connexions(PLACE, [token(name) for name in VERDICT])
    names = key_of(ids)
    with worker() as w:
        w.start()
        seen = {names[ident]: health for ident, health in w.test(ids.values()).items()}
        wrong = {name: health["seen"] for name, health in seen.items() if health["seen"] not in VERDICT[name].split()}
        assert not wrong and len(seen) == len(VERDICT), wrong
        waits = {name: health["retry_after"] for name, health in seen.items() if health["retry_after"]}
        assert waits == WAITS, waits
        assert all(ord(char) >= 0x20 for health in seen.values() for char in health["message"] + health["code"])
        poller.no_secret(str([(health["message"], health["code"], health["models"]) for health in seen.values()]), [])
        w.stop()
        poller.no_secret(w.log(), [])
    states = PLACE.super("SELECT DISTINCT openai_statut_connexion FROM openai_connexion")
    assert states == "active", states


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


@tap.test("a redirect is not followed: the key stays with its host")
def _redirect():
    ids = connexions(PLACE, [token("redirect")])
    with Standin() as other, worker() as w:
        OPENAI.ctl("redirect", other.url + "/models")
        w.start()
        w.test(ids.values())
        w.stop()
        assert other.journal() == [], "the other host was asked"


@tap.test("the end in the middle of each fault, within a second")
def _stop():
    slowest = 0
    for name in HANGS:
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
