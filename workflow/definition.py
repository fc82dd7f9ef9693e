"""The table: a workflow as a frozen value. `document` loads it from the TOML that is the policy.

The machine, the buttons, the API, the inbox, the deadlines, the document for people and the tests
are derived from a `Workflow`; none of them repeats a rule. Whether it makes sense is asked in
`checks`; what a guard means stands in `guards`. No other code names a state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Final, Literal

from pydantic import ConfigDict

from workflow.language import Label

SYSTEM: Final = "system"  # the role of the clock: held by nobody, superior of nobody
# What the clock is told to do by `remind`, and records where the calendar moved a date.
REMIND, RESCHEDULE = "remind", "reschedule"
# In `notify`, beside the roles.
TURN, SUPERIOR, ADMINS = TOKENS = ("turn", "superior", "admins")


class Coverage(StrEnum):
    """How far an OPD is; of several Quick Wins the furthest counts, in this order."""

    NOTHING = "nothing"
    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    ESTABLISHED = "established"
    IMPLEMENTATION = "implementation"
    COMPLETED = "completed"


class Strict:
    """Unknown keys of the document are refused: a misspelt rule must not be a rule left out."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, kw_only=True)
class Role(Strict):
    """Held by people, for a unit and those below it, or for the city."""

    code: str
    label: Label
    scope: Literal["unit", "city"]
    sees: Literal["own_unit", "circulated", "all"]
    superior: str | None = None


@dataclass(frozen=True, kw_only=True)
class Late(Strict):
    """`do` at `after` working days past the due time, each `again` days more, `times` in all."""

    after: int
    do: str
    again: int | None = None
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Deadline(Strict):
    """Exactly one kind: `within` working days; or the `by`-th working day of each month (`every`);
    or the end of the period (`until`), and once that has passed, `within` working days.

    `remind` counts working days before the due time: negative, or 0 on the day; `do` is the act at
    the time.
    """

    within: int | None = None
    every: Literal["month"] | None = None
    by: int | None = None
    until: Literal["period"] | None = None
    remind: tuple[int, ...] = ()
    do: str | None = None
    late: tuple[Late, ...] = ()

    def steps(self) -> Iterator[tuple[str, int]]:
        """(action, working days after the due time) of everything the clock will do, in order."""
        yield from ((REMIND, days) for days in self.remind)
        if self.do:
            yield self.do, 0
        for late in self.late:
            for n in range(late.times):
                yield late.do, late.after + n * (late.again or 0)


@dataclass(frozen=True, kw_only=True)
class Question(Strict):
    """A line of a checklist, to be answered with yes; `fields` of the content help to answer it."""

    question: Label
    help: Label | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class State(Strict):
    code: str
    label: Label
    stage: str | None = None  # the step of the stepper; None: the step it came from
    coverage: Coverage
    editable: bool = False
    final: bool = False
    circulates: bool = False  # from here on the city's roles see it
    pauses: bool = False  # the clock of the state before stands still, until it goes back there
    turn: tuple[str, ...] = ()  # whose inbox, whose clock
    deadline: Deadline | None = None
    # What whose turn it is goes through, with every required field, before it moves on.
    checklist: Mapping[str, Question] = field(default_factory=dict)

    def open_to(self, roles: Collection[str]) -> bool:
        """Whether a holder of these roles writes the content here: it is their turn, and it can be
        edited."""
        return self.editable and not set(self.turn).isdisjoint(roles)


@dataclass(frozen=True, kw_only=True)
class When(Strict):
    """Tells rows of one name and source apart. None: does not matter."""

    returned_from: str | None = None  # the state it was in before this one
    material: bool | None = None  # a material field changed since the last submission

    def fits(self, *, returned_from: str | None, material: bool) -> bool:
        return self.returned_from in (None, returned_from) and self.material in (None, material)


Collects = Literal["judgment", "report", "comment", "extension", "decree", "recusal", "reviewers"]


