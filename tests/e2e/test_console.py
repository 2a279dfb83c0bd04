#!/usr/bin/python3
"""What people do in the console, with the real program in a real terminal: find, sort, open, follow, leave."""

import contextlib
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from support import tap, wait  # noqa: E402
from support.place import FRENCH, KARIM, ROOT, Place, program  # noqa: E402

PLACE = tap.keep(Place())
ALL = "78 connexions"
CURSOR = re.compile("^ ?[ ✓+]?[▸>] ?(.*)$", re.M)
# each word of the filter language, with the same in SQL (c: connexion, o: organisation, n: name of the client)
FILTERS = (
    ("horizon", "concat_ws(' ', c.openai_email_compte, o.organisation_nom, n.nom, c.openai_project_id, c.openai_connexion_id) ILIKE '%horizon%'"),
    ("state:error,expired", "c.openai_statut_connexion IN ('error', 'expired')"),
    ("budget:>80", "c.openai_cout_actuel_mois * 100 > c.openai_limite_cout_mois * 80 AND c.openai_limite_cout_mois > 0"),
    ("quota:>=100", "c.openai_usage_quotidien >= c.openai_limite_quotidienne AND c.openai_limite_quotidienne > 0"),
    ("org:midi", "o.organisation_nom ILIKE '%midi%'"),
    ("client:lyon", "n.nom ILIKE '%lyon%'"),
    ("model:gpt-5", "c.openai_modeles_autorises::text LIKE '%gpt-5%'"),
    ("active", "c.openai_actif"),
    ("inactive", "NOT c.openai_actif"),
    ("org:horizon inactive", "o.organisation_nom ILIKE '%horizon%' AND NOT c.openai_actif"),
    ('client:"cœur de ville t"', "n.nom ILIKE '%cœur de ville t%'"),
)
COUNT = """
    SELECT count(DISTINCT c.openai_connexion_id) FROM openai_connexion c JOIN organisations o USING (organisation_id)
    LEFT JOIN (SELECT reseau_id AS id, client_id, reseau_nom AS nom FROM reseau
               UNION ALL SELECT reseau_agence_id, client_id, reseau_agence_nom FROM reseau_agence
               UNION ALL SELECT agence_indep_id, client_id, agence_indep_nom FROM agence_independante) n
           ON c.client_id IN (n.id, n.client_id)
    WHERE """


@contextlib.contextmanager
def console(*argv, shows=ALL, **options):
    """The console of a person, once its list is there."""
    with PLACE.terminal(*argv, **options) as terminal:
        terminal.wait_for(shows)
        yield terminal


def listed(sql):
    """What the table's owner would see, a value a line."""
    return PLACE.super(sql).split("\n")


def current(terminal):
    """The line that the cursor is on."""
    found = CURSOR.search(terminal.screen())
    return found.group(1) if found else ""


def wait_cursor(terminal, text):
    wait.until(lambda: text in current(terminal), what="the cursor on %r" % text, show=terminal.screen)


def connexions(number):
    return re.compile(r"[^\d]%s connexions?\b" % number)


def in_order(screen, accounts):
    """Whether the starts of these accounts stand below each other in this order."""
    places = [screen.find(" %s@" % account.split("@")[0]) for account in accounts]
    return -1 not in places and places == sorted(places)


@tap.test("the list: who, proof, sums, states as words and shapes, gauges with the time elapsed")
def _list():
    with console() as terminal:
        screen = terminal.screen()
        for text in ("Connexions ▸ all organisations", "Claire", "admin", "RLS proven", "READ ONLY", "over limit"):
            assert text in screen, text
        cost = PLACE.psql("SELECT round(sum(openai_cout_actuel_mois), 2) FROM openai_connexion")
        assert cost in screen.replace(" ", ""), cost
        assert re.search(r"visites@midi\S+ +● active +█*│█* +103 %! +(?:█[▏▎▍▌▋▊▉█]* *│|│█[▏▎▍▌▋▊▉█]*|█+│[▏▎▍▌▋▊▉█]*) +31 % +\d m", screen), screen
        assert re.search(r"essai@midi\S+ +○ inactive +limit 0 +limit 0 +never", screen), screen
        assert re.search(r"■ error", screen) and "1/78" in screen, screen
        assert terminal.lines()[23].startswith(" ? help  / filter  : command"), screen
        terminal.press("G", "78/78")
        terminal.press("g", " 1/78")
        terminal.press("NPage", "21/78")


