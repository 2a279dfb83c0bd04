#!/usr/bin/python3
"""The stand-in's figures: costs and use with every parameter, exact sums, paging that goes wrong, the demonstration's world."""

import datetime
import os
import re
import sys
from decimal import Context, Decimal, localcontext

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.schema import TOP, Description  # noqa: E402
from support.standin import Standin  # noqa: E402

NOW = "2026-11-22T10:00:00Z"
DAY = 86400
ADMIN = "sk-admin-ok-1"
DESCRIPTION = Description()
EXACT = Context(prec=400)


def stamp(text):
    """Seconds of a day or an instant in UTC."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", ""))
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


MONTH, TODAY = stamp("2026-11-01"), stamp("2026-11-22")
USAGE = (
    "completions", "embeddings", "moderations", "images", "audio_speeches", "audio_transcriptions", "vector_stores",
    "code_interpreter_sessions", "web_search_calls", "file_search_calls",
)
LEDGER = [
    {"at": "2026-11-%02d" % day, "amount": amount, "project": project, "currency": currency, "line": line, "key": "key_1"}
    for day in range(1, 23)
    for amount, project, currency, line in (
        ("0.%034d" % (day * 7919), "proj_a", "usd", "gpt-4.1, input"),
        ("%d.003627500000000000000000000000000000" % day, "proj_a", "usd", "gpt-4.1, output"),
        ("-0.%02d" % day, "proj_b", "usd", "credit"),
        ("1.1", "proj_b", "eur", "residency"),
        ("0E-6176", "proj_c", "usd", "nothing"),
        ("0.000000000001", None, "usd", "Scale Tier"),
    )
]
ledger = tap.keep(Standin(clock=NOW, world={"ledger": LEDGER}))


def pages(path, key=ADMIN, query=(), standin=ledger, limit=100):
    """The pages of costs or use, to the last."""
    page, got = None, []
    while len(got) < limit:
        answer = standin.get(path, key, [*query, *([("page", page)] if page else [])])
        assert answer.status == 200, answer.body
        got.append(answer.json(parse_float=Decimal))
        page = got[-1]["next_page"]
        if not got[-1]["has_more"]:
            return got
    return got


def buckets(*arguments, **options):
    """The buckets of all pages."""
    return [bucket for page in pages(*arguments, **options) for bucket in page["data"]]


def results(*arguments, **options):
    """The results of all buckets."""
    return [row for bucket in buckets(*arguments, **options) for row in bucket["results"]]


def totals(rows, name="project_id"):
    """The exact sums by (name, currency)."""
    sums = {}
    with localcontext(EXACT):
        for row in rows:
            group = (row[name], row["amount"]["currency"])
            sums[group] = sums.get(group, Decimal(0)) + Decimal(row["amount"]["value"])
    return sums


def expected(name="project", entries=None):
    """The same of the ledger."""
    return totals([{name: e[name], "amount": {"value": e["amount"], "currency": e["currency"]}}
                   for e in (LEDGER if entries is None else entries)], name)


# costs -----------------------------------------------------------------------------------------------------------------

@tap.test("costs: seven buckets unless told otherwise, whole UTC days, empty ones too, none after today")
def _():
    answer = ledger.get("/organization/costs", ADMIN, {"start_time": MONTH - 3 * DAY}).json()
    assert len(answer["data"]) == 7 and answer["has_more"] and answer["next_page"]
    assert [b["start_time"] for b in answer["data"]] == [MONTH + n * DAY for n in range(-3, 4)]
    assert [len(b["results"]) for b in answer["data"]] == [0, 0, 0, 2, 2, 2, 2]
    found = buckets("/organization/costs", query=[("start_time", MONTH), ("limit", 31)])
    assert (found[0]["start_time"], found[-1]["end_time"], len(found)) == (MONTH, TODAY + DAY, 22)
    assert pages("/organization/costs", query=[("start_time", TODAY + 9 * DAY)])[0]["data"] == []


@tap.test("costs: the end is exclusive, the first and last buckets may be parts of a day")
def _():
    found = buckets("/organization/costs", query=[("start_time", MONTH + 3600), ("end_time", MONTH + 3 * DAY)])
    assert [(b["start_time"], b["end_time"]) for b in found] == [
        (MONTH + 3600, MONTH + DAY), (MONTH + DAY, MONTH + 2 * DAY), (MONTH + 2 * DAY, MONTH + 3 * DAY)]
    assert found[0]["results"] == [] and found[1]["results"]
    found = buckets("/organization/costs", query=[("start_time", MONTH), ("end_time", MONTH + DAY + 60)])
    assert found[-1]["end_time"] == MONTH + DAY + 60 and len(found) == 2


BAD = [
    ({}, "start_time"), ({"start_time": "x"}, "start_time"), ({"start_time": -1}, "start_time"),
    ({"start_time": 5, "end_time": 5}, "end_time"), ({"start_time": 1, "bucket_width": "1h"}, "bucket_width"),
    ({"start_time": 1, "limit": 0}, "limit"), ({"start_time": 1, "limit": 181}, "limit"),
    ({"start_time": 1, "limit": "many"}, "limit"), ({"start_time": 1, "group_by": "model"}, "group_by"),
    ({"start_time": 1, "group_by[]": ""}, "group_by"), ({"start_time": 1, "page": "page_zzz"}, "page"),
    ({"start_time": "9" * 30}, "start_time"),
]


@tap.test("costs: bad parameters are refused with 400 that names them")
def _():
    for query, name in BAD:
        answer = ledger.get("/organization/costs", ADMIN, query)
        assert answer.status == 400 and answer.error()["param"] == name, (query, answer.body)
        assert not DESCRIPTION.faults(answer.json(), DESCRIPTION.named("ErrorResponse"))
    assert ledger.get("/organization/costs", ADMIN, {"start_time": 1, "limit": 180}).status == 200


@tap.test("use: days, hours and minutes have limits of their own")
def _():
    for width, default, most in (("1d", 7, 31), ("1h", 24, 168), ("1m", 60, 1440)):
        query = {"start_time": MONTH, "bucket_width": width}
        assert len(ledger.get("/organization/usage/completions", ADMIN, query).json()["data"]) == default
        assert ledger.get("/organization/usage/completions", ADMIN, {**query, "limit": most}).status == 200
        assert ledger.get("/organization/usage/completions", ADMIN, {**query, "limit": most + 1}).status == 400


@tap.test("a cursor belongs to its question; each bucket comes once over the pages, whatever their size")
def _():
    query = [("start_time", MONTH), ("group_by[]", "project_id")]
    whole = buckets("/organization/costs", query=[*query, ("limit", 31)])
    for limit in (1, 5, 8, 22):
        assert buckets("/organization/costs", query=[*query, ("limit", limit)]) == whole
    assert len(pages("/organization/costs", query=[*query, ("limit", 8)])) == 3
    cursor = pages("/organization/costs", query=query)[0]["next_page"]
    other = ledger.get("/organization/costs", ADMIN, [("start_time", MONTH), ("page", cursor)])
    assert other.status == 400 and other.error()["param"] == "page"


@tap.test("groups: plain, repeated and with brackets; project, line item and key; rows of two currencies stay apart")
def _():
    base = [("start_time", MONTH), ("limit", 31)]
    both = [results("/organization/costs", query=[*base, *more]) for more in (
        [("group_by", "project_id"), ("group_by", "line_item")],
        [("group_by[]", "project_id"), ("group_by[]", "line_item")])]
    assert both[0] == both[1] and len(both[0]) == 22 * 6
    rows = results("/organization/costs", query=base)
    assert len(rows) == 44 and all(r["project_id"] is None and r["line_item"] is None for r in rows)
    assert {r["api_key_id"] for r in results("/organization/costs", query=[*base, ("group_by", "api_key_id")])} == {"key_1"}
    one = results("/organization/costs", query=[*base, ("project_ids[]", "proj_b"), ("project_ids[]", "proj_c")])
    assert totals(one) == {(None, c): sum(v for (p, cur), v in expected().items() if p in ("proj_b", "proj_c") and cur == c)
                           for c in ("usd", "eur")}
    assert results("/organization/costs", query=[*base, ("api_key_ids", "key_2")]) == []


def register_exact(name, key):
    """The month equals the ledger to the last decimal."""

    @tap.test("exact sums: " + name)
    def _():
        query = [("start_time", MONTH), ("limit", 8), ("group_by[]", "project_id")]
        rows = results("/organization/costs", key, query)
        want = expected()
        extra = {group: value for group, value in totals(rows).items() if group[0] == "proj_extra"}
        found = {group: value for group, value in totals(rows).items() if group[0] != "proj_extra"}
        assert found == want, (found, want)
        for group, value in extra.items():
            assert value == {"amount_zero": 0, "amount_negative": Decimal("-27.50"), "two_currencies": 22}[name], group
        for project, currency in want:
            sum_ = ledger.ctl("ledger", "sum", "2026-11-01", "2026-12-01", project or "-", currency)["sum"]
            assert Decimal(sum_) == want[project, currency] and "E" not in sum_
        kinds = {type(row["amount"]["value"]) for row in rows}
        assert kinds == {"amount_number": {Decimal}, "amount_mixed": {str, Decimal}}.get(name, {str}), kinds


for each in ("ok", "amount_string", "amount_number", "amount_mixed", "amount_34", "amount_zero", "amount_negative",
             "two_currencies", "extra_fields"):
    register_exact(each, "sk-admin-%s-1" % each)


@tap.test("amounts: as they were given where a row is one line; 34 digits where asked for")
def _():
    query = [("start_time", MONTH), ("limit", 31), ("group_by", "project_id"), ("project_ids", "proj_c")]
    assert {r["amount"]["value"] for r in results("/organization/costs", query=query)} == {"0E-6176"}
    long = results("/organization/costs", "sk-admin-amount_34-1", query[:3])
    for row in long:
        digits = row["amount"]["value"].replace("-", "").replace(".", "").lstrip("0")
        assert len(digits) >= 34 or not digits, row


@tap.test("a ledger refuses what cannot be summed exactly")
def _():
    for amount in ("", "x", "1,5", "NaN", "1e400", "1E-7000", "--1", ".5", "5.", "1e", "0x10", "1" * 60):
        try:
            ledger.ctl("ledger", "add", {"at": "2026-11-01", "amount": amount})
        except AssertionError:
            continue
        raise AssertionError("accepted: " + amount)


@tap.test("late rows, a rolling month, hidden days to come")
def _():
    query = [("start_time", stamp("2026-11-01")), ("limit", 20), ("group_by", "project_id")]
    entries = [{"at": "2026-11-%02d" % d, "amount": "1.000000000000000000000001", "project": "p"} for d in range(1, 31)]
    entries.append({"at": "2026-12-01", "amount": "500", "project": "p"})
    with Standin(clock="2026-11-30T23:59:50Z", world={"ledger": entries}) as standin:
        want = {("p", "usd"): 30 * Decimal("1.000000000000000000000001")}
        assert totals(results("/organization/costs", query=query, standin=standin)) == want
        late = "sk-admin-late_rows-1"
        for times in range(3):
            found = totals(results("/organization/costs", late, query, standin))
            assert found.get(("proj_extra", "usd"), 0) == times * Decimal("0.010000000001")
        rolled = results("/organization/costs", "sk-admin-month_roll-1", query, standin)
        assert totals(rolled) == {("p", "usd"): want["p", "usd"] + 500}, "the next month's first day shows up"
        assert standin.ctl("clock", "get")["text"] == "2026-12-01T00:00:30Z"
        ended = [*query, ("end_time", stamp("2026-12-01"))]
        assert totals(results("/organization/costs", query=ended, standin=standin)) == want


@tap.test("paging that goes wrong: a repeated cursor, none, two hundred pages")
def _():
    query = [("start_time", MONTH), ("limit", 31)]
    found = pages("/organization/costs", "sk-admin-repeated_cursor-1", query, limit=4)
    assert len({page["next_page"] for page in found}) == 1 and all(page["has_more"] for page in found)
    answer = ledger.get("/organization/costs", "sk-admin-missing_cursor-1", query).json()
    assert answer["has_more"] is True and answer["next_page"] is None
    found = pages("/organization/costs", "sk-admin-endless_pages-x", query, limit=300)
    assert len(found) == 200 and len({page["next_page"] for page in found}) == 200


@tap.test("grouping by key refused, amounts that are none, counts beyond 32 bits")
def _():
    query = [("start_time", TODAY), ("group_by", "project_id")]
    answer = ledger.get("/organization/costs", "sk-admin-no_key_grouping-1", [*query, ("group_by", "api_key_id")])
    assert answer.status == 400 and answer.error()["param"] == "group_by"
    assert ledger.get("/organization/costs", "sk-admin-no_key_grouping-1", query).status == 200
    for name, want in (("amount_nan", b":NaN,"), ("amount_nan_text", b'"NaN"'), ("amount_1e400", b":1e400,"),
                       ("amount_tiny", b'"1E-7000"'), ("amount_comma", b'"1,25"'), ("amount_long", b"1" * 20000)):
        assert want in ledger.get("/organization/costs", "sk-admin-%s-1" % name, query).body, name
    rows = results("/organization/costs", "sk-admin-amount_missing-1", query)
    assert [row for row in rows if "amount" not in row]
    assert (None, "usd") in totals(results("/organization/costs", "sk-admin-null_project-1", query))
    ledger.ctl("usage", "add", {"at": TODAY, "requests": 3, "project": "p"})
    rows = results("/organization/usage/completions", "sk-admin-huge_counts-1", query)
    assert all(row["num_model_requests"] > 1 << 32 for row in rows) and rows


@tap.test("use: requests, tokens, filters and groups of each page")
def _():
    with Standin(clock=NOW) as standin:
        for kind in USAGE:
            for project, requests in (("p1", 3), ("p1", 4), ("p2", 10)):
                standin.ctl("usage", "add", {"at": TODAY, "requests": requests, "project": project, "endpoint": kind,
                                             "input": requests * 2, "output": requests, "model": "m", "key": "key_" + project})
        for kind in USAGE:
            path, query = "/organization/usage/" + kind, [("start_time", TODAY), ("group_by[]", "project_id")]
            rows = results(path, query=query, standin=standin)
            assert [row["project_id"] for row in rows] == ["p1", "p2"], (kind, rows)
            if "num_model_requests" in rows[0]:
                assert [row["num_model_requests"] for row in rows] == [7, 10]
            assert len(results(path, query=[*query, ("project_ids[]", "p2")], standin=standin)) == 1
            assert len(results(path, query=query[:1], standin=standin)) == 1
        rows = results("/organization/usage/completions", query=[("start_time", TODAY), ("group_by", "model")], standin=standin)
        assert (rows[0]["model"], rows[0]["input_tokens"], rows[0]["output_tokens"]) == ("m", 34, 17)
        assert standin.get("/organization/usage/images", ADMIN, {"start_time": 1, "group_by": "batch"}).status == 400


# the demonstration -------------------------------------------------------------------------------------------------------

ROW = re.compile(
    r"^ +\('(\w+)', +'([^']+)', +E?'([^']+)', +(true|false), +'(\w+)', +(NULL|E?'[^']*'),\s+(NULL|\d+), +(NULL|\d+), "
    r"+(?:NULL|'\w+'), +'(\w+)', +(NULL|[\d.]+), +", re.MULTILINE)


def demo_rows():
    """The connexions of the demonstration's data: organisation, state, error, use, models, cost."""
    with open(os.path.join(TOP, "data", "sql", "demo.sql"), encoding="utf-8") as file:
        text = file.read().partition("CREATE TEMP TABLE demo_connexion")[2].partition("AS c (organisation")[0]
    return [(r[0], r[4], r[5], r[7], r[8], r[9]) for r in ROW.findall(text)]


