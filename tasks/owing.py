"""Messages that did not exist before: whom they are for, and those that fail as they are made.

When a message is made, and of which notifications, is not known here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.mail import new_message_id
from workflow.models import Message, Person


def message_for(recipient: Person, base_url: str, at: datetime) -> Message:
    """A mail to be sent from now on. Where the address takes none any more it has failed already:
    so it is seen, and can be sent once the address is mended."""
    message = Message(
        recipient=recipient,
        message_id=new_message_id(base_url),
        created_at=at,
        not_before=at,
    )
    if recipient.mail_refused_at is not None:
        message.failed_at = at
        message.error = refused_since(recipient.mail_refused_at, recipient.mail_refusal)
    return message


def refused_since(at: datetime, refusal: str) -> str:
    """Why a mail to that address is not even tried."""
    return f"the address takes no mail since {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {refusal}"
