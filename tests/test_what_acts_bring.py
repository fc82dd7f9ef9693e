"""What an act brings along is checked field by field, and refused by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attempts import refused
from world import JUDGMENT, REPORT, SCORES, World

from workflow.errors import Invalid


def _judgment(**changes: Any) -> dict[str, Any]:
    return {**JUDGMENT, **changes}


def _report(**changes: Any) -> dict[str, Any]:
    return {**REPORT, **changes}


_WITHOUT_RISK = {name: score for name, score in SCORES.items() if name != "risk"}
BAD_DATA: list[tuple[str, str, str, Any, set[str]]] = [
    ("review", "judge", "reviewer", None, {"verdict", "scores"}),
    ("review", "judge", "reviewer", _judgment(verdict="maybe"), {"verdict"}),
    ("review", "judge", "reviewer", _judgment(scores=_WITHOUT_RISK), {"scores.risk"}),
    ("review", "judge", "reviewer", _judgment(scores=SCORES | {"risk": 5}), {"scores.risk"}),
    ("review", "judge", "reviewer", _judgment(scores=SCORES | {"risk": -1}), {"scores.risk"}),
    ("review", "judge", "reviewer", _judgment(scores=SCORES | {"risk": True}), {"scores.risk"}),
    ("review", "judge", "reviewer", _judgment(scores=SCORES | {"risk": 3.0}), {"scores.risk"}),
    ("review", "judge", "reviewer", _judgment(scores=SCORES | {"luck": 3}), {"scores.luck"}),
    ("review", "judge", "reviewer", _judgment(scores=[3] * 10), {"scores"}),
    ("review", "judge", "reviewer", _judgment(state="approved"), {"state"}),
    ("implementation", "report", "submitter", _report(percent=101), {"percent"}),
    ("implementation", "report", "submitter", _report(percent="-0.5"), {"percent"}),
    ("implementation", "report", "submitter", _report(percent="99.999"), {"percent"}),
    ("implementation", "report", "submitter", _report(percent=True), {"percent"}),
    ("implementation", "report", "submitter", _report(spent=-1), {"spent"}),
    ("implementation", "report", "submitter", _report(spent=2**63), {"spent"}),
    ("implementation", "report", "submitter", _report(spent="5"), {"spent"}),
    ("implementation", "report", "submitter", _report(summary=" "), {"summary"}),
    ("implementation", "report", "submitter", _report(summary="x" * 4001), {"summary"}),
    (
        "implementation",
        "report",
        "submitter",
        _report(actuals=[{"indicator": "Laba", "value": 1}, {"indicator": "Gizi", "value": "a"}]),
        {"actuals.1.value"},
    ),
    (
        "implementation",
        "report",
        "submitter",
        _report(actuals=[{"indicator": "Laba", "value": 1}]),
        {"actuals.0.indicator"},
    ),
    (
        "implementation",
        "report",
        "submitter",
        _report(actuals=[{"indicator": "Gizi", "value": 1}] * 2),
        {"actuals.1.indicator"},
    ),
    ("draft", "comment", "submitter", None, {"text"}),
    ("draft", "comment", "submitter", {"text": ""}, {"text"}),
    ("draft", "comment", "submitter", {"text": " \n"}, {"text"}),
    ("draft", "comment", "submitter", {"text": "a\x00"}, {"text"}),
    ("draft", "comment", "submitter", {"text": "Ya.", "field": "secret"}, {"field"}),
    ("draft", "comment", "submitter", {"text": "Ya.", "to": "all"}, {"to"}),
    ("review", "extend", "verifier", None, {"due_on"}),
    ("review", "extend", "verifier", {"due_on": "2026-07-01"}, {"due_on"}),
    ("review", "extend", "verifier", {"due_on": "01/08/2026"}, {"due_on"}),
    ("review", "extend", "verifier", {"due_on": "2026-02-30"}, {"due_on"}),
    ("review", "extend", "verifier", {"due_on": 20260801}, {"due_on"}),
    ("review", "extend", "verifier", {"due_on": "9999-12-31"}, {"due_on"}),
    ("endorsement", "endorse", "head", {"to": "approved"}, {"to"}),
]


@pytest.mark.parametrize(("state", "action", "who", "data", "names"), BAD_DATA)
def test_data_that_does_not_fit_is_refused_field_by_field(
    world: World, state: str, action: str, who: str, data: Any, names: set[str]
) -> None:
    refusal = refused(world, world.bring_to(state), action, who, data=data)

    assert isinstance(refusal, Invalid)
    assert refusal.fields.keys() == names
    assert all(str(sentence) for sentence in refusal.fields.values())


def test_the_day_after_which_an_extension_must_lie_is_the_citys(world: World) -> None:
    quick_win = world.bring_to("review")
    evening = world.now + timedelta(hours=15)  # 18 UTC on the 1st is 01.00 WIB on the 2nd

    refusal = refused(
        world, quick_win, "extend", "verifier2", data={"due_on": "2026-07-02"}, at=evening
    )

    assert isinstance(refusal, Invalid)
