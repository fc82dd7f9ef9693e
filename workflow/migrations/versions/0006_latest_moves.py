"""The latest moves out of a state are found by index, to say how long a stay usually takes."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_events_moves",
        "events",
        ["source", "id"],
        unique=False,
        postgresql_where="source <> target",
    )


def downgrade() -> None:
    op.drop_index("ix_events_moves", table_name="events")
