"""What a post of one section holds, and saving it.

Who may write, and what fits, is decided by `workflow.content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request

from web import proposal_conflict, proposal_form, proposal_texts
from web.proposal_sections import Section
from web.proposal_texts import Texts
from web.seen import seen_version
from workflow import content as contents
from workflow import fields
from workflow.errors import Invalid
from workflow.language import Sentence
from workflow.models import QuickWin


def stored(quick_win: QuickWin, section: Section) -> Texts:
    """The section as it is stored, as its form shows it."""
    return of(section, proposal_texts.shown(fields.parse(quick_win.content)))


def posted(section: Section) -> Texts:
    """What the post holds of the section, as typed; a field it does not hold is not there."""
    return of(section, proposal_form.typed(request.form))


def of(section: Section, texts: Mapping[str, Any]) -> Texts:
    """Only the fields of the section."""
    return {name: texts[name] for name in section.fields if name in texts}


def save(quick_win: QuickWin, section: Section, texts: Texts) -> QuickWin:
    """Save what differs from what is stored; the caller commits.

    Raises what `contents.save` raises; an Invalid says of an unreadable text how it is written.
    """
    now = stored(quick_win, section)
    reading = proposal_texts.read(of(section, proposal_texts.tidy(texts)), now)
    try:
        return contents.save(
            g.session,
            quick_win.id,
            g.person,
            reading.changes,
            version=_version(quick_win, now),
            at=g.now,
        )
    except Invalid as error:
        unread = {path: Sentence(text) for path, text in reading.unread.items()}
        raise Invalid({**error.fields, **unread}) from None


def _version(quick_win: QuickWin, now: Texts) -> int:
    """The version the page was loaded from. Where others have written since, but nothing of what
    the page shows, it is the current one: nobody overwrites what they did not see."""
    loaded = seen_version()
    elsewhere = 0 < loaded < quick_win.version
    if elsewhere and proposal_conflict.unchanged(now, request.form.get("seen", "")):
        return quick_win.version
    return loaded
