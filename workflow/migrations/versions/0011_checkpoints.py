"""Signatures under the heads of the ledger's chains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint("previous", name=op.f("uq_checkpoints_previous")),
    )
    op.create_table(
        "signed_heads",
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id"], ["chains.id"], name=op.f("fk_signed_heads_chain_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoints.id"],
            name=op.f("fk_signed_heads_checkpoint_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("chain_id", "checkpoint_id", name=op.f("pk_signed_heads")),
    )
    op.create_index(op.f("ix_signed_heads_checkpoint_id"), "signed_heads", ["checkpoint_id"])
    for table in ("checkpoints", "signed_heads"):
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION written_once()"
        )


def downgrade() -> None:
    raise NotImplementedError  # the ledger is never taken down; a backup goes back
