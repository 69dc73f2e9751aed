"""What the network cannot blank or delete yet is asked for again for as long as Twilio may need: fourteen days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from checkin.compliance.retention import at_network
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.telephony.port import TryLater
from tests.cast import ANA
from tests.the_line import TheLine

NOT_OVER = TryLater("could not blank a text: it isn't over yet", 20009)


def asked(line: TheLine) -> Outbox:
    row = line.runtime.read(lambda s: s.scalars(select(Outbox).where(Outbox.kind == "redact_message")).first())
    assert row is not None
    return row


@pytest.mark.parametrize(("tries", "least", "most"), [(0, 1, 60), (12, 3600, 3600), (360, 3600, 3600)])
def test_it_is_asked_again_soon_and_later_once_an_hour(line: TheLine, tries: int, least: int, most: int) -> None:
    line.answers(ANA, "hi")
    found = line.runtime.read(lambda s: s.scalars(select(Message.id).where(Message.inbound)).one())
    line.runtime.do(lambda uow: at_network.blank(uow, [found]))
    line.runtime.do(lambda uow: uow.session.execute(update(Outbox).values(attempts=tries)))
    line.network.fail = [NOT_OVER]
    line.carries_out(rounds=1)
    row = asked(line)
    assert row.done_at is None
    wait = row.run_after - line.clock.now
    assert timedelta(seconds=least) <= wait <= timedelta(seconds=most)
    line.clock.now = row.run_after
    line.carries_out()
    assert len(line.network.redacted) == 1
