"""A city's own installation as `quickwin migrate` leaves it, and what its operators type there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from command_line import CommandLine
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Event, Unit
from workflow.verifying import verify

HEADING = "code,name,abbreviation,kind,agency,parent"
DINKES = "DINKES,Dinas Kesehatan,Dinkes,dinas,yes,"
_numbers = count()


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Its command line, and a look into its database."""

    quickwin: CommandLine
    session: Session
    folder: Path

    def file(self, *lines: str, heading: str = HEADING) -> str:
        file = self.folder / f"{next(_numbers)}.csv"
        file.write_text("\n".join([heading, *lines]), encoding="utf-8")
        return str(file)

    def done(self, *words: str, given: str = "") -> str:
        """What a command says that is not refused."""
        self.session.rollback()
        result = self.quickwin(*words, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, given: str = "") -> str:
        """Why a command is refused, which then left nothing behind."""
        before = self.events()
        self.session.rollback()
        reason = self.quickwin.refused(*words, given=given)
        assert self.events() == before
        return reason

    def units(self, *lines: str) -> str:
        return self.done("unit", "import", self.file(*lines))

    def period(self, code: str, opens: str, closes: str, *more: str) -> tuple[str, ...]:
        year = ("--year", opens[:4])
        return ("period", "add", code, f"Periode {code}", *year, *days(opens, closes), *more)

    def unit(self, code: str) -> Unit:
        return self.session.scalars(select(Unit).where(Unit.code == code)).one()

    def events(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(select(Event.action).order_by(Event.id)))

    def last_event(self) -> Event:
        assert list(verify(self.session)) == []
        return self.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def days(opens: str, closes: str) -> tuple[str, ...]:
    return ("--opens", opens, "--closes", closes)
