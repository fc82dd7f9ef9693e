"""The plenary's table in words and in order: its lines, the heads that sort it, and its tiles.

What waits for the plenary, and what can be decided for many, `workflow.plenary` has said already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from web.content_view import dimension_label
from web.frame import reader_language, say
from web.presenting import Head, Kind, Left, time_left, title_of
from workflow.calendar import Calendar
from workflow.models import Period, Verdict
from workflow.plenary import Case
from workflow.scoring import Agreement, Score


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the table. `value` is what its box sends, "" where the reader cannot decide;
    `reason` says why not, where their role could."""

    href: str
    number: str
    title: str
    unit: str
    dimension: str
    score: Score | None
    due_at: datetime | None
    left: Left | None
    value: str
    ticked: bool
    reason: str

    @property
    def recommended(self) -> bool:
        return self.score is not None and self.score.recommendation is Verdict.APPROVE


@dataclass(frozen=True, kw_only=True)
class Act:
    """A decision that can be previewed for many, and for how many of those listed it is open."""

    name: str
    label: str
    count: int


def line(case: Case, calendar: Calendar, choose: str) -> Line:
    quick_win = case.quick_win
    found = Line(
        href=url_for("quick_wins.show", quick_win_id=quick_win.id),
        number=quick_win.number,
        title=title_of(quick_win),
        unit=quick_win.unit.name,
        dimension=dimension_label(quick_win.period, quick_win.content.get("dimension") or ""),
        score=case.score,
        due_at=quick_win.due_at,
        left=time_left(calendar, g.now, quick_win.due_at) if quick_win.due_at else None,
        value=f"{quick_win.id}.{quick_win.version}" if case.open else "",
        ticked=False,
        reason="" if case.open else _reason(case),
    )
    wanted = choose == "all" or (choose == "recommended" and found.recommended)
    return replace(found, ticked=wanted and bool(found.value))


def ordered(lines: Sequence[Line], sort: str) -> list[Line]:
    """By the column that `sort` names, downwards with `-`; the most urgent first without it."""
    key = _KEYS.get(sort.removeprefix("-"), _KEYS["deadline"])
    # What has no value comes last, whichever way the others are ordered.
    having = [each for each in lines if key(each) is not None]
    having.sort(key=key, reverse=sort.startswith("-"))
    return having + [each for each in lines if key(each) is None]


def heads(narrowed: Mapping[str, Any]) -> list[Head]:
    """The columns, each with the address that sorts by it, or the other way round."""
    return [_head(name, text, narrowed) for name, text in _columns().items()]


def orders() -> list[tuple[str, str]]:
    """What the table can be ordered by, for a phone, where it has no heads."""
    return [(_first_way(name), text) for name, text in _columns().items()]


def tiles(lines: Sequence[Line], *, more: bool) -> list[tuple[str, str, str, Kind]]:
    """(label, number, hint, kind) of what matters before the meeting, counted in the table; `more`:
    there are others that it does not show."""
    recommended = sum(each.recommended for each in lines)
    apart = sum(each.score is not None and each.score.agreement is Agreement.LOW for each in lines)
    late = sum(each.left is not None and each.left.days < 0 for each in lines)
    plus = "+" if more else ""
    return [
        (_("Waiting for a decision"), f"{len(lines)}{plus}", "", "neutral"),
        (
            _("Recommended"),
            f"{recommended}{plus}",
            _("approved by most of their reviewers"),
            "success",
        ),
        (
            _("Reviewers apart"),
            f"{apart}{plus}",
            _("low agreement: talk about these"),
            "warning",
        ),
        (_("Late"), f"{late}{plus}", _("the time for the decision ran out"), "danger"),
    ]


def acts(cases: Iterable[Case]) -> list[Act]:
    """The decisions that are open for at least one, in the order of the table."""
    counts = Counter(row.name for case in cases for row in case.open)
    labels = {row.name: row.label for case in cases for row in case.open}
    return [Act(name=name, label=say(labels[name]), count=n) for name, n in counts.items()]


def dimensions(periods: Iterable[Period], code: str) -> list[tuple[str, str]]:
    """The dimensions of the period, or of all of them, by code."""
    language = reader_language()
    return list(
        {
            one["code"]: str(one["label"][language])
            for period in periods
            if code in ("", period.code)
            for one in period.dimensions
        }.items()
    )


def _reason(case: Case) -> str:
    return " ".join(dict.fromkeys(say(refusal.sentence) for refusal in case.refused.values()))


def _columns() -> dict[str, str]:
    return {
        "title": _("Quick Win"),
        "unit": _("Unit"),
        "dimension": _("Dimension"),
        "total": _("Score"),
        "spread": _("Spread"),
        "agreement": _("Agreement"),
        "recommendation": _("Recommendation"),
        "deadline": _("Deadline"),
    }


def _head(name: str, text: str, narrowed: Mapping[str, Any]) -> Head:
    now = narrowed.get("sort", "") or "deadline"
    here = now.removeprefix("-") == name
    other = (name if now.startswith("-") else f"-{name}") if here else _first_way(name)
    order = ("descending" if now.startswith("-") else "ascending") if here else ""
    return Head(
        label=text,
        href=url_for("plenary.index", **{**narrowed, "sort": other}),
        sort=order,
    )


def _first_way(name: str) -> str:
    """The highest score first; everything else from its beginning."""
    return f"-{name}" if name in ("total", "spread") else name


_AGREEMENTS, _VERDICTS = list(Agreement), list(Verdict)
_KEYS: dict[str, Callable[[Line], Any]] = {
    "title": lambda each: each.title.casefold(),
    "unit": lambda each: each.unit.casefold(),
    "dimension": lambda each: each.dimension.casefold() or None,
    "total": lambda each: each.score and each.score.total,
    "spread": lambda each: each.score and each.score.spread,
    "agreement": lambda each: (
        _AGREEMENTS.index(each.score.agreement) if each.score and each.score.agreement else None
    ),
    "recommendation": lambda each: (
        _VERDICTS.index(each.score.recommendation)
        if each.score and each.score.recommendation
        else None
    ),
    "deadline": lambda each: each.due_at,
}
