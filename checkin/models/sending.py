"""How fast texts leave each of the line's numbers, and the numbers of people who asked to be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base


class SendRate(Base):
    """Up to when (milliseconds since 1970) a line's number is busy with what was handed to it."""

    __tablename__ = "send_rates"

    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    busy_until: Mapped[int] = mapped_column(BigInteger)


class Erasure(Base):
    """Somebody was forgotten: the keyed hash of their number, so that a backup that comes back forgets them again.

    opted_out: they had said STOP as well.
    """

    __tablename__ = "erasures"

    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    number_key: Mapped[bytes] = mapped_column(primary_key=True)
    opted_out: Mapped[bool]
    at: Mapped[datetime]