@tap.test("each word of the filter language, followed while it is typed")
def _filter_words():
    with console(cols=120) as terminal:
        terminal.send("/")
        for text, condition in FILTERS:
            wanted = PLACE.super(COUNT + condition)
            assert 0 < int(wanted) < 78, (text, wanted)
            terminal.send("C-u")
            terminal.wait_for(ALL)
            terminal.type(text)
            terminal.wait_for("filter: " + text)
            terminal.wait_for(connexions(wanted))
            assert terminal.lines()[-2].strip() == "/" + text, terminal.screen()
        terminal.send("Enter")
        terminal.wait_for("? help")
        terminal.wait_for("filter: " + text)


@tap.test("a filter that cannot be keeps the line and says why; Esc brings back what was before")
def _filter_bad():
    with console() as terminal:
        terminal.send("/")
        terminal.type("state:error")
        terminal.press("Enter", "? help")
        terminal.wait_for(connexions(6))
        terminal.send("/")
        terminal.wait_for("/state:error")
        for text, why in (("budget:80", "no comparison"), ("state:ill", '"ill" is no state'), ('org:"x', "not closed")):
            terminal.send("C-u")
            terminal.type(text)
            terminal.wait_for(why)
            terminal.press("Enter", why)
            assert terminal.lines()[23].strip() == "/" + text, terminal.screen()
        terminal.send("C-u")
        terminal.type("org:midi")
        terminal.wait_for("filter: org:midi")
        terminal.press("Escape", "filter: state:error")
        terminal.wait_for(connexions(6))
        terminal.press("Escape", ALL)
        assert "filter:" not in terminal.screen()


@tap.test("nothing found is said, with the way out")
def _filter_nothing():
    with console("--filter", "zebra", shows="no connexion here") as terminal:
        terminal.wait_for("Esc clears the filter")
        terminal.press("Escape", ALL)


@tap.test("sort: menu, the same again, next and previous column, reverse, palette")
def _sort():
    with console() as terminal:
        terminal.press("s", "sort the list by")
        terminal.send("Down", "Down", "Down")
        wait_cursor(terminal, "Account")
        terminal.press("Enter", re.compile("Account ?▴"))
        wait_cursor(terminal, "accueil@")
        terminal.press("S", re.compile("Account ?▾"))
        terminal.wait_for("翻訳@")
        terminal.press(">", re.compile("State ?▴"))
        terminal.press("<", re.compile("Account ?▴"))
        terminal.send("s")
        terminal.wait_for("the same column again reverses")
        terminal.press("Enter", re.compile("Account ?▾"))
        terminal.send(":")
        terminal.type("sort -budget")
        terminal.press("Enter", re.compile("Budget/month ?▾"))
        highest = listed("SELECT openai_email_compte FROM openai_connexion WHERE openai_limite_cout_mois > 0"
                         " ORDER BY div(openai_cout_actuel_mois * 1000, openai_limite_cout_mois) DESC NULLS LAST,"
                         " openai_connexion_id DESC LIMIT 5")
        wait.until(lambda: in_order(terminal.screen(), highest), what=highest, show=terminal.screen)
        terminal.send(":")
        terminal.type("sort quota")
        terminal.press("Enter", re.compile("Quota/day ?▴"))
        terminal.send(":")
        terminal.type("sort nonsense")
        terminal.press("Enter", "No column “nonsense” to sort by")


@tap.test("columns: chosen in the menu and by name")
def _columns():
    with console() as terminal:
        terminal.press("c", "6 columns shown")
        terminal.send("Down")
        wait_cursor(terminal, "Organisation")
        terminal.press("Space", "5 columns shown")
        terminal.send("Down", "Down")
        wait_cursor(terminal, "Client")
        terminal.press("Enter", "6 columns shown")
        terminal.send("Escape")
        terminal.wait_for(re.compile("^ +Account +State .*Client", re.M))
        terminal.send(":")
        terminal.type("columns account,error,models,key")
        terminal.press("Enter", "No column “key” to show")
        terminal.send(":")
        terminal.type("columns account,error,models")
        terminal.send("Enter")
        terminal.wait_for(re.compile("^ +Account +Last error +Allowed models", re.M))
        terminal.wait_for("gpt-4o, gpt-4o-mini")


