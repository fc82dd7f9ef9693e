"""People stand in for others, recuse themselves, and are asked to judge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What workflow.models.Post says of it.
POSTS = """
    CREATE VIEW posts AS
    SELECT a.id AS assignment_id, a.person_id, 0::bigint AS delegation_id,
           NULL::bigint AS on_behalf_of_id, ''::text AS on_behalf_of,
           a.unit_id, a.role::text AS role, a.capacity::text AS capacity, a.valid_from, a.valid_to
      FROM assignments a
      JOIN people p ON p.id = a.person_id AND p.deactivated_at IS NULL
    UNION ALL
    SELECT a.id, d.delegate_id, d.id, p.id, p.name::text, a.unit_id, a.role::text,
           a.capacity::text,
           greatest(a.valid_from, d.valid_from), least(a.valid_to, d.valid_to)
      FROM delegations d
      JOIN assignments a ON a.person_id = d.delegator_id
      JOIN people p ON p.id = d.delegator_id AND p.deactivated_at IS NULL
      JOIN people q ON q.id = d.delegate_id AND q.deactivated_at IS NULL
     WHERE d.ended_at IS NULL
"""


def upgrade() -> None:
    _delegations()
    _designations()
    _recusals()
    op.execute(POSTS)
    for name, type_ in (("place_of_id", sa.BigInteger()), ("role", sa.String())):
        op.add_column("judgments", sa.Column(name, type_))
    op.execute("UPDATE judgments SET place_of_id = reviewer_id")
    op.execute("UPDATE judgments j SET role = e.role FROM events e WHERE e.id = j.event_id")
    for name in ("place_of_id", "role"):
        op.alter_column("judgments", name, nullable=False)
    op.create_foreign_key(
        op.f("fk_judgments_place_of_id"),
        "judgments",
        "people",
        ["place_of_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_index(
        "uq_judgments_place",
        "judgments",
        ["quick_win_id", "place_of_id", "material_digest"],
        unique=True,
        postgresql_where="rescinded_at IS NULL",
    )

    _undo()


def _undo() -> None:
    """What an act that can be taken back owes waits; what was before it can come back."""
    op.add_column("quick_wins", sa.Column("visit_before", postgresql.JSONB(), nullable=True))
    for name in ("not_before", "cancelled_at"):
        op.add_column("notifications", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_notifications_cancelled_before_it_is_mailed"),
        "notifications",
        "cancelled_at IS NULL OR message_row_id IS NULL",
    )
    op.drop_index("ix_notifications_unclaimed", table_name="notifications")
    op.create_index(
        "ix_notifications_unclaimed",
        "notifications",
        ["id"],
        postgresql_where="message_row_id IS NULL AND cancelled_at IS NULL",
    )


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delegator_id", sa.BigInteger(), nullable=False),
        sa.Column("delegate_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_delegations_from_before_to")),
        sa.CheckConstraint("delegator_id <> delegate_id", name=op.f("ck_delegations_between_two")),
        *_to_people("delegations", "delegator_id", "delegate_id", "created_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    for column in ("delegator_id", "delegate_id"):
        op.create_index(op.f(f"ix_delegations_{column}"), "delegations", [column])


def _designations() -> None:
    op.create_table(
        "designations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("quick_win_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_to_people("designations", "person_id"),
        *_to_an_act("designations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designations")),
    )
    op.create_index(
        "uq_designations_open",
        "designations",
        ["quick_win_id", "person_id"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.create_index(op.f("ix_designations_person_id"), "designations", ["person_id"])


def _recusals() -> None:
    op.create_table(
        "recusals",
        sa.Column("quick_win_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_to_people("recusals", "person_id"),
        *_to_an_act("recusals"),
        sa.PrimaryKeyConstraint("quick_win_id", "person_id", name=op.f("pk_recusals")),
        sa.UniqueConstraint("event_id", name=op.f("uq_recusals_event_id")),
    )


def _to_people(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], ["people.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT"
        )
        for column in columns
    ]


def _to_an_act(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT"
        )
        for column, to in (("quick_win_id", "quick_wins"), ("event_id", "events"))
    ]


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
