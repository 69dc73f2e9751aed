"""Twilio's times are whole seconds: what was answered within the same second is known by its id."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.delivery.reconciling import compare
from checkin.queries import reconciling as rows
from checkin.rules.network_log import not_after
from tests import make
from tests.cast import ANA
from tests.services.network_log import called, texted
from tests.the_line import TheLine


def ago(line: TheLine, **length: float) -> datetime:
    return line.clock.now - timedelta(**length)


def compared(line: TheLine) -> Counter[str]:
    return compare(line.runtime, ago(line, days=2))


def cases(line: TheLine) -> list[Case]:
    return line.runtime.read(lambda session: list(session.scalars(select(Case))))


def answered_at(line: TheLine, body: str, at: datetime, later: float) -> str:
    """Ana's text came at that whole second, and was answered by us a little later. Its SID."""
    line.clock.now = at + timedelta(seconds=later)
    text_sid = make.sid("SM")
    line.answers(ANA, body, sid=text_sid)
    line.network.text_log.append(texted(ANA, body, at, text_sid))
    return text_sid


@pytest.mark.parametrize("later", [0.3, 0.9, 4.0])
def test_a_missed_text_of_the_same_second_as_an_answered_one_is_answered_too(line: TheLine, later: float) -> None:
    second = ago(line, minutes=10).replace(microsecond=0)
    answered_at(line, "hi", second, later)
    line.network.text_log.append(texted(ANA, "CHECKIN", second))
    line.clock.now = second + timedelta(minutes=10)
    assert compared(line) == {"texts answered": 1}
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1


def test_one_that_was_followed_by_a_later_text_is_overtaken_by_it(line: TheLine) -> None:
    second = ago(line, minutes=10).replace(microsecond=0)
    line.network.text_log.append(texted(ANA, "CHECKIN", second))
    answered_at(line, "hi", second + timedelta(seconds=1), 0.0)
    line.clock.now = second + timedelta(minutes=10)
    assert compared(line)["texts to a person"] == 1


def test_a_missed_stop_of_the_same_second_as_a_start_counts(line: TheLine) -> None:
    line.answers(ANA, "hi")
    line.answers(ANA, "STOP")
    line.clock.forward(hours=1)
    second = ago(line, minutes=10).replace(microsecond=0)
    answered_at(line, "START", second, 0.4)
    line.network.text_log.append(texted(ANA, "STOP", second))
    line.clock.now = second + timedelta(minutes=10)
    compared(line)
    assert line.contact(ANA).opted_out_at is not None


def test_a_missed_call_of_the_same_second_as_a_text_is_told_of(line: TheLine) -> None:
    second = ago(line, minutes=10).replace(microsecond=0)
    text_sid = answered_at(line, "hi", second, 0.4)
    missed = called(ANA, second)
    line.network.call_log.append(missed)
    line.clock.now = second + timedelta(minutes=10)
    before = not_after([*line.network.text_log, *line.network.call_log], missed)
    assert before == {text_sid, missed.sid}
    assert not line.runtime.read(lambda s: rows.heard_since(s, line.contact(ANA).id, second, before))
