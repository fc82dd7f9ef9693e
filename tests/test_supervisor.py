"""The supervisor and its children, with small programs in place of the product's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import living, wait_until

from quickwin.children import Child, ChildFailed, Program, silent
from quickwin.gate import Gate
from quickwin.supervisor import Part, Stopped, Supervisor

# A program that starts another in a session of its own, and says so.
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]],
                 start_new_session=True)
print("started both", flush=True)
time.sleep(600)
"""

# Says more than a pipe takes, to a reader that reads nothing.
TALKER = """
from quickwin.console import Console
console = Console()
for number in range(200_000):
    console("part", f"line {number} " + "x" * 50)
console.close(limit=0.2)
import sys
print("not held up", file=sys.stderr, flush=True)
"""


def python(name: str, code: str, *arguments: object, ready: str = "") -> Program:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return Program(name=name, command=command, ready=ready)


def test_what_a_child_started_does_not_outlive_it(tmp_path: Path) -> None:
    child = Child(python("parent", PARENT, tmp_path, ready="both"), log=silent)
    child.wait_ready(20)
    victim = max(
        pid
        for pid, words in living(str(tmp_path)).items()
        if "started both" in words and "keeper.py" not in words
    )
    os.kill(victim, signal.SIGKILL)
    assert child.wait_end(20) == 128 + signal.SIGKILL
    assert child.how_it_ended() == "was ended by SIGKILL"
    assert living(str(tmp_path)) == {}


def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    lines: list[str] = []
    program = python("deaf", f"{deaf}; signal.sigwait({{signal.SIGUSR1}})", tmp_path, ready="deaf")
    child = Child(program, log=lambda _, line: lines.append(line))
    child.wait_ready(20)
    child.stop(0.2)
    assert "did not stop within 0.2 seconds and is killed" in lines
    assert living(str(tmp_path)) == {}


def test_a_child_that_ends_before_it_is_ready_says_why() -> None:
    child = Child(python("web", "raise ValueError('no such door')", ready="never"), log=silent)
    with pytest.raises(ChildFailed) as failed:
        child.wait_ready(20)
    assert str(failed.value) == "web ended with exit status 1: ValueError: no such door"


def test_a_program_that_is_missing_is_named() -> None:
    child = Child(Program(name="web", command=["/no/such/program"], ready="never"), log=silent)
    with pytest.raises(ChildFailed, match="/no/such/program: No such file or directory"):
        child.wait_ready(20)


def test_who_dies_again_and_again_is_started_with_longer_pauses() -> None:
    said: list[str] = []

    def log(_: str, line: str) -> None:
        if "ended" in line:
            said.append(line)
        if len(said) == 3:
            raise Stopped

    supervisor = Supervisor(log)
    supervisor.begin(Part(name="beat", prepare=lambda: python("beat", "raise SystemExit(3)")))
    with pytest.raises(Stopped):
        supervisor.watch()
    assert said == [
        f"beat ended with exit status 3; it is started again in {pause} seconds"
        for pause in ("0.5", "1", "2")
    ]


def test_parts_stop_in_the_order_that_is_asked_for() -> None:
    says_end = (
        "import signal, sys\n"
        "print('ready', flush=True)\n"
        "signal.sigwait({signal.SIGTERM})\n"
        "print('ends', flush=True)\n"
    )
    masked = f"import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {{15}})\n{says_end}"
    order: list[str] = []
    supervisor = Supervisor(lambda name, line: order.append(name) if line == "ends" else None)
    names = ("first", "second", "third")
    for name in names:
        program = python(name, masked, ready="ready")
        supervisor.begin(Part(name=name, prepare=lambda program=program: program))
    supervisor.wait_ready(*names)
    supervisor.stop(reversed(names))
    assert order == ["third", "second", "first"]


def test_a_program_waits_at_its_gate_and_passes_at_once_when_it_is_open(tmp_path: Path) -> None:
    gate = Gate(tmp_path / "a gate")
    (tmp_path / "imported.py").write_text("print('imported', flush=True)")
    (tmp_path / "program.py").write_text("import sys; print('runs with', *sys.argv[1:])")
    command = [sys.executable, "-m", "quickwin.gate", gate.path, "imported", "program", "a", "b"]
    lines: list[str] = []
    program = Program(
        name="gated",
        command=command,
        ready="imported",
        environ={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parent.parent}"},
    )
    waiting = Child(program, log=lambda _, line: lines.append(line))
    waiting.wait_ready(20)
    assert waiting.wait_end(0.3) is None
    gate.open()
    assert waiting.wait_end(20) == 0
    assert Child(program, log=silent).wait_end(20) == 0
    assert lines == ["imported", "runs with a b"]


def test_nobody_is_held_up_by_a_reader_that_does_not_read() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TALKER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as talker:
        assert talker.stderr is not None
        assert talker.stderr.readline() == "not held up\n"
        talker.kill()
    assert wait_until(lambda: talker.poll() is not None)
