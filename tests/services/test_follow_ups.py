"""A follow-up arrives: when it was promised, in Ana's hours, once, and never after STOP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message
from checkin.telephony.port import MaybeDone, Refused, SentText, TryLater
from checkin.volunteers import alerts
from checkin.volunteers.models import Alert
from flows.model.lines import FollowUpRules
from tests import make
from tests.cast import ANA
from tests.services.living import lives
from tests.the_line import TheLine


def planned(line: TheLine) -> list[FollowUp]:
    return line.runtime.read(lambda s: list(s.scalars(select(FollowUp).order_by(FollowUp.created_at))))


@pytest.fixture
def ana_said_yes(line: TheLine) -> FollowUp:
    """Ana checks in, feels well, and agrees to be asked again."""
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "5")
    line.answers(ANA, "yes")
    [row] = planned(line)
    assert row.state == "planned"
    return row


@pytest.fixture
def the_day_comes(line: TheLine, ana_said_yes: FollowUp) -> Callable[[], list[str]]:
    def come() -> list[str]:
        line.clock.now = ana_said_yes.due_at + timedelta(seconds=1)
        return line.carries_out()

    return come


def test_without_a_yes_nothing_is_planned(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "5")
    line.answers(ANA, "no")
    assert planned(line) == []


def test_it_is_due_in_hours_that_are_kind_wherever_she_may_be(ana_said_yes: FollowUp) -> None:
    for zone in ("America/New_York", "America/Los_Angeles"):
        assert 9 <= ana_said_yes.due_at.astimezone(ZoneInfo(zone)).hour < 19


def test_it_is_sent_once_and_her_answer_goes_on_in_the_flow(
    line: TheLine, the_day_comes: Callable[[], list[str]]
) -> None:
    the_day_comes()
    assert len(line.sent_to(ANA)) == 1
    line.clock.forward(minutes=2)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1
    assert [row.state for row in planned(line)] == ["sent", "planned"]  # and next week's is promised
    assert line.answers(ANA, "4")
    assert line.contact(ANA).unanswered == 0


def test_stop_in_between_cancels_it(line: TheLine, the_day_comes: Callable[[], list[str]]) -> None:
    line.answers(ANA, "STOP")
    the_day_comes()
    assert line.sent_to(ANA) == []
    assert [row.state for row in planned(line)] == ["cancelled"]


def test_start_brings_texting_back_but_not_the_old_follow_ups(
    line: TheLine, the_day_comes: Callable[[], list[str]]
) -> None:
    line.answers(ANA, "STOP")
    line.answers(ANA, "START")
    the_day_comes()
    assert line.sent_to(ANA) == []


def test_a_clock_that_jumped_into_the_night_moves_it_to_the_next_day(line: TheLine, ana_said_yes: FollowUp) -> None:
    line.clock.now = ana_said_yes.due_at + timedelta(hours=12)
    line.carries_out()
    assert line.sent_to(ANA) == []
    [row] = planned(line)
    assert row.state == "planned"
    assert row.due_at > line.clock.now
    line.clock.now = row.due_at + timedelta(seconds=1)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_days_too_late_it_is_skipped_with_its_reason(line: TheLine, ana_said_yes: FollowUp) -> None:
    line.clock.now = ana_said_yes.due_at + timedelta(days=5)
    line.carries_out()
    assert line.sent_to(ANA) == []
    row, after = planned(line)
    assert (row.state, row.reason) == ("skipped", "too late in the day")
    assert (after.state, after.number) == ("planned", 1)


def test_what_may_have_left_is_asked_about_and_not_sent_again(
    line: TheLine, the_day_comes: Callable[[], list[str]]
) -> None:
    line.network.fail = [MaybeDone("timed out after sending")]
    the_day_comes()
    assert [row.state for row in planned(line)] == ["unknown", "planned"]
    message = line.runtime.read(lambda s: s.scalars(select(Message).where(Message.kind == "follow_up")).one())
    body = make.decrypted(line.runtime, message, "body_encrypted")
    line.network.log = [SentText("SM" + "a" * 32, "delivered", None, body, line.clock.now)]
    line.clock.forward(minutes=2)
    line.carries_out()
    assert line.sent_to(ANA) == []
    message = line.runtime.read(lambda s: s.get(Message, message.id))
    assert (message.status, message.sid) == ("delivered", "SM" + "a" * 32)


def test_a_busy_network_is_asked_again_and_gets_it_once(line: TheLine, the_day_comes: Callable[[], list[str]]) -> None:
    line.network.fail = [TryLater("too many requests", 20429)]
    the_day_comes()
    assert line.sent_to(ANA) == []
    line.clock.forward(minutes=1)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_a_network_that_says_opted_out_is_a_stop(line: TheLine, the_day_comes: Callable[[], list[str]]) -> None:
    line.network.fail = [Refused("opted out there", 21610)]
    the_day_comes()
    assert line.contact(ANA).opted_out_at is not None


def test_two_workers_cannot_carry_out_one_row(line: TheLine, ana_said_yes: FollowUp) -> None:
    from checkin.dispatch import dispatcher

    line.clock.now = ana_said_yes.due_at + timedelta(seconds=1)
    [(_, row_id)] = [row for row in line.runtime.outbox.due(50) if True][:1]
    went = [dispatcher.dispatch(line.runtime, row_id) for _ in range(2)]
    assert went[1] is None


def looked(line: TheLine) -> None:
    """A lead has looked after Ana."""

    def close(uow: UnitOfWork) -> None:
        [alert] = uow.session.scalars(select(Alert).where(Alert.closed_at.is_(None)))
        alerts.close(uow, alert, "Oda")

    line.runtime.do(close)


@pytest.fixture
def in_danger(line: TheLine, ana_said_yes: FollowUp) -> FollowUp:
    """An hour before her check-in is due, Ana wrote a sign of danger."""
    line.clock.now = ana_said_yes.due_at - timedelta(hours=1)
    assert "988" in line.answers(ANA, "i want to die")
    return ana_said_yes


@pytest.mark.usefixtures("in_danger")
def test_after_danger_that_nobody_has_looked_at_an_ordinary_text_waits(
    line: TheLine, the_day_comes: Callable[[], list[str]]
) -> None:
    the_day_comes()
    [row] = planned(line)
    assert (row.state, row.reason) == ("planned", "a sign of danger that nobody has reviewed")
    assert [gate for gate, said, _why in (row.judged or {})["gates"] if said == "move"] == ["danger"]
    lives(line, timedelta(hours=20))
    assert line.sent_to(ANA) == []


@pytest.mark.usefixtures("in_danger")
def test_once_somebody_has_looked_it_comes_in_the_next_hours_that_are_open(
    line: TheLine, the_day_comes: Callable[[], list[str]]
) -> None:
    the_day_comes()
    looked(line)
    lives(line, timedelta(hours=27))
    assert len(line.sent_to(ANA)) == 1


@pytest.mark.usefixtures("in_danger")
def test_after_a_day_it_comes_all_the_same(line: TheLine, the_day_comes: Callable[[], list[str]]) -> None:
    the_day_comes()
    lives(line, timedelta(hours=50))
    assert len(line.sent_to(ANA)) == 1


@pytest.mark.usefixtures("in_danger")
@pytest.mark.parametrize(("written", "sent"), [("none", 1), ("30m", 1), ("2h", 0)])
def test_how_long_is_for_the_organizers_to_say(
    line: TheLine, the_day_comes: Callable[[], list[str]], written: str, sent: int
) -> None:
    rules = FollowUpRules.model_validate({"after_danger": written})
    policy = replace(line.runtime.policy_of("default"), after_danger=rules.after_danger)
    make.put(line.runtime, policy_of=lambda _line: policy)
    the_day_comes()
    assert len(line.sent_to(ANA)) == sent
