"""What the network concluded about somebody is told apart from what they said themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SAID_BY_THE_NETWORK = """
UPDATE contacts SET opted_out_by = 'network'
WHERE opted_out_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM consents
    WHERE consents.contact_id = contacts.id AND consents.name = 'texts' AND consents.channel = 'network'
) AND NOT EXISTS (
    SELECT 1 FROM consents AS said
    WHERE said.contact_id = contacts.id AND said.name = 'texts' AND said.channel <> 'network' AND NOT said.given
    AND NOT EXISTS (
        SELECT 1 FROM consents AS later
        WHERE later.contact_id = contacts.id AND later.name = 'texts' AND later.given AND later.at > said.at
    )
)
"""


def upgrade() -> None:
    """Go up. Whoever was opted out by an error code alone is known by the ledger, which has no STOP of theirs that holds.

    (Twilio refuses our goodbye to whoever has said STOP, so that both often stand there.)
    """
    with op.batch_alter_table("contacts") as batch_op:
        batch_op.add_column(sa.Column("opted_out_by", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("looping_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.add_column(sa.Column("stopped_by", sa.String(length=10), nullable=True))
    op.execute(SAID_BY_THE_NETWORK)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_column("stopped_by")
    with op.batch_alter_table("contacts") as batch_op:
        batch_op.drop_column("looping_until")
        batch_op.drop_column("opted_out_by")
