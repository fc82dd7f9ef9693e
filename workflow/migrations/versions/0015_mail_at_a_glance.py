"""What was sent and what failed, found without reading every mail there ever was."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for end in ("sent", "failed"):
        op.create_index(
            f"ix_messages_{end}",
            "messages",
            [f"{end}_at"],
            postgresql_where=f"{end}_at IS NOT NULL",
        )


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
