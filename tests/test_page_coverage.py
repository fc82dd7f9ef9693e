"""The page of the coverage."""

from collections.abc import Callable

import pytest
from visitor import Visitor
from world import World

from workflow.definition import Coverage

Browser = Callable[[str], Visitor]


def test_every_agency_has_a_line_and_nothing_comes_first(visitor: Browser, world: World) -> None:
    world.propose(unit="DKISS")

    page = visitor("mayor").get("/coverage").get_data(as_text=True)

    assert [name for name in ("DINKES", "DKISS", "KEC") if f"Unit {name}</th>" in page] == [
        "DINKES",
        "DKISS",
        "KEC",
    ]
    assert "Unit UPTD" not in page, "a unit below an agency has no line of its own"
    assert page.index("Unit KEC") < page.index("Unit DKISS"), "nothing before draft"


def test_what_one_may_not_see_is_counted_but_not_linked(visitor: Browser, world: World) -> None:
    quick_win = world.propose()
    link = f'href="/quick-wins/{quick_win.id}"'

    assert link in visitor("head").get("/coverage").get_data(as_text=True)
    assert link not in visitor("chair").get("/coverage").get_data(as_text=True)


@pytest.mark.parametrize("status", [step.value for step in Coverage])
def test_the_table_is_narrowed_by_the_address(visitor: Browser, world: World, status: str) -> None:
    world.bring_to("established")

    page = visitor("admin").get(f"/coverage?status={status}").get_data(as_text=True)

    assert ("Unit DINKES" in page) == (status == "established")
    assert ("Unit KEC" in page) == (status == "nothing")


def test_a_period_that_does_not_exist_is_not_found(visitor: Browser) -> None:
    assert visitor("admin").get("/coverage?period=1999").status_code == 404
    assert visitor("admin").get("/coverage?period=2025").status_code == 200
