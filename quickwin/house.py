"""The data folder of one machine: who may use it, and the secrets that are made in it once.

Refuses to know what the other parts keep in it.
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from workflow.settings import FILE, Settings, read_file, variable, write_file

PATIENCE = 10.0
MADE_HERE = ("secret_key", "ledger_key")
RUNNING_ONLY = ("database_url", "database_owner_url", "redis_url", "smtp_url")


class FolderRefused(Exception):
    """The folder cannot be used; the message is one sentence that says why."""


class House:
    """Exclusively ours, until this process and all keepers of its children have ended: `lock` is
    the open file that each of them holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            probe = self.folder / ".probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise FolderRefused(
                f"The data folder {self.folder} cannot be written ({error.strerror}); "
                f"set {variable('data_dir')} to one that can."
            ) from error
        self._claim()

    def settings(self, environ: Mapping[str, str]) -> Settings:
        """What the environment says, and the secrets of this folder, made where there are none.
        Addresses of a former run are not taken over."""
        kept = read_file(self.folder / FILE)
        values = {field: kept.get(variable(field)) or _make(field) for field in MADE_HERE}
        settings = Settings(**values)
        given = {
            name: environ[variable(name)]
            for name in Settings.__dataclass_fields__
            if environ.get(variable(name))
        }
        return replace(settings, **{**given, "data_dir": str(self.folder)})

    def publish(self, settings: Settings) -> None:
        """From here the parts, and the other commands, find the running product."""
        write_file(self.folder / FILE, settings)

    def retract(self, settings: Settings) -> None:
        """Nothing runs any more: the other commands then say what is missing."""
        gone = [name for name in RUNNING_ONLY if not os.environ.get(variable(name))]
        write_file(self.folder / FILE, replace(settings, **dict.fromkeys(gone, "")))

    def _claim(self) -> None:
        """At once, or as soon as what a killed supervisor left has gone."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                owner = os.pread(self.lock, 20, 0).decode("ascii", "replace").strip()
                if _lives(owner) or time.monotonic() > deadline:
                    raise FolderRefused(
                        f"Another `quickwin up` (process {owner or 'unknown'}) already runs on "
                        f"the data folder {self.folder}."
                    ) from None
                time.sleep(0.05)
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, str(os.getpid()).encode(), 0)


def _make(field: str) -> str:
    if field == "ledger_key":
        return base64.b64encode(secrets.token_bytes(32)).decode()  # any 32 bytes are an Ed25519 key
    return secrets.token_urlsafe(48)


def _lives(number: str) -> bool:
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
