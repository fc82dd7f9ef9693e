"""What each clock counts from, kinds of days, steps of a period, and how people want to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("turn", "reminder", "escalation", "news", "comment", "dates", "period", "incident")


def upgrade() -> None:
    _clocks()
    _days()
    _periods()
    _people()
    _notifications()
    _incidents()


def _enum(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, length=40)


def _clocks() -> None:
    op.add_column("quick_wins", sa.Column("clock_from", sa.DateTime(timezone=True)))
    op.add_column("quick_wins", sa.Column("clock_days", sa.BigInteger()))
    op.add_column("quick_wins", sa.Column("due_before", sa.DateTime(timezone=True)))
    op.add_column(
        "quick_wins", sa.Column("paused_days", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.alter_column("quick_wins", "paused_days", server_default=None)
    # A date that somebody set by an extension is theirs, and counts from nothing.
    op.execute(
        """
        UPDATE quick_wins q SET clock_from = since
         WHERE due_at IS NOT NULL AND NOT EXISTS (
               SELECT FROM events e
                WHERE e.quick_win_id = q.id AND e.visit = q.visit AND e.data ? 'due_on')
        """
    )


def _days() -> None:
    kind = _enum("daykind", "national", "joint_leave", "local")
    op.add_column("calendar_days", sa.Column("kind", kind, nullable=False, server_default="local"))
    op.alter_column("calendar_days", "kind", server_default=None)


def _periods() -> None:
    op.add_column(
        "periods",
        sa.Column(
            "remind_days",
            postgresql.ARRAY(sa.BigInteger()),
            nullable=False,
            server_default="{5,2,1}",
        ),
    )
    op.alter_column("periods", "remind_days", server_default=None)
    op.create_table(
        "period_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("action", _enum("periodaction", "open", "remind", "close"), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["period_id"],
            ["periods.id"],
            name=op.f("fk_period_steps_period_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_steps")),
        sa.UniqueConstraint(
            "period_id",
            "action",
            "cycle",
            "threshold",
            name=op.f("uq_period_steps_period_id_action_cycle_threshold"),
        ),
    )
    op.create_index(
        "ix_period_steps_open", "period_steps", ["due_at"], postgresql_where="done_at IS NULL"
    )


def _people() -> None:
    for column in (
        sa.Column("digest_hour", sa.BigInteger(), nullable=False, server_default="7"),
        sa.Column(
            "mail_key", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")
        ),
        sa.Column("feed_key", sa.Uuid()),
        sa.Column("mail_refused_at", sa.DateTime(timezone=True)),
        sa.Column("mail_refusal", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("people", column)
    for name in ("digest_hour", "mail_refusal"):
        op.alter_column("people", name, server_default=None)
    for name in ("mail_key", "feed_key"):
        op.create_unique_constraint(op.f(f"uq_people_{name}"), "people", [name])
    op.create_check_constraint(
        op.f("ck_people_digest_at_an_hour"), "people", "digest_hour BETWEEN 0 AND 23"
    )
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _enum("noticekind", *KINDS), nullable=False),
        sa.Column("channel", _enum("channel", "mail", "digest", "app"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_preferences_person_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_preferences")),
    )


def _notifications() -> None:
    op.add_column("notifications", sa.Column("kind", _enum("noticekind", *KINDS)))
    op.add_column("notifications", sa.Column("read_at", sa.DateTime(timezone=True)))
    op.execute(
        """
        UPDATE notifications n
           SET kind = CASE WHEN n.your_turn THEN 'turn'
                           WHEN e.quick_win_id IS NULL THEN 'incident'
                           ELSE 'news' END
          FROM events e WHERE e.id = n.event_id
        """
    )
    op.alter_column("notifications", "kind", nullable=False)
    op.drop_index("ix_notifications_unclaimed", table_name="notifications")
    waits = "message_row_id IS NULL AND cancelled_at IS NULL"
    op.create_index(
        "ix_notifications_unclaimed",
        "notifications",
        ["id"],
        postgresql_where=f"channel = 'mail' AND {waits}",
    )
    op.create_index(
        "ix_notifications_for_digest",
        "notifications",
        ["recipient_id"],
        postgresql_where=f"channel = 'digest' AND {waits}",
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["recipient_id"],
        postgresql_where="read_at IS NULL AND cancelled_at IS NULL",
    )
    op.create_index(
        op.f("ix_notifications_recipient_id_id"), "notifications", ["recipient_id", "id"]
    )


def _incidents() -> None:
    """Of the clock too, which is about no step."""
    for name in ("definition_id", "state", "role"):
        op.alter_column("incidents", name, nullable=True)
    op.create_check_constraint(
        op.f("ck_incidents_about_a_step"),
        "incidents",
        "CASE kind WHEN 'unstaffed' THEN num_nulls(definition_id, state, role) = 0 "
        "ELSE num_nonnulls(definition_id, quick_win_id, state, role) = 0 END",
    )


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
