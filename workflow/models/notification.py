"""What people are owed because something happened, and the mails made of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, identity, stored
from workflow.models.ledger import Event
from workflow.models.people import Person


class Channel(StrEnum):
    """How somebody is told. What is told at all is read in the application too."""

    MAIL = "mail"  # at once, in a mail of its own
    DIGEST = "digest"  # once a day, with all the rest
    APP = "app"  # in the application only


class NoticeKind(StrEnum):
    """What a notification is about, as people choose how they are told of it."""

    TURN = "turn"  # it waits for them from now on
    REMINDER = "reminder"  # it still waits for them
    ESCALATION = "escalation"  # it still waits for those they are the superior of
    NEWS = "news"  # something else happened to it
    COMMENT = "comment"
    DATES = "dates"  # the calendar changed, and dates with it
    PERIOD = "period"  # a period opens, closes, or is extended
    INCIDENT = "incident"  # something that only an admin can mend


class Message(Base):
    """One mail: made by the sweep from notifications, tried until it is sent or failed for good."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(sent_at, failed_at, cancelled_at) <= 1", name="ends_in_one_way"
        ),
        Index(
            "ix_messages_owed",
            "not_before",
            postgresql_where="sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL",
        ),
        Index("ix_messages_sent", "sent_at", postgresql_where="sent_at IS NOT NULL"),
        Index("ix_messages_failed", "failed_at", postgresql_where="failed_at IS NOT NULL"),
    )

    id: Mapped[int] = identity()
    recipient_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    message_id: Mapped[str] = mapped_column(unique=True)  # of the mail's header
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    # A claim moves it ahead: the lease of the worker that sends. It stands when the mail fails.
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    recipient: Mapped[Person] = relationship()
    notifications: Mapped[list[Notification]] = relationship(
        back_populates="message", order_by="Notification.id"
    )


_WAITS = "message_row_id IS NULL AND cancelled_at IS NULL"


class Notification(Base):
    """Owed to one recipient because of one event. The sweep reads the recipient's preference, and
    sets `channel` by it, when it makes a mail; until then it is MAIL."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient_id", "channel"),
        CheckConstraint(
            "cancelled_at IS NULL OR message_row_id IS NULL", name="cancelled_before_it_is_mailed"
        ),
        Index(
            "ix_notifications_unclaimed",
            "id",
            postgresql_where=f"channel = 'mail' AND {_WAITS}",
        ),
        Index(
            "ix_notifications_for_digest",
            "recipient_id",
            postgresql_where=f"channel = 'digest' AND {_WAITS}",
        ),
        Index(
            "ix_notifications_unread",
            "recipient_id",
            postgresql_where="read_at IS NULL AND cancelled_at IS NULL",
        ),
        Index(None, "recipient_id", "id"),
    )

    id: Mapped[int] = identity()
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id, ondelete="RESTRICT"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    channel: Mapped[Channel] = mapped_column(stored(Channel))
    kind: Mapped[NoticeKind] = mapped_column(stored(NoticeKind))
    your_turn: Mapped[bool]  # the recipient can act now; the mail says so
    not_before: Mapped[datetime | None]  # until then its act can be taken back
    cancelled_at: Mapped[datetime | None]  # it was taken back
    read_at: Mapped[datetime | None]  # in the application
    message_row_id: Mapped[int | None] = mapped_column(
        ForeignKey(Message.id, ondelete="RESTRICT"), index=True
    )

    event: Mapped[Event] = relationship()
    recipient: Mapped[Person] = relationship()
    message: Mapped[Message | None] = relationship(back_populates="notifications")


class Preference(Base):
    """How somebody wants to be told of a kind; at once where there is none."""

    __tablename__ = "preferences"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), primary_key=True
    )
    kind: Mapped[NoticeKind] = mapped_column(stored(NoticeKind), primary_key=True)
    channel: Mapped[Channel] = mapped_column(stored(Channel))
