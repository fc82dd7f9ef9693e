"""The city's units from a list: new ones are added, known ones get new names, none ever goes.

Who works in a unit is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.language import Sentence
from workflow.ledger import append_to_city
from workflow.models import City, Unit, UnitName
from workflow.relations import local_day
from workflow.sheet import Row, read_sheet, refuse_faults
from workflow.short_texts import faults_of_code

COLUMNS = ("code", "name", "abbreviation", "kind", "agency", "parent")
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A unit as a list tells it. `parent` is the code of the unit above; "" at the top."""

    code: str
    name: str
    abbreviation: str
    kind: str
    agency: bool
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class Imported:
    told: int
    added: int
    changed: int


def import_units(session: Session, text: str, *, at: datetime) -> Imported:
    """Put in the units of a CSV; the caller commits. Raises Faulty with the faults of all
    rows, and nothing is put in then."""
    session.scalars(select(City).with_for_update()).one()  # of two imports at once, one waits
    rows = read_sheet(text, COLUMNS, optional=["parent"])
    units = [_told(row) for row in rows]
    _check_tree(rows, units, {unit.code: unit for unit in session.scalars(select(Unit))})
    refuse_faults(rows)
    return put_units(session, units, at=at)


def put_units(session: Session, units: Sequence[Told], *, at: datetime) -> Imported:
    """Add those that are new, and change the others where something else is told of them.

    That they make a tree with those known, in which nobody moves, is the caller's word.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    new = [told for told in units if told.code not in known]
    other = [told for told in units if told.code in known and _of(known[told.code]) != told]
    _add(session, new, known)
    today = session.scalars(select(local_day(at))).one()
    for told in other:
        _change(known[told.code], told, today)
    session.flush()
    if new or other:
        data = {"added": [*map(asdict, new)], "changed": [*map(asdict, other)]}
        append_to_city(session, "import_units", at=at, data=data)
    return Imported(told=len(units), added=len(new), changed=len(other))


def rename(unit: Unit, name: str, abbreviation: str, *, since: date) -> None:
    """What it is called from that day on. Its name before stays, until the day before; a name that
    is known to come later still comes. `unit.name` is left to the caller."""
    before = next(each for each in unit.names if _covers(each, since))
    if before.valid_from == since:
        before.name, before.abbreviation = name, abbreviation
        return
    unit.names.append(
        UnitName(name=name, abbreviation=abbreviation, valid_from=since, valid_to=before.valid_to)
    )
    before.valid_to = since - DAY


def _told(row: Row) -> Told:
    texts = {name: row[name] for name in COLUMNS if name != "agency"}
    return Told(**texts, agency=row.says_yes("agency"))


def _check_tree(rows: Sequence[Row], units: Sequence[Told], known: Mapping[str, Unit]) -> None:
    """Add to the faults of each row what is wrong with its place among all units."""
    above = {told.code: told.parent for told in units}
    spelt = {code.casefold(): code for code in known}
    taken: set[object] = set()
    for row, told in zip(rows, units, strict=True):
        if told.code:
            row.faults.extend(faults_of_code(told.code))
            row.only_once(told.code, told.code.casefold(), taken)
            if (same := spelt.get(told.code.casefold(), told.code)) != told.code:
                fault = "%(code)s is a unit already, written %(same)s"
                row.faults.append(Sentence(fault, {"code": told.code, "same": same}))
            row.faults.extend(_faults_of_place(told, known, above))


def _faults_of_place(
    told: Told, known: Mapping[str, Unit], above: Mapping[str, str]
) -> Iterator[Sentence]:
    if told.agency and told.parent:  # coverage counts what is below a root for that root
        yield Sentence("an agency (OPD) has no unit above it: agency is no, or parent empty")
    if told.parent and told.parent not in known and told.parent not in above:
        yield Sentence("there is no unit “%(code)s” above it", {"code": told.parent})
    elif told.code in known and told.parent != (place := _of(known[told.code]).parent):
        below = "%(code)s stands below %(place)s, and a unit is not moved to another parent"
        on_top = "%(code)s stands at the top, and a unit is not moved to another parent"
        yield Sentence(below if place else on_top, {"code": told.code, "place": place})
    elif _is_below_itself(told.code, above):
        yield Sentence("%(code)s stands below itself", {"code": told.code})


def _is_below_itself(code: str, above: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    place = above.get(code, "")
    while place and place != code and place not in seen:
        seen.add(place)
        place = above.get(place, "")
    return place == code


def _add(session: Session, new: Sequence[Told], known: dict[str, Unit]) -> None:
    for told in new:
        texts = {"code": told.code, "name": told.name, "abbreviation": told.abbreviation}
        unit = Unit(**texts, kind=told.kind, agency=told.agency, path=[])
        unit.names.append(UnitName(name=told.name, abbreviation=told.abbreviation))
        known[told.code] = unit
    for told in new:
        known[told.code].parent = known[told.parent] if told.parent else None
    session.add_all(known[told.code] for told in new)
    session.flush()
    for told in new:
        known[told.code].path = _path(known[told.code])


def _path(unit: Unit) -> list[int]:
    place: Unit | None = unit
    path: list[int] = []
    while place:
        path.insert(0, place.id)
        place = place.parent
    return path


def _change(unit: Unit, told: Told, today: date) -> None:
    if (unit.name, unit.abbreviation) != (told.name, told.abbreviation):
        rename(unit, told.name, told.abbreviation, since=today)
    unit.name, unit.abbreviation = told.name, told.abbreviation
    unit.kind, unit.agency = told.kind, told.agency


def _of(unit: Unit) -> Told:
    """What there is, as a list would tell it."""
    texts = {name: getattr(unit, name) for name in COLUMNS if name != "parent"}
    return Told(**texts, parent=unit.parent.code if unit.parent else "")


def _covers(name: UnitName, day: date) -> bool:
    return (name.valid_from or date.min) <= day <= (name.valid_to or date.max)
