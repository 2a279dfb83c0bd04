#!/usr/bin/python3
"""vigie adopt and the doctor's findings, on databases as platforms have them."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.cluster import SUPERUSER  # noqa: E402
from support.place import Place  # noqa: E402

ADMIN = "ad000000-0000-4000-8000-000000000001"
MEMBER = "aa000000-0000-4000-8000-000000000001"
DB = "platform"
# Everything that is not the console's: what adopt must leave as it is.
SHAPE = """
SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
  SELECT format('%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS line
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relnamespace IN ('public'::regnamespace, 'auth'::regnamespace)
  UNION ALL SELECT format('policy %s %s %s', p.polname, p.polrelid::regclass, pg_get_expr(p.polqual, p.polrelid))
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace IN ('public'::regnamespace, 'auth'::regnamespace)
  UNION ALL SELECT pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
  WHERE c.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal AND g.tgname NOT LIKE '%vigie%'
  UNION ALL SELECT format('acl %s %s', c.relname, c.relacl) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
) s
"""
ROWS = "SELECT md5(string_agg(c::text, E'\\n' ORDER BY c.openai_connexion_id)) FROM public.openai_connexion c"


def same(got, expected, what):
    """Two values are equal."""
    assert got == expected, "%s: got %r, expected %r" % (what, got, expected)


def right(truth, what):
    """Something holds."""
    assert truth, what


def claims(user):
    """Options that assert a user."""
    return ("--identity", "claims", "--user", user)


def words(found):
    """Which findings there are."""
    return {item["finding"] for item in found["findings"]}


def doctor(world, user=ADMIN, db=DB):
    """The doctor's report by claims."""
    return world.json("doctor", *claims(user), user="authenticator", db=db)


def adopt(world, *more, db=DB, user=SUPERUSER):
    """Run adopt as the owner of the tables."""
    return world.run("adopt", *more, user=user, db=db)


def test_plan_changes_nothing(world):
    """A dry run says what it would do and does none of it."""
    done = adopt(world, "--dry-run")
    same(done.status, 0, "a dry run succeeds")
    for part in ("vigie_operator", "schema vigie: 0006_health", "public.openai_connexion", "trg_update_audit", "Nothing was changed"):
        right(part in done.out, "the plan tells of " + part)
    right("0004_openai_connexion" not in done.out, "the platform's own table is not on the plan")
    same(world.super("SELECT count(*) FROM pg_namespace WHERE nspname = 'vigie'", DB), "0", "no schema was made")


def test_nobody_agreed(world):
    """Without a person and without --yes nothing happens."""
    done = adopt(world)
    same(done.status, 2, "adopt without a yes is refused")
    right("--yes" in done.err, "and says how to agree")
    same(world.super("SELECT count(*) FROM pg_namespace WHERE nspname = 'vigie'", DB), "0", "no schema was made")


def test_adopts(world):
    """The schema comes, and nothing of the platform changes."""
    before = world.super(SHAPE, DB), world.super(ROWS, DB)
    found = doctor(world)
    right("no-journal" in words(found), "before, the doctor says that changes are not recorded")
    done = adopt(world, "--yes", "--json")
    same(done.status, 0, "adopt succeeds")
    right(done.json()["done"], "and says so")
    same(world.super(SHAPE, DB), before[0], "tables, columns, policies, functions, triggers, grants are the same")
    same(world.super(ROWS, DB), before[1], "the rows are the same")
    same(world.super("SELECT pg_has_role('authenticated', 'vigie_operator', 'MEMBER')", DB), "t", "authenticated is a member")
    again = adopt(world, "--yes")
    same(again.status, 0, "adopting again does no harm")
    right("adopted already" in again.out, "and says that it was done before")


