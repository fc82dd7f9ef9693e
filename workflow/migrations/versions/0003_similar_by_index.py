"""What resembles a Quick Win is found among the nearest, by index, instead of by comparing all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_quick_wins_title_near",
        "quick_wins",
        ["title"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"title": "gist_trgm_ops(siglen=64)"},
    )
    op.create_index(
        "ix_quick_wins_summary_near",
        "quick_wins",
        [sa.literal_column("left(content ->> 'summary', 1000)").label("beginning")],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"beginning": "gist_trgm_ops(siglen=256)"},
    )
