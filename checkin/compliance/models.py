"""Who was forgotten, as a keyed hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base


class Erasure(Base):
    """Somebody was forgotten: the keyed hash of their number, so that a backup that comes back forgets them again.

    opted_out: they had said STOP as well.
    """

    __tablename__ = "erasures"

    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    number_key: Mapped[bytes] = mapped_column(primary_key=True)
    opted_out: Mapped[bool]
    at: Mapped[datetime]
