"""Who has a case is an id or a name, in two columns; what was done about it is written down whoever did it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
keeps_running = False


def upgrade() -> None:
    """Go up. A name was shorter than the ids of ours, which have 32 letters."""
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("claimed_name", sa.String(length=80), nullable=True))
    with op.batch_alter_table("case_notes") as batch_op:
        batch_op.add_column(sa.Column("by_name", sa.String(length=80), nullable=True))
        batch_op.alter_column("by", existing_type=sa.String(length=32), nullable=True)
    op.execute("UPDATE cases SET claimed_name = claimed_by, claimed_by = NULL WHERE length(claimed_by) < 32")


def downgrade() -> None:
    """Go down. What was done by the line itself, or by whoever is known by a name alone, leaves no note then."""
    op.execute("UPDATE cases SET claimed_by = substr(claimed_name, 1, 31) WHERE claimed_name IS NOT NULL")
    op.execute('DELETE FROM case_notes WHERE "by" IS NULL')
    with op.batch_alter_table("case_notes") as batch_op:
        batch_op.alter_column("by", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_column("by_name")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("claimed_name")
