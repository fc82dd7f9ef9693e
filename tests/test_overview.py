"""Where the city stands at a glance: the numbers, where they lead, and to whom they are open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from attempts import statements
from page import text_of, words_of
from sqlalchemy import select
from visitor import Visitor
from world import NOW, PATHS, World

from web.charts import Bar, bars, columns, scale_of
from workflow.models import Period, QuickWin
from workflow.overview import Overview, overview

Browser = Callable[[str], Visitor]
DAY = timedelta(days=1)


def seen(world: World, who: str, code: str = "2026", **given: timedelta) -> Overview:
    period = world.session.scalars(select(Period).where(Period.code == code)).one()
    at = world.now + given.get("later", timedelta(0))
    return overview(world.session, world[who], period, at=at)


@pytest.fixture
def somewhere(world: World) -> list[QuickWin]:
    for person in world.people.values():
        person.language = "en"
    states = ("draft", "review", "review", "decision", "established", "implementation")
    return [world.bring_to(state) for state in states]


def test_it_counts_what_the_reader_may_know_of(world: World, somewhere: list[QuickWin]) -> None:
    def counts(who: str) -> dict[str, int]:
        return {place.state.code: place.count for place in seen(world, who).places}

    everything = {"draft": 1, "review": 2, "decision": 1, "established": 1, "implementation": 1}
    assert counts("inspector") == everything
    assert counts("mayor") == {k: v for k, v in everything.items() if k != "draft"}
    assert list(counts("mayor")) == ["review", "decision", "established", "implementation"]
    assert seen(world, "mayor", "2025").places == []


def test_what_is_late_is_counted_where_it_is_and_named(
    world: World, somewhere: list[QuickWin]
) -> None:
    assert seen(world, "mayor").overdue == []

    later = seen(world, "mayor", later=15 * DAY)

    assert {place.state.code: place.late for place in later.places if place.late} == {
        "review": 2,
        "decision": 1,
        "established": 1,
    }
    assert later.overdue[0].state == "decision"
    assert len(later.overdue) == 4


def test_months_without_anything_stand_between_the_others(world: World) -> None:
    quick_win = world.bring_to("approved")
    world.now = NOW + 70 * DAY
    PATHS["established"][-1](world, quick_win)

    found = [(m.first.isoformat(), m.submitted, m.established) for m in seen(world, "mayor").months]

    assert found == [("2026-07-01", 1, 0), ("2026-08-01", 0, 0), ("2026-09-01", 0, 1)]


def test_the_newest_decrees_come_with_how_many_they_establish(
    world: World, somewhere: list[QuickWin]
) -> None:
    assert [count for _, count in seen(world, "chair").decrees] == [1, 1]
    assert seen(world, "chair", "2025").decrees == []


@pytest.mark.parametrize("who", ["submitter", "head"])
def test_it_is_closed_to_who_sees_their_own_unit_only(visitor: Browser, who: str) -> None:
    one = visitor(who)

    assert one.get("/overview").status_code == 403
    assert 'href="/overview"' not in one.get("/").get_data(as_text=True)


@pytest.mark.parametrize("who", ["mayor", "inspector", "admin", "chair"])
def test_who_sees_what_circulates_reads_it(
    visitor: Browser, somewhere: list[QuickWin], who: str
) -> None:
    words = words_of(visitor(who).get("/overview"))

    assert "Agencies with an established one 1 of 3 agencies" in words
    assert "Agencies with nothing yet 2 of 3 agencies" in words


def test_every_number_leads_to_as_many(visitor: Browser, somewhere: list[QuickWin]) -> None:
    mayor = visitor("mayor")
    page = text_of(mayor.get("/overview"))

    led = re.findall(
        r'<a href="(/(?:quick-wins|coverage)\?[^"]*)">[^<]*</a>(?:(?!<td).)*?'
        r'<(?:td class="number"|p class="stat-value")>(\d+)<',
        page,
        re.DOTALL,
    )
    assert len(led) >= 9
    for address, number in led:
        rows = re.findall(r'<th scope="row"', text_of(mayor.get(address)))
        assert len(rows) == int(number), address
        assert parse_qs(urlsplit(address).query)["period"] == ["2026"]


def test_more_of_everything_costs_no_more_statements(visitor: Browser, world: World) -> None:
    mayor, costs = visitor("mayor"), []
    for _ in range(2):
        for state in ("review", "decision", "established", "implementation"):
            world.bring_to(state)
        world.session.commit()
        with statements(world.session) as run:
            assert mayor.get("/overview").status_code == 200
        costs.append(len(run))

    assert costs[0] == costs[1] <= 18


def test_a_city_without_a_period_and_an_unknown_one(visitor: Browser) -> None:
    assert visitor("mayor").get("/overview?period=2025").status_code == 200
    assert visitor("mayor").get("/overview?period=1999").status_code == 404


def test_the_coverage_is_narrowed_to_what_was_reached(visitor: Browser, world: World) -> None:
    world.bring_to("established")

    page = text_of(visitor("admin").get("/coverage?status=reached"))

    assert ("Unit DINKES</th>" in page, "Unit KEC</th>" in page) == (True, False)


def test_the_coverage_is_narrowed_to_a_light(visitor: Browser, world: World) -> None:
    world.bring_to("implementation")

    def found(light: str) -> bool:
        page = text_of(visitor("admin").get(f"/coverage?light={light}"))
        return "Unit DINKES</th>" in page

    assert [found(light) for light in ("green", "yellow", "red", "")].count(True) == 2


# ---------------------------------------------------------------- geometry


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    found = bars([Bar(label="a", value=3), Bar(label="b", value=12), Bar(label="c", value=0)])

    assert [one.share for one in found] == [25, 100, 0]
    assert bars([Bar(label="a", value=0)])[0].share == 0


@pytest.mark.parametrize(
    ("highest", "scale"), [(0, 4), (4, 4), (5, 8), (12, 12), (13, 20), (21, 40), (201, 400)]
)
def test_a_scale_ends_at_a_round_number(highest: int, scale: int) -> None:
    assert scale_of(highest) == scale


def test_columns_stand_on_the_floor_and_beside_each_other() -> None:
    chart = columns([("Jan", "2026"), ("Feb", "2026")], [("In", [2, 4]), ("Out", [0, 1])])

    assert {round(one.y + one.height) for one in chart.columns} == {182}
    assert [one.x for one in chart.columns] == sorted(one.x for one in chart.columns)
    assert chart.columns[2].title == "Feb 2026, In: 4"
    assert chart.rows == [("Jan 2026", [2, 0]), ("Feb 2026", [4, 1])]
    assert columns([], [("In", [])]).columns == []
