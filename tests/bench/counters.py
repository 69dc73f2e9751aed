"""The floor's own table."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The floor's tables, apart from the line's."""


class Counter(Base):
    """How often a number wrote."""

    __tablename__ = "counters"

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
