"""What of a large style sheet is sent: the rules that a page of ours could match.

Bootstrap has rules for much that we never use, and all of them together weigh more than everything
else of a first load but the font. A rule goes where it needs a class that stands nowhere in
templates, scripts or views, as a word or as the beginning of one (`btn-`). What a rule says is not
known here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

_WORD = re.compile(r"[\w-]+")
_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_WITHOUT = re.compile(r":not\([^()]*\)")  # that an element lacks a class needs nobody to name it
_BETWEEN_SELECTORS = re.compile(r",(?![^(]*\))")
_ALONE = re.compile(r"\s*(/\*.*?\*/|@[^{};]*;)", re.DOTALL)
_COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # a licence, /*! */, stays


class Named:
    """The words of pages, views and scripts: what could be the name of a class."""

    def __init__(self, words: Collection[str]) -> None:
        self._words = frozenset(words)
        self._beginnings = tuple(w for w in words if re.fullmatch(r"\w[\w-]*-", w))

    def has(self, name: str) -> bool:
        return name in self._words or name.startswith(self._beginnings)


def named_in(folder: Path) -> Named:
    """Of all templates, views and scripts below a folder; vendored ones are left out."""
    words: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".py", ".js") and "vendor" not in path.parts:
            words.update(_WORD.findall(path.read_text(encoding="utf-8")))
    return Named(words)


def trimmed(sheet: str, named: Named) -> str:
    """The sheet without the rules that match nothing of ours."""
    kept = []
    for prelude, body in _rules(_COMMENT.sub("", sheet)):
        if body is None:
            kept.append(prelude)
        elif prelude.startswith(("@media", "@supports")):
            if inner := trimmed(body, named):
                kept.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            kept.append(f"{prelude}{{{body}}}")
        elif selectors := [one for one in _BETWEEN_SELECTORS.split(prelude) if _fits(one, named)]:
            kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def classes(selector: str) -> list[str]:
    """The classes that an element must have for it, or for a part of it."""
    return _CLASS.findall(_WITHOUT.sub("", selector))


def _fits(selector: str, named: Named) -> bool:
    return all(named.has(name) for name in classes(selector))


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """(what stands before the brace, what stands inside); what has no braces, as a statement like
    @charset and a licence, comes with None."""
    at = 0
    while (brace := sheet.find("{", at)) >= 0:
        if alone := _ALONE.match(sheet, at):
            yield alone[1], None
            at = alone.end()
            continue
        close = _closing(sheet, brace)
        yield sheet[at:brace].strip(), sheet[brace + 1 : close]
        at = close + 1


def _closing(sheet: str, brace: int) -> int:
    """Where the block ends that begins at that brace."""
    depth = 0
    for found in re.finditer(r"[{}]", sheet[brace:]):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return brace + found.start()
    raise ValueError("a style sheet ends inside of a rule")
