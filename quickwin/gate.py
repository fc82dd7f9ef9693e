"""Runs a program of Python as `python -m` does, but does what takes long before its time has come:

    python -m quickwin.gate GATE MODULE[,MODULE...] PROGRAM [ARGUMENT ...]

imports the modules, waits until the gate is open, and becomes the program. A gate is a file that
`quickwin up` has locked; once it is open, whoever is started again passes at once. Refuses to know
what it waits for.
"""

from __future__ import annotations

import fcntl
import os
import runpy
import sys
from importlib import import_module
from pathlib import Path


class Gate:
    """Closed from the start; also open when this process is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def open(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def main(gate: str, modules: str, program: str, *arguments: str) -> None:
    for module in modules.split(","):
        import_module(module)
    with Path(gate).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
