"""Every setting of the product: read from the environment, and from nowhere else in the code.

Under `quickwin up` the supervisor writes what it made to `settings.env` in the data folder, so
that the other commands find the running product; a variable that is set always wins over it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "QUICKWIN_"
FILE = "settings.env"


class MissingSettings(Exception):
    """A command cannot start: the message names each setting that is missing, with its meaning."""

    def __init__(self, names: list[str]) -> None:
        meaning = {variable(f.name): f.metadata["doc"] for f in fields(Settings)}
        super().__init__(
            "Set these environment variables first, or start the product with `quickwin up`:\n"
            + "\n".join(f"  {name}: {meaning[name]}" for name in names)
        )
        self.names = names


def _setting(doc: str, default: str = "") -> str:
    value: str = field(default=default, metadata={"doc": doc})
    return value


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The values as text, exactly as the environment has them; "" where one is not set."""

    database_url: str = _setting(
        "PostgreSQL 15 to 18, as the application's role, which owns nothing: "
        "postgresql+psycopg://user:password@host/name"
    )
    database_owner_url: str = _setting(
        "The same database as its owner; only `quickwin migrate` and `quickwin restore` use it"
    )
    redis_url: str = _setting(
        "Redis, through which beat tells the workers to look: redis://host:6379/0"
    )
    smtp_url: str = _setting(
        "The mail server: smtp://host:25, smtp+tls://user:password@host:587 (STARTTLS) "
        "or smtps://user:password@host:465"
    )
    secret_key: str = _setting(
        "Signs the browsers' cookies and seals the second step of logins: "
        "at least 32 random characters"
    )
    ledger_key: str = _setting(
        "The private Ed25519 key that signs checkpoints of the ledger: 32 bytes in base64"
    )
    base_url: str = _setting(
        "The address people use, as it stands in mails; https switches on secure cookies and HSTS"
    )
    trusted_proxies: str = _setting(
        "How many proxies stand in front of the web server and may name the caller's address", "0"
    )
    data_dir: str = _setting(
        "The folder of `quickwin up`: database, queue, mails, keys and settings.env", "var"
    )

    @property
    def secure(self) -> bool:
        """Whether people reach the product over TLS."""
        return self.base_url.startswith("https://")


def variable(name: str) -> str:
    """The environment variable of a field of Settings."""
    return PREFIX + name.upper()


def load(*required: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises MissingSettings if a field named in `required` is empty."""
    environ = os.environ if environ is None else environ
    folder = Path(environ.get(variable("data_dir")) or "var")
    values = {**read_file(folder / FILE), **{k: v for k, v in environ.items() if v}}
    settings = Settings(
        **{f.name: values[variable(f.name)] for f in fields(Settings) if variable(f.name) in values}
    )
    if missing := [variable(name) for name in required if not getattr(settings, name)]:
        raise MissingSettings(missing)
    return settings


def read_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines of the supervisor's file; empty if it has not made one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def write_file(path: Path, settings: Settings) -> None:
    """Keep what the supervisor made where only its user can read it."""
    path.touch(mode=0o600)
    path.write_text(
        "".join(f"{variable(f.name)}={getattr(settings, f.name)}\n" for f in fields(Settings)),
        encoding="utf-8",
    )
