"""Ben wants his check-ins by call: the real processes ring him, and what he says reaches the team."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from checkin.messages.models import FollowUp
from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

Take = Callable[..., Phone]


def wants_calls(phone: Take, name: str, machine: str) -> Phone:
    """Somebody who agreed to weekly check-ins, by call; `machine`: the answer to leaving words on one."""
    found = phone(name)
    for words, expected in (
        ("CHECKIN", "How are you today"),
        ("5", "once a week"),
        ("yes", "TIMES"),
        ("TIMES", "time zone"),
        ("1", "When may we text you"),
        ("by day", "by call"),
        ("call", "How may we reach you"),
        ("1", "short message"),
        (machine, "our name"),
        ("1", "stick to that"),
    ):
        found.texts(words)
        found.reads(expected)
    return found


def test_ben_is_called_once_and_his_low_mood_reaches_the_team(house: House, phone: Take) -> None:
    ben = wants_calls(phone, "Ben", "no")
    house.wait_for_the_promise_to(ben)
    assert ben.rings(within=30)["from"] == house.network.line
    ben.answers()
    ben.hears("How are you today")
    ben.presses("1")
    ben.hears("That sounds hard")
    ben.hangs_up()
    ben.is_off_the_phone()
    assert "low mood in a check-in" in house.reasons()
    told = select(FollowUp.plan, FollowUp.flow, FollowUp.channel).where(FollowUp.state == "sent")
    assert ("weekly_check_in", "check_in", "voice") in house.look(lambda uow: uow.session.execute(told).all())
    ben.texts("STOP")
    ben.reads("no more texts")


def test_a_machine_that_may_hear_a_word_hears_one(house: House, phone: Take) -> None:
    cara = wants_calls(phone, "Cara", "yes")
    # Patient: at this pace the flow would have given up on its silence within two real seconds, and a worker on a busy
    # machine may need longer than that to move the call.
    cara.behaves(when_called="voicemail", patient=True)
    house.wait_for_the_promise_to(cara)
    cara.rings(within=30)
    cara.hears("this is Harbor Line", within=20)
    cara.is_off_the_phone(within=30)
    cara.texts("STOP")  # her next promise would come before that of whoever asks for one after her
    cara.reads("no more texts")
    stopped = 21610  # the carrier answers STOP itself, and says that ours after it would be refused
    assert [refusal for refusal in house.network.refusals() if refusal["code"] != stopped] == []
