"""Whether a definition makes sense: its names, its numbers, its rows.

A definition may be activated when there are no findings. This file looks at single places;
`turn_checks` asks who answers and by when, and `soundness` where Quick Wins can go.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from workflow.definition import SYSTEM, TOKENS, Transition, Workflow
from workflow.document import Finding, finding
from workflow.fields import Content
from workflow.guards import GUARDS, PERSONAL
from workflow.language import N_, Label
from workflow.soundness import unsound
from workflow.turn_checks import MOST_DAYS, unanswered

NO_STATE = N_("There is no state “%(name)s”.")
NO_ROLE = N_("There is no role “%(name)s”.")
NO_STAGE = N_("There is no stage “%(name)s”.")
NO_GUARD = N_("There is no guard “%(name)s”.")
NO_ASPECT = N_("The rubric has no aspect “%(name)s”.")
NO_FIELD = N_("The content has no field “%(name)s”.")
NO_RECIPIENT = N_("“%(name)s” is neither a role nor one of: turn, superior, admins.")
EMPTY = N_("Something must stand here.")
TWICE = N_("“%(name)s” stands here twice.")
BAD_CODE = N_(
    "“%(name)s” is no code: small letters, digits and underscores, beginning with a letter."
)
RESERVED = N_("“%(name)s” has a meaning of its own and cannot be the code of a role.")
NO_LABEL = N_("A label needs words in both languages.")
INITIAL_FINAL = N_("A new Quick Win cannot start in a final state.")
INITIAL_STAGE = N_("The initial state needs a stage: there is none before it to stay in.")
SUPERIORS = N_("The superiors of “%(role)s” lead back to it.")
OUT_OF_RANGE = N_("This number must be from %(least)s to %(most)s.")
FEW_REVIEWERS = N_("%(reviewers)s reviewers can never be a quorum of %(quorum)s.")
NO_DAYS = N_("The state “%(state)s” has no working days that a period could set.")
SYSTEM_ALONE = N_("A row of the system is for nobody else.")
AUTOMATIC_BY = N_("An automatic row is by the system.")
AUTOMATIC_TO = N_("An automatic row must lead to a state.")
SYSTEM_COLLECTS = N_("The system has nothing to collect.")
SYSTEM_NOTE = N_("The system writes no note.")
SYSTEM_GUARD = N_("The guard “%(guard)s” is about a person, but this row is by the system.")
NOT_BY_DECREE = N_("The guard “%(guard)s” needs a row that collects a decree.")

# What these ask is about the person who acts, so it says nothing about the system.
_ABOUT_A_PERSON = (*PERSONAL, "by_decree", "undo_open")

# A place, the names that stand there, those that exist, and what to say of others.
_Named = tuple[str, Collection[str], Collection[str], str]


def check(workflow: Workflow, guards: Collection[str] = GUARDS.keys()) -> list[Finding]:
    """All that is wrong with a definition; an empty list: it may be activated."""
    named = list(_named(workflow, guards))
    unknown = list(_unknown(named))
    findings = [*unknown, *_lists(named), *_codes(workflow), *_labels(workflow)]
    findings += _numbers(workflow)
    for row in workflow.transitions:
        findings += _row(row)
    if unknown:  # nobody can say where such a definition leads
        return findings
    return [*findings, *unanswered(workflow), *unsound(workflow)]


def _unknown(named: Iterable[_Named]) -> Iterator[Finding]:
    for place, names, known, text in named:
        for name in names:
            if name not in known:
                yield finding(place, text, name=name)


def _lists(named: Iterable[_Named]) -> Iterator[Finding]:
    """Lists that name something twice, or nothing where somebody or something must be."""
    for place, names, _, _ in named:
        for name in dict.fromkeys(names):
            if list(names).count(name) > 1:
                yield finding(place, TWICE, name=name)
        if not names and place.startswith("transitions.") and place.endswith((".from", ".by")):
            yield finding(place, EMPTY)


def _named(workflow: Workflow, guards: Collection[str]) -> Iterator[_Named]:
    """Every place of the document that names something of it."""
    states, roles = workflow.states.keys(), workflow.roles.keys()
    yield "initial", [workflow.initial], states, NO_STATE
    yield "parameters.days", workflow.parameters.days, states, NO_STATE
    yield "parameters.weights", workflow.parameters.weights, workflow.rubric, NO_ASPECT
    for role in workflow.roles.values():
        yield f"roles.{role.code}.superior", _some(role.superior), roles, NO_ROLE
    for state in workflow.states.values():
        place = f"states.{state.code}"
        yield f"{place}.stage", _some(state.stage), workflow.stages, NO_STAGE
        yield f"{place}.turn", state.turn, roles, NO_ROLE
        for code, one in state.checklist.items():
            shown = f"{place}.checklist.{code}.fields"
            yield shown, one.fields, Content.model_fields, NO_FIELD
    for row in workflow.transitions:
        place = f"transitions.{row.trigger}"
        before = _some(row.when.returned_from if row.when else None)
        yield f"{place}.from", row.source, states, NO_STATE
        yield f"{place}.to", _some(row.to), states, NO_STATE
        yield f"{place}.by", row.by, {*roles, SYSTEM}, NO_ROLE
        yield f"{place}.guards", row.guards, guards, NO_GUARD
        yield f"{place}.notify", row.notify, {*roles, *TOKENS}, NO_RECIPIENT
        yield f"{place}.when.returned_from", before, states, NO_STATE


def _codes(workflow: Workflow) -> Iterator[Finding]:
    """Codes stand in addresses and in the database; some words mean something already."""
    places = {
        "roles": workflow.roles,
        "stages": workflow.stages,
        "states": workflow.states,
        "rubric": workflow.rubric,
        "transitions": workflow.actions,
        **{f"states.{code}.checklist": s.checklist for code, s in workflow.states.items()},
    }
    for place, codes in {"name": [workflow.name], **places}.items():
        for code in codes:
            if not re.fullmatch("[a-z][a-z0-9_]*", code):
                yield finding(place, BAD_CODE, name=code)
    for code in workflow.roles:
        if code in (SYSTEM, *TOKENS):
            yield finding(f"roles.{code}", RESERVED, name=code)
    for role in workflow.roles.values():
        if role.code in _superiors(workflow, role.code):
            yield finding(f"roles.{role.code}.superior", SUPERIORS, role=role.label)
    initial = workflow.states.get(workflow.initial)
    if initial and initial.final:
        yield finding("initial", INITIAL_FINAL)
    if initial and workflow.stages and initial.stage is None:
        yield finding(f"states.{initial.code}.stage", INITIAL_STAGE)


def _superiors(workflow: Workflow, role: str) -> list[str]:
    """The superiors of a role, from the nearest up, until there is none or one comes again."""
    found: list[str] = []
    superior = workflow.roles[role].superior
    while superior is not None and superior in workflow.roles and superior not in found:
        found.append(superior)
        superior = workflow.roles[superior].superior
    return found


def _labels(workflow: Workflow) -> Iterator[Finding]:
    labels = {
        "label": workflow.label,
        **{f"rubric.{code}.label": aspect.label for code, aspect in workflow.rubric.items()},
        **{f"roles.{code}.label": role.label for code, role in workflow.roles.items()},
        **{f"stages.{code}": label for code, label in workflow.stages.items()},
        **{f"states.{code}.label": state.label for code, state in workflow.states.items()},
        **{f"transitions.{row.trigger}.label": row.label for row in workflow.transitions},
        **{f"transitions.{row.trigger}.done": row.done for row in workflow.transitions},
        **dict(_helps(workflow)),
    }
    for place, label in labels.items():
        if not (label.id.strip() and label.en.strip()):
            yield finding(place, NO_LABEL)


def _helps(workflow: Workflow) -> Iterator[tuple[str, Label]]:
    """What helps people to score and to check, as far as it is there."""
    for code, aspect in workflow.rubric.items():
        for part in ("help", "low", "middle", "high"):
            if (label := getattr(aspect, part)) is not None:
                yield f"rubric.{code}.{part}", label
    for state in workflow.states.values():
        for code, one in state.checklist.items():
            place = f"states.{state.code}.checklist.{code}"
            yield f"{place}.question", one.question
            if one.help is not None:
                yield f"{place}.help", one.help


def _numbers(workflow: Workflow) -> Iterator[Finding]:
    weights = {f"rubric.{code}.weight": aspect.weight for code, aspect in workflow.rubric.items()}
    yield from _outside({"version": (workflow.version, 1, 1_000_000), **_weights(weights)})
    yield from unfit(workflow)


def unfit(workflow: Workflow) -> Iterator[Finding]:
    """What is wrong with the numbers of its parameters, which a period may set as well."""
    given = workflow.parameters
    weights = {f"parameters.weights.{code}": weight for code, weight in given.weights.items()}
    days = {f"parameters.days.{code}": days for code, days in given.days.items()}
    numbers = {
        "parameters.quorum": (given.quorum, 1, 100),
        "parameters.reviewers": (given.reviewers, 1, 100),
        "parameters.undo_minutes": (given.undo_minutes, 0, 60 * 24 * 365),
        **_weights(weights),
        **{place: (count, 1, MOST_DAYS) for place, count in days.items()},
    }
    yield from _outside(numbers)
    if given.reviewers < given.quorum:
        counts = {"reviewers": given.reviewers, "quorum": given.quorum}
        yield finding("parameters.reviewers", FEW_REVIEWERS, **counts)
    for code in given.days:
        state = workflow.states.get(code)
        if state and not (state.deadline and state.deadline.within):
            yield finding(f"parameters.days.{code}", NO_DAYS, state=state.label)


def _weights(weights: Mapping[str, int]) -> dict[str, tuple[int, int, int]]:
    return {place: (weight, 1, 1000) for place, weight in weights.items()}


def _outside(numbers: Mapping[str, tuple[int, int, int]]) -> Iterator[Finding]:
    """Those that are not between the two beside them."""
    for place, (number, least, most) in numbers.items():
        if not least <= number <= most:
            yield finding(place, OUT_OF_RANGE, least=least, most=most)


def _row(row: Transition) -> Iterator[Finding]:
    """What a row says against itself."""
    place = f"transitions.{row.trigger}"
    if row.automatic and SYSTEM not in row.by:
        yield finding(f"{place}.by", AUTOMATIC_BY)
    if row.automatic and row.to is None:
        yield finding(f"{place}.to", AUTOMATIC_TO)
    if "by_decree" in row.guards and row.collects != "decree":
        yield finding(f"{place}.guards", NOT_BY_DECREE, guard="by_decree")
    if SYSTEM not in row.by:
        return
    if row.by != (SYSTEM,):
        yield finding(f"{place}.by", SYSTEM_ALONE)
    if row.collects:
        yield finding(f"{place}.collects", SYSTEM_COLLECTS)
    if row.note == "required":
        yield finding(f"{place}.note", SYSTEM_NOTE)
    for guard in row.guards:
        if guard in _ABOUT_A_PERSON:
            yield finding(f"{place}.guards", SYSTEM_GUARD, guard=guard)


def _some(name: str | None) -> list[str]:
    return [] if name is None else [name]
