"""Two texts beside each other with the words marked that differ.

Lines and sentences are compared first, and the words only of those that differ: it takes a bounded
time whatever the texts are, and a change stays where it was made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["same", "gone", "new"]
# What is longer, or repeats itself more, is marked as a whole: comparing takes up to the third
# power of it.
LONGEST, PAIRS = 250, 5_000
EDGE = 15  # words that stay in sight beside what differs
_UNIT = re.compile(r"[^\n]*?[.!?;](?=\s)|[^\n]+|\n")
# The mark at the end of a word is a word of its own: what follows may change without it.
_WORD = re.compile(r"[.,;:!?)]+(?=\s|$)|\S+?(?=[.,;:!?)]*(?:\s|$))")


@dataclass(frozen=True, kw_only=True)
class Piece:
    kind: Kind
    text: str

    @property
    def folded(self) -> tuple[str, str, str] | None:
        """Beginning, middle and end of a long stretch that says the same, to fold the middle away.
        None: it is short, or differs."""
        words = list(_WORD.finditer(self.text)) if self.kind == "same" else []
        if len(words) < 4 * EDGE:
            return None
        start, end = words[EDGE].start(), words[-EDGE].start()
        return self.text[:start], self.text[start:end], self.text[end:]


@dataclass(frozen=True, kw_only=True)
class Marked:
    before: Sequence[Piece]
    after: Sequence[Piece]


def marked(before: str, after: str) -> Marked:
    old, new = _UNIT.findall(before), _UNIT.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for same, i, j, k, n in _compared(old, new):
        if same:
            left.append(Piece(kind="same", text="".join(old[i:j])))
            right.append(Piece(kind="same", text="".join(new[k:n])))
            continue
        # As many as before: each was changed in its place, like the rows of a table.
        pairs = (
            zip(old[i:j], new[k:n], strict=True)
            if j - i == n - k
            else [("".join(old[i:j]), "".join(new[k:n]))]
        )
        for one, other in pairs:
            gone, come = _words(one, other)
            left += gone
            right += come
    return Marked(before=_joined(left), after=_joined(right))


def _words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Two sentences by their words; the space around what differs is not marked."""
    a, b = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    left: list[Piece] = []
    right: list[Piece] = []
    for same, i, j, k, n in _compared([m[0] for m in a], [m[0] for m in b]):
        left += _pieces(old, a, i, j, "same" if same else "gone")
        right += _pieces(new, b, k, n, "same" if same else "new")
    return [*left, _rest(old, a)], [*right, _rest(new, b)]


def _pieces(text: str, words: Sequence[re.Match[str]], i: int, j: int, kind: Kind) -> list[Piece]:
    if i == j:
        return []
    start = words[i - 1].end() if i else 0
    return [
        Piece(kind="same", text=text[start : words[i].start()]),
        Piece(kind=kind, text=text[words[i].start() : words[j - 1].end()]),
    ]


def _rest(text: str, words: Sequence[re.Match[str]]) -> Piece:
    return Piece(kind="same", text=text[words[-1].end() :] if words else text)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """(alike, from, to, from, to) of the stretches, in order."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    yield True, 0, start, 0, start
    for tag, i, j, k, n in _opcodes(a, b):
        yield tag == "equal", i + start, j + start, k + start, n + start
    yield True, len(old) - end, len(old), len(new) - end, len(new)


def _opcodes(a: Sequence[str], b: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    there = Counter(b)
    if max(len(a), len(b)) > LONGEST or sum(there[each] for each in a) > PAIRS:
        return [("replace", 0, len(a), 0, len(b))]
    return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Without empty ones, and neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(kind=piece.kind, text=found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found
