"""A secret leaked: a new one takes its place, row by row, while people go on texting; nobody is lost on the way."""

from __future__ import annotations

from functools import partial

import pytest
from rich.console import Console
from sqlalchemy import select

from checkin.cli import rekey_command
from checkin.compliance import canary, rekeying
from checkin.compliance.rekeying import ENCRYPTED, Gone
from checkin.contacts.models import Contact
from checkin.core.encryption import CannotDecrypt, Keys, _fernet, key_id_of
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey
from checkin.messages.models import Message, Recording
from checkin.telephony.media_store import LocalStore
from tests import make
from tests.cast import ANA, BEN, REX, VEE
from tests.console.browser import Browser, application
from tests.make import SECRET, volunteer
from tests.media.sounds import wav
from tests.the_line import TheLine

pytestmark = pytest.mark.both
NEW = "a-new-secret-that-nobody-knows-yet-long"
WORDS = "please call me on the porch"
QUIET = Console(quiet=True)


@pytest.fixture
def line(line: TheLine) -> TheLine:
    """Ana left words and a recording, Vee volunteers and texts with Ben; the database has met its secret."""
    with_secrets(line, SECRET)
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))
    for body in ("CHECKIN", "2", "no", "yes", "MESSAGE", WORDS, "DONE", "1"):
        line.answers(ANA, body)
    for who, body in ((BEN, "PEER"), (VEE, "TAKE 1"), (BEN, "only for a peer")):
        line.answers(who, body)
        line.carries_out()
    line.runtime.do(keep_a_recording)
    line.runtime.media.put("f00d", wav(2), line.contact(ANA).id)
    return line


def keep_a_recording(uow: UnitOfWork) -> None:
    ana = uow.session.scalars(select(Contact).order_by(Contact.created_at, Contact.id)).first()
    assert ana is not None
    uow.session.add(
        Recording(
            id=uow.new_id(),
            line="default",
            contact_id=ana.id,
            call_sid=make.sid("CA"),
            state="kept",
            media_key="f00d",
            created_at=uow.now,
        )  # fmt: skip
    )


def with_secrets(line: TheLine, *secrets: str) -> None:
    """As if every process had been started anew with this CHECKIN_SECRET."""
    store = line.runtime.media
    assert isinstance(store, LocalStore)
    store._cipher.keys = Keys(secrets)
    make.put(line.runtime, keys=store._cipher.keys)
    make.put(line.runtime, canary=canary)
    line.runtime.transactions.before = line.runtime._meet
    line.runtime.meet()


def rekeyed(line: TheLine, *, despite_unreadable: bool = False) -> rekey_command.Rekeyed:
    return rekey_command.encrypt_everything(
        line.runtime, QUIET, despite_unreadable=despite_unreadable, rest=lambda _seconds: None
    )


def everything(uow: UnitOfWork) -> dict[tuple[str, str, str], tuple[bytes, str]]:
    """Each encrypted value, and what it says."""
    return {
        (column.class_.__tablename__, column.key, row.id): (value, uow.vault.decrypt(row, column))
        for column in ENCRYPTED
        for row in uow.session.scalars(select(column.class_))
        if (value := getattr(row, column.key))
    }


def test_with_the_new_secret_alone_everything_is_found_and_read(line: TheLine) -> None:
    before, old_keys = line.runtime.look(everything), line.runtime.read(lambda s: set(s.scalars(select(ContactKey.id))))
    oda = Browser(line, application(line)).sign_in_as("lead")
    with_secrets(line, NEW, SECRET)
    line.answers(REX, "hi")
    done = rekeyed(line)
    assert (done.unreadable, done.keys) == ([], len(old_keys)), "and Rex, who is new, has a new one"
    with_secrets(line, NEW)
    after = line.runtime.look(everything)
    assert {where: after[where][1] for where in before} == {where: said for where, (_value, said) in before.items()}
    assert not any(after[where][0] == before[where][0] for where in before), "not one value is as it was"
    assert not old_keys & line.runtime.read(lambda s: set(s.scalars(select(ContactKey.id))))
    assert line.runtime.media.open("f00d") == wav(2)
    people = line.runtime.read(lambda s: len(s.scalars(select(Contact)).all()))
    for who in (ANA, BEN, REX):
        line.answers(who, "hello again")
    assert line.runtime.read(lambda s: len(s.scalars(select(Contact)).all())) == people, "each of them is known again"
    assert "DUTY" in line.answers(VEE, "HELP") or "OFF" in line.answers(VEE, "HELP"), "and Vee is a volunteer"
    assert oda.opens("/console/inbox/1").status == 200, "whoever was signed in still is"


def test_the_old_secret_opens_nothing_any_more(line: TheLine) -> None:
    with_secrets(line, NEW, SECRET)
    rekeyed(line)
    keys = line.runtime.read(lambda s: s.scalars(select(ContactKey)).all())
    with pytest.raises(canary.NotOurs, match="a different CHECKIN_SECRET"):
        with_secrets(line, SECRET)
    old = Keys((SECRET,))
    for key in keys:
        with pytest.raises(CannotDecrypt):
            old.data_key(key.id, key.contact_id, key.wrapped)


