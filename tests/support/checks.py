"""Shows that the checks of tools/ find what they are for: each gets a small project with one fault in it.

    python3 -m support.checks
"""

import os
import shutil
import subprocess

from . import process, tap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOOD = {
    "src/base/err.h": "#ifndef VIGIE_BASE_ERR_H\n#define VIGIE_BASE_ERR_H\nint err_code(int a);\n#endif\n",
    "src/base/err.c": '#include "config.h"\n\n#include "base/err.h"\n\nint err_code(int a)\n{\n    return a + 1;\n}\n',
    "src/model/cost.c": (
        '#include "config.h"\n\n#include "base/err.h"\n\n#define _(text) text\n'
        'const char *cost_text(void);\n\nconst char *cost_text(void)\n{\n    return _("cost");\n}\n'
    ),
    "src/ui/draw.h": "#ifndef VIGIE_UI_DRAW_H\n#define VIGIE_UI_DRAW_H\n#endif\n",
    "config.h": "",
    "po/LINGUAS": "fr\n",
    "po/POTFILES.in": "src/model/cost.c\n",
    "po/fr.po": (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: vigie\\n"\n"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n'
        '"Last-Translator: vigie\\n"\n"Language-Team: French\\n"\n"Language: fr\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
        'msgid "cost"\nmsgstr "coût"\n'
    ),
    "run": "#!/bin/sh\nexit 0\n",
    "tests/e2e/test_x.py": "print('1..0')\n",
}
LONG = "int long_one(int a);\n\nint long_one(int a)\n{\n%s    return a;\n}\n"
KNOTTY = LONG % "".join("    if (a == %d)\n        return %d;\n" % (n, n) for n in range(16))
HEAD = '#include "config.h"\n\n'
# what is added, and the check, place and words that must come
FAULTS = [
    ("layers", "src/model/cost.c", '#include "ui/draw.h"\n', "src/model/cost.c:12: model may not include ui"),
    ("layers", "src/base/err.c", '#include "model/cost.h"\n', "src/base/err.c:9: base may not include model"),
    ("layers", "src/main.c", HEAD + '#include "model/cost.h"\n', "src/main.c:3: main.c may not include model"),
    ("layers", "src/main.c", HEAD + "\n" * 80, "src/main.c:81: main.c has more than 80 lines"),
    ("layers", "src/model/new.c", '#include "base/err.h"\n', 'new.c:1: the first include must be "config.h"'),
    ("layers", "src/ui/draw.h", '#include "config.h"\n', "src/ui/draw.h:4: a header never includes config.h"),
    ("layers", "src/ui/other.h", "\n", "the include guard must be VIGIE_UI_OTHER_H"),
    ("layers", "src/model/cost.c", "#include <curses.h>\n", "model may not use <curses.h>"),
    ("layers", "src/extra/a.c", HEAD, "no layer is called extra"),
    ("size", "src/base/long.c", HEAD + LONG % ("    a++;\n" * 80), "src/base/long.c:5: long_one has 84 lines"),
    ("size", "src/base/knot.c", HEAD + KNOTTY, "long_one has a complexity of 17"),
    ("size", "tests/e2e/long.py", "pass\n" * 601, "tests/e2e/long.py:600: the file has 601 lines"),
    ("format", "src/base/err.c", "int  x;\n", "src/base/err.c:9:"),
    ("tidy", "src/base/err.c", "#include <stdlib.h>\nint t(const char *s) { return atoi(s); }\n", "cert-err34-c"),
    ("cppcheck", "src/base/err.c", "int c(void)\n{\n    char b[2];\n    b[3] = 1;\n    return b[0];\n}\n", "err.c:12"),
    ("shell", "run", "echo $1\n", "run:3:"),
    ("po", "src/model/cost.c", 'const char *other = _("other");\n', 'cost.c:12: not in po/fr.po: "other"'),
    ("po", "po/fr.po", '\n#, fuzzy\nmsgid "x"\nmsgstr "y"\n', 'no source says "x"'),
    ("po", "src/ui/a.c", HEAD + 'const char *a = _("cost");\n', "po/POTFILES.in:1: src/ui/a.c is missing"),
    ("banned", "src/base/err.c", "void f(char *a) { sprintf(a, a); }\n", "err.c:9: sprintf() is banned"),
    ("banned", "src/model/cost.c", "double sum;\n", "no floating point in model"),
    ("banned", "tests/e2e/test_x.py", "time.sle" + "ep(1)\n", "test_x.py:2: a test waits for a condition"),
    ("banned", "data/x.conf", "path = /home/" + "someone/x\n", "data/x.conf:1: path of one machine"),
]
NEEDED = {"size": "pmccabe", "format": "clang-format", "tidy": "clang-tidy", "cppcheck": "cppcheck",
          "shell": "shellcheck", "po": "msgmerge"}


def project():
    """A small project that every check is content with."""
    root = process.scratch("vc")
    shutil.copytree(os.path.join(TOP, "tools"), os.path.join(root, "tools"),
                    ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".clang-format", ".clang-tidy"):
        shutil.copy(os.path.join(TOP, name), root)
    for path, text in GOOD.items():
        add(root, path, text)
    return root


def add(root, path, text):
    """Append to a file of the project."""
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def check(root, name):
    """Exit status and output of one check."""
    more = ["src/base/err.c", "--", "-Isrc", "-I.", "-std=c17"] if name == "tidy" else []
    done = subprocess.run(
        [os.path.join(root, "tools", "check-" + name), *more], cwd=root,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=process.clean_env(root), text=True, check=False,
    )
    return done.returncode, done.stdout


def need(name):
    """Skip the test when the tool that the check drives is not installed."""
    if name in NEEDED and not shutil.which(NEEDED[name]):
        tap.skip(NEEDED[name] + " is not installed")


def register_good(name):
    """The check is content with the small project and says so in one line."""

    @tap.test("%s: a sound project passes" % name)
    def _():
        need(name)
        status, said = check(project(), name)
        assert status == 0 and said.count("\n") == 1, said


def register_fault(name, path, text, words):
    """The check finds the fault."""

    @tap.test("%s: %s" % (name, words))
    def _():
        need(name)
        root = project()
        add(root, path, text)
        status, said = check(root, name)
        assert status != 0 and words in said, said


if __name__ == "__main__":
    for each in dict.fromkeys(fault[0] for fault in FAULTS):
        register_good(each)
    for each in FAULTS:
        register_fault(*each)
    tap.main()
