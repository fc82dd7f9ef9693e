"""Steps that nobody can take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("unstaffed", name="incidentkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("definition_id", sa.BigInteger(), nullable=False),
        sa.Column("quick_win_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("units", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id", "state"],
            ["defined_states.definition_id", "defined_states.code"],
            name=op.f("fk_incidents_definition_id_state"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["quick_win_id"],
            ["quick_wins.id"],
            name=op.f("fk_incidents_quick_win_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "uq_incidents_open",
        "incidents",
        ["kind", "definition_id", "quick_win_id", "state", "role"],
        unique=True,
        postgresql_where="closed_at IS NULL",
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
