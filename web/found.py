"""Where the words of a search stand, as it is shown: marked, and everything else escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from workflow.excerpts import BEGIN, END, Excerpt

_MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")


@dataclass(frozen=True, kw_only=True)
class Found:
    """Ready for a page. `text` is empty where the words stand in no text."""

    title: Markup
    unit: Markup
    text: Markup


def shown(excerpt: Excerpt, typed: str) -> Found:
    """`typed` is what was searched for: a part of a title is found by it too."""
    title = excerpt.title if BEGIN in excerpt.title else _with_part(excerpt.title, typed.strip())
    return Found(title=_marked(title), unit=_marked(excerpt.unit), text=_marked(excerpt.text))


def _with_part(title: str, typed: str) -> str:
    part = re.escape(typed) if typed else "(?!)"
    return re.sub(part, lambda part: f"{BEGIN}{part[0]}{END}", title, count=1, flags=re.IGNORECASE)


def _marked(text: str) -> Markup:
    pieces = _MARKED.split(text)  # every other one stood between the marks
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if place % 2 else _plain(piece)
        for place, piece in enumerate(pieces)
    )


def _plain(text: str) -> Markup:
    return escape(text.replace(BEGIN, "").replace(END, ""))
