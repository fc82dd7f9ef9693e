"""Notes pinned to fields and verdicts on similar Quick Wins: sealed with their act, and as closed
as the judgment they came with."""

from __future__ import annotations

from typing import Any

import pytest
from attempts import refused
from sqlalchemy import select
from test_opinions import CITY, OPD, judged, read
from test_other_definition import ASSESSED, ask, town
from world import JUDGMENT, World

from workflow.errors import Invalid
from workflow.fields import Content
from workflow.models import Event, QuickWin
from workflow.verifying import verify

__all__ = ["town"]

NOTES = [
    {"field": "problem", "text": "Berapa balita?"},
    {"field": "budget", "text": "Terlalu besar."},
]


def likeness(other: QuickWin, verdict: str = "overlapping") -> dict[str, Any]:
    return {"quick_win": other.id, "verdict": verdict, "reason": "Sasarannya sama."}


def last_data(world: World, quick_win: QuickWin) -> dict[str, Any]:
    events = select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.seq.desc())
    return world.session.scalars(events.limit(1)).one().data


def test_a_judgment_brings_notes_and_verdicts_and_they_are_sealed_with_it(world: World) -> None:
    quick_win, other = world.bring_to("review"), world.bring_to("verification")

    world.act(
        quick_win,
        "judge",
        "reviewer",
        data={**JUDGMENT, "notes": NOTES, "similar": [likeness(other)]},
    )

    assert last_data(world, quick_win) == {
        **JUDGMENT,
        "notes": NOTES,
        "similar": [likeness(other)],
    }
    assert list(verify(world.session)) == []


