"""What the mails of a batch have to say: read at once, written one at a time.

What a notification says is read in `workflow.notice`, how it is worded in `letter`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import letter
from tasks.letter import Letter
from tasks.origin import Origin
from workflow import digest, notice
from workflow.digest import Digest, Waits
from workflow.models import Channel, Message, Notification, Person
from workflow.notice import Notices


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was read for some messages."""

    notifications: Mapping[int, Sequence[int]]  # by the id of their message's row
    waits: Mapping[int, Waits]  # by the ids of the rows of daily mails
    notices: Notices

    def letter(self, message: Message, base_url: str) -> Letter:
        """That mail in words, in the language of its recipient, who is loaded."""
        origin = Origin(
            city=self.notices.city.name,
            demo=self.notices.city.demo,
            calendar=self.notices.calendar,
            at=self.notices.at,
            site=base_url.rstrip("/"),
        )
        told = [self.notices.notice(each) for each in self.notifications[message.id]]
        if message.id in self.waits:
            daily = Digest(waits=self.waits[message.id], told=tuple(told))
            return letter.write_digest(daily, message.recipient, origin)
        return letter.write(told[0], message.recipient, origin)


def read(session: Session, message_row_ids: Sequence[int], at: datetime) -> Batch:
    """What there is to say in these messages at that moment. Nothing is loaded later."""
    rows = session.execute(
        select(Notification.message_row_id, Notification.id, Notification.channel)
        .where(Notification.message_row_id.in_(message_row_ids))
        .order_by(Notification.id)
    ).all()
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row.message_row_id].append(row.id)
    notices = notice.read(session, [row.id for row in rows], at)
    daily = {row.message_row_id for row in rows if row.channel is Channel.DIGEST}
    return Batch(
        notifications=found,
        waits=_waits(session, daily, notices) if daily else {},
        notices=notices,
    )


def _waits(session: Session, message_row_ids: set[int], of: Notices) -> Mapping[int, Waits]:
    recipients = session.execute(
        select(Message.id, Person)
        .join(Person, Person.id == Message.recipient_id)
        .where(Message.id.in_(message_row_ids))
    )
    return {
        message_row_id: digest.waits_for(session, person, of.workflows, of.calendar, at=of.at)
        for message_row_id, person in recipients
    }
