"""What changed in a Quick Win, field by field: since somebody last acted on it, between two
submissions, and since the last of them for those who write it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, url_for
from sqlalchemy import select

from web import content_view
from web.frame import moment
from web.labels import FIELDS
from web.marking import Marked, marked
from web.presenting import title_of
from web.telling import done_by
from workflow import diff as diffs
from workflow.diff import Change
from workflow.dossier import Dossier
from workflow.errors import NotFound
from workflow.models import QuickWin, Unit, Upload


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A field that differs, with the words that differ marked."""

    field: str
    label: Any
    material: bool
    texts: Marked


@dataclass(frozen=True, kw_only=True)
class News:
    """What changed since the reader last acted: `fields` is (name, label). `sent` is false for what
    is being written and not submitted yet."""

    did: str
    at: str
    href: str
    fields: Sequence[tuple[str, Any]]
    sent: bool


def news(dossier: Dossier) -> News | None:
    """None where the reader never acted, or nothing differs from what they acted on. What is not
    submitted yet is compared for those alone who write it."""
    act = dossier.last_act(g.person)
    base = dossier.submitted_by(act.event) if act else None
    if act is None or base is None:
        return None
    last = dossier.around.revisions[-1]
    unsent = dossier.writable and last.digest != dossier.quick_win.digest
    if not unsent and base.digest == last.digest:
        return None
    if unsent:
        changes = diffs.since(g.session, dossier.quick_win, base.number)
    else:
        changes = diffs.between(g.session, dossier.quick_win, base.number, last.number)
    event, one = act.event, dossier.quick_win.id
    return News(
        did=done_by(dossier.workflow, event.action, event.source, event.target),
        at=moment(event.at),
        href=url_for("quick_wins.since", quick_win_id=one, a=base.number)
        if unsent
        else url_for("quick_wins.diff", quick_win_id=one, a=base.number, b=last.number),
        fields=[(change.field, FIELDS[change.field]) for change in changes],
        sent=not unsent,
    )


def between(quick_win: QuickWin, a: int, b: int) -> str:
    """The page of what changed between two submissions."""
    return _page(quick_win, a, b, diffs.between(g.session, quick_win, a, b))


def since(dossier: Dossier, a: int) -> str:
    """The page of what was written since a submission, and is not submitted yet. Raises NotFound
    for everybody who does not write it now."""
    if not dossier.writable:
        raise NotFound
    return _page(dossier.quick_win, a, None, diffs.since(g.session, dossier.quick_win, a))


def _page(quick_win: QuickWin, a: int, b: int | None, changes: Sequence[Change]) -> str:
    names = _names(quick_win, changes)
    changed = {change.field for change in changes}
    return render_template(
        "quick_wins/diff.html",
        quick_win=quick_win,
        title=title_of(quick_win),
        a=a,
        b=b,
        changes=[_compared(change, quick_win, names) for change in changes],
        unchanged=[label for name, label in FIELDS.items() if name not in changed],
    )


def _compared(change: Change, quick_win: QuickWin, names: Mapping[str, str]) -> Compared:
    before, after = (
        content_view.words(change.field, _named(value, names), quick_win.period)
        for value in (change.before, change.after)
    )
    return Compared(
        field=change.field,
        label=FIELDS[change.field],
        material=change.material,
        texts=marked(before, after),
    )


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [names.get(each, each) if isinstance(each, str) else each for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _names(quick_win: QuickWin, changes: Sequence[Change]) -> dict[str, str]:
    """What stands in the content as a code that says nothing to people: files and units."""
    found = {change.field: change for change in changes}
    names: list[tuple[str, str]] = []
    if "files" in found:
        uploads = select(Upload.sha256, Upload.name).where(Upload.quick_win_id == quick_win.id)
        names += [(sha256, name) for sha256, name in g.session.execute(uploads)]
    if unit := found.get("executing_unit"):
        codes = [unit.before or "", unit.after or ""]
        units = select(Unit.code, Unit.name).where(Unit.code.in_(codes))
        names += [(code, name) for code, name in g.session.execute(units)]
    return dict(names)
