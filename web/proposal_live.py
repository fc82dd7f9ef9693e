"""What a section of the proposal's form asks while somebody is writing in it.

Saving in the background, and what resembles what is being written. The answers are for scripts of
the page; without scripts nobody comes here. What fits and who may write is decided in the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from web import proposal_conflict, proposal_saving, proposal_texts
from web.errors import problem, status_of
from web.frame import clock, say
from web.presenting import state_kind, title_of
from web.proposal_fields import ProposalForm
from web.proposal_sections import BY_ID, Section
from web.proposal_texts import FILES, ROWS
from workflow import content as contents
from workflow import fields, piecemeal, queries
from workflow.errors import NotFound, Refused
from workflow.language import Sentence
from workflow.models import QuickWin
from workflow.registry import workflow_of
from workflow.similar import COMPARED, Similar, marked, similar_to

bp = Blueprint(
    "proposal_live", __name__, url_prefix="/quick-wins/<int:quick_win_id>/edit/<section>"
)
SHOWN = 3


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    """For a script, not for a reader."""
    g.session.rollback()
    return problem(status_of(error), error.code, detail=say(error.sentence))


@bp.post("/autosave")
def autosave(quick_win_id: int, section: str) -> ResponseReturnValue:
    """Save what fits of the section. What does not stands in `faults`, by the name of its input.

    409 only where somebody else saved something else in a field of the same section meanwhile.
    """
    quick_win, part = _writable(quick_win_id, section)
    now = proposal_saving.stored(quick_win, part)
    texts = proposal_texts.tidy({**now, **proposal_saving.posted(part)})
    mine = proposal_saving.of(part, texts)
    reading = proposal_texts.read(mine, now)
    saved, faults = piecemeal.save(
        g.session,
        quick_win.id,
        g.person,
        reading.changes,
        version=proposal_saving.version_written_upon(quick_win, mine, now),
        at=g.now,
    )
    answer = _saved(saved, part, _told(faults, reading.unread))
    g.session.commit()
    return answer


@bp.post("/similar")
def similar(quick_win_id: int, section: str) -> str:
    """What resembles the proposal as it is being written; nothing is saved."""
    quick_win, part = _writable(quick_win_id, section)
    typed = proposal_texts.tidy(proposal_saving.posted(part))
    written = {name: text for name in COMPARED if fields.is_storable(text := typed[name]) and text}
    content = {**quick_win.content, **written}
    found = similar_to(g.session, content, g.person, besides=quick_win.id, at=g.now, limit=SHOWN)
    return render_template("proposals/similar.html", found=[_shown(each) for each in found])


def _writable(quick_win_id: int, section: str) -> tuple[QuickWin, Section]:
    """Raises what an ordinary save of the section would raise, but for its version."""
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    if section not in BY_ID:
        raise NotFound
    if error := contents.write_refusal(g.session, quick_win, g.person, version=None, at=g.now):
        raise error
    return quick_win, BY_ID[section]


def _saved(quick_win: QuickWin, section: Section, faults: Mapping[str, str]) -> dict[str, Any]:
    told = _("Saved %(time)s", time=clock(g.now))
    if faults:
        told = ngettext(
            "Saved %(time)s, but for %(num)s entry",
            "Saved %(time)s, but for %(num)s entries",
            len(faults),
            time=clock(g.now),
        )
    return {
        "version": quick_win.version,
        "seen": proposal_conflict.seen(proposal_saving.stored(quick_win, section)),
        "told": told,
        "faults": faults,
    }


def _told(faults: Mapping[str, Sentence], unread: Mapping[str, str]) -> dict[str, str]:
    """By the name of the input to which each belongs, what a person is told."""
    form = ProposalForm(request.form)
    return {
        _input(form, path): _("Not saved yet: %(why)s", why=say(unread.get(path) or sentence))
        for path, sentence in faults.items()
    }


def _input(form: ProposalForm, path: str) -> str:
    """The name under which the form sent what the path of the domain leads to. Blank rows were
    left out when the rows were counted."""
    name, *rest = path.split(".")
    if name not in ROWS or not rest:
        return name if name == FILES else "-".join([name, *rest])
    around: Any = form[name]
    rows = [row for row in around.entries if proposal_texts.tidy({name: [row.data]})[name]]
    return "-".join([rows[int(rest[0])].name, *rest[1:]])


def _shown(found: Similar) -> dict[str, Any]:
    quick_win = found.quick_win
    state = workflow_of(quick_win).states[quick_win.state]
    return {
        "id": quick_win.id,
        "number": quick_win.number,
        "pieces": marked(title_of(quick_win), found.forms),
        "unit": quick_win.unit.name,
        "state": say(state.label),
        "state_kind": state_kind(state),
        "shared": found.shared,
    }
