"""Keeps the catalogue of translations equal to the texts of the code: `python -m
quickwin.translations check` lists what is wrong, `update` adds new texts and drops old ones.

It knows nothing about what a text means, and nothing of the running product: it works on the
files of a checkout.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from os import PathLike
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from quickwin.literal_texts import literal_texts

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = "workflow/translations/id/LC_MESSAGES/messages.po"


class Kind(StrEnum):
    MISSING = "not translated"
    FUZZY = "marked as fuzzy, so it is not used"
    STALE = "no longer in the code"
    MISMATCH = "the translation does not fit"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with the catalogue; as text, a line for the person who mends it."""

    kind: Kind
    text: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{CATALOGUE}: {self.kind}{detail}: {self.text!r}"


def extract(root: Path = ROOT) -> Catalog:
    """Every text that the code marks, with the files it is in. A template that cannot be parsed
    is an error of Jinja's."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        # Babel gives this function no types.
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for path, line, text, comments, context in extract_from_dir(
        root, methods, options, DEFAULT_KEYWORDS, directory_filter=_in(root, methods)
    ):
        found.add(text, None, [(path, line)], auto_comments=comments, context=context)
    return found


def update(root: Path = ROOT) -> None:
    """Write the catalogue anew: new texts are empty, those that are gone are dropped (the history
    keeps them), and nothing is guessed."""
    catalogue = _read(root)
    catalogue.update(extract(root), no_fuzzy_matching=True, update_creation_date=False)
    with (root / CATALOGUE).open("wb") as file:
        # No line numbers: else every change of the code would change this file.
        write_po(
            file, catalogue, width=99, sort_by_file=True, ignore_obsolete=True, include_lineno=False
        )


def check(root: Path = ROOT) -> list[Finding]:
    """What is wrong with the catalogue, in its order; nothing if every text is translated."""
    wanted, catalogue = extract(root), _read(root)
    found = []
    if catalogue.fuzzy:
        found.append(Finding(kind=Kind.FUZZY, text="", detail="the header, so all of it"))
    for message in wanted:
        if message.id and not _has_translation(catalogue.get(message.id, message.context)):
            found.append(Finding(kind=Kind.MISSING, text=_source(message)))
    for message in catalogue:
        if message.id:
            found += _wrong_with(message, wanted, catalogue)
    return found


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """The command line: 0 done, 1 something is wrong, 2 wrong use."""
    if list(arguments) == ["update"]:
        update(root)
        return 0
    if list(arguments) != ["check"]:
        print("usage: python -m quickwin.translations check|update", file=sys.stderr)
        return 2
    findings = [*check(root), *literal_texts(root)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def _in(root: Path, methods: Sequence[tuple[str, str]]) -> Callable[[str | PathLike[str]], bool]:
    """Only the folders that babel.cfg names: the data folder of a running product and the
    environment stand in the same checkout."""
    tops = {pattern.partition("/")[0] for pattern, _ in methods}

    def wanted(folder: str | PathLike[str]) -> bool:
        return Path(folder).relative_to(root.resolve()).parts[0] in tops

    return wanted


def _read(root: Path) -> Catalog:
    with (root / CATALOGUE).open("rb") as file:
        return read_po(file, locale="id", abort_invalid=True)


def _wrong_with(message: Message, wanted: Catalog, catalogue: Catalog) -> list[Finding]:
    text = _source(message)
    if wanted.get(message.id, message.context) is None:
        return [Finding(kind=Kind.STALE, text=text)]
    found = [Finding(kind=Kind.FUZZY, text=text)] if message.fuzzy else []
    if _has_translation(message):
        details = [str(error) for error in message.check(catalogue)] + _places_lost(message)
        found += [Finding(kind=Kind.MISMATCH, text=text, detail=detail) for detail in details]
    return found


def _has_translation(message: Message | None) -> bool:
    return message is not None and bool(message.string) and all(_forms(message.string or ""))


def _places_lost(message: Message) -> list[str]:
    """Babel lets a translation leave out a place or write a percent sign alone; here it may do
    neither. Of a plural text, the last form counts: the first one may say "one"."""
    source = _places(_forms(message.id)[-1])
    return [
        f"{', '.join(sorted(source ^ _places(form)))} only on one side"
        for form in _forms(message.string or "")
        if _places(form) != source
    ]


def _places(text: str) -> set[str]:
    return set(re.findall(r"%(?:\(\w+\)[a-z]|%)?", text))


def _forms(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _source(message: Message) -> str:
    return _forms(message.id)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
