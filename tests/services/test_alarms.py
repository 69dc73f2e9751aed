"""An alarm cannot be drowned: one open alert for each contact and kind, counted; leads told at once, not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.relays import service as relays
from checkin.relays.models import Relay
from checkin.volunteers import alerts
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, ODA, VAL, VEE
from tests.make import volunteer
from tests.services.phones import count, volunteers
from tests.the_line import TheLine

pytestmark = pytest.mark.both
DANGER = "I want to kill myself"
WITHHELD = "anonymous"
ABROAD = "+447911123456"


@pytest.fixture
def led(line: TheLine) -> TheLine:
    """A line whose lead is Oda, who speaks English, and Val, who speaks Spanish."""
    for number, name, speaks in ((ODA, "Oda", ["en"]), (VAL, "Val", ["es", "en"])):
        line.runtime.do(
            lambda uow, number=number, name=name, speaks=speaks: volunteer(
                uow, number, name, lead=True, always=False, languages=speaks, time_zone="America/New_York"
            )
        )
    return line


def cries(line: TheLine, who: str, times: int, every: timedelta = timedelta(minutes=1)) -> None:
    for _ in range(times):
        line.clock.now += every
        assert "988" in line.answers(who, DANGER), "every one of them is answered"


def the_alert(line: TheLine, kind: str = "crisis") -> Alert:
    """The only alert of this kind."""
    return line.runtime.read(lambda session: session.scalars(select(Alert).where(Alert.kind == kind)).one())


def told(line: TheLine, lead: str = ODA) -> list[str]:
    line.carries_out()
    return line.sent_to(lead)


def waiting(line: TheLine) -> list[tuple[str, str]]:
    """(queue, kind) of every text that has not left, in the order of the queues."""
    rows = select(Outbox.queue, Outbox.kind).where(
        Outbox.done_at.is_(None), Outbox.kind.in_(("send_message", "tell_later"))
    )
    return line.runtime.read(lambda session: [(queue, kind) for queue, kind in session.execute(rows)])


def blocked(line: TheLine, who: str) -> None:
    line.answers(who, "hi")
    line.runtime.do(lambda uow: relays.block(uow, uow.session.merge(line.contact(who)), "threats", "Oda"))


def test_sixty_texts_of_one_phone_are_one_alert_and_few_texts(led: TheLine) -> None:
    cries(led, ANA, 60, timedelta(seconds=20))
    alert = the_alert(led)
    assert (alert.count, alert.told) == (60, 2)
    assert alert.last_at == led.clock.now
    assert alert.raised_at == led.clock.now - timedelta(seconds=59 * 20)
    first, second = told(led)
    assert "may be in crisis. They have the crisis number." in first
    assert second.startswith("2 times since 12:00: A contact (")


def test_then_they_hear_of_it_once_an_hour(led: TheLine) -> None:
    cries(led, ANA, 30, timedelta(minutes=5))
    assert len(told(led)) == 4, "at 5 and 10 minutes, and about an hour and two later"
    assert told(led)[-1].startswith("26 times since 12:05: ")


def test_each_lead_reads_it_in_their_own_language(led: TheLine) -> None:
    cries(led, ANA, 2)
    english, spanish = told(led, ODA), told(led, VAL)
    assert [len(english), len(spanish)] == [2, 2]
    alias = led.contact(ANA).alias
    first = f"Un contacto ({alias}) puede estar en crisis. Tiene el numero de crisis. Por favor, vea como esta."
    assert spanish[0] == first
    assert spanish[1].startswith("2 veces desde 12:01: ")
    assert all(ANA not in text and "kill" not in text for text in (*english, *spanish))


def test_leads_are_told_not_to_write_to_a_phone_that_another_reads(led: TheLine) -> None:
    assert led.answers(ANA, "dont text back he reads my phone") == ""
    assert the_alert(led).rule == "en-watched"
    assert "They asked us not to write or call: somebody may read their phone." in told(led)[0]
    led.clock.now += timedelta(days=2)
    assert told(led, ANA) == []
    assert led.answers(ANA, "hi, its safe now"), "when they write again they are answered"


def test_who_says_yes_after_danger_is_led_to_a_peer(led: TheLine) -> None:
    volunteers(led, VEE)
    cries(led, ANA, 1)
    assert "told our team" in led.answers(ANA, "?")
    led.answers(ANA, "ok please")
    assert count(led, Relay) == 1


def test_after_somebody_has_looked_the_next_one_is_told_at_once(led: TheLine) -> None:
    cries(led, ANA, 5)
    before = len(told(led))
    led.runtime.do(lambda uow: alerts.close(uow, uow.session.merge(the_alert(led)), "Oda"))
    cries(led, ANA, 1)
    assert len(told(led)) == before + 1
    rows = led.runtime.read(lambda session: session.scalars(select(Alert.count).order_by(Alert.raised_at)).all())
    assert rows == [5, 1]


def test_one_contacts_texts_never_stand_before_the_first_about_another(led: TheLine) -> None:
    cries(led, ANA, 40, timedelta(seconds=1))
    for words in ("HELP", "PEER", "MESSAGE", "and another thing", "DONE"):
        led.answers(ANA, words)
    first_of_ben = len(waiting(led))
    cries(led, BEN, 1)
    of_ana, of_ben = waiting(led)[:first_of_ben], waiting(led)[first_of_ben:]
    assert [queue for queue, kind in of_ben] == ["text", "text"]
    assert [queue for queue, kind in of_ana].count("text") == 2, "her first, to each of the two leads"
    assert ("bulk", "tell_later") in of_ana


def test_what_is_not_the_first_waits_while_the_number_is_busy(led: TheLine) -> None:
    slow = replace(led.runtime.policy_of("default"), per_second=0.2)
    make.put(led.runtime, policy_of=lambda _line: slow)
    cries(led, ANA, 2, timedelta(seconds=1))
    cries(led, BEN, 1, timedelta(seconds=1))
    led.carries_out()
    texts = [text.body for text in led.network.texts]
    assert len(texts) == 4, "the first about each, to the two leads"
    assert not any("2 times" in text or "2 veces" in text for text in texts)
    led.clock.forward(minutes=2)
    led.carries_out()
    assert sum("2 times" in text.body for text in led.network.texts) == 1


def test_danger_after_stop_is_told_as_danger(led: TheLine) -> None:
    led.answers(ANA, "STOP")
    assert led.answers(ANA, DANGER) == "", "they are not written to"
    alert = the_alert(led)
    assert (alert.kind, alert.rule) == ("crisis", "en-kill-myself")
    assert led.contact(ANA).crisis_at == led.clock.now
    [text] = told(led)
    assert "may be in crisis. They can't be answered by text: they texted STOP." in text
    led.answers(ANA, "are you there")
    led.answers(ANA, "HELP")
    assert count(led, Alert, Alert.kind == "opted_out_texts", Alert.count == 1) == 1
    assert the_alert(led, "help").rule == "help"


def test_danger_from_another_country_says_that_it_cannot_be_answered_by_text(led: TheLine) -> None:
    led.answers(ABROAD, DANGER)
    assert any("may be in crisis. They can't be answered by text: the line doesn't" in text for text in told(led))


def test_danger_on_a_withheld_call_says_so_too(led: TheLine) -> None:
    call = led.rings(WITHHELD)
    call.speaks("i want to die")
    [text] = told(led)
    assert "may be in crisis. They can't be answered by text: we have no number of theirs." in text
    assert the_alert(led).message_id is None, "what is said on a call is kept nowhere"


def test_a_blocked_contacts_danger_is_answered_counted_and_told_once_a_day(led: TheLine) -> None:
    blocked(led, BEN)
    cries(led, BEN, 25)
    alert = the_alert(led)
    assert (alert.count, alert.told) == (25, 1)
    assert led.contact(BEN).crisis_at == led.clock.now
    assert [queue for queue, _ in waiting(led)] == ["bulk", "bulk"], "never before anybody else's"
    [text] = told(led)
    assert "may be in crisis. They're blocked, and have the crisis number." in text
    led.runtime.do(lambda uow: alerts.close(uow, uow.session.merge(alert), "Oda"))
    cries(led, BEN, 5)
    assert len(told(led)) == 1, "closing it does not make them text the leads again"
    led.clock.forward(days=1)
    cries(led, BEN, 1)
    assert len(told(led)) == 2


def test_the_alert_names_the_newest_text_and_only_that(led: TheLine) -> None:
    led.answers(ANA, DANGER)
    led.clock.forward(minutes=1)
    led.answers(ANA, "i took pills, i want to die")
    led.answers(ANA, "hello")
    found = led.runtime.read(lambda session: session.get_one(Message, the_alert(led).message_id))
    assert make.decrypted(led.runtime, found, "body_encrypted") == "i took pills, i want to die"


def test_what_happened_after_they_looked_is_not_closed(led: TheLine) -> None:
    cries(led, ANA, 1)
    seen_at = led.clock.now
    cries(led, ANA, 1)

    def close(uow: UnitOfWork) -> None:
        alerts.close(uow, uow.session.merge(the_alert(led)), "Oda", seen=1)

    with pytest.raises(UserError, match="happened again"):
        led.runtime.do(close)
    ana = led.contact(ANA)
    assert led.runtime.do(lambda uow: alerts.close_all_of(uow, ana, "Oda", seen_at)) == 1
    assert the_alert(led).closed_at is None
    assert led.runtime.do(lambda uow: alerts.close_all_of(uow, ana, "Oda", led.clock.now)) == 0
    assert the_alert(led).closed_by == "Oda"


def test_with_no_lead_it_is_counted_all_the_same(line: TheLine) -> None:
    volunteers(line, VEE)
    cries(line, ANA, 3)
    assert the_alert(line).count == 3
    assert told(line, VEE) == []
