#!/usr/bin/python3
"""Databases as platforms have them, each adopted: list, show, edit, create, delete, undo, journal, verify, probe. Each works, or
a sentence says why not and what would help, and nothing is lost.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.cluster import SUPERUSER  # noqa: E402
from support.place import Place  # noqa: E402
from support.standin import Standin  # noqa: E402

ADMIN, MEMBER = "ad000000-0000-4000-8000-000000000001", "aa000000-0000-4000-8000-000000000001"
OK, FAILURE, NOT_FOUND, DATABASE, DENIED, REFUSED, KEY_REFUSED = 0, 1, 4, 7, 11, 13, 40
ALPHA = "a0000000-0000-4000-8000-000000000000"
BASE64, PLAIN, EMPTY, ELSEWHERE = ("%s-0000-4000-8000-000000000000" % n for n in ("a1000001", "a1000002", "a1000003", "b1000002"))
CLIENT = "a1000000-0000-4000-8000-000000000000"
UPDATE_TRIGGER = "trg_update_audit_fields_openai_connexion"

place = tap.keep(Place(sql="", operators=()))
openai = tap.keep(Standin())
place.platform()
place.super("UPDATE openai_connexion SET openai_api_key = 'sk-proj-ok-plain' WHERE openai_connexion_id = '%s'" % PLAIN, "platform")

PARTITIONED = """
ALTER TABLE openai_connexion RENAME TO plain;
CREATE TABLE openai_connexion (LIKE plain INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (openai_connexion_id),
    FOREIGN KEY (organisation_id) REFERENCES organisations) PARTITION BY HASH (openai_connexion_id);
CREATE TABLE openai_connexion_0 PARTITION OF openai_connexion FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE openai_connexion_1 PARTITION OF openai_connexion FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO openai_connexion SELECT * FROM plain;
DROP TABLE plain;
CREATE TRIGGER trg_set_created_audit_fields_openai_connexion BEFORE INSERT ON openai_connexion
    FOR EACH ROW EXECUTE FUNCTION set_created_audit_fields_openai_connexion();
CREATE TRIGGER trg_update_audit_fields_openai_connexion BEFORE UPDATE ON openai_connexion
    FOR EACH ROW EXECUTE FUNCTION update_audit_fields_openai_connexion();
