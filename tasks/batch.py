"""What the mails of a batch have to say: read at once, written one at a time.

What a notification says is read in `workflow.notice`, how it is worded in `letter`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import letter
from tasks.letter import Letter
from tasks.origin import Origin
from workflow import notice
from workflow.models import Message, Notification
from workflow.notice import Notices


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was read for some messages."""

    notifications: Mapping[int, int]  # by the id of their message's row
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
        told = self.notices.notice(self.notifications[message.id])
        return letter.write(told, message.recipient, origin)


def read(session: Session, message_row_ids: Sequence[int], at: datetime) -> Batch:
    """What there is to say in these messages at that moment. Nothing is loaded later."""
    of_messages = select(Notification.message_row_id, Notification.id).where(
        Notification.message_row_id.in_(message_row_ids)
    )
    found = {row.message_row_id: row.id for row in session.execute(of_messages)}
    return Batch(
        notifications=found,
        notices=notice.read(session, list(found.values()), at),
    )
