"""Tables have the field's names (docs/glossary.md); what is in them stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
keeps_running = False

TABLES = {
    "organisers": "organizers",
    "tallies": "rate_limits",
    "shelf_places": "story_positions",
    "story_desks": "stories_in_review",
    "listener_words": "listener_reactions",
    "passages": "step_counts",
    "kept_apart": "volunteer_blocks",
    "talks_drafts": "transcript_drafts",
    "shift_turns": "shift_occurrences",
    "settings": "stored_values",
}
UNIQUE = {
    "organisers": {"setup_key": ["setup_key"], "email_key": ["email_key"]},
    "shift_turns": {"shift_id_starts_at": ["shift_id", "starts_at"], "line_gap": ["line", "gap"]},
}
"""Constraints whose names hold the table's, and their columns."""


def upgrade() -> None:
    """Go up."""
    _rename(TABLES)
    _rename_column("organiser", "organizer")
    op.execute("ALTER TABLE story_positions RENAME COLUMN shelf TO rotation")


def downgrade() -> None:
    """Go down."""
    op.execute("ALTER TABLE story_positions RENAME COLUMN rotation TO shelf")
    _rename({new: old for old, new in TABLES.items()})
    _rename_column("organizer", "organiser")


def _rename(tables: Mapping[str, str]) -> None:
    connection = op.get_bind()
    for old, new in tables.items():
        indexes = sa.inspect(connection).get_indexes(old)
        if connection.dialect.name == "postgresql":
            op.rename_table(old, new)
            for index in indexes:
                if not index.get("duplicates_constraint"):
                    op.execute(f'ALTER INDEX "{index["name"]}" RENAME TO "{str(index["name"]).replace(old, new)}"')
            _rename_constraints(connection, old, new)
        else:
            _rename_on_sqlite(connection, old, new)


def _rename_constraints(connection: sa.Connection, old: str, new: str) -> None:
    """Of the table itself, and of others that refer to it."""
    named = sa.text("SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE conname ~ :name")
    for name, table in connection.execute(named, {"name": rf"_{old}(_|$)"}).all():
        op.execute(f'ALTER TABLE {table} RENAME CONSTRAINT "{name}" TO "{name.replace(old, new)}"')


def _rename_on_sqlite(connection: sa.Connection, old: str, new: str) -> None:
    """SQLite has no new name for an index or a constraint: they are made anew."""
    made = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL")
    indexes = connection.execute(made, {"table": old}).all()
    for name, _ in indexes:
        op.execute(f'DROP INDEX "{name}"')
    op.rename_table(old, new)
    uniques = UNIQUE.get(old) or UNIQUE.get(new)
    if uniques:
        with op.batch_alter_table(new, recreate="always") as batch_op:
            for suffix, columns in uniques.items():
                batch_op.drop_constraint(f"uq_{old}_{suffix}", type_="unique")
                batch_op.create_unique_constraint(f"uq_{new}_{suffix}", columns)
    for _, sql in indexes:
        op.execute(sql.replace(old, new))


def _rename_column(old: str, new: str) -> None:
    """Whose session it is on the pages."""
    op.drop_index(f"ix_page_sessions_{old}_id", "page_sessions")
    op.execute(f"ALTER TABLE page_sessions RENAME COLUMN {old}_id TO {new}_id")
    op.create_index(f"ix_page_sessions_{new}_id", "page_sessions", [f"{new}_id"])
