"""The named guards: conditions besides state and role, each with its rule in words.

A guard reads a `Standing` and answers; the words are the error, the tooltip and the documentation.
How a standing is found out is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflow.language import N_, Sentence
from workflow.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Guard:
    """`rule` is what a refused person reads. `holds` is asked with the role they act in."""

    rule: Sentence
    holds: Callable[[Standing, str], bool]


def _four_eyes(standing: Standing, _role: str) -> bool:
    """`relations.barred`, of one person."""
    return not (
        standing.bound_by_unit or standing.author or standing.recused or standing.administers
    )


def _quorum_reached(standing: Standing, _role: str) -> bool:
    return standing.judgments >= standing.quorum and not standing.quorum_lacks


def _finally_reported(standing: Standing, _role: str) -> bool:
    return standing.reported_percent == 100 and standing.indicators <= standing.reported_indicators


GUARDS: Mapping[str, Guard] = {
    "complete": Guard(
        rule=Sentence(N_("Every required part of the proposal must be filled in.")),
        holds=lambda standing, _role: not standing.missing,
    ),
    "period_open": Guard(
        rule=Sentence(
            N_("The period must be open, unless it was submitted once before the period closed.")
        ),
        holds=lambda standing, _role: standing.period_open or standing.submitted_in_time,
    ),
    "four_eyes": Guard(
        rule=Sentence(
            N_(
                "Nobody decides on a Quick Win of their own unit, or of which they wrote a part, "
                "or after recusing themselves, nor in the place of such a person; an admin never "
                "decides."
            )
        ),
        holds=_four_eyes,
    ),
    "not_yet_judged": Guard(
        rule=Sentence(
            N_("Each reviewer reviews what is submitted only once, and for one person only.")
        ),
        holds=lambda standing, role: role not in standing.judged,
    ),
    "quorum_reached": Guard(
        rule=Sentence(N_("Enough reviewers must have reviewed what is submitted now.")),
        holds=_quorum_reached,
    ),
    "finally_reported": Guard(
        rule=Sentence(
            N_(
                "The last progress report must say 100 %% and give an actual value for every "
                "indicator."
            )
        ),
        holds=_finally_reported,
    ),
    "by_decree": Guard(
        rule=Sentence(N_("Only a decree can do this.")),
        holds=lambda standing, _role: standing.by_decree,
    ),
    "undo_open": Guard(
        rule=Sentence(
            N_(
                "A decision can be taken back only by the person who took it, within the undo "
                "window, and while nobody has acted since."
            )
        ),
        holds=lambda standing, _role: standing.undo_open,
    ),
}

# What decides upon judgments asks for one of these.
ON_JUDGMENTS = ("quorum_reached",)

# What stands before a first submission only while a period is open.
OF_THE_PERIOD = "period_open"

# A turn passes over people for whom one of these will never hold.
PERSONAL = ("four_eyes", "not_yet_judged")
