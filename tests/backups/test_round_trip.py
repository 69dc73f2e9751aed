"""Oda's database is lost. What comes back forgets whom it forgot, lets be who left, and sends nothing too soon."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from checkin.backups import jobs, records, snapshots
from checkin.backups.problems import BackupFailed
from checkin.compliance import erasures
from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey
from checkin.doctor.gathering import machine_facts
from checkin.messages.models import FollowUp
from checkin.telephony.port import TryLater
from tests.backups.conftest import BackedUpLine
from tests.cast import ANA, BEN, REX
from tests.services.network_log import texted


@pytest.fixture(params=["line", "on_postgres"])
def whichever(request: pytest.FixtureRequest) -> BackedUpLine:
    found: BackedUpLine = request.getfixturevalue(request.param)
    return found


@pytest.mark.both
def test_what_happened_since_the_backup_holds_after_it(whichever: BackedUpLine) -> None:
    line = whichever
    line.hears(ANA, "hi")
    line.hears(BEN, "hi")
    line.runtime.media.put("f00d", b"a voice")
    made = line.backs_up()
    assert made.rehearsed
    assert made.media == 1

    line.hears(BEN, "STOP")
    line.hears(ANA, "FORGET", "FORGET")
    line.hears(REX, "hi")
    line.keeps_erasures()
    line.hears(REX, "STOP")  # nobody has saved this: it stands in the network's log alone
    line.network.text_log.append(texted(REX, "STOP", line.clock.now))
    line.clock.forward(minutes=30)
    line.loses_its_database()

    came = line.restores()
    assert (came.forgotten, came.held) == (1, 1)
    assert line.network.texts == [], "nothing was sent on the way"
    assert line.knows(ANA) is None
    ben = line.knows(BEN)
    assert ben is not None
    assert ben.opted_out_at is not None
    assert line.runtime.media.open("f00d") == b"a voice"
    left = line.runtime.read(lambda s: list(s.scalars(select(Contact).where(Contact.opted_out_at.is_not(None)))))
    assert len(left) == 2, "Ben, and Rex of whom the log told before anything was put in place"
    assert line.runtime.read(records.standing).public_key, "the next backup is for the same key"


@pytest.mark.both
def test_nobody_is_put_in_place_while_the_networks_log_cannot_be_read(whichever: BackedUpLine) -> None:
    line = whichever
    line.hears(ANA, "hi")
    line.backs_up()
    line.loses_its_database()
    line.network.fail.append(TryLater("busy"))
    with pytest.raises(BackupFailed, match="nothing was changed here"):
        line.restores()
    assert restored_contacts(line) == 0
    line.restores()
    assert line.knows(ANA) is not None


@pytest.mark.both
def test_what_fell_due_since_the_backup_is_held_back_and_the_rest_is_as_it_was(whichever: BackedUpLine) -> None:
    line = whichever
    line.hears(ANA, "hi")
    now = line.clock.now
    due = {"before": -5, "since": 10, "at the restore": 30, "later": 90}
    for key, minutes in due.items():
        line.runtime.do(lambda uow, key=key, minutes=minutes: promises(uow, key, now + timedelta(minutes=minutes)))
    line.runtime.do(lambda uow: promises(uow, "sent", now + timedelta(minutes=10), "sent"))
    line.backs_up()
    line.clock.forward(minutes=30)
    line.loses_its_database()

    came = line.restores()
    assert came.due == 2
    found = line.runtime.read(lambda s: {row.key: (row.state, row.reason) for row in s.scalars(select(FollowUp))})
    held = ("unknown", "it was due while the database was lost")
    assert found == {
        "before": ("planned", None), "since": held, "at the restore": held, "later": ("planned", None),
        "sent": ("sent", None),
    }  # fmt: skip
    assert line.network.texts == []
    (row,) = line.runtime.read(lambda s: list(s.scalars(select(Audit).where(Audit.what == "restored a backup"))))
    assert (row.who, row.after) == ("the terminal", f"{now:%Y-%m-%d %H:%M} UTC, 2 follow-ups held back")


def test_keys_that_are_gone_do_not_take_the_place_of_keys_that_were_saved(line: BackedUpLine) -> None:
    line.environ["CHECKIN_BACKUP_TO"] = str(line.lying)
    line.runtime = line.opened(line.settings)
    line.hears(ANA, "hi")
    line.hears(BEN, "hi")
    line.backs_up()
    saved = {path.name: path.read_bytes() for path in line.lying.iterdir()}
    line.runtime.do(lambda uow: uow.session.execute(delete(ContactKey)))
    assert machine_facts(line.runtime, line.clock.now).unreadable == 2

    with pytest.raises(BackupFailed, match="the keys of 2 of 2 contacts are gone"):
        line.backs_up()
    assert jobs.keep(line.runtime, None).startswith("failed")
    with pytest.raises(UserError, match="nothing was saved"):
        line.runtime.look(erasures.all_of)
    assert {path.name: path.read_bytes() for path in line.lying.iterdir()} == saved
    assert line.runtime.read(records.standing).has_failed()
    line.restores(replacing=True)
    assert line.knows(ANA) is not None


def test_one_lost_key_is_told_and_the_others_are_saved_all_the_same(line: BackedUpLine) -> None:
    for who in (ANA, BEN, REX):
        line.hears(who, "hi")
    line.runtime.do(
        lambda uow: uow.session.execute(delete(ContactKey).where(ContactKey.contact_id == line.knows(REX).id))
    )  # type: ignore[union-attr]
    assert machine_facts(line.runtime, line.clock.now).unreadable == 1
    line.backs_up()
    line.hears(ANA, "FORGET", "FORGET")
    assert machine_facts(line.runtime, line.clock.now).unreadable == 1, "who was forgotten has no key to lose"


def test_a_backup_without_keys_is_called_that(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.backs_up()
    kept = line.runtime.look(erasures.all_of)
    line.loses_its_database()
    with pytest.raises(BackupFailed, match="it's a backup without keys"):
        line.restores(kept=erasures.ErasureRecord(kept.forgotten, kept.said))
    assert restored_contacts(line) == 0


def promises(uow: UnitOfWork, key: str, due: datetime, state: str = "planned") -> None:
    """Ana is promised a follow-up."""
    contact = uow.session.scalars(select(Contact)).one()
    uow.session.add(
        FollowUp(
            id=uow.new_id(), line="default", contact_id=contact.id, flow="check_in", key=key, planned_for=due,
            due_at=due, state=state, created_at=uow.now,
        )
    )  # fmt: skip


def restored_contacts(line: BackedUpLine) -> int:
    return snapshots.counted(line.settings.database_url, "contacts")
