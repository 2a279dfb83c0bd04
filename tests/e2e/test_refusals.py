#!/usr/bin/python3
"""Every value that is refused, with its sentence in both languages: one table that drives the command line."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import tap  # noqa: E402
from support.place import FRENCH, KARIM, Place  # noqa: E402

OK, USAGE, NOT_FOUND, DENIED, REFUSED = 0, 2, 4, 11, 13
NEEDED = "A value is needed here."
NO_NONE = "A value is needed here: none is not possible."
CANNOT_SHOW = "The text holds characters that cannot be shown; type it anew."
NO_NUMBER = "“%s” is not a number: digits alone are wanted, no unit and no sign."
NO_GROUPS = "“%s” is not a number with groups of three digits, as in 1 200: look again."
NO_EMAIL = "“%s” is not an e-mail address: name@domain.example is wanted."
NO_DATE = "“%s” is not a date of the calendar: year-month-day is wanted, as in 2026-01-31 or 2026-01-31 14:30 (UTC)."
NO_LIST = "“%s” is not a list: names of models with commas between them."
NO_JSON = "Not JSON at line %d, column %d: %s."
NO_WORD = "“%s” is not one of the words possible here: %s."
STATES = "active, inactive, error, expired, quota_exceeded"
KINDS = "reseau, reseau_agence, agence_independante"
NO_ID = "00000000-0000-4000-8000-00000000dead"

# field, what is typed, the sentence; "key" is read from a file
REFUSED_VALUES = (
    ("account", "", NEEDED),
    ("account", " \t", NEEDED),
    ("account", "none", NO_NONE),
    ("account", "ia", NO_EMAIL % "ia"),
    ("account", "ia@midi", NO_EMAIL % "ia@midi"),
    ("account", "@midi.example", NO_EMAIL % "@midi.example"),
    ("account", "a@b@midi.example", NO_EMAIL % "a@b@midi.example"),
    ("account", "a b@midi.example", NO_EMAIL % "a b@midi.example"),
    ("account", "a@midi.example, b@midi.example", NO_EMAIL % "a@midi.example, b@midi.example"),
    ("account", "a\x1b[2J@midi.example", CANNOT_SHOW),
    ("account", "a\u202e@midi.example", CANNOT_SHOW),
    ("account", os.fsdecode(b"a\xff@midi.example"), CANNOT_SHOW),
    ("account", "a" * 300, "That is too long: 254 bytes are the most."),
    ("key", "", NEEDED),
    ("key", "sk-\x07", "The key holds characters that cannot be shown; paste it anew."),
    ("key", "sk-" + "a" * 400, "That is too long for a key: 399 bytes are the most."),
    ("switch", "", NEEDED),
    ("switch", "none", NO_NONE),
    ("switch", "maybe", "“maybe” is neither yes nor no."),
    ("state", "", NEEDED),
    ("state", "none", NO_NONE),
    ("state", "broken", NO_WORD % ("broken", STATES)),
    ("client-type", "\x1b[31m", NO_WORD % ("\\e[31m", KINDS)),
    ("quota-limit", "", "Empty is no number: write none for no limit, or a number."),
    ("quota-limit", "ten", NO_NUMBER % "ten"),
    ("quota-limit", "12k", NO_NUMBER % "12k"),
    ("quota-limit", "1e3", NO_NUMBER % "1e3"),
    ("quota-limit", "+5", NO_NUMBER % "+5"),
    ("quota-limit", "-1", "A limit cannot be below 0."),
    ("quota-limit", "1.5", "“1.5” is not a whole number."),
    ("quota-limit", "1,200", "“1,200” can be read as 1200 or as a fraction: write 1200."),
    ("quota-limit", "12 00", NO_GROUPS % "12 00"),
    ("quota-limit", "2147483648", "That is too much: 2 147 483 647 is the most that the column holds."),
    ("budget-limit", "", "Empty is no number: write none for no limit, or a number."),
    ("budget-limit", "50 $", NO_NUMBER % "50 $"),
    ("budget-limit", "NaN", NO_NUMBER % "NaN"),
    ("budget-limit", "5.", NO_NUMBER % "5."),
    ("budget-limit", "-0.01", "A limit cannot be below 0."),
    ("budget-limit", "1.2.3", NO_GROUPS % "1.2.3"),
    ("budget-limit", "12.345", "“12.345” can be read as 12345 or as 12.345: write 12345, or 12.3450 with a fourth decimal."),
    ("budget-limit", "1" * 19, "That is too much: 18 digits before the decimals are the most."),
    ("budget-limit", "0.0000000000001", "That is too fine: 12 decimals are the most."),
    ("models", "gpt-4 gpt-4o", "“gpt-4 gpt-4o”: names of models have no blanks; put commas between them."),
    ("models", "a" * 129, "The name of a model is too long: 128 bytes are the most."),
    ("models", ",".join("m%d" % i for i in range(201)), "These are too many models: 200 are the most."),
    ("models", "{a,{b}}", NO_LIST % "{a,{b}}"),
    ("models", "gpt\x01", CANNOT_SHOW),
    ("organisation", "", NEEDED),
    ("organisation", "none", NO_NONE),
    ("client", "", NEEDED),
    ("client", "none", NO_NONE),
    ("openai-organisation", "org-\x1b[2J", CANNOT_SHOW),
    ("project", "p" * 201, "That is too long: 200 bytes are the most."),
    ("activation", "", NEEDED),
    ("activation", "none", NO_NONE),
    ("activation", "31/01/2026", NO_DATE % "31/01/2026"),
    ("activation", "2026-02-30", NO_DATE % "2026-02-30"),
    ("activation", "2026-01-31 24:00", NO_DATE % "2026-01-31 24:00"),
    ("activation", "now", NO_DATE % "now"),
    ("extensions", "", "Empty is no JSON: write none, or {}."),
    ("extensions", "{", NO_JSON % (1, 2, "a name in double quotes is wanted")),
    ("extensions", '{"a" 1}', NO_JSON % (1, 6, "a colon is wanted behind a name")),
    ("extensions", '{"a":1\n"b":2}', NO_JSON % (2, 1, "a comma or } is wanted")),
    ("extensions", "[1 2]", NO_JSON % (1, 4, "a comma or ] is wanted")),
    ("extensions", "[1,]", NO_JSON % (1, 4, "no value where one is wanted")),
    ("extensions", "01", NO_JSON % (1, 1, "a number that begins with 0")),
    ("extensions", "1.", NO_JSON % (1, 3, "a number without its end")),
    ("extensions", "1e999", NO_JSON % (1, 3, "a number of absurd size")),
    ("extensions", '"a', NO_JSON % (1, 3, "a text without its closing quote")),
    ("extensions", '"\\x"', NO_JSON % (1, 3, "an unknown escape behind \\")),
    ("extensions", '"\\uzzzz"', NO_JSON % (1, 3, "four hexadecimal digits must follow \\u")),
    ("extensions", '"\\u0000"', NO_JSON % (1, 3, "\\u0000 cannot be stored")),
    ("extensions", '"\\ud800"', NO_JSON % (1, 8, "half of a surrogate pair")),
    ("extensions", '"\n"', NO_JSON % (1, 2, "a control character in a text; write it as \\n or \\u…")),
    ("extensions", os.fsdecode(b'"\xff"'), NO_JSON % (1, 2, "bytes that are not UTF-8")),
    ("extensions", '"\u202e"', NO_JSON % (1, 2, "a character that cannot be shown")),
    ("extensions", "{} {}", NO_JSON % (1, 4, "something follows the end of the value")),
    ("extensions", "[" * 65, NO_JSON % (1, 65, "more than 64 levels")),
    ("extensions", '"' + "x" * 65536 + '"', "That is too long: 65535 bytes are the most."),
)

# field, what is typed, part of what the plan says
WARNINGS = (
    ("key", "odd-key", "OpenAI's keys begin with sk-; this one does not: look again."),
    ("key", "sk-admin-abc", "This is an admin key: applications cannot use it for models."),
    ("key", "sk-a b", "An OpenAI key has no blanks and no characters outside ASCII: this one cannot be used; look again."),
    ("quota-limit", "0", "0 means no limit, not a stop: to stop a connexion, switch it off."),
    ("quota-limit", "1", "The limit is reached already: 1 234 requests are counted today."),
    ("budget-limit", "0.01", "The limit is reached already: 12.34 is spent this month."),
    ("models", "", "An empty list allows no model; none stands for all of them."),
    ("client", NO_ID, "The client belongs to another organisation than the connexion."),
    ("project", "prj_1", "OpenAI's ids of this kind begin with proj_: look again."),
    ("openai-organisation", "org- 1", "OpenAI's ids have no blanks and no characters outside ASCII: look again."),
)

# field, what is typed, exit status, part of the sentence: only the database can tell
BY_THE_DATABASE = (
    ("organisation", "Nowhere at all", NOT_FOUND, "No organisation called \"Nowhere at all\""),
    ("client", "Nobody at all", NOT_FOUND, "No client of that kind and organisation is called “Nobody at all”."),
    ("organisation", NO_ID, REFUSED, "Organisation"),
)

place = tap.keep(Place())
CONNEXION = place.super("SELECT openai_connexion_id FROM openai_connexion ORDER BY 1 LIMIT 1")
place.super(
    "ALTER TABLE openai_connexion DISABLE TRIGGER USER; UPDATE openai_connexion SET openai_usage_quotidien = 1234, "
    "openai_cout_actuel_mois = 12.34, openai_project_id = 'proj_x', openai_organisation_id = 'org-x' "
    "WHERE openai_connexion_id = '%s'; ALTER TABLE openai_connexion ENABLE TRIGGER USER" % CONNEXION
)


def table():
    return place.super("SELECT md5(string_agg(c::text, '' ORDER BY openai_connexion_id)) FROM openai_connexion c")


def typed(field, value, *more, env=None):
    """The command that sets one field."""
    if field != "key":
        return place.run("set", CONNEXION, "%s=%s" % (field, value), *more, env=env)
    return place.run("set", CONNEXION, "--key-file", "-", *more, stdin=value + "\n", env=env)


def not_translated(sentence, english):
    """The English sentence when no French one stands in its place, else nothing."""
    return [] if sentence.strip() and english not in sentence else [english]


@tap.test("each refused value, with its sentence, in English and French; nothing is written")
def _refused():
    before, missing = table(), []
    for field, value, sentence in REFUSED_VALUES:
        done = typed(field, value)
        assert done.status == USAGE and done.out == "", (field, value[:40], done)
        assert done.err == "vigie: %s: %s\n" % (field, sentence), (field, value[:40], done)
        french = typed(field, value, env=FRENCH)
        assert french.status == USAGE and french.out == "", french
        head = "vigie: %s: " % field
        assert french.err.startswith(head), french
        missing += not_translated(french.err[len(head):], sentence)
    assert table() == before
    assert missing == [], "not translated:\n" + "\n".join(sorted(set(missing)))


@tap.test("each value that is taken with a warning, in English and French")
def _warnings():
    before, missing = table(), []
    for field, value, sentence in WARNINGS:
        done = typed(field, value, "--dry-run")
        assert done.status == OK and sentence in done.out, (field, value, done)
        french = typed(field, value, "--dry-run", env=FRENCH)
        assert french.status == OK and "  ! " in french.out, french
        missing += not_translated(french.out.split("  ! ", 1)[1], sentence)
    assert table() == before
    assert missing == [], "not translated:\n" + "\n".join(sorted(set(missing)))


@tap.test("each value that only the database can refuse, in English and French")
def _database():
    before, missing = table(), []
    for field, value, status, sentence in BY_THE_DATABASE:
        done = typed(field, value)
        assert done.status == status and sentence in done.err, (field, value, done)
        french = typed(field, value, env=FRENCH)
        assert french.status == status, french
        missing += not_translated(french.err, done.err)
    assert table() == before
    assert missing == [], "not translated:\n" + "\n".join(sorted(set(missing)))


@tap.test("a member who names another organisation is told that it is not the own one, in English and French")
def _border():
    before = table()
    midi = place.super("SELECT organisation_id FROM organisations WHERE organisation_nom = 'Agence du Midi'")
    own = place.psql("SELECT openai_connexion_id FROM openai_connexion ORDER BY 1 LIMIT 1", KARIM)
    new = ("new", "account=x@y.example", "client=" + NO_ID, "--key-file", "-", "organisation=" + midi)
    sentence = "That organisation is not your own: members keep and make connexions in their own organisation alone." \
               " Leave your own organisation there, or ask an administrator."
    for argv in (("set", own, "organisation=" + midi), new):
        done = place.run(*argv, user=KARIM, stdin="sk-proj-not-a-key-of-anybody\n")
        assert done.status == DENIED and sentence in done.err and "42501" not in done.err, done
        french = place.run(*argv, user=KARIM, stdin="sk-proj-not-a-key-of-anybody\n", env=FRENCH)
        assert french.status == DENIED and not not_translated(french.err, sentence), french
    assert table() == before


@tap.test("an import refuses the same values with the same sentences, row by row")
def _import():
    before = table()
    rows = [r for r in REFUSED_VALUES if r[0] not in ("organisation", "client") and len(r[1]) < 60000 and r[1].isprintable()
            and r[1].strip() and r[1] != "none"]
    assert len(rows) > 30
    for field, value, sentence in rows:
        text = 'id,%s\n%s,"%s"\n' % (field, CONNEXION, value.replace('"', '""'))
        done = place.run("import", "-", "--yes", stdin=text)
        assert done.status == USAGE and sentence in done.out + done.err, (field, value[:40], done)
    assert table() == before


tap.main()
