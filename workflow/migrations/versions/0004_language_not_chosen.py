"""A person may have chosen no language: then pages follow the browser, mails are Indonesian."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("people", "language", nullable=True)


def downgrade() -> None:
    op.execute("UPDATE people SET language = 'id' WHERE language IS NULL")
    op.alter_column("people", "language", nullable=False)
