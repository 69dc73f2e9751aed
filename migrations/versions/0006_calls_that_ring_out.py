"""Calls in a row that a volunteer did not pick up are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.add_column(sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.alter_column("missed", server_default=None)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_column("missed")
