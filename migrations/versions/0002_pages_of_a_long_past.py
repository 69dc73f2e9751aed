"""Pages of a line with a long past: what they look for has an index, and what passed through the flows is counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('open', 'joined')")
WHAT = ("flow", "version", "step", "outcome", "channel", "seconds")
MARKS = ("crisis_at", "blocked_until")
BATCH = 1000


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("cases") as batch_op:
        batch_op.create_index("ix_cases_contact_id_number", ["contact_id", "number"], unique=False)
    with op.batch_alter_table("check_ins") as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(length=40), nullable=True))
    op.execute("UPDATE check_ins SET line = (SELECT line FROM contacts WHERE contacts.id = check_ins.contact_id)")
    with op.batch_alter_table("check_ins") as batch_op:
        batch_op.alter_column("line", existing_type=sa.String(length=40), nullable=False)
        batch_op.drop_index("ix_check_ins_at")
        batch_op.create_index("ix_check_ins_line_at", ["line", "at"], unique=False)
    with op.batch_alter_table("consents") as batch_op:
        batch_op.create_index("ix_consents_contact_id_at", ["contact_id", "at"], unique=False)
    with op.batch_alter_table("contacts") as batch_op:
        for mark in MARKS:
            there = sa.text(f"{mark} IS NOT NULL")
            batch_op.create_index(
                f"ix_contacts_line_{mark}", ["line", mark], unique=False, sqlite_where=there, postgresql_where=there
            )
    with op.batch_alter_table("follow_ups") as batch_op:
        batch_op.create_index("ix_follow_ups_line_state_due_at", ["line", "state", "due_at"], unique=False)
        batch_op.create_index("ix_follow_ups_flow_state", ["flow", "state"], unique=False)
    with op.batch_alter_table("listens") as batch_op:
        batch_op.drop_index("ix_listens_at")
        batch_op.create_index("ix_listens_at_story_id", ["at", "story_id", "how", "thanked"], unique=False)
    with op.batch_alter_table("offers") as batch_op:
        batch_op.drop_index("ix_offers_line_planned_at")
        batch_op.create_index(
            "ix_offers_line_planned_at", ["line", "planned_at", "volunteer_id", "state"], unique=False
        )
    with op.batch_alter_table("relays") as batch_op:
        batch_op.create_index(
            "ix_relays_live", ["line", "opened_at"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
        )
    old = _passages("day")
    alike: Counter[tuple[object, ...]] = Counter()
    for row in op.get_bind().execute(sa.select(*(old.c[name] for name in (*WHAT, "day")))):
        *what, seconds, day = row
        alike[(*what, _about(seconds), _end_of_month(day))] += 1
    _make("until", sa.Column("times", sa.Integer(), nullable=False))
    op.create_index(
        "ix_passages_counted", "passages", ["flow", "version", "step", "outcome", "seconds", "times"], unique=False
    )
    rows = [dict(zip((*WHAT, "until", "times"), (*key, times), strict=True)) for key, times in alike.items()]
    for row in rows:
        row["id"] = _id([row[name] for name in WHAT], row["until"])
    for first in range(0, len(rows), BATCH):
        op.bulk_insert(_passages("until", sa.column("times", sa.Integer())), rows[first : first + BATCH])


def downgrade() -> None:
    """Go down. Each counted row is one that passed; how many there were of it is not known any more."""
    new = _passages("until")
    rows = [dict(row._mapping) for row in op.get_bind().execute(sa.select(new))]
    _make("day")
    op.create_index("ix_passages_flow_day", "passages", ["flow", "day"], unique=False)
    for row in rows:
        row["day"] = row.pop("until")
    for first in range(0, len(rows), BATCH):
        op.bulk_insert(_passages("day"), rows[first : first + BATCH])
    op.drop_index("ix_relays_live", "relays")
    op.drop_index("ix_listens_at_story_id", "listens")
    op.create_index("ix_listens_at", "listens", ["at"], unique=False)
    op.drop_index("ix_follow_ups_flow_state", "follow_ups")
    op.drop_index("ix_follow_ups_line_state_due_at", "follow_ups")
    for mark in MARKS:
        op.drop_index(f"ix_contacts_line_{mark}", "contacts")
    op.drop_index("ix_consents_contact_id_at", "consents")
    op.drop_index("ix_cases_contact_id_number", "cases")
    op.drop_index("ix_offers_line_planned_at", "offers")
    op.create_index("ix_offers_line_planned_at", "offers", ["line", "planned_at"], unique=False)
    with op.batch_alter_table("check_ins") as batch_op:
        batch_op.drop_index("ix_check_ins_line_at")
        batch_op.create_index("ix_check_ins_at", ["at"], unique=False)
        batch_op.drop_column("line")


def _passages(when: str, *more: sa.ColumnClause[int]) -> sa.TableClause:
    words = [sa.column(name, sa.String()) for name in ("id", *WHAT[:-1])]
    return sa.table(
        "passages", *words, sa.column("seconds", sa.Integer()), sa.column(when, sa.DateTime(timezone=True)), *more
    )


def _make(when: str, *more: sa.Column[int]) -> None:
    """The table anew, empty: `when` is its time."""
    op.drop_table("passages")
    op.create_table(
        "passages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        *more,
        sa.Column(when, sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )


def _id(what: list[object], until: object) -> str:
    """As the counts that follow are named, so that they are added."""
    assert isinstance(until, datetime)
    return hashlib.sha256("\n".join([*map(str, what), until.date().isoformat()]).encode()).hexdigest()[:32]


def _about(seconds: int | None) -> int | None:
    if seconds is None:
        return None
    unit: int = 10 ** max(len(str(seconds)) - 2, 0)
    return (seconds + unit // 2) // unit * unit


def _end_of_month(day: datetime) -> datetime:
    aware = day.replace(tzinfo=UTC) if day.tzinfo is None else day.astimezone(UTC)
    first = aware.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