ALTER TABLE openai_connexion ENABLE ROW LEVEL SECURITY;
CREATE POLICY admin_all ON openai_connexion USING (is_admin_presenca(auth.uid()));
CREATE POLICY own ON openai_connexion USING (organisation_id = get_user_organisation_id(auth.uid()));
GRANT ALL ON openai_connexion TO authenticated;
"""
JSON = "; ".join(
    "ALTER TABLE openai_connexion ALTER {0} DROP DEFAULT, ALTER {0} TYPE json USING {0}::text::json, ALTER {0} SET DEFAULT '{{}}'".format(column)
    for column in ("openai_audit_log", "openai_ia_extensions"))
TRIGGER = """
CREATE FUNCTION own_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s END $$;
CREATE TRIGGER own_rule BEFORE %s ON openai_connexion FOR EACH ROW EXECUTE FUNCTION own_rule();
"""


class Variant:
    """An adopted database and what is done in it."""

    def __init__(self, name, sql):
        self.db = name.replace(" ", "_")
        place.cluster.psql('CREATE DATABASE "%s" TEMPLATE platform' % self.db)
        if sql:
            place.super(sql, self.db)

    def adopt(self):
        """As the owner."""
        return place.run("adopt", "--yes", user=SUPERUSER, db=self.db)

    def run(self, *argv, user=ADMIN, **options):
        """A command of somebody who signed in."""
        return place.run(*argv, "--identity", "claims", "--user", user, user="authenticator", db=self.db, **options)

    def value(self, ident, column):
        """A column of a row, as its owner sees it; None when there is no such row."""
        found = place.cluster.rows("SELECT %s::text IS NULL, %s FROM openai_connexion WHERE openai_connexion_id = '%s'" % (column, column, ident), self.db)
        return found[0][1] if found else None

    def rows(self):
        """All that is edited, without what triggers and the journal write."""
        return place.super(
            "SELECT md5(string_agg((to_jsonb(c) - 'openai_audit_log' - 'openai_updated_at' - 'openai_updated_by')::text, "
            "E'\\n' ORDER BY openai_connexion_id)) FROM openai_connexion c", self.db)

    def control(self):
        """What every program does once a minute, and what an application asks, as signed-in people may."""
        return place.super(
            "BEGIN; SELECT set_config('request.jwt.claims', '{\"sub\": \"%s\"}', true); SET LOCAL ROLE authenticated;"
            " SELECT vigie.enforce() >= 0, vigie.sample_costs() >= 0, vigie.watch_alerts() >= -1, (vigie.consulter('%s', NULL, 0)).reason; COMMIT"
            % (ADMIN, PLAIN), self.db)

    def drop(self):
        """Remove it."""
        place.cluster.psql('DROP DATABASE "%s" WITH (FORCE)' % self.db)


def steps(variant):
    """What a person does: (name, Done) of each, in order; made is the new connexion."""
    yield "list", variant.run("list", "--json")
    yield "show", variant.run("show", PLAIN)
    yield "member", variant.run("list", "--json", user=MEMBER)
    yield "set", variant.run("set", PLAIN, "quota-limit=123", "budget-limit=45.6", "extensions={\"a\": 1}", "models=gpt-4o", user=MEMBER)
    yield "undo", variant.run("undo", "--yes", user=MEMBER)
    done = variant.run("new", "account=new@alpha.example", "organisation=" + ALPHA, "client=" + CLIENT, "--key-file", "-", "--yes", "--json",
                       stdin="sk-proj-ok-new\n")
    yield "new", done
    if done.status == OK:
        made = done.json()["rows"][0]["openai_connexion_id"]
        yield "delete", variant.run("delete", made, "--yes")
        yield "undelete", variant.run("undo", "--yes")
        yield "unnew", variant.run("delete", made, "--yes")
    yield "journal", variant.run("journal", "--json")
    yield "verify", variant.run("journal", "verify")
    yield "probe", variant.run("test", PLAIN, "--openai-url", openai.url, "--openai-ca", openai.ca)
    yield "limits", variant.run("limits", PLAIN, "--json")
    yield "budget", variant.run("budget", "--json", user=MEMBER)
    yield "alerts", variant.run("alerts", "--json", user=MEMBER)
    yield "overview", variant.run("overview", "--json")


SET = {"openai_limite_quotidienne": "123", "openai_limite_cout_mois": "45.6000", "openai_ia_extensions": '{"a": 1}',
       "openai_modeles_autorises": "{gpt-4o}"}
NOTHING = (NOT_FOUND, "nothing to take back")
QUIET = (DENIED, "without a word")
PRIVILEGE = (DENIED, "Ask the owner")
# name, statements before adopting, what does not end well: {step: (status, part of the sentence)}
VARIANTS = [
    ("as it is", "", {}),
    ("the names of the specification",
     "ALTER TRIGGER trg_set_created_audit_fields_openai_connexion ON openai_connexion RENAME TO trigger_set_created_audit_fields_openai_connexion;"
     "ALTER TRIGGER trg_update_audit_fields_openai_connexion ON openai_connexion RENAME TO trigger_update_audit_fields_openai_connexion", {}),
    ("authors are users",
     "ALTER TABLE openai_connexion ADD CONSTRAINT fk_created_by FOREIGN KEY (openai_created_by) REFERENCES users (users_id),"
     " ADD CONSTRAINT fk_updated_by FOREIGN KEY (openai_updated_by) REFERENCES users (users_id)",
     {"set": (REFUSED, "fk_updated_by wants a users_id"), "undo": NOTHING, "new": (REFUSED, "vigie doctor"), "probe": (DATABASE, "fk_updated_by")}),
    ("key and e-mail needed",
     "UPDATE openai_connexion SET openai_api_key = coalesce(openai_api_key, ''), openai_email_compte = coalesce(openai_email_compte, '');"
     "ALTER TABLE openai_connexion ALTER openai_api_key SET NOT NULL, ALTER openai_email_compte SET NOT NULL", {}),
    ("stable and wrapped",
     "ALTER FUNCTION get_user_organisation_id STABLE; DROP POLICY organisation_only_access_openai_connexion ON openai_connexion;"
     "CREATE POLICY own ON openai_connexion USING (organisation_id = (SELECT get_user_organisation_id((SELECT auth.uid()))))", {}),
    ("all volatile", "ALTER FUNCTION is_admin_presenca VOLATILE", {}),
    ("values are swallowed", TRIGGER % ("RETURN NULL;", "UPDATE"), {"set": QUIET, "undo": NOTHING}),
    ("new rows are swallowed", TRIGGER % ("RETURN NULL;", "INSERT"), {"new": QUIET}),
    ("deletions are swallowed", TRIGGER % ("RETURN NULL;", "DELETE"), {"delete": QUIET, "undelete": QUIET, "unnew": QUIET}),
    ("a trigger refuses", TRIGGER % ("RAISE EXCEPTION 'pas le dimanche';", "UPDATE"),
     {"set": (REFUSED, "pas le dimanche"), "undo": NOTHING, "probe": (DATABASE, "pas le dimanche")}),
    ("partitioned", PARTITIONED, {}),
    ("more columns", "ALTER TABLE openai_connexion ADD note text, ADD region text NOT NULL DEFAULT 'fr', ADD n bigint GENERATED ALWAYS AS IDENTITY", {}),
    ("a column that nobody knows", "ALTER TABLE openai_connexion ADD region text; UPDATE openai_connexion SET region = 'fr';"
     "ALTER TABLE openai_connexion ALTER region SET NOT NULL", {"new": (REFUSED, "must be there is missing")}),
    ("long and short texts", "ALTER TABLE openai_connexion ALTER openai_email_compte TYPE varchar(60), ALTER client_type TYPE varchar(20), "
     "ALTER openai_usage_quotidien TYPE bigint, ALTER openai_limite_quotidienne TYPE bigint", {}),
    ("a second for a statement", "ALTER ROLE authenticator SET statement_timeout = '1s'", {}),
    ("some columns only", "REVOKE UPDATE ON openai_connexion FROM authenticated; GRANT UPDATE (openai_actif, openai_limite_quotidienne) "
     "ON openai_connexion TO authenticated", {"set": PRIVILEGE, "undo": NOTHING}),
    ("no deletion", "REVOKE DELETE ON openai_connexion FROM authenticated", {"delete": PRIVILEGE, "undelete": PRIVILEGE, "unnew": PRIVILEGE}),
    ("read only", "REVOKE INSERT, UPDATE, DELETE ON openai_connexion FROM authenticated", {"set": PRIVILEGE, "undo": NOTHING, "new": PRIVILEGE}),
    ("one for each client", "DELETE FROM openai_connexion WHERE client_id = 'a2000000-0000-4000-8000-000000000000';"
     "ALTER TABLE openai_connexion ADD CONSTRAINT one_for_each_client UNIQUE (client_type, client_id)", {"new": (REFUSED, "one_for_each_client")}),
    ("a rule of its own", "ALTER TABLE openai_connexion ADD CONSTRAINT not_so CHECK (openai_limite_quotidienne IS DISTINCT FROM 123)",
     {"set": (REFUSED, "not_so"), "undo": NOTHING}),
    ("a policy that restricts", "CREATE POLICY not_plain ON openai_connexion AS RESTRICTIVE FOR UPDATE USING (openai_api_key IS DISTINCT FROM 'sk-proj-ok-plain')",
     {"set": QUIET, "undo": NOTHING}),
]
UNFIT = [
    ("json", JSON, "openai_audit_log is json, not jsonb"),
    ("floating money", "ALTER TABLE openai_connexion ALTER openai_limite_cout_mois TYPE double precision", "openai_limite_cout_mois is double precision, not numeric"),
    ("models of a length", "ALTER TABLE openai_connexion ALTER openai_modeles_autorises TYPE varchar(40)[]", "character varying[], not text[]"),
    ("times of nowhere", "ALTER TABLE openai_connexion ALTER openai_date_activation TYPE timestamp", "openai_date_activation is timestamp without time zone"),
    ("states of a type", "CREATE TYPE state AS ENUM ('active', 'inactive', 'error', 'expired', 'quota_exceeded');"
     "ALTER TABLE openai_connexion DROP CONSTRAINT openai_connexion_openai_statut_connexion_check, ALTER openai_statut_connexion DROP DEFAULT,"
     " ALTER openai_statut_connexion TYPE state USING openai_statut_connexion::state", "openai_statut_connexion is state, not text"),
]


def judge(variant, step, done, expected):
    """A step ended as it must: well, or with the sentence that explains."""
    status, words = expected.get(step, (OK, ""))
    assert done.status == status, (variant.db, step, status, done)
    assert words in done.err, (variant.db, step, words, done)
    assert status == OK or "vigie: " in done.err, done
    if step == "set" and status == OK:
        for column, value in SET.items():
            assert variant.value(PLAIN, column) == value, (variant.db, column, variant.value(PLAIN, column))
    if step == "journal" and expected.get("set", (OK,))[0] == OK:
        assert any(entry["action"] == "update" and entry["user_id"] == MEMBER for entry in done.json()), done


def register(name, sql, expected):
    """One adopted database."""

    @tap.test(name)
    def _():
        variant = Variant(name, sql)
        assert variant.adopt().status == OK
        before = variant.rows()
        for step, done in steps(variant):
            if step == "journal" and "unnew" not in expected:
                assert variant.rows() == before, "undone, the rows are as they were"
            judge(variant, step, done, expected)
        told = variant.control()
        assert told.splitlines()[-1].startswith("t|t|t|"), told
        variant.drop()


def register_unfit(name, sql, words):
    """One that cannot be adopted: it says why, and the platform's own programs go on as before."""

    @tap.test("not adopted: " + name)
    def _():
        variant = Variant(name, sql)
        done = variant.adopt()
        assert done.status == FAILURE and words in done.err and "ALTER COLUMN" in done.err, done
        assert place.super("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%vigie%'", variant.db) == "0"
        place.super("UPDATE openai_connexion SET openai_limite_quotidienne = 5", variant.db)
        variant.drop()


