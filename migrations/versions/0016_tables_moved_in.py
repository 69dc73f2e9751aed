"""Tables that are moved in from other systems, and what each brought in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
keeps_running = True


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "move_ins",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("called", sa.String(60), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("file_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("report_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_ins")),
    )
    op.create_index("ix_move_ins_line_created_at", "move_ins", ["line", "created_at"])
    op.create_table(
        "moved_rows",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("move_in_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(
            ["move_in_id"],
            ["move_ins.id"],
            name=op.f("fk_moved_rows_move_in_id_move_ins"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved_rows")),
    )
    op.create_index("ix_moved_rows_move_in_id", "moved_rows", ["move_in_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("moved_rows")
    op.drop_table("move_ins")
