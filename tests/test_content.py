"""Content: who may write it and when, how changes are merged, whose they are, what is refused."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from attempts import written
from sqlalchemy import select
from world import LONG_AGO, World, proposal

from workflow import content, fields
from workflow.errors import Conflict, Forbidden, Locked, NotFound, Refused, Stale
from workflow.models import Assignment, Authorship, Event, Period, QuickWin


def save(world: World, quick_win: QuickWin, who: str = "submitter", **given: Any) -> QuickWin:
    changes, version = given.pop("changes", {"problem": "Lain."}), given.pop("version", None)
    at = given.pop("at", world.now)
    return content.save(world.session, quick_win.id, world[who], changes, version=version, at=at)


def refusal(world: World, quick_win: QuickWin, who: str = "submitter", **given: Any) -> Refused:
    before = written(world.session)
    with pytest.raises(Refused) as caught:
        save(world, quick_win, who, **given)
    assert written(world.session) == before
    return caught.value


def authors(world: World, quick_win: QuickWin) -> set[tuple[int, str]]:
    rows = world.session.execute(
        select(Authorship.person_id, Authorship.field).where(
            Authorship.quick_win_id == quick_win.id
        )
    )
    return {(person_id, name) for person_id, name in rows}


# ---------------------------------------------------------------- creating


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("submitter", "DINKES"),
        ("submitter", "UPTD"),  # below the unit of the assignment
        ("submitter.kec", "KEL"),
    ],
)
def test_a_submitter_proposes_for_the_unit_of_the_assignment_and_those_below(
    world: World, who: str, unit: str
) -> None:
    quick_win = content.create(world.session, world[who], unit, {}, at=world.now)

    assert (quick_win.state, quick_win.version, quick_win.unit.code) == ("draft", 1, unit)
    assert quick_win.number == "QW-2026-0001"
    assert quick_win.due_at == quick_win.period.closes_at
    assert not world.session.scalars(select(Event).where(Event.quick_win_id == quick_win.id)).all()


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("submitter.kel", "KEC"),  # above
        ("submitter", "DKISS"),
        ("submitter", "NOWHERE"),
        ("submitter", "DINKES\x00"),
        ("head", "DINKES"),
        ("verifier", "DKISS"),  # at home there, but not its submitter
        ("admin", "DINKES"),
    ],
)
def test_nobody_else_proposes_for_a_unit(world: World, who: str, unit: str) -> None:
    with pytest.raises(Forbidden) as caught:
        content.create(world.session, world[who], unit, {}, at=world.now)

    assert caught.value.who_can == ("submitter",)


def test_nothing_is_proposed_while_no_period_is_open(world: World) -> None:
    period = world.session.scalars(select(Period).where(Period.code == "2026")).one()

    for at in (period.closes_at, period.opens_at - timedelta(seconds=1)):
        with pytest.raises(Conflict):
            content.create(world.session, world["submitter"], "DINKES", {}, at=at)
    content.create(world.session, world["submitter"], "DINKES", {}, at=period.opens_at)


def test_the_role_is_looked_at_before_the_period_and_that_before_the_content(world: World) -> None:
    late = world.now + timedelta(days=900)

    with pytest.raises(Forbidden):
        content.create(world.session, world["head"], "DINKES", {"x": 1}, at=late)
    with pytest.raises(Conflict):
        content.create(world.session, world["submitter"], "DINKES", {"x": 1}, at=late)


# ---------------------------------------------------------------- saving


def test_changes_are_merged_by_key_lists_replaced_and_none_takes_out(world: World) -> None:
    quick_win = world.propose(risks="Hujan.", partners=[{"name": "A"}, {"name": "B"}])

    save(world, quick_win, changes={"risks": None, "partners": [{"name": "C"}], "title": "Baru"})

    assert quick_win.content == proposal(title="Baru", partners=[{"name": "C"}])
    assert (quick_win.version, quick_win.title) == (2, "Baru")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"problem": "Banyak balita kurang gizi."},
        {"risks": None},
        {"risks": ""},
        {"partners": []},
        {"readiness": {"staff": None}},
        {"budget": 50_000_000},
        {
            "indicators": [
                {"kind": "output", "name": "Posyandu", "baseline": "0.0", "target": 12.0}
                | {"unit": "pos"},
                {"kind": "outcome", "name": "Gizi", "baseline": 60.50, "target": "80.00"}
                | {"unit": "persen"},
            ]
        },
    ],
)
def test_saving_the_same_changes_nothing(world: World, changes: dict[str, Any]) -> None:
    quick_win = world.propose()
    before = written(world.session)

    save(world, quick_win, changes=changes)

    assert written(world.session) == before


def test_who_wrote_which_field_is_kept_for_each_person(world: World) -> None:
    quick_win = content.create(
        world.session, world["submitter"], "UPTD", {"title": "A", "risks": "B"}, at=world.now
    )
    unit = quick_win.unit
    world["mentor"].assignments.append(Assignment(role="submitter", unit=unit, valid_from=LONG_AGO))
    world.session.flush()

    save(world, quick_win, "mentor", changes={"title": "A", "risks": None, "problem": "C"})

    rina, mentor = world["submitter"].id, world["mentor"].id
    assert authors(world, quick_win) == {
        (rina, "title"),
        (rina, "risks"),
        (mentor, "risks"),
        (mentor, "problem"),
    }


def test_refusals_to_save_come_in_the_order_of_the_contract(world: World) -> None:
    quick_win = world.propose()
    bad = {"changes": {"fee": 1}, "version": 7}

    assert isinstance(refusal(world, quick_win, "submitter.dkiss", **bad), NotFound)
    assert isinstance(refusal(world, quick_win, "verifier", **bad), NotFound)
    assert isinstance(refusal(world, quick_win, "head", **bad), Forbidden)
    assert isinstance(refusal(world, quick_win, "admin", **bad), Forbidden)
    assert isinstance(refusal(world, quick_win, **bad), Stale)
    world.act(quick_win, "submit", "submitter")
    assert isinstance(refusal(world, quick_win, **bad), Stale)
    assert isinstance(refusal(world, quick_win, **bad | {"version": 2}), Locked)


def test_a_submitter_of_a_unit_below_sees_the_draft_and_cannot_write_it(world: World) -> None:
    assert isinstance(refusal(world, world.propose("KEC"), "submitter.kel"), Forbidden)


@pytest.mark.parametrize(
    "state", ["endorsement", "verification", "review", "decision", "approved", "completed"]
)
def test_content_is_locked_while_it_is_decided_on(world: World, state: str) -> None:
    assert isinstance(refusal(world, world.bring_to(state)), Locked)


def test_content_can_be_written_after_the_period_has_closed(world: World) -> None:
    quick_win = world.propose()

    save(world, quick_win, at=quick_win.period.closes_at + timedelta(days=30))

    assert quick_win.content["problem"] == "Lain."


# ---------------------------------------------------------------- digests


def test_equal_numbers_and_texts_have_equal_digests() -> None:
    composed, taken_apart = (unicodedata.normalize(form, "Café") for form in ("NFC", "NFD"))
    one = fields.parse({"title": composed, "indicators": [{"target": 12.5}], "risks": ""})
    other = fields.parse({"title": taken_apart, "indicators": [{"target": "12.50"}]})

    assert composed != taken_apart
    assert content.digests(one) == content.digests(other)


ANY_VALUE: dict[str, Any] = {
    "dimension": "GOV",
    "subdimension": "health",
    "instrument": "it",
    "initiator": "council",
    "form": "other",
    "indicators": [{"name": "Lain"}],
    "milestones": [{"name": "Lain"}],
    "budget": 0,
    "funding_source": "non_apbd",
    "pic": {"name": "Budi"},
    "partners": [{"name": "PKK"}],
    "readiness": {"staff": "yes"},
    "files": ["a" * 64],
}


@pytest.mark.parametrize("name", fields.Content.model_fields)
def test_the_material_digest_changes_with_material_fields_only(name: str) -> None:
    before = fields.parse(proposal())
    after = fields.parse(proposal(**{name: ANY_VALUE.get(name, "Lain.")}))

    (all_before, material_before), (all_after, material_after) = map(
        content.digests, (before, after)
    )
    assert all_before != all_after
    assert (material_before != material_after) == (name in fields.MATERIAL)


def test_material_are_the_fields_that_the_contract_names() -> None:
    immaterial = {
        "title_expansion",
        "initiator",
        "form",
        "rpjmd_program",
        "pic",
        "executing_unit",
        "partners",
        "potential",
        "sustainability",
        "risks",
        "readiness",
    }
    assert fields.Content.model_fields.keys() - immaterial == fields.MATERIAL
