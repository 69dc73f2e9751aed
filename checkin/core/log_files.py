"""The log files of `checkin up`: begun anew each day, and none of them kept for longer than the promise says.

A process writes into its file for as long as it lives. So what a day brought is copied aside and the file is cut short:
whoever appends to it goes on at its beginning.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from checkin.core.rules.policy import RetentionLengths

DAY = timedelta(days=1)
KEPT = RetentionLengths().logs
"""Two weeks (docs/privacy.md)."""


@dataclass
class LogFiles:
    """The logs in one folder. day: of what they hold, in UTC."""

    folder: Path
    day: date

    def look(self, now: datetime) -> None:
        """Begin a new day when one has begun, and delete what is past its time. Cheap; call it as often as you like."""
        if now.date() == self.day:
            return
        for log in self.folder.glob("*.log"):
            _put_aside(log, self.day)
        self.day = now.date()
        delete_old(self.folder, now)


def delete_old(folder: Path, now: datetime) -> None:
    """Delete what was put aside so long ago that its oldest line, of a day before, is past its time."""
    for aside in folder.glob("*.log.*"):
        if aside.stat().st_mtime < (now - KEPT + DAY).timestamp():
            aside.unlink(missing_ok=True)


def _put_aside(log: Path, day: date) -> None:
    with log.open("r+b") as file:
        with log.with_name(f"{log.name}.{day.isoformat()}").open("ab") as aside:
            shutil.copyfileobj(file, aside)
        file.truncate(0)
