"""Child processes that cannot outlive the test, and the clean environment they start with."""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from . import wait

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def clean_env(home, **more):
    """An environment that owes nothing to the person who runs the tests; a value of None removes."""
    env = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": home,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "XDG_CONFIG_HOME": os.path.join(home, "config"),
        "XDG_STATE_HOME": os.path.join(home, "state"),
        "XDG_CACHE_HOME": os.path.join(home, "cache"),
        "XDG_DATA_HOME": os.path.join(home, "share"),
        "XDG_RUNTIME_DIR": os.path.join(home, "runtime"),
        "PGSYSCONFDIR": os.path.join(home, "pgsysconf"),
        "PGSERVICEFILE": os.path.join(home, "pg_service.conf"),
        "PGPASSFILE": os.path.join(home, "pgpass"),
    }
    # sanitizers and coverage are set up by make; the program needs them to behave as told
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return {name: value for name, value in env.items() if value is not None}


def make_home(path):
    """A home for the program; a server of another account may pass through it.

    A console that starts in it asks OpenAI nothing, unless the test names a period (--probe-every).
    """
    config = os.path.join(path, "config", "vigie")
    os.makedirs(config, exist_ok=True)
    os.chmod(path, 0o711)
    os.makedirs(os.path.join(path, "runtime"), 0o700, exist_ok=True)
    with open(os.path.join(config, "vigie.conf"), "w", encoding="utf-8") as file:
        file.write("[vigie]\nno-probe = yes\n")
    return path


def scratch(prefix, owner=None):
    """A short new folder in /tmp (a socket's path has at most 107 bytes), removed at the end."""
    path = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)
        os.chmod(path, 0o755)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def server_account():
    """The account that runs servers which refuse root: None when we are an ordinary user."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def account_options(account):
    """Keyword arguments for subprocess that drop to the account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def spawn(argv, account=None, death=signal.SIGTERM, **options):
    """Popen in its own session; the child gets the signal death when the test ends, however it ends."""

    def die_with_parent():
        LIBC.prctl(PR_SET_PDEATHSIG, death, 0, 0, 0)

    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
        cwd="/",
        **account_options(account),
        **options,
    )


def _stat(pid):
    """State and parent of a process; X (dead) when there is none."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
            return fields[0], int(fields[1])
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0


def state(pid):
    """The state as the kernel writes it: R, S, T (stopped), Z (zombie), X (gone)."""
    return _stat(pid)[0]


def alive(pid):
    """True while the process exists and is no zombie."""
    return state(pid) not in "ZX"


def children(pid):
    """The direct children of a process."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [child for child in pids if _stat(child)[1] == pid]


def send_signal(pid, number):
    """Send a signal to one process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def end(process, signals=(signal.SIGTERM, signal.SIGKILL), timeout=10.0):
    """End a child by its pid, politely first, and reap it."""
    for number in signals:
        if process.poll() is not None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(number)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout)


def free_port():
    """A TCP port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_gone(pids, timeout=wait.PATIENCE):
    """Wait until none of the processes is left."""
    wait.until(lambda: not any(map(alive, pids)), timeout, "the end of processes %s" % (pids,))


if __name__ == "__main__":
    import sys

    from . import tap

    @tap.test("a child ends when its parent is killed")
    def _orphan():
        script = (
            "import os, signal, sys; from support import process;"
            "child = process.spawn(['sleep', '60']); print(child.pid, flush=True);"
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        run = subprocess.run(
            [sys.executable, "-c", script], cwd=here, stdout=subprocess.PIPE, check=False
        )
        assert run.returncode == -signal.SIGKILL
        wait_gone([int(run.stdout)])

    @tap.test("end reaps a child that ignores TERM")
    def _stubborn():
        child = spawn(
            ["sh", "-c", "trap '' TERM; echo ready; while :; do read -r _ </dev/zero; done"],
            stdout=subprocess.PIPE,
        )
        assert child.stdout.readline() == b"ready\n"
        end(child, timeout=0.2)
        child.stdout.close()
        assert child.returncode == -signal.SIGKILL

    @tap.test("the environment is clean")
    def _environment():
        os.environ.update(PGHOST="elsewhere", NO_COLOR="1", LANGUAGE="xx", https_proxy="p")
        env = clean_env("/nowhere", TERM="vt100", TZ=None)
        assert not {"PGHOST", "NO_COLOR", "LANGUAGE", "https_proxy", "TZ"} & set(env), env
        assert env["TERM"] == "vt100" and env["HOME"] == "/nowhere"

    tap.main()
