"""Where Quick Wins can go: what the checks find is what trying everything out finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import small

from workflow import soundness
from workflow.checks import check
from workflow.definition import SYSTEM, Finding, Transition, Workflow, load
from workflow.language import Label, Sentence

DONE = {"final": True}
SYSTEM_MOVES = {"by": ["system"], "automatic": True}


def findings(states: dict[str, dict[str, Any]], *rows: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in check(load(small(states, rows)))]


# ---------------------------------------------------------------- one by one


def go(source: str, to: str | None, name: str = "go", **more: Any) -> dict[str, Any]:
    return {"name": name, "from": source.split(), **({"to": to} if to else {}), **more}


def test_a_definition_of_one_act_is_sound():
    assert findings({"a": {}, "z": DONE}, go("a", "z")) == []


def test_a_state_that_nothing_leads_to_is_found_and_so_are_the_rows_that_start_there():
    assert findings({"a": {}, "b": {}, "z": DONE}, go("a", "z"), go("b", "z", "leave")) == [
        "states.b: No Quick Win can ever come into the state “b”.",
        "transitions.leave.from: This row can never be used: no Quick Win comes into a state where "
        "it starts.",
    ]


def test_a_dead_end_is_found_with_every_state_that_only_leads_there():
    rows = go("a", "b"), go("b", None, collects="report"), go("a", "z", "leave")

    assert findings({"a": {}, "b": {}, "z": DONE}, *rows) == [
        "states.b: From the state “b” no final state can be reached."
    ]


def test_a_loop_without_an_exit_is_found():
    rows = go("a", "b"), go("b", "c"), go("c", "b", "back"), go("a", "z", "leave")

    assert findings({"a": {}, "b": {}, "c": {}, "z": DONE}, *rows) == [
        "states.b: From the state “b” no final state can be reached.",
        "states.c: From the state “c” no final state can be reached.",
        "states.b: A Quick Win goes round for ever in these states, of which none is final: b, c.",
    ]


def test_a_loop_with_an_exit_is_no_mistake():
    rows = go("a", "b"), go("b", "a", "back"), go("b", "z", "leave")

    assert findings({"a": {}, "b": {}, "z": DONE}, *rows) == []


def test_a_final_state_that_an_undo_leaves_is_still_an_end():
    assert findings({"a": {}, "z": DONE}, go("a", "z"), go("z", "a", "undo", undo=True)) == []


def test_whoever_came_another_way_can_be_lost_alone():
    rows = (
        go("a", "b"),
        go("a", "c", "detour"),
        go("c", "b", "on"),
        go("b", "z", when={"returned_from": "a"}),
    )

    assert findings({"a": {}, "b": {}, "c": {}, "z": DONE}, *rows) == [
        "states.b: From the state “b” no final state can be reached by a Quick Win that came from "
        "“c”.",
        "states.c: From the state “c” no final state can be reached.",
        "transitions.go#2.when: In the state “b” no row of go fits a Quick Win that came from “c”.",
    ]


def test_a_row_for_those_who_never_come_is_found():
    rows = go("a", "b"), go("b", "z", when={"returned_from": "z"}), go("b", "z", "leave")

    assert findings({"a": {}, "b": {}, "z": DONE}, *rows) == [
        "transitions.go#2.when: This row can never be used: no Quick Win comes from “z” into a "
        "state where it starts.",
        "transitions.go#2.when: In the state “b” no row of go fits a Quick Win that came from “a”.",
    ]


def test_a_row_for_changed_content_where_it_cannot_change_is_found():
    rows = go("a", "z", when={"material": True}), go("a", "z", when={"material": False})

    assert findings({"a": {}, "z": DONE}, *rows) == [
        "transitions.go.when: This row can never be used: the content cannot be changed where it "
        "starts."
    ]
    assert findings({"a": {"editable": True}, "z": DONE}, *rows) == []


def test_a_row_of_the_system_that_no_deadline_names_is_found():
    rows = go("a", "z"), go("a", None, "remind", by=["system"])
    reminding = {"within": 5, "remind": [-1]}

    assert findings({"a": {}, "z": DONE}, *rows) == [
        "transitions.remind: This row can never be used: it is the system's, but neither automatic "
        "nor in the deadline of a state where it starts."
    ]
    assert findings({"a": {"deadline": reminding}, "z": DONE}, *rows) == []


def test_a_row_that_is_dead_in_one_of_its_states_is_found_there():
    rows = (
        go("a", "b"),
        go("a b", None, "remind", by=["system"]),
        go("b", "z", "leave"),
    )
    states = {"a": {}, "b": {"deadline": {"within": 5, "remind": [-1]}}, "z": DONE}

    assert findings(states, *rows) == [
        "transitions.remind.from: This row can never be used in the state “a”."
    ]


def test_a_guard_that_asks_for_judgments_nobody_can_have_given_is_found():
    judge = go("b", None, "judge", collects="judgment")
    rows = go("a", "b"), go("b", "z", "leave"), judge
    states = {"a": {}, "b": {}, "z": DONE}

    early = go("a", "z", "decide", guards=["quorum_reached"])
    assert findings(states, *rows, early) == [
        "transitions.decide.guards: This row can never be used: what the guard “quorum_reached” "
        "asks for cannot have been recorded before."
    ]
    assert findings(states, *rows, {**early, "from": ["b"]}) == []


def test_a_row_behind_another_one_is_found():
    assert findings({"a": {}, "z": DONE}, go("a", "z"), go("a", None, by=["boss"])) == [
        "transitions.go#2: This row can never be used: other rows always come before it.",
        "transitions.go#2.when: In the state “a” the rows go and go#2 both fit a Quick Win that is "
        "new.",
    ]


def test_nobody_can_act_where_the_system_moves_on_at_once():
    rows = go("a", "b"), go("b", "z", "on", **SYSTEM_MOVES), go("b", "z", "leave")

    assert findings({"a": {}, "b": {}, "z": DONE}, *rows) == [
        "transitions.leave: This row can never be used: other rows always come before it."
    ]


def test_an_automatic_row_behind_one_that_asks_for_less_is_found():
    rows = (
        go("a", "z", "leave"),
        go("a", "z", "first", **SYSTEM_MOVES, guards=["complete"]),
        go("a", "y", "second", **SYSTEM_MOVES, guards=["period_open", "complete"]),
        go("a", "y", "third", **SYSTEM_MOVES, guards=["period_open"]),
    )

    assert findings({"a": {}, "y": DONE, "z": DONE}, *rows) == [
        "transitions.second: This row can never be used: other rows always come before it."
    ]


def test_rows_that_do_not_share_out_what_can_come_are_found_with_the_case():
    rows = (
        go("a", "b"),
        go("b", "a", "back"),
        go("a", "z", "leave", when={"material": True}),
        go("a", "z", "leave", when={"returned_from": "b"}),
        go("b", "z", "end"),
    )

    assert findings({"a": {"editable": True}, "b": {}, "z": DONE}, *rows) == [
        "transitions.leave.when: In the state “a” no row of leave fits a Quick Win that is new and "
        "has no material changes.",
        "transitions.leave#2.when: In the state “a” the rows leave and leave#2 both fit a Quick "
        "Win that came from “b” and has material changes.",
    ]


def test_a_system_that_would_never_stop_is_found():
    automatic = {**SYSTEM_MOVES, "guards": ["complete"]}
    rows = go("a", "b", **automatic), go("b", "a", "back", **automatic)
    exits = go("a", "z", "leave"), go("b", "z", "leave")

    assert findings({"a": {}, "b": {}, "z": DONE}, *rows, *exits) == [
        "transitions.back.automatic: The system would never stop: automatic rows lead round and "
        "round, this one too.",
        "transitions.go.automatic: The system would never stop: automatic rows lead round and "
        "round, this one too.",
    ]


# ---------------------------------------------------------------- against brute force

# A verdict names a mistake and where it is; "*" stands for everywhere.
Verdict = tuple[str, ...]


class Moment(NamedTuple):
    state: str
    before: str | None
    changed: bool
    judged: bool
    reported: bool
    asked: bool  # whether automatic rows are still to be tried


@dataclass(frozen=True)
class Tried:
    """One thing that happened: a row, or None for an edit and for nothing automatic to do."""

    row: Transition | None
    then: Moment


class Judge:
    """Plays a definition: at each moment tries every act, edit and outcome of the guards."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.all_guards = sorted({guard for row in workflow.transitions for guard in row.guards})
        self.played: dict[Moment, list[Tried]] = {}
        todo = self.arrivals(workflow.initial, None, judged=False, reported=False)
        while todo:
            moment = todo.pop()
            if moment not in self.played:
                self.played[moment] = list(self.play(moment))
                todo += [tried.then for tried in self.played[moment]]

    def arrivals(
        self, state: str, before: str | None, *, judged: bool, reported: bool
    ) -> list[Moment]:
        changes = [False, True] if self.workflow.states[state].editable else [False]
        return [Moment(state, before, changed, judged, reported, True) for changed in changes]

    def play(self, at: Moment) -> Iterator[Tried]:
        if not at.asked and self.workflow.states[at.state].editable:
            yield Tried(None, at._replace(changed=not at.changed))
        for holding in self.outcomes(at):
            able = [row for row in self.door(at) if set(row.guards) <= holding]
            automatic = [row for row in able if row.automatic]
            if not at.asked:
                for row in able:
                    if not row.automatic and self.somebody(row, at.state):
                        yield from self.act(row, at)
            elif automatic:
                yield from self.act(automatic[0], at)
            else:
                yield Tried(None, at._replace(asked=False))

    def outcomes(self, at: Moment) -> Iterator[set[str]]:
        impossible = {
            *(() if at.judged else ("quorum_reached",)),
            *(() if at.reported else ("finally_reported",)),
        }
        subsets = (combinations(self.all_guards, n) for n in range(len(self.all_guards) + 1))
        yield from (set(held) for held in chain(*subsets) if not impossible & set(held))

    def door(self, at: Moment) -> Iterator[Transition]:
        """Of each action the first row that starts here and whose `when` is so."""
        taken = set()
        for row in self.workflow.transitions:
            if at.state not in row.source or row.name in taken or not self.suits(row, at):
                continue
            taken.add(row.name)
            yield row

    def suits(self, row: Transition, at: Moment) -> bool:
        if row.when is None:
            return True
        if row.when.returned_from is not None and row.when.returned_from != at.before:
            return False
        return row.when.material is None or row.when.material == at.changed

    def somebody(self, row: Transition, state: str) -> bool:
        if any(role != SYSTEM for role in row.by):
            return True
        deadline = self.workflow.states[state].deadline
        return deadline is not None and row.name in [action for action, _ in deadline.steps()]

    def act(self, row: Transition, at: Moment) -> Iterator[Tried]:
        judged = at.judged or row.collects == "judgment"
        reported = at.reported or row.collects == "report"
        if row.to is None:
            yield Tried(row, at._replace(judged=judged, reported=reported, asked=True))
            return
        for then in self.arrivals(row.to, at.state, judged=judged, reported=reported):
            yield Tried(row, then)

    def future(self, moment: Moment, *, automatic: bool = False) -> set[Moment]:
        """Every moment that can come after one, or can come by automatic rows only."""
        found: set[Moment] = set()
        todo = [moment]
        while todo:
            for tried in self.played[todo.pop()]:
                if automatic and not (tried.row and tried.row.automatic):
                    continue
                if tried.then not in found:
                    found.add(tried.then)
                    todo.append(tried.then)
        return found

    # ------------------------------------------------------------ verdicts

    def verdicts(self) -> set[Verdict]:
        futures = {moment: self.future(moment) for moment in self.played}
        return {
            *self.unreached(),
            *self.lost(futures),
            *self.loops(futures),
            *self.dead(),
            *self.not_shared_out(),
            *self.endless(),
        }

    def unreached(self) -> Iterator[Verdict]:
        reached = {moment.state for moment in self.played}
        yield from (("unreached", s) for s in self.workflow.states if s not in reached)

    def is_end(self, moment: Moment) -> bool:
        return self.workflow.states[moment.state].final

    def lost(self, futures: dict[Moment, set[Moment]]) -> Iterator[Verdict]:
        for state in self.workflow.states:
            here = [moment for moment in self.played if moment.state == state]
            ways = {moment.before for moment in here}
            lost_ways = {
                moment.before
                for moment in here
                if not any(map(self.is_end, {moment, *futures[moment]}))
            }
            if here and lost_ways == ways:
                yield ("lost", state, "*")
            else:
                yield from (("lost", state, way or "new") for way in lost_ways)

    def loops(self, futures: dict[Moment, set[Moment]]) -> Iterator[Verdict]:
        for moment, future in futures.items():
            always_back = all(moment in futures[later] for later in future)
            moves = any(t.row and t.row.to for later in future for t in self.played[later])
            if future and always_back and moves and not any(map(self.is_end, future)):
                yield ("loop", *sorted({later.state for later in future}))

    def dead(self) -> Iterator[Verdict]:
        reached = {moment.state for moment in self.played}
        used = {
            (tried.row.trigger, moment.state)
            for moment, all_tried in self.played.items()
            for tried in all_tried
            if tried.row
        }
        for row in self.workflow.transitions:
            unused = {s for s in reached.intersection(row.source) if (row.trigger, s) not in used}
            if not any((row.trigger, state) in used for state in row.source):
                yield ("dead", row.trigger, "*")
            else:
                yield from (("dead", row.trigger, state) for state in unused)

    def not_shared_out(self) -> Iterator[Verdict]:
        for moment in self.played:
            for action in {row.name for row in self.workflow.transitions}:
                rows = [r for r in self.workflow.transitions if r.name == action]
                rows = [row for row in rows if moment.state in row.source]
                suiting = [row for row in rows if self.suits(row, moment)]
                if rows and not suiting:
                    yield ("gap", rows[0].trigger, moment.state)
                yield from (("overlap", row.trigger, moment.state) for row in suiting[1:])

    def endless(self) -> Iterator[Verdict]:
        for moment, all_tried in self.played.items():
            for tried in all_tried:
                if tried.row and tried.row.automatic:
                    after = {tried.then, *self.future(tried.then, automatic=True)}
                    if moment in after:
                        yield ("endless", tried.row.trigger)


