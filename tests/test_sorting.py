"""Everybody is told as they want to be: at once, in the daily mail, or in the application only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from delivering import MINUTE, endorsed, recipients
from postbox import Postbox
from sqlalchemy import Engine, func, select
from world import NOW, World, gather

from tasks.notifications import deliver
from workflow import db
from workflow.models import Channel, Message, NoticeKind, Notification, Person, QuickWin
from workflow.preferences import choose


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def want(world: World, name: str, kind: NoticeKind, channel: Channel) -> None:
    choose(world.session, world[name].id, {kind: channel})
    world.session.commit()


def last_of(name: str) -> Notification:
    with db.Session() as session:
        found = session.scalars(
            select(Notification)
            .join(Notification.recipient)
            .where(Person.email == f"{name}@test.test")
            .order_by(Notification.id.desc())
        ).first()
        assert found is not None
        return found


@pytest.mark.parametrize("channel", [Channel.DIGEST, Channel.APP])
def test_who_does_not_want_that_kind_at_once_gets_no_mail_at_once(
    world: World, postbox: Postbox, channel: Channel
) -> None:
    want(world, "verifier", NoticeKind.TURN, channel)
    endorsed(world)
    deliver(NOW)
    deliver(NOW + MINUTE)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    assert last_of("verifier").channel is channel
    assert last_of("verifier").message_row_id is None


def test_a_choice_for_one_kind_is_none_for_another(world: World, postbox: Postbox) -> None:
    for name in ("verifier", "submitter"):
        want(world, name, NoticeKind.NEWS, Channel.APP)
    endorsed(world)
    deliver(NOW)
    assert recipients(postbox) == {"verifier": 1, "verifier2": 1}


def test_a_change_of_mind_holds_from_the_next_time_on(world: World, postbox: Postbox) -> None:
    want(world, "submitter", NoticeKind.NEWS, Channel.APP)
    quick_win = endorsed(world)
    deliver(NOW)
    want(world, "submitter", NoticeKind.NEWS, Channel.MAIL)
    deliver(NOW + MINUTE)
    assert recipients(postbox)["submitter"] == 0
    world.act(quick_win, "verify", "verifier")
    world.session.commit()
    deliver(NOW + 2 * MINUTE)
    assert recipients(postbox)["submitter"] == 1


def test_who_has_left_is_told_nothing_by_mail_and_finds_it_when_they_return(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    world["verifier"].deactivated_at = NOW
    world.session.commit()
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    assert last_of("verifier").channel is Channel.APP
    assert last_of("verifier").cancelled_at is None


def test_what_can_be_taken_back_is_not_taken_up(world: World, postbox: Postbox) -> None:
    endorsed(world)
    world.session.execute(
        Notification.__table__.update()
        .where(Notification.recipient_id == world["verifier"].id)
        .values(not_before=NOW + 10 * MINUTE)
    )
    world.session.commit()
    deliver(NOW)
    deliver(NOW + 9 * MINUTE)
    assert recipients(postbox)["verifier"] == 0
    deliver(NOW + 10 * MINUTE)
    assert recipients(postbox)["verifier"] == 1


def test_many_sweeps_take_each_up_once(world: World, postbox: Postbox) -> None:
    want(world, "submitter", NoticeKind.NEWS, Channel.DIGEST)
    drafts: list[QuickWin] = [world.propose() for _ in range(10)]
    for draft in drafts:
        world.act(draft, "submit", "submitter")
        world.act(draft, "endorse", "head")
    world.session.commit()
    sweeps = [threading.Thread(target=deliver, args=(NOW,)) for _ in range(4)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()
    deliver(NOW + timedelta(seconds=3))
    assert recipients(postbox) == {"head": 10, "verifier": 10, "verifier2": 10}
    with db.Session() as session:
        assert session.scalar(select(func.count(Message.id))) == 30
        waiting = select(func.count()).where(Notification.channel == Channel.DIGEST)
        assert session.scalar(waiting) == 10
