#!/usr/bin/python3
"""What OpenAI bills, what it says was asked, and what the applications counted: each difference is named, the worst first."""

import functools
import os
import sys
import time
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import poller, tap  # noqa: E402
from support.standin import Standin  # noqa: E402

OK, UNDECIDED = 0, 41
ADMIN_KEY = "sk-admin-ok-Reconcile0Key0abcdef"
MILLION = Decimal(1000000)
# dollars per million tokens: fresh input, cached input, output
FRESH, CACHED, OUTPUT = Decimal("2.50"), Decimal("1.25"), Decimal("10.00")

place = tap.keep(poller.place())
openai = tap.keep(Standin())
PLACE_OF = ("--openai-url", openai.url, "--openai-ca", openai.ca)
place.operator("portal", "Une")  # the application's own login


def today():
    """The UTC day."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def within_a_day(function):
    """What happens is of one UTC day: again when midnight passed meanwhile."""

    @functools.wraps(function)
    def again():
        for _ in range(3):
            before, failure = today(), None
            try:
                function()
            except AssertionError as error:
                failure = error
            if today() == before:
                break
        if failure:
            raise failure

    return again


def counted(connexion, requests, cost):
    """The application counts after its requests."""
    place.psql("SELECT vigie.compter_usage('%s', %d, %s)" % (connexion, requests, cost), user="portal")


def reserved(connexion, estimate, actual):
    """The application asks before a request and settles its cost afterwards."""
    allowed = place.psql("SELECT allowed FROM vigie.autoriser('%s', NULL, %s)" % (connexion, estimate), user="portal")
    assert allowed == "t", allowed
    place.psql("SELECT vigie.regler('%s', %s, %s)" % (connexion, estimate, actual), user="portal")


def billed(project, amount, currency="usd"):
    """OpenAI bills something today."""
    openai.ctl("ledger", "add", "at=" + today(), "project=" + project, "amount=%s" % amount, "currency=" + currency)


def used(project, requests, tokens=0, cached=0, output=0):
    """OpenAI has seen requests today."""
    openai.ctl("usage", "add", "at=" + today(), "project=" + project, "requests=%d" % requests, "model=gpt-4o",
               "input=%d" % tokens, "cached=%d" % cached, "output=%d" % output)


def start(projects, limit=100):
    """Connexions of these projects, a ledger without entries, an account that was never asked; ids by project."""
    openai.ctl("ledger", "clear")
    openai.ctl("fault", "clear")
    ids = poller.connexions(place, {"sk-proj-ok-r%d" % n: project for n, project in enumerate(projects)})
    place.super("UPDATE openai_connexion SET openai_limite_cout_mois = %d, openai_limite_quotidienne = 1000000" % limit)
    done = place.run("account", "add", "acme", "--key-file", "-", stdin=ADMIN_KEY)
    assert done.status == OK, done
    return [ids["sk-proj-ok-r%d" % n] for n in range(len(projects))]


def watch(status=OK):
    """One round of probes, costs and use."""
    done = place.run("watch", *PLACE_OF, "--once")
    assert done.status == status, done


def budget():
    """What `vigie budget` says: {id: row}."""
    return {row["openai_connexion_id"]: row for row in place.json("budget")}


def kinds(row):
    """What differs, in the order told."""
    return [one["kind"] for one in row["discrepancies"]]


def expect(found, *expected):
    """These kinds in this order, and the whole row when they are others."""
    assert kinds(found) == list(expected), (expected, found)


@tap.test("sources that agree have nothing to tell, whether a request was counted or reserved and settled")
@within_a_day
def _agree():
    (one,) = start(["proj_agree"])
    counted(one, 9, "0.45")
    reserved(one, "0.20", "0.05")
    billed("proj_agree", "0.50")
    used("proj_agree", 10)
    watch()
    row = budget()[one]
    expect(row)
    sources = row["sources"]
    assert Decimal(sources["openai_costs"]["cost"]) == Decimal("0.5") == Decimal(sources["applications"]["cost"]), sources
    assert sources["openai_usage"]["requests"] == sources["applications"]["requests"] == "10", sources
    assert sources["openai_costs"]["at"] and sources["openai_usage"]["at"] and sources["applications"]["at"], sources
    assert row["source"] == "openai" and Decimal(row["spent"]) == Decimal("0.5") and row["permille"] == 5, row
    assert row["elapsed_permille"] >= 0 and row["forecast"]["basis"] == "thin" and row["forecast"]["month_end"] is None, row


@tap.test("cached tokens: the input includes them, OpenAI bills less than an application that does not know counts")
@within_a_day
def _cached():
    one, two = start(["proj_cached", "proj_knows"])
    tokens, cached, output = 4000000, 3000000, 100000
    naive = (tokens * FRESH + output * OUTPUT) / MILLION
    real = ((tokens - cached) * FRESH + cached * CACHED + output * OUTPUT) / MILLION
    counted(one, 200, naive)
    counted(two, 200, real)
    for project in ("proj_cached", "proj_knows"):
        billed(project, real)
        used(project, 200, tokens, cached, output)
    query = {"start_time": int(time.time()) // 86400 * 86400, "group_by": "project_id"}
    page = openai.get("/organization/usage/completions", ADMIN_KEY, query).json()
    told = page["data"][0]["results"][0]
    assert told["input_tokens"] == tokens == told["input_cached_tokens"] + told["input_uncached_tokens"], told
    assert told["input_cached_tokens"] == cached, told
    watch()
    rows = budget()
    expect(rows[one], "cost-lower")
    expect(rows[two])
    (lower,) = rows[one]["discrepancies"]
    assert Decimal(lower["one"]) == real and Decimal(lower["other"]) == naive and Decimal(lower["difference"]) == real - naive, lower
    assert lower["permille"] == int((naive - real) * 1000 / naive) and lower["period"] == today()[:7], lower
    text = place.run("budget", one)
    assert "OpenAI bills less than was counted" in text.out and "cached tokens" in text.out, text


@tap.test("delayed buckets: what the last hours cost is missing, and later it is there")
@within_a_day
def _delayed():
    one, two = start(["proj_late", "proj_empty"])
    for connexion in (one, two):
        counted(connexion, 100, "5.00")
    billed("proj_late", "3.00")
    used("proj_late", 60)
    used("proj_empty", 0)
    watch()
    rows = budget()
    expect(rows[one], "delayed", "use-lower")
    expect(rows[two], "delayed", "use-lower")
    late = rows[one]["discrepancies"][0]
    assert (Decimal(late["one"]), Decimal(late["other"]), late["permille"]) == (3, 5, 400), late
    billed("proj_late", "2.00")
    used("proj_late", 40)
    billed("proj_empty", "5.00")
    used("proj_empty", 100)
    place.super("UPDATE vigie.account SET costs_at = NULL")
    watch()
    rows = budget()
    expect(rows[one])
    expect(rows[two])


@tap.test("somebody else spends: OpenAI bills and counts more than the applications")
@within_a_day
def _higher():
    (one,) = start(["proj_more"])
    counted(one, 10, "1.00")
    billed("proj_more", "4.00")
    used("proj_more", 50)
    watch()
    row = budget()[one]
    expect(row, "cost-higher", "use-higher")
    assert [one["permille"] for one in row["discrepancies"]] == [750, 800], row


@tap.test("a shared project, another currency, a figure written by hand, and nobody who counts")
@within_a_day
def _others():
    first, second, third, fourth, fifth = start(["proj_shared", "proj_shared", "proj_euro", "proj_hand", None])
    billed("proj_shared", "2.00")
    billed("proj_euro", "1.00")
    billed("proj_euro", "7.00", "eur")
    billed("proj_hand", "3.00")
    watch()
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = 99 WHERE openai_connexion_id = '%s'" % fourth)
    rows = budget()
    expect(rows[first], "shared")
    expect(rows[second], "shared")
    expect(rows[third], "currency")
    assert Decimal(rows[third]["discrepancies"][0]["one"]) == 7, rows[third]
    expect(rows[fourth], "table")
    assert Decimal(rows[fourth]["discrepancies"][0]["difference"]) == -96, rows[fourth]
    expect(rows[fifth], "no-source", "no-source")
    assert sorted(one["period"] for one in rows[fifth]["discrepancies"]) == [today()[:7], today()], rows[fifth]
    assert rows[fifth]["spent"] is None and rows[fifth]["forecast"]["basis"] == "none", rows[fifth]


@tap.test("an endpoint that does not answer is named, and what the other one tells still counts")
@within_a_day
def _missing():
    costs, usage = "/v1/organization/costs", "/v1/organization/usage"
    for path, fault, status in (
        (usage, "model_not_found", OK), (usage, "missing_scopes_403", UNDECIDED),
        (costs, "model_not_found", UNDECIDED), (costs, "missing_scopes_403", UNDECIDED),
    ):
        (one,) = start(["proj_half"])
        counted(one, 10, "1.00")
        billed("proj_half", "1.00")
        used("proj_half", 10)
        openai.ctl("fault", path, fault)
        watch(status)
        row = budget()[one]
        expect(row, "endpoint-missing")
        sources, period = row["sources"], row["discrepancies"][0]["period"]
        if path == usage:
            assert sources["openai_usage"]["requests"] is None and Decimal(sources["openai_costs"]["cost"]) == 1, (fault, sources)
            assert period == today(), (fault, row)
        else:
            assert sources["openai_costs"]["cost"] is None and sources["openai_usage"]["requests"] == "10", (fault, sources)
            assert period == today()[:7] and row["source"] == "applications", (fault, row)


@tap.test("all at once: the worst comes first, in JSON and in words; another organisation sees nothing of it")
@within_a_day
def _order():
    (one, _) = start(["proj_all", "proj_all"])
    counted(one, 100, "9.00")
    billed("proj_all", "4.00")
    billed("proj_all", "2.00", "eur")
    used("proj_all", 50)
    watch()
    place.super("UPDATE openai_connexion SET openai_cout_actuel_mois = 77")
    row = budget()[one]
    expect(row, "currency", "delayed", "use-lower", "shared", "table")
    text = place.run("budget", one).out
    titles = ("another currency", "OpenAI's figures are behind", "OpenAI counts fewer requests", "the project is shared", "the row says something else")
    assert "50 against 100 (50 %)" in text and "4.00 against 9.00 (55 %)" in text, text
    places = [text.index("  " + title) for title in titles]
    assert places == sorted(places), text
    place.super("INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('00000000-0000-4000-8000-000000000002', 'Deux') ON CONFLICT DO NOTHING")
    if "stranger" not in place.operators:
        place.operators.append("stranger")
        place.operator("stranger", "Deux")
    assert place.json("budget", user="stranger") == []
    ids = "ARRAY['%s'::uuid]" % one
    for sql in ("vigie.sources_of(%s, now())", "vigie.reconcile_of(%s, now())", "vigie.forecasts_of(%s, now())"):
        assert place.psql("SELECT count(*) FROM " + sql % ids, user="stranger") == "0", sql
        assert place.psql("SELECT count(*) > 0 FROM " + sql % ids, user="portal") == "t", sql


HISTORY = """
DELETE FROM vigie.cost_day;
INSERT INTO vigie.account (account_id, name) VALUES ('acc00000-0000-4000-8000-000000000000', 'hand');
INSERT INTO vigie.cost_day (account_id, project, key, day, currency, amount)
SELECT 'acc00000-0000-4000-8000-000000000000', 'proj_steady', '', d::date, 'usd', 2
FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month', now() AT TIME ZONE 'UTC', '1 day') d;
INSERT INTO vigie.cost_day (account_id, project, key, day, currency, amount)
SELECT 'acc00000-0000-4000-8000-000000000000', 'proj_new', '', (now() AT TIME ZONE 'UTC')::date - n, 'usd', 50 FROM generate_series(0, 1) n;
SELECT vigie.apply_costs('acc00000-0000-4000-8000-000000000000', 'usd', now());
"""


@tap.test("budget tells rate, end of the month and the day the limit is reached; backtest how often a rule would have fired")
@within_a_day
def _forecast():
    steady, new = start(["proj_steady", "proj_new"], limit=20)
    place.super(HISTORY)
    rows = budget()
    row = rows[steady]
    forecast, gone = row["forecast"], int(today()[8:])
    assert forecast["basis"] in ("day", "week") and forecast["days_of_history"] == 7 and row["source"] == "openai", row
    assert Decimal(row["spent"]) == 2 * gone and row["permille"] == 100 * gone, row
    assert 2 <= Decimal(forecast["rate_per_day"]) <= 4 and 20 <= Decimal(forecast["month_end"]) <= 130, forecast
    assert forecast["permille"] >= 1000 and forecast["exhausted_at"][:7] == today()[:7], forecast
    thin = rows[new]["forecast"]
    assert thin["basis"] == "thin" and {thin[name] for name in ("rate_per_day", "month_end", "permille", "exhausted_at")} == {None}, thin
    assert "not enough history" in place.run("budget", new).out
    assert "usd" in place.run("budget", steady).out and len(place.json("budget", "-f", steady)) == 1
    said = place.json("backtest", "--threshold", "50", steady)
    last = [one for one in said["fired"] if one["month"] != today()[:7]]
    assert said["threshold"] == 50 and said["connexions"] == 1 and [one["day"][8:] for one in last] == ["05"], said
    assert Decimal(last[0]["value"]) == 10 and Decimal(last[0]["limit"]) == 20 and said["months_tried"][0]["fired"] == 1, said
    foreseen = place.json("backtest", "--threshold", "100", "--on", "forecast", steady)["fired"]
    assert foreseen[0]["day"][8:] == "03", foreseen
    text = place.run("backtest", "--threshold", "50", steady)
    assert "would have fired 1 time" in text.out and "so far" in text.out, text
    for bad in (("--threshold", "0"), ("--months", "25"), ("--on", "usage")):
        done = place.run("backtest", *bad)
        assert done.status == 2 and bad[0][2:] in done.err, (bad, done)


if __name__ == "__main__":
    tap.main()
