"""What the plenary has before it, who looks at it, and what it can decide for many."""

from __future__ import annotations

from pathlib import Path

import pytest
from attempts import statements
from small import SYSTEM_MOVES, go, small
from somebody import somebody, unit
from world import World

from workflow.document import load, shipped
from workflow.errors import Forbidden
from workflow.models import Authorship, QuickWin, Verdict
from workflow.plenary import (
    Foreseen,
    cases,
    check_reader,
    deciders,
    for_many,
    foresee,
    last_moves,
    readers,
    was_done,
)
from workflow.scoring import Agreement

PERMIT = load((Path(__file__).parent / "street_permit.toml").read_text("utf-8"))


def wrote_a_part(world: World, quick_win: QuickWin, who: str) -> None:
    authorship = Authorship(person_id=world[who].id, field="risks", at=world.now)
    authorship.quick_win_id = quick_win.id
    world.session.add(authorship)
    world.session.flush()


def foreseen(
    world: World, action: str, *quick_wins: QuickWin, who: str = "chair"
) -> list[Foreseen]:
    seen = {quick_win.id: quick_win.version for quick_win in quick_wins}
    return foresee(world.session, world[who], action, seen, at=world.now)


def test_what_belongs_to_it_is_read_from_the_table() -> None:
    assert deciders(shipped()) == {"decision": {"chair"}}
    assert readers(shipped()) == {"chair", "mayor", "inspector", "admin"}
    assert deciders(PERMIT) == {}
    assert readers(PERMIT) == set()


def test_what_asks_for_a_note_or_for_data_is_not_decided_for_many() -> None:
    judged = {"by": ["boss"], "guards": ["quorum_reached"]}
    workflow = load(
        small(
            {"open": {"turn": ["worker", "boss"]}, "gone": {"final": True}},
            [
                go("open", None, "judge", collects="judgment"),
                go("open", "gone", "agree", **judged),
                go("open", "gone", "refuse", note="required", **judged),
                go("open", "gone", "report_on", collects="report", **judged),
                go("open", "gone", "leave", by=["boss"]),
                go("open", "gone", "conclude", guards=["quorum_reached"], **SYSTEM_MOVES),
            ],
        )
    )

    assert deciders(workflow) == {"open": {"boss"}}
    assert [row.name for row in for_many(workflow, "open")] == ["agree"]
    assert for_many(workflow, "gone") == ()


@pytest.mark.parametrize(
    ("who", "may"),
    [
        *((who, True) for who in ("chair", "mayor", "inspector", "admin")),
        *((who, False) for who in ("submitter", "head", "verifier", "reviewer", "mentor")),
    ],
)
def test_who_decides_their_superiors_and_who_sees_everything_look_at_it(
    world: World, who: str, may: bool
) -> None:
    if may:
        check_reader(world.session, world[who], world.now)
        return
    with pytest.raises(Forbidden) as refused:
        check_reader(world.session, world[who], world.now)
    assert refused.value.who_can == ("chair",)


def test_everything_that_waits_for_a_decision_comes_with_what_the_reviewers_say(
    world: World,
) -> None:
    world.bring_to("review")
    world.bring_to("approved")
    waiting = world.bring_to("decision")

    (case,) = cases(world.session, world["chair"], at=world.now)

    assert case.quick_win is waiting
    assert case.score is not None
    assert (case.score.total, case.score.agreement) == (75, Agreement.HIGH)
    assert case.score.recommendation is Verdict.APPROVE
    assert ([row.name for row in case.open], case.refused) == (["approve"], {})


def test_who_only_looks_on_is_offered_nothing_and_refused_nothing(world: World) -> None:
    world.bring_to("decision")

    for who in ("mayor", "inspector"):
        (case,) = cases(world.session, world[who], at=world.now)
        assert (case.open, case.refused) == ([], {})
        assert case.score is not None


def test_the_own_units_scores_stay_closed_and_its_cases_shut(world: World) -> None:
    world.bring_to("decision")
    other = somebody(world, "chair", home_unit=unit(world, "DINKES"))

    (case,) = cases(world.session, other, at=world.now)

    assert (case.score, case.open) == (None, [])
    assert list(case.refused) == ["approve"]


def test_it_is_narrowed_by_period_and_dimension(world: World) -> None:
    living, governing = world.bring_to("decision"), world.bring_to("decision", dimension="GOV")

    def found(**narrowed: str) -> list[QuickWin]:
        some = cases(world.session, world["chair"], at=world.now, **narrowed)
        return [case.quick_win for case in some]

    assert found(dimension="GOV") == [governing]
    assert found(period="2026", dimension="LIV") == [living]
    assert found(period="2025") == []


def test_what_would_happen_is_foreseen_and_nothing_is_done(world: World) -> None:
    open_, own, short, gone, moved = (world.bring_to("decision") for _ in range(5))
    wrote_a_part(world, own, "chair")
    wrote_a_part(world, short, "reviewer")
    before = moved.version
    world.act(moved, "request_revision", "chair")
    world.act(gone, "withdraw", "head")
    seen = {q.id: q.version for q in (open_, own, short, gone)} | {moved.id: before, 10**9: 1}

    found = foresee(world.session, world["chair"], "approve", seen, at=world.now)

    assert [each.row.to if each.row else None for each in found] == ["approved", *[None] * 5]
    assert [each.refusal.code if each.refusal else "" for each in found] == [
        *("", "unmet", "unmet", "wrong_state", "stale", "not_found")
    ]
    assert [q.state for q in (open_, own, short)] == ["decision"] * 3


def test_what_belongs_to_one_only_is_never_done_to_many(world: World) -> None:
    quick_win = world.bring_to("decision")

    for action, code in (
        ("reject", "unmet"),
        ("request_revision", "unmet"),
        ("no", "unknown_action"),
    ):
        (found,) = foreseen(world, action, quick_win)
        assert (found.row, found.refusal and found.refusal.code) == (None, code)
    (found,) = foreseen(world, "approve", quick_win, who="mayor")
    assert found.refusal is not None
    assert found.refusal.code == "forbidden"


def test_what_was_done_by_the_same_person_before_is_known(world: World) -> None:
    quick_win, other = world.bring_to("decision"), world.bring_to("decision")
    seen = {quick_win.id: quick_win.version, other.id: other.version}
    world.act(quick_win, "approve", "chair")
    world.act(other, "approve", somebody_else(world))

    found = foresee(world.session, world["chair"], "approve", seen, at=world.now)
    moves = last_moves(
        world.session, world["chair"], [each.case for each in found if each.case is not None]
    )

    assert [
        was_done(each, "approve", world["chair"], moves.get(each.quick_win_id)) for each in found
    ] == [True, False]


def test_a_table_costs_the_same_statements_however_long_it_is(world: World) -> None:
    costs = []
    for _ in range(2):
        for _ in range(3):
            world.bring_to("decision")
        world.session.expire_all()
        world["chair"].id  # noqa: B018 - loaded before the count
        with statements(world.session) as run:
            some = cases(world.session, world["chair"], at=world.now)
            foreseen(world, "approve", *(case.quick_win for case in some))
            last_moves(world.session, world["chair"], some)
        costs.append(len(run))

    assert costs[0] == costs[1] <= 14


def somebody_else(world: World) -> str:
    world.people["chair2"] = somebody(world, "chair")
    return "chair2"
