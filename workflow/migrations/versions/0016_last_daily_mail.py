"""Until when somebody's last daily mail reached: else every sweep would read all that ever was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("digest_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
