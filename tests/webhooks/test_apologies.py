"""When all fails, people still hear who we are and whom to call, and the log tells nothing personal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from checkin.conversations import inbound_call, inbound_text
from checkin.core.lines import NoSuchLine
from checkin.core.reply import Reply
from checkin.practice.twiml import document, grammar
from flows.engine.effects import Say
from tests.webhooks.conftest import ANA, EVERYTHING, LINE, Behind, Twilio, door_of, verbs
from tests.webhooks.test_guard import ROUTES
from webhooks import apologies
from webhooks.apologies import apology
from webhooks.deadline import Deadline

RECEIPTS = {
    path
    for path in ROUTES
    if path.endswith(("/status", "/room", "/recordings", "/machine")) or path.startswith("/webhooks/messages")
}
INTO_A_ROOM = "/webhooks/relays/c0de/warning"
CALLS = sorted(set(ROUTES) - RECEIPTS - {"/webhooks/sms", INTO_A_ROOM})

TROUBLES: list[BaseException] = [
    OperationalError("SELECT %s", {"number": ANA}, Exception(f"server closed the connection to {ANA}")),
    ConnectionError("Redis is gone"),
    NoSuchLine("not ours"),
    TimeoutError("slow disk"),
    RecursionError("a flow that never ends"),
    KeyError(ANA),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_texter_gets_the_crisis_number_when_all_fails(twilio: Twilio, behind: Behind, trouble: BaseException) -> None:
    behind.trouble = trouble

    response = twilio.post("/webhooks/sms", EVERYTHING)

    assert response.status_code == 200
    assert verbs(response) == ["Message"]
    assert "988" in response.text


@pytest.mark.parametrize("trouble", TROUBLES)
def test_two_who_talk_are_not_spoken_into_with_our_troubles(
    twilio: Twilio, behind: Behind, trouble: BaseException
) -> None:
    behind.trouble = trouble

    response = twilio.post(INTO_A_ROOM, EVERYTHING)

    assert (response.status_code, verbs(response)) == (200, [])


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_nobody_on_a_call_is_left_without_a_word(
    twilio: Twilio, behind: Behind, path: str, trouble: BaseException
) -> None:
    behind.trouble = trouble

    response = twilio.post(path, EVERYTHING)

    assert response.status_code == 200
    assert verbs(response) == ["Say", "Say", "Hangup"]
    assert grammar.problems(document.read(response.data), grammar.VOICE) == []
    asked = any(side in path for side in ("offers", "volunteer"))
    assert ("9 8 8" in response.text) is not asked
    assert "+1555" not in response.text


@pytest.mark.parametrize("path", sorted(RECEIPTS))
def test_a_receipt_that_we_could_not_keep_comes_again(twilio: Twilio, behind: Behind, path: str) -> None:
    behind.trouble = TROUBLES[0]

    response = twilio.post(path, EVERYTHING)

    assert (response.status_code, verbs(response)) == (503, [])


def test_a_second_failure_in_a_row_still_gets_the_apology(twilio: Twilio, behind: Behind) -> None:
    behind.trouble = TROUBLES[0]

    assert [verbs(twilio.post("/webhooks/sms", EVERYTHING)) for _ in range(3)] == [["Message"]] * 3


def test_a_reply_that_cannot_be_rendered_is_apologized_for(twilio: Twilio, behind: Behind) -> None:
    behind.answers[inbound_call.begin] = Reply((Say(None, "en"),))  # type: ignore[arg-type]

    assert verbs(twilio.post("/webhooks/voice", EVERYTHING)) == ["Say", "Say", "Hangup"]


@pytest.mark.parametrize("missing", ["CallSid", "To"])
def test_a_call_that_makes_no_sense_is_apologized_for(twilio: Twilio, behind: Behind, missing: str) -> None:
    form = {name: value for name, value in EVERYTHING.items() if name != missing}

    assert verbs(twilio.post("/webhooks/voice", form)) == ["Say", "Say", "Hangup"]
    assert behind.came == []


def test_a_receipt_that_makes_no_sense_is_not_asked_for_again(twilio: Twilio) -> None:
    assert twilio.post("/webhooks/voice/status", CallSid="CA1", CallStatus="completed").status_code == 400


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Something that hangs until the test is over."""
    let_go = threading.Event()
    yield let_go
    let_go.set()


