"""What is encrypted stays where it was put, and under whose key it was put; nothing else opens it."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from sqlalchemy import LargeBinary, select

from checkin import tables as _every_table  # noqa: F401 - fills the metadata
from checkin.accounts.models import Organizer
from checkin.cases.models import Case
from checkin.compliance.rekeying import ENCRYPTED, INDEXES
from checkin.contacts.models import CheckIn, Contact
from checkin.core.encryption import CannotDecrypt, Keys, key_id_of
from checkin.core.models import Base
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey, place_of
from checkin.messages.models import Conversation, Message
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.console.browser import Browser, application
from tests.make import volunteer
from tests.the_line import TheLine

OLD, NEW = "an-old-secret-that-leaked-long-enough", "a-new-secret-that-nobody-knows-yet-long"
SECRET_WORDS = "my secret is a porch in the rain"


@pytest.fixture
def line(line: TheLine) -> TheLine:
    """Ana and Ben wrote, in different moods; Vee volunteers."""
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))
    for number in (ANA, BEN):
        for body in ("CHECKIN", "2", "no", "yes", "MESSAGE", SECRET_WORDS, "DONE"):
            line.answers(number, body)
    return line


def every_value(uow: UnitOfWork) -> list[tuple[str, str, bytes]]:
    """Everything that is encrypted anywhere: table, column, value."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_encrypted") or column.name == "wrapped":
                rows = uow.session.execute(select(column).where(column.is_not(None)))
                found += [(table.name, column.name, value) for (value,) in rows if value]
    return found


def test_no_route_decrypts_a_value_of_the_database(line: TheLine) -> None:
    values = line.runtime.look(every_value)
    assert len({(table, column) for table, column, _ in values}) >= 9
    rex = Browser(line, application(line))
    for _table, _column, value in values:
        for handed in (value.decode("latin-1"), urlsafe_b64encode(value).decode(), value.hex()):
            for name in ("said", "known", rex.cookies.name):
                rex.client.set_cookie(name, handed, domain="line.example", secure=True)
                shown = rex.opens("/signin")
                assert shown.status == 200
                assert not any(said in shown.html for said in (SECRET_WORDS, ANA, "Vee"))
                rex.client.delete_cookie(name, domain="line.example")


def test_a_sentence_that_a_page_left_is_signed_and_over_after_a_minute(line: TheLine) -> None:
    oda = Browser(line, application(line)).sign_in_as("lead")
    assert oda.sends("/signout", follow=False).status == 303
    said = oda.client.get_cookie("said", domain="line.example")
    assert said is not None
    assert "You're signed out" in oda.opens("/signin").words
    line.clock.forward(seconds=61)
    oda.client.set_cookie("said", said.value, domain="line.example", secure=True)
    assert "You're signed out" not in oda.opens("/signin").words
    until, written, signature = said.value.split(".")
    forged = f"{int(until) + 3600}.{written}.{signature}"
    oda.client.set_cookie("said", forged, domain="line.example", secure=True)
    assert "You're signed out" not in oda.opens("/signin").words


@pytest.mark.both
def test_values_that_change_places_are_noticed(line: TheLine) -> None:
    def swap(uow: UnitOfWork) -> None:
        first, second = uow.session.scalars(select(Message).where(Message.contact_id.is_not(None)).limit(2))
        first.body_encrypted, second.body_encrypted = second.body_encrypted, first.body_encrypted
        for row in (first, second):
            with pytest.raises(CannotDecrypt):
                uow.vault.decrypt(row, Message.body_encrypted)
        talk = uow.session.scalars(select(Conversation).limit(1)).one()
        talk.reply_encrypted = talk.position_encrypted
        with pytest.raises(CannotDecrypt):
            uow.vault.decrypt(talk, Conversation.reply_encrypted)
        vee = uow.session.scalars(select(Volunteer)).one()
        vee.name_encrypted = vee.number_encrypted
        with pytest.raises(CannotDecrypt):
            uow.vault.decrypt(vee, Volunteer.name_encrypted)
        uow.session.rollback()

    line.runtime.do(swap)


@pytest.mark.both
def test_a_contact_is_given_nobody_elses_key(line: TheLine) -> None:
    def swap(uow: UnitOfWork) -> None:
        ana, ben = uow.session.scalars(select(Contact).limit(2))
        ana.key = ben.key
        with pytest.raises(CannotDecrypt):
            uow.vault.encrypt(ana, Contact.name_encrypted, "Ana", of=ana)
        uow.session.rollback()

    line.runtime.do(swap)
    other = make.keys().new_data_key("a" * 32, "ana")
    with pytest.raises(CannotDecrypt):
        make.keys().data_key("a" * 32, "ben", other)