@dataclass(frozen=True, kw_only=True)
class Transition(Strict):
    """A row of the table. Without `to` the state stays, and the act is recorded all the same."""

    name: str
    trigger: str  # `name`, or `name#2` where several rows share the name
    label: Label  # on the button
    done: Label  # in history and in mail: "Rina ..."
    source: tuple[str, ...]
    to: str | None = None
    by: tuple[str, ...]
    guards: tuple[str, ...] = ()
    collects: Collects | None = None
    note: Literal["optional", "required"] = "optional"
    notify: tuple[str, ...] = ()  # roles, or: turn, submitter, head, superior, admins
    automatic: bool = False  # tried after every act
    undo: bool = False
    when: When | None = None

    @property
    def answers(self) -> bool:
        """Whether it does what the turn asks for, so that its guards say whose turn it can be."""
        return self.to is not None or self.collects in ("judgment", "report")

    @property
    def rescinds(self) -> bool:
        """Whether it takes back the act before it."""
        return "undo_open" in self.guards and self.to is not None

    def fits(self, *, returned_from: str | None, material: bool) -> bool:
        """Whether its `when` is about a Quick Win that came from there, with such changes."""
        return self.when is None or self.when.fits(returned_from=returned_from, material=material)


@dataclass(frozen=True, kw_only=True)
class Aspect(Strict):
    """A line of the reviewers' rubric, scored 0 to 4, and what helps to score it."""

    label: Label
    weight: int
    help: Label | None = None  # what is asked
    low: Label | None = None  # what earns 0,
    middle: Label | None = None  # what 2,
    high: Label | None = None  # and what 4


class QuorumOf(StrEnum):
    """Who must be among a quorum: any so many; all who were asked; at least one of each role."""

    NUMBER = "number"
    ALL = "all"
    EACH_ROLE = "each_role"


@dataclass(frozen=True, kw_only=True)
class Parameters(Strict):
    """What a period may set without a new definition."""

    quorum: int
    reviewers: int  # so many are asked where they are shared out
    quorum_of: QuorumOf = QuorumOf.NUMBER
    undo_minutes: int = 0
    days: Mapping[str, int] = field(default_factory=dict)  # state -> working days
    weights: Mapping[str, int] = field(default_factory=dict)  # aspect -> weight


@dataclass(frozen=True, kw_only=True)
class Workflow(Strict):
    name: str
    version: int
    initial: str
    label: Label
    parameters: Parameters
    rubric: Mapping[str, Aspect] = field(default_factory=dict)
    roles: Mapping[str, Role]
    stages: Mapping[str, Label] = field(default_factory=dict)
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    text: str = field(repr=False)

    def __hash__(self) -> int:
        return hash(self.sha256)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """The names of all actions, each once, in the order of the table."""
        return tuple(dict.fromkeys(row.name for row in self.transitions))

    @cached_property
    def editors(self) -> frozenset[str]:
        """The roles that write content: whose turn it is where it can be edited."""
        return frozenset(
            role for state in self.states.values() if state.editable for role in state.turn
        )

    def rows(self, action: str, source: str | None = None) -> tuple[Transition, ...]:
        """The rows of an action, or those that start in the state `source`."""
        return tuple(
            row
            for row in self.transitions
            if row.name == action and (source is None or source in row.source)
        )

    def rows_from(self, state: str) -> tuple[Transition, ...]:
        return tuple(row for row in self.transitions if state in row.source)

    def turn_rows(self, state: str, role: str) -> tuple[Transition, ...]:
        """The rows with which `role` answers its turn in `state`."""
        return tuple(row for row in self.rows_from(state) if role in row.by and row.answers)

    def sends_back(self, row: Transition) -> bool:
        """Whether the content is written again after it; then notes can be pinned to its fields."""
        return row.to is not None and self.states[row.to].editable

    def check_rows(self, state: str, role: str, *, back: bool) -> tuple[Transition, ...]:
        """The rows with which `role` ends a checklist in `state`: those that send back, or those
        that lead on."""
        rows = [row for row in self.turn_rows(state, role) if row.to and not row.collects]
        ways = [r for r in rows if self.states[r.to or state].coverage is not Coverage.NOTHING]
        return tuple(row for row in ways if self.sends_back(row) is back)

    def role_label(self, role: str) -> Label:
        return _SYSTEM_LABEL if role == SYSTEM else self.roles[role].label


_SYSTEM_LABEL = Label(id="Sistem", en="The system")
