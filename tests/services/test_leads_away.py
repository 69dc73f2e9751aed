"""A lead whom nothing reaches is told to the other leads, once, and it is over when they are reached again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.telephony.port import Refused
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers import service as team
from checkin.volunteers.models import Alert, Volunteer
from checkin.volunteers.profile import offered_by
from tests.cast import ANA, ODA, VAL, VEE
from tests.make import volunteer
from tests.services.phones import volunteer as row_of
from tests.the_line import TheLine

pytestmark = pytest.mark.both


@pytest.fixture
def led(line: TheLine) -> TheLine:
    """Oda and Val lead, Vee does not; Val speaks Spanish."""
    for number, name, values in (
        (ODA, "Oda", {"lead": True}),
        (VAL, "Val", {"lead": True, "languages": ["es"]}),
        (VEE, "Vee", {}),
    ):
        line.runtime.do(lambda uow, number=number, name=name, values=values: volunteer(uow, number, name, **values))
    return line


def away(line: TheLine) -> list[tuple[str, str | None]]:
    """Every alert about a lead who is away: why, and by whom it was closed."""
    rows = select(Alert.rule, Alert.closed_by).where(Alert.kind == "lead_away").order_by(Alert.raised_at, Alert.id)
    return line.runtime.read(lambda session: [(why, by) for why, by in session.execute(rows)])


def a_text_to(line: TheLine, number: str, code: int | None = None, kind: str = "alert") -> str:
    """The line texts them; the network refuses it with this error. Its id."""

    def send(uow: UnitOfWork) -> str:
        row = uow.session.get_one(Volunteer, row_of(line, number).id)
        return messages.send(uow, line="default", volunteer=row, body="look at the line", kind=kind).id

    sent = line.runtime.do(send)
    if code is not None:
        line.network.fail.append(Refused("refused", code))
    line.carries_out()
    return sent


def test_a_lead_who_texts_stop(led: TheLine) -> None:
    led.answers(ODA, "STOP")
    led.carries_out()
    assert away(led) == [("stopped", None)]
    [told] = led.sent_to(VAL)
    assert told == (
        "No se puede avisar del peligro a Oda, responsable: escribio STOP. Por favor, vea que haya otra persona."
    )
    assert led.sent_to(VEE) == []
    led.answers(ODA, "START")
    assert away(led) == [("stopped", "the line")]


def test_a_volunteer_who_does_not_lead_may_go_quietly(led: TheLine) -> None:
    led.answers(VEE, "STOP")
    a_text_to(led, VEE, 30003)
    a_text_to(led, VEE, 30003)
    led.carries_out()
    assert away(led) == []


@pytest.mark.parametrize(("code", "times"), [(21610, 1), (30006, 1), (30003, 2), (30036, 2)])
def test_texts_that_do_not_arrive(led: TheLine, code: int, times: int) -> None:
    """Opted out at the network, a number that takes none: at once. A phone that is off, what we do not know: twice."""
    for turn in range(1, times + 1):
        assert away(led) == []
        a_text_to(led, VAL, code)
        assert len(away(led)) == (turn == times)
    [told] = [text for text in led.sent_to(ODA) if "can't be told of danger" in text]
    assert told.startswith("Val, a lead, can't be told of danger: ")
    a_text_to(led, VAL, code)
    assert len(away(led)) == 1, "told once"


@pytest.mark.parametrize("code", [30007, 21617, 30001, 20429])
def test_what_is_the_lines_own_trouble_is_not_theirs(led: TheLine, code: int) -> None:
    for _ in range(4):
        a_text_to(led, VAL, code)
    assert away(led) == []


@pytest.mark.parametrize("arrives", delivery_state.ARRIVED)
def test_a_text_that_arrives_or_one_from_them_ends_it(led: TheLine, arrives: str) -> None:
    a_text_to(led, VAL, 30006)
    assert away(led) == [("texts fail", None)]
    sent = a_text_to(led, VAL)
    sid = led.runtime.read(lambda session: session.get_one(Message, sent).sid)
    led.runtime.do(lambda uow: receipts.on_receipt(uow, sent, MessageStatus(sid or "", arrives, None)))
    assert row_of(led, VAL).texts_failed == 0
    assert away(led) == [("texts fail", "the line")]
    led.clock.forward(minutes=1)
    a_text_to(led, VAL, 30006)
    assert away(led)[-1] == ("texts fail", None)
    led.answers(VAL, "TURNOS")
    assert away(led)[-1] == ("texts fail", "the line")


def test_an_organizer_puts_it_right_or_counts_on_them_no_more(led: TheLine) -> None:
    a_text_to(led, VAL, 30006)

    def resumed(uow: UnitOfWork) -> None:
        team.resume(uow, uow.session.get_one(Volunteer, row_of(led, VAL).id), "Oda")

    led.runtime.do(resumed)
    assert row_of(led, VAL).texts_failed == 0
    assert away(led) == [("texts fail", "the line")]
    led.answers(ODA, "STOP")
    led.carries_out()

    def no_lead(uow: UnitOfWork) -> None:
        row = uow.session.get_one(Volunteer, row_of(led, ODA).id)
        offered = offered_by(row)
        team.change(uow, row, offered.__class__(**{**offered.__dict__, "lead": False}), "Val")

    led.runtime.do(no_lead)
    assert away(led)[-1] == ("stopped", "Val")


def test_danger_goes_to_whoever_may_still_get_it(led: TheLine) -> None:
    """One who texted STOP gets none; one whose phone is off may be back."""
    led.answers(ODA, "STOP")
    a_text_to(led, VAL, 30006)
    led.network.texts.clear()
    led.answers(ANA, "i want to die")
    led.carries_out()
    assert [text.to for text in led.network.texts] == [VAL]
