"""Runs a sweep in a process of its own, which a test can kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime

from running import ROOT

from workflow import db

_PROGRAM = """
import sys
from datetime import datetime
from tasks import deadlines, notifications
from workflow import db

db.configure(sys.argv[1])
sweeps = {"deliver": notifications.deliver, "enforce": deadlines.enforce}
sweeps[sys.argv[2]](datetime.fromisoformat(sys.argv[3]))
"""


class Sweep:
    """`deliver` or `enforce` at that moment, on the database that `db.Session` is bound to."""

    def __init__(self, task: str, at: datetime) -> None:
        with db.Session() as session:
            url = session.get_bind().engine.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, url, task, at.isoformat()],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """With no chance to clean up; returns when it is gone."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
