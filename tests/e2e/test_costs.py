#!/usr/bin/python3
"""Costs and use: what the database says equals what OpenAI told, to the last decimal."""

import decimal
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, tap, wait  # noqa: E402
from support.poller import DAY, Account, Worker, connexions, stored, utc  # noqa: E402

PLACE = tap.keep(poller.place(log_statements=True))
KEY = "sk-admin-test-not-a-key-0001"
A, B = "proj_alpha", "proj_beta"
OCTOBER, NOVEMBER = utc(2026, 10, 1), utc(2026, 11, 1)
LONG = "0.003627500000000000000000000000000000"


def worker(account, locale=None, **options):
    """A worker that only reads costs, every second."""
    return Worker(PLACE, locale, base=account.url, probe=0, cost_period=1, **options)


def read_once(account, now, locale=None, by_key=0, polls=1):
    """Have the costs read at an instant; the worker's counters."""
    with worker(account, locale) as w:
        w.expect("clock %d" % now, "clock")
        w.account("acme", KEY, by_key=by_key)
        w.start()
        w.polled(polls)
        counters = w.stats()
        w.stop()
        poller.no_secret(w.log(), [KEY])
        return counters


def agrees(account, first, after):
    """The database holds what the account told of this period."""
    told = {place: amount for place, amount in account.month(first, after).items()}
    assert stored(PLACE, first, after) == told, (stored(PLACE, first, after), told)


def fill(account, first, days):
    """Something for each day, in every notation."""
    for n in range(days):
        day = first + n * DAY
        account.add(day, A, "%d.%02d" % (n, n))
        account.add(day, A, decimal.Decimal("0.1"))
        account.add(day, B, "0.000000000001")
        account.add(day, None, "0.50")
        account.add(day, A, "1.25", "eur")


def each_locale(name):
    """The test under the C locale and where a comma stands in numbers."""

    def register(function):
        tap.test(name)(lambda: function(None))
        tap.test(name + ", in French")(lambda: function(poller.french()))

    return register


@each_locale("31 days, three pages, two currencies and money of no project")
def _month(locale):
    connexions(PLACE, {"sk-proj-a": A})
    with Account(days_a_page=11) as account:
        fill(account, OCTOBER, 31)
        read_once(account, NOVEMBER - 3600, locale)
        agrees(account, OCTOBER, NOVEMBER)
        pages = [query.get("page", "") for path, query in account.asked if path.endswith("/costs")]
        assert pages[:3] == ["", "page_1", "page_2"], pages
        assert all(query["limit"] == "31" for path, query in account.asked if path.endswith("/costs"))


@each_locale("strings, numbers, 34 digits, 0E-6176, credits")
def _notations(locale):
    connexions(PLACE, {"sk-proj-a": A})
    with Account() as account:
        for n, amount in enumerate([LONG, "0E-6176", "-12.345", "1e-7", "1E2", "00012.5", "0", "-0.000000000001"]):
            account.add(OCTOBER + n * DAY, A, amount)
            account.add(OCTOBER + n * DAY, B, amount)
        account.add(OCTOBER, B, decimal.Decimal("12345678901234.123456789012"))
        account.add(OCTOBER + DAY, B, decimal.Decimal("-0.07"))
        read_once(account, OCTOBER + 20 * DAY, locale)
        agrees(account, OCTOBER, NOVEMBER)


@tap.test("the row's cost is the sum of this month in dollars; late rows replace, they are not added")
def _replace():
    now = int(PLACE.super("SELECT extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::bigint"))
    month = int(PLACE.super("SELECT extract(epoch FROM date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::bigint"))
    connexions(PLACE, {"sk-proj-a": A, "sk-proj-b": B, "sk-proj-c": B})
    sql = "SELECT DISTINCT openai_project_id, openai_cout_actuel_mois FROM openai_connexion ORDER BY 1"
    with Account() as account, worker(account) as w:
        account.add(now, A, "1.10")
        account.add(now, A, "100", "eur")
        account.add(now, B, LONG)
        account.add(month - DAY, A, "7")  # the month before
        w.account("acme", KEY)
        w.start()
        w.polled(2)
        assert PLACE.cluster.rows(sql, PLACE.db) == [[A, "1.1"], [B, "0.0036275"]]
        with account.lock:
            account.rows[0] = (now, A, '"0.90"', "usd", None)
        account.add(now, A, "0.000000000001")
        wait.until(lambda: PLACE.cluster.rows(sql, PLACE.db) == [[A, "0.900000000001"], [B, "0.0036275"]], 10,
                   "the late row", show=lambda: str(PLACE.cluster.rows(sql, PLACE.db)))
        shared = PLACE.super("SELECT cost_shared FROM vigie.figure JOIN openai_connexion ON openai_connexion_id = connexion_id "
                             "ORDER BY openai_project_id, cost_shared")
        assert shared.split() == ["1", "2", "2"], shared
        w.stop()


@tap.test("in the first days of a month the one before is read again")
def _first_days():
    connexions(PLACE, {"sk-proj-a": A})
    with Account() as account:
        fill(account, OCTOBER, 33)
        read_once(account, NOVEMBER + 2 * DAY + 60)
        agrees(account, OCTOBER, NOVEMBER)
        agrees(account, NOVEMBER, utc(2026, 12, 1))
    with Account() as account:
        read_once(account, NOVEMBER + 3 * DAY)
        assert int(account.asked[0][1]["start_time"]) == NOVEMBER, account.asked[0]