@tap.test("marks: one, all, none, and they stay with their lines when the order changes")
def _marks():
    with console("--filter", "org:midi", shows=connexions(5)) as terminal:
        terminal.send("Down")
        wait_cursor(terminal, "chat@")
        terminal.press("Space", "1 marked")
        wait_cursor(terminal, "essai@")
        assert re.search("^✓ +.*chat@", terminal.screen(), re.M), terminal.screen()
        terminal.press("S", re.compile("Organisation ?▾"))
        terminal.wait_for(re.compile("^✓ +.*chat@", re.M))
        terminal.press("*", re.compile("(?!.* marked)", re.S))
        terminal.press("*", "5 marked")
        terminal.send("Escape")
        terminal.wait_gone("marked")
        assert "filter: org:midi" in terminal.screen()


@tap.test("a sheet shows every column but the key's text; next, previous, back with the cursor where one left")
def _sheet():
    row = PLACE.super("""SELECT c.openai_connexion_id, c.organisation_id, c.client_id, c.openai_organisation_id,
        c.openai_project_id, c.openai_created_by, trim_scale(c.openai_cout_actuel_mois), to_char(c.openai_created_at AT TIME ZONE 'UTC',
        'YYYY-MM-DD HH24:MI'), 'Horizon Lyon Part-Dieu', c.openai_audit_log->>'modification', c.openai_api_key
        FROM openai_connexion c WHERE openai_email_compte = 'lyon@horizon.example'""").split("|")
    key = row.pop()
    assert len(key) > 10, key
    with console("--filter", "client:lyon", cols=100, shows=connexions(2)) as terminal:
        wait_cursor(terminal, "lyon.photos@")
        terminal.press("Down", "2/2")
        terminal.press("Enter", "Quota of the day")
        terminal.wait_for("▸ lyon@horizon.example")
        pages = terminal.screen()
        while "AI extensions" not in pages:
            before = terminal.screen()
            terminal.send("NPage")
            wait.until(lambda: terminal.screen() != before, what="the next page", show=terminal.screen)
            pages += terminal.screen()
        for title in titles():
            assert title in pages, title
        for value in (*filter(None, row), "hidden (never fetched)", "Lyon Part-Dieu", "gpt-4o, gpt-4o-mini, gpt-4.1", "1 500"):
            assert value in pages, value
        assert key not in pages
        terminal.press("p", "▸ lyon.photos@horizon.example")
        terminal.press("p", "This is the first connexion")
        terminal.press("n", "▸ lyon@horizon.example")
        terminal.press("n", "This is the last connexion")
        terminal.press("Escape", "Connexions ▸ all organisations")
        wait_cursor(terminal, "lyon@")


def titles():
    """Titles of the columns that stand on a sheet under their own name (the two figures are in their groups)."""
    with open(os.path.join(ROOT, "src", "model", "column.def"), encoding="utf-8") as file:
        found = re.findall(r'^COLUMN\(\w+, \w+, "[^"]+", N_\("([^"]+)"\)', file.read(), re.M)
    assert len(found) == 25
    figures = {"Quota/day": "Requests today", "Budget/month": "Cost this month", "Quota reset": "Reset in the table"}
    return [figures.get(title, title) for title in found]


@tap.test("organisations with their sums; one of them; all again")
def _organisations():
    with console() as terminal:
        terminal.press("o", "16 organisations")
        terminal.wait_for(re.compile(r"Agence du M\S+ +active +5 +4 +1 "))
        terminal.send("Down", "Down")
        wait_cursor(terminal, "Agence du M")
        terminal.press("Enter", "Connexions ▸ Agence du Midi")
        terminal.wait_for(connexions(5))
        assert terminal.screen().count("@midi.") == 5, terminal.screen()
        terminal.press("0", "▸ all organisations")
        terminal.wait_for(ALL)
        terminal.send(":")
        terminal.type("organisation nord")
        terminal.press("Enter", "Connexions ▸ Nord-Habitat")
        terminal.wait_for(connexions(7))
        terminal.press("Escape", ALL)


@tap.test("the palette completes commands, columns and organisations, and refuses what is none")
def _palette():
    with console() as terminal:
        terminal.press(":", "all keys and commands")
        terminal.type("sor")
        terminal.wait_for("sort-previous")
        terminal.wait_gone("mark-all")
        terminal.press("Tab", re.compile("^:sort$", re.M))
        terminal.type(" ac")
        terminal.wait_for("sort activation")
        terminal.press("Down", re.compile("▸ sort account|▸ sort activation"))
        terminal.send("C-u")
        terminal.type("sort accou")
        terminal.press("Tab", re.compile("^:sort account$", re.M))
        terminal.press("Enter", re.compile("Account ?▴"))
        terminal.send(":")
        terminal.type("organisation val")
        terminal.press("Tab", ":organisation Immobilière du Val Perdu")
        terminal.press("Enter", "no connexion here")
        terminal.press("0", ALL)
        terminal.send(":")
        terminal.type("explode")
        terminal.press("Enter", "There is no single command “explode”")
        terminal.press("Escape", "? help")
        terminal.send(":")
        terminal.type("filter inactive")
        terminal.press("Enter", "filter: inactive")


