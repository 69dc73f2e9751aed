"""Every change that somebody made, the newest first."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.queries import is_seen_by
from checkin.web.reads.inbox import names
from checkin.web.reads.paging import paged

WHO_LEFT = {"organizer": "former organizer", "volunteer": "former volunteer"}
"""What somebody is called whose account is gone, by what the audit says of them."""

_HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{56}\b")
PAGE = 100
MOST_EXPORTED = 10_000


@dataclass(frozen=True)
class AuditedChange:
    """One row: who, what, about which row of ours, before and after."""

    who: str
    what: str
    about: str
    before: str
    after: str
    at: datetime


def changes(uow: UnitOfWork, line: str, what: str, about: str, page: int = 0, size: int = PAGE) -> list[AuditedChange]:
    """A page of those of this line, and one more when there are more: three statements.

    what: a part of it. about: an id. What is of no line (what the line itself ends, flows published at the terminal)
    is the first line's to read.
    """
    seen = is_seen_by(Audit.line, line, next(iter(uow.library.lines)))
    query = paged(select(Audit).where(seen).order_by(Audit.at.desc(), Audit.id), page, size)
    if what:
        query = query.where(Audit.what.contains(what, autoescape=True))
    if about:
        query = query.where(Audit.about == about)
    rows = uow.session.scalars(query).all()
    return _named(uow, line, rows)


def _named(uow: UnitOfWork, line: str, rows: Sequence[Audit]) -> list[AuditedChange]:
    """With the names of those who are still there."""
    called = named(uow, [row.who for row in rows], line)
    return [
        AuditedChange(
            who=called[row.who],
            what=row.what, about=row.about, before=_short(row.before), after=_short(row.after), at=row.at,
        )
        for row in rows
    ]  # fmt: skip


def _short(words: str | None) -> str:
    """A version of a flow goes by the beginning of its hash, as on its own pages."""
    return _HASH.sub(r"\1", words or "")


def named(uow: UnitOfWork, whoever: Collection[str], line: str) -> dict[str, str]:
    """What each of these, as the audit keeps them ("organizer ID"), is called on this line: two statements.

    The audit itself keeps ids, which outlive nobody's wish to go.
    """
    called = names(uow, {_id(who) for who in whoever} - {""}, line)
    return {who: called.get(_id(who)) or (who if not _id(who) else WHO_LEFT[who.split()[0]]) for who in whoever}


def _id(who: str) -> str:
    kind, _, identity = who.partition(" ")
    return identity if kind in ("organizer", "volunteer") and len(identity) == 32 else ""
