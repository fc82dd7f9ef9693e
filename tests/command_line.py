"""`quickwin` as somebody types it, with the settings of one database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Engine

from quickwin.cli import main
from quickwin.servers import Postgres
from workflow import db
from workflow.settings import Settings, variable


@dataclass(frozen=True)
class CommandLine:
    """`quickwin("token", "chair@test.test")`."""

    environ: Mapping[str, str | None]
    url: str
    owner_url: str

    def __call__(self, *words: str, given: str = "", **environ: str) -> Result:
        try:
            return CliRunner().invoke(main, words, input=given, env={**self.environ, **environ})
        finally:  # what the end of a process does
            if isinstance(bound := db.Session.kw.get("bind"), Engine):
                bound.dispose()
            db.engine.cache_clear()
            db.Session.configure(bind=None)

    def refused(self, *words: str, given: str = "", **environ: str) -> str:
        """The reason, of a command that is refused and says nothing else."""
        result = self(*words, given=given, **environ)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").strip()


def command_line(postgres: Postgres, name: str, folder: Path) -> CommandLine:
    url, owner_url = postgres.url(database=name), postgres.url("quickwin_owner", name)
    environ: dict[str, str | None] = {
        variable(field): None for field in Settings.__dataclass_fields__
    }
    environ |= {
        variable("data_dir"): str(folder),
        variable("database_url"): url,
        variable("database_owner_url"): owner_url,
    }
    return CommandLine(environ, url, owner_url)
