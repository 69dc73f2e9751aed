"""A text that was answered too late for the response: the answer leaves as a text of its own, and only then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from checkin.conversations import inbound_text
from checkin.messages import service as messages
from tests.webhooks.conftest import EVERYTHING, GREETING, SM, Behind, Twilio, door_of, verbs
from webhooks.deadline import Deadline

LATE = (messages.answer_by_worker, SM)


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + 5
    while not true():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.01)


@pytest.fixture
def twilio(behind: Behind) -> Twilio:
    """Twilio, at a door that gives up soon."""
    return Twilio(door_of(behind, Deadline(0.1)))


def test_an_answer_in_time_is_in_the_response_alone(behind: Behind) -> None:
    response = Twilio(door_of(behind)).post("/webhooks/sms", EVERYTHING)
    assert "Hello." in response.text
    assert LATE not in behind.came


def test_one_that_is_written_after_the_apology_is_sent_in_the_same_transaction(behind: Behind, twilio: Twilio) -> None:
    let_go, answer = threading.Event(), behind.answers

    def hangs() -> object:
        let_go.wait(5)
        answer.clear()
        return GREETING

    answer[inbound_text.receive] = hangs
    response = twilio.post("/webhooks/sms", EVERYTHING)
    assert verbs(response) == ["Message"]
    assert "988" in response.text
    assert LATE not in behind.came
    before = behind.transactions
    let_go.set()
    until(lambda: behind.came.count(LATE) == 2)  # once in its own transaction, and once more for a slow commit
    assert behind.transactions == before + 1


def test_one_that_fails_in_the_end_is_not_sent(behind: Behind, twilio: Twilio) -> None:
    let_go = threading.Event()

    def fails() -> object:
        let_go.wait(5)
        raise KeyError("nothing was kept")

    behind.answers[inbound_text.receive] = fails
    assert verbs(twilio.post("/webhooks/sms", EVERYTHING)) == ["Message"]
    let_go.set()
    time.sleep(0.2)
    assert LATE not in behind.came
