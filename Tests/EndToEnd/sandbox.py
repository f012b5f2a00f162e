"""Runs a program under the rules of a service unit: sandbox.py UNIT PROGRAM...

It reads SystemCallFilter=, SystemCallErrorNumber=, RestrictAddressFamilies= and
MemoryDenyWriteExecute=, and takes the sets of system calls from systemd-analyze.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys

ALLOW = 0x7FFF0000
EQUAL, MASKED_EQUAL = 4, 7
PROT_WRITE_EXECUTE, PROT_EXECUTE = 6, 4
PR_SET_NO_NEW_PRIVS = 38

library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
library.seccomp_init.restype = ctypes.c_void_p


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]


def failing(name):
    """The action that makes a call fail with this error."""
    return 0x00050000 | getattr(errno, name)


def settings(path):
    """The service's settings; one that is there several times is a list in order."""
    found = {}
    section = ""
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def calls_of(name):
    """The system calls of a set, and of the sets within."""
    if not name.startswith("@"):
        return {name}
    text = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                          capture_output=True, text=True).stdout
    lines = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(calls_of(line) for line in lines if line and not line.startswith("#")))


def allowed_calls(filters):
    allowed = calls_of("@default")
    for words in filters:
        names = set().union(*(calls_of(word) for word in words.removeprefix("~").split()))
        allowed = allowed - names if words.startswith("~") else allowed | names
    return allowed


class Filter:
    def __init__(self, default):
        self.handle = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(default)))

    def add(self, action, call, *comparisons):
        """Adds a rule; a call that this machine does not have needs none."""
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number == -1:
            return
        rules = (Comparison * len(comparisons))(*comparisons)
        status = library.seccomp_rule_add_array(
            self.handle, ctypes.c_uint32(action), number, len(comparisons), rules)
        if status != 0:
            raise OSError(-status, f"seccomp_rule_add {call}")

    def load(self):
        status = library.seccomp_load(self.handle)
        if status != 0:
            raise OSError(-status, "seccomp_load")


def main():
    unit = settings(sys.argv[1])
    refused = failing(unit["SystemCallErrorNumber"][0])
    parts = []
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        memory = Filter(ALLOW)
        for call, bits in (("mmap", PROT_WRITE_EXECUTE), ("mprotect", PROT_EXECUTE),
                           ("pkey_mprotect", PROT_EXECUTE)):
            memory.add(failing("EPERM"), call, Comparison(2, MASKED_EQUAL, bits, bits))
        parts.append(memory)
    families = {getattr(socket, name) for name in unit["RestrictAddressFamilies"][0].split()}
    sockets = Filter(ALLOW)
    for family in set(range(46)) - {int(family) for family in families}:
        sockets.add(failing("EAFNOSUPPORT"), "socket", Comparison(0, EQUAL, family, 0))
    calls = Filter(refused)
    for call in allowed_calls(unit["SystemCallFilter"]):
        calls.add(ALLOW, call)
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # The calls come last: loading a filter is not among those that a service may make.
    for part in [*parts, sockets, calls]:
        part.load()
    os.execv(sys.argv[2], sys.argv[2:])


main()
