"""A volunteer's phone that answers by itself gets no answers without end: what it was answered is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTS = ("replies", "replies_today", "same_texts")


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("volunteers") as batch_op:
        for name in COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("replies_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replies_day", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("last_text_key", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("volunteers") as batch_op:
        for name in COUNTS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("volunteers") as batch_op:
        for name in (*COUNTS, "replies_since", "replies_day", "last_text_key"):
            batch_op.drop_column(name)
