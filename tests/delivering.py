"""What tests of delivery begin with and look at: mails owed because of an act, and how they are."""

from __future__ import annotations

import socket
from collections import Counter
from datetime import timedelta

from postbox import Postbox
from sqlalchemy import select
from world import NOW, World

from workflow import db
from workflow.models import Message, Notification, Person, QuickWin

MINUTE = timedelta(minutes=1)


def nobodys_url() -> str:
    """The address of a mail server that is down."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"smtp://127.0.0.1:{found.getsockname()[1]}"


def commit_all_as_sent(world: World) -> None:
    """What was owed on the way to where a test begins is not its business."""
    world.session.flush()
    for one in world.session.scalars(
        select(Notification).where(Notification.message_row_id.is_(None))
    ):
        one.message = Message(
            recipient_id=one.recipient_id,
            message_id=f"<before-{one.id}@test>",
            created_at=NOW,
            not_before=NOW,
            sent_at=NOW,
        )
    world.session.commit()


def endorsed(world: World) -> QuickWin:
    """One of which the submitter and both verifiers are owed a mail."""
    quick_win = world.bring_to("endorsement")
    commit_all_as_sent(world)
    world.act(quick_win, "endorse", "head")
    world.session.commit()
    return quick_win


def message_to(name: str) -> Message:
    """The one that is not sent yet, or was sent last."""
    with db.Session() as session:
        found = session.scalars(
            select(Message)
            .join(Message.recipient)
            .where(Person.email == f"{name}@test.test")
            .order_by(Message.id.desc())
        ).first()
        assert found is not None
        return found


def recipients(postbox: Postbox) -> Counter[str]:
    return Counter(
        mail["To"].addresses[0].username.removesuffix("@test.test") for mail in postbox.mails
    )
