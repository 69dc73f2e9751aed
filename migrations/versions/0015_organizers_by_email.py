"""Organizers may ask to be told of alerts by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
keeps_running = True


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("organizers") as batch_op:
        batch_op.add_column(sa.Column("told_by_email", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("emailed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("organizers") as batch_op:
        batch_op.drop_column("emailed_at")
        batch_op.drop_column("told_by_email")