def as_verdicts(finding: Finding) -> set[Verdict]:
    """What a finding says, in the words of the judge. Findings of other checks say nothing."""
    names = finding.place.split(".")
    values = {key: said(value) for key, value in finding.sentence.values.items()}
    text = finding.sentence.text
    if text == soundness.UNREACHED:
        return {("unreached", names[1])}
    if text == soundness.NO_END:
        return {("lost", names[1], "*")}
    if text == soundness.NO_END_FOR:
        return {("lost", names[1], values["case"])}
    if text == soundness.LOOP:
        return {("loop", *sorted(values["states"].split(", ")))}
    if text == soundness.DEAD_IN:
        return {("dead", names[1], values["state"])}
    if text.startswith("This row can never be used"):
        return {("dead", names[1], "*")}
    if text == soundness.GAP:
        return {("gap", names[1], values["state"])}
    if text == soundness.OVERLAP:
        return {("overlap", names[1], values["state"])}
    return {("endless", names[1])} if text == soundness.ENDLESS else set()


def said(value: str | int | Label | Sentence) -> str:
    if isinstance(value, Sentence):  # a case: where from
        return said(value.values["before"]) if "before" in value.values else "new"
    return value.en if isinstance(value, Label) else str(value)


@st.composite
def definitions(draw: st.DrawFn) -> str:
    """Small definitions of every kind: some quite wild, others sound or nearly so."""
    codes = "abcde"[: draw(st.integers(1, 5))]
    finals = draw(st.sets(st.sampled_from(codes[1:]), min_size=1)) if len(codes) > 1 else set()
    states = {code: draw(a_state(final=code in finals)) for code in codes}
    if finals and draw(st.booleans()):
        rows = draw(ways(codes, finals)) + draw(st.lists(a_row(codes), max_size=2))
    else:
        rows = draw(st.lists(a_row(codes), min_size=1, max_size=8))
    for row in rows:
        if row["by"] == ["system"]:
            row.setdefault("automatic", draw(st.booleans()))
    return small(states, rows)