@pytest.mark.both
def test_all_of_a_contact_stands_under_their_key_and_forget_destroys_it(line: TheLine) -> None:
    before = line.runtime.look(lambda uow: snapshot(uow, line.contact(ANA).id))
    assert {table for table, _ in before} == {"contacts", "check_ins", "conversations", "messages", "cases"}
    assert all(value[:1] == b"\x02" for values in before.values() for _, value in values)
    bens = len(line.runtime.read(lambda s: s.scalars(select(ContactKey)).all()))
    for _ in range(2):
        line.answers(ANA, "FORGET")

    def restored(uow: UnitOfWork) -> set[str]:
        """A backup, made before and without keys, beside the keys that there are now."""
        columns = {(column.class_.__tablename__, column.key): column for column in COLUMNS}
        return {
            uow.vault.decrypted(columns[where], row, value) for where, rows in before.items() for row, value in rows
        }

    assert line.runtime.look(restored) == {""}, "nobody reads it any more"
    assert len(line.runtime.read(lambda s: s.scalars(select(ContactKey)).all())) <= bens
    assert SECRET_WORDS in line.runtime.look(lambda uow: texts_of(uow, line.contact(BEN).id)), "Ben is not forgotten"
    assert "This is Harbor Line" in line.answers(ANA, "hello"), "she may come back, as somebody new"


COLUMNS = (
    Contact.number_encrypted, Contact.name_encrypted, Contact.kept_encrypted, CheckIn.value_encrypted,
    Conversation.position_encrypted, Conversation.reply_encrypted, Message.body_encrypted, Case.words_encrypted,
)  # fmt: skip


def snapshot(uow: UnitOfWork, contact_id: str) -> dict[tuple[str, str], list[tuple[str, bytes]]]:
    found: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
    for column in COLUMNS:
        model = column.class_
        whose = model.id if model is Contact else model.contact_id
        rows = uow.session.execute(select(model.id, column).where(whose == contact_id, column.is_not(None)))
        for row, value in rows:
            if value:
                found.setdefault((model.__tablename__, column.key), []).append((row, value))
    return found


def texts_of(uow: UnitOfWork, contact_id: str) -> set[str]:
    rows = uow.session.scalars(select(Message).where(Message.contact_id == contact_id))
    return {uow.vault.decrypt(row, Message.body_encrypted) for row in rows}


def test_what_fernet_encrypted_is_taken_only_until_it_is_carried_over() -> None:
    from checkin.core.encryption import _fernet

    keys, value = Keys((OLD,)), _fernet(OLD).encrypt(b"hello")
    with pytest.raises(CannotDecrypt):
        keys.decrypt("column", "a\0b\0c", value)
    keys.learn(takes_before=True)
    assert keys.decrypt("column", "a\0b\0c", value) == b"hello"


def test_a_blind_index_gets_a_newer_one_over_it_without_the_number() -> None:
    old, both, new = Keys((OLD,)), Keys((NEW, OLD)), Keys((NEW,))
    was = old.blind_index("number:default", ANA)
    assert was in both.blind_indexes("number:default", ANA)
    now = both.newer_index(was)
    assert now == both.blind_index("number:default", ANA) != was
    assert both.newer_index(now) == now, "twice does no harm"
    new.learn(both.index_keys_to_retire())
    assert new.blind_indexes("number:default", ANA) == [now], "the old secret is gone, and nothing is lost"


def test_every_column_of_bytes_is_known() -> None:
    """Encrypted, a key, or a blind index: a new one is to be carried over by `checkin rekey`, too."""
    there = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    known = {(column.class_.__tablename__, column.key) for column in (*ENCRYPTED, *INDEXES)}
    assert there == known | {("contact_keys", "wrapped")}


def test_what_a_volunteer_is_answered_of_somebodys_words_stands_under_their_key(line: TheLine) -> None:
    assert SECRET_WORDS in line.answers(VEE, "CLAIM 1")
    row = line.runtime.read(
        lambda s: s.scalars(select(Message).where(Message.volunteer_id.is_not(None), Message.kind == "reply")).one()
    )
    assert key_id_of(row.body_encrypted or b"") == line.contact(ANA).key_id


def test_a_table_that_was_renamed_reads_what_was_written_under_its_old_name() -> None:
    """Migration 0013 renamed `organisers`; each of its values is bound to that name for good."""
    keys = Keys((OLD,))
    written = keys.encrypt("column", "organisers\0email_encrypted\0o1", b"oda@line.example")
    assert keys.decrypt("column", place_of(Organizer.email_encrypted, "o1"), written) == b"oda@line.example"
    assert place_of(Volunteer.name_encrypted, "v1") == "volunteers\0name_encrypted\0v1"
