"""Saving while somebody still writes: what fits is kept, what does not is named."""

from __future__ import annotations

from typing import Any

import pytest
from attempts import written
from world import World, proposal

from workflow import content, fields, piecemeal
from workflow.errors import Forbidden, Locked, NotFound, Stale
from workflow.models import QuickWin

FITS: dict[str, Any] = {"title": "Baru", "budget": 7, "partners": [{"name": "PKK"}]}
NOT_YET: dict[str, Any] = {
    "problem": "x" * 4001,
    "milestones": [{"name": "Kelak", "date": "2099-01-01"}],
    "files": ["0" * 64],
}


def save(
    world: World, quick_win: QuickWin, changes: dict[str, Any], who: str = "submitter", **given: Any
) -> tuple[QuickWin, set[str]]:
    """(the Quick Win, the paths of what did not fit)."""
    saved, faults = piecemeal.save(
        world.session,
        quick_win.id,
        world[who],
        changes,
        version=given.get("version"),
        at=world.now,
    )
    return saved, set(faults)


def test_what_fits_is_saved_and_the_rest_is_named(world: World) -> None:
    quick_win = world.propose()

    saved, faults = save(world, quick_win, FITS | NOT_YET)

    assert faults == {"problem", "milestones.0.date", "files.0"}
    assert saved.content == proposal(**FITS)
    assert saved.version == 2


@pytest.mark.parametrize("stored", [{}, {"nip": "1" * 18}])
def test_a_part_of_a_group_holds_up_no_other_part(world: World, stored: dict[str, str]) -> None:
    quick_win = world.propose(pic={"name": "Rina", **stored})

    saved, faults = save(world, quick_win, {"pic": {"name": "Rini", "nip": "1980"}})

    assert faults == {"pic.nip"}
    assert saved.content["pic"] == {"name": "Rini", **stored}


def test_what_does_not_fit_alone_raises_no_version(world: World) -> None:
    quick_win = world.propose()
    before = written(world.session)

    assert save(world, quick_win, NOT_YET)[1]

    assert (quick_win.version, quick_win.content) == (1, proposal())
    assert written(world.session) == before


def test_a_dimension_that_does_not_fit_what_stays_holds_nothing_else_up(world: World) -> None:
    quick_win = world.propose(subdimension="health")

    saved, faults = save(world, quick_win, {"dimension": "GOV", "title": "Tetap tersimpan"})

    assert faults == {"subdimension"}
    assert saved.content["title"] == "Tetap tersimpan"
    assert saved.content["dimension"] == "LIV"


@pytest.mark.parametrize("name", sorted(set(fields.Content.model_fields) - {"title"}))
def test_no_field_that_does_not_fit_holds_up_another(world: World, name: str) -> None:
    quick_win = world.propose()

    assert save(world, quick_win, {name: object(), "title": name})[1]

    assert quick_win.content == proposal(title=name)


@pytest.mark.parametrize(
    ("who", "version", "state", "refusal"),
    [
        ("submitter.dkiss", 1, "draft", NotFound),
        ("head", 1, "draft", Forbidden),
        ("submitter", 7, "draft", Stale),
        ("submitter", None, "endorsement", Locked),
    ],
)
def test_it_refuses_whom_an_ordinary_save_refuses(
    world: World, who: str, version: int | None, state: str, refusal: type[Exception]
) -> None:
    quick_win = world.bring_to(state)
    for saving in (piecemeal.save, content.save):
        with pytest.raises(refusal):
            saving(world.session, quick_win.id, world[who], FITS, version=version, at=world.now)
