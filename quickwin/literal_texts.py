"""Finds text in the templates that can never be translated, because it stands there as it is and
not in `_()` or a trans block.

It sees what a reader of the page or mail would see: text, and the attributes that are shown or
read out. It does not judge Python, and not the strings inside of Jinja's braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

TEMPLATES = ("web/templates", "tasks/templates")
SHOWN = ("alt", "aria-label", "placeholder", "title")

# Each with the reason why it is the same in every language.
ALLOWED = {
    "Quick Win": "the name of the product and of the thing, which the regulation uses too",
    "quickwin": "the name of the software, and the password of the demo accounts",
    "Bahasa Indonesia": "a language is named in itself where it is chosen",
    "English": "likewise",
    "Rp": "the sign of the currency",
    "API – quickwin": "two names",
    "openapi.json": "the name of a file",
    "503/Kep.204-DPMPTSP/2026": "a number in the form of the city's decrees",
}

# Stands for what an expression prints; begins with a letter, since it may be a tag's name.
MARK = "x\ufffd"


@dataclass(frozen=True, kw_only=True)
class Literal:
    """One text outside of the catalogue; as text, a line for the person who moves it there."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: not in the catalogue: {self.text!r}"


def literal_texts(root: Path) -> list[Literal]:
    """The literal texts of all .html and .txt templates below `root`, by file and line."""
    found = []
    for path in sorted(path for folder in TEMPLATES for path in (root / folder).rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            source = path.read_text(encoding="utf-8")
            shown = _in_html(source) if path.suffix == ".html" else _in_plain_text(source)
            name = path.relative_to(root).as_posix()
            found += [Literal(path=name, line=line, text=text) for line, text in shown]
    return found


def _in_html(source: str) -> list[tuple[int, str]]:
    reader = _Reader()
    reader.feed(_without_jinja(source))
    reader.close()
    return reader.found


def _in_plain_text(source: str) -> list[tuple[int, str]]:
    lines = enumerate(_without_jinja(source).split("\n"), start=1)
    return [(line, text) for line, shown in lines if (text := _literal(shown))]


def _literal(shown: str) -> str:
    """What is left to translate of a text, or nothing."""
    text = " ".join(shown.replace(MARK, " ").split())
    words = re.sub(r"^[\W_]+|[\W_]+$", "", text)
    return text if words not in ALLOWED and re.search(r"[^\W\d_]", words) else ""


def _without_jinja(source: str) -> str:
    """The template as it stands outside of all braces and trans blocks, on the same lines."""
    plain = ""
    for line, kind, value in _outside_of_trans(source):
        plain += "\n" * (line - 1 - plain.count("\n"))
        if kind == "data":
            plain += value
        elif kind == "variable_begin":
            plain += MARK
    return plain


def _outside_of_trans(source: str) -> Iterator[tuple[int, str, str]]:
    inside, previous = False, ""
    for line, kind, value in Environment(autoescape=True).lex(source):
        if kind == "whitespace":
            continue
        if previous == "block_begin" and value in ("trans", "endtrans"):
            inside = value == "trans"
        previous = kind
        if not inside:
            yield line, kind, value


class _Reader(HTMLParser):
    """Collects the texts of a page, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in ("script", "style")
        for name, value in attrs:
            if name in SHOWN and value:
                self._see(value)

    def handle_endtag(self, tag: str) -> None:
        self._code = False

    def handle_data(self, data: str) -> None:
        if not self._code:
            self._see(data)

    def _see(self, shown: str) -> None:
        if text := _literal(shown):
            # A text begins on the line of its first word, not of the tag before it.
            blank = shown[: len(shown) - len(shown.lstrip())]
            self.found.append((self.getpos()[0] + blank.count("\n"), text))
