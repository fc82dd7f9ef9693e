"""Acting on a Quick Win: the forms of actions, and their posts, which all go through the door.

A refusal comes back as a page that still holds what was typed, with the sentence at its top.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web import judging, queue, quick_win_page
from web.act_forms import NoteForm, asks_for, form_for, prepare
from web.checklist_form import carried
from web.errors import page, status_of
from web.frame import say
from web.labels import VERDICT_HINTS
from web.offering import sign_of, what_next, where_it_is
from web.quick_win_page import Returned
from web.seen import seen_version
from web.telling import done_by, since
from web.typed_act import ActForm
from workflow import machine, queries
from workflow.acts import takes_notes
from workflow.dossier import Dossier, dossier
from workflow.errors import Conflict, Invalid, NotFound, Refused, Stale, UnknownAction
from workflow.models import Event, QuickWin
from workflow.registry import workflow_of

BESIDE = "beside"  # sent by a page on which proposal and form stand beside each other
bp = Blueprint("acting", __name__, url_prefix="/quick-wins")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/<int:quick_win_id>/<action>")
def form(quick_win_id: int, action: str) -> ResponseReturnValue:
    """The page of an action that asks for more than a note. It changes nothing."""
    found = dossier(g.session, quick_win_id, g.person, at=g.now)
    if action not in found.workflow.actions:
        raise UnknownAction(action)
    if action in found.choices.refused:
        raise found.choices.refused[action]
    asked = asks_for(found.choices.actions[action].row, found.workflow)
    if asked is None:
        address = url_for("quick_wins.show", quick_win_id=quick_win_id)
        return redirect(f"{address}#action-{action}")
    return form_page(found, action, form_for(asked, found.workflow))


@bp.post("/<int:quick_win_id>/<action>")
def act(quick_win_id: int, action: str) -> ResponseReturnValue:
    typed: ActForm = NoteForm(request.form)
    try:
        quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
        typed = _form_of(quick_win, action)
        event = machine.perform(
            g.session,
            quick_win_id,
            action,
            g.person,
            version=seen_version(),
            note=request.form.get("note", ""),
            data=typed.data_given(),
            at=g.now,
        )
    except Refused as refusal:
        g.session.rollback()
        return _given_back(quick_win_id, action, typed, refusal), status_of(refusal)
    return done(quick_win, event)


def done(quick_win: QuickWin, event: Event) -> ResponseReturnValue:
    """Keep what was done, say so, and lead on."""
    straight_on = "straight_on" in request.form
    g.session.commit()
    told, address = _told(quick_win, event), queue.after(quick_win, event, straight_on=straight_on)
    flash(f"{quick_win.number}: {told}" if straight_on else told, "success")
    return redirect(address, 303)


def _form_of(quick_win: QuickWin, action: str) -> ActForm:
    workflow = workflow_of(quick_win)
    rows = workflow.rows(action)
    return form_for(asks_for(rows[0], workflow) if rows else None, workflow, request.form)


def _told(quick_win: QuickWin, event: Event) -> str:
    """What the person did and what comes next, for the top of the next page."""
    workflow = workflow_of(quick_win)
    did = _("You %(did)s.", did=done_by(workflow, event.action, event.source, event.target))
    if quick_win.state == event.source:
        return str(did)
    return f"{did} {where_it_is(workflow, workflow.states[quick_win.state])}"


# ---------------------------------------------------------------- refused


def _given_back(quick_win_id: int, action: str, typed: ActForm, refusal: Refused) -> str:
    try:
        found = dossier(g.session, quick_win_id, g.person, at=g.now)
    except NotFound:
        return _lost_page(typed, refusal)
    if action not in found.workflow.actions:
        return _lost_page(typed, refusal)
    messages = typed.blame(refusal) if isinstance(refusal, Invalid) else [say(refusal.sentence)]
    meanwhile, offer = what_happened(found, refusal), found.choices.actions.get(action)
    if offer and (offer.row.collects or BESIDE in request.form):
        carry = carried(request.form)
        return form_page(
            found, action, typed, messages=messages, meanwhile=meanwhile, carried=carry
        )
    errors = " ".join(typed["note"].errors) if "note" in typed else ""
    return quick_win_page.render(
        found,
        returned=Returned(
            sentence=errors or " ".join(messages),
            action=action,
            note=request.form.get("note", ""),
            error=errors,
            meanwhile=meanwhile,
            kept=[] if offer else typed.typed(),
        ),
    )


def what_happened(found: Dossier, refusal: Refused) -> list[str]:
    """Since the page was loaded, where that is why it was refused."""
    if not isinstance(refusal, Conflict):
        return []
    stale = isinstance(refusal, Stale)
    return since(found, request.form.get("seen", type=int), seen_version() if stale else 0)


def form_page(
    found: Dossier,
    action: str,
    typed: ActForm,
    *,
    messages: Sequence[str] = (),
    meanwhile: Sequence[str] = (),
    carried: Sequence[tuple[str, str]] = (),
) -> str:
    """The page of an action that is open. `carried` goes along with what is typed: names and texts
    of the page before it."""
    offer = found.choices.actions[action]
    prepare(typed, found)
    noted = takes_notes(offer.row, found.workflow)
    return render_template(
        "quick_wins/beside.html" if noted else "quick_wins/act.html",
        **quick_win_page.around(found),
        **(judging.around(found, typed, offer.row) if noted else {}),
        carried=carried,
        asks_for=asks_for(offer.row, found.workflow),
        form=typed,
        action=action,
        row=offer.row,
        icon=sign_of(offer.row, offer.then),
        then=what_next(found.workflow, offer.row, offer.then),
        messages=messages,
        meanwhile=meanwhile,
        verdict_hints=VERDICT_HINTS,
        last_report=found.reports[0] if found.reports else None,
    )


def _lost_page(typed: ActForm, refusal: Refused) -> str:
    """There is no page of the Quick Win to go back to; what was typed comes back all the same."""
    status = status_of(refusal)
    return page(status, sentence=say(refusal.sentence), kept=typed.typed())[0]
