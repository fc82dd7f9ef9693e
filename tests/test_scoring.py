"""What judgments amount to: totals, how far they lie apart, how far they agree, what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from somebody import unit
from world import JUDGMENT, LONG_AGO, SCORES, World

from workflow import content
from workflow.document import shipped
from workflow.history import Opinion, opinions
from workflow.machine import available
from workflow.models import Assignment, Period, QuickWin, Verdict
from workflow.scoring import Agreement, Score, lines, outliers, score, total, weights_of

CODES = list(shipped().rubric)


def judged(world: World, *given: tuple[str, int]) -> Score:
    """The score of judgments with that verdict, and that score in every line."""
    found = score(world.propose(), [opinion(verdict, {}, each) for verdict, each in given])
    assert found is not None
    return found


def opinion(verdict: str, scores: dict[str, int], others: int = 3, **given: bool) -> Opinion:
    return Opinion(
        reviewer=None,
        visit=1,
        verdict=verdict,
        scores=dict.fromkeys(CODES, others) | scores,
        note="",
        notes=(),
        similar=(),
        at=datetime.now(UTC),
        earlier=False,
        counts=given.get("counts", True),
    )


def test_the_total_is_the_mean_and_the_spread_goes_from_the_lowest_to_the_highest(
    world: World,
) -> None:
    given = [("approve", 4), ("approve", 2), ("revise", 3)]

    found = judged(world, *given)

    assert (found.total, found.low, found.high, found.spread) == (75, 50, 100, 50)
    assert found.verdicts == {Verdict.APPROVE: 2, Verdict.REVISE: 1}
    by_line = lines(world.propose(), [opinion(verdict, {}, each) for verdict, each in given])
    assert {(line.mean, line.low, line.high) for line in by_line} == {(Decimal(3), 2, 4)}
    assert len(by_line) == len(CODES)


def test_the_period_sets_the_weights(world: World) -> None:
    quick_win = world.propose()
    period = world.session.get_one(Period, quick_win.period_id)
    period.parameters = {"weights": {CODES[0]: 90, **dict.fromkeys(CODES[1:], 0)}}
    world.session.flush()

    one = opinion("approve", {CODES[0]: 1})

    assert weights_of(quick_win)[CODES[0]] == 90
    assert total(quick_win, one) == 25


@pytest.mark.parametrize(
    ("given", "agreement"),
    [
        ([("approve", 3), ("approve", 3)], Agreement.HIGH),
        ([("approve", 3), ("approve", 2)], Agreement.MEDIUM),
        ([("approve", 4), ("approve", 2)], Agreement.LOW),
        ([("approve", 3), ("revise", 3)], Agreement.LOW),
        ([("approve", 3), ("approve", 3), ("revise", 3)], Agreement.MEDIUM),
        ([("approve", 3), ("reject", 3), ("revise", 3)], Agreement.LOW),
        ([("approve", 3)], None),
    ],
)
def test_agreement_is_the_same_verdict_and_close_scores(
    world: World, given: Sequence[tuple[str, int]], agreement: Agreement | None
) -> None:
    assert judged(world, *given).agreement == agreement


@pytest.mark.parametrize(
    ("verdicts", "recommendation"),
    [
        (["approve", "approve", "reject"], "approve"),
        (["revise"], "revise"),
        (["approve", "reject"], None),
        (["approve", "approve", "reject", "revise"], None),
    ],
)
def test_more_than_half_recommend_or_nobody_does(
    world: World, verdicts: list[str], recommendation: str | None
) -> None:
    assert judged(world, *((each, 3) for each in verdicts)).recommendation == recommendation


def test_what_does_not_count_or_is_not_open_is_left_out(world: World) -> None:
    quick_win = world.propose()

    assert score(quick_win, []) is None
    assert score(quick_win, [opinion("approve", {}, counts=False)]) is None
    assert _read(world, _at_odds(world), "submitter") is None
    assert _read(world, _at_odds(world), "chair") is not None


def test_the_judgment_of_somebody_who_wrote_a_part_later_does_not_count(world: World) -> None:
    quick_win = _at_odds(world)
    world.act(quick_win, "request_revision", "chair")
    _let_write(world, quick_win)

    found = _read(world, quick_win, "chair")

    assert found is not None
    assert found.verdicts == {Verdict.APPROVE: 1}


def _at_odds(world: World) -> QuickWin:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data={"verdict": "reject", "scores": SCORES})
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
    return quick_win


def test_who_lies_more_than_a_point_from_the_middle_is_an_outlier(world: World) -> None:
    quick_win = world.propose()

    def found(*given: int) -> set[int]:
        return outliers(quick_win, [opinion("approve", {}, each) for each in given])

    assert found(3, 3, 1) == {2}
    assert found(4, 3, 3, 2) == set()  # a point from the middle, and no more
    assert found(0, 4) == set()  # of two, nobody can say which
    ignored = opinion("approve", {}, 0, counts=False)
    same = [opinion("approve", {}, 3)] * 3
    assert outliers(quick_win, [*same, ignored]) == set()


def _let_write(world: World, quick_win: QuickWin) -> None:
    """The reviewer becomes a submitter of the unit, and writes something that is not material."""
    reviewer = world["reviewer"]
    reviewer.assignments.append(
        Assignment(role="submitter", unit=unit(world, "DINKES"), valid_from=LONG_AGO)
    )
    world.session.flush()
    changes = {"risks": "Gagal panen."}
    content.save(world.session, quick_win.id, reviewer, changes, version=None, at=world.now)


def _read(world: World, quick_win: QuickWin, who: str) -> Score | None:
    standing = available(world.session, quick_win, world[who], at=world.now).standing
    return score(quick_win, opinions(world.session, quick_win, world[who], standing))