def test_without_notes_an_act_brings_what_it_always_did(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
    assert last_data(world, quick_win) == JUDGMENT


@pytest.mark.parametrize(
    ("state", "who", "action"),
    [
        ("endorsement", "head", "return"),
        ("verification", "verifier", "request_revision"),
        ("decision", "chair", "request_revision"),
    ],
)
def test_who_sends_the_content_back_says_at_which_fields(
    world: World, state: str, who: str, action: str
) -> None:
    quick_win = world.bring_to(state)

    world.act(quick_win, action, who, data={"notes": NOTES}, note="Lihat catatan.")

    assert last_data(world, quick_win) == {"notes": NOTES}
    entry = read(world, quick_win, "submitter")[0][-1]
    assert (entry.note, entry.data) == ("Lihat catatan.", {"notes": NOTES})
    assert entry.actor == world[who]


def _note(**changes: Any) -> dict[str, Any]:
    return {"field": "problem", "text": "Ya.", **changes}


BAD: list[tuple[str, Any, set[str]]] = [
    ("notes", [_note(field="luck")], {"notes.0.field"}),
    ("notes", [_note(), _note(text=" ")], {"notes.1.text"}),
    ("notes", [_note(text="a\x00")], {"notes.0.text"}),
    ("notes", [_note(text="x" * 4001)], {"notes.0.text"}),
    ("notes", [_note(by="me")], {"notes.0.by"}),
    ("notes", [{"field": "problem"}], {"notes.0.text"}),
    ("notes", [_note()] * 51, {"notes"}),
    ("notes", "Ya.", {"notes"}),
]


@pytest.mark.parametrize(("name", "value", "paths"), BAD)
@pytest.mark.parametrize(
    ("state", "who", "action", "rest"),
    [("review", "reviewer", "judge", JUDGMENT), ("decision", "chair", "request_revision", {})],
)
def test_notes_that_do_not_fit_are_refused_by_name(
    world: World,
    state: str,
    who: str,
    action: str,
    rest: dict[str, Any],
    name: str,
    value: Any,
    paths: set[str],
) -> None:
    refusal = refused(world, world.bring_to(state), action, who, data={**rest, name: value})

    assert isinstance(refusal, Invalid)
    assert refusal.fields.keys() == paths


def test_a_note_may_be_as_long_as_its_limit_and_about_every_field(world: World) -> None:
    quick_win = world.bring_to("decision")
    notes = [{"field": name, "text": "x" * 4000} for name in Content.model_fields]
    world.act(quick_win, "request_revision", "chair", data={"notes": notes})
    assert last_data(world, quick_win) == {"notes": notes}


def test_what_leads_on_takes_no_notes(world: World) -> None:
    for state, who, action in (
        ("verification", "verifier", "verify"),
        ("decision", "chair", "approve"),
        ("decision", "chair", "reject"),
    ):
        refusal = refused(world, world.bring_to(state), action, who, data={"notes": NOTES})
        assert isinstance(refusal, Invalid)
        assert refusal.fields.keys() == {"notes"}


def test_a_verdict_is_on_another_quick_win_that_the_reviewer_may_see(world: World) -> None:
    quick_win, hidden = world.bring_to("review"), world.propose("KEC")
    other = world.bring_to("verification")
    bad: list[tuple[list[dict[str, Any]], set[str]]] = [
        ([likeness(hidden)], {"similar.0.quick_win"}),
        ([{**likeness(other), "quick_win": 2**62}], {"similar.0.quick_win"}),
        ([likeness(other), likeness(quick_win)], {"similar.1.quick_win"}),
        ([likeness(other), likeness(other, "same")], {"similar.1.quick_win"}),
        ([likeness(other, "twin")], {"similar.0.verdict"}),
        ([{**likeness(other), "quick_win": str(other.id)}], {"similar.0.quick_win"}),
        ([{**likeness(other), "quick_win": True}], {"similar.0.quick_win"}),
        ([{**likeness(other), "quick_win": 2**63}], {"similar.0.quick_win"}),
        ([{**likeness(other), "reason": "x" * 4001}], {"similar.0.reason"}),
        ([likeness(other)] * 11, {"similar"}),
    ]
    sentences = []
    for similar, paths in bad:
        data = {**JUDGMENT, "similar": similar}
        refusal = refused(world, quick_win, "judge", "reviewer", data=data)
        assert isinstance(refusal, Invalid), similar
        assert refusal.fields.keys() == paths
        sentences.append(str(refusal.fields[next(iter(paths))]))
    assert sentences[0] == sentences[1], "what is hidden answers like what is not there"


@pytest.mark.parametrize("who", [*CITY, *OPD, "reviewer2"])
def test_others_learn_of_no_note_before_the_step_is_concluded(world: World, who: str) -> None:
    quick_win, other = world.bring_to("review"), world.bring_to("verification")
    data = {**JUDGMENT, "notes": NOTES, "similar": [likeness(other)]}
    world.act(quick_win, "judge", "reviewer", data=data)

    entries, opinions = read(world, quick_win, who)

    assert opinions == []
    assert [entry.data for entry in judged(entries)] == [{}]
    (own,) = read(world, quick_win, "reviewer")[1]
    assert (own.notes, own.similar) == (NOTES, [likeness(other)])


def test_the_city_reads_notes_and_verdicts_then_and_the_opd_the_notes(world: World) -> None:
    quick_win, other = world.bring_to("review"), world.bring_to("verification")
    data = {**JUDGMENT, "notes": NOTES, "similar": [likeness(other)]}
    world.act(quick_win, "judge", "reviewer", data=data)
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)

    for who in ("chair", "reviewer2", "admin"):
        entries, (first, second) = read(world, quick_win, who)
        assert (first.notes, first.similar) == (NOTES, [likeness(other)])
        assert (second.notes, second.similar) == ((), ())
        assert judged(entries)[0].data == data
    for who in OPD:
        entries, (first, _) = read(world, quick_win, who)
        assert (first.reviewer, first.notes, first.similar) == (None, NOTES, ())
        assert judged(entries)[0].data == {"verdict": "approve", "notes": NOTES}
        assert judged(entries)[0].actor is None


def test_another_definition_takes_notes_by_what_its_rows_do(town: World) -> None:
    permit = ask(town)
    town.act(permit, "ask", "applicant")

    town.act(permit, "assess", "officer", data={**ASSESSED, "notes": NOTES})

    events = select(Event.data).where(Event.quick_win_id == permit.id, Event.action == "assess")
    assert town.session.scalars(events).one() == {**ASSESSED, "notes": NOTES}
