"""/quick-wins/<id>/checklist: whose turn it is goes through the questions of the state and every
required field. If all is right it leads on; if not, the remarks become the note of the act that
sends the content back, to be looked at once more.

Which state has a checklist, and which acts end it, says the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue

from web import acting, keeping, quick_win_page
from web.act_forms import NOTES, form_for
from web.checklist_form import FIELD, CheckForm, check_form, note_of, pins_of, remarks
from web.comparing import news
from web.errors import page, status_of
from web.frame import say
from web.offering import what_next
from web.quick_win_page import Returned
from web.reading import readings
from web.seen import seen_version
from workflow import machine
from workflow.dossier import Check, Dossier, dossier
from workflow.errors import NotFound, Refused
from workflow.machine import Offer
from workflow.rights import choose

LANGUAGE = "id"  # of who chose none
bp = Blueprint("checklist", __name__, url_prefix="/quick-wins")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/<int:quick_win_id>/checklist")
def show(quick_win_id: int) -> str:
    """The checklist, not answered yet. It changes nothing."""
    found = dossier(g.session, quick_win_id, g.person, at=g.now)
    check_ = _check(found)
    return _page(found, check_, check_form(check_.questions)())


@bp.post("/<int:quick_win_id>/checklist")
def check(quick_win_id: int) -> ResponseReturnValue:
    try:
        found = dossier(g.session, quick_win_id, g.person, at=g.now)
        check_ = _check(found)
        typed = _typed(check_)
        if "again" in request.form:
            return _page(found, check_, typed)
        for way in (check_.on, check_.back):  # it is not looked over in an older version
            version = seen_version()
            choose(found.quick_win, way.row.name, found.choices.standing, version=version)
        if not typed.is_complete():
            return _page(found, check_, typed), 422
        if typed.wrong:
            return _last_look(found, check_.back, typed)
        event = machine.perform(
            g.session,
            quick_win_id,
            check_.on.row.name,
            g.person,
            version=seen_version(),
            at=g.now,
        )
    except Refused as refusal:
        g.session.rollback()
        return _given_back(quick_win_id, refusal), status_of(refusal)
    return acting.done(found.quick_win, event)


def _check(found: Dossier) -> Check:
    """The reader's checklist, or the refusal that says why it is not theirs."""
    if found.check:
        return found.check
    workflow, refused = found.workflow, found.choices.refused
    ends = [
        row.name
        for state in workflow.states.values()
        for role in state.turn
        if state.checklist
        for back in (False, True)
        for row in workflow.check_rows(state.code, role, back=back)
    ]
    raise next((refused[name] for name in ends if name in refused), NotFound())


def _typed(check_: Check) -> CheckForm:
    """What was typed; what was written about a field on the page after it counts more."""
    typed = check_form(check_.questions)(request.form)
    for line in typed.lines:
        later = request.form.get(f"note_{line.field}", "") if "again" in request.form else ""
        if line.field and later.strip():
            typed.remark(line).data = later
    return typed


def _last_look(found: Dossier, back: Offer, typed: CheckForm) -> str:
    """The act that sends it back, with its note composed, and not sent yet."""
    language = found.quick_win.created_by.language or LANGUAGE
    form = form_for(NOTES, found.workflow)
    form["note"].data = note_of(typed, language)
    for name, remark in pins_of(typed).items():
        form[f"note_{name}"].data = remark
    return acting.form_page(found, back.row.name, form, carried=typed.carried())


def _given_back(quick_win_id: int, refusal: Refused) -> str:
    messages = [say(refusal.sentence)]
    try:
        found = dossier(g.session, quick_win_id, g.person, at=g.now)
    except NotFound:
        return page(status_of(refusal), sentence=messages[0], kept=keeping.typed())[0]
    meanwhile = acting.what_happened(found, refusal)
    if found.check:
        typed = _typed(found.check)
        return _page(found, found.check, typed, messages=messages, meanwhile=meanwhile)
    return quick_win_page.render(
        found,
        returned=Returned(
            sentence=messages[0],
            meanwhile=meanwhile,
            kept=remarks(found.workflow, request.form),
        ),
    )


def _page(
    found: Dossier,
    check_: Check,
    typed: CheckForm,
    *,
    messages: Sequence[str] = (),
    meanwhile: Sequence[str] = (),
) -> str:
    ways = (check_.on, check_.back)
    return render_template(
        "quick_wins/checklist.html",
        **quick_win_page.around(found),
        form=typed,
        groups=[
            [line for line in typed.lines if line.code.startswith(FIELD) is about_fields]
            for about_fields in (False, True)
        ],
        shown={name: readings(found, [name])[0] for line in typed.lines for name in line.fields},
        ways=[(say(way.row.label), what_next(found.workflow, way.row, way.then)) for way in ways],
        news=news(found),
        messages=messages,
        meanwhile=meanwhile,
    )
