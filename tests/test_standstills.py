"""When the clock or the mail stands still, somebody learns of it: told once, and told when it is
over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, text
from world import NOW, World, gather

from tasks import ENFORCE_EVERY, heartbeat
from tasks.staffing import watch
from workflow import accounts, db, standstills, watching
from workflow.models import Event, Incident, IncidentKind, Message, Notification
from workflow.verifying import verify

MINUTE = timedelta(minutes=1)


def look(world: World, at: datetime) -> bool:
    return standstills.recompute(world.session, at=at)


def beat(world: World, at: datetime) -> None:
    heartbeat.note(world.session, at)


def mail(world: World, name: str, at: datetime, **given: Any) -> Message:
    made = Message(
        recipient_id=world[name].id,
        message_id=f"<{name}-{at.timestamp()}@test.test>",
        created_at=at,
        not_before=at,
        **given,
    )
    world.session.add(made)
    world.session.flush()
    return made


def noticed(world: World) -> list[tuple[str, str]]:
    found = select(Event.action, Event.data["kind"].as_string()).where(
        Event.action.contains("standstill")
    )
    return [(action, kind) for action, kind in world.session.execute(found.order_by(Event.id))]


def standing(world: World, at: datetime) -> set[IncidentKind]:
    return set(watching.read(world.session, at=at).troubles)


def told(world: World, at: datetime) -> list[str]:
    """The acts of which the admin has heard by then."""
    heard = (
        select(Event.action)
        .join(Notification, Notification.event_id == Event.id)
        .where(
            Notification.recipient_id == world["admin"].id,
            Notification.cancelled_at.is_(None),
            Notification.not_before.is_(None) | (Notification.not_before <= at),
        )
        .order_by(Event.id)
    )
    return list(world.session.scalars(heard))


def test_a_beat_that_comes_late_is_an_incident_until_it_comes_again(world: World) -> None:
    beat(world, NOW)
    assert not look(world, NOW + watching.BEAT_LATE)
    late = NOW + watching.BEAT_LATE + timedelta(seconds=1)
    assert look(world, late)
    assert not look(world, late + MINUTE), "it is open already"
    (open_one,) = world.session.scalars(select(Incident)).all()
    assert (open_one.kind, open_one.closed_at) == (IncidentKind.BEAT_LATE, None)
    (page,) = standstills.current(watching.read(world.session, at=late))
    (recorded,) = standstills.told([open_one])
    assert recorded.since == page.since == NOW, "it began with the last beat, whoever says so"

    back = late + 3 * MINUTE
    beat(world, back)
    assert look(world, back)
    assert open_one.closed_at == back
    assert noticed(world) == [("notice_standstill", "beat_late"), ("end_standstill", "beat_late")]
    assert told(world, back) == ["notice_standstill", "end_standstill"]


def test_what_is_over_within_two_minutes_disturbs_nobody(world: World) -> None:
    beat(world, NOW)
    late = NOW + 2 * MINUTE
    look(world, late)
    assert told(world, late) == []

    beat(world, late + MINUTE)
    look(world, late + MINUTE)

    assert told(world, late + 60 * MINUTE) == []
    assert len(noticed(world)) == 2, "the chain keeps it all the same"


def test_of_a_step_that_is_staffed_again_at_once_nobody_is_told(world: World) -> None:
    def close(at: datetime) -> None:
        accounts.deactivate(world.session, world["chair"].id, world["admin"], at=at)

    def open_again(at: datetime) -> None:
        accounts.reactivate(world.session, world["chair"].id, world["admin"], at=at)

    close(NOW)
    open_again(NOW + MINUTE)
    assert told(world, NOW + 60 * MINUTE) == []

    close(NOW + 60 * MINUTE)
    open_again(NOW + 90 * MINUTE)
    assert set(told(world, NOW + 90 * MINUTE)) == {"open_incident", "close_incident"}


def test_mail_is_stuck_when_nothing_leaves_for_a_quarter_of_an_hour(world: World) -> None:
    mail(world, "chair", NOW - 60 * MINUTE, sent_at=NOW - 59 * MINUTE)
    mail(world, "head", NOW)
    assert standing(world, NOW + watching.MAIL_STUCK) == set()
    later = NOW + watching.MAIL_STUCK + MINUTE
    assert standing(world, later) == {IncidentKind.MAIL_STUCK}

    mail(world, "chair", later, sent_at=later)
    assert standing(world, later + MINUTE) == set(), "others leave: it is that address's own fault"


def test_one_address_that_is_refused_again_and_again_is_no_standstill(world: World) -> None:
    later = NOW + 60 * MINUTE
    mail(world, "head", NOW, attempts=3, error="450 mailbox is full")
    assert standing(world, later) == set()

    mail(world, "chair", NOW + MINUTE, attempts=3, error="450 mailbox is full")
    assert standing(world, later) == {IncidentKind.MAIL_STUCK}, "nothing leaves to anybody"


def test_what_no_sweep_takes_up_is_stuck_too(world: World) -> None:
    world.bring_to("endorsement")
    reading = watching.read(world.session, at=world.now)
    assert (reading.owed, reading.owed_since) == (1, world.now)
    assert standing(world, world.now + 16 * MINUTE) == {IncidentKind.MAIL_STUCK}


def test_where_nothing_is_owed_the_silence_is_no_incident(world: World) -> None:
    mail(world, "chair", NOW, sent_at=NOW)
    assert standing(world, NOW + timedelta(days=9)) == set()


def test_an_idle_day_writes_nothing(world: World) -> None:
    beat(world, NOW)
    world.session.commit()
    marks = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
    look(world, NOW + 5 * MINUTE)
    before = world.session.scalar(marks)
    for minute in range(5, 20):
        look(world, NOW + minute * MINUTE)
    assert world.session.scalar(marks) == before


def test_the_sweep_that_beat_asks_for_closes_what_the_workers_opened(world: World) -> None:
    beat(world, NOW)
    look(world, NOW + 5 * MINUTE)
    beat(world, NOW + 9 * MINUTE)
    world.session.commit()

    watch(at=NOW + 9 * MINUTE)

    assert world.session.scalars(select(Incident.closed_at)).all() == [NOW + 9 * MINUTE]


def test_of_workers_that_notice_it_at_the_same_moment_one_writes(committing: Engine) -> None:
    with db.Session.begin() as session:
        heartbeat.note(session, NOW)

    def one(_: int) -> bool:
        with db.Session.begin() as session:
            return standstills.recompute(session, at=NOW + 5 * MINUTE)

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(one, range(6))) == 1
    with db.Session() as session:
        assert noticed(gather(session)) == [("notice_standstill", "beat_late")]
        assert list(verify(session)) == []


def test_nothing_is_late_that_the_next_sweep_does() -> None:
    assert timedelta(seconds=3 * ENFORCE_EVERY) < watching.BEAT_LATE
    assert timedelta(seconds=2 * ENFORCE_EVERY) <= watching.DUE_OVERDUE
