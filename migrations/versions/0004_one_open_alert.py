"""One open alert for each kind and what it is about, with a count; texts to volunteers that do not arrive are counted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
OF_SOMEBODY = ("bad_number", "volunteer_call")
"""About a volunteer whom the row does not name: two of them are not known to be about the same one."""


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.add_column(sa.Column("texts_failed", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.alter_column("texts_failed", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("volunteer_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("count", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        for name, table in (("volunteer_id", "volunteers"), ("message_id", "messages")):
            batch_op.create_foreign_key(
                op.f(f"fk_alerts_{name}_{table}"), table, [name], ["id"], initially="DEFERRED", deferrable=True
            )
    _name_what_it_is_about()
    _into_one()
    if op.get_bind().dialect.name == "postgresql":  # what was written is checked now: it alters no table before that
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.alter_column("about", existing_type=sa.String(length=80), nullable=False)
        batch_op.alter_column("last_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("count", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("told", existing_type=sa.Integer(), server_default=None)
    op.create_index("ix_alerts_about_kind", "alerts", ["about", "kind"], unique=False)
    op.create_index(
        "uq_alerts_open", "alerts", ["line", "kind", "about"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Go down. How often an alert happened is not known any more."""
    op.drop_index("uq_alerts_open", "alerts")
    op.drop_index("ix_alerts_about_kind", "alerts")
    with op.batch_alter_table("alerts") as batch_op:
        for name, table in (("volunteer_id", "volunteers"), ("message_id", "messages")):
            batch_op.drop_constraint(op.f(f"fk_alerts_{name}_{table}"), type_="foreignkey")
        for name in ("told_at", "told", "last_at", "count", "message_id", "volunteer_id", "about"):
            batch_op.drop_column(name)
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_column("texts_failed")


def _name_what_it_is_about() -> None:
    alerts = _alerts()
    unnamed = sa.and_(alerts.c.contact_id.is_(None), alerts.c.kind.in_(OF_SOMEBODY))
    about = sa.case((unnamed, alerts.c.id), else_=sa.func.coalesce(alerts.c.contact_id, alerts.c.rule))
    op.execute(alerts.update().values(about=about, last_at=alerts.c.raised_at, told_at=alerts.c.raised_at))


def _into_one() -> None:
    """Of the open ones about the same the oldest stays, counted, with what the newest says; the others go."""
    alerts, connection = _alerts(), op.get_bind()
    groups: dict[tuple[str, str, str], list[Any]] = {}
    rows = connection.execute(
        sa.select(alerts).where(alerts.c.closed_at.is_(None)).order_by(alerts.c.raised_at, alerts.c.id)
    )
    for row in rows.all():
        groups.setdefault((row.line, row.kind, row.about), []).append(row)
    for first, *others in groups.values():
        if not others:
            continue
        talks = [row.conversation_id for row in (first, *others) if row.conversation_id is not None]
        connection.execute(
            alerts.update()
            .where(alerts.c.id == first.id)
            .values(
                count=len(others) + 1, told=len(others) + 1, last_at=others[-1].raised_at, told_at=others[-1].raised_at,
                rule=others[-1].rule, conversation_id=talks[-1] if talks else None,
            )
        )  # fmt: skip
        for row in others:
            connection.execute(alerts.delete().where(alerts.c.id == row.id))


def _alerts() -> sa.TableClause:
    words = ("id", "line", "kind", "rule", "about", "contact_id", "conversation_id")
    times = ("raised_at", "last_at", "told_at", "closed_at")
    return sa.table(
        "alerts",
        *(sa.column(name, sa.String()) for name in words),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in times),
        sa.column("count", sa.Integer()),
        sa.column("told", sa.Integer()),
    )