@st.composite
def ways(draw: st.DrawFn, codes: str, finals: set[str]) -> list[dict[str, Any]]:
    """Rows into every state and out of every one that is not final; some are shared out."""
    opens = [code for code in codes if code not in finals]
    rows = [
        go(draw(st.sampled_from([o for o in opens if o < code])), code, f"enter_{code}")
        for code in codes[1:]
    ]
    for code in opens:
        leave = go(code, None, f"leave_{code}")
        shares = draw(st.sampled_from(["alone", "alone", "material", "returned_from", "both"]))
        whens: list[dict[str, Any]] = [{}]
        if shares in ("returned_from", "both"):
            whens = [{"returned_from": other} for other in draw(st.sets(st.sampled_from(codes)))]
        if shares in ("material", "both"):
            whens = [{**when, "material": changed} for when in whens for changed in (True, False)]
        for when in whens:
            rows.append({**leave, "to": draw(st.sampled_from(codes)), "when": when})
    return [{**row, "by": ["worker"]} for row in rows] + draw(panel(codes))


@st.composite
def panel(draw: st.DrawFn, codes: str) -> list[dict[str, Any]]:
    """Perhaps a state where something is collected, with automatic rows that wait for it."""
    where, names = draw(st.sampled_from(codes)), draw(st.sampled_from(["", "1", "12", "123"]))
    if not names:
        return []
    collects = draw(st.sampled_from(["judgment", "report"]))
    guards = st.lists(st.sampled_from(["quorum_reached", "finally_reported", "complete"]))
    concluding = [
        go(where, draw(st.sampled_from(codes)), f"conclude{n}", **SYSTEM_MOVES, guards=draw(guards))
        for n in names
    ]
    return [go(where, None, "collect", collects=collects, by=["worker"]), *concluding]


