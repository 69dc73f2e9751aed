"""What was changed and what was set aside say of which line; links to volunteers' pages stand in rows of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LINES = (
    "volunteers", "contacts", "cases", "stories", "follow_ups", "shifts", "alerts", "blocks", "organisers", "outbox",
)  # fmt: skip
"""Whose rows a change may be about."""

ABOUT = (
    "messages", "relays", "offers", "conversations", "follow_ups", "contacts", "volunteers", "shift_turns", "shifts",
    "cases", "recordings", "stories", "blocks", "pictures",
)  # fmt: skip
"""Whose rows something that was set aside may be about."""


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "volunteer_links",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("volunteer_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_links_volunteer_id_volunteers"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_volunteer_links")),
    )
    op.create_index("ix_volunteer_links_volunteer_id", "volunteer_links", ["volunteer_id"], unique=False)
    op.execute(
        "INSERT INTO volunteer_links (key, volunteer_id, until) SELECT link_key, id, link_until FROM volunteers"
        " WHERE link_key IS NOT NULL AND link_until IS NOT NULL"
    )
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_constraint(op.f("uq_volunteers_link_key"), type_="unique")
        batch_op.drop_column("link_key")
        batch_op.drop_column("link_until")
        batch_op.add_column(sa.Column("page_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.alter_column("page_only", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("audit") as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(length=40), nullable=True))
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(length=40), nullable=True))
    op.create_index("ix_audit_line_at", "audit", ["line", "at"], unique=False)
    _say_whose()


def _say_whose() -> None:
    """By whoever did it, else by what it is about; what is of no line stays without one, and is the first line's to read.

    So is what nothing tells any more: of the terminal, about rows that have ended since. It holds no number and no words.
    """
    audit = sa.table("audit", *(sa.column(name, sa.String()) for name in ("line", "who", "about")))
    outbox = sa.table("outbox", *(sa.column(name, sa.String()) for name in ("line", "about_id", "result")))
    for table in ABOUT:
        _fill(outbox, table, outbox.c.about_id, outbox.c.result.like("set aside%"))
    for table, kind in (("organisers", "organiser "), ("volunteers", "volunteer ")):
        by = sa.func.substr(audit.c.who, len(kind) + 1)
        _fill(audit, table, by, audit.c.who.like(f"{kind}%"))
    for table in LINES:
        _fill(audit, table, audit.c.about)


def _fill(table: sa.TableClause, owners: str, owner: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> None:
    whose = sa.table(owners, sa.column("id", sa.String()), sa.column("line", sa.String()))
    line = sa.select(whose.c.line).where(whose.c.id == owner).scalar_subquery()
    op.execute(table.update().where(table.c.line.is_(None), *where).values(line=line))


def downgrade() -> None:
    """Go down. A link that was sent opens nothing any more, and whose phone must be the page's is not known."""
    op.drop_index("ix_audit_line_at", "audit")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_column("line")
    with op.batch_alter_table("audit") as batch_op:
        batch_op.drop_column("line")
    with op.batch_alter_table("volunteers") as batch_op:
        batch_op.drop_column("page_only")
        batch_op.add_column(sa.Column("link_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("link_key", sa.LargeBinary(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_volunteers_link_key"), ["link_key"])
    op.drop_table("volunteer_links")
