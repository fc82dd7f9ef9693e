"""Content that does not fit is refused by name, whatever it is, and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attempts import written
from hypothesis import given, settings
from hypothesis import strategies as st
from world import World

from workflow import content, fields
from workflow.errors import Invalid
from workflow.models import File, QuickWin, Upload

BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({"title": "x" * 5_000_000}, {"title"}),
    ({"title": "x" * 121}, {"title"}),
    ({"title": "a\x00b"}, {"title"}),
    ({"title": "\ud800"}, {"title"}),
    ({"title": 7}, {"title"}),
    ({"title": ["a"]}, {"title"}),
    ({"fee": 1}, {"fee"}),
    ({"fee": None}, {"fee"}),
    ({"state": "approved", "title": 1}, {"state", "title"}),
    ({"budget": -1}, {"budget"}),
    ({"budget": 2**63}, {"budget"}),
    ({"budget": 1.5}, {"budget"}),
    ({"budget": True}, {"budget"}),
    ({"budget": "50 juta"}, {"budget"}),
    ({"instrument": "laser"}, {"instrument"}),
    ({"dimension": "XXX"}, {"dimension"}),
    ({"subdimension": "energy"}, {"subdimension"}),
    ({"dimension": "GOV", "subdimension": "health"}, {"subdimension"}),
    ({"indicators": {"name": "A"}}, {"indicators"}),
    ({"indicators": [{}] * 21}, {"indicators"}),
    ({"indicators": [{"target": "many"}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": float("nan")}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": float("inf")}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": "1_000"}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": 10**5000}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": "1e999999999"}]}, {"indicators.0.target"}),
    ({"indicators": [{"target": "1234567890123456"}]}, {"indicators.0.target"}),
    ({"indicators": [{"colour": "red"}]}, {"indicators.0.colour"}),
    ({"milestones": [{"name": "A", "date": "2026-13-01"}]}, {"milestones.0.date"}),
    ({"milestones": [{"name": "A", "date": "2026-W01-1"}]}, {"milestones.0.date"}),
    ({"milestones": [{"name": "A", "date": "01/08/2026"}]}, {"milestones.0.date"}),
    (
        {"milestones": [{"date": "2027-08-30"}, {"date": "2027-08-31"}]},
        {"milestones.1.date"},  # the period closes on 30 August 2026
    ),
    ({"pic": {"nip": "123"}}, {"pic.nip"}),
    ({"pic": []}, {"pic"}),
    ({"readiness": {"staff": "soon"}}, {"readiness.staff"}),
    ({"executing_unit": "DKISS"}, {"executing_unit"}),
    ({"executing_unit": "DINKES"}, {"executing_unit"}),  # no unit is below itself
    ({"executing_unit": "NOWHERE"}, {"executing_unit"}),
    ({"files": ["a" * 64]}, {"files.0"}),
    ({"files": ["A" * 64]}, {"files.0"}),
    ({"files": ["a" * 64 + "\n"]}, {"files.0"}),
]


def faults(world: World, quick_win: QuickWin, changes: dict[str, Any]) -> set[str]:
    """The names under which saving is refused, and that nothing was written."""
    before = written(world.session)
    with pytest.raises(Invalid) as caught:
        content.save(
            world.session, quick_win.id, world["submitter"], changes, version=1, at=world.now
        )
    assert written(world.session) == before
    assert all(str(sentence).endswith(".") for sentence in caught.value.fields.values())
    return set(caught.value.fields)


@pytest.mark.parametrize(("changes", "names"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_what_does_not_fit_is_refused_by_name(
    world: World, changes: dict[str, Any], names: set[str]
) -> None:
    quick_win = world.propose(subdimension="health")

    assert faults(world, quick_win, changes) == names


@pytest.mark.parametrize(("changes", "names"), BAD[:9], ids=[str(n) for n in range(9)])
def test_a_new_quick_win_is_refused_for_the_same_reasons(
    world: World, changes: dict[str, Any], names: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        content.create(world.session, world["submitter"], "DINKES", changes, at=world.now)

    assert caught.value.fields.keys() == names


def test_a_file_of_another_quick_win_is_refused_and_ones_own_is_taken(world: World) -> None:
    one, other = world.propose(), world.propose()
    name = "b" * 64
    world.session.add(File(sha256=name, media_type="application/pdf", size=1, data=b"x"))
    world.session.flush()
    world.session.add(
        Upload(
            quick_win_id=one.id,
            sha256=name,
            name="bukti.pdf",
            person_id=world["submitter"].id,
            at=world.now,
        )
    )
    world.session.flush()

    assert faults(world, other, {"files": [name]}) == {"files.0"}
    content.save(
        world.session, one.id, world["submitter"], {"files": [name]}, version=1, at=world.now
    )
    assert one.content["files"] == [name]


def test_a_unit_below_can_execute_it(world: World) -> None:
    quick_win = world.propose(executing_unit="UPTD")

    assert quick_win.content["executing_unit"] == "UPTD"


@pytest.mark.parametrize("budget", [0, 2**63 - 1])
def test_the_least_and_the_most_rupiah_are_kept_exactly(world: World, budget: int) -> None:
    quick_win = world.propose(budget=budget)
    world.session.expire(quick_win)

    assert quick_win.content["budget"] == budget


def test_numbers_are_kept_as_they_were_written(world: World) -> None:
    quick_win = world.propose(indicators=[{"name": "A", "target": "12.50", "baseline": 0.125}])
    world.session.expire(quick_win)

    assert quick_win.content["indicators"][0]["target"] == "12.50"
    assert quick_win.content["indicators"][0]["baseline"] == 0.125


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-08-01", "it", "output", "12.5", "\ud800", "\x00", "a" * 64])
)
_NAMES = st.sampled_from(
    [*fields.Content.model_fields, *fields.Indicator.model_fields, "date", "contact", "staff"]
) | st.text(max_size=5)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(_NAMES, _JSON, max_size=6) | _JSON)
@settings(max_examples=400, deadline=None)
def test_any_json_is_content_or_is_refused_in_words(anything: Any) -> None:
    try:
        found = fields.parse(anything)
    except Invalid as refusal:
        words = [str(sentence) for sentence in refusal.fields.values()]
    else:
        words = [content.canonical_content(found), *content.digests(found)]
        assert json.loads(words[0]) == json.loads(content.canonical_content(found))
    assert words
    assert all(words)
