"""Editing and the journal on a platform's own table: identity by claims, other types and rules, the owner's own triggers."""

import glob
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADMIN, ALAIN = "ad000000-0000-4000-8000-000000000001", "aa000000-0000-4000-8000-000000000001"
A1, A2, A3 = ("a100000%d-0000-4000-8000-000000000000" % n for n in (1, 2, 3))
B1 = "b1000001-0000-4000-8000-000000000000"

# The platform's owner may have written such things; names without a schema, as on most platforms.
OWNERS_TRIGGER = """
CREATE TABLE public.owners_log (at timestamptz, who uuid);
CREATE FUNCTION public.owners_trigger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO owners_log SELECT now(), NEW.openai_updated_by;
    RETURN NEW;
END
$$;
CREATE TRIGGER a_first BEFORE UPDATE ON public.openai_connexion FOR EACH ROW EXECUTE FUNCTION public.owners_trigger();
CREATE TRIGGER zzz_last AFTER UPDATE ON public.openai_connexion FOR EACH ROW EXECUTE FUNCTION public.owners_trigger();
CREATE TRIGGER again BEFORE UPDATE ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION public.update_audit_fields_openai_connexion();
CREATE OR REPLACE FUNCTION public.get_user_organisation_id(user_uuid uuid) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    RETURN (SELECT users_organisation_id FROM users WHERE users_auth_id = user_uuid LIMIT 1);
END
$$;
"""
AUTHORS = """
ALTER TABLE public.openai_connexion ADD CONSTRAINT fk_updated_by FOREIGN KEY (openai_updated_by) REFERENCES public.users (users_id) NOT VALID;
"""


def adopt(cluster, database):
    """The migrations that are the console's alone, as `vigie adopt` applies them."""
    paths = sorted(glob.glob(os.path.join(ROOT, "data", "sql", "[0-9][0-9][0-9][0-9]_*.sql")))
    for path in [p for p in paths if not 2 <= int(os.path.basename(p)[:4]) <= 5] + [os.path.join(ROOT, "data", "sql", "adopt.sql")]:
        with open(path, encoding="utf-8") as file:
            cluster.psql("BEGIN;\n" + file.read() + "\nCOMMIT;", database)
    cluster.psql("GRANT vigie_operator TO authenticated", database)


def check(tap, cluster, database, expected, sub, text, *statements):
    """What the last statement returns to that user, all in one committed transaction as a pooler would see it."""
    claims = json.dumps({"sub": sub, "role": "authenticated"})
    found = cluster.psql(
        "BEGIN; SET LOCAL SESSION AUTHORIZATION authenticator; SET LOCAL ROLE authenticated; SET LOCAL request.jwt.claims = '%s';\n%s;\nCOMMIT"
        % (claims, ";\n".join(statements)), database).split("\n")[-1]
    tap.result(found == expected, " - %s [adopted]" % text)
    if found != expected:
        print("# have %s" % found)


def save(number, *items):
    return ("SELECT string_agg(concat_ws(' ', outcome, sqlstate, rule, columns, theirs), '; ' ORDER BY at) FROM"
            " vigie.save('00000000-0000-4000-8000-%012d', 'edit', '%s', false)" % (number, json.dumps(items)))


def update(row, seen=None, **values):
    return {"op": "update", "id": row, "set": values, "seen": seen or {}}


