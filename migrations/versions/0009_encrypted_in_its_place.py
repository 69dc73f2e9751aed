"""Each contact has a key of their own, which is kept apart from what it opens; columns are called what they are.

What Fernet encrypted before is carried over by `checkin rekey`, row by row, while the line runs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENCRYPTED = {
    "contacts": ("number", "name", "kept"),
    "check_ins": ("value",),
    "conversations": ("position", "reply"),
    "messages": ("body",),
    "cases": ("words",),
    "case_notes": ("words",),
    "stories": ("words",),
    "volunteers": ("name", "number"),
    "organisers": ("email", "name", "code"),
}


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "contact_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_keys")),
    )
    op.create_index("ix_contact_keys_contact_id", "contact_keys", ["contact_id"], unique=False)
    op.add_column("contacts", sa.Column("key_id", sa.String(length=32), nullable=True))
    _rename("sealed", "encrypted")


def downgrade() -> None:
    """Go down. What was encrypted under a contact's key, or in its place, is not readable any more."""
    _rename("encrypted", "sealed")
    with op.batch_alter_table("contacts") as batch_op:
        batch_op.drop_column("key_id")
    op.drop_table("contact_keys")


def _rename(before: str, after: str) -> None:
    for table, columns in ENCRYPTED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {column}_{before} TO {column}_{after}")
