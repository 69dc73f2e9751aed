"""Texts leave in their order: live ones at once, those that can wait no faster than the line's number sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checkin.core.policies import policy_of_line
from checkin.followups import series
from checkin.messages import service as messages
from checkin.messages.rules.pacing import take
from checkin.messages.rules.validity import LONGEST, VALID_FOR, valid_for
from checkin.telephony.port import OutgoingText
from flows.model.lines import Line, Sending
from tests import make
from tests.cast import ANA, MONDAY_NOON
from tests.services.living import agrees, follow_ups, lives
from tests.the_line import TheLine

SERVICE = "MG" + "5" * 32


def paced(line: TheLine, per_second: float, service: str | None = None) -> TheLine:
    usual = line.runtime.policy_of
    make.put(line.runtime, policy_of=lambda name: replace(usual(name), per_second=per_second, service=service))
    return line


def promise_to(line: TheLine, count: int) -> None:
    for number in range(count):
        who = f"+1555555{200 + number:04d}"
        agrees(line, who, "check_ins")
        line.runtime.do(lambda uow, who=who: series.begin(uow, uow.session.merge(line.contact(who)), "weekly_check_in"))


def sent(line: TheLine) -> list[OutgoingText]:
    return line.network.texts


def test_ten_at_once_leave_one_after_another_and_none_is_lost(line: TheLine) -> None:
    paced(line, 0.5)  # a text of two segments every four seconds
    promise_to(line, 10)
    due = follow_ups(line)[0].due_at
    line.clock.now = due + timedelta(seconds=1)
    line.carries_out()
    assert len(sent(line)) == 1
    lives(line, timedelta(seconds=20))
    assert 4 <= len(sent(line)) <= 7
    lives(line, timedelta(minutes=2))
    assert len(sent(line)) == len({text.to for text in sent(line)}) == 10
    assert [row.state for row in follow_ups(line) if row.number == 0] == ["sent"] * 10


def test_a_live_text_never_waits_for_those(line: TheLine) -> None:
    paced(line, 0.2)
    promise_to(line, 5)
    line.clock.now = follow_ups(line)[0].due_at + timedelta(seconds=1)
    agrees(line, ANA)
    line.runtime.do(lambda uow: messages.send(uow, line="default", contact=line.contact(ANA), body="now", kind="reply"))
    line.carries_out()
    assert line.sent_to(ANA) == ["now"]


def test_why_says_that_the_number_was_busy(line: TheLine) -> None:
    paced(line, 0.2)
    promise_to(line, 2)
    line.clock.now = follow_ups(line)[0].due_at + timedelta(seconds=1)
    line.carries_out()
    [waiting] = [row for row in follow_ups(line, "planned") if row.number == 0]
    assert waiting.judged is not None
    assert waiting.judged["gates"][-1][:2] == ["turn", "move"]
    assert waiting.reason == "its turn comes later: the line's number is busy"


def test_a_line_without_a_pace_sends_all_that_is_due(line: TheLine) -> None:
    promise_to(line, 6)
    line.clock.now = follow_ups(line)[0].due_at + timedelta(seconds=1)
    line.carries_out()
    assert len(sent(line)) == 6


def test_places_follow_each_other_and_a_long_text_takes_longer() -> None:
    first = take(None, MONDAY_NOON, 1, 1.0)
    second = take(first.busy_until, MONDAY_NOON, 3, 1.0)
    third = take(second.busy_until, MONDAY_NOON, 1, 1.0)
    assert [(place.at - MONDAY_NOON).seconds for place in (first, second, third)] == [0, 1, 4]
    assert not second.waits(MONDAY_NOON)
    assert third.waits(MONDAY_NOON)
    later = MONDAY_NOON + timedelta(hours=1)
    assert take(third.busy_until, later, 1, 1.0).at == later
    with pytest.raises(ValueError, match="above zero"):
        take(None, MONDAY_NOON, 1, 0)


def test_a_follow_up_is_not_delivered_after_its_hours(line: TheLine) -> None:
    agrees(line, ANA, "check_ins")
    line.runtime.do(lambda uow: series.begin(uow, uow.session.merge(line.contact(ANA)), "weekly_check_in"))
    closes = follow_ups(line)[0].due_at.replace(hour=22, minute=0, second=0)  # six in the evening in New York, in March
    line.clock.now = closes - timedelta(minutes=30)
    line.carries_out()
    [text] = sent(line)
    assert text.valid_for == timedelta(minutes=30)


def test_every_kind_of_text_has_its_time_and_none_the_networks_ten_hours() -> None:
    assert all(timedelta(minutes=10) <= length < LONGEST for length in VALID_FOR.values())
    assert valid_for("relay") < valid_for("reply")
    assert valid_for("anything new") < LONGEST


def test_texts_go_through_the_lines_messaging_service(line: TheLine) -> None:
    paced(line, 5, SERVICE)
    agrees(line, ANA)
    line.runtime.do(lambda uow: messages.send(uow, line="default", contact=line.contact(ANA), body="hi", kind="notice"))
    line.carries_out()
    assert [(text.service, text.from_) for text in sent(line)] == [(SERVICE, line.runtime.settings.line_number)]


def test_a_line_at_twilio_has_the_pace_of_a_long_code_unless_it_names_one() -> None:
    plain = Line(calls="x", texts="x", crisis_number="988")
    assert policy_of_line(plain, at_twilio=True).per_second == 1.0
    assert policy_of_line(plain).per_second is None
    named = plain.model_copy(update={"sending": Sending(per_second=30, service=SERVICE)})
    assert policy_of_line(named, at_twilio=True).per_second == 30
    assert policy_of_line(named).service == SERVICE
