"""Whether this database is ours: a row that only the secret it was filled with opens, and what goes with that secret.

Written once, by the first process that meets the database. Whoever comes with another CHECKIN_SECRET, or with practice
data to where people text and call, is told so in one line before anything is read or written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from checkin.accounts.models import Organizer
from checkin.contacts.models import Contact, StoredValue
from checkin.core.encryption import CannotDecrypt
from checkin.core.errors import UserError
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories.models import Story
from checkin.volunteers.models import Volunteer

NAME = "encryption"
_PLACE = f"settings\0{NAME}"


class NotOurs(UserError):
    """This process has no business with this database; one line says why and what to do."""


@dataclass(frozen=True)
class CanaryValue:
    """What the row holds. practice: filled on the practice network. retired: keys of blind indexes that newer ones lie
    over. takes_before: there is still what was encrypted before each value had its place."""

    practice: bool
    retired: tuple[bytes, ...] = ()
    takes_before: bool = False


def meet(uow: UnitOfWork, *, practice: bool) -> bool:
    """Learn what the database says of itself; False: nobody met it before. Raises NotOurs where it is not for us."""
    known = read(uow)
    if known is None:
        return False
    if known.practice and not practice:
        raise NotOurs(
            "this database was filled on the practice network, but this line takes real texts and calls: set "
            "a different DATABASE_URL or CHECKIN_STATE",
            code="practice_database",
        )
    uow.vault.keys.learn(known.retired, takes_before=known.takes_before)
    return True


def read(uow: UnitOfWork) -> CanaryValue | None:
    """What the row holds; None: there is none. Raises NotOurs."""
    row = uow.session.get(StoredValue, NAME)
    if row is None:
        return None
    try:
        told = json.loads(uow.vault.keys.decrypt("state", _PLACE, bytes.fromhex(row.value["canary"])))
    except CannotDecrypt as error:
        raise NotOurs(
            "this database was filled with a different CHECKIN_SECRET: set that one again (after a new one, "
            "separated by a comma), or use a different database in DATABASE_URL"
        ) from error
    return CanaryValue(told["practice"], tuple(bytes.fromhex(key) for key in told["retired"]), told["takes_before"])


def begin(uow: UnitOfWork, *, practice: bool) -> None:
    """Write the row, and learn what it says. Raises NotOurs: what stands here already is not opened by our secret."""
    uow.vault.keys.learn(takes_before=True)
    known = CanaryValue(practice, takes_before=_has_rows(uow))
    insert_new(uow.session, StoredValue, [{"name": NAME, **_values(uow, known)}])
    uow.vault.keys.learn(takes_before=known.takes_before)


def write(uow: UnitOfWork, known: CanaryValue) -> None:
    """Say something else from now on, under the newest secret."""
    row = uow.session.get_one(StoredValue, NAME)
    for name, value in _values(uow, known).items():
        setattr(row, name, value)
    uow.vault.keys.learn(known.retired, takes_before=known.takes_before)


def _values(uow: UnitOfWork, known: CanaryValue) -> dict[str, Any]:
    told = {
        "practice": known.practice,
        "retired": [key.hex() for key in known.retired],
        "takes_before": known.takes_before,
    }
    value = uow.vault.keys.encrypt("state", _PLACE, json.dumps(told).encode())
    return {"value": {"canary": value.hex()}, "updated_at": uow.now}


def _has_rows(uow: UnitOfWork) -> bool:
    """Whether somebody was here before this row was; then one of their values must open."""
    columns = (Volunteer.name_encrypted, Organizer.email_encrypted, Contact.number_encrypted, Story.words_encrypted)
    for column in columns:
        model = column.class_
        found = uow.session.execute(select(model.id, column).where(column.is_not(None)).limit(1)).first()
        if found is None:
            continue
        try:
            uow.vault.decrypted(column, found[0], found[1])
        except CannotDecrypt as error:
            raise NotOurs(
                "this database was filled with a different CHECKIN_SECRET: set that one again, or use a "
                "different database in DATABASE_URL"
            ) from error
        return True
    return uow.session.scalars(select(Contact.id).limit(1)).first() is not None
