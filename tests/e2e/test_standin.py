#!/usr/bin/python3
"""The stand-in's answers: OpenAI's shapes and errors, keys and scopes, lists, limits, models, the journal."""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.schema import Description  # noqa: E402
from support.standin import Standin, program  # noqa: E402

NOW, MONTH, TODAY = "2026-11-22T10:00:00Z", "2026-11-01", "2026-11-22"
ADMIN, KEY = "sk-admin-ok-1", "sk-proj-ok-1"
DESCRIPTION = Description()
SCOPES = "Missing scopes: api.model.read"
USAGE = (
    "completions", "embeddings", "moderations", "images", "audio_speeches", "audio_transcriptions", "vector_stores",
    "code_interpreter_sessions", "web_search_calls", "file_search_calls",
)
LIMIT = {"threshold_amount": 10000, "currency": "USD", "interval": "month"}
ALERT = {**LIMIT, "notification_channel": {"type": "email", "recipients": ["a@b.example"]}}
BODIES = {"spend_limit": LIMIT, "model_permissions": {"mode": "deny_list", "model_ids": []}}
openai = tap.keep(Standin(clock=NOW))


def stamp(text):
    """Seconds of a day or an instant in UTC."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", ""))
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


def fits(value, schema):
    """Fail when a value is not of a schema."""
    found = DESCRIPTION.faults(value, schema)
    assert not found, "\n".join(found[:10])


# shapes ----------------------------------------------------------------------------------------------------------------

def furnish(standin):
    """Something of everything; what stands in place of the names in a path."""
    made = {"{project_id}": "proj_a", "{model}": "gpt-4.1", "{api_key_id}": "key_a", "{alert_id}": {}}
    for root in ("/organization", "/organization/projects/proj_a"):
        assert standin.ask("POST", root + "/spend_limit", ADMIN, body=LIMIT).status == 200
        made["{alert_id}"][root] = standin.ask("POST", root + "/spend_alerts", ADMIN, body=ALERT).json()["id"]
    permissions = {"mode": "allow_list", "model_ids": ["gpt-4.1"]}
    standin.ask("POST", "/organization/projects/proj_a/model_permissions", ADMIN, body=permissions)
    standin.ctl("token", "revoke", "sk-proj-ok-gone")
    made["{key_id}"] = standin.get("/organization/admin_api_keys", ADMIN).json()["data"][0]["id"]
    return made


def locate(path, made):
    """A path with its names filled in."""
    for name, value in made.items():
        if name in path:
            path = path.replace(name, value[path.split("/spend_alerts")[0]] if isinstance(value, dict) else value)
    return path


def register_shape(method, path):
    """An operation of the description answers in its own shape."""

    @tap.test("%s %s has the shape of the description" % (method, path))
    def _():
        with Standin(clock=NOW, world={
            "ledger": [{"at": MONTH, "amount": "1.5", "project": "proj_a"}, {"at": MONTH, "amount": "0E-6176"}],
            "tokens": [{"token": "sk-proj-x", "project": "proj_a", "key": "key_a"}],
            "usage": [{"at": TODAY, "requests": 5, "endpoint": kind, "input": 9, "output": 2} for kind in USAGE],
        }) as standin:
            timed = "/usage/" in path or path.endswith("/costs")
            key = "sk-proj-x" if path.startswith("/models") else "sk-admin-amount_number-x" if timed else ADMIN
            where = locate(path, furnish(standin))
            where += "?limit=31&group_by=project_id&start_time=%d" % stamp(MONTH) if timed else ""
            body = BODIES.get(path.split("/")[-1], ALERT) if method == "POST" else None
            answer = standin.ask(method, where, key, body=body)
            assert answer.status == 200, answer.body
            value = answer.json()
            fits(value, DESCRIPTION.answer_schema(method, path))
            rows = value.get("data", [value]) if isinstance(value.get("data", []), list) else [value]
            assert [b for b in rows if b["results"]] if timed else rows, "nothing to check"


for operation in DESCRIPTION.operations():
    register_shape(*operation)


@tap.test("headers of an answer: request id, version, organisation, project, date of the stand-in's clock")
def _():
    answer = openai.get("/models", KEY)
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["openai-version"] == "2020-10-01" and answer.headers["openai-processing-ms"].isdigit()
    assert answer.headers["openai-organization"] == "org-standin" and answer.headers["openai-project"] == "proj_standin"
    assert answer.headers["date"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    assert openai.get("/models", KEY).headers["x-request-id"] != answer.headers["x-request-id"]


# errors ----------------------------------------------------------------------------------------------------------------

ERRORS = {
    "invalid_api_key": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-proj-"),
    "account_deactivated": (401, "invalid_request_error", "account_deactivated", "deactivated"),
    "mismatched_organization": (401, "invalid_request_error", "mismatched_organization", "should match organization"),
    "mismatched_project": (401, "invalid_request_error", "mismatched_project", "should match project"),
    "missing_scopes_401": (401, "invalid_request_error", None, SCOPES),
    "missing_scopes_403": (403, "invalid_request_error", None, SCOPES),
    "ip_not_allowed": (401, "invalid_request_error", None, "IP"),
    "not_a_member": (401, "invalid_request_error", None, "member of an organization"),
    "region": (403, "request_forbidden", "unsupported_country_region_territory", "not supported"),
    "model_not_found": (404, "invalid_request_error", "model_not_found", "does not exist"),
    "no_such_organization": (400, "invalid_request_error", None, "no such organization: "),
    "billing_hard_limit": (400, "invalid_request_error", "billing_hard_limit_reached", "hard limit has been reached"),
    "project_archived": (400, "invalid_request_error", "project_archived", "archived"),
    "rate_limit": (429, "requests", "rate_limit_exceeded", "Rate limit"),
    "rate_limit_tokens": (429, "tokens", "rate_limit_exceeded", "Rate limit"),
    "slow_down": (429, "rate_limit_error", "slow_down", "slow down"),
    "no_credit": (429, "insufficient_quota", "credit_balance_exhausted", "credit"),
    "org_spend": (429, "insufficient_quota", "organization_spend_limit_exceeded", "organization"),
    "project_spend": (429, "insufficient_quota", "project_spend_limit_exceeded", "project"),
    "usage_limit": (429, "insufficient_quota", "organization_usage_limit_exceeded", "usage limit"),
    "insufficient_quota": (429, "insufficient_quota", "insufficient_quota", "current quota"),
    "insufficient_quota_null": (429, "insufficient_quota", None, "current quota"),
    "billing_not_active": (429, "billing_not_active", "billing_not_active", "not active"),
    "request_timeout": (408, "timeout", None, "timed out"),
    "server_error": (500, "server_error", None, "error"),
    "overloaded": (503, "service_unavailable_error", "server_is_overloaded", "overloaded"),
    "error_200": (200, "server_error", None, "error"),
}
HTML = {"bad_gateway": 502, "gateway_timeout": 504, "cloudflare_520": 520, "cloudflare_521": 521,
        "cloudflare_522": 522, "cloudflare_523": 523, "cloudflare_524": 524, "cloudflare_525": 525, "cloudflare_526": 526,
        "blocked_403": 403, "html_200": 200}


@tap.test("each error of the list has its status, type, code and shape, by the key alone")
def _():
    for name, (status, kind, code, words) in ERRORS.items():
        answer = openai.get("/models", "sk-proj-%s-001" % name)
        assert answer.status == status, (name, answer.status)
        fits(answer.json(), DESCRIPTION.named("ErrorResponse"))
        error = answer.error()
        assert (error["type"], error["code"]) == (kind, code) and words in error["message"], (name, error)
        assert openai.get("/models", "sk-svcacct-%s-x" % name.replace("_", "-")).status == status


@tap.test("nothing of the list of scenarios is left out here")
def _():
    done = subprocess.run([program(), "scenarios"], stdout=subprocess.PIPE, check=True)
    listed = {s["name"] for s in json.loads(done.stdout) if s["group"] == "error"}
    assert listed == set(ERRORS) | {"missing_scopes"}, listed ^ set(ERRORS)
    assert {s["name"] for s in json.loads(done.stdout) if s["group"] == "html"} == set(HTML)
    assert openai.ctl("scenarios") == json.loads(done.stdout)


@tap.test("an error as a bare string, as HTML from the edge, as nothing")
def _():
    for name, status in (("missing_scopes_bare", 401), ("missing_scopes_bare_403", 403)):
        answer = openai.get("/models", "sk-proj-%s-1" % name)
        assert answer.status == status and SCOPES in answer.error()
    for name, status in HTML.items():
        answer = openai.get("/models", "sk-proj-%s-1" % name)
        assert answer.status == status and answer.body.startswith(b"<!DOCTYPE html>"), name
        assert "x-request-id" not in answer.headers and "cf-ray" in answer.headers
    for name, status in (("no_content", 204), ("empty_200", 200), ("empty_401", 401), ("empty_500", 500)):
        answer = openai.get("/models", "sk-proj-%s-1" % name)
        assert (answer.status, answer.body) == (status, b""), name


@tap.test("an error's code chooses it as its name does; no key, a wrong key and a wrong path are told apart")
def _():
    assert openai.get("/models", "sk-proj-credit_balance_exhausted-1").error()["code"] == "credit_balance_exhausted"
    assert openai.get("/models").status == 401 and openai.get("/models").error()["code"] is None
    assert openai.get("/models", "nonsense").error()["code"] == "invalid_api_key"
    assert openai.get("/models", "sk-proj-unknown-1").error()["code"] == "invalid_api_key"
    assert openai.get("/models/gpt-2", KEY).error()["code"] == "model_not_found"
    assert openai.get("/nowhere", KEY).status == 404 and openai.ask("DELETE", "/organization/costs", ADMIN).status == 405


@tap.test("kinds of key and scopes: a refusal comes as an object with 401, with 403 and as a bare string by turns")
def _():
    with Standin(clock=NOW) as standin:
        for key, path, scope in ((ADMIN, "/models", "api.model.read"),
                                 (KEY, "/organization/costs?start_time=1", "api.usage.read"),
                                 ("sk-svcacct-ok", "/organization/projects", "api.management.read")):
            answers = [standin.get(path, key) for _ in range(3)]
            assert [a.status for a in answers] == [401, 403, 401]
            assert isinstance(answers[2].error(), str) and "Missing scopes: " + scope in answers[2].error()
            assert all("Missing scopes: " + scope in a.error()["message"] for a in answers[:2])
        standin.ctl("token", "set", "token=sk-admin-usage", "scopes=api.usage.read")
        assert standin.get("/organization/costs?start_time=1", "sk-admin-usage").status == 200
        assert standin.get("/organization/projects", "sk-admin-usage").status in (401, 403)


@tap.test("the headers that choose an organisation or a project must be the key's, but for a legacy key")
def _():
    def ask(key, **headers):
        return openai.ask("GET", "/models", key, headers={"OpenAI-" + n.title(): v for n, v in headers.items()})

    assert ask(KEY, organization="org-standin", project="proj_standin").status == 200
    assert ask(KEY, project="proj_other").error()["code"] == "mismatched_project"
    assert "no such organization" in ask(KEY, organization="org-none").error()["message"]
    openai.ctl("token", "set", "token=sk-proj-elsewhere", "organization=org-elsewhere")
    assert ask(KEY, organization="org-elsewhere").error()["code"] == "mismatched_organization"
    assert ask("sk-ok-legacy", organization="org-elsewhere").status == 200


# the other resources -----------------------------------------------------------------------------------------------------

@tap.test("models: a list that can be set, shutdown dates, one by its name")
def _():
    with Standin(clock=NOW) as standin:
        standin.ctl("models", "set", json.dumps(["gpt-x", {"id": "gpt-y", "shutdown_date": "2027-01-31"}]))
        data = standin.get("/models", KEY).json()["data"]
        assert [(m["id"], m["shutdown_date"]) for m in data] == [("gpt-x", None), ("gpt-y", "2027-01-31")]
        assert standin.get("/models/gpt-y", KEY).json() == data[1]
        standin.ctl("models", "set", "a", "b", "c")
        assert [m["id"] for m in standin.get("/models", KEY).json()["data"]] == ["a", "b", "c"]
        assert len(standin.get("/models", "sk-proj-many_models-x").json()["data"]) == 5003


@tap.test("lists are paged by after, before, limit and order")
def _():
    projects = [{"id": "proj_%02d" % n, "archived": int(n == 7)} for n in range(30)]
    with Standin(clock=NOW, world={"projects": projects}) as standin:
        def ids(**query):
            got = standin.get("/organization/projects", ADMIN, query).json()
            return [p["id"] for p in got["data"]], got["has_more"], got["first_id"], got["last_id"]

        everything = ids(limit=100)[0]
        assert len(everything) == 30 and "proj_07" not in everything
        assert len(ids(limit=100, include_archived="true")[0]) == 31
        first = ids()
        assert first == (everything[:20], True, everything[0], everything[19])
        assert ids(after=first[3])[:2] == (everything[20:], False)
        assert ids(before=everything[5], limit=2)[:2] == (everything[3:5], True)
        assert ids(order="desc", limit=3)[0] == everything[:-4:-1]
        for bad in ({"limit": 0}, {"limit": 101}, {"order": "up"}, {"after": "proj_x"}):
            assert standin.get("/organization/projects", ADMIN, bad).status == 400, bad


@tap.test("a spend limit enforces when the month's cost reaches it; none is a 404; alerts come and go")
def _():
    body = {"threshold_amount": 1000, "currency": "USD", "interval": "month"}
    with Standin(clock=NOW, world={"projects": [{"id": "proj_a"}]}) as standin:
        for root in ("/organization", "/organization/projects/proj_a"):
            where = root + "/spend_limit"
            assert standin.get(where, ADMIN).status == 404
            for wrong in ({**body, "threshold_amount": 0}, {**body, "currency": "EUR"}, {}, []):
                assert standin.ask("POST", where, ADMIN, body=wrong).status == 400, wrong
            standin.ask("POST", where, ADMIN, body=body)
            for amount, status in (("9.99", "inactive"), ("0.01", "enforcing")):
                standin.ctl("ledger", "add", {"at": "2026-11-03", "amount": amount, "project": "proj_a"})
                assert standin.get(where, ADMIN).json()["enforcement"]["status"] == status
            assert standin.ask("DELETE", where, ADMIN).json()["deleted"] is True
            assert standin.get(where, ADMIN).status == 404
            standin.ctl("ledger", "clear")
            alert = {**body, "notification_channel": {"type": "email", "recipients": ["x@y.example"]}}
            made = standin.ask("POST", root + "/spend_alerts", ADMIN, body=alert).json()["id"]
            assert [a["id"] for a in standin.get(root + "/spend_alerts", ADMIN).json()["data"]] == [made]
            assert standin.ask("DELETE", root + "/spend_alerts/" + made, ADMIN).status == 200
            assert standin.get(root + "/spend_alerts/" + made, ADMIN).status == 404
        assert standin.get("/organization/projects/proj_none/spend_limit", ADMIN).status == 404


@tap.test("a revoked key is refused, told of by the audit log, and good again when restored")
def _():
    with Standin(clock=NOW) as standin:
        standin.ctl("token", "set", "token=sk-proj-mine", "project=proj_m", "key=key_m")
        assert standin.get("/models", "sk-proj-mine").status == 200
        standin.ctl("token", "revoke", "sk-proj-mine")
        assert standin.get("/models", "sk-proj-mine").error()["code"] == "invalid_api_key"
        logs = standin.get("/organization/audit_logs", ADMIN, {"event_types[]": "api_key.deleted"}).json()["data"]
        assert [entry["api_key.deleted"]["id"] for entry in logs] == ["key_m"]
        assert standin.get("/organization/audit_logs", ADMIN, {"effective_at[gt]": stamp(NOW)}).json()["data"] == []
        standin.ctl("token", "restore", "sk-proj-mine")
        assert standin.get("/models", "sk-proj-mine").status == 200


@tap.test("a rate limit is set and told; what is none is refused; faults at a request take effect or not")
def _():
    with Standin(clock=NOW) as standin:
        standin.ctl("project", "set", "id=proj_a")
        root = "/organization/projects/proj_a/rate_limits"
        answer = standin.ask("POST", root + "/rl-gpt-4.1", ADMIN, body={"max_requests_per_1_day": 9})
        assert answer.status == 200 and answer.json()["max_requests_per_1_day"] == 9, answer.body
        told = {one["id"]: one.get("max_requests_per_1_day") for one in standin.get(root, ADMIN).json()["data"]}
        assert told["rl-gpt-4.1"] == 9 and told["rl-gpt-4o"] is None, told
        for body in ({}, {"max_requests_per_1_day": "9"}, {"max_requests_per_1_day": -1}, {"other": 1}):
            assert standin.ask("POST", root + "/rl-gpt-4.1", ADMIN, body=body).status == 400, body
        assert standin.ask("POST", root + "/rl-none", ADMIN, body={"max_requests_per_1_day": 1}).status == 404
        limit = "/organization/projects/proj_a/spend_limit"
        standin.ctl("fault", "at", "2", "/organization/", "server_error", "done")
        standin.ctl("fault", "at", "3", "/organization/", "server_error", "undone")
        assert standin.get(limit, ADMIN).status == 404
        assert standin.ask("POST", limit, ADMIN, body=LIMIT).status == 500
        assert standin.ask("DELETE", limit, ADMIN).status == 500
        assert standin.get(limit, ADMIN).json()["threshold_amount"] == LIMIT["threshold_amount"]


@tap.test("the status page says what it is told to")
def _():
    with Standin(clock=NOW) as standin:
        for indicator in ("none", "minor", "major", "critical"):
            standin.ctl("status", indicator)
            assert standin.ask("GET", "//api/v2/status.json").json()["status"]["indicator"] == indicator
        standin.ctl("status", "html")
        assert standin.ask("GET", "//api/v2/status.json").body.startswith(b"<!DOCTYPE")
        standin.ctl("status", "missing")
        assert standin.ask("GET", "//api/v2/status.json").status == 404


# journal -----------------------------------------------------------------------------------------------------------------

@tap.test("the journal: what was asked with which key, never a key that is not the tests', a key in the URL, what costs money")
def _():
    with Standin(clock=NOW) as standin:
        secret = "sk-proj-" + "Zq8" * 12
        standin.get("/models", KEY, headers={"X-Mine": "1"})
        standin.get("/models", secret)
        standin.get("/models?key=" + KEY, KEY)
        standin.ask("POST", "/chat/completions", KEY, body={"model": "gpt-4.1"})
        standin.ask("POST", "/responses", KEY, body={})
        lines = standin.journal()
        assert [line["token"] for line in lines][:2] == [
            KEY, "sha256:" + hashlib.sha256(secret.encode()).hexdigest()[:16]]
        assert secret not in json.dumps(lines)
        assert "authorization" in lines[0]["headers"].split() and "x-mine" in lines[0]["headers"].split()
        assert [line["key_in_url"] for line in lines] == [False, False, True, False, False]
        assert [line["billable"] for line in lines] == [False, False, False, True, True]
        assert [line["status"] for line in lines] == [200, 401, 200, 402, 402]
        assert [line["number"] for line in standin.journal(3)] == [4, 5]
        assert standin.ctl("journal", "count") == {"requests": 5, "billable": 2}
        standin.ctl("journal", "clear")
        assert standin.journal() == []


tap.main()
