"""Who wrote which field is kept for each revision: what was submitted stays known as it was, when
the same field is written again and not sent yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authorships", sa.Column("revision", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE authorships SET revision = (SELECT count(*) FROM revisions "
        "WHERE revisions.quick_win_id = authorships.quick_win_id AND revisions.at < authorships.at)"
    )
    op.alter_column("authorships", "revision", nullable=False)
    op.drop_constraint(op.f("pk_authorships"), "authorships")
    op.create_primary_key(
        op.f("pk_authorships"), "authorships", ["quick_win_id", "person_id", "field", "revision"]
    )


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
