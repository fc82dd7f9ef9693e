"""The page of one Quick Win: what its template needs, also after a post that was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, render_template, request

from web import content_view, offering, queue
from web.act_forms import form_for
from web.comparing import news
from web.expecting import expected
from web.fair_clock import fair_clock
from web.labels import AGREEMENTS, CHOICES, COMPARISONS, FIELDS, LIGHTS, PARTS, VERDICTS
from web.pinned_notes import pinned
from web.presenting import LIGHT_KINDS, Left, state_kind, time_left, title_of, turn_of
from web.stepper import steps
from web.timeline import timeline
from workflow import scoring
from workflow.dossier import Dossier
from workflow.fields import percent
from workflow.light import Light, light
from workflow.outlook import outlook
from workflow.term import term_of
from workflow.traces import traces


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A refused post, as the page gives it back. `kept` is what was typed where no form of the page
    can hold it any more."""

    sentence: str
    action: str = ""
    note: str = ""
    error: str = ""
    meanwhile: Sequence[str] = ()
    kept: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Until when it waits, and for whom; `used` of `total` working days have passed."""

    due_at: datetime
    left: Left
    used: int
    total: int


def render(dossier: Dossier, *, returned: Returned | None = None) -> str:
    offers, shown = offering.offers(dossier), request.args.get("show", "")
    beside = traces(g.session, dossier.quick_win, g.person, dossier.choices.standing)
    found = outlook(g.session, dossier.quick_win, dossier.around.calendar, g.now)
    if returned:
        offers = offering.with_typed(offers, returned.action, returned.note, returned.error)
    return render_template(
        "quick_wins/show.html",
        **around(dossier),
        offers=offers,
        refused=offering.refusals(dossier),
        comment=offering.inline(dossier),
        comment_form=form_for(offering.INLINE, dossier.workflow),
        returned=returned,
        steps=steps(dossier),
        fair=fair_clock(dossier, g.now),
        timeline=timeline(dossier, beside, shown),
        pinned=pinned(dossier, beside.written),
        expected=expected(dossier.quick_win, found),
        news=news(dossier),
        term=term_of(g.session, dossier.quick_win, at=g.now),
        way_out=offering.way_out(dossier),
        next=queue.after_act(dossier.quick_win.id),
        now=g.now,
        opinions=dossier.opinions,
        outliers=scoring.outliers(dossier.quick_win, dossier.opinions),
        totals=[scoring.total(dossier.quick_win, opinion) for opinion in dossier.opinions],
        verdicts=VERDICTS,
        comparisons=COMPARISONS,
        agreements=AGREEMENTS,
        score=scoring.score(dossier.quick_win, dossier.opinions),
        score_lines=scoring.lines(dossier.quick_win, dossier.opinions),
        light=_light(dossier),
        light_kinds=LIGHT_KINDS,
        lights=LIGHTS,
        completeness=percent(dossier.content),
        missing=_missing(dossier),
    )


def around(dossier: Dossier) -> dict[str, Any]:
    """What the head, the clock and the content need; the forms of actions show them too."""
    quick_win, content = dossier.quick_win, dossier.content
    return {
        "quick_win": quick_win,
        "title": title_of(quick_win),
        "state": dossier.state,
        "state_kind": state_kind(dossier.state),
        "turn": turn_of(dossier.workflow, dossier.state),
        "seen": offering.last_seen(dossier),
        "clock": clock(dossier, g.now),
        "writable": dossier.writable,
        "content": content,
        "names": FIELDS,
        "part_names": PARTS,
        "choice_names": CHOICES,
        "dossier": dossier,
        "facts": content_view.facts(content, quick_win.period, dossier.around.executing_unit),
        "essence": content_view.texts(content, content_view.ESSENCE),
        "outlook": [one for one in content_view.texts(content, content_view.OUTLOOK) if one.value],
        "pic": content_view.part(content, "pic"),
        "readiness": content_view.part(content, "readiness"),
    }


def clock(dossier: Dossier, now: datetime) -> Clock | None:
    """None where nothing is due."""
    quick_win, calendar = dossier.quick_win, dossier.around.calendar
    if quick_win.due_at is None:
        return None
    total = calendar.working_days_between(quick_win.since, quick_win.due_at)
    used = calendar.working_days_between(quick_win.since, now)
    return Clock(
        due_at=quick_win.due_at,
        left=time_left(calendar, now, quick_win.due_at),
        used=max(0, min(used, total)),
        total=max(total, 1),
    )


def _light(dossier: Dossier) -> Light | None:
    zone = dossier.around.calendar.zone
    return light(dossier.quick_win, dossier.state.coverage, zone, now=g.now)


def _missing(dossier: Dossier) -> list[Any]:
    """The names of the required fields that are not, or not wholly, filled in."""
    paths = dossier.choices.standing.missing
    return [FIELDS[name] for name in dict.fromkeys(path.split(".")[0] for path in paths)]
