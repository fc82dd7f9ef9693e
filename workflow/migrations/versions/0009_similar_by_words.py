"""What resembles a Quick Win is looked up by its words: nothing asks for the nearest any more."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("title", "summary"):
        op.drop_index(f"ix_quick_wins_{column}_near", table_name="quick_wins")
