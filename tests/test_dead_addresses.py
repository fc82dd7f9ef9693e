"""An address that takes no mail any more: nothing is sent there until somebody mends it, and then
nothing is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from delivering import MINUTE, endorsed, message_to, recipients
from postbox import Postbox
from sqlalchemy import Engine, select
from world import NOW, World, gather

from tasks import endings
from tasks.endings import LEASE
from tasks.notifications import deliver
from workflow import db, mending
from workflow.models import Channel, Message, NoticeKind, Person
from workflow.preferences import choose

ANSWER = "550 5.1.1 No such user here"
SECOND = timedelta(seconds=1)
REFUSED = f"the address takes no mail since 2026-07-01 03:00 UTC: {ANSWER}"


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def verifiers_mails() -> list[Message]:
    with db.Session() as session:
        found = select(Message).join(Message.recipient).where(Person.email == "verifier@test.test")
        return list(session.scalars(found.order_by(Message.id)))


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        "550 No such user",
        "551 User not local",
        "553 Mailbox name not allowed",
        "554 5.1.1 Unknown",
        "501 5.1.3 Bad address",
        "550 5.2.1 Mailbox disabled",
    ],
)
def test_an_address_that_is_refused_for_good_is_known_to_be_dead(
    world: World, postbox: Postbox, answer: str
) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = answer
    deliver(NOW)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert (message.failed_at, message.attempts, message.error) == (NOW, 1, answer)
    world.session.refresh(world["verifier"])
    assert world["verifier"].mail_refused_at == NOW
    assert world["verifier"].mail_refusal == answer


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "554 No", "550 5.4.1 No route"])
def test_a_refusal_for_another_reason_is_not_that_of_an_address(
    world: World, postbox: Postbox, answer: str
) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = answer
    deliver(NOW)
    assert message_to("verifier").failed_at == NOW
    world.session.refresh(world["verifier"])
    assert world["verifier"].mail_refused_at is None


def test_every_other_mail_to_a_dead_address_stops(world: World, postbox: Postbox) -> None:
    quick_win = endorsed(world)
    postbox.answers["verifier@test.test"] = "451 Later"
    deliver(NOW - MINUTE)
    for _ in range(2):
        world.act(quick_win, "remind", "system")
    world.session.commit()
    postbox.answers["verifier@test.test"] = ANSWER
    deliver(NOW)
    mails = verifiers_mails()[-3:]
    assert {mail.failed_at for mail in mails} == {NOW}
    assert sorted(mail.error for mail in mails) == [ANSWER, REFUSED, REFUSED]
    deliver(NOW + timedelta(days=1))
    assert recipients(postbox)["verifier"] == 0


def test_what_is_owed_to_a_dead_address_has_failed_before_it_is_tried(
    world: World, postbox: Postbox
) -> None:
    world["verifier"].mail_refused_at, world["verifier"].mail_refusal = NOW, ANSWER
    world.session.commit()
    endorsed(world)
    deliver(NOW + MINUTE)
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    message = message_to("verifier")
    assert (message.failed_at, message.attempts, message.error) == (NOW + MINUTE, 0, REFUSED)


def test_so_has_the_daily_mail(world: World, postbox: Postbox) -> None:
    choose(world.session, world["verifier"].id, {NoticeKind.TURN: Channel.DIGEST})
    world["verifier"].mail_refused_at, world["verifier"].mail_refusal = NOW, ANSWER
    world.session.commit()
    endorsed(world)
    deliver(NOW)
    deliver(NOW + timedelta(days=1))
    assert recipients(postbox) == {"submitter": 1, "verifier2": 1}
    assert message_to("verifier").error == REFUSED


def test_when_the_address_is_mended_all_arrives(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = ANSWER
    deliver(NOW)
    del postbox.answers["verifier@test.test"]
    later = NOW + timedelta(hours=5)
    world.session.expire_all()
    mending.mend_address(world.session, world["verifier"].id, world["admin"], at=later)
    world.session.commit()
    deliver(later)
    assert recipients(postbox)["verifier"] == 1
    message = message_to("verifier")
    assert (message.sent_at, message.failed_at, message.error) == (later, None, "")


def test_a_mail_is_sent_again_once_however_often_that_is_asked_for(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    postbox.answers_to_mail["verifier@test.test"] = "554 5.6.0 No"
    deliver(NOW)
    postbox.answers_to_mail.clear()
    failed = [message_to("verifier").id]
    assert mending.send_again(world.session, failed, world["admin"], at=NOW + MINUTE) == 1
    assert mending.send_again(world.session, failed, world["admin"], at=NOW + MINUTE) == 0
    world.session.commit()
    deliver(NOW + MINUTE)
    assert mending.send_again(world.session, failed, world["admin"], at=NOW + MINUTE) == 0
    world.session.commit()
    deliver(NOW + 2 * MINUTE)
    assert recipients(postbox)["verifier"] == 1


def test_what_another_worker_is_sending_is_not_sent_again_beside_it(
    world: World, postbox: Postbox
) -> None:
    """The second mail finds the address dead while the first is on its way: both have failed."""
    quick_win = endorsed(world)
    postbox.hang.add("verifier@test.test")
    worker = threading.Thread(target=deliver, args=(NOW,))
    worker.start()
    postbox.wait_hanging()
    world.act(quick_win, "remind", "system")
    world.session.commit()
    postbox.hang.clear()
    postbox.answers["verifier@test.test"] = ANSWER
    deliver(NOW + SECOND)
    assert [mail.failed_at for mail in verifiers_mails()[-2:]] == [NOW + SECOND] * 2
    postbox.answers.clear()

    assert mending.send_again(world.session, None, world["admin"], at=NOW + 2 * SECOND) == 2
    world.session.commit()
    deliver(NOW + 2 * SECOND)
    assert recipients(postbox)["verifier"] == 1
    postbox.release()
    worker.join()
    deliver(NOW + LEASE)

    assert recipients(postbox)["verifier"] == 2
    assert {mail.sent_at for mail in verifiers_mails()[-2:]} == {NOW, NOW + 2 * SECOND}


def test_two_who_press_at_once_send_it_once(world: World, postbox: Postbox) -> None:
    endorsed(world)
    postbox.answers["verifier@test.test"] = ANSWER
    deliver(NOW)
    postbox.answers.clear()
    with db.Session() as other:
        assert mending.send_again(world.session, None, world["admin"], at=NOW) == 1
        assert mending.send_again(other, None, other.merge(world["admin"]), at=NOW) == 0
        world.session.commit()
        other.commit()
    deliver(NOW)
    assert recipients(postbox)["verifier"] == 1


def test_a_worker_that_gives_back_what_was_sent_again_takes_no_attempt_away(
    world: World, postbox: Postbox
) -> None:
    endorsed(world)
    postbox.answers_to_mail["verifier@test.test"] = "554 5.6.0 No"
    deliver(NOW)
    held = message_to("verifier")
    mending.send_again(world.session, None, world["admin"], at=NOW)
    world.session.commit()
    endings.give_back([held], NOW)
    endings.put_off([held], "421 Closing", NOW)
    assert message_to("verifier").attempts == 0
