"""What the line remembers of its backups: the public key, and what was done when. The secret key is in the safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts.models import StoredValue
from checkin.core.unit_of_work import UnitOfWork

Event = Literal["made", "saved", "rehearsed", "failed", "unsaved"]
"""made: an archive. saved: the keys and erasures beside it. failed, unsaved: when either went wrong last."""

_KEY = "backup_key"
_NAMES: Mapping[str, Event] = {
    "backup_made": "made", "backup_saved": "saved", "backup_rehearsed": "rehearsed", "backup_failed": "failed",
    "backup_unsaved": "unsaved",
}  # fmt: skip

EVERY = timedelta(days=1)
REHEARSED_EVERY = timedelta(days=30)
LATE = timedelta(hours=12)
"""So much later than planned is too late: Health says so."""

SAVED_LATE = timedelta(hours=1)


@dataclass(frozen=True)
class BackupStanding:
    """How the backups are. public_key: empty until somebody made a key."""

    public_key: str = ""
    made: datetime | None = None
    saved: datetime | None = None
    rehearsed: datetime | None = None
    failed: datetime | None = None
    unsaved: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the clock makes one now; a little early, so that its hour doesn't wander."""
        return self.made is None or now - self.made >= EVERY - timedelta(minutes=30)

    def is_rehearsal_due(self, now: datetime) -> bool:
        return self.rehearsed is None or now - self.rehearsed >= REHEARSED_EVERY

    def is_late(self, now: datetime) -> bool:
        """Whether what was promised hasn't come."""
        return (
            self.made is None
            or self.saved is None
            or self.rehearsed is None
            or now - self.made > EVERY + LATE
            or now - self.saved > SAVED_LATE
            or now - self.rehearsed > REHEARSED_EVERY + EVERY + LATE
        )

    def has_failed(self) -> bool:
        """Whether the last try of either failed, and none has gone well since."""
        tries = (self.failed, self.made), (self.unsaved, self.saved)
        return any(wrong is not None and (well is None or well <= wrong) for wrong, well in tries)


def standing(session: Session) -> BackupStanding:
    """One statement."""
    return standing_in(stored(session))


def standing_in(values: Mapping[str, Any]) -> BackupStanding:
    """What `stored` read says of the backups."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == _KEY:
            found["public_key"] = value["public_key"]
        elif name in _NAMES:
            found[_NAMES[name]] = datetime.fromisoformat(value["at"])
    return BackupStanding(**found)


def stored(session: Session, *others: str) -> dict[str, Any]:
    """What is stored of the backups, and of these names. One statement."""
    rows = session.execute(
        select(StoredValue.name, StoredValue.value).where(StoredValue.name.in_([_KEY, *_NAMES, *others]))
    )
    return {row.name: row.value for row in rows}


def note(uow: UnitOfWork, event: Event, at: datetime | None = None) -> None:
    """It was done now, or `at`."""
    _put(uow, f"backup_{event}", {"at": (at or uow.now).isoformat()})


def begin_with(uow: UnitOfWork, public_key: str) -> None:
    """Encrypt to this key from now on; what was made for another one is opened by that one's secret key alone."""
    _put(uow, _KEY, {"public_key": public_key})


def _put(uow: UnitOfWork, name: str, value: dict[str, Any]) -> None:
    row = uow.session.get(StoredValue, name)
    if row is None:
        uow.session.add(StoredValue(name=name, value=value, updated_at=uow.now))
    else:
        row.value, row.updated_at = value, uow.now
