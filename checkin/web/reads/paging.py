"""Lists that are read a page at a time: one row more than is shown tells that there is another page."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


def paged(rows: Rows, number: int, size: int) -> Rows:
    """This page of them (0 is the first), and the first row of the next one where there is one."""
    return rows.offset(number * size).limit(size + 1)
