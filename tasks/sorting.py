"""What is owed, sorted by how each recipient wants to be told of its kind: in a mail of its own, in
the daily one, or in the application only.

It is looked at once, when the sweep takes it up: whoever chooses something else later has chosen
for what comes then. How a mail is sent is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from tasks.owing import message_for
from workflow import db
from workflow.models import Channel, Notification, Person, Preference

BATCH = 250


def sort(base_url: str, at: datetime | None) -> bool:
    """Sort one batch; whether there was any. Any number may sort at once."""
    now = at or datetime.now(UTC)
    with db.Session.begin() as session:
        owed = _take(session, now)
        for notification, channel in owed:
            if notification.recipient.deactivated_at is not None:
                # Should the account be opened again, it stands there to be read.
                notification.channel = Channel.APP
            elif channel is Channel.MAIL:
                notification.message = message_for(notification.recipient, base_url, now)
            else:
                notification.channel = channel
    return bool(owed)


def _take(session: Session, now: datetime) -> Sequence[Row[Notification, Channel]]:
    """A batch, locked, with how each recipient wants to be told."""
    wanted = func.coalesce(Preference.channel, Channel.MAIL, type_=Preference.channel.type)
    # The conditions are of the locked row itself, so they are looked at again under the lock.
    return session.execute(
        select(Notification, wanted)
        .join(Notification.recipient)
        .outerjoin(
            Preference,
            and_(Preference.person_id == Person.id, Preference.kind == Notification.kind),
        )
        .where(
            Notification.message_row_id.is_(None),
            Notification.cancelled_at.is_(None),
            Notification.channel == Channel.MAIL,
            or_(Notification.not_before.is_(None), Notification.not_before <= now),
        )
        .order_by(Notification.id)
        .limit(BATCH)
        .options(contains_eager(Notification.recipient))
        .with_for_update(of=Notification, skip_locked=True)
    ).all()
