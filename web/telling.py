"""The acts on a Quick Win in words: who, in which role, what, when, with what note.

What of it the reader may know was decided by `workflow.history`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from web.changed_time import since_what
from web.clock_texts import told_by_the_clock
from web.frame import day, moment, number, say
from web.labels import FIELDS, VERDICTS
from web.offering import sign_of
from web.presenting import Kind, stops
from workflow.definition import State, Transition, Workflow
from workflow.dossier import Dossier
from workflow.history import Entry
from workflow.models import Event


@dataclass(frozen=True, kw_only=True)
class MailLine:
    """A mail, or several, as a line below an entry. `again` is the message that the reader may send
    again, which went to `whose`."""

    text: str
    kind: Kind = "neutral"
    again: int | None = None
    whose: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry as `ui.timeline` draws it."""

    icon: str
    kind: Kind
    who: str
    what: str
    at: str
    detail: str
    note: str = ""
    mails: Sequence[MailLine] = ()


def acts(dossier: Dossier) -> list[Told]:
    """What was done, oldest first."""
    versions = {each.event_id: each.number for each in dossier.around.revisions}
    return [
        _told(dossier.workflow, entry, versions.get(entry.event.id)) for entry in dossier.events
    ]


def since(dossier: Dossier, seen: int | None, version: int) -> list[str]:
    """What changed after the event `seen`, in sentences; without it, the last move. `version` is
    the one that the person saw: what moved on more than the acts tell of was written."""
    moves = [entry for entry in dossier.events if entry.event.source != entry.event.target]
    later = moves[-1:] if seen is None else [entry for entry in moves if entry.event.seq > seen]
    lines = [in_a_line(dossier.workflow, entry) for entry in later]
    if seen is not None and 0 < version < dossier.quick_win.version - len(later):
        lines.append(_("The content was changed."))
    return lines


def in_a_line(workflow: Workflow, entry: Entry) -> str:
    """Who did what and when, as one sentence."""
    told = _told(workflow, entry, None)
    return f"{told.who} {told.what}, {told.at}."


def done_by(workflow: Workflow, action: str, source: str | None, target: str | None) -> str:
    """What the act was, as the table says it: "endorsed the proposal"."""
    row = _row(workflow, action, source, target)
    return say(row.done) if row else action


def row_of(workflow: Workflow, event: Event) -> Transition | None:
    """The row by which it happened; None if the table has none any more."""
    return _row(workflow, event.action, event.source, event.target)


def _told(workflow: Workflow, entry: Entry, version: int | None) -> Told:
    event = entry.event
    row = row_of(workflow, event)
    target = workflow.states.get(event.target or "")
    name = event.actor_name if entry.actor else ""
    role = say(workflow.role_label(entry.role)) if entry.role in _roles(workflow) else entry.role
    return Told(
        icon=sign_of(row, target) if row and target else "activity",
        kind=_kind(row, target),
        who=name or role,
        what=_did(workflow, entry),
        at=moment(event.at),
        detail=" · ".join(_details(workflow, entry, role if name else "", version)),
        note="\n\n".join(filter(None, [entry.data.get("summary"), entry.note])),
    )


def _did(workflow: Workflow, entry: Entry) -> str:
    """What it was; of a date that moved, with what it followed from."""
    event = entry.event
    if why := since_what(entry.data["cause"]) if "cause" in entry.data else "":
        return str(_("moved the deadline: %(why)s", why=why))
    return done_by(workflow, event.action, event.source, event.target)


def _roles(workflow: Workflow) -> set[str]:
    return {*workflow.roles, *(role for row in workflow.transitions for role in row.by)}


def _row(
    workflow: Workflow, action: str, source: str | None, target: str | None
) -> Transition | None:
    """The row by which it happened; of several, the one that led where it went."""
    rows = [row for row in workflow.rows(action) if source in row.source]
    went = [row for row in rows if (row.to or source) == target]
    return next(iter(went or rows), None)


def _details(workflow: Workflow, entry: Entry, role: str, version: int | None) -> Iterator[str]:
    """In which capacity, and what the act brought along."""
    event, data = entry.event, entry.data
    if entry.capacity or role:
        yield entry.capacity or role
    if entry.on_behalf_of:
        yield _("on behalf of %(name)s", name=entry.on_behalf_of)
    if version:
        yield _("version %(number)s", number=version)
    target = workflow.states.get(event.target or "")
    if target and event.source != event.target:
        yield _("now “%(state)s”", state=say(target.label))
    if "verdict" in data:
        yield _("verdict: %(verdict)s", verdict=VERDICTS.get(data["verdict"], data["verdict"]))
    if "percent" in data:
        yield _("%(number)s percent done", number=number(data["percent"]))
    if "due_on" in data:
        yield _("new deadline: %(day)s", day=day(date.fromisoformat(data["due_on"])))
    if "field" in data:
        yield _("about: %(field)s", field=FIELDS.get(data["field"], data["field"]))
    if notes := len(data.get("notes", ())):
        yield ngettext("%(num)s note on a field", "%(num)s notes on fields", notes)
    yield from told_by_the_clock(workflow, event)
    if data.get("decree") and data.get("number"):
        yield _("decree %(number)s", number=data["number"])


def _kind(row: Transition | None, target: State | None) -> Kind:
    if row is None or target is None or row.to is None:
        return "neutral"
    if stops(target):
        return "danger"
    if target.editable:
        return "warning"
    return "success" if target.final else "primary"
