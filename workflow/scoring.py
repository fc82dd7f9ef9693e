"""What the judgments of a Quick Win amount to: means, totals, how far apart they are, and what they
recommend.

It counts what it is given: `history` says which judgments count and which scores are open to a
reader. What anybody decides upon it is not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from statistics import median

from workflow.acts import HIGHEST
from workflow.history import Opinion
from workflow.language import Label
from workflow.models import QuickWin, Verdict
from workflow.registry import parameters_of, workflow_of

OUTLYING = 25  # of 100: a point of the scale in every line
FEWEST = 3
CLOSE, APART = Decimal("0.5"), Decimal(1)  # points of the scale between two reviewers, on average
_TENTH = Decimal("0.1")


class Agreement(StrEnum):
    """How far the reviewers agree.

    HIGH: the same verdict from all, and scores that lie at most CLOSE points apart. LOW: no verdict
    has more than half, or the scores lie more than APART points apart. MEDIUM is what remains.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the rubric: the mean, and the lowest and highest score that was given."""

    label: Label
    mean: Decimal
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class Score:
    """The judgments that count and whose scores are open. Totals are weighted, 0 to 100."""

    total: Decimal  # the mean
    low: Decimal
    high: Decimal
    verdicts: Mapping[Verdict, int]  # those given, in the order of `Verdict`
    agreement: Agreement | None  # None: one judgment has nobody to agree with
    distance: Decimal  # points between two reviewers in a line of the rubric, on average
    recommendation: Verdict | None  # what more than half say; None: there is no majority

    @property
    def spread(self) -> Decimal:
        """Between the lowest and the highest total."""
        return self.high - self.low


def score(quick_win: QuickWin, opinions: Sequence[Opinion]) -> Score | None:
    """None where no scores are open to the reader."""
    given = _given(opinions)
    if not given:
        return None
    weights = weights_of(quick_win)
    totals = [_weighted(scores, weights) for _, scores in given]
    counts = Counter(Verdict(verdict) for verdict, _ in given)
    distance = _distance([scores for _, scores in given], weights)
    return Score(
        total=(sum(totals, Decimal(0)) / len(totals)).quantize(_TENTH),
        low=min(totals).quantize(_TENTH),
        high=max(totals).quantize(_TENTH),
        verdicts={verdict: counts[verdict] for verdict in Verdict if counts[verdict]},
        agreement=_agreement(counts, distance) if len(given) > 1 else None,
        distance=distance.quantize(_TENTH),
        recommendation=_majority(counts),
    )


def lines(quick_win: QuickWin, opinions: Sequence[Opinion]) -> list[Line]:
    """The same judgments, line by line of the rubric; none where no scores are open."""
    given = [scores for _, scores in _given(opinions)]
    columns = {
        aspect.label: [scores.get(code, 0) for scores in given]
        for code, aspect in workflow_of(quick_win).rubric.items()
        if given
    }
    return [
        Line(
            label=label,
            mean=(Decimal(sum(column)) / len(column)).quantize(_TENTH),
            low=min(column),
            high=max(column),
        )
        for label, column in columns.items()
    ]


def total(quick_win: QuickWin, opinion: Opinion) -> Decimal | None:
    """The weighted score of one judgment, 0 to 100; None where it is not open."""
    if not opinion.scores:
        return None
    return _weighted(opinion.scores, weights_of(quick_win)).quantize(_TENTH)


def outliers(quick_win: QuickWin, opinions: Sequence[Opinion]) -> set[int]:
    """The places of those whose total lies more than OUTLYING from the median of what counts; with
    fewer than three nobody can say which of them lies outside."""
    totals = {
        place: _weighted(each.scores, weights_of(quick_win))
        for place, each in enumerate(opinions)
        if each.counts and each.scores
    }
    if len(totals) < FEWEST:
        return set()
    middle = median(totals.values())
    return {place for place, each in totals.items() if abs(each - middle) > OUTLYING}


def weights_of(quick_win: QuickWin) -> dict[str, int]:
    """The weight of each line of the rubric, as the Quick Win's period sets it."""
    set_here = parameters_of(quick_win).weights
    return {
        code: set_here.get(code, aspect.weight)
        for code, aspect in workflow_of(quick_win).rubric.items()
    }


def _weighted(scores: Mapping[str, int], weights: Mapping[str, int]) -> Decimal:
    points = sum(scores.get(code, 0) * weight for code, weight in weights.items())
    return Decimal(points * 100) / (HIGHEST * max(sum(weights.values()), 1))


def _given(opinions: Sequence[Opinion]) -> list[tuple[str, Mapping[str, int]]]:
    """Verdict and scores of what counts and is open."""
    return [(each.verdict, each.scores) for each in opinions if each.counts and each.scores]


def _distance(given: Sequence[Mapping[str, int]], weights: Mapping[str, int]) -> Decimal:
    """How many points two reviewers lie apart: of all pairs and all lines, the weighted mean."""
    pairs = list(combinations(given, 2))
    apart = sum(
        abs(a.get(code, 0) - b.get(code, 0)) * weight
        for a, b in pairs
        for code, weight in weights.items()
    )
    return Decimal(apart) / (max(len(pairs), 1) * max(sum(weights.values()), 1))


def _majority(counts: Counter[Verdict]) -> Verdict | None:
    verdict, votes = counts.most_common(1)[0]
    return verdict if votes * 2 > counts.total() else None


def _agreement(counts: Counter[Verdict], distance: Decimal) -> Agreement:
    if _majority(counts) is None or distance > APART:
        return Agreement.LOW
    return Agreement.HIGH if len(counts) == 1 and distance <= CLOSE else Agreement.MEDIUM
