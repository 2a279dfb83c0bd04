#!/usr/bin/python3
"""French and English: which one the environment chooses, in which characters, with which numbers."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap  # noqa: E402
from support.place import ADMIN, LEA, ROOT, Place, run  # noqa: E402

NOTHING = {"LC_ALL": None, "LANG": None}
NARROW = "\u202f"
NO_BREAK = "\u00a0"

place = tap.keep(Place())


def locale(**values):
    """An environment with just these variables of the locale."""
    return {**NOTHING, **values}


FRENCH = [
    locale(LANG="fr_FR.UTF-8"),
    locale(LANG="fr_FR.utf8"),
    locale(LANG="fr_CA.UTF-8"),
    locale(LANG="fr_BE.UTF-8@euro"),
    locale(LC_ALL="fr_FR.UTF-8", LANG="en_US.UTF-8"),
    locale(LC_MESSAGES="fr_FR.UTF-8", LANG="en_US.UTF-8"),
    locale(LANG="en_US.UTF-8", LANGUAGE="fr"),
    locale(LANG="de_DE.UTF-8", LANGUAGE="de:fr:en"),
]
ENGLISH = [
    NOTHING,
    locale(LANG="en_US.UTF-8"),
    locale(LANG="de_DE.UTF-8"),
    locale(LANG="C.UTF-8"),
    locale(LANG="C"),
    locale(LC_ALL="C.UTF-8", LANG="fr_FR.UTF-8"),
    locale(LC_ALL="C", LANG="fr_FR.UTF-8"),
    locale(LC_ALL="POSIX", LANG="fr_FR.UTF-8"),
    locale(LC_MESSAGES="en_US.UTF-8", LANG="fr_FR.UTF-8"),
    locale(LANG="fr_FR.UTF-8", VIGIE_LOCALEDIR="/nonexistent"),
]


@tap.test("the environment chooses French, installed locale or not")
def _french():
    for env in FRENCH:
        done = place.run("list", env=env, user=LEA)
        assert done.status == 0 and done.out.startswith("Organisation"), (env, done)
        assert "Compte" in done.out and "inactive, arrêt" in done.out and "Account" not in done.out, (env, done)
        assert "il n’y a pas de commande « lst »" in place.run("lst", env=env).err.replace(NO_BREAK, " ").replace(
            NARROW, " "
        ), (env, place.run("lst", env=env))


@tap.test("everything else is English")
def _english():
    for env in ENGLISH:
        done = place.run("list", env=env, user=LEA)
        assert done.status == 0 and "Account" in done.out and "inactive, off" in done.out, (env, done)
        assert "there is no command" in place.run("lst", env=env).err, env


@tap.test("in the locale C every byte is ASCII, whatever the data holds")
def _ascii():
    for env in (locale(LC_ALL="C"), locale(LC_ALL="POSIX"), NOTHING, locale(LANG="fr_FR")):
        for argv in (
            ("list",), ("organisations",), ("doctor",), ("help",), ("help", "list"), ("show", "honsha@tokyo.example"),
            ("show", "nobody"), ("list", "-f", "état:x"), ("version",), ("list", "-o", "東京"),
        ):
            done = place.run(*argv, env=env)
            assert done.raw.isascii() and done.err.isascii() and done.raw + done.err.encode(), (env, argv, done)
    assert "Reseau Horizon" in place.run("organisations", env=locale(LC_ALL="C")).out


@tap.test("the console in the locale C writes no byte beyond ASCII, and in French speaks French")
def _console():
    with place.terminal(env={"LC_ALL": "C"}, start=False, term="xterm") as terminal:
        path = os.path.join(terminal.directory, "bytes")
        terminal.start([os.environ["VIGIE"]], record=path)
        terminal.wait_for("ia@midi.example")
        terminal.press("?", "filter")
        terminal.press("Escape", "RLS proven")
        terminal.send("q")
        assert terminal.wait_end() == 0
        with open(path, "rb") as file:
            written = file.read()
        assert written.isascii() and b"ia@midi.example" in written, written
    for env in (locale(LANG="fr_FR.UTF-8"), locale(LANG="fr_CA.UTF-8")):
        with place.terminal(env=env) as terminal:
            terminal.wait_for("ia@midi.example")
            screen = terminal.wait_for("RLS prouvée") and terminal.screen()
            assert "COMPTE" in screen.upper() and "ACCOUNT" not in screen.upper(), screen
            terminal.press("?", "Aide")
            terminal.send("C-c")
            terminal.wait_end()


def figures(env):
    """The columns of money and of requests of some accounts, as printed."""
    argv = ("list", "--columns", "account,budget,quota,budget-limit,quota-limit", "-f", "tokyo.example")
    done = place.run(*argv, env=env)
    assert done.status == 0, done
    return {line.split("@")[0]: line for line in done.out.splitlines()[1:]}


def timeless(values):
    """What was printed as JSON without what the clock changes."""
    for row in values if isinstance(values, list) else [values]:
        for gauge in ("quota", "budget"):
            row.get(gauge, {}).pop("elapsed_permille", None)
    return values


@tap.test("numbers are written as the language does, exact ones too")
def _numbers():
    english, french = figures(locale(LANG="en_US.UTF-8"))["honsha"], figures(FRENCH[0])["honsha"]
    assert re.search(r"\b1\D204\.10 / 2\D000\.00\b", english) and re.search(r"\b9\D876 / 20\D000\b", english), english
    assert re.search(r"\b1\D204,10 / 2\D000,00\b", french) and re.search(r"\b9\D876 / 20\D000\b", french), french
    assert "60 %" in english.replace(NO_BREAK, " ") and "60 %" in french.replace(NO_BREAK, " ").replace(NARROW, " ")
    ascii_only = figures(locale(LC_ALL="C"))["honsha"]
    assert "1 204.10 / 2 000.00" in ascii_only and "9 876 / 20 000" in ascii_only, ascii_only
    french_sheet = place.run("show", "reseau@coeur-de-ville.example", env=FRENCH[0]).out
    assert "731,5099" in french_sheet and "750,00" in french_sheet, french_sheet
    assert "731.5099" in place.run("show", "reseau@coeur-de-ville.example").out


@tap.test("an installed French locale changes no number that is read or sent, and Latin-1 gives French in ASCII")
def _installed():
    folder = process.scratch("vi")
    for name, charset in (("fr_FR.UTF-8", "UTF-8"), ("fr_FR", "ISO-8859-1")):
        made = run(["/usr/bin/localedef", "-i", "fr_FR", "-f", charset, os.path.join(folder, name)], place.env())
        if not os.path.isdir(os.path.join(folder, name)):
            tap.skip("localedef cannot make a locale: " + made.err)
    # glibc's setlocale leaks a few bytes when LOCPATH is set
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    utf8, latin1 = (locale(LANG=name, LOCPATH=folder, ASAN_OPTIONS=sanitizer) for name in ("fr_FR.UTF-8", "fr_FR"))
    assert figures(utf8) == figures(FRENCH[0])
    high, english = (timeless(place.json("list", "-f", "budget:>=84.5", env=env)) for env in (utf8, NOTHING))
    assert high == english and len(high) > 3
    done = place.run("list", env=latin1, user=LEA)
    assert done.raw.isascii() and "Compte" in done.out and "inactive, arret" in done.out, done


@tap.test("what scripts read does not depend on the language")
def _scripts():
    for argv in (("list", "--sort", "id"), ("organisations",), ("show", "ia@midi.example")):
        texts = []
        for env in (FRENCH[0], locale(LC_ALL="C"), locale(LC_NUMERIC="fr_FR.UTF-8", LANG="fr_FR.UTF-8")):
            done = place.run(*argv, "--json", env=env)
            assert done.status == 0, done
            texts.append(timeless(json.loads(done.out)))
        assert texts[0] == texts[1] == texts[2], argv
    for text in ("state:error budget:<99.5", "inactive", "quota:>=80 active"):
        found = [place.run("list", "--columns", "id", "-f", text, env=env).out.split()[1:] for env in (FRENCH[0], NOTHING)]
        assert found[0] == found[1] and found[0], text
    proofs = [place.json("doctor", env=env) for env in (FRENCH[0], NOTHING)]
    assert [one["check"] for one in proofs[0]["checks"]] == [one["check"] for one in proofs[1]["checks"]]
    assert proofs[0]["checks"][0]["title"] != proofs[1]["checks"][0]["title"]


@tap.test("every command's help, every option and every exit status is in French too")
def _help():
    with open(os.path.join(ROOT, "src", "cli", "cli.def"), encoding="utf-8") as file:
        commands = re.findall(r'^CLI\(\w+, "(\w+)"', file.read(), re.M)
    for command in commands:
        english, french = (place.run("help", command, env=env).out.splitlines() for env in (NOTHING, FRENCH[0]))
        same = [line for line in french if line and line in english]
        prose = [line for line in same if re.search(r"\w+ \w+ \w+", re.sub(r"^ *\S+( \S+)?  +", "", line))]
        assert len(french) >= len(english) - 2 and not prose, (command, prose)
        assert french[0].startswith("Utilisation") or french[0].startswith("Usage"), french[0]


@tap.test("errors and their cures are in French too")
def _errors():
    for argv in (
        ("list", "--jsn"), ("list", "-f", "stat:x"), ("list", "-f", "budget:80"), ("list", "-s", "acount"), ("show", "nobody"),
        ("list", "-o", "nobody"), ("list", "-n", "0"), ("show",), ("list", "@nowhere"), ("list", "--timeout", "x"),
        ("list", "--identity", "claims"), ("list", "nowhere"), ("list", "-o", "réseau"),
    ):
        french, english = place.run(*argv, env=FRENCH[0], user=ADMIN), place.run(*argv, user=ADMIN)
        assert french.status == english.status != 0, (french, english)
        lines = list(zip(french.err.splitlines(), english.err.splitlines()))
        assert lines, (argv, french)
        for one, other in lines:
            assert one != other or not re.search(r"[a-z] [a-z]", other), (argv, one)


tap.main()
