"""The calendar that people subscribe to: what stands in it, how its dates move, and whom it opens
itself to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from page import stop_the_clock, text_of
from test_page_acting import Browser
from test_rescheduling import change, free
from visitor import Visitor
from werkzeug.test import TestResponse
from world import NOW, World

from workflow import feed, periods
from workflow.models import Event, QuickWin

SECRET = "RAHASIA-CATATAN"
Reading = dict[str, Any]


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


def asked(app: Flask, world: World, name: str, **headers: str) -> TestResponse:
    """As a calendar program asks: with the address and nothing else."""
    key = world[name].feed_key or feed.begin(world.session, world[name].id)
    world.session.commit()
    return app.test_client().get(f"/feed/{key}.ics", headers=headers)


def read(answer: TestResponse) -> dict[str, Reading]:
    """The events by their UID, without the host."""
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.data)
    assert calendar["METHOD"] == "PUBLISH"
    found = {str(one["UID"]).split("@")[0]: one for one in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT")), "each has a UID of its own"
    return found


def of(quick_win: QuickWin) -> str:
    return f"quick-win-{quick_win.id}-visit-{quick_win.visit}"


def test_it_shows_what_waits_and_when_a_period_closes(app: Flask, world: World) -> None:
    quick_win = world.bring_to("verification")
    answer = asked(app, world, "verifier")
    found = read(answer)

    due = found[of(quick_win)]
    assert due.decoded("DTSTART") == quick_win.due_at
    assert str(due["SUMMARY"]) == f"Giliran Anda: Gempita Beras Merah ({quick_win.number})"
    assert "Verifikasi Administrasi" in due["DESCRIPTION"]
    assert str(due["URL"]).endswith(f"/quick-wins/{quick_win.id}")
    closing = found[f"period-{quick_win.period_id}-closes"]
    assert closing.decoded("DTSTART") == quick_win.period.closes_at
    assert len(found) == 2
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_those_who_act_for_an_agency_see_where_its_quick_wins_are(app: Flask, world: World) -> None:
    quick_win = world.bring_to("verification")

    for name in ("submitter", "head"):
        due = read(asked(app, world, name))[of(quick_win)]
        assert str(due["SUMMARY"]).startswith("Verifikasi Administrasi: Gempita Beras Merah")
        assert "Menunggu: Verifikator" in due["DESCRIPTION"]
    for name in ("submitter.dkiss", "mentor"):
        assert of(quick_win) not in read(asked(app, world, name))


def test_milestones_of_an_implementation_are_whole_days(app: Flask, world: World) -> None:
    quick_win = world.bring_to("implementation")

    milestone = read(asked(app, world, "head"))[f"quick-win-{quick_win.id}-milestone-1"]

    assert milestone.decoded("DTSTART") == date(2026, 9, 1)
    assert str(milestone["SUMMARY"]) == f"Tonggak: Peluncuran ({quick_win.number})"
    chairs = read(asked(app, world, "chair"))
    assert not [name for name in chairs if "milestone" in name]


def test_a_date_that_moves_keeps_its_uid_and_raises_its_sequence(app: Flask, world: World) -> None:
    quick_win = world.bring_to("verification")
    seen = [read(asked(app, world, "verifier"))[of(quick_win)]]
    for day in (date(2026, 7, 20), date(2026, 7, 24)):
        world.act(quick_win, "extend", "verifier", data={"due_on": day.isoformat()})
        seen.append(read(asked(app, world, "verifier"))[of(quick_win)])

    assert len({str(each["UID"]) for each in seen}) == 1
    sequences = [each["SEQUENCE"] for each in seen]
    assert sequences == sorted(set(sequences))
    starts = [each.decoded("DTSTART") for each in seen]
    assert len(set(starts)) == 3
    assert starts[2] == quick_win.due_at


def test_a_day_off_and_a_longer_period_move_what_hangs_on_them(app: Flask, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    before = read(asked(app, world, "head"))
    free(world, "2026-07-03")
    change(world)
    periods.extend(
        world.session,
        quick_win.period,
        closes=date(2026, 10, 30),
        reason="Banyak yang belum siap.",
        by=world["admin"],
        at=NOW,
    )
    after = read(asked(app, world, "head"))
    closing = f"period-{quick_win.period_id}-closes"
    for name in (of(quick_win), closing):
        assert after[name]["SEQUENCE"] > before[name]["SEQUENCE"]
        assert after[name].decoded("DTSTART") > before[name].decoded("DTSTART")


def test_another_visit_of_a_state_is_another_entry(app: Flask, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    first = of(quick_win)
    assert first in read(asked(app, world, "head"))
    world.act(quick_win, "return", "head")
    world.act(quick_win, "submit", "submitter")

    found = read(asked(app, world, "head"))
    assert first not in found
    assert of(quick_win) in found


def test_what_did_not_change_is_not_sent_again(app: Flask, world: World) -> None:
    quick_win = world.bring_to("verification")
    first = asked(app, world, "verifier")
    known = {"If-None-Match": first.headers["ETag"]}

    again = asked(app, world, "verifier", **known)
    assert (again.status_code, again.data) == (304, b"")
    world.act(quick_win, "extend", "verifier", data={"due_on": "2026-07-20"})
    assert asked(app, world, "verifier", **known).status_code == 200


def test_no_note_no_judgment_and_no_score_stands_in_it(app: Flask, world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "mentor", data={"text": SECRET}, note=SECRET)
    quick_win = world.bring_to("revision")

    for name in ("submitter", "head", "reviewer", "chair"):
        text = asked(app, world, name).get_data(as_text=True)
        assert SECRET not in text
        assert "Catatan." not in text


def test_it_is_written_in_the_language_of_the_person(app: Flask, world: World) -> None:
    quick_win = world.bring_to("review")
    due = read(asked(app, world, "reviewer2"))[of(quick_win)]
    assert str(due["SUMMARY"]).startswith("Your turn: ")


def test_titles_cannot_add_lines_to_it(app: Flask, world: World) -> None:
    title = "Satu; dua, tiga\\n\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Palsu"
    quick_win = world.bring_to("endorsement", title=title.replace("\n", " "))
    found = read(asked(app, world, "head"))
    assert "Satu; dua, tiga\\n END:VEVENT" in str(found[of(quick_win)]["SUMMARY"])


# ---------------------------------------------------------------- the address


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_unknown_address_and_a_closed_account_are_not_found(
    app: Flask, world: World, method: str
) -> None:
    chair = world["chair"]
    key = feed.begin(world.session, chair.id)
    chair.deactivated_at = NOW - timedelta(days=1)
    world.session.commit()

    for address in (key, uuid4(), chair.mail_key, "None", ""):
        found = app.test_client().open(f"/feed/{address}.ics", method=method)
        assert found.status_code == 404


def test_it_is_made_replaced_and_ended_on_the_profile(
    visitor: Browser, app: Flask, world: World
) -> None:
    head, place = visitor("head"), "/profile/calendar"
    assert "/feed/" not in text_of(head.get(place))

    def answers(key: object) -> int:
        return app.test_client().get(f"/feed/{key}.ics").status_code

    assert head.post(place).status_code == 303
    world.session.expire_all()
    first = world["head"].feed_key
    page = head.get(place, headers={"Accept-Encoding": "gzip"})
    assert f"http://127.0.0.1:8000/feed/{first}.ics" in page.text
    assert f"webcal://127.0.0.1:8000/feed/{first}.ics" in page.text
    assert "Content-Encoding" not in page.headers, "what holds a secret is not compressed"
    assert answers(first) == 200

    head.post(place)
    world.session.expire_all()
    second = world["head"].feed_key
    assert (answers(first), answers(second)) == (404, 200)

    head.post(f"{place}/end")
    world.session.expire_all()
    assert world["head"].feed_key is None
    assert answers(second) == 404


def test_looking_at_it_changes_nothing(app: Flask, world: World) -> None:
    world.bring_to("verification")
    asked(app, world, "verifier")
    events = world.session.query(Event).count()
    for _again in range(2):
        asked(app, world, "verifier")
    assert world.session.query(Event).count() == events
    assert not world.session.dirty


def test_nobody_else_makes_or_ends_it(app: Flask, world: World) -> None:
    stranger = Visitor(app, world.session, None)
    assert stranger.post("/profile/calendar").status_code in (302, 401)
    assert {person.feed_key for person in world.people.values()} == {None}