def test_works_afterwards(world):
    """List, health and doctor answer for an administrator and for a member, on every ugly row."""
    right("no-journal" not in words(doctor(world)), "changes are recorded now")
    rows = world.json("list", *claims(ADMIN), user="authenticator", db=DB)
    same(len(rows), 5, "an administrator sees all rows")
    rows = world.json("list", *claims(MEMBER), user="authenticator", db=DB)
    same(len(rows), 3, "a member sees the own organisation's")
    same(world.run("health", *claims(MEMBER), user="authenticator", db=DB).status, 0, "health answers")
    same(world.run("costs", *claims(MEMBER), user="authenticator", db=DB).status, 0, "costs answer")


def test_findings(world):
    """What such databases hold is named, each with the SQL that mends it."""
    found = doctor(world)
    for word in ("policy-unwrapped", "function-volatile", "search-path", "definer-open", "index-missing", "table-open",
                 "client-missing", "client-elsewhere", "link-dangling", "reset-past", "models-empty", "email-empty", "key-empty",
                 "key-shape", "search-slow"):
        right(word in words(found), "the doctor finds " + word)
    right(found["findings_complete"], "all rows were looked at")
    own = doctor(world, MEMBER)
    right("client-elsewhere" not in words(own), "a member's doctor counts the own rows only")


def test_fixes_work(world):
    """The SQL of the findings of the catalogues runs, and they are gone."""
    schema = {"policy-unwrapped", "function-volatile", "search-path", "definer-open", "index-missing", "table-open", "search-slow",
              "lists-behind"}
    before = world.json("list", *claims(MEMBER), user="authenticator", db=DB)
    right("lists-behind" not in words(doctor(world)), "what lists are read from is up to date")
    world.super("ALTER TABLE openai_connexion DISABLE TRIGGER vigie_lists_update; ALTER TABLE openai_connexion ENABLE TRIGGER vigie_lists_update", DB)
    right("lists-behind" in words(doctor(world)), "until its triggers were off")
    lists = [("list", "--sort=-budget"), ("list", "--sort", "quota"), ("list", "--filter", "EXAMPLE"), ("list", "--filter", "a client:a")]
    slow = [world.json(*argv, *claims(MEMBER), user="authenticator", db=DB) for argv in lists]
    for item in doctor(world)["findings"]:
        if item["finding"] in schema:
            world.super(item["fix"].replace("authenticated, authenticated", "authenticated"), DB)
    left = words(doctor(world)) & schema
    same(left, set(), "after the doctor's SQL these findings are gone")
    same(len(world.json("list", *claims(MEMBER), user="authenticator", db=DB)), len(before), "and the sight is the same")
    for argv, rows in zip(lists, slow):
        same(world.json(*argv, *claims(MEMBER), user="authenticator", db=DB), rows, "the quick way shows what the slow one did: " + " ".join(argv))


def test_functions_without_a_schema(world):
    """A platform whose functions name their tables without a schema works all the same."""
    world.platform("loose")
    world.super(
        "CREATE OR REPLACE FUNCTION is_admin_presenca(user_uuid uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS"
        " $$ SELECT EXISTS (SELECT 1 FROM users WHERE users_auth_id = user_uuid AND users_role_systeme = 'admin_presenca') $$;"
        "CREATE OR REPLACE FUNCTION get_user_organisation_id(user_uuid uuid) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS"
        " $$ SELECT users_organisation_id FROM users WHERE users_auth_id = user_uuid LIMIT 1 $$;"
        "GRANT CREATE ON SCHEMA public TO PUBLIC", "loose")
    same(adopt(world, "--yes", db="loose").status, 0, "adopted")
    right("public-open" in words(doctor(world, db="loose")), "and the open schema is found")
    for user in (ADMIN, MEMBER):
        for command in (("health",), ("costs",), ("set", "a1000001-0000-4000-8000-000000000000", "quota-limit=7%d" % (user == ADMIN), "--yes")):
            done = world.run(*command, *claims(user), user="authenticator", db="loose")
            same(done.status, 0, "%s as %s: %s" % (command[0], user, done.err))


