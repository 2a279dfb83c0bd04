"""A network in which the test is master: its own ports, its own name server. And a program without any port.

    network = Network.make()               # None where the kernel gives none to this account
    with network:
        subprocess.run([*network.prefix, program])
        network.tell("hold")               # no local port is left in it
        network.tell("release")

    subprocess.run(argv, preexec_fn=no_port)   # always possible: each connect over IP fails as if no port were left
"""

import ctypes
import errno
import fcntl
import os
import platform
import shutil
import socket
import struct
import subprocess
import sys
import threading

from . import process

CONNECT = {"x86_64": 42, "aarch64": 203, "riscv64": 203}
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER, ERRNO, ALLOW = 22, 38, 2, 0x50000, 0x7FFF0000
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ADDRESSES = (16, 28)  # bytes of an address of IPv4 and of IPv6; a Unix socket has another size
PORTS = (40000, 40001)
SIOCSIFFLAGS, SIOCADDRT, UP, RUNNING, HOST = 0x8914, 0x890B, 1, 0x40, 4
BLACK_HOLE = "192.0.2.1"
REPLACED = ("/etc/resolv.conf", "/etc/nsswitch.conf")
TRY = 'test -w /proc/sys/net/ipv4/ip_local_port_range; for f in "$0" "$1"; do f=$(readlink -f "$f"); mount --bind "$f" "$f"; done'
ANSWERS = {"unknown": 3, "failing": 2, "refused": 5}  # codes of DNS; other names: see reply()


def no_port():
    """For the child before it starts: connect over IP fails with EADDRNOTAVAIL, whatever the account may do."""
    rules = [(LOAD, 0, 0, 0), (EQUAL, 0, 4, CONNECT[platform.machine()]), (LOAD, 0, 0, 32)]
    rules += [(EQUAL, 1, 0, ADDRESSES[0]), (EQUAL, 0, 1, ADDRESSES[1]), (RETURN, 0, 0, ERRNO | errno.EADDRNOTAVAIL), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = struct.pack("HP", len(rules), ctypes.addressof(code))
    if process.LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or process.LIBC.prctl(PR_SET_SECCOMP, FILTER, program, 0, 0):
        os._exit(97)


class Network:
    """A network namespace with a loopback, a name server of its own and a black hole at 192.0.2.1."""

    def __init__(self, user):
        self.folder = process.scratch("vd")
        self.prefix, self.user, self.child = [], user, None

    @staticmethod
    def make():
        """A network, or None."""
        for user in ([], ["--user", "--map-root-user"]):
            argv = ["unshare", *user, "--net", "--mount", "sh", "-ec", TRY, *REPLACED]
            if shutil.which("nsenter") and subprocess.run(argv, stderr=subprocess.DEVNULL, check=False).returncode == 0:
                return Network(user)
        return None

    def __enter__(self):
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.child = subprocess.Popen(
            ["unshare", *self.user, "--net", "--mount", sys.executable, "-m", "support.netns", self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here,
        )
        assert self.child.stdout.readline() == "ready\n", "the network does not start"
        enter = ["--user", "--preserve-credentials"] if self.user else []
        self.prefix = ["nsenter", "--target", str(self.child.pid), *enter, "--net", "--mount", "--"]
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()

    def tell(self, word):
        """A command to it."""
        self.child.stdin.write(word + "\n")
        self.child.stdin.flush()
        assert self.child.stdout.readline() == word + "\n", word

    def asked(self):
        """The names that were asked for."""
        with open(os.path.join(self.folder, "asked"), encoding="ascii") as file:
            return file.read().split()


# inside -------------------------------------------------------------------------------------------------------------------

def _configure(folder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        fcntl.ioctl(link, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", UP | RUNNING))
        name = ctypes.create_string_buffer(b"lo")
        there, mask = (struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text)) for text in (BLACK_HOLE, "255.255.255.255"))
        route = struct.pack("L16s16s16sHhLBB3hhPLLH", 0, there, bytes(16), mask, UP | HOST, 0, 0, 0, 0, 0, 0, 0, 0, ctypes.addressof(name), 0, 0, 0)
        fcntl.ioctl(link, SIOCADDRT, route + bytes(6))
    for path, text in zip(REPLACED, ("nameserver 127.0.0.1\n", "hosts: files dns\n")):
        ours = os.path.join(folder, os.path.basename(path))
        with open(ours, "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run(["mount", "--bind", ours, os.path.realpath(path)], check=True)


def reply(question):
    """What the name server answers to a packet, by the first part of the name; None: nothing."""
    end = question.index(b"\0", 12) + 5
    name = question[13:13 + question[12]].decode("ascii", "replace")
    code, is_a = ANSWERS.get(name, 0), question[end - 3] == 1
    answers = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(BLACK_HOLE) if is_a and name == "hole" else b""
    head = question[:2] + bytes((0x81, 0x80 | code)) + b"\0\1" + (b"\0\1" if answers else b"\0\0") + bytes(4)
    return name, None if name == "silent" else b"\xff" * 40 if name == "noise" else head + question[12:end] + answers


def _serve(folder, link):
    while True:
        question, whom = link.recvfrom(4096)
        name, said = reply(question)
        with open(os.path.join(folder, "asked"), "a", encoding="ascii") as file:
            file.write(name + "\n")
        if said:
            link.sendto(said, whom)


def _main(folder):
    _configure(folder)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=_serve, args=(folder, server), daemon=True).start()
    range_path = "/proc/sys/net/ipv4/ip_local_port_range"
    with open(range_path, encoding="ascii") as file:
        usual = file.read()
    held = []
    print("ready", flush=True)
    for line in sys.stdin:
        with open(range_path, "w", encoding="ascii") as file:
            file.write("%d %d" % PORTS if line == "hold\n" else usual)
        while held:
            held.pop().close()
        if line == "hold\n":
            held += [socket.create_server(("127.0.0.1", port)) for port in PORTS]
        print(line, end="", flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
