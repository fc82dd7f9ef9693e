"""The daily mail: one, at the hour that each chose, with all that happened until then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from delivering import MINUTE, commit_all_as_sent, recipients
from postbox import Postbox
from sqlalchemy import Engine, func, select
from world import NOW, World, gather

from tasks import digests
from tasks.notifications import deliver
from workflow import accounts, db
from workflow.models import Channel, City, Message, NoticeKind, Notification, Person, QuickWin
from workflow.preferences import choose

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SEVEN = NOW + 21 * HOUR  # 7.00 WIB, the day after
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    """The submitter wants all news in the daily mail."""
    with db.Session() as session:
        found = gather(session)
        choose(session, found["submitter"].id, {NoticeKind.NEWS: Channel.DIGEST})
        session.commit()
        yield found


@pytest.fixture
def quick_win(world: World) -> QuickWin:
    found = world.bring_to("endorsement")
    commit_all_as_sent(world)
    return found


def act(world: World, quick_win: QuickWin, action: str, who: str, at: datetime) -> None:
    world.act(quick_win, action, who, at=at)
    world.session.commit()
    deliver(at)


def daily() -> list[Message]:
    """The daily mails that were made."""
    with db.Session() as session:
        return list(
            session.scalars(
                select(Message)
                .join(Message.notifications)
                .where(Notification.channel == Channel.DIGEST)
                .order_by(Message.id)
                .distinct()
            )
        )


def waiting() -> int:
    with db.Session() as session:
        count = select(func.count()).where(
            Notification.channel == Channel.DIGEST, Notification.message_row_id.is_(None)
        )
        return session.scalar(count) or 0


def test_all_of_a_day_comes_in_one_mail_at_the_hour(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    act(world, quick_win, "verify", "verifier", NOW + HOUR)
    deliver(SEVEN - timedelta(seconds=1))
    assert recipients(postbox)["submitter"] == 0
    deliver(SEVEN)
    deliver(SEVEN + MINUTE)
    assert recipients(postbox)["submitter"] == 1
    assert waiting() == 0
    assert [message.sent_at for message in daily()] == [SEVEN]


def test_every_day_has_its_own(world: World, quick_win: QuickWin, postbox: Postbox) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    deliver(SEVEN)
    act(world, quick_win, "verify", "verifier", SEVEN + HOUR)
    deliver(SEVEN + 2 * HOUR)
    assert recipients(postbox)["submitter"] == 1
    deliver(SEVEN + DAY)
    assert recipients(postbox)["submitter"] == 2
    deliver(SEVEN + 2 * DAY)
    assert recipients(postbox)["submitter"] == 2
    assert len(daily()) == 2


def test_where_nothing_waits_nothing_is_made(world: World, postbox: Postbox) -> None:
    with db.Session() as session:
        before = session.scalar(select(func.count(Message.id)))
    for day in range(3):
        deliver(SEVEN + day * DAY)
    with db.Session() as session:
        assert session.scalar(select(func.count(Message.id))) == before
    assert postbox.mails == []


def test_workers_that_slept_over_the_hour_make_up_for_it(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    deliver(SEVEN + 5 * HOUR)
    assert recipients(postbox)["submitter"] == 1
    deliver(SEVEN + DAY)
    assert recipients(postbox)["submitter"] == 1


@pytest.mark.parametrize(("zone", "earlier"), [("Asia/Makassar", 1), ("Asia/Jayapura", 2)])
def test_the_hour_is_that_of_the_city(
    world: World, quick_win: QuickWin, postbox: Postbox, zone: str, earlier: int
) -> None:
    world.session.get_one(City, 1).zone = zone
    act(world, quick_win, "endorse", "head", NOW)
    hour = SEVEN - earlier * HOUR
    deliver(hour - timedelta(seconds=1))
    assert recipients(postbox)["submitter"] == 0
    deliver(hour)
    assert recipients(postbox)["submitter"] == 1


@pytest.mark.parametrize(("hour", "after"), [(0, 14), (9, 23), (10, 24), (11, 1), (23, 13)])
def test_each_chooses_the_hour(
    world: World, quick_win: QuickWin, postbox: Postbox, hour: int, after: int
) -> None:
    """It is just after 10.00 in the city."""
    world["submitter"].digest_hour = hour
    act(world, quick_win, "endorse", "head", NOW + timedelta(seconds=1))
    deliver(NOW + after * HOUR - timedelta(seconds=1))
    assert recipients(postbox)["submitter"] == 0
    deliver(NOW + after * HOUR)
    assert recipients(postbox)["submitter"] == 1


def test_a_choice_against_a_kind_takes_it_out_of_the_daily_mail(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    choose(world.session, world["submitter"].id, {NoticeKind.NEWS: Channel.APP})
    world.session.commit()
    deliver(SEVEN)
    assert recipients(postbox)["submitter"] == 0
    assert (daily(), waiting()) == ([], 0)


def test_what_waited_comes_in_the_daily_mail_whoever_wants_the_next_at_once(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    choose(world.session, world["submitter"].id, {NoticeKind.NEWS: Channel.MAIL})
    act(world, quick_win, "verify", "verifier", NOW + HOUR)
    assert recipients(postbox)["submitter"] == 1
    deliver(SEVEN)
    assert recipients(postbox)["submitter"] == 2
    assert len(daily()) == 1


def test_what_is_taken_up_after_the_mail_was_made_waits_for_the_next(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    """As when an act of a minute before is committed late."""
    act(world, quick_win, "endorse", "head", NOW)
    deliver(SEVEN)
    act(world, quick_win, "verify", "verifier", SEVEN - MINUTE)
    deliver(SEVEN + MINUTE)
    assert recipients(postbox)["submitter"] == 1
    deliver(SEVEN + DAY)
    assert recipients(postbox)["submitter"] == 2


def test_what_can_still_be_taken_back_waits_for_the_next(
    world: World, quick_win: QuickWin, postbox: Postbox
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    world.session.execute(
        Notification.__table__.update()
        .where(Notification.channel == Channel.DIGEST)
        .values(not_before=SEVEN + MINUTE)
    )
    world.session.commit()
    deliver(SEVEN + 2 * MINUTE)
    assert recipients(postbox)["submitter"] == 0
    deliver(SEVEN + DAY)
    assert recipients(postbox)["submitter"] == 1


def test_many_sweeps_make_one(world: World, quick_win: QuickWin, postbox: Postbox) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    act(world, quick_win, "verify", "verifier", NOW + HOUR)
    start = threading.Barrier(6)

    def sweep() -> None:
        start.wait()
        digests.collect(BASE, SEVEN)

    sweeps = [threading.Thread(target=sweep) for _ in range(6)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join()
    assert len(daily()) == 1
    assert waiting() == 0


def test_who_has_left_gets_none(world: World, quick_win: QuickWin, postbox: Postbox) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    accounts.deactivate(world.session, world["submitter"].id, None, at=NOW)
    world.session.commit()
    deliver(SEVEN)
    assert (daily(), waiting()) == ([], 0)
    assert world.session.get_one(Person, world["submitter"].id).deactivated_at is not None


def test_a_daily_mail_that_cannot_be_made_stops_no_other_mail(
    world: World, postbox: Postbox, quick_win: QuickWin, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(world, quick_win, "endorse", "head", NOW)
    before = len(postbox.mails)

    def fails(*_: object) -> Message:
        raise ZeroDivisionError

    world.act(quick_win, "comment", "head", data={"text": "Baik."})
    world.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(digests, "message_for", fails)
        deliver(SEVEN)
    assert daily() == []
    assert len(postbox.mails) > before
    deliver(SEVEN)
    assert len(daily()) == 1