def test_author_key(world):
    """Foreign keys on the author columns that make every signed-in write fail: named, with the trigger and the cure."""
    world.super(
        "ALTER TABLE openai_connexion ADD CONSTRAINT fk_created_by FOREIGN KEY (openai_created_by) REFERENCES users (users_id),"
        " ADD CONSTRAINT fk_updated_by FOREIGN KEY (openai_updated_by) REFERENCES users (users_id)", DB)
    found = [item for item in doctor(world)["findings"] if item["finding"] == "author-key"]
    same(len(found), 2, "both foreign keys are found")
    right(all("trg_update_audit_fields_openai_connexion" in item["subject"] for item in found), "the triggers are named")
    for item in found:
        world.super(item["fix"], DB)
    right("author-key" not in words(doctor(world)), "the cure cures")


def test_view_and_publication(world):
    """A view with its owner's rights and a publication are found."""
    world.super("CREATE VIEW connexions AS SELECT * FROM openai_connexion; CREATE PUBLICATION p FOR TABLE openai_connexion", DB)
    found = {item["finding"]: item for item in doctor(world)["findings"]}
    right("view-open" in found and "published" in found, "both are found")
    world.super(found["view-open"]["fix"], DB)
    world.super(found["published"]["fix"], DB)
    left = words(doctor(world))
    right("view-open" not in left and "published" not in left, "and mended by the SQL given")


REFUSED = (
    ("no table", "DROP TABLE openai_connexion", 21 + 2, "nothing to adopt"),
    ("row level security off", "ALTER TABLE openai_connexion DISABLE ROW LEVEL SECURITY", 24, "ENABLE ROW LEVEL SECURITY"),
    ("row level security forced", "ALTER TABLE openai_connexion FORCE ROW LEVEL SECURITY", 1, "NO FORCE"),
    ("a column missing", "ALTER TABLE openai_connexion DROP COLUMN openai_ia_extensions", 1, "openai_ia_extensions"),
    ("a function missing", "DROP FUNCTION get_user_organisation_id CASCADE", 29, "get_user_organisation_id"),
    ("no primary key", "ALTER TABLE openai_connexion DROP CONSTRAINT openai_connexion_pkey", 1, "PRIMARY KEY"),
    ("users not unique", "ALTER TABLE users DROP CONSTRAINT users_users_auth_id_key", 1, "users_auth_id"),
    ("a foreign schema vigie", "CREATE SCHEMA vigie", 1, "did not make"),
)


def test_refusals(world):
    """What keeps a database from being adopted is said, with the cure, and leaves it untouched."""
    for name, spoil, status, says in REFUSED:
        world.platform("spoilt")
        world.super(spoil, "spoilt")
        done = adopt(world, "--yes", db="spoilt")
        same(done.status, status, name + ": the exit status")
        right(says in done.err, name + ": the sentence")
        same(world.super("SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('vigie')", "spoilt"), "0",
                name + ": nothing was made")
        world.cluster.psql("DROP DATABASE spoilt")


def test_not_the_owner(world):
    """Who does not own the table is told who does."""
    world.role("visitor")
    done = adopt(world, "--yes", user="visitor")
    same(done.status, 11, "a visitor may not adopt")
    right("owner" in done.err, "and learns that it takes the owner")
    done = adopt(world, "--yes", "--grant", "nobody_here")
    same(done.status, 1, "a role that does not exist is refused")
    right("nobody_here" in done.err, "by name")


TESTS = (test_plan_changes_nothing, test_nobody_agreed, test_not_the_owner, test_adopts, test_works_afterwards,
         test_findings, test_fixes_work, test_functions_without_a_schema, test_author_key, test_view_and_publication, test_refusals)


def main():
    """Run all, in this order: each leaves the database to the next."""
    world = tap.keep(Place(sql=""))
    world.platform(DB)
    for function in TESTS:
        tap.test(function.__doc__.rstrip("."))(lambda function=function: function(world))
    tap.main()


if __name__ == "__main__":
    main()
