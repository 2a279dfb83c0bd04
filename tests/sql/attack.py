"""What a member can make the server tell: plans and parameters of what the console's functions run must hold no key."""

import os
import subprocess

from support import process

OLD, NEW, THIRD = "sk-proj-old-never-to-be-seen", "sk-proj-new-never-to-be-seen", "sk-proj-third-never-to-be-seen"
SETUP = """
DELETE FROM openai_connexion;
INSERT INTO organisations (organisation_id, organisation_nom) VALUES ('cccccccc-0000-4000-8000-000000000000', 'C');
INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte)
SELECT ('c100000' || n || '-0000-4000-8000-000000000000')::uuid, 'cccccccc-0000-4000-8000-000000000000', gen_random_uuid(), '%s', 'c'
FROM generate_series(1, 3) n;
SELECT vigie.add_operator('snooper', 'S', 'S', 's@test.example', false, 'cccccccc-0000-4000-8000-000000000000');
""" % OLD
ROW = "c1000001-0000-4000-8000-000000000000"
COPY = "c1000009-0000-4000-8000-000000000000"
SAVE = ("SELECT outcome, message FROM vigie.save('%s', 'edit', json_build_array(json_build_object('op', 'update', 'id', '" + ROW + "', 'set',"
        " json_build_object('openai_api_key', json_build_object('pad', :'id', 'x', :'x')))), false)")
HIDE = ("SELECT id, pad FROM vigie.pad(1) \\gset\n"
        "SELECT string_agg(lpad(to_hex(get_byte(decode(:'pad', 'hex'), i) # get_byte(convert_to('%s', 'UTF8') || decode(repeat('00', 512), 'hex'), i)),"
        " 2, '0'), '' ORDER BY i) AS x FROM generate_series(0, 511) i \\gset")
UNDO = "SELECT outcome, message FROM vigie.undo('%s', '%s', %s)"
PEEK = "SET debug_print_plan = on; SET client_min_messages = log;"


def bytes_of(key):
    """How a plan shows a text: the bytes of its datum."""
    return " ".join(str(byte) for byte in key.encode())


def shown(cluster, database, script):
    """Everything that psql is told as the member, the server's own notes too."""
    done = subprocess.run(
        [os.path.join(cluster.bin, "psql"), "-X", "-A", "-t"], input="SET SESSION AUTHORIZATION snooper;\n" + script, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", timeout=60, check=False,
        env=process.clean_env(cluster.directory, **cluster.env(database)))
    return done.stdout


def explain(tap, cluster, database):
    """What a server that explains every statement it runs would log of a save with a key and of its undoing."""
    cluster.psql("INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte)"
                 " VALUES ('%s', 'cccccccc-0000-4000-8000-000000000000', gen_random_uuid(), '%s', 'c')" % (ROW, OLD), database)
    setting = "".join("SET auto_explain.%s = %s;" % pair for pair in (
        ("log_min_duration", "0"), ("log_nested_statements", "on"), ("log_verbose", "on"), ("log_analyze", "on"), ("log_triggers", "on")))
    batches = ["00000000-0000-4000-8000-00000000901%d" % n for n in range(2)]
    done = subprocess.run(
        [os.path.join(cluster.bin, "psql"), "-X", "-A", "-t"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", timeout=60,
        env=process.clean_env(cluster.directory, **cluster.env(database)), check=False,
        input="SET SESSION AUTHORIZATION snooper;\n%s\nRESET SESSION AUTHORIZATION;\nLOAD 'auto_explain';\n%s\nSET SESSION AUTHORIZATION snooper;\n%s;\n%s;\n" % (
            HIDE % THIRD, setting, SAVE % batches[0], UNDO % (batches[1], batches[0], "false"))).stdout
    if "could not access file" in done:
        tap.result(True, " - no auto_explain here # SKIP [attack]")
        return
    log = cluster.log()
    tap.result(done.count("saved|") == 2 and "openai_connexion" in log and "Query Text" in log and not holds(log, THIRD) and not holds(log, OLD),
               " - a server that explains every statement logs no key [attack]")


def holds(text, key):
    text = " ".join(text.split())
    return key in text or bytes_of(key) in text or key.encode().hex() in text


def run(tap, cluster, database):
    """In a database as the migrations leave it."""
    cluster.psql(SETUP, database)
    first, second, third, fourth, fifth = ("00000000-0000-4000-8000-00000000900%d" % n for n in range(1, 6))
    copied = ("SELECT outcome, message FROM vigie.save('" + third + "', 'edit', '[{\"op\": \"insert\", \"id\": \"" + COPY + "\", \"copy_of\": \"" + ROW
              + "\", \"set\": {\"organisation_id\": \"cccccccc-0000-4000-8000-000000000000\", \"client_id\": \"" + ROW
              + "\", \"openai_email_compte\": \"copy\"}}]', false)")
    steps = (
        ("a key is saved", HIDE % NEW, SAVE % first, "saved|"),
        ("a key is undone", "", UNDO % (second, first, "false"), "saved|"),
        ("a row is copied", "", copied, "saved|"),
        ("a copy is undone", "", UNDO % (fourth, third, "false"), "saved|"),
        ("a deletion is undone", "", UNDO % (fifth, fourth, "true"), "saved|"),
        ("a key is replaced by hand", "", "UPDATE openai_connexion SET openai_api_key = 'sk-x'", ""),
        ("a key is looked for", HIDE % THIRD, "SELECT vigie.same_key(:'id', :'x', NULL)", "0"),
        ("rows are deleted", "", "DELETE FROM openai_connexion", ""),
    )
    for text, before, statement, expected in steps:
        found = shown(cluster, database, "%s\n%s\n\\echo ---\n%s;\n" % (before, PEEK, statement)).split("---\n", 1)[1]
        plans, answered = "PLANNEDSTMT" in found, expected in found.split("\n")
        tap.result(plans and answered and not any(holds(found, key) for key in (OLD, NEW, THIRD)), " - plans show no key while %s [attack]" % text)
        if not answered:
            print("# %s" % found[-300:])
    explain(tap, cluster, database)
    log = cluster.log()
    # the statement that replaced a key by hand is the member's own, and those that hid one named it
    tap.result("PLANNEDSTMT" in log and not holds(log, OLD), " - nor does the server's log [attack]")
