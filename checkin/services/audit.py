"""Every change that a person makes, written down in the same transaction: who, what, about what, before and after."""

from __future__ import annotations

from checkin.models.outbox import Audit
from checkin.work import Work

LONGEST = 400


def write(work: Work, who: str, what: str, about: str, before: str | None = None, after: str | None = None) -> None:
    """Append one row. about: our own id. before, after: facts, never a number nor anybody's words."""
    work.session.add(
        Audit(
            id=work.new_id(),
            who=who[:80],
            what=what[:80],
            about=about[:80],
            before=None if before is None else before[:LONGEST],
            after=None if after is None else after[:LONGEST],
            at=work.now,
        )
    )
