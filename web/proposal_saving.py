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
    now, tidy = stored(quick_win, section), of(section, proposal_texts.tidy(texts))
    reading = proposal_texts.read(tidy, now)
    try:
        return contents.save(
            g.session,
            quick_win.id,
            g.person,
            reading.changes,
            version=version_written_upon(quick_win, tidy, now),
            at=g.now,
        )
    except Invalid as error:
        unread = {path: Sentence(text) for path, text in reading.unread.items()}
        raise Invalid({**error.fields, **unread}) from None


def version_written_upon(quick_win: QuickWin, texts: Texts, now: Texts) -> int:
    """The version the page was loaded from. Where others have written since, but nothing that these
    texts (tidy, as `now`) would undo, it is the current one: nobody overwrites what they did not
    see, and two people who write in two sections do not disturb each other."""
    loaded = seen_version()
    since = 0 < loaded < quick_win.version
    if since and not proposal_conflict.merge(texts, now, request.form.get("seen", ""))[1]:
        return quick_win.version
    return loaded