def commands(context):
    """(name, first key, help) of the commands of a context, from the program's own list."""
    with open(os.path.join(ROOT, "src", "flow", "command.def"), encoding="utf-8") as file:
        lines = re.findall(r'^COMMAND\(\w+, "([^"]+)", ([^"]+), "([^"]*)", (?:N_\()?"[^"]*"\)?, N_\("([^"]+)"\)', file.read(), re.M)
    return [(name, keys.split(), text) for name, places, keys, text in lines if re.search(context, places)]


@tap.test("help names each command of the screen with its keys, from the program's list")
def _help():
    names = {"Enter": "⏎", "Up": "↑", "Down": "↓", "PPage": "PgUp", "NPage": "PgDn", "Delete": "Del"}
    with console(cols=160, rows=100) as terminal:
        terminal.press("?", "keys and commands of: Connexions")
        screen = terminal.screen()
        found = commands(r"ANY|\bLIST\b|MOVE")
        assert len(found) > 25, found
        for name, keys, text in found:
            line = next((l for l in screen.split("\n") if text in l), "")
            assert re.search(r"\b%s\b" % name, line), (name, text, screen)
            label = names.get(keys[0], keys[0].replace("C-", "^").upper() if "C-" in keys[0] else keys[0]) if keys else ":"
            assert line.split()[0] == label, (label, line)
        assert "budget:" in screen and "over quota" in screen
        assert "the next connexion of the list" not in screen
        terminal.press("q", "? help")
        terminal.send("Enter")
        terminal.wait_for("Quota of the day")
        terminal.press("?", "the next connexion of the list")


@tap.test("proof of isolation, check by check; the log")
def _proof():
    with open(os.path.join(ROOT, "src", "model", "gate.def"), encoding="utf-8") as file:
        checks = re.findall(r'^CHECK\(\w+, "[^"]+", \w+, N_\("([^"]+)"\)', file.read(), re.M)
    with console(rows=40) as terminal:
        terminal.press("i", "passed")
        screen = terminal.screen()
        assert len(checks) > 10 and all("● passed    " + title in screen for title in checks), screen
        for text in ("Claire Vasseur", "admin: all organisations", "place"):
            assert text in screen, text
        terminal.press("L", "what the program has done")
        terminal.wait_for("isolation proven")
        terminal.press("Escape", "● passed")
        terminal.press("Escape", ALL)


@tap.test("a change made elsewhere appears without a key, in the list and on the sheet")
def _notify():
    with console("--filter", "org:trois", shows=connexions(3)) as terminal:
        wait_cursor(terminal, "compta@")
        terminal.send("L")
        terminal.wait_for("isolation proven")
        terminal.press("Escape", "compta@")
        PLACE.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 230 WHERE openai_email_compte = 'ia@rivieres.example'")
        terminal.wait_for("91 %!")
        wait_cursor(terminal, "compta@")
        terminal.press("Enter", "Quota of the day")
        PLACE.psql("UPDATE openai_connexion SET openai_limite_quotidienne = 7654 WHERE openai_email_compte = 'compta@rivieres.example'")
        terminal.wait_for("7 654")


@tap.test("a row that comes appears without a key; one that goes is missed at the next look, on its sheet too")
def _come_and_go():
    with console("--filter", "org:perdu", shows="no connexion here") as terminal:
        terminal.send("L")
        terminal.wait_for("isolation proven")
        terminal.press("Escape", "no connexion here")
        PLACE.psql("""INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte)
            SELECT organisation_id, gen_random_uuid(), 'sk-none', 'new@val-perdu.example' FROM organisations
            WHERE organisation_nom = 'Immobilière du Val Perdu'""")
        terminal.wait_for(connexions(1))
        wait_cursor(terminal, "new@val")
        terminal.press("Enter", "Quota of the day")
        PLACE.psql("DELETE FROM openai_connexion WHERE openai_email_compte = 'new@val-perdu.example'")
        terminal.press("r", "gone, or out of sight")
        terminal.press("Escape", "no connexion here")


