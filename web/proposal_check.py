"""The last look before a proposal is sent: every answer, what is missing, and what happens then.

Whether it can be sent, and where it goes, the domain decided already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile
from typing import Any

from flask import g, render_template

from web import content_view, offering
from web.frame import say
from web.labels import CHOICES, FIELDS, PARTS
from web.offering import Offered
from web.presenting import answers_turn, state_kind, title_of, turn_of
from web.proposal_notes import asked
from web.proposal_sections import Section, address_of
from web.proposal_tasks import sections_of
from web.proposal_texts import GROUPS
from workflow import fields
from workflow.definition import Coverage, State, Transition
from workflow.diff import unsent
from workflow.dossier import Dossier
from workflow.registry import parameters_of
from workflow.rights import fits, is_material
from workflow.term import term_of


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A field in words; "" where nothing is filled in."""

    name: str
    label: Any
    text: str
    href: str
    needed: bool


@dataclass(frozen=True, kw_only=True)
class Station:
    """A state it goes through after it was sent: whose turn it is, for how many working days."""

    label: str
    turn: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Revised:
    """What was changed since it was sent last. `material`: judgments of before count no more;
    `judged`: there are any."""

    fields: list[tuple[Any, str, bool]]  # (label, where it is written, whether it is material)
    material: bool
    judged: bool


def render(dossier: Dossier) -> str:
    quick_win, sections, row = dossier.quick_win, sections_of(dossier), sending(dossier)
    return render_template(
        "proposals/check.html",
        quick_win=quick_win,
        title=title_of(quick_win),
        state=dossier.state,
        state_kind=state_kind(dossier.state),
        asked=asked(dossier),
        term=term_of(g.session, quick_win, at=g.now),
        sections=[(one.section, _answers(dossier, one.section)) for one in sections],
        content=dossier.content,
        part_names=PARTS,
        choice_names=CHOICES,
        files=dossier.around.files,
        missing=[missing for one in sections for missing in one.missing],
        send=_offer(dossier, row),
        why_not=_why_not(dossier, row),
        then=_then(dossier, row),
        seen=offering.last_seen(dossier),
        stations=stations(dossier, row),
        revised=_revised(dossier),
    )


def sending(dossier: Dossier) -> Transition | None:
    """The row by which those whose turn it is hand the proposal on, as it is now: it leads to where
    it cannot be edited and does not end."""
    for row in dossier.workflow.rows_from(dossier.state.code):
        target = dossier.workflow.states.get(row.to or "")
        if target is None or target.editable or target.final:
            continue
        if answers_turn(row, dossier.state) and fits(dossier.quick_win, row):
            return row
    return None


def stations(dossier: Dossier, row: Transition | None) -> list[Station]:
    """Where it goes when all goes well, in the order of the table, until it is decided on."""
    if row is None:
        return []
    states = dropwhile(lambda state: state.code != row.to, dossier.workflow.states.values())
    way = takewhile(lambda state: state.coverage is Coverage.IN_PROGRESS, states)
    return [_station(dossier, state) for state in way if state.stage and not state.editable]


def _station(dossier: Dossier, state: State) -> Station:
    within = state.deadline.within if state.deadline else None
    return Station(
        label=say(state.label),
        turn=turn_of(dossier.workflow, state),
        days=parameters_of(dossier.quick_win).days.get(state.code, within or 0),
    )


def _answers(dossier: Dossier, section: Section) -> list[Answer]:
    return [
        Answer(
            name=name,
            label=FIELDS[name],
            text=_in_words(dossier, name),
            href=address_of(dossier.quick_win, name),
            needed=name in fields.REQUIRED,
        )
        for name in section.fields
    ]


def _in_words(dossier: Dossier, name: str) -> str:
    if name == "executing_unit":
        return dossier.around.executing_unit
    if name in GROUPS:
        parts = content_view.part(dossier.content, name)
        return "\n".join(f"{label}: {value}" for label, value in parts)
    value = dossier.content.model_dump()[name]
    return content_view.words(name, value, dossier.quick_win.period)


def _offer(dossier: Dossier, row: Transition | None) -> Offered | None:
    """The button, where it can be pressed now."""
    found = (offer for offer in offering.offers(dossier) if row and offer.name == row.name)
    return next((replace(offer, kind="primary") for offer in found), None)


def _why_not(dossier: Dossier, row: Transition | None) -> str:
    refusal = dossier.choices.refused.get(row.name) if row else None
    return say(refusal.sentence) if refusal else ""


def _then(dossier: Dossier, row: Transition | None) -> str:
    if row is None or row.to is None:
        return ""
    return offering.what_next(dossier.workflow, row, dossier.workflow.states[row.to])


def _revised(dossier: Dossier) -> Revised | None:
    """None where it was never sent before."""
    changes = unsent(g.session, dossier.quick_win)
    if changes is None:
        return None
    return Revised(
        fields=[
            (FIELDS[one.field], address_of(dossier.quick_win, one.field), one.material)
            for one in changes
        ],
        material=is_material(dossier.quick_win),
        judged=bool(dossier.opinions),
    )
