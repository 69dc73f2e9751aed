"""Everything that is encrypted gets the newest secret, row by row, while the line runs; each value tells where it is.

A secret that leaked opens the data keys of old copies, so contacts get new ones. Blind indexes get the newest key over
what they are (core.encryption), whether or not we know what they were made of. What other processes wrote meanwhile
is found by going over all of it once more; only then are the old keys destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from checkin.accounts.models import Organizer, PageSession
from checkin.cases.models import Case, CaseNote
from checkin.compliance import canary
from checkin.compliance.models import Erasure, MoveIn
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.core.encryption import CannotDecrypt, key_id_of
from checkin.core.rate_limit_models import RateLimit
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey
from checkin.messages.models import Conversation, Message, Picture, Recording
from checkin.relays.models import Relay
from checkin.stories.models import Story, StoryInReview
from checkin.volunteers.models import Volunteer, VolunteerLink

SOME = 100
"""Rows in one transaction: a few hundredths of a second."""

ENCRYPTED: tuple[InstrumentedAttribute[Any], ...] = (
    Contact.number_encrypted, Contact.name_encrypted, Contact.kept_encrypted, CheckIn.value_encrypted,
    Conversation.position_encrypted, Conversation.reply_encrypted, Message.body_encrypted, Case.words_encrypted,
    CaseNote.words_encrypted, Story.words_encrypted, Volunteer.name_encrypted, Volunteer.number_encrypted,
    Organizer.email_encrypted, Organizer.name_encrypted, Organizer.code_encrypted, MoveIn.file_encrypted,
    MoveIn.report_encrypted,
)  # fmt: skip

INDEXES: tuple[InstrumentedAttribute[Any], ...] = (
    Contact.number_key, Contact.shown_key, Contact.last_text_key, Consent.number_key, Volunteer.number_key,
    Volunteer.last_text_key, VolunteerLink.key, PageSession.key, Organizer.email_key, Organizer.setup_key,
    Story.code_key, Erasure.number_key, RateLimit.key,
)  # fmt: skip

MEDIA: tuple[InstrumentedAttribute[Any], ...] = (
    Recording.media_key, Picture.media_key, Story.media_key, StoryInReview.original_key,
)  # fmt: skip
"""Columns that name what is kept in the store."""


@dataclass
class Gone:
    """How far it is: the last row that was looked at. changed: rows that were not done; unreadable: values that none
    of our secrets opens, which stay as they are."""

    last: str = ""
    rows: int = 0
    changed: int = 0
    unreadable: list[str] = field(default_factory=list)


def models() -> list[type[Any]]:
    """The tables with something encrypted in them."""
    return list(dict.fromkeys(_model(column) for column in ENCRYPTED))


def _model(column: InstrumentedAttribute[Any]) -> type[Any]:
    model: type[Any] = column.class_  # type: ignore[assignment]
    return model


def how_many(uow: UnitOfWork, model: type[Any]) -> int:
    """Rows of this table."""
    return uow.session.scalar(select(func.count()).select_from(model)) or 0


def encrypt_some(uow: UnitOfWork, model: type[Any], gone: Gone) -> Gone:
    """Go over the next rows of this table. Answers how far it is; no rows: this was all of it."""
    wanted = select(model).where(model.id > gone.last).order_by(model.id).limit(SOME).with_for_update(of=model)
    rows = uow.session.scalars(wanted).all()
    columns = [column for column in ENCRYPTED if column.class_ is model]
    uow.vault.look_ahead(getattr(row, column.key) for row in rows for column in columns)
    held = _owners(uow, rows)
    changed, unreadable = 0, list(gone.unreadable)
    for row in rows:
        try:
            changed += _encrypt(uow, row, columns)
        except CannotDecrypt:
            unreadable.append(f"{model.__tablename__} {row.id}")
    held.clear()
    return Gone(rows[-1].id if rows else gone.last, len(rows), gone.changed + changed, unreadable)


def index_some(uow: UnitOfWork, column: InstrumentedAttribute[Any]) -> int:
    """Lay the newest key over some blind indexes that have an older one. Answers how many there were."""
    mark = uow.vault.keys.index_mark
    if mark is None:
        return 0
    table: Table = column.class_.__table__
    keys = list(table.primary_key.columns)
    there = table.c[column.key]
    older = or_(func.length(there) == 32, func.substr(there, 1, len(mark)) != mark)
    rows = uow.session.execute(select(there, *keys).where(there.is_not(None), older).limit(SOME)).all()
    if rows:
        mine = [key == bindparam(f"its_{key.name}") for key in keys]
        changed = [
            {"older": row[0], "newer": uow.vault.keys.newer_index(row[0])}
            | {f"its_{key.name}": value for key, value in zip(keys, row[1:], strict=True)}
            for row in rows
        ]
        statement = update(table).where(*mine, there == bindparam("older")).values({column.key: bindparam("newer")})
        uow.session.connection().execute(statement, changed)
    return len(rows)


def media(uow: UnitOfWork) -> list[tuple[str, str | None]]:
    """What is kept in the store, and of which contact it is."""
    found: dict[str, str | None] = {}
    for rows in (
        select(Recording.media_key, Recording.contact_id),
        select(Picture.media_key, Picture.contact_id),
        select(Story.media_key, Story.teller_id),
        select(StoryInReview.original_key, Story.teller_id).join(Story, Story.id == StoryInReview.story_id),
    ):
        for name, contact in uow.session.execute(rows):
            if name is not None:
                found[name] = found.get(name) or contact
    return list(found.items())


def is_kept(uow: UnitOfWork, name: str) -> bool:
    """Whether something of ours still names this."""
    return any(uow.session.scalar(select(key).where(key == name).limit(1)) is not None for key in MEDIA)


def finish(uow: UnitOfWork) -> int:
    """The newest secret alone is needed from now on. Destroys data keys that an older one opens; answers how many."""
    head = uow.vault.keys.head
    gone = changed(uow.session, delete(ContactKey).where(func.substr(ContactKey.wrapped, 1, len(head)) != head))
    known = canary.read(uow)
    assert known is not None, "whoever runs this has met the database"
    canary.write(uow, canary.CanaryValue(known.practice, uow.vault.keys.index_keys_to_retire()))
    return gone


def _encrypt(uow: UnitOfWork, row: Any, columns: Sequence[InstrumentedAttribute[Any]]) -> bool:
    """Whether something of this row was not done."""
    values = [(column, value) for column in columns if (value := getattr(row, column.key))]
    owner = _owner(uow, row, [value for _, value in values]) if values else None
    if owner is not None and owner.key is not None and not uow.vault.keys.is_current(owner.key.wrapped):
        words = [(column, uow.vault.decrypt(row, column)) for column, _ in values]
        uow.vault.new_key(owner)
    else:
        words = [(column, uow.vault.decrypt(row, column)) for column, value in values if not _done(uow, owner, value)]
    for column, said in words:
        uow.vault.encrypt(row, column, said, of=owner)
    return bool(words)


def _owners(uow: UnitOfWork, rows: Sequence[Any]) -> list[Contact]:
    """Read the contacts of these rows in one statement; the session knows them for as long as somebody holds them."""
    ids = {getattr(row, "contact_id", None) or getattr(row, "teller_id", None) for row in rows} - {None}
    return list(uow.session.scalars(select(Contact).where(Contact.id.in_(ids)))) if ids else []


def _done(uow: UnitOfWork, owner: Contact | None, value: bytes) -> bool:
    if owner is None:
        return uow.vault.keys.is_current(value)
    return owner.key is not None and key_id_of(value) == owner.key.id


def _owner(uow: UnitOfWork, row: Any, values: Sequence[bytes]) -> Contact | None:
    """Whose it is; of a text to a volunteer, whose words it carries."""
    if isinstance(row, Contact):
        return row
    whose = _WHOSE.get(type(row))
    contact_id = whose(uow, row) if whose is not None else None
    if contact_id is None:
        ids = [key_id for value in values if (key_id := key_id_of(value)) is not None]
        key = uow.session.get(ContactKey, ids[0]) if ids else None
        contact_id = key.contact_id if key is not None else None
    return uow.session.get(Contact, contact_id) if contact_id is not None else None


def _of_message(uow: UnitOfWork, row: Message) -> str | None:
    if row.contact_id is not None or row.kind != "relay" or row.relay_id is None:
        return row.contact_id
    relay = uow.session.get(Relay, row.relay_id)
    return relay.contact_id if relay is not None else None


def _of_note(uow: UnitOfWork, row: CaseNote) -> str | None:
    case = uow.session.get(Case, row.case_id)
    return case.contact_id if case is not None else None


_WHOSE: dict[type[Any], Callable[[UnitOfWork, Any], str | None]] = {
    CheckIn: lambda _work, row: row.contact_id,
    Conversation: lambda _work, row: row.contact_id,
    Message: _of_message,
    Case: lambda _work, row: row.contact_id,
    CaseNote: _of_note,
    Story: lambda _work, row: row.teller_id,
}