def foreign():
    """Every text of organisations that are not karim's, as it would stand on a screen."""
    names = listed("""SELECT organisation_nom FROM organisations WHERE organisation_nom <> 'Réseau Horizon'
        UNION SELECT split_part(organisation_email, '@', 2) FROM organisations WHERE organisation_nom <> 'Réseau Horizon'
        UNION SELECT organisation_id::text FROM organisations WHERE organisation_nom <> 'Réseau Horizon'
        UNION SELECT c.openai_connexion_id::text FROM openai_connexion c JOIN organisations o USING (organisation_id)
              WHERE o.organisation_nom <> 'Réseau Horizon'""")
    assert len(names) > 80, len(names)
    return names + ["Vasseur", "Fontaine"]


@tap.test("a member sees the own organisation and no foreign text on any screen")
def _member():
    own = PLACE.psql("SELECT count(*) FROM openai_connexion", KARIM)
    names = foreign()
    with console(cols=200, rows=40, user=KARIM, shows=connexions(own)) as terminal:
        seen = [terminal.screen()]

        def step(key, wanted):
            terminal.press(key, wanted)
            seen.append(terminal.screen())

        assert "Réseau Horizon" in seen[0] and "member" in seen[0] and "Karim" in seen[0], seen[0]
        step("Enter", "Quota of the day")
        step("NPage", "AI extensions")
        step("Escape", connexions(own))
        step("o", re.compile(r"^ *1 organisation\b", re.M))
        step("Escape", connexions(own))
        step("0", connexions(own))
        step("i", "passed")
        step("L", "what the program has done")
        step("q", "passed")
        step("q", connexions(own))
        terminal.send(":")
        terminal.type("organisation ")
        terminal.wait_for("organisation Réseau Horizon")
        terminal.type("midi")
        terminal.wait_gone("organisation Réseau Horizon")
        step("Enter", "No organisation in sight")
        terminal.send("/")
        terminal.type("agence")
        terminal.wait_for("filter: agence")
        for screen in seen + [terminal.screen()]:
            found = [name for name in names if name in screen]
            assert not found, (found, screen)


def without_ages(screen):
    """The screen less what time alone changes: the column of ages and the mark of the elapsed time."""
    return [re.sub(r" +(?:\d+ [smhd]|now|never)$", "", line).replace("│", "").replace(" ", "") for line in screen.splitlines()]


@tap.test("a terminal that gets too small says so and comes back as it was; a large one is used")
def _resize():
    with console("--filter", "org:horizon", shows="Connexions") as terminal:
        terminal.send("G")
        wait_cursor(terminal, "vienne@")
        terminal.send("Up")
        wait_cursor(terminal, "valence@")
        terminal.wait_for(re.compile(r"11 connexions.* budget .*10/11"))
        before = without_ages(terminal.screen())
        terminal.resize(20, 5)
        terminal.wait_for("too small")
        terminal.wait_for("now 20x5")
        terminal.send("Down")
        terminal.resize(80, 24)
        wait.until(lambda: without_ages(terminal.screen()) == before, what="the same screen", show=terminal.screen)
        terminal.resize(200, 50)
        terminal.wait_for("valence@horizon.example")
        terminal.wait_for("Claire Vasseur")
        wait_cursor(terminal, "Réseau Horizon")
        terminal.press("/", re.compile("^/org:horizon$", re.M))
        terminal.type(" lyon")
        terminal.resize(20, 5)
        terminal.wait_for("too small")
        terminal.resize(80, 24)
        terminal.wait_for("/org:horizon lyon")
        terminal.press("Enter", connexions(2))
        terminal.resize(1, 1)
        terminal.resize(40, 8)
        terminal.wait_for("lyon")
        terminal.resize(80, 24)
        terminal.wait_for(connexions(2))


@tap.test("Ctrl-Z gives the shell back, fg the console, with filter and cursor kept")
def _suspend():
    with PLACE.terminal(start=False) as terminal:
        terminal.shell()
        terminal.type(program() + " --filter org:midi")
        terminal.press("Enter", connexions(5))
        terminal.send("Down")
        wait_cursor(terminal, "chat@")
        terminal.press("C-z", "Stopped")
        assert terminal.modes() == set() and terminal.cursor()[2], terminal.modes()
        terminal.type("clear; stty -a | grep -o ' echo ' && echo in the shell")
        terminal.press("Enter", re.compile("^in the shell", re.M))
        terminal.resize(90, 20)
        terminal.type("fg")
        terminal.press("Enter", connexions(5))
        wait_cursor(terminal, "chat@")
        assert "alternate_on" in terminal.modes() and "filter: org:midi" in terminal.screen()
        terminal.press("Down", "3/5")
        terminal.send("q")
        terminal.wait_gone("3/5")
        terminal.type("echo ended $?")
        terminal.press("Enter", re.compile("^ended 0$", re.M))


