"""Calls for whose number nobody vouches are strangers' calls; volunteers have a code for their menu on such a call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("contacts") as batch_op:
        batch_op.add_column(sa.Column("shown_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    for name, mark in (("ix_contacts_line_shown_key", "shown_key"), ("ix_contacts_asked", "asked_at")):
        where = sa.text(f"{mark} IS NOT NULL")
        op.create_index(
            name, "contacts", ["line", "shown_key"], unique=False, sqlite_where=where, postgresql_where=where
        )
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.add_column(sa.Column("code", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.alter_column("code", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Go down. Whoever called without proof is a withheld caller then."""
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_column("code")
    op.drop_index("ix_contacts_asked", "contacts")
    op.drop_index("ix_contacts_line_shown_key", "contacts")
    with op.batch_alter_table("contacts") as batch_op:
        batch_op.drop_column("asked_at")
        batch_op.drop_column("shown_key")
