"""Where Quick Wins can go: what the checks find is what trying everything out finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from judge import Judge, Verdict
from made_definitions import definitions
from small import SYSTEM_MOVES, go, small

from workflow import soundness
from workflow.checks import check
from workflow.document import Finding, load
from workflow.language import Label, Sentence

DONE = {"final": True}


def findings(states: dict[str, dict[str, Any]], *rows: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in check(load(small(states, rows)))]


# ---------------------------------------------------------------- one by one


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
        "states.b.turn: It is the turn of “worker”, but no row lets them answer it for a Quick Win "
        "that came from “c”.",
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
        "transitions.leave: This row can never be used: other rows always come before it.",
        "states.b.turn: It is the turn of “worker”, but no row lets them answer it for a Quick Win "
        "that came from “a”.",
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


def test_a_turn_that_some_who_come_would_wait_on_in_vain_is_found():
    rows = (
        go("a", "b"),
        go("a", "c", "detour"),
        go("c", "b", "on"),
        go("b", "z", when={"returned_from": "a"}),
        go("b", "z", when={"returned_from": "c"}, by=["boss"]),
    )
    states = {"a": {}, "b": {}, "c": {}, "z": DONE}

    assert findings(states, *rows) == [
        "states.b.turn: It is the turn of “worker”, but no row lets them answer it for a Quick Win "
        "that came from “c”."
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
    if text == soundness.NO_ANSWER:
        return {("in vain", names[1], values["role"], values["case"])}
    if text == soundness.GAP:
        return {("gap", names[1], values["state"])}
    if text == soundness.OVERLAP:
        return {("overlap", names[1], values["state"])}
    return {("endless", names[1])} if text == soundness.ENDLESS else set()


def said(value: str | int | Label | Sentence) -> str:
    if isinstance(value, Sentence):  # a case: where from
        return said(value.values["before"]) if "before" in value.values else "new"
    return value.en if isinstance(value, Label) else str(value)


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
