"""The life cycle once more, small and by hand: where a Quick Win is after the acts of its ledger.

Written anew from the table of the contract, so that it can be held against the product. It knows
what people of a campaign do and no more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

QUORUM = 2
MOVES = {
    ("draft", "submit"): "endorsement",
    ("endorsement", "endorse"): "verification",
    ("endorsement", "return"): "draft",
    ("verification", "verify"): "review",
    ("verification", "request_revision"): "revision",
    ("decision", "request_revision"): "revision",
    ("decision", "approve"): "approved",
    ("decision", "reject"): "rejected",
    ("approved", "establish"): "established",
    ("established", "start"): "implementation",
    ("revision", "lapse"): "withdrawn",
}
STAY = {
    "comment": None,
    "remind": None,
    "escalate": None,
    "report": {"implementation"},
    "judge": {"review"},
}


class Impossible(Exception):
    """The ledger holds what cannot have happened."""


@dataclass
class Small:
    """One Quick Win of the model."""

    state: str = "draft"
    came_from: str = ""
    says: str = ""  # as it was submitted last
    judged_by: set[str] = field(default_factory=set)

    def act(self, action: str, who: str, says: str) -> None:
        """One act of its ledger, in order. Raises Impossible."""
        if self.state == "review" and len(self.judged_by) >= QUORUM:
            if action != "conclude_review":
                raise Impossible(f"{action} before the review was concluded")
            self._go("decision")
        elif action == "conclude_review":
            raise Impossible("a review was concluded without its quorum")
        elif action == "resubmit":
            self._resubmit(says)
        elif action in STAY:
            self._stay(action, who)
        elif (self.state, action) in MOVES:
            if action == "submit":
                self.says = says
            self._go(MOVES[self.state, action])
        else:
            raise Impossible(f"{action} in {self.state}")

    def _resubmit(self, says: str) -> None:
        if self.state != "revision":
            raise Impossible(f"resubmit in {self.state}")
        material, self.says = says != self.says, says
        if material:
            self.judged_by.clear()
        self._go("review" if material and self.came_from == "decision" else self.came_from)

    def _stay(self, action: str, who: str) -> None:
        where = STAY[action]
        if where is not None and self.state not in where:
            raise Impossible(f"{action} in {self.state}")
        if action == "judge":
            if who in self.judged_by:
                raise Impossible(f"{who} judged twice")
            self.judged_by.add(who)

    def _go(self, state: str) -> None:
        self.came_from, self.state = self.state, state
