"""Conversations of flows are written on the pages, and kept with what is published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "talks_drafts",
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("flow", name=op.f("pk_talks_drafts")),
    )
    with op.batch_alter_table("publications") as batch_op:
        batch_op.add_column(sa.Column("talks", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("publications") as batch_op:
        batch_op.drop_column("talks")
    op.drop_table("talks_drafts")
