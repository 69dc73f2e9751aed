"""What every kind of row is brought in with, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from checkin.compliance.models import MovedRow
from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving.rules import cells
from checkin.moving.rules.sheets import SheetRow

What = Literal["added", "changed", "here", "wrong"]
Made = Literal["contact", "consent", "stop", "block", "volunteer", "shift", "story"]


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row. who: as whoever imports may see them, never a whole number. note: what to know of it."""

    what: What
    who: str = ""
    note: UserError | None = None


@dataclass(frozen=True)
class MoveRun:
    """One table on its way in, whichever transaction it is in. id: of its MoveIn. country: of numbers without a code.

    first: the row in which each number (or name) of the file stands first; stopped: numbers with a STOP in any row.
    """

    id: str
    line: str
    called: str
    by: str
    country: str
    first: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def source(self) -> str:
        """What the ledger names as the source."""
        return f"move-in {self.id}"

    def wording(self, source: str) -> str:
        """What stands in the ledger where we have shown no words ourselves."""
        where = f" It's written down there as: {source[:400]}." if source else ""
        return f'Said to another system, and moved in with "{self.called}".{where}'

    def number(self, row: SheetRow) -> PhoneNumber:
        """The number in this row. Raises UserError."""
        if not row.of("number"):
            raise UserError("there's no phone number in this row: add it")
        return cells.number(row.of("number"), self.country)

    def repeats(self, key: str, row: SheetRow) -> int | None:
        """The row before this one with the same number or name."""
        first = self.first.get(key, row.number)
        return first if first < row.number else None


def made(uow: UnitOfWork, run: MoveRun, what: Made, about: str, name: str | None = None) -> None:
    """Remember that this came in with the table, so that it can be undone."""
    uow.session.add(MovedRow(id=uow.new_id(), move_in_id=run.id, what=what, about=about, name=name))
