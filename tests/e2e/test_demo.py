#!/usr/bin/python3
"""The demonstration: a stand-in for OpenAI that it starts and ends, and a key that dies there and comes back."""

import json
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from support import process, tap, wait  # noqa: E402
from support.place import environment, program, run  # noqa: E402
from support.standin import program as standin_program  # noqa: E402
from support.watch import lines_of  # noqa: E402

OK, USAGE, NOT_FOUND = 0, 2, 4


def in_home(home, *argv, path=None, timeout=90):
    """Run a program in a home of its own."""
    return run([path or program(), *argv], environment(home), timeout=timeout)


@tap.test("the demonstration lives: a key revoked at the stand-in turns its row, restored it comes back, and all ends with the server")
def _demo():
    home = process.make_home(process.scratch("vh"))
    ready = os.path.join(home, "state", "vigie", "standin", "ready")
    account_of = "ia@midi.example"
    path = os.path.join(home, "lines")
    try:
        with open(path, "wb") as out:
            child = subprocess.Popen([program(), "demo", "watch"], env=environment(home), cwd="/", stdin=subprocess.DEVNULL, stdout=out)

        def said(**values):
            return wait.until(
                lambda: [line for line in lines_of(path) if values.items() <= line.items()], 90, str(values), show=lambda: str(lines_of(path)[-3:])
            )

        said(event="verdict", account=account_of, to="valid")
        with open(ready, encoding="utf-8") as file:
            pid = json.load(file)["pid"]
        assert process.alive(pid)
        assert in_home(home, "demo", "test", account_of).status == OK
        done = in_home(home, "demo", "revoke", account_of)
        assert done.status == OK, done
        said(event="verdict", account=account_of, **{"from": "valid", "to": "revoked"})
        seen = [line for line in lines_of(path) if line.get("account") == account_of and line.get("to") == "revoked"]
        assert [line["failures"] for line in seen if line["event"] == "suspect"] == [1, 2], seen
        row = in_home(home, "demo", "show", account_of, "--json").json()
        assert row["openai_statut_connexion"] == "expired" and row["health"]["verdict"] == "revoked", row
        costs = in_home(home, "demo", "costs", "--json")
        assert costs.status == OK and len(costs.json()["connexions"]) == 78, costs
        assert row["figures"]["cost_source"] == "openai" and len(row["figures"]["days"]) > 0, row["figures"]
        assert in_home(home, "demo", "restore", row["openai_connexion_id"]).status == OK
        said(event="verdict", account=account_of, **{"from": "revoked", "to": "valid"})
        for argv, status in ((("revoke",), USAGE), (("revoke", "zzzz"), NOT_FOUND), (("restore", "a", "b"), USAGE)):
            assert in_home(home, "demo", *argv).status == status, argv
        child.send_signal(signal.SIGTERM)
        assert child.wait(wait.PATIENCE) == OK
        assert in_home(home, "local", "stop").status == OK
        process.wait_gone([pid])
    finally:
        process.end(child)
        in_home(home, "local", "destroy", "--yes")
    assert not os.path.exists(os.path.dirname(ready))


@tap.test("without its stand-in the demonstration asks nobody, says so, and never turns to OpenAI")
def _alone():
    home = process.make_home(process.scratch("vh"))
    alone = os.path.join(home, "alone")
    os.mkdir(alone)
    lonely = shutil.copy(program(), os.path.join(alone, "vigie"))
    try:
        done = in_home(home, "demo", "test", "ia@midi.example", path=lonely)
        assert done.status == NOT_FOUND and "vigie-standin" in done.err and done.out == "", done
        out = os.path.join(home, "lines")
        with open(out, "wb") as file:
            child = subprocess.Popen([lonely, "demo", "watch"], env=environment(home), cwd="/", stdin=subprocess.DEVNULL, stdout=file)
        try:
            wait.until(lambda: any("asks nobody" in (line.get("says") or "") for line in lines_of(out)), what="the sentence")
            child.send_signal(signal.SIGTERM)
            assert child.wait(wait.PATIENCE) == OK
        finally:
            process.end(child)
        # found where it is installed, too
        os.symlink(standin_program(), os.path.join(alone, "vigie-standin"))
        assert in_home(home, "demo", "test", "ia@midi.example", path=lonely).status == OK
    finally:
        in_home(home, "local", "destroy", "--yes")


tap.main()
