"""Runs one program and answers for everything that program starts: nothing outlives this process.

    python -I -S keeper.py STOP LOST IDENTITY PROGRAM [ARGUMENT ...]

On SIGTERM the program gets the signal STOP. When standard input ends, whoever started this process
is gone: the program gets LOST, five seconds later SIGKILL. When the program has ended, for whatever
reason, every descendant that is left is killed too: orphans come here, not to init. The exit code
is the program's, 128 + n after signal n. The program itself gets LOST if this process is killed.

IDENTITY is `same`, `namespace:UID` (an own user namespace, in which root has that number) or
`user:UID:GID`. Refuses to know the product: only the standard library, since it starts for each
part and must be there in 20 milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

PATIENCE = 5.0
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT = 1, 8, 36, 47
PR_CAP_AMBIENT_RAISE = 2
CLONE_NEWUSER = 0x10000000
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> int:
    stop, lost = (signal.Signals[f"SIG{name}"] for name in arguments[:2])
    wakeup = _wake_on(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    program = os.fork()
    if program == 0:
        _become(arguments[2], arguments[3:], lost)
    code = _watch(program, wakeup, stop, lost)
    _kill_descendants()
    return code


def _wake_on(*numbers: signal.Signals) -> int:
    """A pipe that brings one byte per signal, so that one `select` waits for everything."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return reader


def _watch(program: int, wakeup: int, stop: int, lost: int) -> int:
    """Wait until the program has ended; 137 if it had to be killed."""
    sources, deadline = [0, wakeup], float("inf")
    while True:
        left = None if deadline == float("inf") else max(0.0, deadline - time.monotonic())
        readable, _, _ = select.select(sources, [], [], left)
        if not readable:
            return 128 + signal.SIGKILL  # _kill_descendants does it
        if wakeup in readable:
            woken = os.read(wakeup, 512)
            if signal.SIGCHLD in woken and (code := _reap(program)) is not None:
                return code
            if set(woken) - {signal.SIGCHLD}:
                os.kill(program, stop)
        if 0 in readable and not os.read(0, 512):
            sources, deadline = [wakeup], time.monotonic() + PATIENCE
            os.kill(program, lost)


def _reap(program: int) -> int | None:
    """Collect who has ended, adopted orphans too. The program's exit code, if it is among them."""
    while True:
        try:
            pid, result = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == 0:
            return None
        if pid == program:
            code = os.waitstatus_to_exitcode(result)
            return code if code >= 0 else 128 - code


def _kill_descendants() -> None:
    """Killing a child brings its own children here, so this goes on until nobody is left."""
    while children := _children():
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)


def _children() -> list[int]:
    """By /proc; where there is none, descendants are left to the signal to the process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
        if int(fields[1]) == os.getpid():
            found.append(int(stat.parent.name))
    return found


def _become(identity: str, program: list[str], lost: int) -> NoReturn:
    """In the forked child: be the program. Never returns."""
    keeper = os.getppid()
    try:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _take(identity)
        # Last, since the kernel forgets it with every change of credentials.
        _prctl(PR_SET_PDEATHSIG, lost)
        if os.getppid() != keeper:
            os.kill(os.getpid(), lost)
        os.closerange(3, 256)
        os.execvp(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{program[0]}: {error.strerror}")


def _take(identity: str) -> None:
    kind, *numbers = identity.split(":")
    if kind == "namespace":
        outside = os.geteuid()
        _check(libc.unshare(CLONE_NEWUSER))
        Path("/proc/self/uid_map").write_text(f"{numbers[0]} {outside} 1", encoding="ascii")
    elif kind == "user":
        _take_user(int(numbers[0]), int(numbers[1]))


def _take_user(uid: int, gid: int) -> None:
    """Another user, who may still pass the folders on the way to the files that are its own: the
    environment and the data may lie below a private folder of root. Where root itself is not
    allowed to pass this on, the program says what it could not reach."""
    _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    libc.capset(header, (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0))
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def _prctl(option: int, *values: int) -> None:
    """Linux only; elsewhere, and where a kernel refuses, the signal to the group must do."""
    if sys.platform == "linux":
        libc.prctl(option, *[ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]])


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
