"""How alike two texts are, by the stems of their words and by their spelling.

Refuses to know where the texts come from: `similar` finds what is worth comparing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from workflow.stems import Stems, Telling

WEIGHT_OF_SPELLING = 0.2  # the rest is the cosine of the stems: see tests/test_resemblance.py


@dataclass(frozen=True, kw_only=True)
class Likeness:
    score: float  # 0 to 1
    shared: tuple[str, ...]  # the stems that both have, the most telling first


def likeness(one: Stems, other: Stems, *, spelling: float, telling: Telling) -> Likeness:
    """Of two texts by their stems; `spelling` is how alike their letters are.

    Only what both have is compared: a draft that is but a title is held against titles.
    """
    both = set().union(*one.values()) & set().union(*other.values())
    mine, theirs = _weighed(one, both, telling), _weighed(other, both, telling)
    adds = {stem: weight * theirs[stem] for stem, weight in mine.items() if stem in theirs}
    whole = math.hypot(*mine.values()) * math.hypot(*theirs.values())
    cosine = sum(adds.values()) / whole if whole else 0
    return Likeness(
        score=(1 - WEIGHT_OF_SPELLING) * cosine + WEIGHT_OF_SPELLING * spelling,
        shared=tuple(sorted(adds, key=lambda stem: (-adds[stem], stem))),
    )


def _weighed(stems: Stems, both: set[str], telling: Telling) -> dict[str, float]:
    """What each stem weighs: how much it tells, and a little more each time it is repeated."""
    besides = str.maketrans("", "", "".join(set().union(*stems.values()) - both))
    times = {stem: len(letters.translate(besides)) for stem, letters in stems.items()}
    return {
        stem: (1 + math.log(times[stem])) * weight
        for stem in stems
        if times[stem] and (weight := telling.weight(stem))
    }
