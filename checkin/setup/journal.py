"""What setting up has changed, and how it was before: one file in the state folder, for undoing it.

An entry is written before its change is made, so that one that was cut short can be undone as well. It holds no secret:
what the .env was like is kept as names, and its old text beside it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from checkin.setup.errors import CannotSetUp

NAME = "setup-journal.json"

Entry = dict[str, Any]


class Journal:
    """The entries, oldest first. Each has `what`, and a key: the first entry of a key has what was there before us."""

    def __init__(self, state: Path) -> None:
        self.file = state / NAME
        self.entries: list[Entry] = self._read()

    def note(self, what: str, about: str, **more: Any) -> None:
        """Write down that this is changed. What is known of it already keeps how it was before."""
        known = next((entry for entry in self.entries if (entry["what"], entry["about"]) == (what, about)), None)
        if known is None:
            self.entries.append({"what": what, "about": about, **more})
        else:
            for name in ("before", "after"):
                first, second = (more, known) if name == "before" else (known, more)
                known[name] = {**first.get(name, {}), **second.get(name, {})}
            known["added"] = sorted({*known.get("added", ()), *more.get("added", ())})
        self._write()

    def done(self, entry: Entry) -> None:
        self.entries.remove(entry)
        self._write()

    def _read(self) -> list[Entry]:
        if not self.file.exists():
            return []
        try:
            entries: list[Entry] = json.loads(self.file.read_text())
        except (OSError, ValueError) as error:
            raise CannotSetUp(f"{self.file} can't be read: what setup changed isn't known anymore") from error
        return entries

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.entries:
            self.file.unlink(missing_ok=True)
            return
        fresh = self.file.with_name(f"{NAME}.new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            json.dump(self.entries, opened, indent=1)
        fresh.replace(self.file)
