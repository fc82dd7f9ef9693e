"""What a person may do with a Quick Win, as the templates need it: offers, and refusals with rules.

The domain decided already; here it is put into words and into order. The one thing added is the way
to a decree, where only that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from flask import url_for
from flask_babel import gettext as _

from web.frame import say
from web.presenting import answers_turn, stops, turn_of
from workflow.acts import takes_notes
from workflow.definition import SYSTEM, State, Transition, Workflow
from workflow.dossier import Check, Dossier
from workflow.errors import Refused, Unmet
from workflow.machine import Offer

INLINE = "comment"  # what is collected on the page itself, below the history
_SIGNS = {
    "judgment": "clipboard-check",
    "report": "trending-up",
    "comment": "message",
    "extension": "calendar-plus",
    "decree": "certificate",
    "reviewers": "users",
    "recusal": "ban",
}


@dataclass(frozen=True, kw_only=True)
class Offered:
    """An action as `macros/actions.html` draws it; `typed` and `error` are of a refused post."""

    name: str
    label: str
    href: str
    then: str
    note: str
    collects: bool
    kind: Literal["primary", "light", "danger"]
    icon: str
    noted: bool = False  # it has a page on which notes can be written beside the fields
    typed: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """How those who propose take it back."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class NotNow:
    """A refused action, and the rule. Where only other roles may, it names them."""

    label: str
    rule: str


def offers(dossier: Dossier) -> list[Offered]:
    """What is open, but for what is collected on the page itself: first what the turn asks for,
    last what ends it badly."""
    found = [offer for offer in dossier.choices.actions.values() if offer.row.collects != INLINE]
    found.sort(key=lambda offer: (stops(offer.then), not answers_turn(offer.row, dossier.state)))
    ways = [_to_decree(dossier, row) for row in by_decree(dossier)]
    check = [_check(dossier, dossier.check)] if dossier.check else []
    offered = [*check, *ways, *(_offered(dossier, offer) for offer in found)]
    # One main button: the first thing that the turn asks for.
    later = (replace(o, kind="light") if o.kind == "primary" else o for o in offered[1:])
    return [*offered[:1], *later]


def with_typed(offered: list[Offered], name: str, note: str, error: str) -> list[Offered]:
    """The offers with what a refused post of one of them held."""
    return [
        replace(each, typed=note, error=error) if each.name == name else each for each in offered
    ]


def way_out(dossier: Dossier) -> WayOut | None:
    """The action with which those who write the proposal end it; None where it is not open."""
    for name, offer in dossier.choices.actions.items():
        if stops(offer.then) and not dossier.workflow.editors.isdisjoint(offer.row.by):
            return WayOut(label=say(offer.row.label), href=f"#action-{name}")
    return None


def inline(dossier: Dossier) -> str:
    """The name of the action that is collected on the page itself; "" if it is not open."""
    found = dossier.choices.actions.items()
    return next((name for name, offer in found if offer.row.collects == INLINE), "")


def by_decree(dossier: Dossier) -> list[Transition]:
    """The rows that the reader could perform here if there were a decree."""
    found = []
    for name, refusal in dossier.choices.refused.items():
        rows = dossier.workflow.rows(name, dossier.state.code)
        if rows and rows[0].collects == "decree" and type(refusal) is Unmet:
            found.append(rows[0])
    return found


def refusals(dossier: Dossier) -> list[NotNow]:
    """Why not the rest: first what starts in this state. What only the clock does is left out."""
    workflow, ways = dossier.workflow, {row.name for row in by_decree(dossier)}
    found = [
        (name, refusal)
        for name, refusal in dossier.choices.refused.items()
        if name not in ways and any(row.by != (SYSTEM,) for row in workflow.rows(name))
    ]
    found.sort(key=lambda pair: not workflow.rows(pair[0], dossier.state.code))
    return [_not_now(workflow, name, refusal) for name, refusal in found]


def what_next(workflow: Workflow, row: Transition, then: State) -> str:
    """What happens then, for the person who thinks about doing it."""
    if row.to is None:
        return str(_("It stays in “%(state)s”.", state=say(then.label)))
    return where_it_is(workflow, then)


def where_it_is(workflow: Workflow, state: State) -> str:
    """The state, and whose turn it is there."""
    if state.final:
        return str(_("Next: “%(state)s”, where it ends.", state=say(state.label)))
    turn = turn_of(workflow, state)
    return str(_("Next: “%(state)s”, the turn of: %(roles)s.", state=say(state.label), roles=turn))


def sign_of(row: Transition, target: State) -> str:
    """The icon of an action, by what it does."""
    if row.collects:
        return _SIGNS[row.collects]
    if row.by == (SYSTEM,):
        return "bell-ringing" if row.to is None else "bolt"
    if stops(target):
        return "ban"
    if target.editable:
        return "arrow-back-up"
    return "circle-check" if target.final else "check"


def _offered(dossier: Dossier, offer: Offer) -> Offered:
    row, quick_win = offer.row, dossier.quick_win
    turn = answers_turn(row, dossier.state)
    return Offered(
        name=row.name,
        label=say(row.label),
        href=url_for("acting.act", quick_win_id=quick_win.id, action=row.name),
        then=what_next(dossier.workflow, row, offer.then),
        note=row.note,
        collects=row.collects is not None,
        kind="danger" if stops(offer.then) else "primary" if turn else "light",
        icon=sign_of(row, offer.then),
        noted=row.collects is None and takes_notes(row, dossier.workflow),
    )


def _check(dossier: Dossier, check: Check) -> Offered:
    return Offered(
        name="checklist",
        label=_("Go through the checklist"),
        href=url_for("checklist.show", quick_win_id=dossier.quick_win.id),
        then=_(
            "If all is well: “%(on)s”. If not, your remarks become the note of “%(back)s”.",
            on=say(check.on.row.label),
            back=say(check.back.row.label),
        ),
        note="",
        collects=True,
        kind="primary",
        icon="checklist",
    )


def last_seen(dossier: Dossier) -> int:
    """Up to which event the page shows what happened: a refused post tells what came after."""
    return dossier.events[-1].event.seq if dossier.events else 0


def _to_decree(dossier: Dossier, row: Transition) -> Offered:
    rule = dossier.choices.refused[row.name].sentence
    then = dossier.workflow.states[row.to or dossier.state.code]
    return Offered(
        name=row.name,
        label=_("%(action)s through a decree", action=say(row.label)),
        href=url_for(
            "decrees.new", period=dossier.quick_win.period.code, quick_win=dossier.quick_win.id
        ),
        then=f"{say(rule)} {what_next(dossier.workflow, row, then)}",
        note="",
        collects=True,
        kind="primary" if answers_turn(row, dossier.state) else "light",
        icon=_SIGNS["decree"],
    )


def _not_now(workflow: Workflow, name: str, refusal: Refused) -> NotNow:
    return NotNow(label=say(workflow.rows(name)[0].label), rule=say(refusal.sentence))