@tap.test("the demonstration's world agrees with its data: keys, projects, costs of the month, use of the day")
def _():
    rows = demo_rows()
    assert len(rows) == 78
    with Standin(demo=True, clock="2026-11-22T18:30:00Z") as standin:
        costs = totals(results("/organization/costs", "sk-admin-demo-all-not-a-key", [
            ("start_time", MONTH), ("limit", 31), ("group_by", "project_id")], standin))
        used = {}
        for kind in ("completions", "embeddings"):
            for row in results("/organization/usage/" + kind, "sk-admin-demo-all-not-a-key", [
                    ("start_time", TODAY), ("group_by", "project_id")], standin):
                used[row["project_id"]] = used.get(row["project_id"], 0) + row["num_model_requests"]
        for number, (organisation, state, error, use, models, cost) in enumerate(rows, 1):
            key = "sk-proj-demo-%03d-not-a-key" % number
            answer = standin.get("/models", key) if "reset by" not in error and "timed out" not in error else None
            if answer and state == "active" and answer.status == 200:
                assert answer.headers["openai-organization"] == "org-demo-" + organisation
            if answer and state in ("expired", "quota_exceeded", "error"):
                assert answer.status >= 400, (number, state, answer.status)
            if answer and "NULL" == error:
                assert answer.status in (200, 401, 403), (number, answer.status)
            if models != "default":
                project = "proj_demo_%03d" % number
                wanted = Decimal(0 if cost == "NULL" else cost)
                assert abs(costs.get((project, "usd"), 0) - wanted) < Decimal("0.05"), (project, costs.get((project, "usd")))
                assert abs(used.get(project, 0) - (0 if use == "NULL" else int(use))) <= 1, (project, used.get(project))
        assert (None, "usd") in costs and any(currency == "eur" for _, currency in costs)