for line in VARIANTS:
    register(*line)
for line in UNFIT:
    register_unfit(*line)


@tap.test("a trigger that stores something else: the change is saved, and told to be another")
def _otherwise():
    variant = Variant("otherwise", TRIGGER % ("NEW.openai_limite_quotidienne := 42; RETURN NEW;", "INSERT OR UPDATE"))
    assert variant.adopt().status == OK
    done = variant.run("set", PLAIN, "quota-limit=123", "project=proj_x")
    assert done.status == OK and "limit: Saved, but a trigger" in done.out and variant.value(PLAIN, "openai_limite_quotidienne") == "42", done
    done = variant.run("set", PLAIN, "project=proj_y")
    assert done.status == OK and "trigger" not in done.out, done
    told = variant.run("set", PLAIN, "quota-limit=9", "--json").json()["rows"][0]
    assert told["rule"] == "changed" and told["outcome"] == "saved" and "trigger" in told["reason"], told
    assert variant.run("journal", "verify").status == OK
    variant.drop()


@tap.test("the cure that the doctor prints lets signed-in people write")
def _cure():
    variant = Variant("cured", dict((name, sql) for name, sql, _ in VARIANTS)["authors are users"])
    assert variant.adopt().status == OK
    before = variant.rows()
    assert variant.run("set", PLAIN, "quota-limit=123", user=MEMBER).status == REFUSED and variant.rows() == before
    found = json.loads(variant.run("doctor", "--json").out)["findings"]
    for item in found:
        if item["finding"] == "author-key":
            assert UPDATE_TRIGGER in item["subject"], item
            place.super(item["fix"], variant.db)
    assert variant.run("set", PLAIN, "quota-limit=123", user=MEMBER).status == OK and variant.value(PLAIN, "openai_limite_quotidienne") == "123"
    variant.drop()


