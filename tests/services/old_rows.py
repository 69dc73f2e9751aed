"""A row in every table, made from nothing but what the tables say of themselves, as old as you like."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, LargeBinary, Table
from sqlalchemy.orm import Session

from checkin.compliance.rules import ENDS
from checkin.core.models import AwareUTC, Base

OVER = {
    "follow_ups": {"state": "sent"},
    "relays": {"state": "ended"},
    "stories": {"state": "withdrawn", "published_at": None},
    "recordings": {"state": "destroyed", "media_key": None, "network_state": "deleted"},
    "pictures": {"network_state": "deleted"},
    "messages": {"status": "delivered"},
    "contacts": {"number_encrypted": b"sealed"},
}
"""What makes a row one that is needed no more."""

_count = itertools.count(1)


def one_of_each(session: Session, at: datetime) -> dict[str, dict[str, Any]]:
    """Add a row to every table, all of them of that time, each pointing to the others'. Answers them by table."""
    rows: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        rows[table.name] = _row(table, at, rows)
        session.execute(table.insert().values(rows[table.name]))
    return rows


def _row(table: Table, at: datetime, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    made = {column.name: _value(column, at, rows) for column in table.columns}
    fields = {field: b"sealed" for field in ENDS[table.name].fields if made.get(field) is None}
    return {name: value for name, value in {**made, **fields, **OVER.get(table.name, {})}.items() if value is not _AUTO}


_AUTO = object()


def _value(column: Column[Any], at: datetime, rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        owner = rows.get(key.column.table.name)
        return None if owner is None else owner[key.column.name]
    kind = column.type
    if isinstance(kind, AwareUTC | DateTime):
        return at
    if column.nullable:
        return None
    if column.name == "line":
        return "default"
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return _AUTO if column.primary_key else next(_count)
    if isinstance(kind, LargeBinary):
        return f"sealed {next(_count)}".encode()
    if isinstance(kind, JSON):
        return []
    return f"{next(_count):x}"[: getattr(kind, "length", None) or 32]
