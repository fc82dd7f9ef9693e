"""The bell and what stands behind it: who is told of what, in which words, and what was read."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from page import stop_the_clock, text_of, words_of
from somebody import write
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, update
from test_page_acting import Browser
from test_rescheduling import change, free
from werkzeug.test import TestResponse
from world import JUDGMENT, LONG_AGO, NOW, World

from workflow import alerting, announcing, calendar_changes
from workflow.calendar_changes import NewDay
from workflow.ledger import append_to_city
from workflow.models import DayKind, NoticeKind, Notification, QuickWin, Unit

PLACE = "/notifications"


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


def bell(answer: TestResponse) -> str:
    """What the bell of that page says."""
    (found,) = re.findall(r'<a class="bell".*?</a>', answer.text, re.S)
    return " ".join(re.sub("<[^>]*>", " ", found).split())


def told(world: World, name: str) -> list[Notification]:
    """All of that person, the oldest first."""
    world.session.expire_all()
    theirs = select(Notification).where(Notification.recipient_id == world[name].id)
    return list(world.session.scalars(theirs.order_by(Notification.id)))


def test_the_bell_counts_what_is_unread_on_every_page(visitor: Browser, world: World) -> None:
    head = visitor("head")
    assert bell(head.get("/")) == "Pemberitahuan"
    world.bring_to("endorsement")
    world.bring_to("endorsement")
    world.session.commit()

    for place in ("/", "/quick-wins", "/profile", PLACE, "/nowhere"):
        assert bell(head.get(place)) == "Pemberitahuan 2 belum dibaca"
    assert bell(visitor("submitter").get("/")) == "Pemberitahuan"


def test_more_than_99_are_not_counted(visitor: Browser, world: World) -> None:
    quick_win = world.propose()
    for _number in range(60):
        world.act(quick_win, "submit", "submitter")
        world.act(quick_win, "return", "head")
    world.session.commit()

    assert bell(visitor("head").get("/")) == "Pemberitahuan 60 belum dibaca"
    world.session.execute(update(Notification).values(recipient_id=world["chair"].id))
    world.session.commit()
    assert bell(visitor("chair").get("/")) == "Pemberitahuan 99+ belum dibaca"


def test_the_bell_costs_no_statement_of_its_own(visitor: Browser, world: World) -> None:
    chair, statements = visitor("chair"), []
    chair.get("/profile")
    listen = (world.session.get_bind(), "before_cursor_execute")

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    sql_event.listen(*listen, note)
    chair.get("/profile")
    sql_event.remove(*listen, note)

    assert len([each for each in statements if "notifications" in each]) == 1
    assert len([each for each in statements if "designations" in each]) == 1


def test_it_says_who_did_what_to_what_and_what_is_expected(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()

    page = visitor("head").get(PLACE)
    said = words_of(page)

    for text in (
        "Hari ini",
        "Belum dibaca · Giliran Anda · 10.00",
        "Submitter mengirim usulan untuk disahkan",
        f"{quick_win.number} · Gempita Beras Merah",
        "Yang ditunggu dari Anda: Sahkan",
        "3 hari kerja lagi",
    ):
        assert text in said
    assert f'href="/quick-wins/{quick_win.id}"' in page.text


def test_looking_marks_nothing_and_a_press_does(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    head, (mine,) = visitor("head"), told(world, "head")
    for place in (PLACE, f"/quick-wins/{quick_win.id}", f"{PLACE}?show=unread"):
        head.get(place)
        head.client.head(place)
    assert head.get(f"{PLACE}/{mine.id}/read").status_code == 405
    assert told(world, "head")[0].read_at is None

    opened = head.post(f"{PLACE}/{mine.id}/read")

    assert (opened.status_code, opened.location) == (303, f"/quick-wins/{quick_win.id}")
    assert told(world, "head")[0].read_at == NOW
    page = head.get(PLACE)
    assert bell(page) == "Pemberitahuan"
    assert "Belum dibaca ·" not in words_of(page)
    assert "Semua sudah dibaca" in words_of(head.get(f"{PLACE}?show=unread"))


def test_nobody_marks_what_others_were_told(visitor: Browser, world: World) -> None:
    world.bring_to("endorsement")
    world.session.commit()
    (theirs,) = told(world, "head")

    for number in (theirs.id, 10**18 - 1):
        assert visitor("chair").post(f"{PLACE}/{number}/read").status_code == 404
    visitor("chair").post(f"{PLACE}/read", {"newest": theirs.id})

    assert told(world, "head")[0].read_at is None


def test_all_is_marked_up_to_what_was_seen(visitor: Browser, world: World) -> None:
    world.bring_to("endorsement")
    world.session.commit()
    head = visitor("head")
    seen = re.findall(r'name="newest" value="(\d+)"', head.get(PLACE).text)
    world.bring_to("endorsement")
    world.session.commit()

    assert head.post(f"{PLACE}/read", {"newest": seen[0]}).status_code == 303

    first, second = told(world, "head")
    assert (first.read_at, second.read_at) == (NOW, None)


def test_what_can_still_be_taken_back_or_was_is_not_told(visitor: Browser, world: World) -> None:
    world.bring_to("endorsement")
    world.bring_to("endorsement")
    world.bring_to("endorsement")
    waiting, gone, _past = told(world, "head")
    waiting.not_before, gone.cancelled_at = NOW + timedelta(minutes=5), NOW
    _past.not_before = NOW - timedelta(minutes=5)
    world.session.commit()
    head = visitor("head")

    page = head.get(PLACE)
    assert bell(page) == "Pemberitahuan 1 belum dibaca"
    assert page.text.count('<li class="told') == 1
    for one in (waiting, gone):
        assert head.post(f"{PLACE}/{one.id}/read").status_code == 404


def test_the_names_of_reviewers_stay_closed_to_the_agency(visitor: Browser, world: World) -> None:
    """As in mails and in the history."""
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "reviewer", data={"text": "Sudah dibaca."})
    world.session.commit()

    said = words_of(visitor("submitter").get(f"{PLACE}?show=comment"))

    assert "Penelaah" in said
    assert "Reviewer" not in said


def test_who_may_not_see_it_is_told_without_a_link(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    (mine,) = told(world, "head")
    mine.recipient_id = world["chair"].id
    world.session.commit()
    chair = visitor("chair")

    page = chair.get(PLACE)
    assert f"{quick_win.number} · Gempita" in text_of(page)
    assert f'href="/quick-wins/{quick_win.id}"' not in page.text
    assert chair.post(f"{PLACE}/{mine.id}/read").location == PLACE


def test_whose_post_has_ended_reads_the_title_they_were_told(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("decision")
    before = quick_win.title
    world.act(quick_win, "request_revision", "chair")
    write(world, quick_win, {"title": "Judul Rahasia"})
    for post in world["chair"].assignments:
        post.valid_to = LONG_AGO
    world.session.commit()

    said = words_of(visitor("chair").get(PLACE))

    assert f"{quick_win.number} · {before}" in said
    assert "Rahasia" not in said


def test_the_list_is_narrowed_to_a_kind_and_to_what_is_unread(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "mentor", data={"text": "Bagus."})
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    world.session.commit()
    submitter = visitor("submitter")

    def kinds(show: str) -> set[str]:
        page = submitter.get(f"{PLACE}?show={show}")
        return set(re.findall(r'<p class="told-when">.*? · ([^·]*) · [\d.]+</p>', page.text))

    assert kinds("comment") == {"Komentar"}
    assert kinds("news") == {"Perkembangan Quick Win"}
    assert kinds("") == kinds("nonsense") == {"Komentar", "Perkembangan Quick Win"}
    assert kinds("turn") == set()
    assert "Belum ada yang sejenis ini" in words_of(submitter.get(f"{PLACE}?show=turn"))
    assert "Belum ada pemberitahuan" in words_of(visitor("inspector").get(PLACE))


def test_a_long_list_has_pages(visitor: Browser, world: World) -> None:
    quick_win = world.propose()
    for _number in range(35):
        world.act(quick_win, "submit", "submitter")
        world.act(quick_win, "return", "head")
    world.session.commit()
    head = visitor("head")

    first = head.get(PLACE)
    (following,) = set(re.findall(r'rel="next" href="([^"]*)"', first.text))
    second = head.get(following)

    numbers = [set(re.findall(r"/notifications/(\d+)/read", each.text)) for each in (first, second)]
    assert [len(each) for each in numbers] == [30, 5]
    assert numbers[0].isdisjoint(numbers[1])
    assert 'name="newest"' not in second.text


def test_an_incident_is_told_to_admins_in_words(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = visitor("admin")
    admin.post(f"/people/{world['reviewer2'].id}/deactivate")
    stop_the_clock(monkeypatch, NOW + alerting.GRACE)

    page = admin.get(PLACE)
    said = words_of(page)
    assert "Gangguan" in said
    assert "Kurang: Penelaah" in said
    count = select(func.count()).where(
        Notification.kind == NoticeKind.INCIDENT, Notification.read_at.is_not(None)
    )
    (mine,) = told(world, "admin")
    assert admin.post(f"{PLACE}/{mine.id}/read").location == "/"
    assert world.session.scalar(count) == 1


def test_every_kind_of_event_that_tells_people_can_be_listed(
    visitor: Browser, world: World
) -> None:
    """Of all that happened to a Quick Win on its way."""
    for state in ("completed", "rejected", "withdrawn", "revoked", "discontinued"):
        world.bring_to(state)
    world.session.commit()

    for name in world.people:
        assert visitor(name).get(PLACE).status_code == 200
    assert world.session.scalar(select(func.count()).select_from(QuickWin)) == 5


def test_dates_that_moved_are_told_with_the_old_and_the_new_one(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")  # on a Wednesday, five working days
    free(world, "2026-07-03")
    change(world)
    world.session.commit()

    page = visitor("verifier").get(f"{PLACE}?show=dates")
    said = words_of(page)

    assert "1 tenggat Anda bergeser" in said
    moved = "sampai 9 Juli 2026 pukul 16.00 WIB, semula 8 Juli 2026 pukul 16.00 WIB"
    assert f"{quick_win.number} · Gempita Beras Merah: {moved}" in said
    assert f"Buka : {quick_win.number} · Gempita Beras Merah" in said
    (mine,) = [one for one in told(world, "verifier") if one.kind is NoticeKind.DATES]
    opened = visitor("verifier").post(f"{PLACE}/{mine.id}/read")
    assert opened.location == f"/quick-wins/{quick_win.id}"
    world.act(quick_win, "verify", "verifier2")
    world.session.commit()
    assert "tidak ada lagi yang menunggu Anda" in words_of(visitor("verifier").get(PLACE))


def test_the_one_day_by_which_dates_moved_is_named(visitor: Browser, world: World) -> None:
    world["head"].language = "en"
    world.bring_to("endorsement")
    day = date(2026, 7, 3)
    new = NewDay(day=day, working=False, kind=DayKind.LOCAL, name="HUT Kota", source="SK 1")
    calendar_changes.add(world.session, new, world["admin"], at=NOW)
    calendar_changes.remove(world.session, day, world["admin"], at=NOW)
    world.session.commit()

    said = words_of(visitor("head").get(f"{PLACE}?show=dates"))

    assert "Friday, 3 July 2026 is a day off now (HUT Kota). 1 of your deadlines moved" in said
    assert "Friday, 3 July 2026 becomes a working day again (HUT Kota is taken back). 1 of" in said


def test_what_is_about_several_quick_wins_leads_to_the_tasks_and_says_so(
    visitor: Browser, world: World
) -> None:
    for _ in range(2):
        world.bring_to("verification")
    free(world, "2026-07-03")
    change(world)
    world.session.commit()

    assert "Buka tugas saya : 2 tenggat Anda bergeser" in words_of(
        visitor("verifier").get(f"{PLACE}?show=dates")
    )


def test_what_is_said_of_a_period_is_told_to_those_who_propose(
    visitor: Browser, world: World
) -> None:
    draft = world.propose()
    world.propose("DKISS")
    period = draft.period
    units = list(world.session.scalars(select(Unit.id).where(Unit.code.in_(["DINKES", "DKISS"]))))
    more = {
        "open_period": {},
        "remind_period": {"threshold": -5, "units": units},
        "close_period": {"quick_wins": [draft.id]},
        "extend_period": {"closed_at": NOW.isoformat(), "reason": "Banyak yang belum siap."},
    }
    for action, data in more.items():
        said = announcing.facts(period) | data
        happened = append_to_city(world.session, action, at=NOW, data=said)
        world.session.flush()
        announcing.tell_the_rest(world.session, happened, at=NOW)
    world.session.commit()

    page = visitor("submitter").get(f"{PLACE}?show=period")
    read = words_of(page)

    for text in (
        "Masa pengusulan periode “Periode 2026” dibuka sampai Minggu, 30 Agustus 2026",
        "Belum mengirim usulan: Unit DINKES",
        f"Tetap menjadi draf: {draft.number} · Gempita Beras Merah",
        "diperpanjang sampai Minggu, 30 Agustus 2026, semula Rabu, 1 Juli 2026",
        "Banyak yang belum siap.",
    ):
        assert text in read
    assert "Unit DKISS" not in read
    assert visitor("chair").get(PLACE).text.count('<li class="told') == 0
