"""A table as spreadsheet programs write it: CSV between commas or semicolons, its columns in any
order below their names.

Every fault of every row is collected, so that a file is corrected once. What a row means is not
known here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from quickwin.refusal import CommandRefused
from quickwin.texts import faults_of_text, tidy

_YES = {"yes": True, "ya": True, "true": True, "1": True}
_NO = {"no": False, "tidak": False, "false": False, "0": False}
WORDS = _YES | _NO


@dataclass(frozen=True, kw_only=True)
class Row:
    """The values of one row by column, tidy, and what is wrong with it: others add to that."""

    line: int
    values: dict[str, str]
    faults: list[str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def says_yes(self, column: str) -> bool:
        """Whether yes stands there; what is neither yes nor no is a fault."""
        text = self[column]
        if text and text.lower() not in WORDS:
            self.faults.append(f"{column} is yes or no, not “{text}”")
        return WORDS.get(text.lower(), False)

    def only_once(self, what: str, key: object, taken: set[object]) -> None:
        """That an earlier row took the key already is a fault."""
        if key in taken:
            self.faults.append(f"{what} stands in an earlier line too")
        taken.add(key)


def read_sheet(text: str, columns: Sequence[str], *, optional: Sequence[str] = ()) -> list[Row]:
    """Its rows, without the blank ones; a value may be empty in the `optional` columns only.

    Raises CommandRefused where the columns are not named, or where it is no CSV.
    """
    text = text.removeprefix("\ufeff")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [tidy(name).lower() for name in next(reader, [])]
        if missing := [name for name in columns if name not in heading]:
            raise CommandRefused(
                f"The first line must name the columns; missing: {', '.join(missing)}"
            )
        return [
            _row(reader.line_num, heading, cells, columns, optional)
            for cells in reader
            if any(map(tidy, cells))
        ]
    except csv.Error as error:
        raise CommandRefused(f"line {reader.line_num}: this is no CSV: {error}") from error


def refuse_faults(rows: Sequence[Row]) -> None:
    """Raises CommandRefused with a line for every fault of every row, if there is one."""
    if found := [f"line {row.line}: {why}" for row in rows for why in row.faults]:
        raise CommandRefused("\n".join(found))


def _row(
    line: int,
    heading: Sequence[str],
    cells: Sequence[str],
    columns: Sequence[str],
    optional: Sequence[str],
) -> Row:
    found = dict(zip(heading, map(tidy, cells), strict=False))
    values = {name: found.get(name, "") for name in columns}
    empty = (name for name, value in values.items() if not value and name not in optional)
    faults = [f"{name} is empty" for name in empty]
    if len(cells) > len(heading):
        faults.append("more values than columns")
    faults += (f"{name} {why}" for name, value in values.items() for why in faults_of_text(value))
    return Row(line=line, values=values, faults=faults)
