"""The page of a proposal that cannot be written now: why, with what was typed to be copied."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from web import errors, proposal_form, proposal_texts
from web.frame import say
from web.seen import seen_version
from workflow import content as contents
from workflow.errors import Conflict, Locked, Refused, Stale
from workflow.models import QuickWin


def refusal_of(quick_win: QuickWin) -> Refused | None:
    """Why the person may not write at all now. A post from before it was closed is a stale one."""
    refusal = contents.write_refusal(g.session, quick_win, g.person, version=None, at=g.now)
    stale = request.method == "POST" and seen_version() != quick_win.version
    if isinstance(refusal, Locked) and stale:
        return Stale(quick_win.version)
    return refusal


def page(quick_win_id: int, refusal: Refused) -> ResponseReturnValue:
    """With a way to the Quick Win, where it is open to the reader."""
    g.session.rollback()
    status = errors.status_of(refusal)
    typed = proposal_form.typed(request.form) if request.method == "POST" else {}
    conflict = isinstance(refusal, Conflict)
    return errors.page(
        status,
        sentence=say(refusal.sentence),
        about=url_for("quick_wins.show", quick_win_id=quick_win_id) if conflict else "",
        kept=proposal_texts.told(proposal_texts.tidy(typed)),
    )
