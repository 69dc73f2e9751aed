"""Oda talks with a flow once, and keeps the talk as a test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.library import Library
from flows.loading import load
from flows.model.text import Channel
from flows.transcripts import writing
from flows.transcripts.files import Placed, parse_transcripts
from flows.transcripts.format import Tale, TranscriptContact, TranscriptVolunteer
from flows.transcripts.keyboard import TypedConversation
from flows.transcripts.runner import run
from tests.core.seeded import SHIPPED
from tests.examples import examples

NOW = datetime(2026, 3, 2, 17, 4, 9, 250_000, tzinfo=UTC)
TALES = [Tale(title="Winter", topic="sober"), Tale(title="Spring", topic="family"), Tale(title="Río", language="es")]
LIBRARY = load(SHIPPED)

TALKS: dict[str, tuple[Channel, str | None, list[str]]] = {
    "a check-in by text": ("sms", "check_in", ["2", "yes", "/peer joins", "/peer says hi, Vee", "hey", "/peer closes"]),
    "a first text": ("sms", None, ["hello", "2", "1", "thanks", "/wait 3h"]),
    "a story by call": ("voice", None, ["2", "1", "/silence", "*", "/hangup"]),
    "a message by call": ("voice", None, ["/press 4", "/record 40s"]),
    "the other language": ("voice", None, ["9", "/silence", "/hangup"]),
    "danger": ("sms", None, ["i want to die", "no"]),
    "the end": ("sms", "check_in", ["STOP", "hello", "START"]),
    "nobody comes": ("sms", None, ["peer", "/peer declines", "/wait 2d"]),
    "something breaks": ("sms", None, ["menu", "/break"]),
    "words that YAML would change": ("sms", "check_in", ["no", "0o14", "2026-03-02", "- a: 'b' \"c\" #d", "~"]),
}  # fmt: skip


def talk(channel: Channel, flow: str | None, *lines: str, library: Library = LIBRARY) -> TypedConversation:
    session = TypedConversation(
        library,
        channel,
        NOW,
        flow=flow,
        contact=TranscriptContact(first=True),
        volunteers=[TranscriptVolunteer(name="Vee")],
        tales=TALES,
    )
    session.opening()
    for line in lines:
        session.type(line)
    return session


def read(text: str | None) -> list[Placed]:
    assert text is not None
    placed, findings = parse_transcripts(text, "tonight.test.yaml")
    assert findings == [], text
    return placed


@pytest.mark.parametrize("name", TALKS)
def test_a_talk_that_was_written_down_goes_the_same_way_again(name: str) -> None:
    channel, flow, lines = TALKS[name]
    text = talk(channel, flow, *lines).transcript(name)

    (found,) = read(text)
    result = run(LIBRARY, found.transcript)
    assert result.problems == (), text
    assert (found.transcript.name, result.channel) == (name, channel)


@pytest.mark.parametrize("name", ["a check-in by text", "a first text", "a message by call"])
def test_it_is_a_test_other_words_make_it_fail(name: str) -> None:
    channel, flow, lines = TALKS[name]
    text = talk(channel, flow, *lines).transcript(name)
    assert text is not None
    (found,) = read(text.replace('us: "', 'us: "Well. '))

    assert not run(LIBRARY, found.transcript).passed


def test_only_stories_that_were_told_are_written_down() -> None:
    (found,) = read(talk("sms", None, "story", "1").transcript("a story"))

    assert [tale.title for tale in found.transcript.stories] in (["Winter"], ["Spring"])
    assert read(talk("sms", None, "hello").transcript("none"))[0].transcript.stories == ()


def test_what_was_done_is_written_in_the_words_of_the_format() -> None:
    text = talk("sms", None, "peer", "/peer joins", "/wait 1h30m").transcript("a peer") or ""

    assert '      - them: "peer"\n' in text
    assert '      - peer: "Vee joins"\n' in text
    assert '      - wait: "1h30m"\n' in text
    assert "&id" not in text
    assert "!!" not in text


def test_slips_of_the_finger_and_questions_about_the_talk_are_not_written_down() -> None:
    with_slips = talk("sms", None, "/wait 2h", "hello", "/dance", "/peer dances", "/position", "/help", "2")

    assert with_slips.transcript("x") == talk("sms", None, "hello", "2").transcript("x")


def test_each_new_beginning_is_a_transcript_of_its_own() -> None:
    placed = read(talk("voice", None, "2", "/again", "4", "/hangup").transcript("tonight"))

    assert [item.transcript.name for item in placed] == ["tonight, 1", "tonight, 2"]
    assert [run(LIBRARY, item.transcript).problems for item in placed] == [(), ()]


def test_of_a_talk_that_never_began_there_is_nothing_to_write() -> None:
    assert talk("sms", None, "/help").transcript("nothing") is None


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1))
@settings(max_examples=examples(60), deadline=None)
def test_any_text_is_read_as_it_was_written(texts: list[str]) -> None:
    (found,) = read(writing.write([{"name": "any", "talk": [{"them": text} for text in texts]}]))

    assert [line.them.text for line in found.transcript.talk if line.them] == texts
