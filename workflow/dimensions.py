"""The dimensions of a period, as a city writes them into a table; and the six of a smart city.

What is proposed in them is not known here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workflow.errors import Unmet
from workflow.language import N_, Sentence
from workflow.sheet import Row, read_sheet, refuse_faults
from workflow.short_texts import faults_of_code

SHIPPED = Path(__file__).with_name("dimensions.csv")
COLUMNS = ("dimension", "subdimension", "label_id", "label_en")


def read_dimensions(text: str) -> list[dict[str, Any]]:
    """As Period.dimensions has them, from a CSV with the columns of COLUMNS in which each row
    without a subdimension begins a dimension. Raises Faulty with the faults of all rows, and Unmet
    where there is none."""
    rows = read_sheet(text, COLUMNS, optional=["subdimension"])
    found: dict[str, dict[str, Any]] = {}
    taken: set[object] = set()
    for row in rows:
        _read(row, found, taken)
    refuse_faults(rows)
    if not found:
        text = N_("A period needs a dimension at least, and this list has none.")
        raise Unmet(Sentence(text))
    return list(found.values())


def shipped_dimensions() -> list[dict[str, Any]]:
    """The six dimensions of a smart city."""
    return read_dimensions(SHIPPED.read_text(encoding="utf-8"))


def _read(row: Row, found: dict[str, dict[str, Any]], taken: set[object]) -> None:
    code, inner = row["dimension"], row["subdimension"]
    entry = {"code": inner or code, "label": {"id": row["label_id"], "en": row["label_en"]}}
    for each in filter(None, (code, inner)):
        row.faults.extend(faults_of_code(each))
    if code:
        row.only_once(f"{code} {inner}".strip(), (code, inner), taken)
    if not inner:
        found.setdefault(code, {**entry, "subdimensions": []})
    elif code in found:
        found[code]["subdimensions"].append(entry)
    elif code:
        text = N_("%(code)s needs a row without a subdimension before this one")
        row.faults.append(Sentence(text, {"code": code}))
