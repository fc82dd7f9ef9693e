"""The page on which a proposal and what is asked about it stand beside each other: what it shows
besides the form.

Which acts have such a page follows from the table: those that may bring notes on fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from web.comparing import news
from web.frame import say
from web.judging_forms import compare
from web.keys import number_in
from web.offering import where_it_is
from web.pinned_notes import pinned
from web.presenting import state_kind, title_of
from web.reading import chapters
from web.typed_act import ActForm
from workflow import queries
from workflow.definition import State, Transition, Workflow
from workflow.dossier import Dossier
from workflow.models import QuickWin
from workflow.registry import workflow_of
from workflow.similar import Similar, similar
from workflow.traces import traces

SIMILAR = 5


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A similar Quick Win with the row of the form that is about it. `shared`: words of both."""

    row: Any
    href: str
    number: str
    title: str
    unit: str
    state: str
    state_kind: str
    shared: tuple[str, ...]


def around(dossier: Dossier, form: ActForm, row: Transition) -> dict[str, Any]:
    """What the template needs besides the form and the Quick Win itself."""
    written = traces(g.session, dossier.quick_win, g.person, dossier.choices.standing).written
    return {
        "chapters": chapters(dossier),
        "compared": _compared(dossier, form) if row.collects == "judgment" else [],
        "rubric": dossier.workflow.rubric,
        "follows": what_follows(dossier.workflow, dossier.state),
        "news": news(dossier),
        "pinned": pinned(dossier, written),
    }


def what_follows(workflow: Workflow, state: State) -> str:
    """What comes by itself once enough was collected in that state; "" where nothing does."""
    rows = [row for row in workflow.rows_from(state.code) if row.automatic and row.to]
    if not rows:
        return ""
    then = where_it_is(workflow, workflow.states[rows[0].to or state.code])
    return str(_("Once enough have judged. %(next)s", next=then))


def _compared(dossier: Dossier, form: ActForm) -> list[Compared]:
    found = similar(g.session, dossier.quick_win, g.person, at=g.now, limit=SIMILAR)
    compare(form, found)
    rows: Any = form["similar"]
    known = {each.quick_win.id: each for each in found}
    ids = {number_in(row.form.quick_win.data): row for row in rows.entries}
    rest = _visible([one for one in ids if one and one not in known])
    return [
        _shown(row, known.get(one), known[one].quick_win if one in known else rest[one])
        for one, row in ids.items()
        if one and (one in known or one in rest)
    ]


def _visible(ids: list[int]) -> dict[int, QuickWin]:
    """Those that were compared before, and resemble it less than others now."""
    if not ids:
        return {}
    found = g.session.scalars(queries.visible_to(g.person, g.now).where(QuickWin.id.in_(ids)))
    return {each.id: each for each in found}


def _shown(row: Any, found: Similar | None, quick_win: QuickWin) -> Compared:
    state = workflow_of(quick_win).states[quick_win.state]
    return Compared(
        row=row.form,
        href=url_for("quick_wins.show", quick_win_id=quick_win.id),
        number=quick_win.number,
        title=title_of(quick_win),
        unit=quick_win.unit.name,
        state=say(state.label),
        state_kind=state_kind(state),
        shared=found.shared if found else (),
    )
