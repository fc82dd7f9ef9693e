"""A backup of the whole database in one file, and the way back: pg_dump and pg_restore.

Their binaries come with the private PostgreSQL and serve any server from version 15 on. What the
tables mean is not known here.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url

from quickwin.cluster import binary
from quickwin.connection import usable
from quickwin.refusal import CommandRefused


def back_up(url: str, file: Path) -> int:
    """Write everything to `file`, which is complete or not there. Returns its size in bytes.

    Only its user can read the file: it holds the digests of passwords.
    """
    partial = file.with_name(file.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
    except OSError as error:
        raise CommandRefused(f"{partial} cannot be written: {error.strerror}.") from error
    try:
        with usable(url):
            _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", f"--file={partial}")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def restore(owner_url: str, file: Path, *, replace: bool) -> None:
    """Put a backup into the database, all or nothing, as its owner; `migrate` comes after it.

    Raises CommandRefused if the database is not empty, unless `replace` says that what it holds may
    go.
    """
    with usable(owner_url):
        if not replace and _tables(owner_url):
            raise CommandRefused(
                "This database is not empty. With --replace, what it holds is lost and the backup "
                "takes its place."
            )
    options = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    if replace:
        options += ["--clean", "--if-exists"]
    _run("pg_restore", owner_url, *options, str(file))


def _tables(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _run(program: str, url: str, *arguments: str) -> None:
    """The password goes through the environment: a command line is there for everybody to see."""
    parsed = make_url(url)
    without = parsed.set(drivername="postgresql", password=None)
    target = f"--dbname={without.render_as_string(hide_password=False)}"
    environ = {**os.environ, "PGPASSWORD": str(parsed.password or "")}
    done = subprocess.run(  # noqa: S603 - our own program
        [binary(program), target, *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandRefused(f"{program} gave up: {done.stderr.strip()}")