@pytest.mark.parametrize(
    ("path", "said"), [("/webhooks/sms", ["Message"]), ("/webhooks/voice", ["Say", "Say", "Hangup"])]
)
def test_a_database_that_hangs_is_not_waited_for(
    behind: Behind, stuck: threading.Event, path: str, said: list[str]
) -> None:
    for use in (inbound_text.receive, inbound_call.begin):
        behind.answers[use] = lambda: stuck.wait(10)
    twilio = Twilio(door_of(behind, Deadline(0.05, at_once=1)))

    assert verbs(twilio.post(path, EVERYTHING)) == said
    assert verbs(twilio.post(path, EVERYTHING)) == said


def test_what_was_given_up_before_it_began_is_never_begun(behind: Behind, stuck: threading.Event) -> None:
    behind.answers[inbound_call.begin] = lambda: stuck.wait(10)
    twilio = Twilio(door_of(behind, Deadline(0.05, at_once=1)))

    twilio.post("/webhooks/voice", EVERYTHING)
    twilio.post("/webhooks/sms", EVERYTHING)

    assert [came[0] for came in behind.came] == [inbound_call.begin]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_log_says_what_and_where_and_of_whom_nothing(
    twilio: Twilio, behind: Behind, trouble: BaseException
) -> None:
    behind.trouble = trouble
    structlog.reset_defaults()

    with capture_logs() as logs:
        twilio.post("/webhooks/sms", EVERYTHING)

    (entry,) = logs
    assert entry["event"] == "webhook_failed"
    assert entry["route"] == "webhooks.twilio.text"
    assert entry["error"] == type(trouble).__name__
    assert "conftest.py" in entry["at"][-1]
    assert not any(secret in repr(logs) for secret in (ANA, ANA[2:], "hello", LINE))


def test_each_line_apologizes_in_its_own_words_and_languages(behind: Behind) -> None:
    harbor = behind.library.lines["default"]
    other = harbor.model_copy(
        update={
            "key": "other",
            "name": "Otra",
            "number": "+15555550101",
            "languages": ("es",),
            "crisis_number": "116123",
        }
    )

    sorry = apologies.of_library(replace(behind.library, lines={"default": harbor, "other": other}))

    assert sorry.of(harbor.number) is sorry.of("+15555550177") is sorry.of(None)
    assert "988" in sorry.of(harbor.number).text
    assert "we're sorry" in sorry.of(harbor.number).text
    assert "lo sentimos" in sorry.of(harbor.number).text
    assert "116123" in sorry.of("+15555550101").text
    assert "1 1 6 1 2 3" in sorry.of("+15555550101").call
    assert "sorry" not in sorry.of("+15555550101").text
    assert 'language="es-MX"' in sorry.of("+15555550101").volunteer


SAID = {"en": "We're sorry. Call 988."}


def test_a_call_is_passed_on_to_the_number_of_last_resort_as_the_line() -> None:
    sorry = apology(SAID, SAID, SAID, number=LINE, fallback="+15555550199")

    root = ElementTree.fromstring(sorry.call)
    assert [child.tag for child in root] == ["Say", "Dial", "Hangup"]
    dial = root.find("Dial")
    assert dial is not None
    assert (dial.text, dial.get("callerId")) == ("+15555550199", LINE)
    assert grammar.problems(document.read(sorry.call), grammar.VOICE) == []
    assert "+15555550199" not in sorry.volunteer + sorry.text


def test_nobody_is_dialed_when_that_would_show_the_callers_number() -> None:
    assert "<Dial" not in apology(SAID, SAID, SAID, fallback="+15555550199").call
