"""A change of the city's time on its way: tried and taken back to show what it would do, or made
once it is confirmed.

The preview is the change itself, so it cannot promise anything else. What is changed is not known
here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from web.calendar_year import mark_of
from web.time_form import TimeForm
from workflow import queries
from workflow.calendar_days import Change, Effect
from workflow.errors import Refused
from workflow.models import QuickWin
from workflow.timekeepers import Followed, Moved

UNFOLDED = 5  # Quick Wins that are shown at once


class Fact(NamedTuple):
    """What is not a day of the calendar, before the change and after it; several lines each."""

    what: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told of a change besides what followed it."""

    days: Sequence[Change] = ()
    facts: Sequence[Fact] = ()
    warning: tuple[str, str] | None = None  # in short and whole
    instead: tuple[str, str] | None = None  # a field, and what it would do if it were sent too
    said: str = ""  # once it is done

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        same = all(one.effect is Effect.SAME for one in self.days)
        return same and all(one.before == one.after for one in self.facts)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A Quick Win that is due at another time then; None: the reader may not know of it."""

    moved: Moved
    quick_win: QuickWin | None


def through(
    form: TimeForm,
    change: Callable[[], tuple[Followed, Told]],
    *,
    title: str,
    way: Sequence[tuple[str, str]],
    mended: bool = True,
) -> ResponseReturnValue:
    """The page after the change, the last one of the `way` there, or the preview, which sends again
    what the form has; `mended`: it can be gone back to. What the domain refuses is raised, and
    nothing is left of it."""
    try:
        followed, told = change()
    except Refused:
        g.session.rollback()
        raise
    if "confirmed" in request.form:
        g.session.commit()
        flash(told.said or _done(followed.moved), "success")
        return redirect(way[-1][1], 303)
    g.session.rollback()
    lines = _lines(followed.moved)
    return render_template(
        "preview.html",
        title=title,
        way=way,
        sent=[one for one in form.sent if told.instead is None or one[0] != told.instead[0]],
        mended=mended,
        told=told,
        followed=followed,
        first=lines[:UNFOLDED],
        rest=lines[UNFOLDED:],
        mark_of=mark_of,
    )


def _lines(moved: Sequence[Moved]) -> list[Line]:
    ids = [one.quick_win_id for one in moved]
    mine = queries.visible_to(g.person, g.now).where(QuickWin.id.in_(ids))
    known = {one.id: one for one in g.session.scalars(mine)}
    return [Line(moved=one, quick_win=known.get(one.quick_win_id)) for one in moved]


def _done(moved: Sequence[Moved]) -> str:
    if not moved:
        return str(_("This holds from now on. No deadline is moved by it."))
    return str(
        ngettext(
            "This holds from now on. %(num)s Quick Win is due at another time now.",
            "This holds from now on. %(num)s Quick Wins are due at another time now.",
            len(moved),
        )
    )
