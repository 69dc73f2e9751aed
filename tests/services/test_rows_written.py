"""Rows are written and read as SQLAlchemy itself would, with statements that are made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from checkin.contacts.models import CheckIn, Contact
from checkin.core import writing
from checkin.core.models import Base
from checkin.core.reading import Reading
from checkin.core.vault import ContactKey
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox.models import Outbox

pytestmark = pytest.mark.both

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
IDS = map("{:032x}".format, count(1))

CONTACTS = Reading((Contact, ContactKey), lambda these: (
    these.outerjoin(ContactKey, ContactKey.id == Contact.key_id).where(Contact.id == bindparam("id"))
))  # fmt: skip


def ana() -> Contact:
    identity = next(IDS)
    key = ContactKey(id=next(IDS), contact_id=identity, wrapped=b"\x00key", created_at=NOON)
    return Contact(
        id=identity, line="default", alias="Quiet Heron", tags=["new"], consents=[], unanswered=0, replies=0,
        replies_today=0, same_texts=0, created_at=NOON, heard_at=NOON + timedelta(seconds=1.5), key=key,
    )  # fmt: skip


def rows_of(contact: Contact) -> list[Base]:
    """One of each kind that a text or call leaves, with and without what may be missing."""
    of = {"line": "default", "contact_id": contact.id}
    talk = Conversation(
        id=next(IDS), channel="voice", flow="f", flow_hash="h", step="s", position_encrypted=b"\xff",
        opened_at=NOON, updated_at=NOON, **of,
    )  # fmt: skip
    return [
        talk,
        Message(id=next(IDS), inbound=True, kind="inbound", status="received", created_at=NOON, **of),
        Outbox(id=next(IDS), kind="close_call", queue="q", about_id=talk.id, run_after=NOON, created_at=NOON),
        CheckIn(id=next(IDS), name="mood", value_encrypted=b"4", at=NOON, **of),
        FollowUp(
            id=next(IDS), flow="f", key="k", state="planned", planned_for=NOON, due_at=NOON, created_at=NOON,
            judged={"hours": [1, None]}, earlier_calls=["CA1"], **of,
        ),
    ]  # fmt: skip


def stored(session: Session, rows: list[Base]) -> list[dict[str, Any]]:
    """What the database has of them, without what tells one of the same from another."""
    found = []
    for row in rows:
        table = type(row).__table__
        values = session.execute(select(table).where(table.c.id == row.id)).mappings().one()
        mine = {name for name in values if name == "id" or name.endswith("_id")}
        found.append({name: value for name, value in values.items() if name not in mine})
    return found


def test_as_sqlalchemy_writes_them(session: Session) -> None:
    theirs, ours = ana(), ana()
    rows = [theirs, *rows_of(theirs)], [ours, *rows_of(ours)]
    session.add_all(rows[0])
    session.flush()
    session.expunge_all()
    session.add_all(rows[1])
    writing.write(session)
    assert stored(session, rows[1]) == stored(session, rows[0])
    assert session.get_one(Contact, ours.id).key_id == ours.key.id


def test_a_row_tells_its_defaults_afterward(session: Session) -> None:
    contact = ana()
    talk = rows_of(contact)[0]
    assert isinstance(talk, Conversation)
    session.add_all([contact, talk])
    writing.write(session)
    assert (talk.turn, talk.crisis, talk.version, talk.outcome) == (0, False, 1, None)


def test_what_changed_and_nothing_else(session: Session, statements: list[str]) -> None:
    session.add(contact := ana())
    session.flush()
    contact.tags, contact.alias, contact.replies = ["old"], contact.alias, 2
    statements.clear()
    writing.write(session)
    assert len(statements) == 1
    assert "alias" not in statements[0]
    found = session.get_one(Contact, contact.id)
    assert found is not contact
    assert (found.tags, found.replies) == (["old"], 2)


def test_nothing_is_written_where_nothing_changed(session: Session, statements: list[str]) -> None:
    session.add(contact := ana())
    session.flush()
    contact.tags = ["new"]
    statements.clear()
    writing.write(session)
    assert statements == []


def test_two_turns_at_once(session: Session) -> None:
    contact = ana()
    talk = rows_of(contact)[0]
    session.add_all([contact, talk])
    writing.write(session)
    with Session(session.connection(), join_transaction_mode="create_savepoint") as other:
        mine, theirs = session.get_one(Conversation, talk.id), other.get_one(Conversation, talk.id)
        mine.turn = theirs.turn = 1
        writing.write(session)
        assert session.get_one(Conversation, talk.id).version == 2
        with pytest.raises(StaleDataError):
            writing.write(other)


def test_a_row_that_somebody_deleted_is_no_longer_changed(session: Session) -> None:
    session.add(contact := ana())
    session.flush()
    session.connection().execute(Contact.__table__.delete())
    contact.replies = 7
    with pytest.raises(StaleDataError):
        writing.write(session)


def test_what_is_not_plain_is_left_to_sqlalchemy(session: Session) -> None:
    contact = ana()
    check_in = rows_of(contact)[3]
    session.add_all([contact, check_in])
    session.flush()
    contact.replies = Contact.replies + 1
    session.delete(check_in)
    writing.write(session)
    session.flush()
    assert session.scalar(select(Contact.replies).where(Contact.id == contact.id)) == 1
    assert session.get(CheckIn, check_in.id) is None


def test_a_row_is_read_with_what_it_refers_to(session: Session, statements: list[str]) -> None:
    session.add(contact := ana())
    writing.write(session)
    statements.clear()
    found, key = CONTACTS.first(session, {"id": contact.id}) or (None, None)
    assert isinstance(found, Contact)
    assert found.key is key
    assert (found.tags, found.heard_at, found.created_at) == (["new"], contact.heard_at, NOON)
    assert found.name_encrypted is None
    assert key.wrapped == b"\x00key"
    assert len(statements) == 1
    found.replies = 3
    writing.write(session)
    assert session.get_one(Contact, contact.id).replies == 3


def test_a_row_that_is_known_is_the_same_one(session: Session) -> None:
    session.add(contact := ana())
    contact.key = None
    found, key = CONTACTS.first(session, {"id": contact.id}) or (None, None)
    assert found is contact
    assert key is None


def test_nobody_is_found(session: Session) -> None:
    assert CONTACTS.first(session, {"id": "nobody"}) is None
