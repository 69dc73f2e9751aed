"""Who was forgotten, as keyed hashes that outlive a backup: one that comes back forgets them again.

A hash says nothing of the number without the line's secret (checkin.vault). What is kept is when, and whether they had
said STOP as well, so that a restored database neither knows them nor writes to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from checkin.models.contacts import Contact
from checkin.models.sending import Erasure
from checkin.services import consent
from checkin.services.inserting import insert_new
from checkin.services.mistakes import Mistake
from checkin.work import Work

HEAD = "# checkin erasures 1"
"""The first line of the file: what it is, and in which form."""


@dataclass(frozen=True)
class Forgotten:
    """One entry: the line, the keyed hash, whether they had opted out, and when."""

    line: str
    number_key: bytes
    opted_out: bool
    at: datetime


def all_of(work: Work) -> list[Forgotten]:
    """Everybody who was forgotten and is still noted, the oldest first."""
    rows = work.session.scalars(select(Erasure).order_by(Erasure.at))
    return [Forgotten(row.line, row.number_key, row.opted_out, row.at) for row in rows]


def written(entries: Iterable[Forgotten]) -> str:
    """The entries as a file."""
    lines = [f"{one.line}\t{one.number_key.hex()}\t{int(one.opted_out)}\t{one.at.isoformat()}" for one in entries]
    return "\n".join([HEAD, *lines]) + "\n"


def read(text: str) -> list[Forgotten]:
    """The entries of a file. Raises Mistake, which names the line that cannot be read."""
    lines = text.splitlines()
    if not lines or lines[0] != HEAD:
        raise Mistake("this is no file of erasures: it must be one that `checkin erasures save` wrote")
    found = []
    for number, line in enumerate(lines[1:], 2):
        try:
            key, hashed, opted_out, at = line.split("\t")
            found.append(Forgotten(key, bytes.fromhex(hashed), opted_out == "1", datetime.fromisoformat(at)))
        except ValueError as error:
            raise Mistake("line %(number)s of the file cannot be read: nothing was changed", number=number) from error
    return found


def replay(work: Work, entries: Iterable[Forgotten]) -> int:
    """Forget again whoever a restored database still knows. Answers how many. Who came back since is left alone."""
    again = 0
    for one in entries:
        _note(work, one)
        contact = work.session.scalars(
            select(Contact).where(Contact.line == one.line, Contact.number_key == one.number_key)
        ).first()
        if contact is None or contact.number_sealed is None or contact.created_at > one.at:
            continue
        if one.opted_out and contact.opted_out_at is None:
            contact.opted_out_at = one.at.astimezone(UTC)
        consent.forget_contact(work, contact)
        again += 1
    return again


def _note(work: Work, one: Forgotten) -> None:
    values = {"line": one.line, "number_key": one.number_key, "opted_out": one.opted_out, "at": one.at}
    if not insert_new(work, Erasure, [values]):
        mine = (Erasure.line == one.line) & (Erasure.number_key == one.number_key) & (Erasure.at < one.at)
        work.session.execute(update(Erasure).where(mine).values(opted_out=one.opted_out, at=one.at))
