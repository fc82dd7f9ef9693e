"""What was found is ranked by its names, without unpacking the words of every proposal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NAMES = (
    "setweight(to_tsvector('indonesian', coalesce(content ->> 'title', '')), 'A') || "
    "setweight(to_tsvector('indonesian', coalesce(content ->> 'title_expansion', '')), 'B')"
)


def upgrade() -> None:
    op.add_column(
        "quick_wins",
        sa.Column("names", postgresql.TSVECTOR(), sa.Computed(_NAMES, persisted=True)),
    )


def downgrade() -> None:
    op.drop_column("quick_wins", "names")
