"""Who asks, what waits for them, and the master data, over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from programs import Programs
from sqlalchemy import select
from world import LONG_AGO, World

from workflow.models import Assignment, Period


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def test_a_program_learns_for_whom_it_acts(programs: Programs, world: World) -> None:
    world.bring_to("verification")
    verifier = world["verifier"]
    assert programs("verifier").get("/me").json == {
        "id": verifier.id,
        "name": "Verifier",
        "email": "verifier@test.test",
        "language": "id",
        "roles": [
            {
                "role": "verifier",
                "unit": None,
                "capacity": "Sebagai verifier",
                "on_behalf_of": None,
                "from": "2020-01-01",
                "to": None,
            }
        ],
        "units": ["DKISS"],
        "counts": {"waiting": 1, "unread": 1},
    }
    assert programs("submitter").get("/me").json["roles"][0]["unit"] == "DINKES"


def test_a_role_that_has_ended_is_not_held(programs: Programs, world: World) -> None:
    world["chair"].assignments.append(
        Assignment(role="admin", valid_from=LONG_AGO, valid_to=LONG_AGO, capacity="")
    )
    world.session.commit()
    assert [role["role"] for role in programs("chair").get("/me").json["roles"]] == ["chair"]


def test_the_inbox_has_what_waits_and_the_overdue_first(programs: Programs, world: World) -> None:
    today = world.now
    found = [world.bring_to("verification", title=f"Usulan {n}") for n in range(5)]
    world.bring_to("review")
    for quick_win, days in zip(found, (3, -2, None, 1, 1), strict=True):
        quick_win.due_at = None if days is None else today + timedelta(days=days)
    world.session.commit()
    expected = [found[n].id for n in (1, 3, 4, 0, 2)]
    program = programs("verifier")
    assert [row["id"] for row in program.get("/inbox").json["items"]] == expected
    for limit in (1, 2):
        collected, cursor = [], ""
        while cursor is not None:
            page = program.get(f"/inbox?limit={limit}&cursor={cursor}").json
            collected += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]
        assert collected == expected
    assert programs("mentor").get("/inbox").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=501", "limit=-1", "cursor=x", "cursor=MQ",
        "cursor=MTo5OTk5OTk5OTk5OTk5OTk5OTk5",
        "state=draft",
    ],
)  # fmt: skip
def test_a_bad_parameter_of_the_inbox_is_refused(programs: Programs, query: str) -> None:
    answer = programs("verifier").get(f"/inbox?{query}")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [query.split("=", 1)[0]]


def test_periods_and_units_come_whole(programs: Programs) -> None:
    program = programs("submitter")
    periods = program.get("/periods").json
    assert periods["next_cursor"] is None
    assert [(row["code"], row["open"]) for row in periods["items"]] == [
        ("2026", True),
        ("2025", False),
    ]
    assert periods["items"][0]["dimensions"][0]["subdimensions"][0]["code"] == "health"
    units = program.get("/units").json
    assert units["next_cursor"] is None
    assert {row["code"]: (row["agency"], row["parent"]) for row in units["items"]} == {
        "DINKES": (True, None),
        "UPTD": (False, "DINKES"),
        "DKISS": (True, None),
        "KEC": (True, None),
        "KEL": (False, "KEC"),
    }


def test_coverage_has_a_row_for_each_opd_and_ids_for_whom_may_see(
    programs: Programs, world: World
) -> None:
    done, draft = world.bring_to("implementation"), world.propose("KEL")
    world.propose()
    expected = {
        "DINKES": ("implementation", done.id, "implementation", "green"),
        "DKISS": ("nothing", None, None, None),
        "KEC": ("draft", draft.id, "draft", None),
    }
    found = programs("admin").get("/coverage").json
    assert found["next_cursor"] is None
    rows = {row["unit"]: row for row in found["items"]}
    for unit, (status, quick_win, state, light) in expected.items():
        row = rows[unit]
        assert (row["status"], row["quick_win"], row["state"]) == (status, quick_win, state)
        assert (row["light"] is None) is (light is None)
    seen = {row["unit"]: row for row in programs("submitter").get("/coverage").json["items"]}
    assert (seen["KEC"]["status"], seen["KEC"]["quick_win"]) == ("draft", None)
    assert seen["DINKES"]["quick_win"] == done.id


def test_coverage_is_of_one_period(programs: Programs, world: World) -> None:
    world.propose()
    program = programs("mayor")
    assert program.get("/coverage?period=2026").json == program.get("/coverage").json
    past = program.get("/coverage?period=2025").json["items"]
    assert {row["status"] for row in past} == {"nothing"}
    assert program.get("/coverage?period=1999").status_code == 404
    assert program.get("/coverage?period=%00").status_code == 422
    assert program.get("/coverage?periode=2026").status_code == 422
    period = world.session.scalars(select(Period).where(Period.code == "2026")).one()
    period.closes_at = datetime.now(UTC) - timedelta(days=1)
    world.session.commit()
    assert program.get("/coverage").status_code == 404
