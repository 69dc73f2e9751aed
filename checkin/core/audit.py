"""Every change that a person makes, written down in the same transaction: who, what, about what, before and after."""

from __future__ import annotations

from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import Work

LONGEST = 400


def write(work: Work, who: str, what: str, about: str, before: str | None = None, after: str | None = None) -> None:
    """Append one row. about: our own id. before, after: facts, never a number nor anybody's words.

    Of which line it is: of the one whose pages ask, else of what it is about or of who did it. Neither costs a look.
    """
    work.session.add(
        Audit(
            id=work.new_id(),
            who=who[:80],
            what=what[:80],
            about=about[:80],
            before=None if before is None else before[:LONGEST],
            after=None if after is None else after[:LONGEST],
            line=work.asking or _line_of(work, about) or _line_of(work, who.partition(" ")[2]),
            at=work.now,
        )
    )


def _line_of(work: Work, row_id: str) -> str | None:
    """Of the row with this id, as far as this transaction holds it; nothing is read for it."""
    rows = [vars(row) for row in (*work.session.new, *work.session.identity_map.values())]
    return next((row.get("line") for row in rows if row.get("id") == row_id), None)
