"""What a use case leaves to be written is written as a flush would write it, in plain statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from checkin.contacts.models import CheckIn, Contact
from checkin.core import writing
from checkin.core.models import Base
from checkin.core.vault import ContactKey
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox.models import Outbox

pytestmark = pytest.mark.both

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
IDS = map("{:032x}".format, count(1))


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
            judged={"hours": [1, None]}, **of,
        ),
    ]  # fmt: skip


def stored(session: Session, rows: list[Base]) -> list[dict[str, Any]]:
    """What the database has of them, without what tells one of the same from another."""
    found = []
    for row in rows:
        table = type(row).__table__
        values = session.execute(select(table).where(table.c.id == vars(row)["id"])).mappings().one()
        found.append({name: value for name, value in values.items() if name != "id" and not name.endswith("_id")})
    return found


def talk_of(session: Session) -> Conversation:
    """A conversation that was there before, with its contact."""
    session.add(contact := ana())
    session.add(talk := rows_of(contact)[0])
    session.flush()
    assert isinstance(talk, Conversation)
    return talk


def test_as_a_flush_writes_them(session: Session) -> None:
    theirs, ours = ana(), ana()
    rows = [theirs, *rows_of(theirs)], [ours, *rows_of(ours)]
    session.add_all(rows[0])
    session.flush()
    session.expunge_all()
    session.add_all(rows[1])
    writing.write(session)
    assert stored(session, rows[1]) == stored(session, rows[0])
    assert ours.key is not None
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
    assert [statement.partition(" SET ")[0] for statement in statements] == ["UPDATE contacts"]
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


def test_changes_come_before_what_is_added(session: Session) -> None:
    ended = talk_of(session)
    ended.channel = "sms"
    session.flush()
    session.add(
        Conversation(
            id=next(IDS), line="default", contact_id=ended.contact_id, channel="sms", flow="f", flow_hash="h", step="s",
            position_encrypted=b"", opened_at=NOON, updated_at=NOON,
        )
    )  # fmt: skip
    ended.ended_at = NOON  # only one may be open
    writing.write(session)
    open_ones = select(Conversation.id).where(Conversation.ended_at.is_(None))
    assert len(session.scalars(open_ones).all()) == 1


def test_two_turns_at_once(session: Session) -> None:
    talk = talk_of(session)
    with Session(session.connection(), join_transaction_mode="create_savepoint") as other:
        theirs = other.get_one(Conversation, talk.id)
        talk.turn = theirs.turn = 1
        writing.write(session)
        assert session.get_one(Conversation, talk.id).version == 2
        with pytest.raises(StaleDataError):
            writing.write(other)


def test_a_row_that_is_gone_is_not_changed(session: Session) -> None:
    session.add(contact := ana())
    session.flush()
    session.connection().execute(delete(Contact))
    contact.replies = 7
    with pytest.raises(StaleDataError):
        writing.write(session)


def test_what_is_not_plain_is_left_to_a_flush(session: Session) -> None:
    session.add(contact := ana())
    session.add(check_in := rows_of(contact)[3])
    session.flush()
    contact.replies = Contact.replies + 1
    contact.key = None
    session.delete(check_in)
    writing.write(session)
    session.flush()
    found = session.execute(select(Contact.replies, Contact.key_id).where(Contact.id == contact.id)).one()
    assert tuple(found) == (1, None)
    assert session.scalar(select(CheckIn.id)) is None
