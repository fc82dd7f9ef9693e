"""The proposal as text: what the form shows of a content, and what a typed text stands for.

A proposal in texts is a dict by field: a text, rows of texts, a group of texts, or SHA-256s. People
write "50 juta" and "12,5"; what cannot be read is handed on as `UNREADABLE`, so that the domain
refuses it in its turn. Which text is allowed is not known here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from web.labels import FIELDS, PARTS
from web.typed_act import UNREADABLE
from workflow import language
from workflow.fields import Content

Texts = dict[str, Any]
ROWS = ("indicators", "milestones", "partners")
GROUPS = ("pic", "readiness")
FILES = "files"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The fields in which the texts differ from those before, as values for the domain (None:
    emptied); by path why a text could not be read, in words of the catalogue."""

    changes: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def shown(content: Content) -> Texts:
    """What the form shows of a content. `tidy` leaves it as it is."""
    return tidy({name: _shown(name, value) for name, value in content.model_dump().items()})


def tidy(texts: Mapping[str, Any]) -> Texts:
    """Every field, without blank rows, without spaces around a text, and with plain line ends:
    browsers send CRLF."""
    return {name: _tidied(name, texts.get(name)) for name in FIELDS}


def read(texts: Texts, before: Texts) -> Reading:
    """Both tidy. A field that reads as before is no change, however it is stored."""
    reading = Reading()
    for name, text in texts.items():
        if text != before[name]:
            reading.changes[name] = _value(name, text, reading.unread)
    return reading


def fingerprints(texts: Texts) -> dict[str, str]:
    """By field, a short mark of what stands in it, to tell later whether it changed."""
    return {
        name: hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()[:12]
        for name, text in texts.items()
    }


def told(texts: Texts) -> list[tuple[str, str]]:
    """(label, text) of everything that is filled in but the files, to be copied by hand."""
    return [pair for name in FIELDS if name != FILES for pair in _told(name, texts[name])]


# ---------------------------------------------------------------- from values to texts


def _shown(path: str, value: Any) -> Any:
    if path in ROWS:
        return [_group_shown(path, row) for row in value or ()]
    if path in GROUPS:
        return _group_shown(path, value or {})
    if path == FILES:
        return list(value or ())
    if value is None:
        return ""
    return str(_WRITERS.get(path, str)(value))


def _group_shown(name: str, group: Mapping[str, Any]) -> dict[str, str]:
    return {part: _shown(f"{name}.{part}", group.get(part)) for part in PARTS[name]}


def _number_shown(value: Any) -> str:
    return language.number(value, "id")


def _day_shown(value: date) -> str:
    return f"{value:%d/%m}/{value.year:04}"


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "budget": _number_shown,
    "indicators.baseline": _number_shown,
    "indicators.target": _number_shown,
    "milestones.date": _day_shown,
}


# ---------------------------------------------------------------- texts alone


def _tidied(name: str, texts: Any) -> Any:
    if name in ROWS:
        rows = [_group_tidied(name, row) for row in texts or ()]
        return [row for row in rows if any(row.values())]
    if name in GROUPS:
        return _group_tidied(name, texts or {})
    if name == FILES:
        return list(dict.fromkeys(filter(None, texts or ())))
    return _plain(texts)


def _group_tidied(name: str, group: Mapping[str, Any]) -> dict[str, str]:
    return {part: _plain(group.get(part)) for part in PARTS[name]}


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _told(name: str, texts: Any) -> Iterator[tuple[str, str]]:
    label = str(FIELDS[name])
    if name in ROWS:
        for number, row in enumerate(texts, start=1):
            yield from _group_told(name, f"{label} {number}", row)
    elif name in GROUPS:
        yield from _group_told(name, label, texts)
    elif texts:
        yield label, texts


def _group_told(name: str, label: str, group: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"{label}, {PARTS[name][part]}", text) for part, text in group.items() if text)


# ---------------------------------------------------------------- from texts to values


def _value(path: str, texts: Any, unread: dict[str, str]) -> Any:
    """`path` has the index of a row in it, as those of the domain do."""
    if path in ROWS:
        return [
            _group_value(path, f"{path}.{index}", row, unread) for index, row in enumerate(texts)
        ] or None
    if path in GROUPS:
        return _group_value(path, path, texts, unread) or None
    if path == FILES:
        return texts or None
    return _read(path, path, texts, unread)


def _group_value(
    name: str, path: str, group: Mapping[str, str], unread: dict[str, str]
) -> dict[str, Any]:
    values = {
        part: _read(f"{name}.{part}", f"{path}.{part}", text, unread)
        for part, text in group.items()
    }
    return {part: value for part, value in values.items() if value is not None}


def _read(kind: str, path: str, text: str, unread: dict[str, str]) -> Any:
    if not text:
        return None
    try:
        return _READERS.get(kind, str)(text)
    except ValueError as error:
        unread[path] = str(error)
        return UNREADABLE


def _number(text: str) -> str:
    return format(language.parse_decimal(text), "f")


def _day(text: str) -> str:
    return language.parse_date(text).isoformat()


def _nip(text: str) -> str:
    """People write it in groups: 19800101 200501 1 001."""
    return "".join(text.split())


_READERS: Mapping[str, Callable[[str], Any]] = {
    "budget": language.parse_rupiah,
    "indicators.baseline": _number,
    "indicators.target": _number,
    "milestones.date": _day,
    "pic.nip": _nip,
}