@tap.test("q closes a screen, then the program; Ctrl-C leaves at once, from a prompt too")
def _quit():
    with console() as terminal:
        terminal.press("?", "keys and commands of")
        terminal.press("q", ALL)
        terminal.send("q")
        assert terminal.wait_end() == 0
    with console() as terminal:
        terminal.send("/")
        terminal.type("mid")
        terminal.wait_for("/mid")
        terminal.send("C-c")
        assert terminal.wait_end() == 0


ENGLISH_WORDS = {"home": "78 connexions", "found": "filter: org:horizon", "sheet": "Quota of the day", "help": "keys and commands of",
                 "proof": "passed", "small": "too small", "quota": "Quota/day"}
FRENCH_WORDS = {"home": "78 connexions", "found": "filtre\u00a0: org:horizon", "sheet": "Quota du jour", "help": "touches et commandes de",
                "proof": "réussi", "small": "trop petit", "quota": "Quota/jour"}


def main_path(words, **options):
    """Home, filter, sort, open, back, help, proof, palette, too small and back, quit; returns every byte that was written."""
    with PLACE.terminal(start=False, **options) as terminal:
        record = os.path.join(terminal.directory, "bytes")
        terminal.start(["sh", "-c", '"$0"; echo status=$?=', program()], record=record)
        terminal.wait_for(words["home"])
        terminal.wait_for(words["quota"])
        terminal.send("/")
        terminal.type("org:horizon")
        terminal.press("Enter", words["found"])
        terminal.press("S", re.compile("vienne@"))
        wait_cursor(terminal, "vienne@")
        terminal.press("Down", "2/11")
        terminal.press("Enter", words["sheet"])
        terminal.press("Escape", words["found"])
        terminal.press("?", words["help"])
        terminal.press("Escape", words["found"])
        terminal.press("i", words["proof"])
        terminal.press("Escape", words["found"])
        terminal.send(":")
        terminal.type("sort acc")
        terminal.send("Tab")
        terminal.wait_for(":sort account")
        terminal.send("Enter")
        wait_cursor(terminal, "annecy")
        terminal.resize(20, 5)
        terminal.wait_for(words["small"])
        terminal.resize(80, 24)
        wait_cursor(terminal, "annecy")
        terminal.press("Escape", words["home"])
        terminal.send("q")
        assert terminal.wait_end() == 0

        def written():
            with open(record, "rb") as file:
                data = file.read()
            return data if b"=\r\n" in data[-20:] else b""

        data = wait.until(written, what="the record")
        assert b"status=0=" in data
        return data


# foreground or background colour, in any of its forms
COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")


@tap.test("the main path in a UTF-8 locale, in colour")
def _main():
    data = main_path(ENGLISH_WORDS)
    assert COLOUR.search(data) and "▸".encode() in data


@tap.test("the main path in a C locale writes ASCII only")
def _main_c():
    data = main_path(ENGLISH_WORDS, locale="C")
    assert not re.search(rb"[\x80-\xff]", data), re.findall(rb".{20}[\x80-\xff]+", data)[:3]


@tap.test("the main path on a vt100: no colour, no alternate screen")
def _main_vt100():
    data = main_path(ENGLISH_WORDS, term="vt100")
    assert not COLOUR.search(data) and b"\x1b[?1049" not in data


@tap.test("the main path on an xterm")
def _main_xterm():
    data = main_path(ENGLISH_WORDS, term="xterm")
    assert COLOUR.search(data) and b"38;5" not in data


@tap.test("the main path with NO_COLOR writes no colour")
def _main_no_color():
    data = main_path(ENGLISH_WORDS, env={"NO_COLOR": "1"})
    assert not COLOUR.search(data), COLOUR.findall(data)[:3]
    assert b"\x1b[" in data


@tap.test("the main path in French")
def _main_french():
    data = main_path(FRENCH_WORDS, env=FRENCH)
    assert "▸ toutes".encode() in data and "RLS prouvée".encode() in data


tap.main()
