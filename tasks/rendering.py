"""The templates of letters in a language, and how their styles come into the HTML.

It refuses to know what a letter is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from css_inline import CSSInliner
from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)

from workflow.language import Label, Sentence, date_long, moment, say

TEMPLATES = Path(__file__).parent / "templates"
# Rules for dark screens and small ones stay where they are: no element can carry them.
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def render(
    template: str, values: Mapping[str, Any], language: str, zone: ZoneInfo
) -> tuple[str, str]:
    """The plain text and the HTML of that template."""
    texts = _environment(language, zone)
    html = texts.get_template(f"{template}.html").render(values)
    return texts.get_template(f"{template}.txt").render(values), _INLINER.inline(html)


def ngettext(one: str, many: str, n: int, language: str) -> str:
    """The text for so many. Indonesian has one for all, which stands under the singular."""
    return say(one if n == 1 or language == "id" else many, language)


@lru_cache(maxsize=4)
def _environment(language: str, zone: ZoneInfo) -> Environment:
    """What templates need to say a label, a moment or a choice in that language."""
    texts = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), DictLoader(_shared())]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    def said(text: Sentence | Label | str) -> str:
        return text if isinstance(text, str) else say(text, language)

    def day(at: datetime | date) -> str:
        local = at.astimezone(zone).date() if isinstance(at, datetime) else at
        return date_long(local, language)

    texts.filters |= {
        "said": said,
        "moment": lru_cache(maxsize=1024)(partial(_moment, zone=zone, language=language)),
        "day": lru_cache(maxsize=1024)(day),
        "any_of": lambda labels: _listed(labels, language, "or"),
        "all_of": lambda labels: _listed(labels, language, "standard"),
        "quoted": _quoted,
    }
    # The texts of the templates are few, and looked up for each mail. The extension has no types.
    texts.install_gettext_callables(  # type: ignore[attr-defined]
        lru_cache(maxsize=512)(partial(say, language=language)),
        lru_cache(maxsize=512)(partial(ngettext, language=language)),
        newstyle=True,
    )
    return texts


def _shared() -> dict[str, str]:
    """The sentences that both parts of a letter share, under a name by which they escape what they
    are given."""
    return {"words.html": (TEMPLATES / "words.txt").read_text(encoding="utf-8")}


def _moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    return moment(at, zone, language)


def _listed(labels: Iterable[Label | str], language: str, style: Any) -> str:
    names = [label if isinstance(label, str) else label.in_(language) for label in labels]
    return format_list(names, style=style, locale=language)


def _quoted(text: str) -> str:
    """As mail programs show what somebody else wrote."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