@tap.test("rows that hold what such databases hold are edited all the same: no key, no e-mail, NULL counters, a client elsewhere, base64")
def _ugly():
    variant = Variant("ugly", "")
    assert variant.adopt().status == OK
    for ident in (BASE64, EMPTY, ELSEWHERE):
        for value, stored in (("5", "5"), ("none", ""), ("0", "0")):
            done = variant.run("set", ident, "quota-limit=" + value)
            assert done.status == OK and variant.value(ident, "openai_limite_quotidienne") == stored, (ident, done)
        assert variant.run("undo", "--yes").status == OK and variant.value(ident, "openai_limite_quotidienne") == ""
        assert variant.run("show", ident).status == OK
    assert variant.value(EMPTY, "openai_api_key") == variant.value(EMPTY, "openai_usage_quotidien") == ""
    for ident in (BASE64, EMPTY):
        done = variant.run("test", ident, "--openai-url", openai.url, "--openai-ca", openai.ca)
        assert done.status == KEY_REFUSED and "Verdict" in done.out, done
    assert variant.run("set", EMPTY, "--key-file", "-", stdin="sk-proj-ok-first\n").status == OK
    assert variant.run("undo", "--yes").status == OK and variant.value(EMPTY, "openai_api_key") == ""
    assert variant.run("journal", "verify").status == OK
    variant.drop()


@tap.test("numeric(10,4): what it would round or cannot hold is refused in words, what it holds is stored as given")
def _rounded():
    variant = Variant("rounded", "")
    assert variant.adopt().status == OK
    for value, status, words in (("1.23456", REFUSED, "round"), ("12345678", REFUSED, "number"), ("1.2345", OK, ""), ("1.23450", OK, "")):
        done = variant.run("set", PLAIN, "budget-limit=" + value)
        assert done.status == status and words in done.err, (value, done)
    assert variant.value(PLAIN, "openai_limite_cout_mois") == "1.2345"
    variant.drop()


if __name__ == "__main__":
    tap.main()