@each_locale("the month turns between two pages: both months are exact")
def _month_roll(locale):
    connexions(PLACE, {"sk-proj-a": A})
    with Account(days_a_page=11) as account, worker(account, locale) as w:
        fill(account, OCTOBER, 31)
        turned = []

        def midnight(path, _query, page):
            # between the second page and the third: the last day grows, the new month begins
            if path.endswith("/costs") and page == 2 and not turned:
                turned.append(1)
                account.add(NOVEMBER - DAY, A, "0.333333333333")
                account.add(NOVEMBER, A, "5.000000000007")
                w.expect("clock %d" % (NOVEMBER + 5), "clock")

        account.hook = midnight
        w.expect("clock %d" % (NOVEMBER - 2), "clock")
        w.account("acme", KEY)
        w.start()
        w.polled(1)
        w.stop()
        assert turned
        agrees(account, OCTOBER, NOVEMBER)
        agrees(account, NOVEMBER, utc(2026, 12, 1))


@tap.test("grouping by key: kept apart where it is told, left away for a day where it is refused")
def _by_key():
    connexions(PLACE, {"sk-proj-a": A})
    with Account() as account:
        account.add(OCTOBER, A, "1.5", key="key_one")
        account.add(OCTOBER, A, "2.5", key="key_two")
        read_once(account, OCTOBER + DAY, by_key=1)
        rows = PLACE.cluster.rows("SELECT key, amount FROM vigie.cost_day WHERE amount > 1 ORDER BY 1", PLACE.db)
        assert rows == [["key_one", "1.5"], ["key_two", "2.5"]], rows
        connexions(PLACE, {"sk-proj-a": A})
        del account.asked[:]
        refusal = 400, poller.error(None)
        account.refuse = lambda path, query: refusal if "api_key_id" in str(query) else None
        assert read_once(account, OCTOBER + DAY, by_key=1, polls=2)["cost_failures"] == 0
        agrees(account, OCTOBER, NOVEMBER)
        tried = sum("api_key_id" in str(query) for _, query in account.asked)
        assert tried == 1, "refused once, yet asked %d times" % tried


@tap.test("use of the day: all kinds together, beyond 32 bits, missing kinds left out")
def _usage():
    ids = connexions(PLACE, {"sk-proj-a": A, "sk-proj-b": B})
    sql = "SELECT openai_project_id, openai_usage_quotidien, openai_reset_quota_at > now() FROM openai_connexion ORDER BY 1"
    missing = 404, poller.error(None)
    with Account() as account, worker(account) as w:
        account.usage = {"completions": {A: 2147483640, B: 3}, "embeddings": {A: 4294967296}, "moderations": {B: 4}}
        account.refuse = lambda path, _query: missing if "audio" in path else None
        w.account("acme", KEY)
        w.start()
        wait.until(lambda: PLACE.cluster.rows(sql, PLACE.db) == [[A, "2147483647", "t"], [B, "7", "t"]], what="the use",
                   show=lambda: str(PLACE.cluster.rows(sql, PLACE.db)))
        assert PLACE.super("SELECT requests FROM vigie.usage_day WHERE project = '%s'" % A) == "6442450936"
        w.expect("figures " + ids["sk-proj-a"], "job")
        figures = w.event("figures")
        assert figures["clamped"] and figures["use_source"] == "openai", figures
        w.stop()


@tap.test("an account that fails keeps its figures, says why and rests")
def _failure():
    connexions(PLACE, {"sk-proj-a": A})
    with Account() as account:
        account.add(OCTOBER, A, "3.25")
        read_once(account, OCTOBER + DAY)
        answers = [
            (401, poller.error("invalid_api_key"), "revoked"),
            (500, "", "trouble"),
            (200, '{"object":"page","data":[{"object":"bucket","start_time":1,"results":[{"amount":{"value":"NaN"}}]}]}', "trouble"),
            (200, '{"object":"page","data":[],"has_more":true,"next_page":"same"}', "trouble"),
        ]
        for status, body, verdict in answers:
            account.refuse = lambda _path, _query, answer=(status, body): answer
            counters = read_once(account, OCTOBER + DAY)
            assert counters["cost_failures"] == 1, (status, body, counters)
            said = PLACE.super("SELECT verdict, (evidence).http, failures, lease_owner IS NULL FROM vigie.account")
            assert said == "%s|%d|1|t" % (verdict, status), said
            assert PLACE.super("SELECT sum(amount) FROM vigie.cost_day") in ("", "3.25")


@tap.test("the admin key is nowhere but in the request")
def _secret():
    connexions(PLACE, {"sk-proj-a": A})
    with Account() as account:
        account.add(OCTOBER, A, "1")
        read_once(account, OCTOBER + DAY)
        assert {key for key, _ in account.seen} == {KEY}
        assert not any(KEY in str(asked) for asked in account.asked)
    assert KEY not in PLACE.cluster.log(), "the server's log has the key"
    assert PLACE.super("SELECT count(*) FROM vigie.sealed_key WHERE position('%s'::bytea IN sealed) > 0" % KEY[:20]) == "0"


if __name__ == "__main__":
    tap.main()