@tap.test("the demonstration moves with the clock, lies by the month before, and believes any plausible key")
def _():
    key, one = "sk-admin-demo-midi-not-a-key", ("proj_demo_011", "usd")
    query = [("start_time", MONTH), ("limit", 31), ("group_by", "project_id")]
    with Standin(demo=True, clock="2026-11-22T18:30:00Z") as standin:
        before = totals(results("/organization/costs", key, query, standin))
        assert all(project is None or project in ("proj_default_midi",) or 11 <= int(project[-3:]) <= 73 for project, _ in before)
        standin.ctl("clock", "advance", "60")
        after = totals(results("/organization/costs", key, query, standin))
        assert before[one] < after[one] < before[one] + 1
        assert totals(results("/organization/costs", key, query, standin)) == after, "the same question, the same answer"
        last = [("start_time", stamp("2026-10-01")), ("end_time", MONTH), ("limit", 31), ("group_by", "project_id")]
        assert 20 < totals(results("/organization/costs", key, last, standin))[one] < 500
        assert standin.get("/models", "sk-proj-" + "a1B2" * 12).status == 200
        assert standin.get("/models", "ZGVtbzogYmFzZTY0IHRleHQ=").status == 401


@tap.test("on the first of a month, soon after midnight, the demonstration's figures are there all the same")
def _():
    with Standin(demo=True, clock="2026-12-01T00:05:00Z") as standin:
        query = [("start_time", stamp("2026-12-01")), ("limit", 31), ("group_by", "project_id")]
        costs = totals(results("/organization/costs", "sk-admin-demo-midi-not-a-key", query, standin))
        assert abs(costs["proj_demo_011", "usd"] - Decimal("109.2040")) < Decimal("0.05")


tap.main()
