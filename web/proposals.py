"""/quick-wins/new and /quick-wins/<id>/edit: proposing a Quick Win, and writing its proposal.

Who may write, and what fits, is decided by `workflow.content`. Whatever it refuses, what was typed
comes back, and files that were sent with it are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web import proposal_conflict, proposal_form, proposal_page, proposal_start, proposal_texts
from web.errors import role_labels, status_of, texts
from web.frame import say
from web.proposal_files import keep_sent
from web.proposal_texts import Texts
from web.seen import seen_version
from workflow import content as contents
from workflow import fields, queries
from workflow.errors import Conflict, Invalid, Locked, Refused, Stale
from workflow.models import QuickWin

bp = Blueprint("proposals", __name__, url_prefix="/quick-wins")
MAX_BODY = 64 * 1024 * 1024  # several files at once, so that a large one costs nobody their texts


bp.add_url_rule("/new", "new", proposal_start.new, methods=["GET", "POST"])


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.url_value_preprocessor
def take_several_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the body."""
    request.max_content_length = MAX_BODY


@bp.route("/<int:quick_win_id>/edit", methods=["GET", "POST"])
def edit(quick_win_id: int) -> ResponseReturnValue:
    """The form. A post saves, or adds or removes a row and saves nothing."""
    typed = proposal_form.typed(request.form) if request.method == "POST" else None
    try:
        quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
        refusal = _refusal(quick_win)
        if refusal:
            raise refusal
        if typed is None:
            return _page(quick_win, _stored_texts(quick_win))
        return _posted(quick_win, typed)
    except Refused as error:
        return _closed(quick_win_id, error, typed)


def _refusal(quick_win: QuickWin) -> Refused | None:
    """Why the person may not write at all now. A post from before it was closed is a stale one."""
    refusal = contents.write_refusal(g.session, quick_win, g.person, version=None, at=g.now)
    stale = request.method == "POST" and seen_version() != quick_win.version
    if isinstance(refusal, Locked) and stale:
        return Stale(quick_win.version)
    return refusal


def _posted(quick_win: QuickWin, typed: Texts) -> ResponseReturnValue:
    kept, faults = keep_sent(quick_win)
    typed = {**_stored_texts(quick_win), **typed}
    typed["files"] = [*(typed["files"] or ()), *kept]
    pressed = proposal_form.press(typed, request.form)
    if pressed is not None:
        return _page(quick_win, pressed, loaded=_loaded(), faults=faults)
    tidy = proposal_texts.tidy(typed)
    reading = proposal_texts.read(tidy, _stored_texts(quick_win))
    before = quick_win.version
    try:
        saved = contents.save(
            g.session, quick_win.id, g.person, reading.changes, version=seen_version(), at=g.now
        )
    except Stale:
        g.session.rollback()
        return _stale(quick_win.id, tidy, faults), 409
    except Invalid as error:
        g.session.rollback()
        faults |= {
            path: say(reading.unread.get(path) or text) for path, text in error.fields.items()
        }
        return _page(quick_win, tidy, faults=faults), 422
    if faults:
        g.session.rollback()
        return _page(quick_win, tidy, faults=faults), 422
    g.session.commit()
    return _after(saved, changed=saved.version != before)


def _after(quick_win: QuickWin, *, changed: bool) -> ResponseReturnValue:
    flash(_("Saved.") if changed else _("Nothing was changed, so nothing was saved."), "success")
    goes_on = "continue" in request.form
    target = "quick_wins.show" if goes_on else "proposals.edit"
    return redirect(url_for(target, quick_win_id=quick_win.id), 303)


# ---------------------------------------------------------------- pages


def _page(
    quick_win: QuickWin,
    typed: Texts,
    *,
    loaded: tuple[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    changed: Mapping[str, bool] | None = None,
) -> str:
    """`loaded` is (version, marks) of a page that is drawn again without saving anything."""
    version, seen = loaded or (
        str(quick_win.version),
        proposal_conflict.seen(_stored_texts(quick_win)),
    )
    if not loaded:
        typed = proposal_page.with_rows_to_begin_with(typed)
    return proposal_page.render(
        quick_win, typed, version=version, seen=seen, faults=faults, changed=changed
    )


def _stale(quick_win_id: int, typed: Texts, faults: Mapping[str, str]) -> str:
    """What was typed, together with what others saved since the page was loaded."""
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    g.session.refresh(quick_win)
    if refusal := _refusal(quick_win):
        raise refusal
    merged, changed = proposal_conflict.merge(typed, _stored_texts(quick_win), _loaded()[1])
    return _page(quick_win, merged, faults=faults, changed=changed)


def _closed(quick_win_id: int, refusal: Refused, typed: Texts | None) -> ResponseReturnValue:
    """It cannot be written now: why, with what was typed to be copied."""
    g.session.rollback()
    status = status_of(refusal)
    title, _general, next_step = texts(status)
    html = render_template(
        "proposals/closed.html",
        code=status,
        title=title,
        sentence=say(refusal.sentence),
        next_step=next_step,
        who_can=role_labels(refusal.who_can),
        address=url_for("quick_wins.show", quick_win_id=quick_win_id)
        if isinstance(refusal, Conflict)
        else "",
        kept=proposal_texts.told(proposal_texts.tidy(typed)) if typed else [],
    )
    return html, status


# ---------------------------------------------------------------- what the request holds


def _stored_texts(quick_win: QuickWin) -> Texts:
    return proposal_texts.shown(fields.parse(quick_win.content))


def _loaded() -> tuple[str, str]:
    return str(seen_version()), request.form.get("seen", "")
