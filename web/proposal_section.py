"""/quick-wins/<id>/edit/<section>: the form of one section.

A post saves; or it adds or removes a row, or only draws the section with what was sent, and saves
nothing. Whatever `workflow.content` refuses, what was typed comes back, and files that were sent
with it are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web import (
    proposal_closed,
    proposal_conflict,
    proposal_form,
    proposal_page,
    proposal_saving,
    proposal_texts,
)
from web.frame import say
from web.proposal_files import keep_sent
from web.proposal_form import Pressed
from web.proposal_sections import BY_ID, SECTIONS, Section, address
from web.proposal_texts import FILES, Texts
from web.seen import seen_version
from workflow import queries
from workflow.errors import Invalid, NotFound, Refused, Stale
from workflow.models import QuickWin

DRAW = "draw"  # sent by a script that puts back rows which its page did not show


def section(quick_win_id: int, section: str) -> ResponseReturnValue:
    """The form of the section with that id."""
    try:
        quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
        if section not in BY_ID:
            raise NotFound
        if refusal := proposal_closed.refusal_of(quick_win):
            raise refusal
        if request.method == "POST":
            return _posted(quick_win, BY_ID[section])
        return _page(quick_win, BY_ID[section], proposal_saving.stored(quick_win, BY_ID[section]))
    except Refused as error:
        return proposal_closed.page(quick_win_id, error)


def _posted(quick_win: QuickWin, section: Section) -> ResponseReturnValue:
    texts = {**proposal_saving.stored(quick_win, section), **proposal_saving.posted(section)}
    faults: dict[str, str] = {}
    if FILES in section.fields:
        kept, faults = keep_sent(quick_win)
        texts[FILES] = [*(texts[FILES] or ()), *kept]
    if pressed := proposal_form.press(texts, request.form):
        return _again(quick_win, section, pressed.texts, pressed=pressed)
    if DRAW in request.form:
        return _again(quick_win, section, texts, faults=faults, drawn=True)
    tidy, before = proposal_saving.of(section, proposal_texts.tidy(texts)), quick_win.version
    try:
        proposal_saving.save(quick_win, section, tidy)
    except Stale:
        g.session.rollback()
        return _stale(quick_win.id, section, tidy, faults), 409
    except Invalid as error:
        faults |= {path: say(sentence) for path, sentence in error.fields.items()}
    if faults:
        g.session.rollback()
        return _again(quick_win, section, tidy, faults=faults), 422
    g.session.commit()
    return _after(quick_win, section, changed=quick_win.version != before)


def _after(quick_win: QuickWin, section: Section, *, changed: bool) -> ResponseReturnValue:
    """On to the next section, after the last one to the answers; or back to the list."""
    if changed:
        flash(_("“%(section)s” is saved.", section=section.label), "success")
    place = SECTIONS.index(section) + 1
    if "list" in request.form:
        target = url_for("proposals.edit", quick_win_id=quick_win.id)
    elif place < len(SECTIONS):
        target = address(quick_win, SECTIONS[place])
    else:
        target = url_for("proposals.check", quick_win_id=quick_win.id)
    return redirect(target, 303)


# ---------------------------------------------------------------- the page


def _page(
    quick_win: QuickWin,
    section: Section,
    texts: Texts,
    *,
    faults: Mapping[str, str] | None = None,
    changed: Mapping[str, bool] | None = None,
) -> str:
    """As it is stored now, with these texts in it."""
    return proposal_page.render(
        quick_win,
        section,
        texts,
        version=quick_win.version,
        seen=proposal_conflict.seen(proposal_saving.stored(quick_win, section)),
        faults=faults,
        changed=changed,
    )


def _again(
    quick_win: QuickWin,
    section: Section,
    texts: Texts,
    *,
    faults: Mapping[str, str] | None = None,
    pressed: Pressed | None = None,
    drawn: bool = False,
) -> str:
    """The page that was sent, from which nothing was saved: what it was loaded from stays, so that
    a stale page stays a stale one."""
    return proposal_page.render(
        quick_win,
        section,
        texts,
        version=seen_version(),
        seen=request.form.get("seen", ""),
        faults=faults,
        pressed=pressed,
        drawn=drawn,
    )


def _stale(quick_win_id: int, section: Section, typed: Texts, faults: Mapping[str, str]) -> str:
    """What was typed, together with what others saved since the page was loaded."""
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    g.session.refresh(quick_win)
    if refusal := proposal_closed.refusal_of(quick_win):
        raise refusal
    now = proposal_saving.stored(quick_win, section)
    merged, changed = proposal_conflict.merge(typed, now, request.form.get("seen", ""))
    return _page(quick_win, section, merged, faults=faults, changed=changed)
