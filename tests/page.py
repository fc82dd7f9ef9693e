"""Reading pages: their text, the ways to act that they show, and when they are asked for."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from workflow.models import QuickWin


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """From here on every request comes at that moment."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return at.astimezone(tz)

    monkeypatch.setattr("web.auth.datetime", Stopped)


def text_of(answer: TestResponse) -> str:
    """The page with its entities read, as a browser would."""
    return html.unescape(answer.get_data(as_text=True))


def words_of(answer: TestResponse) -> str:
    """What a person reads: no tags, single spaces."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", answer.get_data(as_text=True))).split())


def ways_to_act(answer: TestResponse, quick_win: QuickWin) -> set[str]:
    """The actions to which the page has a form or a link."""
    found = re.findall(
        rf'(?:href|action)="/quick-wins/{quick_win.id}/([a-z_]+)[?"]', answer.get_data(as_text=True)
    )
    return set(found) - {"edit", "check", "diff", "checklist"}
