"""What somebody typed into a search, taken apart: the terms that count, and the number it may be.

Where the terms stand, and whether anything stands there, is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflow.stop_words import STOP_WORDS

MOST = 8  # more words narrow nothing, and each one costs
_TERM = re.compile(r'-?"[^"]*"|\S+')
_NUMBER = re.compile(r"(?:(?:QW-)?([0-9]{4})-)?([0-9]{1,9})", re.IGNORECASE | re.ASCII)
_PART_OF_NUMBER = re.compile(r"(?=.*[0-9])(?:QW|[0-9]+)-[0-9-]*", re.IGNORECASE | re.ASCII)
_PLAIN = re.compile(r"[^\W\d_]{4,40}")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Each term as it was typed: a word, or several in quotation marks. `unwanted` ones had a minus
    before them."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


def terms(text: str) -> Terms:
    """The terms of a search, without stop words; those count where there is nothing else."""
    found = [term for term in _TERM.findall(text) if re.search(r"\w", term)]
    unwanted = [term[1:] for term in found if term.startswith("-")]
    wanted = [term for term in found if not term.startswith("-")]
    telling = [term for term in wanted if term.lower() not in STOP_WORDS]
    return Terms(wanted=tuple((telling or wanted)[:MOST]), unwanted=tuple(unwanted[:MOST]))


def number_like(text: str) -> str | None:
    """What a Quick Win's number has to be like, as a pattern of LIKE, if that is what was typed:
    QW-2026-0012, 2026-12 and 12 are whole ones, QW-2026 the beginning of many."""
    if found := _NUMBER.fullmatch(text.strip()):
        return f"QW-{found[1] or '____'}-{found[2].zfill(4)}"
    if _PART_OF_NUMBER.fullmatch(text.strip()):
        return f"%{text.strip()}%"
    return None


def may_be_mistyped(term: str) -> bool:
    """Whether it is one word of letters, long enough to resemble another."""
    return _PLAIN.fullmatch(term) is not None
