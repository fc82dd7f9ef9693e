"""What a city says of itself before anybody can propose: its name, its units, its periods."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from installation import DINKES, Installation, days
from sqlalchemy import select
from world import World, proposal

from workflow import content
from workflow.machine import perform
from workflow.models import City, Period, Person
from workflow.short_texts import LONGEST

WIB = ZoneInfo("Asia/Jakarta")
TODAY = datetime.now(WIB).date()
CITY = ("city", "set", "--name", "Kota Baru", "--province", "Banten")


# ---------------------------------------------------------------- all together


def test_an_empty_installation_comes_to_its_first_submitted_quick_win(place: Installation) -> None:
    place.done(*CITY)
    place.units(DINKES, "PKM,Puskesmas Utara,PKM,uptd,no,DINKES")
    for email, role in (("op@kota.test", "submitter"), ("kadis@kota.test", "head")):
        place.done("person", "add", email, email, "--role", role, "--unit", "DINKES")
    last = TODAY + timedelta(days=30)
    first = TODAY - timedelta(days=1)
    place.done(*place.period("2026", first.isoformat(), last.isoformat()))
    person = place.session.scalars(select(Person).where(Person.email == "op@kota.test")).one()
    complete = proposal(milestones=[{"name": "Peluncuran", "date": last.isoformat()}])
    quick_win = content.create(place.session, person, "PKM", complete)
    perform(place.session, quick_win.id, "submit", person, version=quick_win.version)
    place.session.commit()
    assert quick_win.number == f"QW-{first.year}-0001"
    assert quick_win.submitted_at is not None
    assert place.done("verify").startswith("2 chains with 7 events are whole.")


def test_demo_data_are_not_loaded_over_a_city_that_was_set(place: Installation) -> None:
    place.done(*CITY)
    assert "holds a city of its own" in place.refused("demo")


# ---------------------------------------------------------------- the city


def test_the_city_is_set_and_its_chain_tells_it(place: Installation) -> None:
    said = place.done(*CITY, "--zone", "Asia/Jayapura", "--close-of-business", "15:30")
    assert said == "Kota Baru, Banten: Asia/Jayapura, closes 15:30.\n"
    city = place.session.get_one(City, 1)
    assert (city.name, city.province, city.demo) == ("Kota Baru", "Banten", False)
    assert (city.zone, city.close_of_business) == ("Asia/Jayapura", time(15, 30))
    event = place.last_event()
    assert (event.action, event.chain_id) == ("set_city", 1)
    assert event.data == {
        "name": "Kota Baru",
        "province": "Banten",
        "zone": "Asia/Jayapura",
        "close_of_business": "15:30",
        "moved": [],
    }


def test_what_is_not_said_of_the_city_stays_and_saying_it_again_is_no_event(
    place: Installation,
) -> None:
    place.done(*CITY, "--zone", "Asia/Makassar", "--close-of-business", "15.30")
    before = place.events()
    assert place.done(*CITY) == "Kota Baru, Banten: Asia/Makassar, closes 15:30.\n"
    assert place.events() == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (" ", "The name is empty."),
        ("x" * (LONGEST + 1), f"The name is longer than {LONGEST} characters."),
        ("Kota\x00", "The name has a character that cannot be stored."),
    ],
)
def test_a_city_needs_a_name(place: Installation, name: str, reason: str) -> None:
    assert place.refused("city", "set", "--name", name, "--province", "Banten") == reason


@pytest.mark.parametrize(
    "words",
    [
        ("city", "set", "--name", "Kota Baru"),
        (*CITY, "--zone", "Europe/Berlin"),
        (*CITY, "--close-of-business", "25:00"),
        ("unit", "import", "no such file"),
        ("period", "add", "2026", "Periode", "--year", "2026", *days("2026-02-30", "2026-03-01")),
        ("period", "add", "2026", "Periode", "--year", "26", *days("2026-02-20", "2026-03-01")),
    ],
)
def test_wrong_use_has_its_own_exit_status(place: Installation, words: tuple[str, ...]) -> None:
    assert place.quickwin(*words).exit_code == 2


# ---------------------------------------------------------------- periods


def test_a_period_opens_in_the_morning_and_closes_with_the_offices(place: Installation) -> None:
    place.done(*CITY, "--zone", "Asia/Makassar", "--close-of-business", "15:30")
    said = place.done(*place.period("2026", "2026-02-02", "2026-11-30"))
    assert said == (
        "Period 2026 opens 2026-02-02 08:00, closes 2026-11-30 15:30, Asia/Makassar time.\n"
    )
    period = place.session.scalars(select(Period)).one()
    assert (period.code, period.name, period.year) == ("2026", "Periode 2026", 2026)
    assert period.opens_at == datetime(2026, 2, 2, 0, 0, tzinfo=UTC)
    assert period.closes_at == datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
    assert len(period.dimensions) == 6
    event = place.last_event()
    assert (event.action, event.chain_id, event.data["period"]) == ("add_period", 1, "2026")
    assert event.data["dimensions"] == period.dimensions


def test_a_period_can_have_dimensions_of_its_own(place: Installation) -> None:
    heading = "dimension;subdimension;label_id;label_en"
    file = place.file("LIV;;Hidup;Living", "LIV;food;Pangan;Food", "GOV;;Tata;Gov", heading=heading)
    place.done(*place.period("2026", "2026-02-02", "2026-11-30", "--dimensions", file))
    food = {"code": "food", "label": {"id": "Pangan", "en": "Food"}}
    assert place.session.scalars(select(Period.dimensions)).one() == [
        {"code": "LIV", "label": {"id": "Hidup", "en": "Living"}, "subdimensions": [food]},
        {"code": "GOV", "label": {"id": "Tata", "en": "Gov"}, "subdimensions": []},
    ]


def test_all_faults_of_all_dimensions_are_said(place: Installation) -> None:
    heading = "dimension,subdimension,label_id,label_en"
    rows = ("LIV,food,Pangan,Food", "LIV,,Hidup,", "LIV,,Hidup,Living", "a b,,A,B")
    file = place.file(*rows, heading=heading)
    words = place.period("2026", "2026-02-02", "2026-11-30", "--dimensions", file)
    assert place.refused(*words).splitlines() == [
        "line 2: LIV needs a row without a subdimension before this one",
        "line 3: label_en is empty",
        "line 4: LIV stands in an earlier line too",
        "line 5: “a b” is no code: at most 40 letters, digits, dots, hyphens, underscores",
    ]
    words = place.period(
        "2026", "2026-02-02", "2026-11-30", "--dimensions", place.file(heading=heading)
    )
    assert place.refused(*words).startswith("A period needs a dimension at least")


@pytest.mark.parametrize(
    ("code", "opens", "closes", "reason"),
    [
        ("2026-b", "2026-11-30", "2026-12-10", "2026 is open from 02/02/2026 to 30/11/2026"),
        ("2026-b", "2026-01-01", "2027-01-01", "Only one period is open at a time"),
        ("2026", "2027-01-01", "2027-02-01", "There is a period “2026” already."),
        ("2027", "2027-02-01", "2027-01-01", "A period closes after it opens."),
        ("20/27", "2027-01-01", "2027-02-01", "“20/27” is no code"),
        ("2099", "2098-01-01", "2099-01-01", "A period lies between 01/01/2000 and 31/12/2098."),
    ],
)
def test_a_period_that_does_not_fit_is_refused_with_a_sentence(
    place: Installation, code: str, opens: str, closes: str, reason: str
) -> None:
    place.done(*place.period("2026", "2026-02-02", "2026-11-30"))
    assert reason in place.refused(*place.period(code, opens, closes))
    assert place.session.scalars(select(Period.code)).all() == ["2026"]


def test_two_periods_of_one_year_never_give_the_same_number(world: World) -> None:
    first = world.propose()
    second = Period(
        code="2026-b",
        name="Periode 2026 kedua",
        year=first.period.year,
        opens_at=world.now + timedelta(days=200),
        closes_at=world.now + timedelta(days=220),
        parameters={},
        dimensions=first.period.dimensions,
    )
    world.session.add(second)
    world.session.flush()
    before = world.propose()
    world.now = second.opens_at
    assert [each.number for each in (first, before, world.propose(), world.propose())] == [
        f"QW-2026-{number:04d}" for number in (1, 2, 3, 4)
    ]