def a_row(codes: str) -> st.SearchStrategy[dict[str, Any]]:
    some_state = st.sampled_from(codes)
    return st.fixed_dictionaries(
        {
            "name": st.sampled_from(["go", "back", "leave", "stamp", "remind"]),
            "from": st.lists(some_state, min_size=1, max_size=2, unique=True),
            "by": st.sampled_from([["worker"], ["worker"], ["boss"], ["system"]]),
        },
        optional={
            "to": some_state,
            "when": st.fixed_dictionaries(
                {}, optional={"returned_from": some_state, "material": st.booleans()}
            ),
            "guards": st.lists(
                st.sampled_from(["complete", "quorum_reached", "finally_reported"]), max_size=2
            ),
            "collects": st.sampled_from(["judgment", "report", "comment"]),
            "undo": st.booleans(),
        },
    )


@st.composite
def a_state(draw: st.DrawFn, *, final: bool) -> dict[str, Any]:
    if final:
        return {"final": True}
    deadline = {"within": 5} | draw(
        st.fixed_dictionaries(
            {}, optional={"remind": st.just([-1]), "do": st.sampled_from(["leave", "back"])}
        )
    )
    return {"editable": draw(st.booleans()), "deadline": deadline}


def agree(text: str) -> None:
    workflow = load(text)
    found = [as_verdicts(finding) for finding in check(workflow)]
    assert set().union(*found) == Judge(workflow).verdicts()


@given(definitions())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_checks_find_exactly_what_trying_everything_finds(text):
    agree(text)


@pytest.mark.long
@given(definitions())
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_checks_find_exactly_what_trying_everything_finds_in_five_thousand_definitions(text):
    agree(text)
