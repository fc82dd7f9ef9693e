"""A table as spreadsheet programs write it: CSV between commas or semicolons, its columns in any
order below their names.

Every fault of every row is collected, so that a file is corrected once. What a row means is not
known here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workflow.errors import Faulty
from workflow.language import N_, Sentence
from workflow.short_texts import empty, faults_of_text, tidy

_YES = {"yes": True, "ya": True, "true": True, "1": True}
_NO = {"no": False, "tidak": False, "false": False, "0": False}
WORDS = _YES | _NO


@dataclass(frozen=True, kw_only=True)
class Row:
    """The values of one row by column, tidy, and what is wrong with it: others add to that. Faults
    call a column what the table itself calls it, by `names`."""

    line: int
    names: Mapping[str, str]
    values: dict[str, str]
    faults: list[Sentence]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def says_yes(self, column: str) -> bool:
        """Whether yes stands there; what is neither yes nor no is a fault."""
        text = self[column]
        if text and text.lower() not in WORDS:
            fault = N_("%(column)s is yes or no, not “%(text)s”")
            self.faults.append(Sentence(fault, {"column": self.names[column], "text": text}))
        return WORDS.get(text.lower(), False)

    def only_once(self, what: str, key: object, taken: set[object]) -> None:
        """That an earlier row took the key already is a fault."""
        if key in taken:
            fault = N_("%(what)s stands in an earlier line too")
            self.faults.append(Sentence(fault, {"what": what}))
        taken.add(key)


def decoded(file: bytes) -> str:
    """The text of a file. Raises Faulty where it is none."""
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty([Sentence(N_("This file is not a text in UTF-8."))]) from error


def read_sheet(
    text: str,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    absent: Sequence[str] = (),
    called: Mapping[str, str] = MappingProxyType({}),
) -> list[Row]:
    """Its rows, without the blank ones, with a value for each of `columns` and `absent`. A value
    may be empty in the `optional` columns only; those in `absent` need not be there at all.
    `called` has other names of columns, and which column is meant.

    Raises Faulty where the columns are not named, or one is twice, or where it is no CSV.
    """
    text = text.removeprefix("\ufeff")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        written = [tidy(name).lower() for name in next(reader, [])]
        heading = [called.get(name, name) for name in written]
        if faults := _faults_of_heading(written, heading, columns):
            raise Faulty(faults)
        names = dict(zip(heading, written, strict=True))
        wanted, free = (*columns, *absent), (*optional, *absent)
        return [
            _row(reader.line_num, heading, cells, names, wanted, free)
            for cells in reader
            if any(map(tidy, cells))
        ]
    except csv.Error as error:
        no_csv = Sentence(N_("this is no CSV: %(reason)s"), {"reason": str(error)})
        raise Faulty([_in_line(reader.line_num, no_csv)]) from error


def refuse_faults(rows: Sequence[Row]) -> None:
    """Raises Faulty with every fault of every row, if there is one."""
    if found := [_in_line(row.line, fault) for row in rows for fault in row.faults]:
        raise Faulty(found)


def _in_line(line: int, fault: Sentence) -> Sentence:
    return Sentence(N_("line %(line)s: %(fault)s"), {"line": line, "fault": fault})


def _faults_of_heading(
    written: Sequence[str], heading: Sequence[str], columns: Sequence[str]
) -> list[Sentence]:
    faults = []
    if missing := [name for name in columns if name not in heading]:
        fault = N_("The first line must name the columns; missing: %(names)s")
        faults.append(Sentence(fault, {"names": ", ".join(missing)}))
    for column in columns:
        same = [name for name, meant in zip(written, heading, strict=True) if meant == column]
        if len(same) > 1:
            fault = N_("The first line names one column twice: %(names)s")
            faults.append(Sentence(fault, {"names": ", ".join(same)}))
    return faults


def _row(
    line: int,
    heading: Sequence[str],
    cells: Sequence[str],
    names: Mapping[str, str],
    columns: Sequence[str],
    optional: Sequence[str],
) -> Row:
    found = dict(zip(heading, map(tidy, cells), strict=False))
    values = {name: found.get(name, "") for name in columns}
    faults = [
        empty(names[name]) for name, value in values.items() if not value and name not in optional
    ]
    if len(cells) > len(heading):
        faults.append(Sentence(N_("more values than columns")))
    for name, value in values.items():
        faults += faults_of_text(names.get(name, name), value)
    return Row(line=line, names=names, values=values, faults=faults)
