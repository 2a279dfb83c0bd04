#!/usr/bin/python3
"""Takes the pictures of the README from the real program, in a real terminal, on the demonstration data.

    tools/screenshots.py PROGRAM [FOLDER]

Each picture waits for its texts, so a picture never shows a half-drawn screen. SHOTS is the whole list.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TOP, "tests"), os.path.join(TOP, "tools")]

import ansi2svg  # noqa: E402
from support import process  # noqa: E402
from support.tmux import Terminal  # noqa: E402

ENGLISH, FRENCH = "en_US.UTF-8", "fr_FR.UTF-8"
ARGUMENTS = ["demo", "--probe-every", "5"]


class Shot(NamedTuple):
    """One picture: first is awaited, then keys are pressed in turn, each (key, what it brings).

    A key is named as tmux does; "=text" types a text. What is awaited is a regular expression.
    """

    name: str
    size: tuple
    locale: str
    first: str
    keys: tuple = ()
    env: dict = {}


LIST = r"[1-9]\d* connexion"
DETAIL = (*[("Down", LIST)] * 7, ("Enter", "Quota of the day"))
ORGANISATIONS = (("o", "Cost / limit"),)
HEALTH = (("H", "OpenAI's costs, seen"),)
PROBED = r"revoked|révoquée"
# a quota is doubled: form, plan, journal
FORM = (("W", "write"), ("Enter", "WRITE"), ("e", "Field"), *[("Down", "Field")] * 4, ("Enter", "Requests"), ("C-u", "Requests"),
        ("=600", "600"), ("Enter", "was"))
PLAN = (*FORM, ("C-o", "→ 600(.|\n)*Enter saves"))
JOURNAL = (*PLAN, ("Enter", "saved"), ("J", "→ 600"))
HELP = (("?", "keys and commands of"),)
RAISED = r"\d\d+ alerts"
ALERTS = (("a", r"critical(.|\n)*Why"), ("Down", r"Why"), ("Down", r"Why"))
BOARD = (("O", r"critical(.|\n)*Organisations(.|\n)*%"), *[("Down", "What asks")] * 12)
PROVIDER = (*[("Down", LIST)] * 2, ("P", r"\d changes?"))

SHOTS = [
    Shot("list-80x24-en", (80, 24), ENGLISH, LIST),
    Shot("list-80x24-fr", (80, 24), FRENCH, LIST),
    Shot("list-120x36-en", (120, 36), ENGLISH, PROBED),
    Shot("list-120x36-fr", (120, 36), FRENCH, PROBED),
    Shot("connexion-120x36-en", (120, 36), ENGLISH, LIST, DETAIL),
    Shot("health-120x36-en", (120, 36), ENGLISH, LIST, (*[("Down", LIST)] * 9, *HEALTH)),
    Shot("organisations-120x36-en", (120, 36), ENGLISH, LIST, ORGANISATIONS),
    Shot("form-120x36-en", (120, 36), ENGLISH, LIST, FORM),
    Shot("plan-80x24-en", (80, 24), ENGLISH, LIST, PLAN),
    Shot("journal-120x36-en", (120, 36), ENGLISH, LIST, JOURNAL),
    Shot("alerts-80x24-en", (80, 24), ENGLISH, RAISED, ALERTS),
    Shot("alerts-120x36-en", (120, 36), ENGLISH, RAISED, ALERTS),
    Shot("board-80x24-en", (80, 24), ENGLISH, RAISED, BOARD),
    Shot("board-120x36-en", (120, 36), ENGLISH, RAISED, BOARD),
    Shot("board-200x50-en", (200, 50), ENGLISH, RAISED, BOARD),
    Shot("provider-120x36-en", (120, 36), ENGLISH, LIST, PROVIDER),
    Shot("help-120x36-en", (120, 36), ENGLISH, LIST, HELP),
    Shot("list-80x24-no-colour", (80, 24), ENGLISH, LIST, (), {"NO_COLOR": "1"}),
]


def locales(folder):
    """Make the two locales without the rights to install them; returns the variable that finds them."""
    for locale in (ENGLISH, FRENCH):
        language, charset = locale.split(".")
        subprocess.run(
            ["localedef", "-i", language, "-f", charset, os.path.join(folder, locale)],
            stderr=subprocess.DEVNULL, check=True,
        )
    return {"LOCPATH": folder}


def picture(screen, size, path):
    """Write a captured screen as PNG."""
    svg = ansi2svg.convert(screen, *size)
    subprocess.run(["rsvg-convert", "-o", path], input=svg.encode(), check=True)


def steady(terminal):
    """The screen once two captures in a row are equal."""
    screen = None
    while screen != (screen := terminal.screen(escapes=True)):
        pass
    return screen


def take(program, shot, folder, home, env):
    """Drive the program to the wanted screen and take its picture."""
    cols, rows = shot.size
    for drafts in glob.glob(os.path.join(home, "**", "drafts"), recursive=True, include_hidden=True):
        shutil.rmtree(drafts)  # of a form in the picture before
    with Terminal(cols, rows, locale=shot.locale, env={**env, **shot.env}, home=home) as terminal:
        terminal.start([program, *ARGUMENTS])
        terminal.wait_for(re.compile(shot.first), timeout=60)
        for key, brings in shot.keys:
            if key.startswith("="):
                terminal.type(key[1:])
            else:
                terminal.send(key)
            terminal.wait_for(re.compile(brings))
        picture(steady(terminal), shot.size, os.path.join(folder, shot.name + ".png"))


def stop_private_server(program, home):
    """The demonstration data lives in a server below the home that these pictures share."""
    subprocess.run(
        [program, "local", "stop"], env=process.clean_env(home),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False,
    )


def main():
    """Take every picture, or those whose name holds a third argument."""
    if len(sys.argv) < 2 or not shutil.which("rsvg-convert"):
        print(__doc__, "\nIt needs rsvg-convert (package librsvg2-bin).", file=sys.stderr)
        return 2
    program = os.path.abspath(sys.argv[1])
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(TOP, "screenshots")
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    os.makedirs(folder, exist_ok=True)
    env = locales(process.scratch("vl"))
    if "VIGIE_LOCALEDIR" in os.environ:
        env["VIGIE_LOCALEDIR"] = os.environ["VIGIE_LOCALEDIR"]
    home = process.make_home(process.scratch("vh"))
    try:
        for shot in SHOTS:
            if wanted in shot.name:
                take(program, shot, folder, home, env)
                print("%s/%s.png" % (folder, shot.name))
    finally:
        stop_private_server(program, home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
