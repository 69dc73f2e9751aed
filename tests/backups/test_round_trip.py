"""Oda's database is lost. What comes back forgets whom it forgot, lets be who left, and sends nothing too soon."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.backups import records, snapshots
from checkin.backups.problems import BackupFailed
from checkin.contacts.models import Contact
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


def restored_contacts(line: BackedUpLine) -> int:
    return snapshots.counted(line.settings.database_url, "contacts")
