#!/usr/bin/python3
"""Signing in at a platform's auth server: who that makes of a session, what is refused, and what becomes of the password."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.auth import KEY, Auth  # noqa: E402
from support.place import Place  # noqa: E402
from support.watch import Watch  # noqa: E402

ADELE, ALAIN = "ad000000-0000-4000-8000-000000000001", "aa000000-0000-4000-8000-000000000001"
PEOPLE = {
    "adele@plateforme.example": ("correct horse", ADELE),
    "alain@alpha.example": ("battery staple", ALAIN),
    "nobody@x.example": ("right", "dd000000-0000-4000-8000-000000000001"),
}
WORLD = tap.keep(Place(sql=""))
WORLD.platform("platform")
AUTH = tap.keep(Auth(PEOPLE))


def password_file(text):
    """A file that only its owner reads."""
    path = os.path.join(process.scratch("pw"), "password")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def run(*argv, email="adele@plateforme.example", word="correct horse", url=None, key=KEY, **options):
    """Run a command signed in as somebody."""
    AUTH.asked.clear()
    who = ["--identity", "claims", "--auth-url", url or AUTH.url, "--auth-key", key, "--password-file", password_file(word)]
    if email:
        who += ["--sign-in", email]
    return WORLD.run(*argv, *who, user="authenticator", db="platform", **options)


@tap.test("an administrator signs in and sees every row; a member the own ones")
def _():
    assert len(run("list", "--json").json()) == 5
    assert AUTH.grants() == ["password"], AUTH.asked
    assert len(run("list", "--json", email="alain@alpha.example", word="battery staple").json()) == 3
    proof = run("doctor", "--json").json()
    assert proof["user_id"] == ADELE if "user_id" in proof else ADELE in str(proof), proof


@tap.test("what the auth server refuses is said in words, with a status of its own")
def _():
    for case in (
        (dict(word="wrong"), 21, "Invalid login credentials"),
        (dict(email="stranger@x.example"), 21, "Invalid login credentials"),
        (dict(key="other"), 21, "No API key"),
        (dict(email=None), 2, "who signs in"),
        (dict(url="http://auth.example/auth/v1"), 2, "https"),
        (dict(url="http://127.0.0.1:1/auth/v1"), 20, "cannot be reached"),
        (dict(email="nobody@x.example", word="right"), 31, "neither"),
    ):
        done = run("list", **case[0])
        assert (done.status, case[2] in done.err) == (case[1], True), (case, done)
        assert "→" in done.err, done


@tap.test("an auth server in trouble is told apart from a refusal")
def _():
    for status, expected in ((500, 20), (503, 20), (429, 20), (400, 21)):
        AUTH.refuse = status
        try:
            done = run("list")
        finally:
            AUTH.refuse = 0
        assert done.status == expected, (status, done)


@tap.test("a password file that others can read is refused; an empty one asks nobody")
def _():
    path = password_file("correct horse")
    os.chmod(path, 0o644)
    AUTH.asked.clear()
    done = WORLD.run("list", "--identity", "claims", "--auth-url", AUTH.url, "--auth-key", KEY, "--sign-in", "adele@plateforme.example",
                     "--password-file", path, user="authenticator", db="platform")
    assert done.status == 6 and not AUTH.asked, done


@tap.test("neither password nor token is in the output, the log or the server's log")
def _():
    outputs = [run("list"), run("doctor"), run("list", word="wrong secret word")]
    log = WORLD.cluster.log()
    for text in [done.out + done.err for done in outputs] + [log]:
        for secret in ("correct horse", "wrong secret word", "refresh-", "eyJ"):
            assert secret not in text, (secret, text[-500:])


@tap.test("the owner's commands do not sign in")
def _():
    AUTH.asked.clear()
    done = run("adopt", "--dry-run")
    assert not AUTH.asked, done


def who(word_file=None):
    """The options of a sign-in."""
    options = ["--identity", "claims", "--auth-url", AUTH.url, "--auth-key", KEY, "--sign-in", "adele@plateforme.example"]
    return options + (["--password-file", word_file] if word_file else [])


@tap.test("the console renews the sign-in; one that cannot be renewed keeps the screen and asks for the password")
def _():
    AUTH.asked.clear()
    AUTH.life, AUTH.forget = 15, False  # renewed after twelve seconds, with three to spare on a slow machine
    console = WORLD.terminal(*who(), user="authenticator", db="platform", cols=120, rows=30)
    with console as terminal:
        terminal.wait_for("Password of adele@plateforme.example")
        terminal.type("correct horse")
        terminal.send("Enter")
        terminal.wait_for("ia@alpha.example")
        terminal.wait_for("signed in")
        wait.until(lambda: AUTH.grants().count("refresh_token") >= 1, what="a renewal")
        terminal.press("Enter", "Allowed models")
        AUTH.forget = True
        terminal.wait_for("Password of the sign-in")
        terminal.wait_for("sign-in ended")
        assert "Allowed models" in terminal.screen(), "the screen stays"
        terminal.type("wrong")
        terminal.wait_for("●●●●●")
        terminal.send("Enter")
        terminal.wait_for("Invalid login credentials")
        AUTH.life, AUTH.forget = 3600, False
        terminal.type("correct horse")
        terminal.send("Enter")
        terminal.wait_for("signed in")
        terminal.wait_gone("Password of the sign-in")
        assert "Allowed models" in terminal.screen(), "the screen is where it was"
        terminal.send("q", "q")
        terminal.wait_end()
    log = WORLD.cluster.log()
    assert "correct horse" not in log


@tap.test("a watcher signs in again by its password file when the refresh is refused")
def _():
    AUTH.asked.clear()
    AUTH.life, AUTH.forget = 5, True
    try:
        with Watch(WORLD, *who(password_file("correct horse")), "--no-probe", user="authenticator", env=WORLD.cluster.env("platform", "authenticator")):
            wait.until(lambda: AUTH.grants().count("password") >= 3, what="it signs in again and again")
    finally:
        AUTH.life, AUTH.forget = 3600, False


if __name__ == "__main__":
    tap.main()