def run(tap, cluster, database):
    """In a database that holds platform.sql and nothing of the console yet."""
    adopt(cluster, database)

    def expect(expected, sub, text, *statements):
        check(tap, cluster, database, expected, sub, text, *statements)

    cost = "openai_limite_cout_mois"
    expect("saved", ALAIN, "a member edits", save(1, update(A1, {cost: "50"}, **{cost: "50.25", "openai_email_compte": "x@alpha.example"})))
    expect("gone", ALAIN, "not another organisation's", save(2, update(B1, openai_email_compte="x")))
    expect("refused 22003 rounded {%s}" % cost, ALAIN, "an amount that the column would round", save(3, update(A1, **{cost: "0.00001"})))
    expect("refused 22003 overflow {%s}" % cost, ALAIN, "an amount that it cannot hold", save(4, update(A1, **{cost: "1000000"})))
    expect("saved", ALAIN, "the greatest that it can", save(14, update(A1, **{cost: "999999.9999"})))
    expect("saved", ALAIN, "zeros behind are no rounding", save(5, update(A1, **{cost: "1.50000000"})))
    expect("refused 23514 openai_connexion_openai_statut_connexion_check {openai_statut_connexion}", ALAIN, "a state outside the CHECK",
           save(6, update(A1, openai_statut_connexion="gone fishing")))
    expect("saved; saved", ALAIN, "key and e-mail may be NULL",
           save(7, update(A1, openai_email_compte=None), update(A2, {"openai_email_compte": ""}, openai_api_key=None, openai_email_compte=None)))
    expect("saved", ALAIN, "NULL is not the empty text", save(8, update(A3, {"openai_email_compte": None}, openai_email_compte="")))
    expect("conflict {openai_email_compte} {\"openai_email_compte\": \"\"}", ALAIN, "nor does it pass for it",
           save(9, update(A3, {"openai_email_compte": None}, openai_email_compte="y")))
    expect("saved; saved", ALAIN, "undo brings the key back", "SELECT string_agg(outcome, '; ') FROM"
           " vigie.undo('00000000-0000-4000-8000-000000000107', '00000000-0000-4000-8000-000000000007', false)")
    expect("sk-proj-test-not-a-key", ADMIN, "the very key", "SELECT openai_api_key FROM openai_connexion WHERE openai_connexion_id = '%s'" % A2)
    expect("8|%s|authenticator|authenticated|0" % ALAIN, ALAIN, "the journal knows who it was behind the shared login",
           "SELECT count(*), min(user_id::text), min(login), min(role), (SELECT max(bad_seq) FROM vigie.journal_verify(NULL)) FROM vigie.journal"
           " WHERE user_id IS NOT NULL")
    expect("", ADMIN, "another user behind the same login undoes nothing of it", "SELECT undo FROM vigie.undo_state()")
    expect("saved", ADMIN, "a row moves", save(10, update(A3, organisation_id="b0000000-0000-4000-8000-000000000000",
                                                          openai_email_compte="moved")))
    expect("hidden", ALAIN, "its former organisation is told", save(11, update(A3, openai_email_compte="z")))

    ask = "SELECT allowed, reason, remaining FROM vigie.autoriser('%s', NULL, 0.25)"
    cluster.psql("UPDATE openai_connexion SET openai_actif = true, openai_statut_connexion = 'active', openai_limite_quotidienne = 2, openai_limite_cout_mois = NULL,"
                 " openai_usage_quotidien = 0, openai_reset_quota_at = NULL"
                 " WHERE openai_connexion_id IN ('%s', '%s')" % (A1, B1), database)
    expect("t||1", ALAIN, "an application may use its connexion", ask % A1)
    expect("t||0", ALAIN, "up to the quota", ask % A1)
    expect("f|quota|0", ALAIN, "and no further", ask % A1)
    expect("f|unknown|", ALAIN, "another organisation's is not there", ask % B1)
    expect("quota_exceeded|quota|active", ALAIN, "what holds it", "SELECT c.openai_statut_connexion, b.cause, b.resume_status FROM openai_connexion c"
           " JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id WHERE c.openai_connexion_id = '%s'" % A1)

    cluster.psql(OWNERS_TRIGGER, database)
    expect("saved", ALAIN, "the owner's own triggers run as ever", save(12, update(A1, openai_project_id="proj_x")))
    expect("1", ALAIN, "functions that name their tables without a schema too", "SELECT count(*) FROM vigie.journal_verify(NULL)")
    cluster.psql(AUTHORS, database)
    expect("refused 23503 fk_updated_by {openai_updated_by}", ADMIN, "a foreign key on the authors is named", save(13, update(A1, openai_project_id="proj_y")))
