"""How a job went is an outcome in a column of its own; `result` says why, without it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
keeps_running = False

PREFIXES = (
    ("dead letter", "set aside "),
    ("skipped", "skipped: "),
    ("skipped", "skipped "),
    ("done", "done: "),
    ("unknown", "unknown: "),
    ("failed", "failed: "),
)
"""How results began, by what they meant. What was discarded began with "skipped by the team"."""

outbox = sa.table(
    "outbox",
    sa.column("outcome", sa.String),
    sa.column("result", sa.String),
    sa.column("done_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Go up."""
    op.add_column("outbox", sa.Column("outcome", sa.String(11), nullable=True))
    open_, over = outbox.c.done_at.is_(None), outbox.c.done_at.is_not(None)
    _set(sa.and_(open_, outbox.c.result.is_not(None)), outcome="retry")
    _set(sa.and_(over, outbox.c.result.in_(["done", "skipped", "unknown"])), outcome=outbox.c.result, result=None)
    _set(sa.and_(over, outbox.c.result == "dropped"), outcome="skipped")
    _set(sa.and_(over, outbox.c.result.like("refused: %")), outcome="failed")
    for outcome, prefix in PREFIXES:
        begins = sa.and_(over, outbox.c.outcome.is_(None), outbox.c.result.like(f"{prefix}%"))
        _set(begins, outcome=outcome, result=sa.func.substr(outbox.c.result, len(prefix) + 1))
    _set(sa.and_(over, outbox.c.outcome.is_(None)), outcome="done")
    op.drop_index("ix_outbox_set_aside", "outbox")
    _index("ix_outbox_dead_letters", "outcome = 'dead letter'")


def downgrade() -> None:
    """Go down."""
    said = {outcome: prefix for outcome, prefix in PREFIXES if prefix != "skipped "}
    over = outbox.c.done_at.is_not(None)
    kept = outbox.c.result.like("refused: %") | (outbox.c.result == "dropped")
    _set(sa.and_(over, outbox.c.result.is_(None)), result=outbox.c.outcome)
    for outcome, prefix in said.items():
        whole = outbox.c.result == outcome
        mine = sa.and_(over, outbox.c.outcome == outcome, sa.not_(kept), sa.not_(whole))
        _set(mine, result=sa.func.substr(sa.literal(prefix) + outbox.c.result, 1, 200))
    op.drop_index("ix_outbox_dead_letters", "outbox")
    op.drop_column("outbox", "outcome")
    _index("ix_outbox_set_aside", "result LIKE 'set aside%'")


def _set(where: sa.ColumnElement[bool], **values: object) -> None:
    op.execute(outbox.update().where(where).values(**values))


def _index(name: str, where: str) -> None:
    op.create_index(name, "outbox", ["done_at"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
