"""Three of Twilio's requests refused in a row are an alert with the likely cause; a good one closes it."""

from __future__ import annotations

from sqlalchemy import select

from checkin.volunteers.models import Alert
from tests.cast import ODA
from tests.services.receipts import oda_leads
from tests.the_line import TheLine
from webhooks.refusals import IN_A_ROW, KIND, RefusedInARow

CAUSE = "TWILIO_AUTH_TOKEN isn't the account's, or a proxy changes requests"


def alerts(line: TheLine) -> list[str]:
    """The kinds of those that nobody has closed."""
    standing = select(Alert.kind).where(Alert.closed_at.is_(None))
    return line.runtime.read(lambda session: list(session.scalars(standing)))


def refuse(row: RefusedInARow, times: int) -> None:
    for _ in range(times):
        row.refused(CAUSE)


def test_three_in_a_row_are_told_once_with_the_cause(line: TheLine) -> None:
    oda_leads(line)
    row = RefusedInARow(line.runtime.do)
    refuse(row, IN_A_ROW - 1)
    assert KIND not in alerts(line)
    refuse(row, 5)
    line.carries_out()
    assert alerts(line).count(KIND) == 1
    assert line.runtime.read(lambda session: session.scalar(select(Alert.note).where(Alert.kind == KIND))) == CAUSE
    assert len([words for words in line.sent_to(ODA) if "refuses what Twilio brings" in words]) == 1


def test_a_good_one_between_begins_anew_and_one_after_closes_it(line: TheLine) -> None:
    row = RefusedInARow(line.runtime.do)
    refuse(row, IN_A_ROW - 1)
    row.good()
    refuse(row, IN_A_ROW - 1)
    assert KIND not in alerts(line)
    refuse(row, 1)
    assert KIND in alerts(line)
    row.good()
    assert KIND not in alerts(line)


def test_a_flood_writes_little(line: TheLine) -> None:
    row = RefusedInARow(line.runtime.do)
    refuse(row, 1000)
    counts = line.runtime.read(lambda session: session.scalar(select(Alert.count).where(Alert.kind == KIND)))
    assert counts == 11
