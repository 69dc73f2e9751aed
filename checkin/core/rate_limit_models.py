"""How often what was tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base


class RateLimit(Base):
    """How often something happened since `since`: tries to sign in, reports of a browser. `key` is a keyed hash."""

    __tablename__ = "rate_limits"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime]