def test_between_the_two_people_are_found_by_either_look_up(line: TheLine) -> None:
    with_secrets(line, NEW, SECRET)
    line.runtime.do(partial(rekeying.encrypt_some, model=Contact, gone=Gone()))
    people = line.runtime.read(lambda s: len(s.scalars(select(Contact)).all()))
    line.answers(ANA, "hello")
    while line.runtime.do(partial(rekeying.index_some, column=Contact.number_key)):
        line.answers(BEN, "are you there")
    line.answers(ANA, "hello again")
    assert line.runtime.read(lambda s: len(s.scalars(select(Contact)).all())) == people


def test_stopped_half_way_the_next_run_goes_on(line: TheLine) -> None:
    before = line.runtime.look(everything)
    with_secrets(line, NEW, SECRET)
    line.runtime.do(partial(rekeying.encrypt_some, model=Contact, gone=Gone()))
    line.runtime.do(partial(rekeying.encrypt_some, model=Message, gone=Gone()))
    line.runtime.do(partial(rekeying.index_some, column=Contact.number_key))
    assert {where: said for where, (_, said) in line.runtime.look(everything).items()} == {
        where: said for where, (_, said) in before.items()
    }
    assert rekeyed(line).anything
    assert not rekeyed(line).anything, "a second run finds nothing to do"


def test_what_somebody_writes_with_an_older_key_meanwhile_is_found(line: TheLine) -> None:
    ana = line.contact(ANA)
    assert ana.key is not None
    with_secrets(line, NEW, SECRET)
    slow = line.runtime.keys.data_key(ana.key.id, ana.id, ana.key.wrapped)
    wrote = []

    def rest(_seconds: float) -> None:
        def late(uow: UnitOfWork) -> None:
            row = uow.session.scalars(select(Message).where(Message.contact_id == ana.id)).first()
            assert row is not None
            row.body_encrypted = slow.encrypt(f"messages\0body_encrypted\0{row.id}", b"late")
            wrote.append(row.id)

        if not wrote:
            line.runtime.do(late)

    rekey_command.encrypt_everything(line.runtime, QUIET, rest=rest)
    row = line.runtime.read(lambda s: s.get_one(Message, wrote[0]))
    assert make.decrypted(line.runtime, row, "body_encrypted") == "late"


def test_words_that_went_to_a_volunteer_stay_their_writers(line: TheLine) -> None:
    with_secrets(line, NEW, SECRET)
    rekeyed(line)
    ben = line.contact(BEN)
    passed = line.runtime.read(
        lambda s: s.scalars(select(Message).where(Message.volunteer_id.is_not(None), Message.kind == "relay")).all()
    )
    assert passed
    assert {key_id_of(row.body_encrypted or b"") for row in passed} == {ben.key_id}


def test_what_no_secret_opens_is_told_and_stays(line: TheLine) -> None:
    def spoil(uow: UnitOfWork) -> str:
        row = uow.session.scalars(select(Message)).first()
        assert row is not None
        row.body_encrypted = Keys(("lost-secret-" + "x" * 40,)).encrypt("column", "x", b"gone")
        return row.id

    spoilt = line.runtime.do(spoil)
    with_secrets(line, NEW, SECRET)
    assert rekeyed(line).unreadable == [f"messages {spoilt}"]
    assert line.runtime.look(canary.read).retired == (), "the old secret is not retired while something may need it"
    assert rekeyed(line, despite_unreadable=True).unreadable
    assert len(line.runtime.look(canary.read).retired) == 1


def test_what_an_older_version_encrypted_is_carried_over(line: TheLine) -> None:
    before = line.runtime.look(everything)
    fernet = _fernet(SECRET)

    def as_it_was(uow: UnitOfWork) -> None:
        for column in ENCRYPTED:
            for row in uow.session.scalars(select(column.class_)):
                if getattr(row, column.key):
                    setattr(row, column.key, fernet.encrypt(uow.vault.decrypt(row, column).encode()))
        for contact in uow.session.scalars(select(Contact)):
            contact.key = None
        for table in ("contact_keys", "stored_values"):
            uow.session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - ours

    line.runtime.do(as_it_was)
    (line.runtime.settings.media / "f00d").write_bytes(fernet.encrypt(wav(2)))
    with_secrets(line, SECRET)
    assert line.runtime.keys.takes_before
    assert "Ana" not in line.answers(ANA, "hello"), "the line runs meanwhile"
    rekeyed(line)
    with_secrets(line, SECRET)
    assert not line.runtime.keys.takes_before
    after = line.runtime.look(everything)
    untouched = {where for where in before if where[0] in ("messages", "check_ins", "volunteers", "cases")}
    assert {where: after[where][1] for where in untouched} == {where: before[where][1] for where in untouched}
    assert not any(value.startswith(b"gAAAA") for value, _ in after.values())
    assert line.runtime.media.open("f00d") == wav(2)


def test_practice_data_meets_nobody_real(line: TheLine) -> None:
    line.runtime.do(lambda uow: canary.write(uow, canary.CanaryValue(practice=True)))
    with pytest.raises(canary.NotOurs, match="practice network"):
        with_secrets(line, SECRET)
