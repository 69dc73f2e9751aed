"""What people did is stored in plain words; rows of before say it in the same ones."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
keeps_running = True

WORDS = {
    "add story": "added a story",
    "change story": "changed a story",
    "change words of story": "changed a story's words",
    "changed a volunteer": "changed a volunteer's details",
    "changed conversations": "changed test conversations",
    "declined story": "declined a story",
    "discarded what was given up": "discarded a failed job",
    "forgot a contact": "deleted a contact's data",
    "gave a case back": "released a case",
    "lifted a block": "removed a block",
    "looked at a contact": "viewed a contact",
    "looked for a number": "searched for a number",
    "publish story": "published a story",
    "published story": "republished a story",
    "put a draft away": "discarded a draft",
    "put conversations away": "discarded test conversations",
    "refused to volunteer": "declined to volunteer",
    "renewed a calendar's address": "changed a calendar's address",
    "renewed a volunteer's code": "changed a volunteer's code",
    "report story": "reported a story",
    "resting story": "put a story on hold",
    "retention": "deleted expired data",
    "returned story": "returned a story",
    "review story": "reviewed a story",
    "said a first step is right": "confirmed a first step",
    "saw a number": "viewed a number",
    "take up story": "reopened a story",
    "took a report away": "downloaded a report",
    "took the changes away": "downloaded the changes",
    "took their data away": "downloaded their data",
    "tried a follow-up again": "retried a follow-up",
    "tried again what was given up": "retried a failed job",
    "trim story": "trimmed a story",
    "withdraw story": "withdrew a story",
}


def upgrade() -> None:
    """Go up."""
    _say(WORDS)


def downgrade() -> None:
    """Go down."""
    _say({new: old for old, new in WORDS.items()})


def _say(words: Mapping[str, str]) -> None:
    audit = sa.table("audit", sa.column("what", sa.String()))
    for old, new in words.items():
        op.execute(audit.update().where(audit.c.what == old).values(what=new))
